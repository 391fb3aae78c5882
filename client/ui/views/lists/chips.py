"""What a list is filtered by, as chips: each is taken out with one tap."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import chip
from client.ui.components.page import target
from client.ui.hooks import use_change
from client.ui.views.lists import asking
from client.ui.views.lists.label_filter import asked_labels, with_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.ui.views.lists.facets import Facet
    from sync_protocol.records import Filter, Label


@component
def FilterChips(
    wanted: Filter,
    labels: Mapping[str, Label],
    facets: Mapping[str, Facet],
    on_wanted: Callable[[Filter], None],
    inset: int = theme.GAP_L,
) -> ft.Control:
    """A row of them, hidden where nothing is asked; `inset` where what is around has no air.

    It is there in any case: what stands beneath would otherwise begin anew with the first chip, and
    the sheet in which it was asked for would close.
    """
    change = use_change(wanted, on_wanted)
    chips = [
        _chip(
            f"asked-{label_id}",
            _label(labels[label_id], mode),
            partial(change, partial(with_label, label_id=label_id, mode=None)),
        )
        for label_id, mode in asked_labels(wanted).items()
        if label_id in labels
    ]
    for place, condition in enumerate(wanted.conditions):
        text = asking.reads(facets.get(condition.field), condition)
        take_out = partial(change, partial(asking.without_condition, condition))
        chips.append(_chip(f"asked-{place}", text, take_out))
    return ft.Container(
        visible=bool(chips),
        padding=ft.Padding.symmetric(horizontal=inset),
        height=theme.TOUCH,
        content=ft.Row(spacing=theme.GAP, scroll=ft.ScrollMode.HIDDEN, controls=chips),
    )


def in_words(asked: Filter, labels: Mapping[str, Label], facets: Mapping[str, Facet]) -> str:
    """What a filter asks, in one line; nothing where it asks nothing."""
    named = [
        _label(labels[label_id], mode)
        for label_id, mode in asked_labels(asked).items()
        if label_id in labels
    ]
    read = [asking.reads(facets.get(one.field), one) for one in asked.conditions]
    return (" or " if asked.match == "any" else ", ").join([*named, *read])


def filter_button(wanted: Filter, on_open: Callable[[], None]) -> ft.Control:
    """Opens the filter's sheet, and says how much is asked."""
    count = len(asked_labels(wanted)) + len(wanted.conditions)
    return target(
        "filter",
        chip(
            f"Filter ({count})" if count else "Filter",
            leading=ft.Icon(ft.Icons.FILTER_LIST, size=18),
            selected=bool(count),
            show_checkmark=False,
            on_select=lambda _event: on_open(),
        ),
    )


def _label(label: Label, mode: str) -> str:
    return f"not {label.name}" if mode == "none" else label.name


def _chip(name: str, text: str, take_out: Callable[[], None]) -> ft.Control:
    def tap(_event: object) -> None:
        take_out()

    words = f"Take out: {text}"
    return target(name, chip(text, on_click=tap, on_delete=tap, delete_icon_tooltip=words))
