"""All together in one file: what is in it, what it meets, and what is no such file."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from client.interchange import exporter, files, importer, package, packing, planning
from client.interchange.existing import Existing
from client.interchange.sources import UnreadableFile
from client.replica import Replica
from sync_protocol.records import (
    Account,
    Activity,
    Answer,
    Case,
    Competitor,
    Contact,
    Conversion,
    CustomField,
    CustomObject,
    Deal,
    Label,
    Lead,
    Line,
    Money,
    ObjectType,
    Option,
    Outcome,
    OutcomeGiven,
    Phone,
    Pipeline,
    Price,
    PriceList,
    Product,
    SalesOrder,
    Stage,
    Task,
    entries,
    price_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def full(replica: Replica) -> Replica:
    """Two accounts of one name, a cooler at the second, and a type of which there is nothing."""
    make = replica.create
    make(ObjectType(name="Contract"))
    own = make(ObjectType(name="Cooler", plural="Coolers"))
    litres = make(CustomField(name="Litres", of=own.id, type="number"))
    make(Account(name="Adler"))
    second = make(Account(name="Adler", industry="Bar"))
    make(Contact(name="Ada", account_id=second.id))
    facts = {"account_id": second.id, "custom": {litres.id: "90"}}
    make(CustomObject(name="KX-1", type_id=own.id, **facts))
    return replica


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Replica]:
    opened = asyncio.run(Replica.open(str(tmp_path / "empty.db")))
    yield opened
    asyncio.run(opened.close())


async def packed(replica: Replica) -> bytes:
    out = io.BytesIO()
    await packing.pack(replica, out)
    return out.getvalue()


def plan(replica: Replica, data: bytes) -> planning.Together:
    return package.plan(replica, package.read(data, "all.zip"))


async def test_it_holds_a_table_of_each_type_that_has_records(full: Replica) -> None:
    out = io.BytesIO()
    assert await packing.pack(full, out) == packing.Packed(4, 0, 0)
    with zipfile.ZipFile(out) as opened:
        assert opened.namelist() == [
            "1-accounts.csv", "2-contacts.csv", "3-coolers.csv", "fieldbook.json",
        ]  # fmt: skip
    assert out.getvalue() == await packed(full)


async def test_it_is_seen_first_brought_whole_and_taken_back_at_once(
    full: Replica, empty: Replica
) -> None:
    bringing = plan(empty, await packed(full))
    tally = planning.Tally(Existing(empty))
    for row in bringing.rows():
        tally.add(row)
    told = tally.summary()
    assert (told.accounts, told.contacts, told.own, told.known) == (2, 1, 1, 0)
    assert [type(record) for record in bringing.brings] == [ObjectType, ObjectType, CustomField]
    done = await importer.write(empty, bringing)
    (cooler,) = empty.find(CustomObject)
    at = empty.get(Account, cooler.account_id)
    assert at is not None
    assert (at.industry, list(cooler.custom.values())) == ("Bar", ["90"])
    assert [ada.account_id for ada in empty.find(Contact)] == [at.id]
    empty.undo(done.key)
    assert not any(empty.count(x) for x in (Account, Contact, CustomObject, ObjectType))
    again = await importer.write(empty, plan(empty, await packed(full)))
    assert (again.accounts, again.contacts, again.own) == (2, 1, 1)
    assert empty.count(ObjectType) == 2


async def test_what_is_brought_twice_into_another_workspace_is_there_once(
    full: Replica, empty: Replica
) -> None:
    data = await packed(full)
    await importer.write(empty, plan(empty, data))
    tally = planning.Tally(Existing(empty))
    for row in plan(empty, data).rows():
        tally.add(row)
    assert (tally.summary().known, tally.summary().records) == (4, 4)
    again = await importer.write(empty, plan(empty, data))
    assert (again.known, again.accounts, again.contacts, again.own) == (4, 0, 0, 0)
    assert [empty.count(x) for x in (Account, Contact, CustomObject)] == [2, 1, 1]


async def test_tables_of_an_export_that_are_brought_one_by_one_meet_each_other(
    full: Replica, empty: Replica
) -> None:
    for _ in range(2):
        for of in ("contact", "account"):
            made = await exporter.export(full, of, "csv")
            await importer.write(empty, planning.plan(files.read(made.data, made.filename), of=of))
    (ada,) = empty.find(Contact)
    at = empty.get(Account, ada.account_id)
    assert at is not None
    assert (at.industry, empty.count(Account)) == ("Bar", 2)


def at_work(replica: Replica) -> None:
    """A little of everything that happens between a company and its customers."""
    make = replica.create
    line = make(Pipeline(name="New business", stages={"a": Stage("Offer"), "b": Stage("Order", 1)}))
    rival, good = make(Competitor(name="Rival")), make(Outcome(name="Ordered"))
    beer = make(Product(name="Pils", price=Money("1.20", "EUR")))
    prices = make(PriceList(name="Bars"))
    make(Price(id=price_id(prices.id, beer.id), price_list_id=prices.id, product_id=beer.id,
               amount="1.1"))  # fmt: skip
    adler = make(Account(name="Adler"))
    risk = make(CustomField(name="Risk", of="deal", type="choice", options={"x": Option("High")}))
    deal = make(Deal(name="Taps", pipeline_id=line.id, stage_id="b", account_id=adler.id,
                     competitors={rival.id: "cheaper"}, custom={risk.id: "x"}))  # fmt: skip
    make(Lead(name="Ida", answers={"budget": Answer(met=True)}, status="converted",
              converted=Conversion(1, account_id=adler.id, deal_id=deal.id)))  # fmt: skip
    visit = make(Activity(kind="visit", at=1_700_000_000_123, account_id=adler.id, deal_id=deal.id,
                          outcome=OutcomeGiven(good.id)))  # fmt: skip
    order = {"1": Line("Pils", "24", "1.20", product_id=beer.id)}
    make(SalesOrder(at=2, account_id=adler.id, lines=order, activity_id=visit.id))
    make(Case(title="Tap drips", opened_at=3, account_id=adler.id, activity_id=visit.id))
    task = make(Task(title="Call", account_id=adler.id, deal_id=deal.id))
    replica.label(task, replica.create(Label(name="Soon")).name)


async def test_all_that_was_done_with_customers_comes_along_and_belongs_together(
    replica: Replica, empty: Replica
) -> None:
    at_work(replica)
    data = await packed(replica)
    done = await importer.write(empty, plan(empty, data))
    assert (done.problems, done.others) == ((), 12)
    (adler,), (deal,), (line,) = empty.find(Account), empty.find(Deal), empty.find(Pipeline)
    (rival,), (visit,), (order,) = (empty.find(x) for x in (Competitor, Activity, SalesOrder))
    assert (deal.account_id, deal.pipeline_id, deal.stage_id) == (adler.id, line.id, "b")
    assert (deal.competitors, list(deal.custom.values())) == ({rival.id: "cheaper"}, ["x"])
    assert (visit.at, visit.deal_id, order.activity_id) == (1_700_000_000_123, deal.id, visit.id)
    assert visit.outcome == OutcomeGiven(empty.find(Outcome)[0].id)
    (beer,), (price,), (lead,) = (empty.find(x) for x in (Product, Price, Lead))
    assert [one.product_id for one in order.lines.values()] == [beer.id]
    assert price.id == price_id(empty.find(PriceList)[0].id, beer.id)
    assert lead.converted == Conversion(1, account_id=adler.id, deal_id=deal.id)
    assert empty.find(Case)[0].activity_id == visit.id
    assert [x.name for x in empty.labels_of(empty.find(Task)[0].id)] == ["Soon"]
    again = await importer.write(empty, plan(empty, data))
    assert (again.known, again.others, again.accounts) == (14, 0, 0)
    empty.undo(done.key)
    assert not any(empty.count(x) for x in (Account, Deal, Activity, Pipeline, Case, Lead, Price))


async def test_a_pipeline_of_that_name_with_such_stages_is_taken_for_the_files(
    replica: Replica, empty: Replica
) -> None:
    at_work(replica)
    stages = {"here": Stage("order"), "there": Stage("offer", 1), "more": Stage("Delivery", 2)}
    line = empty.create(Pipeline(name="new BUSINESS", stages=stages))
    await importer.write(empty, plan(empty, await packed(replica)))
    assert empty.find(Pipeline) == [line]
    (deal,) = empty.find(Deal)
    assert (deal.pipeline_id, deal.stage_id) == (line.id, "here")


async def test_what_is_referred_to_and_is_not_in_the_file_is_left_out_and_said(
    replica: Replica, empty: Replica
) -> None:
    at_work(replica)
    made = await exporter.export(replica, "case", "csv")
    rows = planning.DeclaredPlan(files.read(made.data, made.filename), "case")
    done = await importer.write(empty, planning.Together("cases", [rows]))
    (case,) = empty.find(Case)
    assert (case.title, case.account_id) == ("Tap drips", "")
    assert "There is no account called 'Adler'." in [told.message for told in done.problems]


async def test_types_and_fields_that_are_called_so_here_are_taken_for_its_own(
    full: Replica, empty: Replica
) -> None:
    own = empty.create(ObjectType(name="cooler"))
    litres = empty.create(CustomField(name="LITRES", of=own.id, type="number"))
    await importer.write(empty, plan(empty, await packed(full)))
    assert sorted(x.name for x in empty.find(ObjectType)) == ["Contract", "cooler"]
    assert empty.count(CustomField) == 1
    (made,) = empty.find(CustomObject)
    assert (made.type_id, made.custom) == (own.id, {litres.id: "90"})


async def test_what_was_noticed_of_a_row_names_its_table(full: Replica, empty: Replica) -> None:
    full.update(full.find(Contact)[0], phones=entries(Phone("call me")))
    rows = plan(empty, await packed(full)).rows()
    assert [(told.line, told.heading) for row in rows for told in row.problems] == [
        (2, "2-contacts.csv Phone 1 - Value")
    ]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in files.items():
            opened.writestr(name.replace("_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped(fieldbook_json=b"{"), "another version"),
        (zipped(fieldbook_json=b'{"tables": {"account": 5}}'), "another version"),
        (zipped(fieldbook_json=b'{"tables": {"account": "x.csv"}}'), "damaged"),
        (zipped(fieldbook_json=b'{"tables": {"account": "a.csv"}}', a_csv=b""), "empty"),
    ],
    ids=["cut off", "other types", "a table missing", "an empty table"],
)
def test_what_is_not_as_it_was_made_says_so(data: bytes, said: str) -> None:
    assert package.is_package(data)
    with pytest.raises(UnreadableFile, match=said):
        package.read(data, "all.zip")


def test_another_zip_is_none_of_these() -> None:
    assert not package.is_package(zipped(workbook_xml=b"<x/>"))
    assert not package.is_package(b"Name\nAdler\n")


def test_one_that_unpacks_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_FILE", 100)
    with pytest.raises(UnreadableFile, match="is the most"):
        package.read(zipped(fieldbook_json=b" " * 101), "all.zip")
