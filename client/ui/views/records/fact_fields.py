"""Fields of a form beyond plain text: numbers, the account above, and how one may be reached."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row, row
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from client.ui.views.records.draft_form import use_choice
from client.ui.views.records.finding import town_of
from sync_protocol.records import CHANNELS, Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.views.records.draft import Draft

OFFERED = 5
NOT_SAID = ""
CHOICES = (
    Choice("preferred", "Preferred"),
    Choice(NOT_SAID, "Not said"),
    Choice("allowed", "Allowed"),
    Choice("blocked", "Blocked"),
)
NAMES = {
    "phone": "Phone", "message": "Messages", "email": "E-mail", "post": "Post", "visit": "Visits",
}  # fmt: skip
LARGEST = 1 << 32


def employees_of(text: str) -> Any:
    """A number as people write it; what is none stays as typed, so that it can be refused."""
    digits = "".join(text.split()).replace(",", "").replace(".", "").replace("'", "")
    if not digits:
        return None
    return int(digits) if digits.isdecimal() and int(digits) < LARGEST else text


@component
def Employees(draft: Draft, problem: str) -> ft.Control:
    hear = use_stable(lambda text: draft.set("employees", employees_of(text)))
    held = getattr(draft.now, "employees", None)
    initial = "" if held is None else str(held)
    number = ft.KeyboardType.NUMBER
    entry = TextInput("Employees", hear, initial, problem, keyboard_type=number,
                      key=draft.turns["employees"])  # fmt: skip
    return target("field-employees", entry)


@component
def Channels(draft: Draft) -> ft.Control:
    """For each channel what they said of it."""
    rows = [ChannelRow(draft, channel, key=channel) for channel in CHANNELS]
    return section("How they want to be reached", rows)


@component
def ChannelRow(draft: Draft, channel: str) -> ft.Control:
    _version, set_version = ft.use_state(0)
    chosen = draft.now.channels.get(channel, NOT_SAID)

    def choose(value: str) -> None:
        if value == NOT_SAID:
            draft.drop_entry("channels", channel)
        else:
            draft.put_entry("channels", channel, value)
        set_version(lambda old: old + 1)

    return ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        controls=[
            ft.Text(NAMES[channel], style=theme.SMALL, color=theme.MUTED),
            choice_row(f"channel-{channel}", CHOICES, chosen, choose),
        ],
    )


@component
def ParentPicker(draft: Draft, problem: str) -> ft.Control:
    """The account that this one belongs to, with its way out, or the search for one."""
    app = use_app()
    chosen, choose = use_choice(draft, "parent_id")
    text, set_text = ft.use_state("")
    hear = use_paused(set_text)

    def pick(account_id: str) -> None:
        choose(account_id)
        set_text("")

    own = draft.now.id
    found = use_live(lambda replica: _find(replica, text, own), Account, deps=[text])
    if chosen:
        account = app.replica.get(Account, chosen)
        return _chosen(account, problem, lambda: pick(""))
    field = TextInput("Belongs to (head office)", hear, "", problem, prefix_icon=ft.Icons.SEARCH)
    offers = [
        menu_row(
            f"parent-{account.id}", ft.Icons.STOREFRONT_OUTLINED, account.name, town_of(account),
            partial(pick, account.id),
        )
        for account in found
    ]  # fmt: skip
    return ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[target("parent", field), *offers],
    )


def _chosen(account: Account | None, problem: str, on_clear: Callable[[], None]) -> ft.Control:
    clear = icon_button(ft.Icons.CLOSE, "Another account", on_click=lambda _event: on_clear())
    name = account.name if account else "An account not visible to you"
    shown = row(ft.Icons.ACCOUNT_TREE_OUTLINED, f"Belongs to {name}", problem, end=[clear])
    line = ft.Colors.ERROR if problem else ft.Colors.OUTLINE
    return target(
        "parent-chosen",
        ft.Container(shown, border=ft.Border.all(1, line), border_radius=theme.RADIUS_S),
    )


def _find(replica: Replica, text: str, own: str) -> list[Account]:
    if not text.strip():
        return []
    found = replica.find(Account, text=text, order_by="name", limit=OFFERED + 1)
    return [account for account in found if account.id != own][:OFFERED]
