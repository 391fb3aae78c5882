"""What was answered in a visit form as a table: a row per visit, a column per question.

A question that is asked no more keeps its column: what was answered to it stays.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from client import customising, visit_forms
from client.interchange.tables import FORMULA
from client.zones import local
from sync_protocol.records import Account, Activity, Contact, Outcome, Purpose, User

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records import Record, VisitForm

BOM = "\ufeff"
ABOUT = ("When", "Account", "Contact", "Rep", "Purpose", "Outcome")


def export_answers(replica: Replica, form: VisitForm) -> bytes:
    """Every visit with an answer to one of the form's questions, the oldest first, as CSV."""
    fields = [
        visit_forms.as_field(entry, question)
        for entry, question in sorted(form.questions.items(), key=lambda pair: pair[1].place)
    ]
    visits = [
        visit
        for visit in replica.find(Activity, kind="visit", order_by="at")
        if visit.answers.keys() & form.questions.keys()
    ]
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow([_safe(cell) for cell in (*ABOUT, *(field.name for field in fields))])
    for visit in visits:
        answers = [customising.written(field, visit.answers.get(field.id)) for field in fields]
        table.writerow([_safe(cell) for cell in (*_about(replica, visit), *answers)])
    return (BOM + out.getvalue()).encode()


def _about(replica: Replica, visit: Activity) -> list[str]:
    when = local(visit.at, replica.settings.time_zone)
    return [
        f"{when:%Y-%m-%d %H:%M}",
        _name(replica, Account, visit.account_id),
        _name(replica, Contact, visit.contact_id),
        _name(replica, User, visit.owner_id),
        _name(replica, Purpose, visit.purpose_id),
        _name(replica, Outcome, visit.outcome.outcome_id if visit.outcome else ""),
    ]


def _name(replica: Replica, struct: type[Record], record_id: str) -> str:
    found = replica.get(struct, record_id) if record_id else None
    return str(getattr(found, "name", "")) if found else ""


def _safe(cell: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if FORMULA.match(cell) else cell
