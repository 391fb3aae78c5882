"""Near me: customers by their distance, from where the device is or from a chosen customer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import cadence, calling, nearby
from client.presence import distance
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.hooks import use_app, use_live, use_optional, use_paused
from client.ui.views.cadences import telling
from client.ui.views.new import town_of
from client.ui.views.planner.here import Here, use_here
from client.ui.views.ways import call_button, navigate_button
from sync_protocol.records import Account, Activity, Cadence, Contact, Labelling, Position

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.calling import Callee
    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.rules.cadence import Standing

SHOWN = 40
FOUND = 6
STRAIGHT = "Distances are in a straight line. Customers without a position are not here."


class Neighbour(NamedTuple):
    account: Account
    metres: float
    standing: Standing
    callee: Callee | None


@component
def NearView() -> ft.Control:
    """`/near`."""
    app, here = use_app(), use_here(at_once=True)
    chosen, set_chosen = use_optional(Account)
    text, set_text = ft.use_state("")
    hear = use_paused(set_text)
    centre = nearby.place_of(chosen) if chosen else here.position
    around = use_live(
        lambda replica: read_near(replica, centre),
        Account, Activity, Cadence, Contact, Labelling, deps=[centre],
    )  # fmt: skip
    found = use_live(lambda replica: _find(replica, text), Account, deps=[text])

    def choose(account: Account | None) -> None:
        set_chosen(account)
        set_text("")

    return reading(
        "Near me",
        scroll(
            [
                _centre(here, chosen, choose),
                SearchInput("Around a customer instead", hear),
                *[_offer(account, choose) for account in found],
                *_body(app, here, centre, around),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[_to_map(app)],
    )


def _to_map(app: App) -> ft.Control:
    return target(
        "open-map",
        icon_button(ft.Icons.MAP_OUTLINED, "Map", on_click=lambda _event: app.go("/map")),
    )


def read_near(replica: Replica, centre: Position | None) -> tuple[Neighbour, ...]:
    if centre is None:
        return ()
    found = nearby.near(replica, centre, SHOWN)
    standings = cadence.standings(replica, [x.account.id for x in found])
    callees = calling.callees(replica, [x.account for x in found])
    return tuple(
        Neighbour(x.account, x.metres, standings[x.account.id], callees.get(x.account.id))
        for x in found
    )


def _find(replica: Replica, text: str) -> list[Account]:
    if not text.strip():
        return []
    return [
        account
        for account in replica.find(Account, text=text, order_by="name", limit=FOUND * 2)
        if nearby.place_of(account)
    ][:FOUND]


def _centre(
    here: Here, chosen: Account | None, choose: Callable[[Account | None], None]
) -> ft.Control:
    def again() -> None:
        choose(None)
        here.ask()

    words = "Asking this device where it is" if here.busy else "Where I am"
    button = ft.FilledTonalButton(
        words,
        icon=ft.Icons.MY_LOCATION,
        height=theme.TOUCH,
        disabled=here.busy,
        on_click=again,
    )
    around = [ft.Text(f"Around {chosen.name}", style=theme.BODY, expand=True)] if chosen else []
    return ft.Row(wrap=not chosen, controls=[target("here", button), *around])


def _offer(account: Account, choose: Callable[[Account], None]) -> ft.Control:
    return menu_row(
        f"around-{account.id}", ft.Icons.STOREFRONT_OUTLINED, account.name, town_of(account),
        partial(choose, account),
    )  # fmt: skip


def _body(
    app: App, here: Here, centre: Position | None, around: Sequence[Neighbour]
) -> list[ft.Control]:
    if centre is None and here.busy:
        return [states.loading("Asking this device where it is")]
    if centre is None:
        why = here.why or "This device has not said where it is."
        told = f"{why} Search for a customer to see who is around them."
        return [states.empty(ft.Icons.LOCATION_OFF_OUTLINED, "No position", told)]
    if not around:
        return [states.none_yet(ft.Icons.WHERE_TO_VOTE_OUTLINED, "Nobody is near", STRAIGHT)]
    rows = [_row(app, one) for one in around]
    return [section("Nearest first", [ft.Text(STRAIGHT, color=theme.MUTED), *rows])]


def _row(app: App, one: Neighbour) -> ft.Control:
    account, seen = one.account, one.standing.last_ms
    last = "never visited" if seen is None else f"visited {wording.ago(seen, app.replica.now())}"
    call = [call_button(app, one.callee)] if one.callee else []
    shown = row(
        telling.bar(one.standing),
        account.name,
        wording.listed([distance(one.metres), town_of(account), last]),
        on_click=lambda: app.go(f"/accounts/{account.id}"),
        end=[*call, *navigate_button(app, account)],
    )
    return target(f"near-{account.id}", shown, key=account.id, button=True)
