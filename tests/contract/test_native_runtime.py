"""The runtime contract on native, and what only native promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from client.runtime.native import NativeRuntime
from tests.contract import cases

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.site import Site

REPOSITORY = Path(__file__).parents[2]
DEAD = "http://127.0.0.1:9"

ENDED = """
import asyncio, os, sys
from client.runtime.native import NativeRuntime
from tests.contract import cases
place = cases.Place(NativeRuntime, sys.argv[1], "", "")
asyncio.run(cases.write_and_end(place))
os._exit(9)
"""


@pytest.fixture
def place(tmp_path: Path, answering: Site) -> cases.Place:
    return cases.Place(NativeRuntime, str(tmp_path / "deep" / "replica.db"), answering.url, DEAD)


@pytest.mark.parametrize("case", cases.CASES, ids=cases.NAMES)
async def test_native_keeps_the_contract(
    case: Callable[[cases.Place], Awaitable[None]], place: cases.Place
) -> None:
    await case(place)


async def test_what_was_flushed_outlives_the_process(place: cases.Place) -> None:
    assert write_in_a_process_that_ends(place).returncode == 9
    await cases.read_after_the_end(place)


async def test_another_process_cannot_open_a_held_replica(place: cases.Place) -> None:
    _, connection = await cases.opened(place)
    assert "StorageBusy" in write_in_a_process_that_ends(place).stderr
    connection.close()


async def test_the_secret_is_readable_by_its_owner_alone(place: cases.Place) -> None:
    runtime = NativeRuntime()
    await runtime.prepare(place.path)
    assert runtime.read_secret(place.path) is None
    runtime.write_secret(place.path, "first")
    runtime.write_secret(place.path, "second")
    assert runtime.read_secret(place.path) == "second"
    assert Path(place.path + ".token").stat().st_mode & 0o777 == 0o600  # noqa: ASYNC240
    runtime.write_secret(place.path, None)
    assert runtime.read_secret(place.path) is None


def write_in_a_process_that_ends(place: cases.Place) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENDED, place.path]
    return subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True, text=True)


async def test_the_room_that_is_told_of_is_what_the_replica_takes(place: cases.Place) -> None:
    runtime = NativeRuntime()
    await runtime.prepare(place.path)
    runtime.write_secret(place.path, "x" * 1_000)
    use = await runtime.storage()
    assert use.used == 1_000
    assert use.quota > use.used
