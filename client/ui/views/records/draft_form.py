"""The frame of a form over a draft: kept while it is filled in, found again, saved or thrown away.

Save and Cancel stand in the bar. What is wrong, and that something was found again, is said above
the fields and never scrolled away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import parse_qs, urlparse

import flet as ft

from client.ui import theme
from client.ui.components import states
from client.ui.components.page import reading, screen, scroll, target
from client.ui.components.sheet import question
from client.ui.hooks import use_app, use_box, use_layout, use_record
from client.ui.plain import PLAIN
from client.ui.views.kept import came_back_notice, forget, kept_as, use_kept
from client.ui.views.records.draft import entry_at_fault
from client.ui.views.records.draft_keeping import kept, restored
from client.ui.views.records.draft_unshown import unshown
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import DraftKey
    from client.ui.context import App
    from client.ui.views.records.draft import Draft

SYNC = "/queue"


class Problem(NamedTuple):
    """What is wrong with a field; `entry` says with which of its phones or e-mails."""

    field: str
    message: str
    entry: str = ""

    def at(self, field: str) -> str:
        return self.message if field == self.field else ""


NONE = Problem("", "")


BESIDE_LISTS = ("account", "contact", "lead", "customobject", *(plain.kind for plain in PLAIN))
"""Their forms open in a pane, where there are two; others stand in the middle of a screen."""


class DraftForm(NamedTuple):
    """A form as it stands; a new `generation` means that it begins afresh.

    `seen` is where leaving it leads.
    """

    draft: Draft
    problem: Problem
    set_problem: Callable[[Problem], None]
    generation: int
    came_back: bool
    afresh: Callable[[], None]
    seen: str


def use_draft_form(key: DraftKey, begin: Callable[[], Draft], seen: str) -> DraftForm:
    """The draft that was left under `key`, laid over its record as it is, or a new one."""
    app = use_app()
    record = use_record(kinds()[key.kind].struct, key.id)

    def follow(draft: Draft) -> None:
        if record is not None:
            draft.follow(record)

    found = use_kept(key, lambda: restored(app.replica, key) or begin(), follow, kept)
    problem, set_problem = _use_problem(found.held)

    def afresh() -> None:
        found.afresh()
        set_problem(NONE)

    return DraftForm(
        found.held, problem, set_problem, found.generation, found.came_back, afresh, seen
    )


def use_choice(draft: Draft, name: str) -> tuple[Any, Callable[[Any], None]]:
    """A field that is tapped rather than typed, as it stands, and how to set it."""
    _version, set_version = ft.use_state(0)

    def choose(chosen: Any) -> None:
        draft.set(name, chosen)
        set_version(lambda old: old + 1)

    return getattr(draft.now, name), choose


def framed(
    form: DraftForm,
    title: str,
    fields: ft.Control,
    on_save: Callable[[], None],
    above: Sequence[ft.Control] = (),
    *,
    alone: bool = False,
) -> ft.Control:
    """The screen of a form; to be called in every render, like a hook.

    One that stands `alone` has no list beside it, whatever its record.
    """
    app, layout = use_app(), use_layout()
    asking, set_asking = ft.use_state(False)
    draft = form.draft

    def leave() -> None:
        forget(app, draft.key)
        app.go(SYNC if draft.mends else form.seen)

    def cancel() -> None:
        set_asking(True) if draft.changed else leave()

    ft.use_dialog(_leaving(leave, lambda: set_asking(False)) if asking else None)
    beside_list = layout.two_panes and draft.key.kind in BESIDE_LISTS and not alone
    frame = screen if beside_list else reading
    return frame(
        title,
        _beneath(
            [*_notices(form.problem, form.came_back, form.afresh), *above],
            scroll([*unshown(draft), fields], left=beside_list),
            left=beside_list,
        ),
        on_back=cancel,
        actions=[*([_cancel(cancel)] if layout.two_panes else []), _save(on_save)],
    )


def unfinished(app: App, key: DraftKey) -> Draft | None:
    """What was typed into a form and not saved; None if nothing was."""
    held: Draft | None = app.kept(kept_as(key))
    return held if held and held.changed else restored(app.replica, key)


def hand_over(app: App, draft: Draft) -> None:
    """Let the form of a draft's record open with it."""
    app.forget(kept_as(draft.key))
    app.keep(kept_as(draft.key), lambda: draft)


def is_here(app: App, key: DraftKey) -> bool:
    """Whether there is anything to edit: a record, or what was typed of one."""
    if not key.id or app.kept(kept_as(key)) is not None:
        return True
    held = app.replica.get(kinds()[key.kind].struct, key.id)
    return restored(app.replica, key) is not None if held is None else not held.deleted


def asked(route: str, name: str) -> str:
    """What the address says about a new record."""
    return parse_qs(urlparse(route).query).get(name, [""])[0]


def refused(draft: Draft) -> Problem:
    """What the server said against the edit that a draft mends."""
    if draft.mends is None:
        return NONE
    field, message = draft.mends.problem.rejection.field, draft.mends.problem.rejection.message
    plain = (x.why for x in draft.mends.unfit if x.field == field and not x.kept)
    return Problem(field, next(plain, message), entry_at_fault(draft, field))


def _beneath(above: list[ft.Control], fields: ft.Control, *, left: bool) -> ft.Control:
    """What stands above the fields is as wide as they are, and as far from the side."""
    air = ft.Padding.symmetric(horizontal=theme.GAP_L)
    at = ft.Alignment.CENTER_LEFT if left else ft.Alignment.CENTER
    held = [ft.Container(ft.Container(one, width=theme.READABLE_WIDTH, padding=air), alignment=at)
            for one in above]  # fmt: skip
    return ft.Column(expand=True, spacing=theme.GAP, controls=[*held, fields])


def _use_problem(draft: Draft) -> tuple[Problem, Callable[[Problem], None]]:
    first = use_box(refused(draft)).current
    return cast("tuple[Problem, Callable[[Problem], None]]", ft.use_state(first))


def _notices(problem: Problem, came_back: bool, afresh: Callable[[], None]) -> list[ft.Control]:
    """Above the fields and never scrolled away."""
    shown: list[ft.Control] = []
    if problem.message:
        text = f"Not saved. {problem.message}"
        shown.append(
            target("form-problem", states.notice(ft.Icons.ERROR_OUTLINE, text, error=True))
        )
    elif came_back:
        shown.append(came_back_notice(afresh))
    air = ft.Padding.symmetric(vertical=theme.GAP_S)
    return [ft.Container(control, padding=air) for control in shown]


def _leaving(on_leave: Callable[[], None], on_stay: Callable[[], None]) -> ft.AlertDialog:
    return question(
        "Leave without saving?",
        "What you typed in this form would be thrown away.",
        "Throw away",
        on_leave,
        on_stay,
        no="Keep editing",
    )


def _cancel(on_cancel: Callable[[], None]) -> ft.Control:
    button = ft.TextButton("Cancel", height=theme.TOUCH, on_click=lambda _event: on_cancel())
    return target("cancel", button)


def _save(on_save: Callable[[], None]) -> ft.Control:
    return target(
        "save",
        ft.FilledButton(
            "Save", icon=ft.Icons.CHECK, height=theme.TOUCH, on_click=lambda _event: on_save()
        ),
    )
