"""What a person sees of how they fare against competitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Closing, Competitor, Deal
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


def deal(office: Office, rivals: tuple[Competitor, ...], won: bool | None) -> None:
    closing = None if won is None else Closing(won=won, at=1)
    office.replica.create(
        Deal(
            name="Taps",
            pipeline_id="p",
            stage_id="s",
            closing=closing,
            competitors={rival.id: "" for rival in rivals},
        )
    )


async def test_win_rates_count_decided_deals_the_best_first(office: Office) -> None:
    hard, easy, new, _unnamed = (
        office.replica.create(Competitor(name=name)) for name in ("A", "B", "C", "D")
    )
    for won in (True, False, False):
        deal(office, (hard,), won)
    deal(office, (easy,), won=True)
    deal(office, (hard, new), won=None)
    async with opened(office.replica, "/winrates") as screen:
        await screen.until_says("Won 1 of 3 deals, 1 open")
        rows = [x for x in screen.identifiers() if x.startswith("rival-")]
        assert rows == [f"rival-{easy.id}", f"rival-{hard.id}", f"rival-{new.id}"]
        assert screen.words(screen.target(rows[1])) == ["A", "Won 1 of 3 deals, 1 open", "33 %"]
        assert screen.says("1 open, none decided yet")
        await screen.tap(rows[0])
        await screen.until(lambda: screen.page.route == f"/competitors/{easy.id}")


async def test_without_a_named_competitor_the_way_to_name_one_is_shown(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("more-winrates")
        await screen.until_says("No competitor is named on a deal yet")
        await screen.press("Competitors")
        await screen.until(lambda: screen.page.route == "/competitors")
