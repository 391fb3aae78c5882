"""What is wrong at the demo company's customers: cases in every status, one of them urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.demo.making import MINUTE
from sync_protocol.records import Case, CaseState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.demo.customers import Customer, Desk
    from server.demo.making import Maker
    from sync_protocol.records.activities import Priority


class Trouble(NamedTuple):
    """A case opened so many days ago; `begun` and `solved` are days after that."""

    title: str
    about: str
    days_ago: int
    priority: Priority = "normal"
    begun: int | None = None
    solved: int | None = None
    resolution: str = ""


TROUBLES = (
    Trouble("Cooler does not get cold", "Stands at nine degrees since the weekend.", 4, "high"),
    Trouble("Two crates were broken", "From the last delivery; wants a credit note.", 2),
    Trouble("Tap drips", "The left one; the cellar is wet every morning.", 12, begun=3),
    Trouble("Invoice has the wrong address", "", 6, begun=1),
    Trouble("Wrong glasses delivered", "Wanted the small ones.", 30, begun=1, solved=4,
            resolution="Exchanged on the next round."),
    Trouble("Delivery came too late", "The kitchen was waiting for it.", 55, solved=2,
            resolution="Now first on the Thursday round."),
)  # fmt: skip


def report(maker: Maker, desk: Desk, customers: Sequence[Customer]) -> None:
    """One area's cases, most of them with customers that somebody will soon visit."""
    settled = [c for c in customers if c.stage == "Customer" and c.since_ms == desk.import_ms]
    near_first = settled[: len(TROUBLES) * 4]
    for trouble, customer in zip(
        TROUBLES, maker.rng.sample(near_first, len(TROUBLES)), strict=True
    ):
        _case(maker, desk, customer, trouble)


def _case(maker: Maker, desk: Desk, customer: Customer, trouble: Trouble) -> None:
    opened = maker.at(maker.day(trouble.days_ago), 11, maker.rng.randrange(60))
    case = maker.make(
        desk.rep,
        opened,
        Case(
            title=trouble.title,
            about=trouble.about,
            opened_at=opened,
            priority=trouble.priority,
            account_id=customer.account.id,
            contact_id=customer.contacts[0].id if customer.contacts else "",
            assignee_id=desk.rep,
            owner_id=desk.rep,
        ),
    )
    day_ms = 24 * 60 * MINUTE
    if trouble.begun is not None:
        at = opened + trouble.begun * day_ms
        case = maker.edit(desk.rep, at, case, state=CaseState("in_progress", at))
    if trouble.solved is not None:
        at = opened + trouble.solved * day_ms
        maker.edit(desk.rep, at, case, state=CaseState("resolved", at, trouble.resolution))
