"""Choosing a contact's account: search as you type, or name one that is not there yet.

A new account is made when the form is saved, so creating it never closes the form around it and
cancelling leaves nothing behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from client.ui.views.records.draft import territories_of
from client.ui.views.records.finding import town_of
from client.ui.views.records.territory_choice import TerritoryChoice
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.views.records.draft import Draft

OFFERED = 5
ALONE = "Without an account, only you and administrators see this contact."


@component
def AccountPicker(draft: Draft, problem: str) -> ft.Control:
    """The chosen account with its way out, or the search for one."""
    app = use_app()
    _version, set_version = ft.use_state(0)

    def pick(account_id: str, new_name: str = "") -> None:
        draft.set("account_id", account_id)
        draft.new_account = new_name
        draft.account_text = ""
        if new_name and not draft.new_territory:
            held = territories_of(app.replica)
            draft.new_territory = held[0].id if len(held) == 1 else ""
        set_version(lambda old: old + 1)

    on_pick = use_stable(pick)
    on_territory = use_stable(lambda chosen: setattr(draft, "new_territory", chosen))
    if draft.new_account:
        new = _chosen(f"New account: {draft.new_account}", "Made when you save", lambda: pick(""))
        choice = TerritoryChoice(draft.new_territory, on_territory)
        return ft.Column(tight=True, spacing=12, controls=[new, choice])
    account_id = draft.now.account_id if isinstance(draft.now, Contact) else ""
    if account_id:
        account = app.replica.get(Account, account_id)
        name = account.name if account else "An account not visible to you"
        return _chosen(name, town_of(account) if account else "", lambda: pick(""))
    search: ft.Control = AccountSearch(draft, on_pick, problem)
    return search


@component
def AccountSearch(draft: Draft, on_pick: Callable[..., None], problem: str) -> ft.Control:
    """Up to five accounts as one types, and last the one that is not there yet."""
    text, set_text = ft.use_state(draft.account_text)
    later = use_paused(set_text)

    def hear(typed: str) -> None:
        draft.account_text = typed
        later(typed)

    found = use_live(lambda replica: _find(replica, text), Account, deps=[text])
    return ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            target(
                "account",
                TextInput(
                    "Account",
                    use_stable(hear),
                    draft.account_text,
                    problem,
                    helper=ALONE,
                    helper_max_lines=3,
                    prefix_icon=ft.Icons.SEARCH,
                ),
            ),
            *_offers(found, text.strip(), on_pick),
        ],
    )


def _offers(found: list[Account], wanted: str, on_pick: Callable[..., None]) -> list[ft.Control]:
    """What was found, and a new account unless one is called exactly so."""
    rows: list[ft.Control] = [_offer(account, on_pick) for account in found]
    if wanted and not any(x.name.casefold() == wanted.casefold() for x in found):
        new = row(
            ft.Icons.ADD_BUSINESS_OUTLINED,
            f'New account "{wanted}"',
            on_click=lambda: on_pick("", wanted),
        )
        rows.append(target("new-account", new, button=True))
    return rows


def _offer(account: Account, on_pick: Callable[..., None]) -> ft.Control:
    shown = row(
        ft.Icons.STOREFRONT_OUTLINED,
        account.name,
        town_of(account),
        on_click=lambda: on_pick(account.id),
    )
    return target(f"pick-{account.id}", shown, button=True)


def _find(replica: Replica, text: str) -> list[Account]:
    if not text.strip():
        return []
    return replica.find(Account, text=text, order_by="name", limit=OFFERED)


def _chosen(name: str, detail: str, on_clear: Callable[[], None]) -> ft.Control:
    clear = icon_button(ft.Icons.CLOSE, "Another account", on_click=lambda _event: on_clear())
    return target(
        "account-chosen",
        ft.Container(
            row(ft.Icons.STOREFRONT_OUTLINED, name, detail, end=[clear]),
            border=ft.Border.all(1, ft.Colors.OUTLINE),
            border_radius=theme.RADIUS_S,
        ),
    )
