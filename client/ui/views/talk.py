"""Comments on a record, and the switch to follow it: parts that any page can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import talk
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import naming, theme, wording
from client.ui.component import component, memo_component
from client.ui.components.buttons import chip, icon_button
from client.ui.components.fields import TextInput
from client.ui.components.page import card, section, target
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import Comment, Follow, User

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = 10
MAX_COMMENT = 5_000
TEXT = "name"
"""Under this name of the form its beginning is the title among what is unfinished."""


@component
def FollowButton(kind: str, record_id: str) -> ft.Control:
    """A bell: filled while this user follows the record."""
    app = use_app()
    on = use_live(lambda replica: talk.follows(replica, record_id), Follow, deps=[record_id])

    def turn() -> None:
        now = not talk.follows(app.replica, record_id)
        said = "You hear of what others do here" if now else "You hear no more of this"
        app.act(said, lambda: talk.follow(app.replica, kind, record_id, on=now))

    return target(
        "follow",
        icon_button(
            ft.Icons.NOTIFICATIONS_ACTIVE if on else ft.Icons.NOTIFICATION_ADD_OUTLINED,
            "Stop following" if on else "Follow",
            selected=on,
            on_click=lambda _event: turn(),
        ),
    )


@component
def Comments(kind: str, record_id: str) -> ft.Control:
    """The latest comments, and a field for another."""
    app = use_app()
    found = use_live(
        lambda replica: talk.comments(replica, record_id, SHOWN), Comment, User, deps=[record_id]
    )
    total = app.replica.count(Comment, record_id=record_id)
    rows = [CommentRow(comment, key=comment.id) for comment in reversed(found)]
    older = total - len(found)
    more = [ft.Text(f"{older} older ones are in the timeline", color=theme.MUTED)]
    return section(
        "Comments",
        [*(more if older else []), *rows, CommentField(kind, record_id, key=record_id)],
        total or None,
    )


@memo_component
def CommentRow(comment: Comment) -> ft.Control:
    app = use_app()
    replica, now = app.replica, app.replica.now()
    zone = replica.settings.time_zone
    when = f"{wording.day(comment.at, now, zone)}, {wording.clock(comment.at, zone)}"
    mine = comment.owner_id == replica.user_id
    remove = target(
        f"delete-comment-{comment.id}",
        icon_button(
            ft.Icons.DELETE_OUTLINE,
            "Delete this comment",
            icon_size=18,
            on_click=lambda _event: app.act("Comment deleted", lambda: replica.delete(comment)),
        ),
    )
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Text(
                f"{naming.person(replica, comment.owner_id)}, {when}",
                style=theme.SMALL, color=theme.MUTED,
            ),
            selectable(comment.text, style=theme.BODY),
        ],
    )  # fmt: skip
    row = ft.Row(spacing=theme.GAP, controls=[words, *([remove] if mine else [])])
    return target(f"comment-{comment.id}", card(row))


@component
def CommentField(kind: str, record_id: str) -> ft.Control:
    """What is typed is kept until it is posted; `@` offers names."""
    app = use_app()
    form = use_kept_form(DraftKey("comment", parent=record_id), {TEXT: ""})
    users = use_live(talk.colleagues, User)
    text, hear = use_choice(form.values, TEXT)
    error, set_error = ft.use_state("")
    turn = form.values.turns[TEXT]

    def renew(new: str) -> None:
        form.values.turns[TEXT] += 1
        hear(new)

    def post() -> None:
        try:
            done = app.act(
                "Comment added",
                lambda: talk.post(app.replica, kind, record_id, form.values[TEXT]),
                once=f"comment {record_id}",
            )
        except Invalid:
            set_error("Write something first.")
            return
        if done:
            set_error("")
            renew("")
            form.saved()

    return ft.Column(
        spacing=theme.GAP_S,
        controls=[
            TextInput(
                "Comment, @name tells a colleague", use_stable(hear), text, error,
                multiline=True, min_lines=1, max_lines=6, max_length=MAX_COMMENT, counter="",
                autofocus=turn > 0 and bool(text), key=f"{turn}",
            ),
            _names(talk.offered(text, users), lambda user: renew(talk.completed(text, user))),
            target(
                "post-comment",
                ft.FilledTonalButton("Comment", height=theme.TOUCH, on_click=lambda: post()),
            ),
        ],
    )  # fmt: skip


def _names(users: list[User], on_choose: Callable[[User], None]) -> ft.Control:
    """Whom the mention being typed may mean."""

    def name(user: User) -> ft.Control:
        return target(
            f"mention-{user.id}",
            chip(user.name, on_click=lambda _event: on_choose(user)),
        )

    return ft.Row(
        wrap=True, spacing=theme.GAP, visible=bool(users), controls=[name(u) for u in users]
    )
