"""A signature drawn with a finger: a page of its own that does not scroll beneath the hand."""

from __future__ import annotations

from typing import Any

import flet as ft
import flet.canvas as cv

from client import pictures
from client.pictures import Stroke
from client.ui import theme
from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, section, target
from client.ui.hooks import use_app, use_box, use_live, use_stable
from client.ui.views.about import unknown
from client.ui.views.files.thumbnail import Thumbnail
from sync_protocol.records import Activity, Attachment, Contact

DRAG_MS = 16
MAX_NAME = 120
PAPER, INK = "#ffffff", "#000000"
"""As paper is, in the dark, too: what is signed looks as it will be kept."""


@component
def SignatureSection(visit_id: str) -> ft.Control:
    """The signatures there are, and the way to another."""
    app = use_app()
    signed = use_live(
        lambda replica: pictures.of_visit(replica, visit_id, "signature"),
        Attachment, deps=[visit_id],
    )  # fmt: skip
    button = ft.OutlinedButton(
        "Have it signed",
        icon=ft.Icons.DRAW_OUTLINED,
        height=theme.TOUCH,
        on_click=lambda: app.go(f"/visit/{visit_id}/sign"),
    )
    shown = [ft.Row(wrap=True, controls=[Thumbnail(x, key=x.id) for x in signed])] if signed else []
    return section("Signature", [*shown, target("sign", button)], len(signed) or None)


@component
def SignView() -> Any:
    """`/visit/<id>/sign`."""
    app, visit_id = use_app(), ft.use_route_params()["id"]
    visit = use_live(lambda replica: replica.get(Activity, visit_id), Activity, deps=[visit_id])
    if visit is None or visit.deleted:
        return reading("Signature", unknown("visit"), on_back=lambda: app.go("/"))
    page: ft.Control = SignPage(visit, key=visit_id)
    return page


@component
def SignPage(visit: Activity) -> ft.Control:
    app = use_app()
    strokes, set_strokes = ft.use_state(())
    contact = app.replica.get(Contact, visit.contact_id) if visit.contact_id else None
    who = use_box(contact.name if contact else "")
    back = f"/visit/{visit.id}"
    hear = use_stable(lambda text: setattr(who, "current", text))

    def keep() -> None:
        name = who.current.strip()
        if app.act(
            "Signature saved",
            lambda: pictures.sign(app.replica, visit, name, strokes),
        ):
            app.go(back)

    def button(name: str, words: str, icon: ft.IconData, on_click: Any) -> ft.Control:
        made = ft.TextButton(
            words, icon=icon, height=theme.TOUCH, disabled=not strokes, on_click=on_click
        )
        return target(name, made)

    undo = button("stroke-undo", "Undo", ft.Icons.UNDO, lambda: set_strokes(lambda x: x[:-1]))
    clear = button("stroke-clear", "Clear", ft.Icons.DELETE_OUTLINE, lambda: set_strokes(()))
    save = target(
        "sign-save",
        ft.FilledButton("Save", height=theme.TOUCH, disabled=not strokes, on_click=keep),
    )
    body = ft.Container(
        width=theme.READABLE_WIDTH,
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        content=ft.Column(
            spacing=theme.GAP,
            controls=[
                TextInput(
                    "Who signs (optional)", hear, who.current, max_length=MAX_NAME, counter=""
                ),
                target("pad", Pad(strokes, set_strokes), expand=True),
                ft.Row(controls=[undo, clear]),
                ft.Container(height=theme.GAP),
            ],
        ),
    )
    middle = ft.Container(body, alignment=ft.Alignment.TOP_CENTER)
    return reading("Signature", middle, on_back=lambda: app.go(back), actions=[save])


@component
def Pad(strokes: tuple[Stroke, ...], set_strokes: Any) -> ft.Control:
    """Takes the finger's way; what lies beneath stays the same while it moves."""

    def begin(event: Any) -> None:
        at = (event.local_position.x, event.local_position.y)
        set_strokes(lambda old: (*old, (at,)))

    def go_on(event: Any) -> None:
        at = (event.local_position.x, event.local_position.y)
        set_strokes(lambda old: (*old[:-1], (*old[-1], at)) if old else ((at,),))

    hand = ft.GestureDetector(
        expand=True,
        drag_interval=DRAG_MS,
        mouse_cursor=ft.MouseCursor.PRECISE,
        on_pan_down=begin,
        on_pan_update=go_on,
    )
    return ft.Container(
        expand=True,
        bgcolor=PAPER,
        border=ft.Border.all(1, ft.Colors.OUTLINE),
        border_radius=theme.RADIUS,
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
        content=ft.Stack(
            alignment=ft.Alignment.CENTER,
            controls=[
                ft.Text("Sign here", color=theme.NEVER, visible=not strokes),
                cv.Canvas(
                    expand=True,
                    shapes=[_line(stroke) for stroke in strokes],
                    content=hand,
                ),
            ],
        ),
    )


def _line(stroke: Stroke) -> cv.Path:
    first, *rest = stroke
    return cv.Path(
        elements=[cv.Path.MoveTo(*first), *(cv.Path.LineTo(*at) for at in rest or [first])],
        paint=ft.Paint(
            color=INK,
            stroke_width=pictures.INK,
            style=ft.PaintingStyle.STROKE,
            stroke_cap=ft.StrokeCap.ROUND,
            stroke_join=ft.StrokeJoin.ROUND,
        ),
    )
