"""One record of every type that has a page, in an administrator's office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import (
    Activity,
    Cadence,
    Case,
    Competitor,
    CustomField,
    CustomObject,
    Deal,
    Filter,
    Label,
    LabelRule,
    Lead,
    Line,
    Money,
    ObjectType,
    Outcome,
    Phone,
    Pipeline,
    PriceList,
    Product,
    Purpose,
    Question,
    Quote,
    Reason,
    SalesOrder,
    Stage,
    Task,
    Team,
    Territory,
    User,
    VisitForm,
    VisitPlan,
    entries,
)

if TYPE_CHECKING:
    from sync_protocol.records import Record
    from tests.unit.client.ui.office import Office

MONEY = Money("12.50", "EUR")


def stock(office: Office) -> dict[str, str]:
    """The id of a record for the first word of every address with an id in it."""
    replica, account = office.replica, office[0]
    at = replica.now()
    made: dict[str, Record] = {"accounts": account, "contacts": office.contact}
    with replica.changeset("The stock"):

        def add(place: str, record: Record) -> str:
            made[place] = replica.create(record)
            return made[place].id

        type_id = add("types", ObjectType(name="Contract", plural="Contracts"))
        add("fields", CustomField(name="Tap system", of="account"))
        replica.create(CustomField(name="Until", of=type_id, type="date"))
        add("objects", CustomObject(name="Beer", type_id=type_id, account_id=account.id))
        pipeline = add("pipelines", Pipeline(name="Sales", stages={"s": Stage("New")}))
        deal = add("deals", Deal(name="Taps", pipeline_id=pipeline, stage_id="s",
                                 account_id=account.id, value=MONEY))  # fmt: skip
        product = add("products", Product(name="Helles", price=MONEY))
        lines = {"1": Line("Helles", "2", "12.50", product_id=product)}
        add("pricelists", PriceList(name="Hotels"))
        add("quotes", Quote(number="Q1", lines=lines, deal_id=deal, account_id=account.id))
        add("orders", SalesOrder(number="O1", at=at, lines=lines, account_id=account.id))
        add("competitors", Competitor(name="Other Brewery"))
        add("leads", Lead(name="Lou", company="Bar Lou", territory_id=account.territory_id))
        add("tasks", Task(title="Call", account_id=account.id, assignee_id=replica.user_id))
        add("cases", Case(title="Tap drips", opened_at=at, account_id=account.id,
                          contact_id=office.contact.id, assignee_id=replica.user_id))  # fmt: skip
        add("activities", Activity(kind="call", at=at, note="Hello", account_id=account.id,
                                   deal_id=deal))  # fmt: skip
        add("visit", Activity(kind="visit", at=at, status="running", account_id=account.id,
                              owner_id=replica.user_id))  # fmt: skip
        add("forms", VisitForm(name="Checklist", questions={"q": Question("Cold?", "yes_no")}))
        add("purposes", Purpose(name="Tasting"))
        add("cadences", Cadence(name="Monthly", days=30))
        add("rounds", VisitPlan(name="Monday round", stops=(account.id,), weekdays=(0,),
                                owner_id=replica.user_id, assignee_id=replica.user_id))  # fmt: skip
        add("reasons", Reason(name="Price"))
        add("teams", Team(name="South"))
        label = replica.find(Label)[0]
        add("rules", LabelRule(name="Hotels", label_id=label.id, filter=Filter(text="hotel")))
    for place, struct in (
        ("labels", Label), ("outcomes", Outcome), ("territories", Territory), ("users", User),
    ):  # fmt: skip
        made[place] = replica.find(struct, limit=1)[0]
    replica.update(office.contact, phones=entries(Phone("+49 9261 62800")))
    made["plan"] = made["new"] = account
    made["other"] = office[1]
    made["files"] = replica.attach(account, b"A contract", "Contract.txt", "text/plain")
    return {place: record.id for place, record in made.items()}
