"""Planned visits out to a calendar file, and a calendar file into planned visits: `/calendar`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import flet as ft

from client import planner
from client.interchange import export_ics, import_ics
from client.interchange.sources import UnreadableFile
from client.replica import Range
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_box, use_live, use_optional, use_stable
from client.ui.views.new import town_of
from client.ui.views.planner.subscription import Subscription
from sync_protocol.records import Account, Activity

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.import_ics import Appointment, Guess
    from client.replica import Replica
    from client.ui.context import App

FILE = "visits.ics"
OUT = "Every visit you have planned from now on. Your phone's calendar opens the file."
NONE_AHEAD = "You have no visits planned from now on. Once you do, save them here as a file."
IN = (
    "A file that Google Calendar, Outlook, Thunderbird or another calendar exported. You choose "
    "which appointments become visits. The same file again changes nothing."
)
SHOWN = 100
NONE = ""


class Found(NamedTuple):
    """What a file holds, whose it may be, and what is chosen: an account by a visit's id."""

    appointments: tuple[Appointment, ...]
    guesses: dict[str, Guess]
    chosen: dict[str, str]


@component
def CalendarView() -> ft.Control:
    app = use_app()
    found, set_found = use_optional(Found)
    problem, set_problem = ft.use_state("")
    asking, set_asking = ft.use_state("")
    ahead = use_live(read_ahead, Activity)

    def hear(event: ft.FilePickerResultEvent) -> None:
        if event.files:
            one = event.files[0]
            data = one.bytes if one.bytes is not None else Path(one.path or "").read_bytes()
            take_in(data)

    def take_in(data: bytes) -> None:
        try:
            set_found(read_file(app.replica, data))
            set_problem("")
        except UnreadableFile as error:
            set_problem(str(error))

    def choose(visit_id: str, account_id: str) -> None:
        set_asking("")
        if found is not None:
            set_found(found._replace(chosen=found.chosen | {visit_id: account_id}))

    picker = _use_picker(use_stable(hear))
    close = lambda: set_asking("")  # noqa: E731
    ft.use_dialog(_accounts(app, found, asking, choose, close) if found and asking else None)
    if found is not None:
        return _chosen(app, found, set_asking, lambda: set_found(None))
    wrong = [states.notice(ft.Icons.ERROR_OUTLINE, problem, error=True)] if problem else []
    return reading(
        "Calendar",
        scroll([*wrong, _out(app, picker, ahead), Subscription(), _in(picker)]),
        on_back=lambda: app.go("/more"),
    )


def read_ahead(replica: Replica) -> list[Activity]:
    """This user's visits to come."""
    return replica.find(
        Activity, kind="visit", status="planned", at=Range(replica.now()),
        owner_id=replica.user_id, order_by="at",
    )  # fmt: skip


def read_file(replica: Replica, data: bytes) -> Found:
    """A file with the customers that are sure chosen already. Raises `UnreadableFile`."""
    appointments = tuple(import_ics.read(replica, data))
    guesses = {one.visit_id: import_ics.guess(replica, one) for one in appointments}
    return Found(appointments, guesses, {i: one.sure for i, one in guesses.items() if one.sure})


def _use_picker(hear: Callable[[Any], None]) -> ft.FilePicker:
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker(on_result=hear)
    return holder.current


def _out(app: App, picker: ft.FilePicker, ahead: list[Activity]) -> ft.Control:
    async def save() -> None:
        data = export_ics.calendar(app.replica, ahead)
        await picker.save_file(file_name=FILE, src_bytes=data)
        app.say(f"{FILE} made, {wording.plural(len(ahead), 'visit')}")

    button = ft.FilledButton(
        f"Save {wording.plural(len(ahead), 'visit')}",
        icon=ft.Icons.DOWNLOAD_OUTLINED,
        height=theme.TALL,
        on_click=save,
    )
    out = [_muted(OUT), target("calendar-save", button)] if ahead else [_muted(NONE_AHEAD)]
    return section("To your calendar", out)


def _muted(words: str) -> ft.Control:
    return ft.Text(words, style=theme.BODY, color=theme.MUTED)


def _in(picker: ft.FilePicker) -> ft.Control:
    button = ft.FilledTonalButton(
        "Choose a file",
        icon=ft.Icons.UPLOAD_FILE_OUTLINED,
        height=theme.TALL,
        action=ft.PickFiles(
            picker,
            file_type=ft.FilePickerFileType.CUSTOM,
            allowed_extensions=["ics"],
            with_data=True,
        ),
    )
    return section("From your calendar", [_muted(IN), target("calendar-pick", button)])


# --- what a file holds ---


def _chosen(
    app: App, found: Found, on_ask: Callable[[str], None], on_back: Callable[[], None]
) -> ft.Control:
    """Each appointment with its customer; a tap changes that. One button plans them."""
    count = sum(bool(account_id) for account_id in found.chosen.values())
    if not found.appointments:
        nothing = "Nothing in this file lies within the next three months."
        return reading(
            "Calendar",
            states.none_yet(ft.Icons.EVENT_BUSY_OUTLINED, "No appointments ahead", nothing),
            on_back=on_back,
        )

    def take() -> None:
        write = partial(import_ics.take, app.replica, found.chosen, found.appointments)
        if app.act("Visits planned from the calendar", write):
            app.go("/planner")

    plan = ft.FilledButton(f"Plan {count:,}", height=theme.TOUCH, disabled=not count, on_click=take)
    rows = [_row(app, found, one, partial(on_ask, one.visit_id)) for one in
            found.appointments[:SHOWN]]  # fmt: skip
    rest = len(found.appointments) - SHOWN
    more = [ft.Text(f"And {rest:,} later ones, chosen where sure.")] if rest > 0 else []
    return reading(
        "Calendar",
        scroll([section("Appointments", [*rows, *more], len(found.appointments))]),
        on_back=on_back,
        actions=[target("calendar-take", plan)],
    )


def _row(app: App, found: Found, one: Appointment, on_click: Callable[[], None]) -> ft.Control:
    account_id = found.chosen.get(one.visit_id, NONE)
    account = app.replica.get(Account, account_id) if account_id else None
    unsure = one.visit_id not in found.chosen and bool(found.guesses[one.visit_id].others)
    told = account.name if account else "Whose is it? Tap to choose" if unsure else "Not a visit"
    icon = ft.Icons.CHECK_CIRCLE if account else ft.Icons.HELP_OUTLINE if unsure else None
    colour = ft.Colors.PRIMARY if account else ft.Colors.TERTIARY if unsure else theme.MUTED
    shown = row(
        ft.Icon(icon or ft.Icons.CIRCLE_OUTLINED, color=colour),
        one.summary,
        f"{_when(app.replica, one)} - {told}",
        on_click=on_click,
    )
    return target(f"appointment-{one.visit_id}", shown, key=one.visit_id, button=True)


def _when(replica: Replica, one: Appointment) -> str:
    zone = replica.settings.time_zone
    day = wording.day_name(planner.day_of(replica, one.at), wording.today(replica.now(), zone))
    return f"{day}, {wording.clock(one.at, zone)}"


def _accounts(
    app: App,
    found: Found,
    visit_id: str,
    choose: Callable[[str, str], None],
    on_close: Callable[[], None],
) -> ft.BottomSheet:
    """Those it could be, and nobody."""
    guess = found.guesses[visit_id]
    offered = [x for x in (guess.sure, *guess.others) if x]
    accounts = [x for i in offered if (x := app.replica.get(Account, i)) is not None]
    rows = [
        menu_row(f"whose-{x.id}", ft.Icons.STOREFRONT_OUTLINED, x.name, town_of(x),
                 partial(choose, visit_id, x.id))
        for x in accounts
    ]  # fmt: skip
    nobody = "Not a visit" if accounts else "No customer of yours is named in it: not a visit"
    rows.append(
        menu_row("whose-nobody", ft.Icons.BLOCK, nobody, "", partial(choose, visit_id, NONE))
    )
    return sheet("Whose appointment is it?", rows, on_close, tall=True)
