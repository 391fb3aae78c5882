"""Record types of the company's own: contracts, machines, projects. For administrators."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section
from client.ui.components.rows import menu_row
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live, use_record
from client.ui.plain import ICONS, of_type
from client.ui.views.admin.parts import Entry, EntryList, refusal, use_admin
from client.ui.views.custom.field_form import at
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import CustomObject, ObjectType

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm

ROUTE = "/admin/types"
TITLE = "Record types"
NOTE = (
    "Records of your own beneath accounts and contacts: contracts, machines, projects. They sync, "
    "are searched and have a history like everything else."
)
FIELDS = ("name", "plural", "about")
BOX = "box"


@component
def TypesView() -> Any:
    app, admin = use_app(), use_admin()
    entries = use_live(read_types, ObjectType, CustomObject)
    if not admin:
        return refusal(TITLE, lambda: app.go("/more"))
    return EntryList(TITLE, "type", entries, f"{ROUTE}/new", NOTE)


def read_types(replica: Replica) -> list[Entry]:
    counts = replica.tally(CustomObject, "type_id")
    return [
        Entry(
            own.id,
            of_type(own).icon,
            own.plural or own.name,
            _told(counts.get(own.id, 0), archived=own.archived),
            f"{ROUTE}/{own.id}",
        )
        for own in replica.find(ObjectType, order_by="name")
    ]


@component
def TypeView() -> Any:
    """`/admin/types/new` and `/admin/types/<id>`."""
    app, admin = use_app(), use_admin()
    type_id = ft.use_route_params().get("id", "")
    own = use_record(ObjectType, type_id)
    back = lambda: app.go(ROUTE)  # noqa: E731
    title = "Record type" if type_id else "New record type"
    if not admin:
        return refusal(title, back)
    if type_id and own is None:
        return keeping.absent(title, back)
    return reading(title, scroll([TypeForm(own, key=type_id)]), on_back=back)


@component
def TypeForm(own: ObjectType | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    began = {name: getattr(own, name) if own else "" for name in FIELDS}
    began["icon"] = own.icon if own else BOX
    form = use_kept_form(DraftKey("objecttype", own.id if own else "", ""), began)
    return form.around(TypeFields(own, form, key=f"{form.generation}"))


@component
def TypeFields(own: ObjectType | None, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    icon, set_icon = use_choice(values, "icon")
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        facts = {name: values[name].strip() for name in FIELDS} | {"icon": values["icon"]}
        try:
            done = form.act("Record type saved", lambda: write(app.replica, own, facts))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    icons = [Choice(name, name.capitalize(), icon) for name, icon in ICONS.items()]
    fields: list[ft.Control] = [
        TypedField(values, "name", "Name of one: Contract", problem, autofocus=own is None),
        TypedField(values, "plural", "Name of many: Contracts", problem),
        TypedField(
            values, "about", "What it is for (optional)", problem,
            multiline=True, shift_enter=True, min_lines=1, max_lines=4,
        ),
        section("Shown as", [choice_row("icon", icons, icon or BOX, set_icon)]),
        *([_fields_row(app, own)] if own else []),
        keeping.buttons(app, own, save, ROUTE),
    ]  # fmt: skip
    return stretched(fields, theme.GAP_L)


def write(replica: Replica, own: ObjectType | None, facts: dict[str, Any]) -> None:
    """Save a new or an existing record type. Raises `Invalid`."""
    others = [x for x in replica.find(ObjectType) if own is None or x.id != own.id]
    name = facts["name"]
    if any(other.name.casefold() == name.casefold() for other in others):
        raise Invalid("name", f"There is already a record type called {name}.")
    if own is None:
        replica.create(ObjectType(**facts))
    else:
        replica.update(own, **facts)


def _fields_row(app: App, own: ObjectType) -> ft.Control:
    return menu_row(
        "type-fields", ft.Icons.DASHBOARD_CUSTOMIZE_OUTLINED, "Its fields",
        "What is filled in beside the name", partial(app.go, at(own.id)),
    )  # fmt: skip


def _told(count: int, *, archived: bool) -> str:
    told = wording.plural(count, "record")
    return f"{told}, archived" if archived else told
