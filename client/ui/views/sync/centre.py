"""The sync centre, behind the strip: how sync stands, what waits, and what needs a person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.errors import Invalid, NotAllowed
from client.sync.loop import Phase
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.hooks import use_app, use_live, use_optional, use_sync
from client.ui.views.records.draft_form import hand_over
from client.ui.views.records.draft_keeping import mended
from client.ui.views.sign_in import SignInAgain
from client.ui.views.sync.device import DeviceSection
from client.ui.views.sync.files_waiting import FilesWaiting
from client.ui.views.sync.problem_card import Answers, discard_question, problem_card
from client.ui.views.sync.reading import Refused, read_centre, why_not
from client.ui.views.sync.state_card import PauseCard, state_card
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from client.sync.loop import SyncLoop
    from client.ui.context import App
    from client.ui.views.sync.reading import Act, Centre, Given, Group

ALSO = "What you had typed in this form and not saved is here, too."


@component
def SyncView() -> ft.Control:
    app, loop = use_app(), use_sync()
    settled, set_settled = ft.use_state(0)
    centre = use_live(
        read_centre,
        *[kind.struct for kind in kinds().values()],
        deps=[loop.phase, loop.last, settled],
    )
    discarding, set_discarding = use_optional(Refused)

    def discard(refused: Refused) -> None:
        set_discarding(None)
        app.replica.discard(refused.problem)
        app.say("Discarded. The record shows what the server has.")
        set_settled(lambda count: count + 1)
        loop.ask()

    def again(refused: Refused) -> None:
        if app.act("It will be sent again", lambda: _retry(app, refused), undo=False):
            set_settled(lambda count: count + 1)

    ft.use_dialog(
        discard_question(discarding, discard, lambda: set_discarding(None)) if discarding else None
    )
    answers = Answers(partial(fix, app), again, set_discarding)
    return reading(
        "Sync",
        scroll(_parts(app, loop, centre, answers)),
        on_back=lambda: app.go("/"),
        actions=[_sync_now(loop)],
    )


def fix(app: App, refused: Refused) -> None:
    """Open the record's form as it was typed; where there is no form, the record.

    What was typed into that form and is not saved yet is there, too.
    """
    draft = mended(app.replica, refused.problem)
    if draft is None:
        app.go(refused.page)
        return
    if app.replica.draft(draft.key) is not None:
        app.say(ALSO)
    hand_over(app, draft)
    app.go(refused.form)


def _parts(app: App, loop: SyncLoop, centre: Centre, answers: Answers) -> list[ft.Control]:
    signed_out = loop.phase is Phase.SIGNED_OUT
    waits = centre.groups or centre.refused or app.replica.uploads()
    idle = not waits and not signed_out
    return [
        *([PauseCard(loop.removing)] if loop.phase is Phase.ASKS else []),
        state_card(centre, loop.phase, loop.trouble),
        *([SignInAgain(app)] if signed_out else []),
        *[problem_card(refused, answers) for refused in centre.refused],
        *[_group(group, centre.now_ms) for group in centre.groups],
        *([_all_sent()] if idle else []),
        *([_given(centre)] if centre.given else []),
        FilesWaiting(key="files"),
        DeviceSection(check=True),
        menu_row(
            "diagnostics", ft.Icons.MEDICAL_INFORMATION_OUTLINED, "Send diagnostics",
            "For whoever helps you: how this device stands, without any customer's data.",
            lambda: app.go("/queue/diagnostics"),
        ),
    ]  # fmt: skip


def _sync_now(loop: SyncLoop) -> ft.Control:
    return target(
        "sync-now",
        ft.FilledTonalButton(
            "Sync now",
            icon=ft.Icons.SYNC,
            height=theme.TOUCH,
            disabled=loop.phase in (Phase.SYNCING, Phase.SIGNED_OUT),
            on_click=loop.ask,
        ),
    )


def _group(group: Group, now_ms: int) -> ft.Control:
    more = group.total - len(group.items)
    rest = [ft.Text(f"and {more} more", style=theme.BODY, color=theme.MUTED)] if more else []
    oldest = f"The oldest was made {wording.ago(group.oldest_ms, now_ms)}"
    lines = [
        ft.Text(oldest, style=theme.SMALL, color=theme.MUTED),
        *[_act(act, now_ms) for act in group.items],
        *rest,
    ]
    body = card(ft.Column(spacing=theme.GAP, controls=lines), width=theme.READABLE_WIDTH)
    title = f"{group.title}, waiting"
    return target(f"waiting-{group.kind}", section(title, [body], group.total))


def _act(act: Act, now_ms: int) -> ft.Control:
    return ft.Row(
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Text(act.text, style=theme.BODY, expand=True),
            ft.Text(wording.ago(act.at_ms, now_ms), style=theme.SMALL, color=theme.MUTED),
        ],
    )


def _retry(app: App, refused: Refused) -> None:
    try:
        app.replica.retry(refused.problem)
    except Invalid as problem:
        raise NotAllowed(why_not(app.replica, refused.problem, problem)) from problem


def _given(centre: Centre) -> ft.Control:
    rows = [_given_row(given, centre.now_ms) for given in centre.given]
    return section("Discarded lately", rows, len(rows))


def _given_row(given: Given, now_ms: int) -> ft.Control:
    copy = ft.TextButton(
        "Copy",
        icon=ft.Icons.COPY_OUTLINED,
        height=theme.TOUCH,
        action=ft.CopyToClipboard(given.text),
    )
    ago = f"{wording.ago(given.at_ms, now_ms).capitalize()}. Kept for 30 days."
    line = row(ft.Icons.DELETE_OUTLINE, given.title, ago, end=[copy])
    return target(f"given-{given.number}", line)


def _all_sent() -> ft.Control:
    return states.empty(
        ft.Icons.DONE_ALL, "Nothing is waiting", "All your changes have reached the server."
    )
