"""What is done with leads: answer, qualify, disqualify, reopen, and convert into a customer.

Each act is one action, so one undo. A conversion makes what does not exist yet under ids that are
derived from the lead: two devices that convert the same lead offline make the same account, contact
and deal, whose fields then merge as all fields do, and nobody has to be merged afterwards. Where
one of them chose an account that existed, the later conversion says where the contact belongs. If a
conversion is undone while another stands, what both had made is deleted with it, and converting
again brings it back.

What hung beneath the lead stays there and is placed beneath the customer as well: activities and
tasks keep their `lead_id`. Its comments and files stay with the lead, which its page links to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from client import dealing
from client.duplicates import sketch
from client.errors import Invalid
from client.merging import unknown_to
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    Conversion,
    Deal,
    Labelling,
    Lead,
    Task,
    kind_of,
)
from sync_protocol.records.leads import Answer
from sync_protocol.rules import leads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.duplicates import Match
    from client.replica import Replica
    from sync_protocol.records import Record
    from sync_protocol.records.leads import LeadStatus

R = TypeVar("R", bound="Record")
PART = 300
"""Activities and tasks placed in one changeset."""
CONVERT = "Convert lead"


class Plan(NamedTuple):
    """What a lead is to become: an id of an existing record, or a new one, or none.

    `deal` names the deal; empty for none. A new account goes into `territory_id`.
    """

    account_id: str = ""
    new_account: str = ""
    territory_id: str = ""
    contact_id: str = ""
    new_contact: bool = True
    deal: str = ""


# --- the steps ---


def answer(replica: Replica, lead: Lead, question: str, met: bool | None, note: str = "") -> Lead:
    """Whether a question is met, unmet or unknown, and what was said."""
    with replica.changeset("Answer a question"):
        return replica.update(lead, answers={**lead.answers, question: Answer(met, note.strip())})


def work(replica: Replica, lead: Lead) -> Lead:
    """Somebody has taken it up."""
    return _step(replica, lead, "working", "Work on lead")


def qualify(replica: Replica, lead: Lead) -> Lead:
    return _step(replica, lead, "qualified", "Qualify lead")


def disqualify(replica: Replica, lead: Lead, reason_id: str = "", reason: str = "") -> Lead:
    """Raises `Invalid` without a reason, given or chosen."""
    if not (reason_id or reason.strip()):
        raise Invalid("reason", "Say why, so that nobody asks again.")
    return _step(
        replica, lead, "disqualified", "Disqualify lead",
        reason_id=reason_id, reason=reason.strip(),
    )  # fmt: skip


def reopen(replica: Replica, lead: Lead) -> Lead:
    """It is worked on again; the reason stays to be read in its history."""
    return _step(replica, lead, "working", "Reopen lead", reason_id="", reason="")


def _step(replica: Replica, lead: Lead, then: LeadStatus, name: str, **fields: Any) -> Lead:
    """Raises `Invalid` for a step the rule does not know."""
    now = replica.as_it_is(lead)
    if refused := leads.refusal(now, then):
        raise Invalid("status", refused)
    with replica.changeset(name):
        return replica.update(now, status=then, **fields)


# --- conversion ---


def account_of(lead: Lead) -> Account:
    """The account a lead would become: its company, or the person's own household."""
    return Account(
        id=leads.made_id(lead.id, "account"),
        name=lead.company.strip() or lead.name,
        kind="company" if lead.company.strip() else "household",
        website=lead.website,
        addresses=lead.addresses,
        source=lead.source,
        territory_id=lead.territory_id,
        owner_id=lead.owner_id,
    )


def contact_of(lead: Lead) -> Contact:
    """The contact a lead would become."""
    return Contact(
        id=leads.made_id(lead.id, "contact"),
        name=lead.name,
        title=lead.title,
        phones=lead.phones,
        emails=lead.emails,
        about=lead.about,
        source=lead.source,
        imported=lead.imported,
        owner_id=lead.owner_id,
    )


def accounts_like(replica: Replica, lead: Lead) -> list[Match]:
    """Accounts that the lead's company may be."""
    seen = msgspec.structs.replace(account_of(lead), phones=lead.phones, emails=lead.emails)
    return replica.similar(seen)


def contacts_like(replica: Replica, lead: Lead) -> list[Match]:
    """Contacts that the lead may be."""
    return replica.similar(lead, among=("contact",))


def convert(replica: Replica, lead: Lead, plan: Plan) -> Lead:
    """Make of it what `plan` says. Raises `Invalid`, `NotAllowed`."""
    now = replica.as_it_is(lead)
    if refused := leads.refusal(now, "converted"):
        raise Invalid("status", refused)
    if not (plan.account_id or plan.new_account or plan.contact_id or plan.new_contact):
        raise Invalid("account_id", "Choose an account or a contact that it becomes.")
    action = replica.new_id()
    with replica.changeset(CONVERT, action=action):
        account_id = plan.account_id or _new_account(replica, now, plan)
        contact_id = _contact(replica, now, plan, account_id)
        deal_id = _deal(replica, now, plan, account_id, contact_id)
        _labels(replica, now, account_id, contact_id)
        became = Conversion(replica.now(), account_id, contact_id, deal_id)
        converted = replica.update(now, status="converted", converted=became)
    _place_beneath(replica, now, became, action)
    return converted


def _new_account(replica: Replica, lead: Lead, plan: Plan) -> str:
    if not plan.new_account:
        return ""
    account = account_of(lead)
    phones = {} if plan.new_contact or plan.contact_id else lead.phones
    fields = {"name": plan.new_account, "territory_id": plan.territory_id, "phones": phones}
    return _make(replica, msgspec.structs.replace(account, **fields)).id


def _contact(replica: Replica, lead: Lead, plan: Plan, account_id: str) -> str:
    """The chosen contact gets what it lacks; one without an account is placed in this one."""
    if plan.contact_id:
        held = replica.get(Contact, plan.contact_id)
        if held is not None:
            replica.update(held, **_lacking(replica, held, lead, account_id))
        return plan.contact_id
    if not plan.new_contact:
        return ""
    return _make(replica, msgspec.structs.replace(contact_of(lead), account_id=account_id)).id


def _lacking(replica: Replica, held: Contact, lead: Lead, account_id: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if account_id and not held.account_id:
        fields["account_id"] = account_id
    for name in ("title", "about"):
        if not getattr(held, name) and getattr(lead, name):
            fields[name] = getattr(lead, name)
    for name in ("phones", "emails"):
        before = getattr(held, name)
        if new := unknown_to(replica, before, getattr(lead, name)):
            fields[name] = before | {replica.new_entry(): value for value in new}
    return fields


def _deal(replica: Replica, lead: Lead, plan: Plan, account_id: str, contact_id: str) -> str:
    start = dealing.first_stage(replica, "sales")
    if not plan.deal.strip() or start is None:
        return ""
    pipeline, stage = start
    return _make(
        replica,
        Deal(
            id=leads.made_id(lead.id, "deal"),
            name=plan.deal.strip(),
            pipeline_id=pipeline.id,
            stage_id=stage,
            stage_since=replica.now(),
            source=lead.source,
            account_id=account_id,
            contact_id=contact_id,
            owner_id=lead.owner_id,
        ),
    ).id


def _make(replica: Replica, record: R) -> R:
    """Create a record, or bring back the one that an undone conversion had left deleted."""
    held = replica.get(type(record), record.id)
    if held is None:
        return replica.create(record)
    fields = {name: getattr(record, name) for name in kind_of(record).fields}
    return replica.update(held, **fields) if held.deleted else held


def _labels(replica: Replica, lead: Lead, account_id: str, contact_id: str) -> None:
    """The person carries the lead's labels on; the account, where there is no person."""
    record: Record | None = replica.get(Contact, contact_id) if contact_id else None
    record = record or replica.get(Account, account_id)
    for labelling in replica.find(Labelling, record_id=lead.id, on=True):
        if record is not None:
            replica.put_label(record, labelling.label_id)


def _place_beneath(replica: Replica, lead: Lead, became: Conversion, action: str) -> None:
    """Activities and tasks of the lead are the customer's, too."""
    beneath: list[Any] = [
        *replica.find(Activity, lead_id=lead.id),
        *replica.find(Task, lead_id=lead.id),
    ]
    for some in _parts(beneath):
        with replica.changeset(CONVERT, action=action):
            for record in some:
                replica.update(record, **_places(record, became))


def _places(record: Activity | Task, became: Conversion) -> dict[str, str]:
    """Where one of them is placed, unless it is somewhere already."""
    places = {
        "account_id": became.account_id,
        "contact_id": became.contact_id,
        "deal_id": became.deal_id,
    }
    return {name: to for name, to in places.items() if to and not getattr(record, name)}


def _parts(records: list[Any]) -> Iterable[list[Any]]:
    return (records[start : start + PART] for start in range(0, len(records), PART))


# --- what became of it ---


def came_from(replica: Replica, record: Account | Contact) -> list[Lead]:
    """The leads that have become this record."""
    rows = [row for found in replica.sharing("lead", [sketch.BECAME + record.id]) for row in found]
    return replica.find(Lead, row=tuple(rows), status="converted") if rows else []
