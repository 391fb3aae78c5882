"""Import: pick a file, see what it would bring, bring it, and be able to take it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import flet as ft

from client import pictures
from client.interchange import invoices
from client.interchange.definitions import CUSTOMERS
from client.interchange.sources import MAX_FILE
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.hooks import use_app, use_box, use_stable
from client.ui.plain import OBJECTS
from client.ui.views.interchange import bills
from client.ui.views.interchange.columns import columns
from client.ui.views.interchange.job import Job, Phase, Picked
from client.ui.views.plain.places import read_types
from client.ui.views.records.draft import territories_of
from client.ui.views.records.territory_choice import TerritoryChoice
from sync_protocol.records import ObjectType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.interchange.importer import Done
    from client.interchange.invoices import Done as Billed
    from client.interchange.planning import Problem, Summary
    from client.ui.context import App

EXTENSIONS = ["csv", "tsv", "txt", "vcf", "vcard", "zip"]
TOLD = 50
REFUSED = "There are record types or fields in this file that only administrators can add."
KINDS = (
    Choice("account", "An account", ft.Icons.STOREFRONT_OUTLINED),
    Choice("contact", "A contact", ft.Icons.PERSON_OUTLINE),
)
HINTS = (
    (ft.Icons.TABLE_CHART_OUTLINED, "CSV tables: Excel, Google Contacts, Outlook, HubSpot..."),
    (ft.Icons.RECEIPT_LONG_OUTLINED, "Open invoices from the books: Customer, Invoice, Due"),
    (ft.Icons.CONTACT_PAGE_OUTLINED, "vCards (.vcf): from a phone or a mail program"),
    (ft.Icons.INVENTORY_2_OUTLINED, "All together (.zip), as Fieldbook exports it"),
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
        Phase.CHOOSE: lambda: _choose(job, picker),
        Phase.READING: lambda: states.loading("Reading the file", job.share or None),
        Phase.PREVIEW: lambda: _preview(app, job),
        Phase.WRITING: lambda: _writing(job),
        Phase.DONE: lambda: _done(app, job),
    }[job.phase]()
    start = target(
        "import-start",
        ft.FilledButton(
            _start_words(job),
            height=theme.TOUCH,
            disabled=not _ready(app, job),
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
        held = [Picked(one.name, _data(one)) for one in event.files]
        if held:
            app.page.run_task(job.read, held)

    hear = use_stable(picked)
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker(on_result=hear)
    return holder.current


def _data(file: ft.FilePickerFile) -> bytes:
    if file.bytes is not None:
        return file.bytes
    return Path(file.path).read_bytes() if file.path else b""


def _back(app: App, job: Job) -> None:
    if job.phase in (Phase.PREVIEW, Phase.DONE):
        job.restart()
    else:
        app.go("/more")


def _choose(job: Job, picker: ft.FilePicker) -> ft.Control:
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
                with_data=True,
            ),
        ),
    )
    return scroll(
        [
            *_refusal(job.problem),
            ft.Text("Bring customers from a spreadsheet or an address book.", style=theme.BODY),
            card(ft.Column(tight=True, controls=[_hint(*hint) for hint in HINTS])),
            button,
            ft.Text(
                f"Up to {MAX_FILE >> 20} MB. The file stays on this device.",
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


def _start_words(job: Job) -> str:
    summary = job.summary
    if job.of == invoices.KIND:
        return bills.start_words(job.billed)
    if summary is None:
        return "Counting..."
    return f"Import {summary.records}"


def _may(app: App, job: Job) -> bool:
    """Whether this user may bring the definitions that are missing here, if any are."""
    return not job.plan().brings or keeping.may(app.replica, ObjectType, "create")


def _ready(app: App, job: Job) -> bool:
    """Whether it is counted, and may be brought."""
    if job.of == invoices.KIND:
        return job.billed is not None
    return job.summary is not None and _may(app, job)


def _preview(app: App, job: Job) -> ft.Control:
    """What would come, as what, and what was noticed."""
    if job.of == invoices.KIND:
        return _preview_of_bills(app, job)
    plan, summary = job.plan(), job.summary
    known = _problems(summary.problems, summary.problem_count) if summary else []
    return scroll(
        [
            *_refusal(job.problem),
            *_refusal("" if _may(app, job) else REFUSED),
            card(_counts(plan.filename, summary, len(plan.brings), _noun(app, job))),
            *([] if job.package else [section("Each row is", [_type(app, job)])]),
            *(_territory(app, job) if job.package or job.of in CUSTOMERS else []),
            *columns(app, job),
            *known,
        ]
    )


def _preview_of_bills(app: App, job: Job) -> ft.Control:
    assert job.source is not None  # noqa: S101 - only a table can be one of invoices
    counted, *rest = bills.preview(job.source, job.billed)
    known = _problems(job.billed.problems, len(job.billed.problems)) if job.billed else []
    kind = section("Each row is", [_type(app, job)])
    return scroll([*_refusal(job.problem), counted, kind, *rest, *known])


def _refusal(said: str) -> list[ft.Control]:
    return [states.notice(ft.Icons.ERROR_OUTLINE, said, error=True)] if said else []


def _noun(app: App, job: Job) -> tuple[str, str]:
    """What one record of the file is called, and many are; own ones if it has several types."""
    if job.package is not None:
        return "record of your own", "records of your own"
    own = app.replica.get(ObjectType, job.of)
    return (own.name, own.plural or own.name) if own else (job.of, f"{job.of}s")


def _counts(
    filename: str, summary: Summary | None, defined: int, noun: tuple[str, str]
) -> ft.Control:
    if summary is None:
        lines = ["Counting what it would bring..."]
    else:
        counted = (
            (summary.accounts, "account"),
            (summary.contacts, "contact"),
            (summary.photos, "photo"),
            (len(summary.labels), "label"),
        )
        brings = [wording.plural(count, word) for count, word in counted if count]
        brings[:0] = [wording.plural(summary.own, *noun)] if summary.own else []
        if summary.known:
            brings.append(f"{summary.known:,} already here")
        if defined:
            brings.append(wording.plural(defined, "definition"))
        lines = [f"{wording.plural(summary.rows, 'row')}: {', '.join(brings) or 'nothing'}"]
        if summary.left_out:
            lines.append(f"{wording.plural(summary.left_out, 'row')} without a name, left out")
    told = ft.Column(
        expand=True,
        tight=True,
        spacing=theme.GAP_S,
        controls=[
            ft.Text(filename, style=theme.HEADING),
            *[ft.Text(line, style=theme.BODY) for line in lines],
        ],
    )
    return ft.Row(controls=[told])


def _type(app: App, job: Job) -> ft.Control:
    """What each row is; cards are of people and companies only."""
    table = job.source is not None and job.source.format == "csv"
    types = read_types(app.replica) if table else ()
    choices = [*KINDS, *(Choice(own.of, own.one, own.icon) for own in types)]
    choices += [bills.CHOICE] if table else []

    def choose(of: str) -> None:
        app.page.run_task(job.become, of)

    return choice_row("import-type", choices, job.of, choose)


def _territory(app: App, job: Job) -> list[ft.Control]:
    """Where new accounts go, unless the file says so itself."""
    held = territories_of(app.replica)
    if not job.territory and len(held) == 1:
        job.territory = held[0].id
    choice = TerritoryChoice(job.territory, lambda chosen: setattr(job, "territory", chosen))
    return [section("New accounts go into", [choice])]


def _problems(problems: Sequence[Problem], count: int) -> list[ft.Control]:
    if not problems:
        return []
    lines: list[ft.Control] = [
        ft.Text(
            f"Line {one.line}{', ' + one.heading if one.heading else ''}: {one.message}",
            style=theme.SMALL,
        )
        for one in problems[:TOLD]
    ]
    if count > TOLD:
        lines.append(ft.Text(f"and {count - TOLD} more", style=theme.SMALL, color=theme.MUTED))
    return [section("What to know", [card(ft.Column(tight=True, controls=lines))], count)]


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
    counted = ((done.accounts, "account"), (done.contacts, "contact"), (done.labels, "new label"))
    brought = [wording.plural(count, word) for count, word in counted if count]
    brought[:0] = [wording.plural(done.own, *_noun(app, job))] if done.own else []
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
            *_problems(done.problems, len(done.problems)),
        ]
    )


class _Place(NamedTuple):
    """The list in which the imported records are."""

    many: str
    route: str


def _place(app: App, job: Job, done: Done) -> _Place:
    if job.package is None and job.of not in CUSTOMERS:
        return _Place(_noun(app, job)[1], f"{OBJECTS}/{job.of}")
    many = "contacts" if done.contacts >= done.accounts else "accounts"
    return _Place(many, f"/{many}")


def _button(identifier: str, text: str, act: Callable[[], None]) -> ft.Control:
    return target(
        identifier,
        ft.FilledTonalButton(text, height=theme.TOUCH, on_click=lambda _event: act()),
    )
