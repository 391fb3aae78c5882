"""A table by itself: which records its rows are, what its columns mean, what comes of it."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from client.interchange import deciding, declared, exporter, importer, packing
from client.interchange.files import read
from client.interchange.targets import Target
from client.replica import Replica
from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Case,
    Contact,
    CustomField,
    Deal,
    Email,
    Imported,
    Label,
    Lead,
    Line,
    Money,
    Phone,
    Pipeline,
    Price,
    PriceList,
    Product,
    SalesOrder,
    Stage,
    Task,
    User,
    entries,
    kinds,
    price_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEADS = """\
First name,Last name,Company,Phone,Mobile,Email,City,Lead source,Shoe size,Tags,Status
Ida,Klein,Adler,09261 1,0171 2,ida@adler.example,Kronach,Fair,38,"Hot, New",In progress
Ben,,Post,,,,,,,,Working
,,Nobody,,,,,,,,New
"""
DEALS = """\
Deal name,Amount,Stage,Account,Owner,Close date,Risk,Probability
Taps,"1,200.50 EUR",Order,adler,Ida,31.12.2026,High,60 %
Casks,many,,Nobody,Ben,soon,,
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Replica]:
    opened = asyncio.run(Replica.open(str(tmp_path / "empty.db")))
    yield opened
    asyncio.run(opened.close())


async def bring(replica: Replica, data: str | bytes, filename: str, of: str = "") -> importer.Done:
    source = read(data.encode() if isinstance(data, str) else data, filename)
    return await importer.write(replica, deciding.plan(replica, source, None, of))


def said(done: importer.Done) -> list[tuple[int, str, str]]:
    return [(told.line, told.heading, told.message) for told in done.problems]


def problems(replica: Replica, data: str, filename: str) -> list[tuple[int, str, str]]:
    rows = deciding.plan(replica, read(data.encode(), filename)).rows()
    return [(told.line, told.heading, told.message) for row in rows for told in row.problems]


async def test_leads_of_another_program_are_read_by_the_words_it_uses(replica: Replica) -> None:
    done = await bring(replica, LEADS, "leads (2).csv")
    assert (done.others, done.labels, said(done)) == (2, 2, [])
    ben, ida = sorted(replica.find(Lead), key=lambda lead: lead.name)
    assert (ida.name, ida.company, ida.source, ida.status) == ("Ida Klein", "Adler", "Fair", "new")
    assert list(ida.phones.values()) == [Phone("09261 1"), Phone("0171 2")]
    assert list(ida.emails.values()) == [Email("ida@adler.example")]
    assert list(ida.addresses.values()) == [Address(town="Kronach")]
    assert list(ida.imported.values()) == [Imported("Shoe size", "38")]
    assert sorted(x.name for x in replica.labels_of(ida.id)) == ["Hot", "New"]
    assert (ben.name, ben.status) == ("Ben", "working")
    replica.undo(done.key)
    assert replica.count(Lead) == 0


def test_what_does_not_fit_is_told_beside_its_row_before_anything_is_written(
    replica: Replica,
) -> None:
    assert problems(replica, LEADS, "leads.csv") == [
        (2, "Status", "'In progress' does not fit this field and is left out."),
        (4, "", "This row is left out: it has no name."),
    ]


async def test_deals_are_led_to_accounts_people_and_stages_by_their_names(
    replica: Replica,
) -> None:
    make = replica.create
    line = make(Pipeline(name="Sales", stages={"a": Stage("Offer"), "b": Stage("Order", 1)}))
    adler, ida = make(Account(name="Adler")), make(User(name="Ida"))
    risk = make(CustomField(name="Risk", of="deal"))
    done = await bring(replica, DEALS, "deals.csv")
    casks, taps = sorted(replica.find(Deal), key=lambda deal: deal.name)
    assert (taps.pipeline_id, taps.stage_id, taps.account_id) == (line.id, "b", adler.id)
    assert (taps.value, taps.probability) == (Money("1200.50", "EUR"), 60)
    assert (taps.owner_id, taps.expected_on) == (ida.id, date(2026, 12, 31))
    assert taps.custom == {risk.id: "High"}
    assert (casks.stage_id, casks.value, casks.expected_on) == ("a", None, None)
    assert said(done) == [
        (3, "Account", "There is no account called 'Nobody'."),
        (3, "Owner", "There is no owner called 'Ben'."),
    ]
    told = problems(replica, DEALS, "deals.csv")
    assert [(line, heading) for line, heading, _told in told] == [(3, "Value"), (3, "Expected on")]


async def test_a_stage_that_the_pipeline_has_not_is_told(replica: Replica) -> None:
    replica.create(Pipeline(name="Sales", stages={"a": Stage("Offer")}))
    done = await bring(replica, "Name,Stage\nTaps,Elsewhere\n", "deals.csv")
    assert said(done) == [(2, "Stage", "There is no stage called 'Elsewhere'.")]
    assert replica.count(Deal) == 0


@pytest.mark.parametrize(
    ("filename", "table", "of"),
    [
        ("3-leads.csv", "Name\nIda\n", "lead"),
        ("activities-2 (1).csv", "Kind\nnote\n", "activity"),
        ("orders.csv", "Number,At\nA,2026-01-02\n", "salesorder"),
        ("download.csv", "Title,Due,Fieldbook ID\nCall,,x\n", "task"),
        ("contacts.csv", "First name\nIda\n", "contact"),
        ("users.csv", "Name\nIda\n", "account"),
        ("anything.csv", "Name,Due\nIda,\n", "account"),
    ],
)
def test_the_type_of_a_table_is_known_by_its_name_or_by_all_its_headings(
    replica: Replica, filename: str, table: str, of: str
) -> None:
    assert deciding.plan(replica, read(table.encode(), filename)).of == of


async def test_a_column_of_products_is_given_another_meaning(replica: Replica) -> None:
    table = "Article,SKU,Unit price,Tax,What\nPils,P1,EUR 1.20,19,cold\n"
    source = read(table.encode(), "stock.csv")
    plan = deciding.plan(replica, source, None, "product")
    assert plan.mapping["Article"].field == "skip"
    meant = {"Article": Target("column", "Name"), "What": Target("column", "About")}
    whole = deciding.plan(replica, source, plan.mapping | meant, "product")
    await importer.write(replica, whole)
    (pils,) = replica.find(Product)
    assert (pils.name, pils.code, pils.price) == ("Pils", "P1", Money("1.20", "EUR"))
    assert (pils.tax, pils.about) == ("19", "cold")


async def test_every_table_of_a_package_is_taken_by_itself_and_twice_is_once(
    replica: Replica, empty: Replica
) -> None:
    make = replica.create
    line = make(Pipeline(name="Sales", stages={"a": Stage("Offer")}))
    adler = make(Account(name="Adler"))
    ada = make(Contact(name="Ada", account_id=adler.id))
    about: dict[str, Any] = {"account_id": adler.id, "contact_id": ada.id}
    deal = make(Deal(name="Taps", pipeline_id=line.id, stage_id="a", **about))
    visit = make(Activity(kind="visit", at=5, deal_id=deal.id, **about))
    make(Task(title="Call", due=date(2026, 5, 1), activity_id=visit.id, **about))
    make(Case(title="Drips", opened_at=7, **about))
    beer, prices = make(Product(name="Pils")), make(PriceList(name="Bars"))
    price = price_id(prices.id, beer.id)
    make(Price(id=price, price_list_id=prices.id, product_id=beer.id, amount="1.10"))
    order = {"1": Line("Pils", "24", "1.20", product_id=beer.id)}
    make(SalesOrder(at=9, number="A-1", lines=order, **about))
    make(Lead(name="Ida", phones=entries(Phone("0171 22"))))
    replica.label(deal, make(Label(name="Hot")).name)
    out = io.BytesIO()
    await packing.pack(replica, out)
    with zipfile.ZipFile(out) as opened:
        tables = {name: opened.read(name) for name in opened.namelist() if name.endswith("s.csv")}
    tables = {name: data for name, data in tables.items() if "-lines" not in name}
    assert len(tables) == 13
    for _ in range(2):
        for name, data in tables.items():
            done = await bring(empty, data, name)
            assert said(done) == [], name
    for of in declared.TYPES:
        struct = kinds()[of].struct
        assert empty.count(struct) == replica.count(struct), of
    (brought,) = empty.find(Deal)
    assert [x.name for x in empty.labels_of(brought.id)] == ["Hot"]
    assert empty.find(Activity)[0].deal_id == brought.id
    assert empty.find(Account)[0].id == brought.account_id
    made = await exporter.export(empty, "lead", "csv")
    assert (await bring(empty, made.data, made.filename)).known == 1
