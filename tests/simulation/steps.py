"""What happens in a run, as plain data drawn from one seed before anything starts.

Every step carries all the chance it needs (`salt`), so taking a step out of the list changes
nothing about the others: that is what makes a failing run shrinkable.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

ACTIONS = 100
FAULTS = 8

# what people do, and how often; every one of these is an action
WRITES = {
    "create": 9, "edit": 16, "edit more": 8, "edit pair": 6, "add entry": 4, "remove entry": 3,
    "label": 4, "unlabel": 2, "new label": 2, "new account": 2, "delete": 4, "restore": 3,
    "undo": 4, "merge": 4, "move": 3, "reassign": 4, "hand over": 3, "staff": 2, "bad write": 4,
    "settle problem": 2,
}  # fmt: skip
SYNCS = 22
ADMINISTRATION = frozenset({"hand over", "staff", "reassign"})

# what goes wrong, beside what the lines do
FAULT_OPS = {
    "kill": 3, "restart": 1, "power cut": 2, "clock": 3, "partition": 2, "server crash": 4,
    "server restart": 1, "server clock": 1, "backup": 3, "go back": 3, "clone": 1, "poison": 2,
    "wipe": 4, "command": 4, "upkeep": 3,
}  # fmt: skip
# what is done with files, beside all that: some acts, each of one device
FILE_ACTS = 8
WITH_FILES = (
    ("attach",), ("attach", "sync"), ("attach", "server crash", "sync"), ("look",), ("look",),
    ("attach", "sync", "detach", "sync"), ("attach", "attach", "sync"),
)  # fmt: skip
UNMERGED = 0.5
"""How many merges are undone, a few steps later."""
DAY_MS = 86_400_000
AWAY_DAYS = (20, 100, 200, 200)
"""For so long nothing happens before the server lets go of what is old."""


class Step(NamedTuple):
    """`wait` milliseconds after the step before, device `who` does `op`.

    `n` numbers the step for good and marks what it writes. `kill` ends the device's process at the
    so-manieth await or commit of the step; `line` is how the network is while it syncs.
    """

    wait: int
    who: int
    op: str
    n: int
    salt: int
    kill: tuple[str, int] | None = None
    line: str = "good"


class Script(NamedTuple):
    """`devices` names the people whose devices take part; one person may have several."""

    seed: int
    devices: tuple[str, ...]
    pages: int
    steps: tuple[Step, ...]


LINE_UPS = (
    ("Rita", "Ben", "Ada"),
    ("Rita", "Rita", "Ada"),
    ("Rita", "Olga", "Ada"),
    ("Rita", "Ben", "Mona", "Ada"),
    ("Rita", "Rita", "Ben", "Ada"),
)


def draw(seed: int, actions: int = ACTIONS, without: frozenset[str] = frozenset()) -> Script:
    """The script of a seed, the same for ever: `actions` things people do among some faults.

    `without` names faults that are not to be drawn.
    """
    random = Random(seed)
    devices = random.choice(LINE_UPS)
    lossy = random.choice((0.2, 0.5, 0.8))
    ops = _ops(random, actions, without)
    steps = tuple(_step(random, op, n, len(devices), lossy) for n, op in enumerate(ops, 1))
    steps = tuple(_in_the_middle(place, step, steps) for place, step in enumerate(steps))
    steps = tuple(_who_merged(place, step, steps) for place, step in enumerate(steps))
    steps = _with_files(seed, steps, len(devices))
    first = tuple(Step(0, who, "sync", 0, 0) for who in range(len(devices)))
    return Script(seed, devices, random.choice((4, 7, 500)), first + steps)


def _with_files(seed: int, steps: tuple[Step, ...], devices: int) -> tuple[Step, ...]:
    """The same steps with some about files among them; a server that goes back keeps its place."""
    random = Random(f"files {seed}")
    found, n = list(steps), len(steps)
    for _ in range(FILE_ACTS):
        place, who = random.randrange(len(found)), random.randrange(devices)
        if "go back" in (step.op for step in found[place : place + 2]):
            place = 0
        some = [_file_step(random, op, who) for op in random.choice(WITH_FILES)]
        found[place:place] = [step._replace(n=n + more) for more, step in enumerate(some, 1)]
        n += len(some)
    return tuple(found)


def _file_step(random: Random, op: str, who: int) -> Step:
    wait, salt = random.choice((0, 1, 900, 4_000)), random.getrandbits(32)
    kill = _kill(random, 0, 1) if op == "attach" and random.random() < 0.1 else None
    return Step(wait, who, op, 0, salt, kill, "bad" if op == "sync" else "good")


def _in_the_middle(place: int, step: Step, steps: tuple[Step, ...]) -> Step:
    """The edit and the sync before a server goes back are of one device, and on a good line."""
    for ahead in (1, 2):
        if place + ahead < len(steps) and steps[place + ahead].op == "go back":
            return step._replace(who=steps[place + ahead].who, kill=None, line="good")
    return step


def _who_merged(place: int, step: Step, steps: tuple[Step, ...]) -> Step:
    """A merge is undone by whoever made it."""
    if step.op != "unmerge":
        return step
    made = next(earlier for earlier in reversed(steps[:place]) if earlier.op == "merge")
    return step._replace(who=made.who)


def _ops(random: Random, actions: int, without: frozenset[str]) -> list[str]:
    table = WRITES | {"sync": SYNCS}
    done = random.choices(list(table), list(table.values()), k=actions)
    faults = {op: weight for op, weight in FAULT_OPS.items() if op not in without}
    count = FAULTS + random.randrange(FAULTS)
    for op in random.choices(list(faults), list(faults.values()), k=count):
        place = random.randrange(len(done))
        done[place:place] = ["edit", "sync", op] if op == "go back" else [op]
    return _unmerged(random, _once(done, "clone"))


def _unmerged(random: Random, ops: list[str]) -> list[str]:
    """The same with some of the merges undone after a few steps."""
    for place in range(len(ops) - 1, -1, -1):
        if ops[place] == "merge" and random.random() < UNMERGED:
            later = place + 1 + random.randrange(8)
            ops[later:later] = ["unmerge"]
    return ops


def _once(ops: list[str], op: str) -> list[str]:
    """The same with `op` only where it is first: more of it costs time and teaches nothing."""
    first = ops.index(op) if op in ops else len(ops)
    return [known for place, known in enumerate(ops) if known != op or place == first]


def _step(random: Random, op: str, n: int, devices: int, lossy: float) -> Step:
    wait = random.choice((0, 0, 1, 40, 900, 4_000))
    if op == "go back":  # in the middle of the sync before it
        wait = random.randrange(15, 90)
    if op == "upkeep":
        wait = random.choice(AWAY_DAYS) * DAY_MS
    who, salt = random.randrange(devices), random.getrandbits(32)
    if op in ADMINISTRATION and random.random() < 0.8:
        who = devices - 1
    kill, line = None, "good"
    if op == "sync":
        line = "bad" if random.random() < lossy else "good"
        if random.random() < 0.12:
            kill = _kill(random, 14, 9)
    elif op in WRITES and random.random() < 0.03:
        kill = _kill(random, 0, 2 if op == "merge" else 1)
    return Step(wait, who, op, n, salt, kill, line)


def _kill(random: Random, awaits: int, commits: int) -> tuple[str, int]:
    where = random.choice(("await", "before", "after") if awaits else ("before", "after"))
    return where, random.randrange(awaits if where == "await" else commits) + 1
