"""A deal's page: what it is worth, where it stands, what comes next, and all that belongs to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import dealing
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import chip, icon_button, menu_button
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_live
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.deals.moving import ROUTE, dot, seen, use_mover
from client.ui.views.deals.parts import Competitors, NextStep
from client.ui.views.deals.reading import Card, amount, card_of
from client.ui.views.files.section import FilesSection
from client.ui.views.paper.deal_section import DealPaper
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.records.timeline import Timeline
from client.ui.views.talk import Comments, FollowButton
from sync_protocol.records import (
    Account,
    Competitor,
    Contact,
    Deal,
    Pipeline,
    Reason,
    Settings,
    User,
    renewal_id,
)
from sync_protocol.rules import stages, totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records import Stage

SHOWN = (Account, Competitor, Contact, Deal, Pipeline, Reason, Settings, User)


class Step(NamedTuple):
    """A stage of the way; `done` if it lies behind, `here` if the deal stands there."""

    key: str
    stage: Stage
    done: bool
    here: bool


class Told(NamedTuple):
    """All that the head of the page says."""

    deal: Deal
    card: Card
    pipeline: str
    steps: tuple[Step, ...]
    expected: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[tuple[ft.IconData, str, str, str], ...]
    ended: str


@component
def DealView() -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    shown: ft.Control = DealPage(record_id, key=record_id)
    return shown


@component
def DealPage(deal_id: str) -> ft.Control:
    app = use_app()
    told = use_live(lambda replica: read_deal(replica, deal_id), *SHOWN, deps=[deal_id])
    mover = use_mover()
    back = lambda: app.go(seen(app).route)  # noqa: E731
    if told is None:
        return reading("Deal", _absent(app, deal_id), on_back=back)
    move = lambda stage_id: mover.move(deal_id, stage_id)  # noqa: E731
    return reading(
        told.deal.name,
        scroll(
            [
                _worth(told),
                *([_closed(app, told)] if told.ended else [_way(told, move), _ends(app, told)]),
                *([] if told.ended else [NextStep(deal_id, key="step")]),
                *_links(app, told),
                Competitors(deal_id, key="competitors"),
                LabelsSection(told.deal, key="labels"),
                *_facts(told),
                CustomFacts("deal", deal_id),
                DealPaper(deal_id, key="paper"),
                FilesSection(Deal, deal_id, key="files"),
                Comments("deal", deal_id),
                Timeline("deal", deal_id),
            ]
        ),
        on_back=back,
        actions=_actions(app, told.deal),
    )


# --- reading ---


def read_deal(replica: Replica, deal_id: str) -> Told | None:
    deal = replica.get(Deal, deal_id)
    if deal is None or deal.deleted:
        return None
    pipeline = replica.get(Pipeline, deal.pipeline_id)
    stage = dealing.staged(deal, pipeline).stage
    return Told(
        deal=deal,
        card=card_of(replica, deal, stage),
        pipeline=pipeline.name if pipeline else "",
        steps=_steps(deal, pipeline) if pipeline else (),
        expected=_expected(replica, deal, stage),
        facts=tuple(_read_facts(replica, deal)),
        links=tuple(_read_links(replica, deal)),
        ended=_read_end(replica, deal),
    )


def _steps(deal: Deal, pipeline: Pipeline) -> tuple[Step, ...]:
    order = stages.ordered(pipeline)
    at = stages.stage_of(deal, pipeline)
    here = [key for key, _stage in order].index(at[0]) if at else 0
    return tuple(Step(key, s, place < here, place == here) for place, (key, s) in enumerate(order))


def _expected(replica: Replica, deal: Deal, stage: Stage | None) -> str:
    if deal.value is None or deal.closing is not None:
        return ""
    currency = deal.value.currency
    return amount(replica, totals.rounded(stages.weighted(deal, stage), currency), currency)


def _read_facts(replica: Replica, deal: Deal) -> list[tuple[str, str]]:
    today = replica.moment.day()
    days = (("Expected to close", deal.expected_on), ("The term ends", deal.term_ends))
    facts = [(what, wording.day_name(day, today)) for what, day in days if day]
    facts += [("Source", deal.source)] if deal.source else []
    facts += [("About", deal.about)] if deal.about else []
    return [*facts, ("Looked after by", naming.person(replica, deal.owner_id))]


def _read_links(replica: Replica, deal: Deal) -> list[tuple[ft.IconData, str, str, str]]:
    places = (
        (ft.Icons.STOREFRONT_OUTLINED, "Account", "account", deal.account_id),
        (ft.Icons.PERSON_OUTLINE, "Contact", "contact", deal.contact_id),
        (ft.Icons.AUTORENEW, "Renews", "deal", deal.renews_id),
        (ft.Icons.AUTORENEW, "Renewed by", "deal", renewal_id(deal.id)),
    )
    return [
        (icon, name, what, naming.page_of(replica, kind, record_id))
        for icon, what, kind, record_id in places
        if record_id and (name := naming.name_of(replica, kind, record_id))
    ]


def _read_end(replica: Replica, deal: Deal) -> str:
    """How it ended, in a sentence; empty while it is open."""
    end = deal.closing
    if end is None:
        return ""
    reason = replica.get(Reason, end.reason_id) if end.reason_id else None
    zone, now_ms = replica.settings.time_zone, replica.now()
    when = wording.midway(wording.day(end.at, now_ms, zone))
    why = ": ".join(filter(None, (reason.name if reason else "", end.note)))
    return f"{'Won' if end.won else 'Lost'} {when}" + (f". {why}" if why else "")


# --- what is shown ---


def _worth(told: Told) -> ft.Control:
    """The value, what can be expected of it, and for how long it has stood where it stands."""
    shown, age = told.card, told.card.age
    chance = f"{shown.chance} likely" + (f", {told.expected} expected" if told.expected else "")
    where = "new here" if age == "today" else f"{age} in this stage"
    stay = f"{told.pipeline}, {where}"
    lines: list[ft.Control] = [
        ft.Text(shown.value or "No value yet", style=theme.TITLE),
        *([] if told.ended else [ft.Text(chance, style=theme.BODY)]),
        *([] if told.ended else [_stay(stay, ageing=shown.ageing)]),
    ]
    return card(ft.Column(tight=True, spacing=theme.GAP_S, controls=lines),
                width=theme.READABLE_WIDTH)  # fmt: skip


def _stay(text: str, *, ageing: bool) -> ft.Control:
    if not ageing:
        return ft.Text(text, style=theme.SMALL, color=theme.MUTED)
    return ft.Container(
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border_radius=theme.RADIUS_S,
        padding=ft.Padding.symmetric(horizontal=8, vertical=2),
        content=ft.Text(
            f"{text}: longer than it should be",
            style=theme.SMALL,
            color=ft.Colors.ON_TERTIARY_CONTAINER,
        ),
    )


def _way(told: Told, move: Callable[[str], None]) -> ft.Control:
    """The stages to tap, what this one means, and what it still needs."""
    here = next((step.stage for step in told.steps if step.here), None)
    about = (
        list(filter(None, (here.meaning, f"It goes on when: {here.exit}" * bool(here.exit))))
        if here
        else []
    )
    missing = told.card.missing
    need = [states.notice(ft.Icons.RULE, f"Before it can go on, it needs {missing}.")]
    return section(
        "Stage",
        [
            ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP,
                   controls=[_step(step, move) for step in told.steps]),
            *[ft.Text(line, style=theme.BODY, color=theme.MUTED) for line in about],
            *(need if missing else []),
        ],
    )  # fmt: skip


def _step(step: Step, move: Callable[[str], None]) -> ft.Control:
    icon = ft.Icon(ft.Icons.CHECK, size=16) if step.done else dot(step.stage.colour)
    return target(
        f"step-{step.key}",
        chip(
            step.stage.name,
            leading=icon,
            selected=step.here,
            show_checkmark=False,
            on_select=lambda _event: move(step.key),
        ),
    )


def _ends(app: App, told: Told) -> ft.Control:
    page = f"{ROUTE}/{told.deal.id}"
    won = ft.FilledButton("Won", icon=ft.Icons.EMOJI_EVENTS_OUTLINED, height=theme.TOUCH,
                          expand=True, on_click=lambda: app.go(f"{page}/won"))  # fmt: skip
    lost = ft.OutlinedButton("Lost", icon=ft.Icons.THUMB_DOWN_OUTLINED, height=theme.TOUCH,
                             expand=True, on_click=lambda: app.go(f"{page}/lost"))  # fmt: skip
    return ft.Row(
        spacing=theme.GAP,
        controls=[target("won", won, expand=True), target("lost", lost, expand=True)],
    )


def _closed(app: App, told: Told) -> ft.Control:
    """How it ended, and the way back."""
    won = told.deal.closing is not None and told.deal.closing.won
    icon = ft.Icons.EMOJI_EVENTS_OUTLINED if won else ft.Icons.THUMB_DOWN_OUTLINED
    name = told.deal.name
    reopen = ft.OutlinedButton(
        "Reopen", icon=ft.Icons.UNDO, height=theme.TOUCH,
        on_click=lambda: app.act(
            f"{name} is open again", lambda: dealing.reopen(app.replica, told.deal)
        ),
    )  # fmt: skip
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        controls=[states.notice(icon, told.ended), ft.Row(controls=[target("reopen", reopen)])],
    )


def _links(app: App, told: Told) -> list[ft.Control]:
    rows = [
        menu_row(f"to-{what.lower().replace(' ', '-')}", icon, name, what,
                 partial(app.go, route) if route else None)
        for icon, name, what, route in told.links
    ]  # fmt: skip
    return [card(ft.Column(tight=True, spacing=0, controls=rows), padding=0)] if rows else []


def _facts(told: Told) -> list[ft.Control]:
    rows = [
        ft.Column(
            tight=True,
            spacing=0,
            controls=[
                ft.Text(what, style=theme.SMALL, color=theme.MUTED),
                selectable(words, style=theme.BODY),
            ],
        )
        for what, words in told.facts
    ]
    return [section("Details", rows)]


def _actions(app: App, deal: Deal) -> list[ft.Control]:
    def delete() -> None:
        if app.act(f"{deal.name} deleted", lambda: app.replica.delete(deal)):
            app.go(seen(app).route)

    edit = icon_button(
        ft.Icons.EDIT_OUTLINED, "Edit", on_click=lambda _event: app.go(f"{ROUTE}/{deal.id}/edit")
    )
    menu = menu_button(
        "More",
        [
            ft.PopupMenuItem(
                content="History",
                icon=ft.Icons.MANAGE_HISTORY,
                on_click=lambda _event: app.go(naming.history_of("deal", deal.id)),
            ),
            ft.PopupMenuItem(
                content="Delete deal",
                icon=ft.Icons.DELETE_OUTLINE,
                on_click=lambda _event: delete(),
            ),
        ],
    )
    return [FollowButton("deal", deal.id), target("edit", edit), target("record-menu", menu)]


def _absent(app: App, deal_id: str) -> ft.Control:
    deal = app.replica.get(Deal, deal_id)
    if deal is None:
        return states.empty(
            ft.Icons.VISIBILITY_OFF_OUTLINED, "This deal is not visible to you",
            "It may belong to another territory, or it has not reached this device yet.",
        )  # fmt: skip

    def restore() -> None:
        app.act(f"{deal.name} restored", lambda: app.replica.restore(deal))

    return states.empty(
        ft.Icons.DELETE_OUTLINE,
        f"{deal.name} was deleted",
        "Nothing is lost: restoring brings it back with its whole history.",
        "Restore",
        restore,
    )
