"""The simulator itself: its runs can be repeated, its failures read."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest

from sync_protocol.changes import Change
from sync_protocol.errors import Unreachable
from sync_protocol.records.cells import raw
from tests.simulation.batch import opened
from tests.simulation.company import Site
from tests.simulation.device import stepped
from tests.simulation.disk import Disk, blank_image
from tests.simulation.model import Accepted, Ledger
from tests.simulation.outlived import kept_past
from tests.simulation.running import play
from tests.simulation.shrink import shrink
from tests.simulation.steps import ACTIONS, FAULT_OPS, WRITES, Script, draw

TELL = (
    "from tests.simulation.running import play; from tests.simulation.steps import draw;"
    "from tests.simulation.batch import opened\n"
    "with opened('sqlite') as one: print('\\n'.join(play(draw(5), one, telling=True).story))"
)


@pytest.fixture(scope="module")
def company() -> Iterator[Site]:
    with opened("sqlite") as made:
        yield made


def test_a_run_has_three_devices_a_hundred_actions_and_five_faults() -> None:
    for seed in range(200):
        script = draw(seed)
        acts = [step for step in script.steps if step.op in WRITES or step.op == "sync"]
        faults = [step for step in script.steps if step.op in FAULT_OPS]
        assert len(script.devices) >= 3
        assert len(acts) >= ACTIONS
        assert len(faults) >= 5


def test_a_seed_draws_the_same_script_for_ever() -> None:
    assert draw(77) == draw(77)
    assert draw(77) != draw(78)


def test_a_seed_repeats_a_run_exactly_even_where_sets_have_another_order() -> None:
    stories = {
        subprocess.run(
            [sys.executable, "-c", TELL],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(stories) == 1
    assert len(stories.pop().splitlines()) > ACTIONS


def test_a_failing_script_is_shrunk_to_the_steps_it_needs() -> None:
    script = draw(3)
    needed = {step.n for step in Random(1).sample(script.steps[-60:], 3)}

    def fails(tried: Script) -> bool:
        return needed <= {step.n for step in tried.steps}

    assert {step.n for step in shrink(script, fails).steps} == needed


def test_a_story_names_who_did_what_and_when(company: Site) -> None:
    told = play(draw(5), company, telling=True).story
    assert all(line[2] == line[5] == ":" for line in told)
    assert any("phone: edits" in line for line in told)
    assert any("server: accepts" in line for line in told)


async def test_a_sync_that_is_to_die_later_hears_what_its_requests_fail_with() -> None:
    async def fails() -> None:
        raise Unreachable("The line is cut.")

    async def waits() -> str:
        with suppress(Unreachable):
            await asyncio.create_task(fails())
        return "heard"

    assert await stepped(waits(), 9, lambda: None) == "heard"


def test_what_was_to_end_one_life_of_a_device_does_not_end_the_next() -> None:
    disk = Disk(blank_image(), lambda _when: None, fragile=False)
    before, now = disk.open(), disk.open()
    disk.kill(before)
    assert not now.dead
    disk.kill(now)
    assert now.dead


def test_the_ledger_lets_the_last_writer_win_in_any_order() -> None:
    early, late = ((1, 9), "early"), ((2, 3), "late")
    values = set()
    for order in ((early, late), (late, early)):
        ledger = Ledger()
        for number, (stamp, value) in enumerate(order, 1):
            change = Change("label", "x", {"name": raw(value)}, create=True)
            ledger.write((stamp[1], 1), Accepted(number, stamp, "", (change,)), number)
        values.add(ledger.records["label", "x"].value("name"))
    assert values == {"late"}


def test_the_ledger_hears_once_of_what_the_server_removed_for_good() -> None:
    ledger = Ledger()
    ledger.write((0, 7), Accepted(7, (1, 0), "", ()), 5)
    assert ledger.latest_own == 7
    assert ledger.received == [(5, 7)]


def test_what_came_too_late_against_a_default_is_no_longer_asked_for_past_the_horizon() -> None:
    ledger = Ledger()
    earlier, later, last = (1, 9), (2, 3), (3, 4)
    off = {"on": raw(False)}
    for number, (stamp, cells) in enumerate(((later, {}), (earlier, off), (last, {})), 1):
        change = Change("labelling", "x", cells, create=True)
        ledger.write((stamp[1], 1), Accepted(number, stamp, "", (change,)), now_ms=number)
        if number == 2:
            assert list(kept_past(ledger)) == [("labelling", "x", "on", *earlier)]
            ledger.forget(before_ms=3, now_ms=4)
    assert list(kept_past(ledger)) == []
