"""For whom one label is suggested: `/suggestions/<label>`, each to be taken up or turned down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import suggesting
from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.labels import SUGGESTION
from client.ui.components.page import reading, target
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.suggestions import words
from client.ui.views.suggestions.deciding import put_on, put_on_all, turn_down, use_survey
from client.ui.views.suggestions.list_view import NONE, ROUTE
from sync_protocol.records import Account, Label, Labelling, LabelModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.suggesting import Learned, Suggestion
    from client.ui.context import App

HEIGHT = 84


@component
def SuggestedCustomersView() -> ft.Control:
    app = use_app()
    label_id = ft.use_route_params().get("id", "")
    one = use_live(
        lambda replica: suggesting.learned_of(replica, label_id), Label, LabelModel,
        deps=[label_id],
    )  # fmt: skip
    back = lambda: app.go(ROUTE)  # noqa: E731
    if one is None:
        nothing = states.empty(SUGGESTION, "Nothing was learned of this label", NONE)
        return reading("Suggested", nothing, on_back=back)
    shown: ft.Control = Customers(one, key=label_id)
    return shown


@component
def Customers(one: Learned) -> ft.Control:
    app, label = use_app(), one.label
    survey = use_survey(app, [one])
    shown = use_live(
        lambda replica: suggesting.undecided(replica, survey.found or ()),
        Account, Labelling, deps=[survey],
    )  # fmt: skip
    by_id = {suggestion.account.id: suggestion for suggestion in shown}
    open_ = use_stable(lambda account_id: app.go(f"/accounts/{account_id}"))
    yes = use_stable(lambda suggestion: put_on(app, suggestion))
    no = use_stable(lambda suggestion: turn_down(app, suggestion))

    def rows(ids: Sequence[str]) -> list[ft.Control]:
        return [
            SuggestedRow(by_id[i], words.why(app.replica, by_id[i]), open_, yes, no, key=i)
            for i in ids
        ]

    if survey.found is None:
        body = states.loading("Looking through your customers", survey.share)
    elif not shown:
        body = _nothing(one)
    else:
        body = ft.Column(
            expand=True, spacing=theme.GAP,
            controls=[_head(app, one, shown), VirtualList(tuple(by_id), rows, HEIGHT)],
        )  # fmt: skip
    return reading(
        f"{label.name}?",
        ft.Container(
            ft.Container(body, width=theme.READABLE_WIDTH), alignment=ft.Alignment.TOP_CENTER
        ),
        on_back=lambda: app.go(ROUTE),
    )


@memo_component
def SuggestedRow(
    one: Suggestion,
    why: str,
    on_open: Callable[[str], None],
    on_yes: Callable[[Suggestion], None],
    on_no: Callable[[Suggestion], None],
) -> ft.Control:
    """A tap beside the buttons opens the customer."""
    account = one.account
    yes = _button(ft.Icons.CHECK, f"Put {one.label.name} on", lambda: on_yes(one))
    no = _button(ft.Icons.CLOSE, "Not this one", lambda: on_no(one))
    return ft.Container(
        height=HEIGHT,
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP),
        ink=True,
        on_click=lambda _event: on_open(account.id),
        content=ft.Row(
            spacing=theme.GAP_S,
            controls=[
                ft.Column(
                    expand=True, tight=True, spacing=2,
                    controls=[
                        ft.Text(account.name, style=theme.BODY, max_lines=1,
                                overflow=ft.TextOverflow.ELLIPSIS),
                        ft.Text(why, style=theme.SMALL, color=theme.MUTED, max_lines=2,
                                overflow=ft.TextOverflow.ELLIPSIS),
                    ],
                ),
                target(f"put-on-{account.id}", yes),
                target(f"turn-down-{account.id}", no),
            ],
        ),
    )  # fmt: skip


def _button(icon: ft.IconData, said: str, on_click: Callable[[], None]) -> ft.Control:
    return icon_button(icon, said, on_click=lambda _event: on_click())


def _head(app: App, one: Learned, shown: Sequence[Suggestion]) -> ft.Control:
    """How far to trust it, and all of them in one tap."""
    every = ft.FilledTonalButton(
        f"Put it on all {len(shown):,}",
        icon=ft.Icons.DONE_ALL,
        height=theme.TOUCH,
        on_click=lambda: app.page.run_task(put_on_all, app, shown),
    )
    said = f"Suggested for {wording.plural(len(shown), 'customer')}. {words.trust(one.model)}"
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        content=ft.Column(
            tight=True,
            spacing=theme.GAP,
            controls=[
                ft.Text(said, color=theme.MUTED),
                ft.Row(controls=[target("put-on-all", every)]),
            ],
        ),
    )


def _nothing(one: Learned) -> ft.Control:
    if not one.label.suggest:
        return states.empty(
            SUGGESTION, "Switched off",
            "The office has switched suggestions of this label off.",
        )  # fmt: skip
    return states.none_yet(
        SUGGESTION, "Nothing to decide",
        "All of your customers that the label may fit carry it, or somebody said no.",
    )  # fmt: skip
