"""From a failing run to the shortest one that fails in the same way, told to be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.simulation.company import Site
from tests.simulation.running import Result, play
from tests.simulation.steps import Script, Step

BUDGET_S = 60.0


def shrink(script: Script, fails: Callable[[Script], bool], budget_s: float = BUDGET_S) -> Script:
    """Take out all that is not needed for `fails`, by ever smaller pieces, as time allows.

    Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002).
    """
    end = time.monotonic() + budget_s
    pieces = 2
    while pieces <= 2 * len(script.steps) and time.monotonic() < end:
        smaller = _first(_without_pieces(script, pieces), fails, end)
        if smaller is not None:
            script, pieces = smaller, max(2, pieces - 1)
        elif pieces >= len(script.steps):
            break
        else:
            pieces = min(len(script.steps), pieces * 2)
    return _calmed(script, fails, end)


def explain(script: Script, site: Site, result: Result, budget_s: float = BUDGET_S) -> str:
    """The story of the shortest run that breaks the same rule."""
    small = shrink(script, lambda tried: play(tried, site).failure == result.failure, budget_s)
    told = play(small, site, telling=True)
    head = f"seed {script.seed} breaks {result.failure!r}, here in {len(small.steps)} steps:"
    steps = [f"    {step!r}," for step in small.steps]
    devices = f"devices: {', '.join(small.devices)}; pages of {small.pages}"
    return "\n".join([head, devices, *told.story, told.detail, "as a script:", *steps])


def _without_pieces(script: Script, pieces: int) -> Iterator[Script]:
    size = max(1, len(script.steps) // pieces)
    for start in range(len(script.steps) - size, -size, -size):
        begin = max(0, start)
        yield script._replace(steps=script.steps[:begin] + script.steps[start + size :])


def _calmed(script: Script, fails: Callable[[Script], bool], end: float) -> Script:
    """The same steps with fewer kills, better lines and shorter waits."""
    for place in range(len(script.steps)):
        for calmer in _calmer(script.steps[place]):
            steps = (*script.steps[:place], calmer, *script.steps[place + 1 :])
            tried = script._replace(steps=steps)
            if calmer != script.steps[place] and time.monotonic() < end and fails(tried):
                script = tried
    return script


def _calmer(step: Step) -> Iterator[Step]:
    yield step._replace(kill=None)
    yield step._replace(line="good")
    yield step._replace(kill=None, line="good")
    if step.wait != 10_000:  # long enough for a sync to end
        yield step._replace(wait=10_000)


def _first(scripts: Iterator[Script], fails: Callable[[Script], bool], end: float) -> Script | None:
    for script in scripts:
        if time.monotonic() > end:
            return None
        if fails(script):
            return script
    return None
