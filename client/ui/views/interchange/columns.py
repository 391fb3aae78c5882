"""What each column of a file means, changed by choosing from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.interchange import declared, declared_mapping
from client.interchange.definitions import CUSTOMERS, definitions_of
from client.interchange.planning import COLUMN
from client.interchange.targets import FIELDS, IDS, IMPORTED, OWN_FIELDS, Target
from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, dropdown
from client.ui.components.page import card, section, target
from client.ui.views.interchange.words import of_column
from sync_protocol.records import kinds

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
DECLARED = "column:"
"""The same of one of our own headings."""
SHOWN_FIRST = ("imported", "skip")
KEPT = "Columns nobody here knows are kept under their own heading."
NOT_KEPT = "Columns nobody here knows are left out: choose what they mean."
MOST_ROWS = 60
"""Columns that are shown: a table of other programs has few, one of ours says itself what it is."""


def words_of(field: str) -> str:
    """A meaning in words; that of a custom field is what it is called."""
    if field.startswith(DECLARED):
        return of_column(field.removeprefix(DECLARED))
    own = field.removeprefix(CUSTOM)
    return own if own != field else WORDS.get(field, field.replace("_", " ").capitalize())


def meaning_of(target: Target, column: Column) -> str:
    """A target as one of the meanings to choose from."""
    if target.field == COLUMN:
        return DECLARED + target.group
    if target.field != "custom":
        return target.field
    return CUSTOM + (target.group or column.heading)


def columns(app: App, job: Job) -> list[ft.Control]:
    """One row a column, those nobody recognised first."""
    source = job.source
    if source is None:
        return []

    def change(column: str, field: str) -> None:
        new = _target(job.mapping.get(column, IMPORTED), field)
        app.page.run_task(job.change, column, new)

    def unknown(column: Column) -> bool:
        return job.mapping.get(column.key, IMPORTED).field in SHOWN_FIRST

    ordered = sorted(source.columns, key=lambda column: not unknown(column))
    more = len(ordered) - MOST_ROWS
    offered = _offered(job)
    rows = [
        ColumnRow(
            column,
            meaning_of(job.mapping.get(column.key, IMPORTED), column),
            offered,
            change,
            key=column.key,
        )
        for column in ordered[:MOST_ROWS]
    ]
    said = [_note(KEPT if _keeps_others(job) else NOT_KEPT)]
    rest = [_note(f"and {more:,} more, which say themselves what they are")] if more > 0 else []
    listed = card(ft.Column(tight=True, spacing=theme.GAP, controls=rows))
    return [section("Columns", [*said, listed, *rest], len(ordered))]


def _note(text: str) -> ft.Control:
    return ft.Text(text, style=theme.SMALL, color=theme.MUTED)


def _target(held: Target, meaning: str) -> Target:
    """What a column means from now on, chosen among the meanings."""
    if meaning.startswith(CUSTOM):
        return Target("custom", meaning.removeprefix(CUSTOM))
    if meaning.startswith(DECLARED):
        return Target(COLUMN, meaning.removeprefix(DECLARED))
    return held._replace(field=meaning) if _alike(held.field, meaning) else Target(meaning)


def _keeps_others(job: Job) -> bool:
    """Whether the records to be keep what there is no field for."""
    return job.of not in declared.TYPES or declared_mapping.keeps_others(kinds()[job.of])


def _offered(job: Job) -> tuple[str, ...]:
    """What a column can mean in a file of these records."""
    fields = FIELDS if job.of in CUSTOMERS else OWN_FIELDS
    added = definitions_of(job.replica).fields_beside(job.of)
    if job.of in declared.TYPES:
        heads = declared_mapping.headings_of(kinds()[job.of])
        return (
            *(SHOWN_FIRST if _keeps_others(job) else SHOWN_FIRST[1:]),
            *(f"{CUSTOM}{field.name}" for field in added),
            *(f"{DECLARED}{head}" for head in heads),
            *("label", "labels"),
        )
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
