"""What can be done with the chosen rows of a table: label, edit, delete, all of them at once.

Each act is one undo, however many records it touches. A long one shows how far it is and lets the
screen breathe; it goes on when the table is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import bulk, record_types
from client.errors import Invalid
from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from client.ui.hooks import use_app, use_box, use_live, use_optional, use_stable
from client.ui.views.lists import bulk_sheets
from client.ui.views.lists.bulk_sheets import Doing
from client.ui.views.lists.facets import can_be_labelled, facets_of
from client.ui.views.lists.setting import value_of
from sync_protocol.records import CustomField, Label, Labelling, Territory, User
from sync_protocol.rules.ancestry import MERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.ui.context import App
    from client.ui.views.lists.facets import Facet
    from client.ui.views.lists.listing import Listing


PAIR = 2


class Chosen(NamedTuple):
    """The chosen rows of a table, and what can be told to it."""

    listing: Listing
    ids: tuple[str, ...]
    found: int
    on_all: Callable[[], None]
    on_none: Callable[[], None]
    on_busy: Callable[[bool], None]

    @property
    def named(self) -> str:
        return self.listing.counted(len(self.ids))


class Acts:
    """The acts themselves: each begins at once and goes on while the screen lives."""

    def __init__(self, app: App, chosen: Chosen, on_share: Callable[[float | None], None]) -> None:
        self._app = app
        self._chosen = chosen
        self._kind = record_types.named(chosen.listing.of).kind
        self._on_share = on_share

    def toggle_label(self, label: Label, on: int) -> None:
        """Put a label on all of them; off, if all carry it."""
        chosen, replica = self._chosen, self._app.replica
        every = on == len(chosen.ids)
        change = bulk.take_label if every else bulk.put_label
        words = f"{label.name} {'taken off' if every else 'put on'} {chosen.named}"
        self._start(words, change(replica, self._kind.struct, chosen.ids, label))

    def set_value(self, facet: Facet, text: str) -> None:
        """Raises `Invalid` with a sentence."""
        chosen, replica = self._chosen, self._app.replica
        edit = bulk.Edit(facet.path, value_of(self._kind, facet, text, replica.moment))
        name = f"Set {facet.title} of {chosen.named}"
        steps = bulk.set_field(replica, self._kind.struct, chosen.ids, edit, name)
        self._start(f"{facet.title} set for {chosen.named}", steps)

    def delete(self) -> None:
        chosen = self._chosen
        steps = bulk.delete(
            self._app.replica, self._kind.struct, chosen.ids, f"Delete {chosen.named}"
        )
        self._start(f"{chosen.named} deleted", steps)

    def _start(self, message: str, steps: Iterator[int]) -> None:
        self._app.page.run_task(self._run, message, steps)

    async def _run(self, message: str, steps: Iterator[int]) -> None:
        total = len(self._chosen.ids)

        def show(through: int) -> None:
            if total > bulk.PART:
                self._on_share(through / total)

        try:
            await self._app.act_in_steps(steps, lambda _through: message, show)
        finally:
            self._on_share(None)


@component
def BulkBar(chosen: Chosen) -> ft.Control:
    """`on_busy` hears when a sheet of this bar is up."""
    app = use_app()
    doing, set_doing = ft.use_state(Doing())
    share, set_share = use_optional(float)
    typed: Any = use_box("")
    hear = use_stable(lambda text: setattr(typed, "current", text))
    acts = Acts(app, chosen, set_share)

    def show(what: str, path: str = "") -> None:
        typed.current = ""
        set_doing(Doing(what, path))
        chosen.on_busy(bool(what))

    def set_value(facet: Facet, text: str | None) -> None:
        try:
            acts.set_value(facet, typed.current if text is None else text)
        except Invalid as problem:
            set_doing(doing._replace(problem=problem.message))
        else:
            show("")

    def delete() -> None:
        show("")
        acts.delete()
        chosen.on_none()

    labels = _use_label_sheet(chosen, acts, doing, show)
    edit = _use_edit_sheet(chosen, doing, show, set_value, hear)
    deleting = doing.what == "delete"
    asks = bulk_sheets.asks_to_delete(chosen.named, delete, show) if deleting else None
    ft.use_dialog(labels or edit or asks)
    return _bar(chosen, share, show, _merge(app, chosen))


def _use_label_sheet(
    chosen: Chosen, acts: Acts, doing: Doing, show: Callable[[str], None]
) -> ft.BottomSheet | None:
    up = doing.what == "label"
    labels, on = use_live(
        lambda replica: (
            (tuple(replica.find(Label, order_by="name")), bulk.carried(replica, chosen.ids))
            if up
            else ((), {})
        ),
        Label, Labelling, deps=[up, chosen.ids],
    )  # fmt: skip
    if not up:
        return None
    total = len(chosen.ids)
    lines = [(x, on.get(x.id, 0)) for x in labels if not x.archived or x.id in on]
    return bulk_sheets.labels(lines, total, acts.toggle_label, lambda: show(""))


def _use_edit_sheet(
    chosen: Chosen,
    doing: Doing,
    show: Callable[..., None],
    set_value: Callable[[Facet, str | None], None],
    hear: Callable[[str], None],
) -> ft.BottomSheet | None:
    of = chosen.listing.of
    facets = use_live(
        lambda replica: facets_of(replica, of), CustomField, User, Territory, deps=[of]
    )
    if doing.what != "edit":
        return None
    if doing.path not in facets:
        offered = [facet for facet in facets.values() if facet.editable]
        return bulk_sheets.fields(offered, chosen.named, show)
    title = f"{facets[doing.path].title} of {chosen.named}"
    return bulk_sheets.value(facets[doing.path], title, doing.problem, set_value, hear)(show)


def _merge(app: App, chosen: Chosen) -> list[ft.Control]:
    """Two records can become one."""
    of = chosen.listing.of
    if len(chosen.ids) != PAIR or MERGED not in record_types.named(of).kind.fields:
        return []
    route = "/".join(("/merge", of, *chosen.ids))
    return [_button("bulk-merge", "Merge", ft.Icons.MERGE, lambda: app.go(route))]


def _bar(
    chosen: Chosen,
    share: float | None,
    show: Callable[[str], None],
    more: list[ft.Control],
) -> ft.Control:
    count, found = len(chosen.ids), chosen.found
    every = f"Choose all {found:,} found"
    close = icon_button(
        ft.Icons.CLOSE, "Choose none (Esc)", on_click=lambda _event: chosen.on_none()
    )
    words = ft.Text(
        f"{count:,} chosen", weight=ft.FontWeight.W_600, color=ft.Colors.ON_SECONDARY_CONTAINER
    )
    rest = [_button("select-found", every, None, chosen.on_all)] if count < found else []
    progress = ft.ProgressBar(value=share, width=160)
    label = _button("bulk-label", "Label", ft.Icons.LABEL_OUTLINE, lambda: show("label"))
    return ft.Container(
        height=theme.TALL,
        bgcolor=ft.Colors.SECONDARY_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=theme.GAP),
        content=ft.Row(
            spacing=theme.GAP_S,
            controls=[
                target("choose-none", close),
                words,
                *rest,
                ft.Container(ft.Container(progress, visible=share is not None), expand=True),
                *([label] if can_be_labelled(chosen.listing.of) else []),
                _button("bulk-edit", "Edit", ft.Icons.EDIT_OUTLINED, lambda: show("edit")),
                *more,
                _button("bulk-delete", "Delete", ft.Icons.DELETE_OUTLINE, lambda: show("delete")),
            ],
        ),
    )


def _button(
    name: str, text: str, icon: ft.IconData | None, on_click: Callable[[], None]
) -> ft.Control:
    return target(
        name,
        ft.TextButton(text, icon=icon, height=theme.TOUCH, on_click=lambda _event: on_click()),
    )
