"""While a page of the log is applied, or an answer settled, the next one is on its way."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from client.store import meta
from sync_protocol.errors import Unreachable
from sync_protocol.messages import MAX_PUSH, Cursor, Page, Pull, Push, Verdicts
from sync_protocol.records import Account
from tests.benchmarks.company import Loopback, Measured, open_replica

CHANGES = 350


class Watched(Loopback):
    """Remembers how far the replica was when a page was asked for; may lose the line."""

    replica: Any
    asked: list[tuple[int, int]]
    sent: list[tuple[int, int]]
    breaks_at = 0
    fails_at = 0

    async def pull(self, request: Pull) -> Page:
        here = meta.read(self.replica._connection, "cursor", Cursor) or Cursor()
        self.asked.append((request.cursor.sequence, here.sequence))
        if len(self.asked) == self.breaks_at:
            raise Unreachable("The line is lost.")
        page: Page = await super().pull(request)
        return page

    async def push(self, request: Push) -> Verdicts:
        """Notes the first number sent, and the first that was not settled by then."""
        self.sent.append((request.changesets[0].number, self.replica.pending()[0].number))
        if len(self.sent) == self.fails_at:
            raise Unreachable("The line is lost.")
        verdicts: Verdicts = await super().push(request)
        return verdicts


async def _watched(measured: Measured, path: Path) -> tuple[Any, Watched]:
    """A replica that has to read many changes, and its line."""
    replica: Any = await open_replica(measured, str(path))
    await replica.sync()
    client = measured.office.client(measured.rep)
    client.send(*map(client.changeset, measured.edits(CHANGES)))
    line = Watched(replica._exchange.exchange, replica._exchange.session)
    line.replica, line.asked, line.sent, replica._exchange = replica, [], [], line
    return replica, line


async def test_the_next_page_is_asked_for_before_one_is_applied(tmp_path: Path) -> None:
    with closing(Measured(f"sqlite:///{tmp_path / 'server.db'}", CHANGES)) as measured:
        replica, line = await _watched(measured, tmp_path / "replica.db")
        report = await replica.sync()
        assert report.received == CHANGES
        assert len(line.asked) > 1
        assert all(asked > here for asked, here in line.asked[1:])
        assert replica.kept_digest() == replica.digest()
        await replica.close()


async def test_a_line_lost_meanwhile_loses_no_page(tmp_path: Path) -> None:
    with closing(Measured(f"sqlite:///{tmp_path / 'server.db'}", CHANGES)) as measured:
        replica, line = await _watched(measured, tmp_path / "replica.db")
        line.breaks_at = 2
        with pytest.raises(Unreachable):
            await replica.sync()
        (_first, begun), (second, _here) = line.asked
        assert meta.read(replica._connection, "cursor", Cursor).sequence == second > begun
        report = await replica.sync()
        assert report.received == CHANGES - (second - begun)
        await replica.close()


async def test_the_next_batch_is_sent_before_the_one_before_is_settled(tmp_path: Path) -> None:
    with closing(Measured(f"sqlite:///{tmp_path / 'server.db'}", CHANGES)) as measured:
        replica, line = await _watched(measured, tmp_path / "replica.db")
        _write_batches(replica, 3)
        report = await replica.sync()
        assert line.sent == [(1, 1), (MAX_PUSH + 1, 1), (2 * MAX_PUSH + 1, MAX_PUSH + 1)]
        assert report.sent == 3 * MAX_PUSH
        assert replica.pending() == []
        await replica.close()


async def test_a_line_lost_with_two_batches_open_takes_each_edit_once(tmp_path: Path) -> None:
    with closing(Measured(f"sqlite:///{tmp_path / 'server.db'}", CHANGES)) as measured:
        replica, line = await _watched(measured, tmp_path / "replica.db")
        _write_batches(replica, 2)
        line.fails_at = 2
        with pytest.raises(Unreachable):
            await replica.sync()
        assert replica.pending()[0].number == MAX_PUSH + 1
        await replica.sync()
        assert replica.pending() == []
        assert line.sent[2:] == [(MAX_PUSH + 1, MAX_PUSH + 1)]
        await replica.sync()
        assert replica.kept_digest() == replica.digest()
        await replica.close()


async def test_what_was_refused_is_settled_before_more_is_sent(tmp_path: Path) -> None:
    with closing(Measured(f"sqlite:///{tmp_path / 'server.db'}", CHANGES)) as measured:
        replica, line = await _watched(measured, tmp_path / "replica.db")
        for place in range(MAX_PUSH + 1):
            replica.create(Account(name=f"Bakery {place}", territory_id="of somebody else"))
        report = await replica.sync()
        assert line.sent == [(1, 1), (MAX_PUSH + 1, MAX_PUSH + 1)]
        assert report.rejected == MAX_PUSH + 1
        await replica.close()


def _write_batches(replica: Any, count: int) -> None:
    for place in range(count * MAX_PUSH):
        replica.create(Account(name=f"Bakery {place}"))
