"""What is filled in on a deal's page itself: the next step, and what competitors offer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import dealing
from client.ui import naming
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import card, section, target
from client.ui.components.when import TASK_DAYS, DayChooser
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.self_saving import use_saving
from sync_protocol.records import Competitor, Deal

if TYPE_CHECKING:
    from datetime import date

    from client.replica import Replica

MAX_STEP = 200


@component
def NextStep(deal_id: str) -> ft.Control:
    """What comes next, saved as it is typed, and on which day."""
    app = use_app()
    deal = use_live(lambda replica: replica.get(Deal, deal_id), Deal, deps=[deal_id])

    def read(replica: Replica) -> str:
        held = replica.get(Deal, deal_id)
        return held.next_step if held else ""

    def write(text: str) -> None:
        current = app.replica.get(Deal, deal_id)
        if current is not None and current.next_step != text.strip():
            dealing.plan_step(app.replica, current, text, current.next_step_on)

    saving = use_saving(read, write, Deal)
    if deal is None:
        return ft.Container(visible=False)

    def on_day(day: date) -> None:
        step = (app.replica.get(Deal, deal_id) or deal).next_step
        app.act("Next step planned", lambda: dealing.plan_step(app.replica, deal, step, day))

    field = TextInput("What comes next", saving.hear, saving.first, saving.said,
                      max_length=MAX_STEP, key=saving.turn, **saving.focus)  # fmt: skip
    days = DayChooser("step", TASK_DAYS, app.replica.moment.day(), on_day, deal.next_step_on,
                      key=f"day {deal.next_step_on}")  # fmt: skip
    return section("Next step", [target("next-step", field), days])


@component
def Competitors(deal_id: str) -> ft.Control:
    """Whom they could buy from instead, and what is known of the offer."""
    app = use_app()
    deal = use_live(lambda replica: replica.get(Deal, deal_id), Deal, Competitor, deps=[deal_id])
    if deal is None:
        return ft.Container(visible=False)
    known = [Offer(deal_id, key, key=f"offer {key}") for key in deal.competitors]
    others = [each for each in dealing.competitors(app.replica) if each.id not in deal.competitors]
    offered = [Choice(each.id, each.name, ft.Icons.ADD) for each in others]

    def add(competitor_id: str) -> None:
        name = naming.name_of(app.replica, "competitor", competitor_id)
        note = partial(dealing.compete, app.replica, deal, competitor_id, "")
        app.act(f"{name} competes for it", note)

    if not known and not offered:
        return ft.Container(visible=False)
    return section(
        "Competitors",
        [*known, *([choice_row("compete", offered, "", add)] if offered else [])],
        len(known) or None,
    )


@component
def Offer(deal_id: str, competitor_id: str) -> ft.Control:
    """One competitor, with the offer as a field and the way to take them off."""
    app = use_app()
    name = naming.name_of(app.replica, "competitor", competitor_id) or "A former competitor"

    def read(replica: Replica) -> str:
        held = replica.get(Deal, deal_id)
        return held.competitors.get(competitor_id, "") if held else ""

    def write(text: str) -> None:
        current = app.replica.get(Deal, deal_id)
        if current is not None and current.competitors.get(competitor_id) != text.strip():
            dealing.compete(app.replica, current, competitor_id, text)

    def remove() -> None:
        current = app.replica.get(Deal, deal_id)
        if current is not None:
            take = partial(dealing.compete, app.replica, current, competitor_id, None)
            app.act(f"{name} taken off", take)

    saving = use_saving(read, write, Deal)
    on_remove = use_stable(remove)
    button = icon_button(ft.Icons.CLOSE, f"Take {name} off", on_click=lambda _event: on_remove())
    return card(
        ft.Row(
            controls=[
                target(
                    f"offer-{competitor_id}",
                    TextInput(f"{name}: what they offer", saving.hear, saving.first, saving.said,
                              expand=True, max_length=MAX_STEP, key=saving.turn, **saving.focus),
                    expand=True,
                ),
                target(f"take-off-{competitor_id}", button),
            ]
        )
    )  # fmt: skip
