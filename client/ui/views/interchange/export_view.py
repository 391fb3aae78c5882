"""Export: contacts or accounts, as a table or as vCards, labels included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import flet as ft

from client.interchange.exporter import export
from client.segments import segments
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app, use_box, use_live
from sync_protocol.records import Account, Activity, Contact, Filter, Label, Segment

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.exporter import Format
    from client.replica import Replica

WHAT = (
    Choice("contacts", "Contacts", ft.Icons.PEOPLE_OUTLINE),
    Choice("accounts", "Accounts", ft.Icons.STOREFRONT_OUTLINED),
)
FORMATS = (
    Choice("csv", "Table (CSV)", ft.Icons.TABLE_CHART_OUTLINED),
    Choice("vcard", "Address book (vCard)", ft.Icons.CONTACT_PAGE_OUTLINED),
)
STRUCTS: dict[str, type[Account | Contact]] = {"contacts": Contact, "accounts": Account}
ABOUT = {
    "csv": "Opens in every spreadsheet. Importing it again gives back every field and label.",
    "vcard": "For phones and mail programs. Importing it again loses nothing.",
}


@component
def ExportView() -> ft.Control:
    app = use_app()
    what, set_what = ft.use_state("contacts")
    form, set_form = ft.use_state("csv")
    label, set_label = ft.use_state("")
    share, set_share = ft.use_state(-1.0)
    segment_id, set_segment = ft.use_state("")
    saver = _use_saver()
    labels, offered, count = use_live(
        lambda replica: _read(replica, what, label, segment_id),
        Account, Activity, Contact, Label, Segment, deps=[what, label, segment_id],
    )  # fmt: skip

    def choose(kind: str) -> None:
        set_segment("")
        set_what(kind)

    async def save() -> None:
        set_share(0.0)
        try:
            made = await export(
                app.replica,
                STRUCTS[what],
                cast("Format", form),
                labels_any=(label,) if label else (),
                wanted=_wanted(app.replica, segment_id),
                on_progress=lambda done, total: set_share(done / max(1, total)),
            )
            await saver.save_file(file_name=made.filename, src_bytes=made.data)
        finally:
            set_share(-1.0)
        app.say(f"{made.filename} made, {wording.plural(made.records, 'record')}")

    busy = share >= 0
    body = [
        section("What", [choice_row("export-what", WHAT, what, choose)]),
        section("With label", [choice_row("export-label", labels, label, set_label)]),
        *(
            [
                section(
                    "In segment", [choice_row("export-segment", offered, segment_id, set_segment)]
                )
            ]
            if offered[1:]
            else []
        ),
        section("As", [choice_row("export-as", FORMATS, form, set_form), _about(form)]),
        ft.Container(height=theme.GAP),
        target(
            "export-save",
            _button(f"Save {wording.plural(count, what[:-1])}", save, busy or not count),
        ),
        *([ft.ProgressBar(value=share or None)] if busy else []),
    ]
    return reading("Export", scroll(body), on_back=lambda: app.go("/more"))


def _button(text: str, save: Callable[[], Any], disabled: bool) -> ft.Control:
    icon = ft.Icons.DOWNLOAD_OUTLINED
    return ft.FilledButton(text, icon=icon, height=theme.TALL, disabled=disabled, on_click=save)


def _about(form: str) -> ft.Control:
    return ft.Text(ABOUT[form], color=theme.MUTED)


def _use_saver() -> ft.FilePicker:
    """The one file picker of this screen."""
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker()
    return holder.current


def _wanted(replica: Replica, segment_id: str) -> Filter:
    segment = replica.get(Segment, segment_id) if segment_id else None
    return segment.filter if segment else Filter()


def _read(
    replica: Replica, what: str, label: str, segment_id: str
) -> tuple[list[Choice], list[Choice], int]:
    """The labels and segments to choose from, and how many records would go out."""
    labels = [Choice(x.id, x.name) for x in replica.find(Label, order_by="name") if not x.archived]
    chosen = (label,) if label else ()
    wanted = _wanted(replica, segment_id)
    count = replica.count(STRUCTS[what], labels_any=chosen, filter=wanted)
    kept = [Choice(x.id, x.name) for x in segments(replica, what[:-1])]
    return [Choice("", "All records"), *labels], [Choice("", "All records"), *kept], count
