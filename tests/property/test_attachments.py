"""Whatever happens to files and their records on the way, in the end it is as if nothing had.

Every attachment that stands can be fetched by everybody who sees it, every file is on the server
once, and nothing of an upload is left anywhere.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sync_protocol.blobs import MAX_CHUNK
from sync_protocol.records import Account, Attachment
from tests.simulation.test_attachments import Company
from tests.simulation.world import Phone, World

FILES = [bytes([number]) * (MAX_CHUNK * number + 1) for number in range(1, 4)]
Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "attach",
                "delete",
                "restore",
                "undo",
                "close",
                "reopen",
                "sync",
                "cut",
                "lose",
                "kill",
            ]
        ),
        st.integers(0, 1),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=16,
)


class Play:
    """Plays steps on two phones: (what, whose phone, a number that chooses)."""

    def __init__(self, company: Company) -> None:
        self.company = company
        world = company.world
        bar = Account(id=world.office.id(), name="Bar", territory_id=world.territory.id)
        world.office.add(bar)
        self.accounts = [world.shop.id, bar.id]
        company.sync()

    def step(self, step: Step) -> None:
        what, whose, number = step
        phone = (self.company.rita, self.company.ben)[whose]
        self.company.world.wait(5)
        getattr(self, what)(phone, number)

    def attach(self, phone: Phone, number: int) -> None:
        account = phone.replica.get(Account, self.accounts[number % 2])
        assert account is not None
        phone.replica.attach(account, FILES[number], f"{number}.jpg", "image/jpeg")

    def delete(self, phone: Phone, number: int) -> None:
        found = phone.replica.find(Attachment)
        if found:
            phone.replica.delete(found[number % len(found)])

    def restore(self, phone: Phone, number: int) -> None:
        found = phone.replica.find(Attachment, deleted=True)
        gone = [attachment for attachment in found if attachment.deleted]
        if gone:
            phone.replica.restore(gone[number % len(gone)])

    def undo(self, phone: Phone, _number: int) -> None:
        phone.replica.undo()

    def close(self, phone: Phone, number: int) -> None:
        self._set_deleted(phone, number, deleted=True)

    def reopen(self, phone: Phone, number: int) -> None:
        self._set_deleted(phone, number, deleted=False)

    def sync(self, phone: Phone, _number: int) -> None:
        phone.sync()

    def cut(self, phone: Phone, number: int) -> None:
        line = self.company.lines[id(phone)]
        line.breaks_after = line.chunks + number
        phone.try_sync()
        line.breaks_after = 1 << 30

    def lose(self, phone: Phone, _number: int) -> None:
        line = self.company.lines[id(phone)]
        line.loses_answers = True
        phone.try_sync()
        line.loses_answers = False

    def kill(self, phone: Phone, number: int) -> None:
        self.cut(phone, number)
        asyncio.run(phone.restart(self.company.world))
        self.company.lines[id(phone)] = self.company.connect(phone)

    def _set_deleted(self, phone: Phone, number: int, *, deleted: bool) -> None:
        account = phone.replica.get(Account, self.accounts[number % 2])
        assert account is not None
        phone.replica.update(account, deleted=deleted)


def standing(phone: Phone) -> list[Attachment]:
    """Attachments that neither are deleted nor hang beneath an account that is, by id."""
    accounts = {account.id for account in phone.replica.find(Account)}
    found = phone.replica.find(Attachment, order_by="id")
    return [attachment for attachment in found if attachment.record_id in accounts]


def check(company: Company) -> None:
    for phone in (company.rita, company.ben):
        assert phone.replica.uploads() == []
        assert phone.replica.pending() == []
        for attachment in standing(phone):
            assert company.seen(phone, attachment) is not None, (phone.path, attachment)
    assert standing(company.rita) == standing(company.ben)
    assert company.under_way() == 0
    stored = company.on_server()
    assert len(stored) == len(set(stored))


@settings(max_examples=10)
@given(STEPS)
def test_files_and_their_records_end_well_together(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            play = Play(Company(world, Path(folder)))
            for step in steps:
                play.step(step)
            play.company.sync()
            play.company.sync()
            check(play.company)
        finally:
            world.close()
