"""An order's invoice, as the books say it: its number, until when it is due, whether it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import paperwork
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.page import card, section, target
from client.ui.components.ticks import switch
from client.ui.components.when import DayChooser
from client.ui.hooks import use_app, use_live
from client.ui.self_saving import use_saving
from sync_protocol.records import Invoice, SalesOrder

if TYPE_CHECKING:
    from datetime import date

    from client.replica import Replica

DUE_DAYS = ((14, "In 14 days"), (30, "In 30 days"))
LONGEST = 200


@component
def InvoiceSection(order_id: str) -> ft.Control:
    """The number saves as it is typed; without one and without a day there is no invoice."""
    app = use_app()
    order = use_live(lambda replica: replica.get(SalesOrder, order_id), SalesOrder, deps=[order_id])

    def note(**said: object) -> None:
        now = app.replica.get(SalesOrder, order_id)
        if now is not None:
            paperwork.bill(app.replica, now, **said)

    def read(replica: Replica) -> str:
        held = replica.get(SalesOrder, order_id)
        return held.invoice.number if held and held.invoice else ""

    saving = use_saving(read, lambda number: note(number=number.strip()), SalesOrder)
    if order is None:
        return ft.Container()
    bill = order.invoice or Invoice()
    today = app.replica.moment.day()

    def on_day(day: date) -> None:
        app.act("Due date set", lambda: note(due=day))

    def on_paid(paid: bool) -> None:
        said = "Marked as paid" if paid else "Marked as not paid"
        app.act(said, lambda: note(paid=paid))

    number = TextInput("Number of the invoice", saving.hear, saving.first, saving.said,
                       max_length=LONGEST, counter="", key=saving.turn, **saving.focus)  # fmt: skip
    paid = switch("Paid", on_paid, on=bill.paid)
    days = DayChooser("due", DUE_DAYS, today, on_day, bill.due, key=f"due {bill.due}")
    body = [
        target("invoice-number", number),
        ft.Text(_told(bill, today), style=theme.SMALL, color=theme.MUTED),
        days,
        target("invoice-paid", paid),
    ]
    return section("Invoice", [card(ft.Column(tight=True, spacing=theme.GAP, controls=body))])


def _told(bill: Invoice, today: date) -> str:
    if bill.paid:
        return "It is paid."
    if bill.due is None:
        return "When is it due?"
    late = (today - bill.due).days
    if late > 0:
        return f"{wording.plural(late, 'day')} overdue"
    return f"Due {wording.midway(wording.day_name(bill.due, today))}"
