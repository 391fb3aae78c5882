"""Phones, e-mails, addresses, profiles and needs in a form: add, remove, say of which kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, dropdown
from client.ui.components.fields import TextInput
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_layout, use_stable
from client.ui.layout import Size
from client.ui.views.records.draft import KIND_PARTS, NEW_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.views.records.draft import Draft

TITLES = {
    "phones": "Phones", "emails": "E-mails", "addresses": "Addresses", "socials": "Profiles",
    "needs": "Before you go in",
}  # fmt: skip
ONES = {
    "phones": "phone", "emails": "e-mail", "addresses": "address", "socials": "profile",
    "needs": "need or preference",
}  # fmt: skip
KINDS = {
    "phones": ("mobile", "work", "home", "other"),
    "emails": ("work", "home", "other"),
    "addresses": ("visits", "billing", "delivery", "home"),
    "socials": ("linkedin", "facebook", "instagram", "x", "other"),
    "needs": ("needs", "likes", "avoids", "habit"),
}
LINES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "phones": ("number", "Phone", {"keyboard_type": ft.KeyboardType.PHONE}),
    "emails": ("address", "E-mail", {"keyboard_type": ft.KeyboardType.EMAIL}),
    "socials": ("url", "Address of the profile", {"keyboard_type": ft.KeyboardType.URL}),
    "needs": ("text", "What to know", {"multiline": True, "min_lines": 1, "max_lines": 4}),
}
"""The part that is typed, what it is called, and how its field is."""
NO_KIND = "-"
KIND_WIDTH = 118
LARGE_TEXT = 1.3
"""Larger, and each part has a line of its own; on a phone, what is longer than a number has."""


@component
def EntryFields(
    draft: Draft, field: str, problem: str, fault: str, first: bool = False
) -> ft.Control:
    """All entries of one field, and the way to another; `first` takes the cursor.

    `problem` stands at the entry `fault`, or beneath them all where that has no line of its own.
    """
    app = use_app()
    _version, set_version = ft.use_state(0)

    def change(act: Callable[[], None]) -> None:
        act()
        set_version(lambda old: old + 1)

    drop = use_stable(lambda entry: change(lambda: draft.drop_entry(field, entry)))
    make: Any = AddressEntry if field == "addresses" else LineEntry
    lines = field != "addresses" and fault in getattr(draft.now, field)
    rows = [
        make(
            draft, field, entry, drop, problem if lines and entry == fault else "",
            first=first and place == 0, key=f"{entry} {draft.turns[f'{field}.{entry}']}",
        )
        for place, entry in enumerate(getattr(draft.now, field))
    ]  # fmt: skip
    beneath = [] if lines else _problem(field, problem)
    add = target(
        f"add-{field}",
        ft.TextButton(
            f"Add {ONES[field]}",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda _event: change(
                lambda: draft.put_entry(field, app.replica.new_entry(), NEW_VALUES[field])
            ),
        ),
    )
    air = [ft.Container(height=theme.GAP_S)] if rows else []
    entries = [ft.Column(tight=True, spacing=12, controls=rows)] if rows else []
    return section(TITLES[field], [*air, *entries, *beneath, ft.Row(controls=[add])])


@component
def LineEntry(
    draft: Draft, field: str, entry: str, on_drop: Callable[[str], None], error: str, *, first: bool
) -> ft.Control:
    """One line, a phone number say, with its kind."""
    part, label, options = LINES[field]
    value = getattr(draft.now, field)[entry]
    hear = use_stable(lambda text: draft.set_part(field, entry, part, text))
    layout = use_layout()
    tight = layout.size is Size.PHONE and field != "phones"
    beneath = layout.text > LARGE_TEXT or tight
    kind = KindChoice(draft, field, entry, beneath)
    return _parts(
        [
            [
                TextInput(
                    label, hear, getattr(value, part), error, expand=True, autofocus=first,
                    **options,
                ),
                *([] if beneath else [kind]),
                _drop(field, entry, on_drop),
            ],
        ],
        [_clear_of_drop(kind)] if beneath else [],
    )  # fmt: skip


@component
def AddressEntry(
    draft: Draft,
    field: str,
    entry: str,
    on_drop: Callable[[str], None],
    _error: str,
    *,
    first: bool,
) -> ft.Control:
    """An address as it is written on a letter."""
    value = getattr(draft.now, field)[entry]

    def hear(part: str) -> Callable[[str], None]:
        return lambda text: draft.set_part(field, entry, part, text)

    street, code, town, country = (
        use_stable(hear("street")),
        use_stable(hear("postal_code")),
        use_stable(hear("town")),
        use_stable(hear("country")),
    )
    large = use_layout().text > LARGE_TEXT
    postal: dict[str, Any] = {"expand": True} if large else {"width": 136}
    lines = [
        [
            TextInput("Street", street, value.street, expand=True, autofocus=first, key="street"),
            _drop(field, entry, on_drop),
        ],
        [TextInput("Postal code", code, value.postal_code, key="code", **postal)],
        [TextInput("Town", town, value.town, expand=True, key="town")],
        [TextInput("Country", country, value.country, expand=True, key="country")],
    ]
    kind = KindChoice(draft, field, entry, large)
    if large:
        return _parts(lines, [kind])
    return _parts([lines[0], [*lines[1], *lines[2]], [*lines[3], kind]])


@component
def KindChoice(draft: Draft, field: str, entry: str, wide: bool) -> ft.Control:
    """Mobile, work, home: chosen from a short menu, and a kind from elsewhere is kept."""
    part = KIND_PARTS.get(field, "kind")
    kind = getattr(getattr(draft.now, field)[entry], part)
    _shown, set_shown = ft.use_state(kind)

    def choose(chosen: str) -> None:
        chosen = "" if chosen == NO_KIND else chosen
        draft.set_part(field, entry, part, chosen)
        set_shown(chosen)

    names = [*KINDS[field], *([kind] if kind and kind not in KINDS[field] else [])]
    choices = [Choice(NO_KIND, "None"), *[Choice(name, name.capitalize()) for name in names]]
    width = theme.READABLE_WIDTH if wide else KIND_WIDTH
    return dropdown("Kind", choices, kind or NO_KIND, choose, label="Kind", width=width)


def _parts(lines: Sequence[Sequence[ft.Control]], beneath: Sequence[ft.Control] = ()) -> ft.Control:
    """What stands beside each other, line by line; `beneath` is as wide as there is room."""
    rows = [
        ft.Row(
            spacing=theme.GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=list(line),
        )
        for line in lines
    ]
    return ft.Column(tight=True, spacing=12, controls=[*rows, *beneath])


def _clear_of_drop(kind: ft.Control) -> ft.Control:
    """As wide as the field above it, which has a button at its side."""
    return ft.Container(kind, padding=ft.Padding.only(right=theme.TOUCH + theme.GAP))


def _drop(field: str, entry: str, on_drop: Callable[[str], None]) -> ft.Control:
    return icon_button(
        ft.Icons.CLOSE,
        f"Remove {ONES[field]}",
        height=theme.TALL,
        on_click=lambda _event: on_drop(entry),
    )


def _problem(field: str, problem: str) -> list[ft.Control]:
    if not problem:
        return []
    text = ft.Text(problem, style=theme.SMALL, color=ft.Colors.ERROR, expand=True)
    icon = ft.Icon(ft.Icons.ERROR_OUTLINE, size=18, color=ft.Colors.ERROR)
    return [target(f"problem-{field}", ft.Row(spacing=theme.GAP, controls=[icon, text]))]
