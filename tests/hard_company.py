"""A company that is hard to draw: names without end, from right to left, in other scripts, emoji;
hardly a photo, a position or a label. For pictures of screens (tests/look.py), not for the demo.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from client.replica import Replica
from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Cadence,
    Case,
    CaseState,
    Condition,
    Contact,
    Deal,
    Email,
    Filter,
    Label,
    LabelRule,
    Lead,
    Money,
    Option,
    Outcome,
    OutcomeGiven,
    Phone,
    Pipeline,
    Product,
    Purpose,
    Question,
    SalesOrder,
    Task,
    Territory,
    VisitForm,
    VisitPlan,
)

if TYPE_CHECKING:
    from sync_protocol.records.cases import CaseStatus

LONG = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft "
    "für die Gemeinde Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch e. G."
)
ACCOUNTS = (
    LONG,
    "מכולת שכונתית ובניו בע״מ",
    "شركة المشروبات الباردة والمقهى الكبير",
    "北京饮料进出口有限责任公司",
    "東京酒販株式会社 ☕️",
    "서울 음료 주식회사",
    "🍺🍷 Zum Goldenen Hirsch 🦌 - Café & Bar",
    "Кафе «Пушкинъ» και Αθήναι",
    "ร้านอาหารไทยอร่อยมาก",
    "A",
    "शर्मा एंड संस",
)
CONTACTS = (
    "Maria Magdalena Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst-Langenburg",
    "דוד בן־גוריון",
    "محمد عبد الرحمن الخطيب",
    "山田 太郎",
    "👩🏽\u200d🍳 Chef Ana 🇵🇹",
    "X Æ A-12",
    "김민수",
    "Ő",
)
EMAIL = "a.very.long.address.that.nobody.would.ever.type.by.hand@subdomain.of.a.company.example"
STATUSES: tuple[CaseStatus, ...] = ("open", "in_progress", "resolved")
STREET = "Straße des Siebzehnten Juni am Alten Botanischen Garten hinter dem Bahnhof 1250a"


async def fill(replica: Replica) -> None:
    """Make it as its administrator, and have the server take it."""
    territory = replica.create(Territory(name=f"Land {LONG}"[:120]))
    await replica.sync()
    _fill(replica, territory)
    await replica.sync()


def _fill(replica: Replica, territory: Territory) -> None:
    with replica.changeset("Make a hard company"):
        labels = [
            replica.create(Label(name=name, colour=colour))
            for name, colour in (
                ("Key account of the whole south-eastern region until 2027", "#f9a825"),
                ("מועדף", "#1565c0"),
                ("⭐️", "#4e342e"),
            )
        ]
        outcome = replica.create(Outcome(name="Interested, but asks to be called after Easter"))
        accounts = [replica.create(_account(name, territory.id)) for name in ACCOUNTS]
        people = [
            replica.create(Contact(name=name, title=f"Head of {LONG}"[:200], account_id=account.id))
            for name, account in zip(CONTACTS, cycle(accounts), strict=False)
        ]
        for label in labels:
            replica.label(accounts[0], label.name)
            replica.label(people[0], label.name)
        for account in accounts:
            _happenings(replica, account, outcome.id)
        _chances(replica, accounts)
        _field_day(replica, accounts, labels[0].id)
        for name in CONTACTS[:4]:
            replica.create(Lead(name=name, company=LONG[:200], territory_id=territory.id))


def _account(name: str, territory_id: str) -> Account:
    """The first has more of everything than fits, the others nothing."""
    if name != LONG:
        return Account(name=name, territory_id=territory_id)
    return Account(
        name=name,
        industry="Wholesale of beverages, tobacco, dairy products and edible oils",
        website="https://www.example.com/a/path/that/does/not/end/and/has/no/place/to/break?at=all",
        phones={f"p{n}": Phone(number="+49 89 123456789012345", kind="work") for n in range(3)},
        emails={"e": Email(address=EMAIL, kind="work")},
        addresses={"a": Address(street=STREET, postal_code="80331-9999", town=LONG[:80])},
        about=f"{LONG} " * 5,
        territory_id=territory_id,
    )


def _happenings(replica: Replica, account: Account, outcome_id: str) -> None:
    replica.create(
        Activity(
            kind="visit",
            at=replica.now(),
            outcome=OutcomeGiven(outcome_id),
            note=f"{account.name}: {LONG}",
            account_id=account.id,
        )
    )
    replica.create(
        Activity(kind="visit", at=replica.now(), status="planned", account_id=account.id)
    )
    replica.create(
        Task(
            title=f"Call {account.name} about {LONG}"[:200],
            due=replica.moment.day(-1),
            account_id=account.id,
            assignee_id=replica.user_id,
        )
    )


def _chances(replica: Replica, accounts: list[Account]) -> None:
    pipeline = replica.find(Pipeline, limit=1)[0]
    for account, stage_id in zip(accounts, cycle(pipeline.stages), strict=False):
        replica.create(
            Deal(
                name=f"{account.name} {LONG}"[:200],
                pipeline_id=pipeline.id,
                stage_id=stage_id,
                stage_since=replica.now(),
                value=Money("123456789012.34", "EUR"),
                account_id=account.id,
            )
        )


def _field_day(replica: Replica, accounts: list[Account], label_id: str) -> None:
    """What a visit is for, asks and sells, what is wrong, who is due, which rounds there are."""
    purpose = replica.create(Purpose(name="Quarterly talk on assortment and on terms of payment"))
    replica.create(Purpose(name="ביקור ראשון", place=1))
    replica.create(VisitForm(name=LONG[:200], about=LONG, questions=_questions()))
    replica.create(Product(name=LONG[:200], code="DDSG-1829-0001-XXL", unit="hectolitre"))
    replica.create(Product(name="שוקולד מריר", price=Money("1234567.89", "EUR")))
    for account, status in zip(accounts, cycle(STATUSES), strict=False):
        _wrong(replica, account, status)
        replica.create(
            SalesOrder(
                number="2026-0000000000001", at=replica.now(), total=Money("98765432.10", "EUR"),
                note=LONG, account_id=account.id,
            )
        )  # fmt: skip
    named = Filter(conditions=(Condition("name", "filled"),))
    replica.create(
        LabelRule(name=LONG[:200], label_id=label_id, filter=named, stays=True, active=True)
    )
    replica.create(Cadence(name=LONG[:200], days=14))
    replica.create(
        VisitPlan(
            name=LONG[:200], about=LONG, stops=tuple(account.id for account in accounts),
            weekdays=(0, 1, 2, 3, 4, 5, 6), purpose_id=purpose.id,
            assignee_id=replica.user_id, territory_id=accounts[0].territory_id,
        )
    )  # fmt: skip


def _questions() -> dict[str, Question]:
    options = {f"o{n}": Option(name[:60]) for n, name in enumerate(ACCOUNTS[:4])}
    return {
        "q0": Question(text=f"Is {LONG} content?", type="yes_no", required=True),
        "q1": Question(text="מה המצב במדף?", type="choice", options=options, place=1),
        "q2": Question(text="Ő?", type="text", about=LONG, place=2),
    }


def _wrong(replica: Replica, account: Account, status: CaseStatus) -> None:
    at, resolution = (replica.now(), LONG) if status == "resolved" else (None, "")
    replica.create(
        Case(
            title=f"{account.name}: {LONG}"[:200],
            about=LONG,
            opened_at=replica.now(),
            state=CaseState(status, at, resolution),
            priority="high",
            account_id=account.id,
            assignee_id=replica.user_id,
        )
    )
