"""A long offline backlog, through a line that breaks again and again, in both directions."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from sync_protocol.records import Contact
from tests.faults.place import check_all_equal, got_through, settle
from tests.faults.proxy import Proxy

if TYPE_CHECKING:
    from tests.faults.place import Place

CONTACTS, AT_ONCE = 1_600, 50
TEXT_BYTES = 16_000
"""Twenty-five megabytes in all, of text that does not compress well."""


async def test_a_long_backlog_goes_both_ways_through_a_line_that_is_cut(place: Place) -> None:
    random = Random(3)
    async with (
        Proxy(place.server.port) as line,
        await place.replica("ada", line.url) as ada,
        await place.replica("bob", line.url) as bob,
    ):
        await settle(ada, bob)
        for start in range(0, CONTACTS, AT_ONCE):
            with ada.changeset("Add contacts"):
                for number in range(start, start + AT_ONCE):
                    about = random.randbytes(TEXT_BYTES // 2).hex()
                    ada.create(Contact(name=f"Contact {number}", about=about))
        for phone, direction in ((ada, "up"), (bob, "down")):
            broken = line.broken
            for _ in range(3):
                line.cut(random.randrange(500_000, 2_000_000), direction)  # type: ignore[arg-type]
                await got_through(phone)
            line.heal()
            await settle(ada)
            assert line.broken > broken
        await settle(bob)
        assert bob.count(Contact) == CONTACTS
        check_all_equal(place, ada, bob)
