"""Behind the strip: how sync stands, what waits, and what the server refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.errors import Invalid, NotAllowed
from client.sync.loop import Phase
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.sheet import question
from client.ui.hooks import use_app, use_live, use_optional, use_sync
from client.ui.views.sign_in import SignInAgain
from sync_protocol import clock
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from client.replica import Replica, Status
    from client.store.problems import Problem
    from client.sync.loop import SyncLoop
    from client.ui.context import App
    from sync_protocol.changes import Changeset

SHOWN = 30
CLOCK_OFF_MS = 60_000
STATES = {
    Phase.IDLE: (ft.Icons.CLOUD_DONE_OUTLINED, "Everything is in order"),
    Phase.SYNCING: (ft.Icons.SYNC, "Syncing"),
    Phase.OFFLINE: (ft.Icons.CLOUD_OFF_OUTLINED, "The server cannot be reached"),
    Phase.SIGNED_OUT: (ft.Icons.LOCK_OUTLINE, "Signed out"),
    Phase.TROUBLE: (ft.Icons.ERROR_OUTLINE, "Sync has a problem"),
}
EXPLAINED = {
    Phase.IDLE: "",
    Phase.SYNCING: "",
    Phase.OFFLINE: "Go on working: changes are kept here and sent when there is a connection.",
    Phase.SIGNED_OUT: "Your changes are kept on this device. Sign in to send them.",
    Phase.TROUBLE: "Your changes are kept on this device. It tries again by itself.",
}


class Group(NamedTuple):
    """Waiting acts about one kind of record; `items` are the first of them in words."""

    kind: str
    title: str
    total: int
    oldest_ms: int
    items: tuple[str, ...]


class Refused(NamedTuple):
    """An act the server refused: what it was, why, and all that was typed."""

    problem: Problem
    title: str
    reason: str
    field: str
    values: tuple[tuple[str, str], ...]
    page: str

    @property
    def text(self) -> str:
        """Everything as plain text, for the clipboard."""
        return "\n".join([self.title, self.reason, *(f"{a}: {b}" for a, b in self.values)])


class Queue(NamedTuple):
    status: Status
    now_ms: int
    groups: tuple[Group, ...]
    refused: tuple[Refused, ...]


@component
def QueueView() -> ft.Control:
    app, loop = use_app(), use_sync()
    discarded, set_discarded = ft.use_state(0)
    queue = use_live(
        read_queue,
        *[kind.struct for kind in kinds().values()],
        deps=[loop.phase, loop.last, discarded],
    )
    discarding, set_discarding = use_optional(Refused)

    def discard(refused: Refused) -> None:
        set_discarding(None)
        app.replica.discard(refused.problem)
        app.say("Discarded. The record shows what the server has.")
        set_discarded(lambda count: count + 1)
        loop.ask()

    def again_from(refused: Refused) -> None:
        if app.act("It will be sent again", lambda: _retry(app, refused), undo=False):
            set_discarded(lambda count: count + 1)

    ft.use_dialog(_asks(discarding, discard, lambda: set_discarding(None)) if discarding else None)
    nothing = not queue.groups and not queue.refused
    again = [SignInAgain(app)] if loop.phase is Phase.SIGNED_OUT else []
    return reading(
        "Sync",
        scroll(
            [
                _state(queue, loop.phase, loop.trouble),
                *again,
                *[_refused(app, refused, set_discarding, again_from) for refused in queue.refused],
                *[_group(group, queue.now_ms) for group in queue.groups],
                *([_all_sent()] if nothing and not again else []),
            ]
        ),
        on_back=lambda: app.go("/"),
        actions=[_sync_now(loop)],
    )


def read_queue(replica: Replica) -> Queue:
    return Queue(
        status=replica.status(),
        now_ms=replica.now(),
        groups=tuple(_groups(replica, _acts(replica.pending()))),
        refused=tuple(_tell(replica, problem) for problem in replica.problems()),
    )


def sentence(replica: Replica, changeset: Changeset) -> str:
    """What was done, in words: Log visit - Café Müller."""
    name = next(filter(None, (naming.told_of(replica, change) for change in changeset.changes)), "")
    return f"{changeset.name} - {name}" if name else changeset.name


def _acts(pending: Iterable[Changeset]) -> list[Changeset]:
    """One changeset for each act, the first; empty ones are withdrawn numbers."""
    acts: dict[str, Changeset] = {}
    for changeset in pending:
        if changeset.changes:
            acts.setdefault(changeset.action or str(changeset.number), changeset)
    return list(acts.values())


def _groups(replica: Replica, acts: Sequence[Changeset]) -> Iterable[Group]:
    by_kind: dict[str, list[Changeset]] = {}
    for changeset in acts:
        by_kind.setdefault(changeset.changes[0].kind, []).append(changeset)
    for kind, found in by_kind.items():
        yield Group(
            kind,
            naming.PLURALS.get(kind, kind.capitalize()),
            len(found),
            clock.millis(found[0].time),
            tuple(sentence(replica, changeset) for changeset in found[:SHOWN]),
        )


def _tell(replica: Replica, problem: Problem) -> Refused:
    rejection, changeset = problem.rejection, problem.changeset
    kind, record_id = rejection.kind, rejection.id
    if not kind and changeset.changes:
        kind, record_id = changeset.changes[0].kind, changeset.changes[0].id
    values = [pair for change in changeset.changes for pair in naming.values_of(replica, change)]
    here = bool(naming.name_of(replica, kind, record_id))
    return Refused(
        problem,
        sentence(replica, changeset),
        rejection.message,
        rejection.field,
        tuple(values),
        naming.page_of(replica, kind, record_id) if here else "",
    )


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


def _state(queue: Queue, phase: Phase, trouble: str) -> ft.Control:
    icon, title = STATES[phase]
    status = queue.status
    if phase is Phase.IDLE and status.waiting:
        title = "About to send"
    elif phase is Phase.IDLE and queue.refused:
        icon, title = ft.Icons.ERROR_OUTLINE, "The server refused what is listed here"
    synced = status.synced_ms
    lines = [
        "Not synced yet" if synced is None else f"Last sync {wording.ago(synced, queue.now_ms)}",
        EXPLAINED[phase],
        trouble if phase is Phase.TROUBLE else "",
        _clock(status.offset_ms),
    ]
    progress = status.loading
    bar = (
        [ft.ProgressBar(value=progress.done / max(1, progress.total)),
         ft.Text(f"{progress.done:,} of about {progress.total:,} records", style=theme.SMALL)]
        if progress
        else []
    )  # fmt: skip
    return card(
        ft.Row(
            vertical_alignment=ft.CrossAxisAlignment.START,
            spacing=theme.GAP_L,
            controls=[
                ft.Icon(icon, color=ft.Colors.PRIMARY),
                ft.Column(
                    expand=True,
                    tight=True,
                    spacing=theme.GAP_S,
                    controls=[
                        ft.Text(title, style=theme.HEADING),
                        *[ft.Text(line, color=theme.MUTED) for line in lines if line],
                        *bar,
                    ],
                ),
            ],
        )
    )


def _clock(offset_ms: int) -> str:
    if abs(offset_ms) <= CLOCK_OFF_MS:
        return ""
    minutes = wording.plural(round(abs(offset_ms) / 60_000), "minute")
    side = "behind" if offset_ms > 0 else "ahead of"
    return f"This device's clock is {minutes} {side} the server's; times are corrected."


def _group(group: Group, now_ms: int) -> ft.Control:
    more = group.total - len(group.items)
    lines = [*group.items, *([f"and {more} more"] if more else [])]
    return target(
        f"waiting-{group.kind}",
        section(
            f"{group.title}, waiting",
            [
                card(
                    ft.Column(
                        spacing=theme.GAP,
                        controls=[
                            ft.Text(
                                f"The oldest was made {wording.ago(group.oldest_ms, now_ms)}",
                                style=theme.SMALL,
                                color=theme.MUTED,
                            ),
                            *[ft.Text(line, style=theme.BODY) for line in lines],
                        ],
                    ),
                    width=theme.READABLE_WIDTH,
                )
            ],
            group.total,
        ),
    )


def _retry(app: App, refused: Refused) -> None:
    try:
        app.replica.retry(refused.problem)
    except Invalid as problem:
        raise NotAllowed(problem.message) from problem


def _refused(
    app: App,
    refused: Refused,
    on_discard: Callable[[Refused], None],
    on_again: Callable[[Refused], None],
) -> ft.Control:
    """The reason, the typed values, and what can be done."""
    number = refused.problem.changeset.number
    fix = (
        [target("fix", ft.FilledButton("Fix", height=theme.TOUCH,
                                       on_click=lambda: app.go(refused.page)))]
        if refused.page
        else []
    )  # fmt: skip
    content = ft.Column(
        spacing=theme.GAP,
        controls=[
            ft.Row(
                controls=[
                    ft.Icon(ft.Icons.PRIORITY_HIGH, color=ft.Colors.ERROR),
                    ft.Text(refused.title, style=theme.HEADING, expand=True),
                ]
            ),
            ft.Text(refused.reason, color=ft.Colors.ERROR),
            *[_value(what, value) for what, value in refused.values],
            ft.Row(
                wrap=True,
                controls=[
                    *fix,
                    target("try-again", ft.TextButton("Try again", height=theme.TOUCH,
                                                      on_click=lambda: on_again(refused))),
                    _copy(refused),
                    target("discard", ft.TextButton("Discard", height=theme.TOUCH,
                                                    on_click=lambda: on_discard(refused))),
                ],
            ),
        ],
    )  # fmt: skip
    return target(f"refused-{number}", card(content, width=theme.READABLE_WIDTH))


def _value(what: str, value: str) -> ft.Control:
    return ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Text(what, style=theme.SMALL, color=theme.MUTED, width=104),
            ft.Text(value, style=theme.BODY, expand=True, selectable=True),
        ],
    )


def _copy(refused: Refused) -> ft.Control:
    return ft.TextButton(
        "Copy",
        icon=ft.Icons.COPY_OUTLINED,
        height=theme.TOUCH,
        action=ft.CopyToClipboard(refused.text),
    )


def _asks(
    refused: Refused, on_yes: Callable[[Refused], None], on_no: Callable[[], None]
) -> ft.AlertDialog:
    dialog = question(
        "Discard this change?",
        "It is gone from this device then. Copy it first if you may need what you typed.",
        "Discard",
        lambda: on_yes(refused),
        on_no,
    )
    dialog.actions = [_copy(refused), *dialog.actions]
    return dialog


def _all_sent() -> ft.Control:
    return states.empty(
        ft.Icons.DONE_ALL, "Nothing is waiting", "All your changes have reached the server."
    )
