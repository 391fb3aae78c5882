"""What happens in a run to devices, lines and the server, beside what people write and sync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.headquarters import ServerCrash
from tests.simulation.steps import DAY_MS

if TYPE_CHECKING:
    from tests.simulation.device import Device
    from tests.simulation.running import Run

MOST_DEVICES = 6
SHIFTS_MS = (-7_200_000, -90_000, -3_000, 3_000, 90_000, 7_200_000, 365 * DAY_MS, -400 * DAY_MS)
COMMANDS = {"lock": 4, "unlock": 1, "resync": 3, "rescue": 3, "wipe": 2}


def _kill(run: Run, device: Device, random: Random) -> None:
    run.count("crashes", f"{device.name}: is killed")
    device.die()


def _restart(run: Run, device: Device, random: Random) -> None:
    run.say(f"{device.name}: is started again")
    device.restart()


def _power_cut(run: Run, device: Device, random: Random) -> None:
    run.count("power cuts", f"{device.name}: loses power")
    device.die(lost=random.randrange(1, 6))


def _clock(run: Run, device: Device, random: Random) -> None:
    device.offset_ms = random.choice((0, *SHIFTS_MS))
    run.count("clock jumps", f"{device.name}: its clock is off by {device.offset_ms / 1000:.0f} s")


def _partition(run: Run, device: Device, random: Random) -> None:
    seconds = random.choice((3, 30, 300))
    run.count("partitions", f"{device.name}: has no network for {seconds} s")
    device.line.cut_until = asyncio.get_running_loop().time() + seconds


def _server_crash(run: Run, device: Device, random: Random) -> None:
    run.headquarters.crash_at = random.randrange(1, 4)


def _server_restart(run: Run, device: Device, random: Random) -> None:
    run.count("server restarts", "server: is started again")
    run.headquarters.start()


def _server_clock(run: Run, device: Device, random: Random) -> None:
    run.shift_ms = random.choice((-3_600_000, -5_000, 0, 5_000, 3_600_000))
    run.count("server clock jumps", f"server: its clock is off by {run.shift_ms / 1000:.0f} s")


def _back_up(run: Run, device: Device, random: Random) -> None:
    run.totals["backups"] += 1
    run.say("server: is backed up")
    run.headquarters.back_up()


def _restore(run: Run, device: Device, random: Random) -> None:
    if run.headquarters.restore(files=random.random() < 0.5):
        run.count("restores", "server: is restored from its backup")
        for known in run.devices:
            known.complete = False
            known.line.asks_snapshot = True


def _wipe(run: Run, device: Device, random: Random) -> None:
    """Its user signs out for good and in again: only what waits nowhere may be thrown away."""
    is_busy = device.task is not None and not device.task.done()
    if is_busy or device.pending() or device.replica.problems():
        return
    run.count("wipes", f"{device.name}: is wiped and signed in again")
    device.wipe(f"{random.random()}")


def _clone(run: Run, device: Device, random: Random) -> None:
    """A backup of the phone is put on another phone, and both go on."""
    if len(run.devices) < MOST_DEVICES:
        name = f"{device.name}'s copy"
        run.count("clones", f"{device.name}: is copied to another phone")
        run.devices.append(device.copy(name, f"{random.random()}"))


def _command(run: Run, device: Device, random: Random) -> None:
    """An administrator tells a device what to do; one that is locked is unlocked, mostly."""
    boss = next(known for known in run.devices if known.user.name == "Ada")
    (action,) = random.choices(list(COMMANDS), list(COMMANDS.values()))
    locked = [known for known in run.devices if run.headquarters.is_locked(known.replica.device)]
    if action in ("lock", "unlock") and locked:
        device, action = random.choice(locked), "unlock"
    run.in_background(boss.command(device, action))


def _upkeep(run: Run, device: Device, random: Random) -> None:
    """Where it dies in the middle, the next one goes on from there."""
    run.count("upkeeps", "server: lets go of what is too old")
    crash_at = random.choice((0, 1, 1, 2))
    try:
        run.headquarters.tidy(crash_at)
    except ServerCrash:
        run.totals["upkeeps cut short"] += 1
        run.server_crashed()
        run.headquarters.tidy()


def _look(run: Run, device: Device, random: Random) -> None:
    """Its user opens a file."""
    run.in_background(device.look(random))


HAPPENINGS: dict[str, Callable[[Run, Device, Random], None]] = {
    "kill": _kill, "restart": _restart, "power cut": _power_cut, "clock": _clock,
    "partition": _partition, "server crash": _server_crash, "server restart": _server_restart,
    "server clock": _server_clock, "backup": _back_up, "go back": _restore, "wipe": _wipe,
    "clone": _clone, "command": _command, "upkeep": _upkeep, "look": _look,
}  # fmt: skip
