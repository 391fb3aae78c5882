"""What a person sees of why deals were won and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Closing, Deal, Money, Reason
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


def deal(office: Office, amount: str, closing: Closing | None, currency: str = "EUR") -> None:
    value = Money(amount, currency) if amount else None
    office.replica.create(
        Deal(name="Taps", pipeline_id="p", stage_id="s", value=value, closing=closing)
    )


async def test_reasons_are_told_with_counts_and_sums_the_commonest_first(
    admins_office: Office,
) -> None:
    office = admins_office
    replica = office.replica
    price, service, no = (
        replica.create(Reason(name=name, of=of))
        for name, of in (("Price", "won"), ("Service", "won"), ("No budget", "lost"))
    )
    for amount in ("1000", "200.50"):
        deal(office, amount, Closing(won=True, at=1, reason_id=service.id))
    deal(office, "80", Closing(won=True, at=1, reason_id=service.id), "CHF")
    deal(office, "", Closing(won=True, at=1, reason_id=price.id))
    deal(office, "7", Closing(won=False, at=1, reason_id=no.id))
    deal(office, "7", Closing(won=False, at=1, note="They moved away"))
    deal(office, "500", None)
    replica.update(service, archived=True)
    async with opened(replica, "/endings") as screen:
        await screen.until_says("Won (4)")
        assert screen.says("Lost (2)")
        rows = [x for x in screen.identifiers() if x.startswith("won-")]
        assert rows == [f"won-{service.id}", f"won-{price.id}"]
        words = screen.words(screen.target(rows[0]))
        assert words == ["Service", "75 %", "3 deals, 80.00 CHF + 1,200.50 EUR"]
        assert screen.words(screen.target(rows[1])) == ["Price", "25 %", "1 deal"]
        assert screen.words(screen.target("lost-"))[0] == "No reason chosen"


async def test_the_report_follows_what_is_closed_while_it_is_shown(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("more-endings")
        await screen.until_says("No deal is closed yet")
        deal(office, "7", Closing(won=False, at=1, reason_id="of-another-territory"))
        await screen.until_says("A reason not visible to you")
        assert screen.says("No deal was won yet.")
