"""What each column of a file means, changed by choosing from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.interchange.definitions import CUSTOMERS, definitions_of
from client.interchange.targets import FIELDS, IDS, IMPORTED, OWN_FIELDS, Target
from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, dropdown
from client.ui.components.page import card, section, target

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.sources import Column
    from client.ui.context import App
    from client.ui.views.interchange.job import Job

WORDS = {
    "organisation": "Account",
    "title": "Title, role",
    "about": "About, notes",
    "postal_code": "Postal code",
    "full_address": "Whole address",
    "lat": "Latitude",
    "lon": "Longitude",
    "email": "E-mail",
    "email_kind": "Kind of e-mail",
    "phone_kind": "Kind of phone",
    "address_kind": "Kind of address",
    "account_kind": "Kind of account",
    "po_box": "PO box",
    "label": "One label",
    "custom": "Custom field",
    "contact": "Contact",
    "id": "Fieldbook ID",
    "account_id": "Fieldbook ID of the account",
    "parent_id": "Fieldbook ID of the parent account",
    "contact_id": "Fieldbook ID of the contact",
    "labels": "Labels",
    "imported": "Keep as it is",
    "skip": "Leave out",
}
HIDDEN = frozenset({"company_card", "accuracy", "fixed_at", "extended", "custom", *IDS})
CUSTOM = "custom:"
"""Begins the meaning of a column that fills in a custom field; its name follows."""
SHOWN_FIRST = ("imported", "skip")


def words_of(field: str) -> str:
    """A meaning in words; that of a custom field is what it is called."""
    own = field.removeprefix(CUSTOM)
    return own if own != field else WORDS.get(field, field.replace("_", " ").capitalize())


def meaning_of(target: Target, column: Column) -> str:
    """A target as one of the meanings to choose from."""
    if target.field != "custom":
        return target.field
    return CUSTOM + (target.group or column.heading)


def columns(app: App, job: Job) -> list[ft.Control]:
    """One row a column, those nobody recognised first."""
    source = job.source
    if source is None:
        return []

    def change(column: str, field: str) -> None:
        held = job.mapping.get(column, IMPORTED)
        own = field.removeprefix(CUSTOM)
        new = held._replace(field=field) if _alike(held.field, field) else Target(field)
        app.page.run_task(job.change, column, Target("custom", own) if own != field else new)

    def unknown(column: Column) -> bool:
        return job.mapping.get(column.key, IMPORTED).field == IMPORTED.field

    ordered = sorted(source.columns, key=lambda column: not unknown(column))
    offered = _offered(job)
    rows = [
        ColumnRow(
            column,
            meaning_of(job.mapping.get(column.key, IMPORTED), column),
            offered,
            change,
            key=column.key,
        )
        for column in ordered
    ]
    note = "Columns nobody here knows are kept under their own heading." if rows else ""
    return [
        section(
            "Columns",
            [
                ft.Text(note, style=theme.SMALL, color=theme.MUTED),
                card(ft.Column(tight=True, spacing=theme.GAP, controls=rows)),
            ],
            len(rows),
        )
    ]


def _offered(job: Job) -> tuple[str, ...]:
    """What a column can mean in a file of these records."""
    fields = FIELDS if job.of in CUSTOMERS else OWN_FIELDS
    added = definitions_of(job.replica).fields_beside(job.of)
    rest = [field for field in fields if field not in SHOWN_FIRST and field not in HIDDEN]
    return (*SHOWN_FIRST, *(f"{CUSTOM}{field.name}" for field in added), *rest)


@component
def ColumnRow(
    column: Column, field: str, offered: tuple[str, ...], on_change: Callable[[str, str], None]
) -> ft.Control:
    """The heading with what stands beneath it in the file, and its meaning."""

    def choose(chosen: str) -> None:
        on_change(column.key, chosen or IMPORTED.field)

    names = [*offered, *([] if field in offered else [field])]
    return ft.Row(
        spacing=theme.GAP,
        controls=[
            _heading(column),
            target(
                f"column-{column.key}",
                dropdown(
                    f"Meaning of {column.heading}",
                    [Choice(name, words_of(name)) for name in names],
                    field,
                    choose,
                    width=172,
                    dense=True,
                    menu_height=400,
                ),
            ),
        ],
    )


def _heading(column: Column) -> ft.Control:
    samples = ft.Text(
        ", ".join(column.samples),
        style=theme.SMALL,
        color=theme.MUTED,
        max_lines=1,
        overflow=ft.TextOverflow.ELLIPSIS,
    )
    heading = ft.Text(column.heading, style=theme.BODY, weight=ft.FontWeight.W_600)
    return ft.Column(expand=True, tight=True, spacing=0, controls=[heading, samples])


def _alike(old: str, new: str) -> bool:
    """Whether a column keeps its group: a street that becomes a town is of the same address."""
    both = {old, new}
    return both <= {"street", "town", "postal_code", "region", "country"} or both <= {
        "phone",
        "phone_kind",
    }
