"""While you are here: three facts of a customer that are missing or old, mended on the spot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import facts, mending
from client.errors import Invalid
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, section, target
from client.ui.components.typed import Problem, TypedField, problem_of
from client.ui.hooks import use_app, use_box, use_live
from client.ui.meanwhile import Values
from client.ui.views.visits.place import place_here
from sync_protocol.records import Account, Contact, Label, Labelling, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.rules.quality import Code


class Asked(NamedTuple):
    """A fact that is typed: what to ask, what to type, how it is kept, what is said then."""

    question: str
    label: str
    icon: ft.IconData
    keep: Callable[[Replica, Account, str], object]
    said: str
    keyboard: ft.KeyboardType


TYPED: dict[str, Asked] = {
    "email": Asked(
        "No e-mail address is known", "E-mail address", ft.Icons.MAIL_OUTLINE,
        mending.put_email, "E-mail added", ft.KeyboardType.EMAIL,
    ),
    "phone": Asked(
        "No phone number is known", "Phone number", ft.Icons.CALL_OUTLINED,
        mending.put_phone, "Phone added", ft.KeyboardType.PHONE,
    ),
    "person": Asked(
        "Nobody is known here by name", "Whom do you talk to?", ft.Icons.PERSON_ADD_ALT_1_OUTLINED,
        mending.put_person, "Contact added", ft.KeyboardType.NAME,
    ),
}  # fmt: skip


@component
def Mending(account_id: str) -> ft.Control:
    """The questions about an account; nothing when all is well or it was put off."""
    app = use_app()
    put_off, set_put_off = ft.use_state(0)
    account, asked = use_live(
        lambda replica: _asked(replica, account_id),
        Account, Contact, Label, Labelling, Settings, deps=[account_id, put_off],
    )  # fmt: skip
    if account is None or not asked:
        return ft.Container()

    def again() -> None:
        mending.ask_again(app.replica, account)
        set_put_off(_next)

    def later() -> None:
        mending.later(app.replica, account)
        set_put_off(_next)
        app.say(f"{wording.short(account.name)} is asked about another time", "Undo", again)

    rows = [card(_question(app, account, code), key=code) for code in asked]
    button = ft.TextButton(
        "Ask later", icon=ft.Icons.SNOOZE, height=theme.TOUCH, on_click=lambda _event: later()
    )
    return target(
        "mending", section("While you are here", [*rows, target("ask-later", button)], len(rows))
    )


def _asked(replica: Replica, account_id: str) -> tuple[Account | None, tuple[Code, ...]]:
    account = replica.get(Account, account_id) if account_id else None
    if account is None or account.deleted:
        return None, ()
    return account, mending.offered(replica, account)


def _question(app: App, account: Account, code: Code) -> ft.Control:
    if code in TYPED:
        question: ft.Control = TypedQuestion(account, code, key=code)
        return question
    return {"label": _label, "stale": _stale, "place": _place}[code](app, account)


@component
def TypedQuestion(account: Account, code: Code) -> ft.Control:
    """A tap opens the field, another keeps what was typed; what does not fit is said beside it."""
    app = use_app()
    opened, set_opened = ft.use_state(False)
    problem, set_problem = ft.use_state(Problem())
    typed = use_box(Values({code: ""}))
    asked = TYPED[code]

    def keep(_event: object = None) -> None:
        write = partial(asked.keep, app.replica, account, typed.current[code])
        try:
            app.act(asked.said, write)
        except Invalid as invalid:
            set_problem(problem_of(invalid))

    if not opened:
        add = _button(f"fix-{code}", "Add", lambda: set_opened(True))
        return _told(asked.icon, asked.question, add)
    field = TypedField(
        typed.current, code, asked.label, problem, autofocus=True, expand=True,
        keyboard_type=asked.keyboard, on_submit=keep, key=f"field {code}",
    )  # fmt: skip
    field.expand = True
    return ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[field, _button(f"keep-{code}", "Save", keep)],
    )


def _label(app: App, account: Account) -> ft.Control:
    """The labels used most; a tap puts one on."""
    known = {label.id: label for label in mending.labels(app.replica)}

    def put(label_id: str) -> None:
        said = f"Labelled {known[label_id].name}"
        app.act(said, lambda: mending.put_label(app.replica, account, label_id))

    choices = [Choice(x.id, x.name, colour=x.colour) for x in known.values()]
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        controls=[
            _told(ft.Icons.LABEL_OUTLINE, "There is no label" if choices else "No labels yet"),
            choice_row("fix-label", choices, "", put),
        ],
    )


def _stale(app: App, account: Account) -> ft.Control:
    since, settings = facts.known_since(account), app.replica.settings
    day = wording.day(since, app.replica.now(), settings.time_zone)
    number = next((phone.number for phone in account.phones.values()), "")
    what = f"{number} and the rest" if number else "What is known"
    text = f"{what}: not verified since {day}" if since else f"{what}: never verified"
    right = _button(
        "fix-stale",
        "Still right",
        lambda: app.act("Marked as still right", lambda: facts.still_right(app.replica, account)),
    )
    return _told(ft.Icons.VERIFIED_OUTLINED, text, right)


def _place(app: App, account: Account) -> ft.Control:
    """One tap while standing there; the device is asked once."""
    entry = next(iter(account.addresses), "")
    text = "The address has no place on the map" if entry else "No address is known"
    here = _button(
        "fix-place", "I am here", lambda: app.page.run_task(place_here, app, account, entry)
    )
    return _told(ft.Icons.PLACE_OUTLINED, text, here)


def _told(icon: ft.IconData, text: str, end: ft.Control | None = None) -> ft.Control:
    return ft.Row(
        spacing=12,
        controls=[
            ft.Icon(icon, color=theme.MUTED),
            ft.Text(text, style=theme.BODY, expand=True),
            *([end] if end else []),
        ],
    )


def _button(identifier: str, text: str, on_click: Callable[[], object]) -> ft.Control:
    return target(
        identifier,
        ft.FilledTonalButton(text, height=theme.TOUCH, on_click=lambda _event: on_click()),
    )


def _next(version: int) -> int:
    return version + 1
