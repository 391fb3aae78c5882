"""What an import would bring: counts, what each row is, what columns mean, what was noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.interchange import invoices
from client.interchange.definitions import CUSTOMERS
from client.ui import theme, wording
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, scroll, section
from client.ui.views.interchange import bills
from client.ui.views.interchange.columns import columns
from client.ui.views.interchange.words import (
    ACCOUNT,
    CONTACT,
    kind_called,
    kinds_to_choose,
    with_article,
)
from client.ui.views.records.draft import territories_of
from client.ui.views.records.territory_choice import TerritoryChoice
from sync_protocol.records import ObjectType, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.interchange.planning import DeclaredPlan, Plan, Summary, Together
    from client.interchange.problems import Problem
    from client.ui.context import App
    from client.ui.views.interchange.job import Job

TOLD = 50
NOT_YOURS = "Your role may not add {many}."
REFUSED = "There are record types or fields in this file that only administrators can add."
TAKEN_OVER = "What is here already takes over what the file says, and keeps what it leaves empty."


def start_words(job: Job) -> str:
    summary = job.summary
    if job.of == invoices.KIND:
        return bills.start_words(job.billed)
    if summary is None:
        return "Counting..."
    return f"Import {summary.records}"


def ready(app: App, job: Job) -> bool:
    """Whether it is counted, and may be brought."""
    if job.of == invoices.KIND:
        return job.billed is not None
    return job.summary is not None and _may(app, job)


def preview(app: App, job: Job) -> ft.Control:
    """What would come, as what, and what was noticed."""
    if job.of == invoices.KIND:
        return _preview_of_bills(app, job)
    plan, summary = job.plan(), job.summary
    known = noticed(summary.problems, summary.problem_count) if summary else []
    return scroll(
        [
            *refusal(job.problem),
            *refusal("" if _may(app, job) else _refused(app, job)),
            card(_counts(plan, summary, noun(app, job), other(app, job))),
            *([] if job.package else [section("Each row is", [_type(app, job)])]),
            *(_territory(app, job) if job.package or job.of in CUSTOMERS else []),
            *columns(app, job),
            *known,
        ]
    )


def noun(app: App, job: Job) -> tuple[str, str]:
    """What one record of the file is called, and many are; own ones if it has several types."""
    if job.package is not None:
        return "record of your own", "records of your own"
    kind = kind_called(app.replica, job.of)
    return kind.one, kind.many


def other(app: App, job: Job) -> tuple[str, str]:
    """The same of one that is neither a customer nor of a type of the company's own."""
    return ("other record", "other records") if job.package is not None else noun(app, job)


def refusal(said: str) -> list[ft.Control]:
    """Why nothing can be brought, if so."""
    return [states.notice(ft.Icons.ERROR_OUTLINE, said, error=True)] if said else []


def noticed(problems: Sequence[Problem], count: int) -> list[ft.Control]:
    """A line for each of the first `problems` of `count`."""
    if not problems:
        return []
    lines: list[ft.Control] = [ft.Text(one.said, style=theme.SMALL) for one in problems[:TOLD]]
    if count > TOLD:
        lines.append(ft.Text(f"and {count - TOLD} more", style=theme.SMALL, color=theme.MUTED))
    told = ft.Column(expand=True, tight=True, controls=lines)
    return [section("What to know", [card(ft.Row(controls=[told]))], count)]


def _may(app: App, job: Job) -> bool:
    """Whether this user may bring these records, and the definitions that are missing here."""
    kind = kinds().get(job.of) if job.package is None else None
    if kind is not None and kind.shared and not keeping.may(app.replica, kind.struct, "create"):
        return False
    return not job.plan().brings or keeping.may(app.replica, ObjectType, "create")


def _refused(app: App, job: Job) -> str:
    return REFUSED if job.package is not None else NOT_YOURS.format(many=noun(app, job)[1])


def _preview_of_bills(app: App, job: Job) -> ft.Control:
    assert job.source is not None  # noqa: S101 - only a table can be one of invoices
    counted, *rest = bills.preview(job.source, job.billed)
    known = noticed(job.billed.problems, len(job.billed.problems)) if job.billed else []
    kind = section("Each row is", [_type(app, job)])
    return scroll([*refusal(job.problem), counted, kind, *rest, *known])


def _counts(
    plan: Plan | DeclaredPlan | Together,
    summary: Summary | None,
    called: tuple[str, str],
    others: tuple[str, str],
) -> ft.Control:
    defined = len(plan.brings)
    if summary is None:
        lines = ["Counting what it would bring..."]
    else:
        counted = (
            (summary.accounts, "account"),
            (summary.contacts, "contact"),
            (summary.photos, "photo"),
            (len(summary.labels), "label"),
            (summary.files, "file"),
        )
        brings = [wording.plural(count, word) for count, word in counted if count]
        brings[:0] = [wording.plural(summary.others, *others)] if summary.others else []
        brings[:0] = [wording.plural(summary.own, *called)] if summary.own else []
        if summary.known:
            brings.append(f"{summary.known:,} already here")
        if defined:
            brings.append(wording.plural(defined, "definition"))
        lines = [f"{wording.plural(summary.rows, 'row')}: {', '.join(brings) or 'nothing'}"]
        if summary.left_out:
            lines.append(f"{wording.plural(summary.left_out, 'row')} left out")
        lines += [TAKEN_OVER] if summary.known else []
    told = ft.Column(
        expand=True,
        tight=True,
        spacing=theme.GAP_S,
        controls=[
            ft.Text(plan.filename, style=theme.HEADING),
            *[ft.Text(line, style=theme.BODY) for line in lines],
        ],
    )
    return ft.Row(controls=[told])


def _type(app: App, job: Job) -> ft.Control:
    """What each row is; cards are of people and companies only."""
    table = job.source is not None and job.source.format == "csv"
    offered = kinds_to_choose(app.replica, job.of) if table else [ACCOUNT, CONTACT]
    choices = [Choice(kind.of, with_article(kind.one), kind.icon) for kind in offered]
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
