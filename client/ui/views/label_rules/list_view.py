"""The rules by which labels are put on: `/rules`. All may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import label_rules
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.hooks import use_app, use_live
from client.ui.views.lists.chips import in_words
from client.ui.views.lists.facets import facets_of
from sync_protocol.records import Account, CustomField, Label, Labelling, LabelRule

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App

ROUTE = "/rules"
ABOUT = (
    "If a record fits, it gets the label. Most labels come and go with the data, on every device "
    "and without a signal; some are put on by a run, and stay."
)
NONE = (
    "A rule spares the tapping: customers with more than 50 people are Big, those not visited for "
    "three months are Quiet."
)


class Told(NamedTuple):
    """A rule as the list tells it."""

    rule: LabelRule
    label: str
    carried: int
    asks: str = ""


class Rules(NamedTuple):
    """All rules, by name; `left` is how many records are still to be looked at."""

    all: tuple[Told, ...]
    left: int


@component
def RulesView() -> ft.Control:
    app = use_app()
    found = use_live(read_rules, Account, CustomField, Label, Labelling, LabelRule)
    may = keeping.may(app.replica, LabelRule, "create")
    on = [_row(app, told, may) for told in found.all if told.rule.active]
    off = [_row(app, told, may) for told in found.all if not told.rule.active]
    nothing = states.none_yet(ft.Icons.AUTO_MODE, "No label rules yet", NONE)
    left = f"Still to be looked at: {wording.plural(found.left, 'record')}."
    return reading(
        "Label rules",
        scroll(
            [
                ft.Text(ABOUT, color=theme.MUTED),
                *([states.notice(ft.Icons.HOURGLASS_EMPTY, left)] if found.left else []),
                *(on or ([] if off else [nothing])),
                *([section("Switched off", off, len(off))] if off else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[_add(app)] if may else [],
    )


def read_rules(replica: Replica) -> Rules:
    labels = {label.id: label for label in replica.find(Label)}
    facets = {of: facets_of(replica, of) for of in label_rules.OF}
    rules = sorted(replica.find(LabelRule), key=lambda rule: rule.name.casefold())
    told = [
        Told(
            rule,
            labels[rule.label_id].name if rule.label_id in labels else "A label that is gone",
            label_rules.carried(replica, rule),
            in_words(rule.filter, labels, facets[rule.of]),
        )
        for rule in rules
    ]
    return Rules(tuple(told), replica.still_to_derive())


def _add(app: App) -> ft.Control:
    return target(
        "add",
        ft.FilledTonalButton(
            "New rule", icon=ft.Icons.ADD, height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/new"),
        ),
    )  # fmt: skip


def _row(app: App, told: Told, may: bool) -> ft.Control:
    rule = told.rule
    how = "stays" if rule.stays else "comes and goes"
    said = wording.listed([f"{told.label} {how}", f"on {wording.plural(told.carried, rule.of)}"])
    said += f". If: {told.asks}" if told.asks else ""
    icon = ft.Icons.PUSH_PIN_OUTLINED if rule.stays else ft.Icons.AUTO_MODE
    if not may:
        return target(f"rule-{rule.id}", row(icon, rule.name, said), key=rule.id)
    return menu_row(f"rule-{rule.id}", icon, rule.name, said, lambda: app.go(f"{ROUTE}/{rule.id}"))
