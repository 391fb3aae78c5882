"""The labels of any record, as a part of its page: to be seen, put on and taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.labels import label_row
from client.ui.components.page import section, target
from client.ui.hooks import use_live, use_stable
from client.ui.views.records.label_sheet import LabelSheet
from sync_protocol.records import Label, Labelling

if TYPE_CHECKING:
    from sync_protocol.records import Record


@component
def LabelsSection(record: Record) -> ft.Control:
    labels = use_live(lambda r: r.worn(record.id), Label, Labelling, deps=[record.id])
    choosing, set_choosing = ft.use_state(False)
    close = use_stable(lambda: set_choosing(False))
    button = ft.OutlinedButton(
        "Labels" if labels else "Add label",
        icon=ft.Icons.LABEL_OUTLINE,
        height=theme.TOUCH,
        on_click=lambda _event: set_choosing(True),
    )
    return section(
        "Labels",
        [
            *([label_row(labels)] if labels else []),
            target("labels", button),
            LabelSheet(record, choosing, close),
        ],
    )
