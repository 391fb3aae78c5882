"""Export: contacts, accounts or records of the company's own, with their labels, to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import flet as ft

from client import record_types
from client.interchange import declared, packing
from client.interchange.definitions import CUSTOMERS
from client.interchange.exporter import export
from client.segments import segments
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app, use_box, use_live
from client.ui.views.interchange import everything
from client.ui.views.interchange.words import ACCOUNT, CONTACT, WORK, kind_called
from client.ui.views.plain.places import read_types
from sync_protocol.records import (
    Filter,
    Label,
    ObjectType,
    Segment,
    kinds,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.exporter import Exported, Format
    from client.interchange.packing import Held
    from client.replica import Replica

WHAT = tuple(
    Choice(kind.of, kind.many.capitalize(), kind.icon) for kind in (CONTACT, ACCOUNT, *WORK)
)
TABLE_ONLY = "table"
FORMATS = (
    Choice("csv", "Table (CSV)", ft.Icons.TABLE_CHART_OUTLINED),
    Choice("vcard", "Address book (vCard)", ft.Icons.CONTACT_PAGE_OUTLINED),
)
ALL = "all"
NO_FILES = packing.Held(0, 0, 0)
EVERYTHING = Choice(ALL, "All together", ft.Icons.FOLDER_ZIP_OUTLINED)
ABOUT = {
    TABLE_ONLY: "Opens in every spreadsheet. Importing it again changes nothing; in another"
    " workspace it finds accounts, people and stages by their names.",
    "csv": "Opens in every spreadsheet. Importing it again gives back every field and label.",
    "vcard": "For phones and mail programs. Importing it again loses nothing.",
}


@component
def ExportView() -> ft.Control:
    app = use_app()
    of, set_of = ft.use_state("contact")
    form, set_form = ft.use_state("csv")
    label, set_label = ft.use_state("")
    share, set_share = ft.use_state(-1.0)
    segment_id, set_segment = ft.use_state("")
    files, set_files = ft.use_state(everything.WITH)
    saver = _use_saver()
    types, labels, offered, count, held = use_live(
        lambda replica: _read(replica, of, label, segment_id),
        *(kinds()[name].struct for name in packing.EVERY), Label, ObjectType, Segment,
        deps=[of, label, segment_id],
    )  # fmt: skip
    chosen = form if of in CUSTOMERS else "csv"

    def choose(other: str) -> None:
        set_segment("")
        set_of(other)

    async def one_table() -> str:
        made = await _made(
            app.replica,
            of,
            cast("Format", chosen),
            Part((label,) if label else (), segment_id),
            lambda done, total: set_share(done / max(1, total)),
        )
        await saver.save_file(file_name=made.filename, src_bytes=made.data)
        return f"{made.filename} made, {wording.plural(made.records, 'record')}"

    async def all_together() -> str:
        with_files = files == everything.WITH
        made = await everything.save(app, saver, files=with_files, on_progress=set_share)
        return everything.said(made) if made else "Nothing was saved"

    async def save() -> None:
        set_share(0.0)
        try:
            said = await (all_together() if of == ALL else one_table())
        except OSError as error:
            said = f"The file could not be written: {error}"
        finally:
            set_share(-1.0)
        app.say(said)

    busy = share >= 0
    about = _about(TABLE_ONLY if of in declared.TYPES else chosen)
    part = [
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
        section("As", [choice_row("export-as", _formats(of), chosen, set_form), about]),
    ]
    what = choice_row("export-what", [*WHAT, *types, EVERYTHING], of, choose)
    body = [
        section("What", [what]),
        *(everything.choice(held, files, set_files) if of == ALL else part),
        ft.Container(height=theme.GAP),
        target(
            "export-save",
            _button(f"Save {_counted(app.replica, of, count)}", save, busy or not count),
        ),
        *([ft.ProgressBar(value=share or None)] if busy else []),
    ]
    return reading("Export", scroll(body), on_back=lambda: app.go("/more"))


class Part(NamedTuple):
    """Which records of a type go out; all of them if nothing is named."""

    labels: tuple[str, ...]
    segment_id: str


async def _made(
    replica: Replica,
    of: str,
    form: Format,
    part: Part,
    on_progress: Callable[[int, int], None],
) -> Exported:
    wanted = _wanted(replica, part.segment_id)
    return await export(
        replica, of, form, labels_any=part.labels, wanted=wanted, on_progress=on_progress
    )


def _formats(of: str) -> tuple[Choice, ...]:
    """Cards are of people and companies only."""
    return FORMATS if of in CUSTOMERS else FORMATS[:1]


def _counted(replica: Replica, of: str, count: int) -> str:
    if of == ALL:
        return wording.plural(count, "record")
    kind = kind_called(replica, of)
    return wording.plural(count, kind.one, kind.many)


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
    replica: Replica, of: str, label: str, segment_id: str
) -> tuple[list[Choice], list[Choice], list[Choice], int, Held]:
    """Own types, labels, segments to choose from; how many records would go out, which files."""
    types = [Choice(own.of, own.many, own.icon) for own in read_types(replica)]
    labels = [Choice(x.id, x.name) for x in replica.find(Label, order_by="name") if not x.archived]
    chosen = (label,) if label else ()
    wanted, shown = _wanted(replica, segment_id), record_types.named(of)
    count = (
        packing.count(replica)
        if of == ALL
        else replica.count(shown.struct, labels_any=chosen, filter=wanted, where=shown.where)
    )
    kept = [Choice(x.id, x.name) for x in segments(replica, of)]
    every = Choice("", "All records")
    held = packing.held(replica) if of == ALL else NO_FILES
    return types, [every, *labels], [every, *kept], count, held
