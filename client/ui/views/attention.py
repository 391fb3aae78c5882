"""Needs attention: customers whose facts are missing, odd or old, and the way to mend each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import attention
from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_box, use_live, use_optional, use_stable
from client.ui.views.forms.filling import UnansweredVisits
from client.ui.views.records.known import verify
from sync_protocol.records import Account, Contact, Labelling, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.attention import Found
    from client.ui.context import App

STEP = 50
"""Records looked at without a rest: the screen must stay alive."""
SHOWN = 50


class Seen(NamedTuple):
    """What a look through all customers has found."""

    found: tuple[Found, ...]


@component
def AttentionView() -> ft.Control:
    """The list of one kind of issue; the chips count them."""
    app = use_app()
    kept, set_kept = use_optional(Seen)
    chosen, set_chosen = ft.use_state("")
    mark = use_live(lambda _replica: object(), Account, Contact, Labelling, Settings)
    latest = use_box(mark)
    latest.current = mark

    async def look() -> None:
        every: list[Found] = []
        for part in attention.scan(app.replica, STEP):
            every += part
            await asyncio.sleep(0)
            if latest.current is not mark:
                return  # something changed: another look has begun
        set_kept(Seen(tuple(every)))

    ft.use_effect(look, [app, mark])
    found = kept.found if kept else ()
    counts = counted(found)
    code = chosen if counts.get(chosen) else next(iter(counts), "")
    shown = [one for one in found if any(issue.code == code for issue in one.issues)]
    mend = use_stable(lambda one: _mend(app, one, code))
    right = use_stable(lambda one: verify(app, one.record))
    if kept is None:
        body: ft.Control = states.loading("Looking through your customers")
    elif not found:
        nothing = states.none_yet(
            ft.Icons.VERIFIED_OUTLINED, "No customer needs attention",
            "Customers with missing, odd or old facts are listed here.",
        )  # fmt: skip
        body = scroll([UnansweredVisits(), nothing])
    else:
        rows = [FoundRow(one, code, mend, right, key=one.record.id) for one in shown[:SHOWN]]
        rest = len(shown) - len(rows)
        more = [ft.Text(f"and {rest} more", color=theme.MUTED)] if rest else []
        body = scroll([UnansweredVisits(), _chips(counts, code, set_chosen), *rows, *more])
    return reading("Needs attention", body, on_back=lambda: app.go("/more"))


def counted(found: tuple[Found, ...]) -> dict[str, int]:
    """How many records have each kind of issue, the gravest kind first."""
    counts = {
        code: sum(any(issue.code == code for issue in one.issues) for one in found)
        for code in attention.WORDS
    }
    return {code: count for code, count in counts.items() if count}


def _chips(counts: dict[str, int], code: str, on_choose: Callable[[str], None]) -> ft.Control:
    choices = [
        Choice(name, f"{attention.WORDS[name]} ({count:,})") for name, count in counts.items()
    ]
    return choice_row("issue", choices, code, on_choose)


@memo_component
def FoundRow(
    one: Found, code: str, on_mend: Callable[[Found], None], on_right: Callable[[Found], None]
) -> ft.Control:
    """A tap on the row opens its form; stale facts are confirmed on the spot."""
    text = wording.listed(issue.text for issue in one.issues if issue.code == code)
    person = isinstance(one.record, Contact)
    right = target(
        f"right-{one.record.id}",
        ft.TextButton("Still right", height=theme.TOUCH, on_click=lambda _event: on_right(one)),
    )
    return target(
        f"mend-{one.record.id}",
        row(
            ft.Icons.PERSON_OUTLINE if person else ft.Icons.STOREFRONT_OUTLINED,
            one.record.name,
            text,
            on_click=lambda: on_mend(one),
            end=[right] if code == "stale" else [ft.Icon(ft.Icons.EDIT_OUTLINED)],
        ),
        button=True,
    )


def _mend(app: App, one: Found, code: str) -> None:
    place = "contacts" if isinstance(one.record, Contact) else "accounts"
    field = attention.FIELDS.get(code, "")
    app.go(f"/{place}/{one.record.id}" + (f"/edit?field={field}" if field else "/edit"))
