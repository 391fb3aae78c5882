"""Import: pick a file, see what it would bring, bring it, and be able to take it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import flet as ft

from client import pictures
from client.interchange.definitions import CUSTOMERS
from client.interchange.sources import MAX_FILE
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, target
from client.ui.hooks import use_app, use_box, use_stable
from client.ui.signs import SIGNS
from client.ui.views.interchange import bills
from client.ui.views.interchange.everything import is_desktop
from client.ui.views.interchange.job import Job, Phase, Picked
from client.ui.views.interchange.preview import (
    noticed,
    noun,
    other,
    preview,
    ready,
    refusal,
    start_words,
)
from client.ui.views.interchange.words import kind_called

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.importer import Done
    from client.interchange.invoices import Done as Billed
    from client.ui.context import App

EXTENSIONS = ["csv", "tsv", "txt", "vcf", "vcard", "zip"]
HINTS = (
    (ft.Icons.TABLE_CHART_OUTLINED, "CSV tables: Excel, Google Contacts, Outlook, HubSpot..."),
    (SIGNS["deal"], "Leads, deals, tasks, products and your own types, as tables, too"),
    (ft.Icons.RECEIPT_LONG_OUTLINED, "Open invoices from the books: Customer, Invoice, Due"),
    (ft.Icons.CONTACT_PAGE_OUTLINED, "vCards (.vcf): from a phone or a mail program"),
    (ft.Icons.FOLDER_ZIP_OUTLINED, "All together (.zip), as Fieldbook exports it"),
    (ft.Icons.UNDO, "You see all of it before anything is written; Undo takes it back"),
)


@component
def ImportView() -> ft.Control:
    app = use_app()
    _version, set_version = ft.use_state(0)
    job = app.keep("import", lambda: Job(app.replica))
    follow = use_stable(lambda: set_version(lambda old: old + 1))
    ft.use_effect(
        lambda: setattr(job, "listener", follow),
        [],
        cleanup=lambda: setattr(job, "listener", lambda: None),
    )
    picker = _use_picker(app, job)
    smaller = lambda data: app.host.shrunk(data, pictures.PORTRAIT)  # noqa: E731
    body = {
        Phase.CHOOSE: lambda: _choose(app, job, picker),
        Phase.READING: lambda: states.loading("Reading the file", job.share or None),
        Phase.PREVIEW: lambda: preview(app, job),
        Phase.WRITING: lambda: _writing(job),
        Phase.DONE: lambda: _done(app, job),
    }[job.phase]()
    start = target(
        "import-start",
        ft.FilledButton(
            start_words(job),
            height=theme.TOUCH,
            disabled=not ready(app, job),
            on_click=lambda _event: app.page.run_task(job.write, smaller),
        ),
    )
    return reading(
        "Import",
        body,
        on_back=lambda: _back(app, job),
        actions=[start] if job.phase is Phase.PREVIEW else [],
    )


def _use_picker(app: App, job: Job) -> ft.FilePicker:
    """The one file picker of this screen; the browser opens it within the tap itself."""

    def picked(event: ft.FilePickerResultEvent) -> None:
        held = [Picked(one.name, _file(one)) for one in event.files]
        if held:
            app.page.run_task(job.read, held)

    hear = use_stable(picked)
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker(on_result=hear)
    return holder.current


def _file(file: ft.FilePickerFile) -> bytes | Path:
    if file.bytes is not None:
        return file.bytes
    return Path(file.path) if file.path else b""


def _back(app: App, job: Job) -> None:
    if job.phase in (Phase.PREVIEW, Phase.DONE):
        job.restart()
    else:
        app.go("/more")


def _choose(app: App, job: Job, picker: ft.FilePicker) -> ft.Control:
    button = target(
        "pick-file",
        ft.FilledButton(
            "Choose a file",
            icon=ft.Icons.UPLOAD_FILE_OUTLINED,
            height=theme.TALL,
            action=ft.PickFiles(
                picker,
                file_type=ft.FilePickerFileType.CUSTOM,
                allowed_extensions=EXTENSIONS,
                allow_multiple=True,
                with_data=not is_desktop(app),
            ),
        ),
    )
    return scroll(
        [
            *refusal(job.problem),
            ft.Text("Bring customers from a spreadsheet or an address book.", style=theme.BODY),
            card(ft.Column(tight=True, controls=[_hint(*hint) for hint in HINTS])),
            button,
            ft.Text(
                f"Tables up to {MAX_FILE >> 20} MB. The file stays on this device.",
                style=theme.SMALL,
                color=theme.MUTED,
            ),
        ]
    )  # fmt: skip


def _hint(icon: ft.IconData, text: str) -> ft.Control:
    return ft.Row(
        spacing=12,
        controls=[ft.Icon(icon, color=ft.Colors.PRIMARY), ft.Text(text, expand=True)],
    )


def _writing(job: Job) -> ft.Control:
    stop = ft.TextButton("Stop", height=theme.TOUCH, on_click=lambda _event: job.stop())
    return ft.Container(
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=theme.GAP_L,
            controls=[
                ft.Text("Importing", style=theme.HEADING),
                ft.ProgressBar(value=job.share, width=280),
                ft.Text(f"{round(job.share * 100)} %", color=theme.MUTED),
                target("import-stop", stop),
            ],
        ),
    )


def _done(app: App, job: Job) -> ft.Control:
    if job.billed is not None:
        place = _Place("orders", "/orders")
        return _ended(app, job, bills.brought(job.billed), place, job.billed)
    done = job.done
    assert done is not None  # noqa: S101 - it is done
    counted = (
        (done.accounts, "account"),
        (done.contacts, "contact"),
        (done.labels, "new label"),
    )
    brought = [wording.plural(count, word) for count, word in counted if count]
    brought[:0] = [wording.plural(done.others, *other(app, job))] if done.others else []
    brought[:0] = [wording.plural(done.own, *noun(app, job))] if done.own else []
    added = f"{', '.join(brought) or 'nothing'} added"
    known = f", {done.known:,} brought up to date"
    told = f"{added}{known if done.known else ''}."
    return _ended(app, job, told, _place(app, job, done), done)


def _ended(app: App, job: Job, told: str, place: _Place, done: Done | Billed) -> ft.Control:
    """What was done, and the ways on from there and back."""
    head = "Import stopped" if job.stopped else "Import done"

    def undo() -> None:
        app.undo(done.key)
        job.restart()

    return scroll(
        [
            states.notice(ft.Icons.CHECK_CIRCLE_OUTLINE, f"{head}: {told}"),
            ft.Row(
                wrap=True,
                controls=[
                    _button("import-show", f"Show {place.many}", lambda: app.go(place.route)),
                    _button("import-undo", "Undo this import", undo),
                    _button("import-again", "Import another file", job.restart),
                ],
            ),
            *noticed(done.problems, len(done.problems)),
        ]
    )


class _Place(NamedTuple):
    """The list in which the imported records are."""

    many: str
    route: str


def _place(app: App, job: Job, done: Done) -> _Place:
    if job.package is None and job.of not in CUSTOMERS:
        kind = kind_called(app.replica, job.of)
        return _Place(kind.many, kind.route)
    many = "contacts" if done.contacts >= done.accounts else "accounts"
    return _Place(many, f"/{many}")


def _button(identifier: str, text: str, act: Callable[[], None]) -> ft.Control:
    return target(
        identifier,
        ft.FilledTonalButton(text, height=theme.TOUCH, on_click=lambda _event: act()),
    )
