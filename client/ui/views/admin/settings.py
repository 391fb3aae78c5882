"""The company's settings: its name, and how times, numbers and phones are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import reading, scroll
from client.ui.components.typed import Problem, TypedField, problem_of
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import refusal, save_button, use_admin
from client.ui.views.kept_form import use_kept_form
from client.ui.views.planner.travel import CompanySwitch
from sync_protocol.records import SETTINGS_ID, Settings
from sync_protocol.rules import tiles

if TYPE_CHECKING:
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm

FIELDS = {
    "name": ("Company", "As it stands in More and in exports."),
    "time_zone": ("Time zone", "For example Europe/Berlin."),
    "region": ("Phone region", "Two letters, for example DE: how numbers without +49 are read."),
    "currency": ("Currency", "Three letters, for example EUR."),
    "locale": ("Language and format", "For example en or de-DE."),
    "tiles": ("Map tiles", f"For example {tiles.EXAMPLE}. Empty: no map is asked for anywhere."),
    "tiles_credit": (
        "Credit of the map",
        "What its licence asks to be said; the map puts a © before it.",
    ),
    "radius_m": ("Radius of a customer", "Within how many metres a visit counts as on site."),
}
NUMBERS = ("radius_m",)


@component
def SettingsView() -> Any:
    app = use_app()
    admin = use_admin()
    settings = use_live(lambda replica: replica.settings, Settings)
    if not admin:
        return refusal("Company settings", lambda: app.go("/more"))
    return reading(
        "Company settings",
        scroll([SettingsForm(settings), CompanySwitch(key="travel")]),
        on_back=lambda: app.go("/more"),
    )


@component
def SettingsForm(settings: Settings) -> ft.Control:
    """Keeps what is typed until it is saved."""
    began = {name: str(getattr(settings, name)) for name in FIELDS}
    form = use_kept_form(DraftKey("settings", SETTINGS_ID, ""), began)
    return form.around(SettingsFields(settings, form, key=f"{form.generation}"))


@component
def SettingsFields(settings: Settings, form: KeptForm) -> ft.Control:
    app, typed = use_app(), form.values
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        values: dict[str, Any] = {name: text.strip() for name, text in typed.items()}
        for name in ("region", "currency"):
            values[name] = values[name].upper()
        try:
            values |= {name: whole_number(name, values[name]) for name in NUMBERS}
            check_zone(values["time_zone"])
            check_tiles(values["tiles"], values["tiles_credit"])
            done = form.act("Settings saved", lambda: _save(app, settings, values))
        except Invalid as wrong:
            set_problem(problem_of(wrong))
            return
        set_problem(Problem())
        if done:
            form.done()
            app.go("/more")

    fields = [
        TypedField(typed, name, label, problem, helper=helper)
        for name, (label, helper) in FIELDS.items()
    ]
    return ft.Column(spacing=theme.GAP_L, controls=[*fields, save_button(save)])


def whole_number(name: str, text: str) -> int:
    """Raises `Invalid` where it is none; the record's rules say how large it may be."""
    if not text.isdecimal():
        raise Invalid(name, "Write a whole number, for example 150.")
    return int(text)


def check_zone(name: str) -> None:
    """Raises `Invalid` for a name that this device knows to be no time zone."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads hundreds of file names

    known = available_timezones()
    if known and name not in known:
        raise Invalid("time_zone", "There is no such time zone. Try Europe/Berlin, for example.")


def check_tiles(template: str, credit: str) -> None:
    """Raises `Invalid` for an address that no map can come from, or one without its credit."""
    if problem := tiles.problem(template):
        raise Invalid("tiles", problem)
    if template and not credit:
        raise Invalid("tiles_credit", "Say whose map it is: its licence asks for that.")


def _save(app: App, shown: Settings, values: dict[str, Any]) -> None:
    if app.replica.get(Settings, SETTINGS_ID) is None:
        app.replica.create(Settings(id=SETTINGS_ID, **values))
    else:
        app.replica.update(shown, **values)
