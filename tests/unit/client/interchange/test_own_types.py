"""Records of a company's own types in files: out with what they belong to, in again, matched."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

import pytest

from client import segments
from client.interchange import exporter, importer, planning
from client.interchange.definitions import definitions_of
from client.interchange.existing import Existing
from client.interchange.files import read
from client.interchange.targets import IMPORTED, Target
from client.segments import Shown
from sync_protocol.records import (
    Account,
    Condition,
    Contact,
    CustomField,
    CustomObject,
    Filter,
    Label,
    ObjectType,
    Option,
    Phone,
    entries,
)

if TYPE_CHECKING:
    from client.interchange.planning import Plan, Summary
    from client.replica import Replica


class Fleet(NamedTuple):
    type: ObjectType
    litres: CustomField
    door: CustomField
    adler: Account
    ada: Contact
    one: CustomObject
    other: CustomObject


@pytest.fixture
def fleet(replica: Replica) -> Fleet:
    make = replica.create
    own = make(ObjectType(name="Cooler", plural="Coolers & bars"))
    litres = make(CustomField(name="Litres", of=own.id, type="number"))
    options = entries(Option("Glass"), Option("Steel", 1))
    door = make(CustomField(name="Door", of=own.id, type="choice", options=options, place=1))
    adler = make(Account(name="Adler"))
    make(Account(name="Adler", industry="Another of that name"))
    ada = make(Contact(name="Ada Byrne", account_id=adler.id))
    links = {"account_id": adler.id, "contact_id": ada.id}
    custom = {litres.id: "700", door.id: "2"}
    one = make(CustomObject(name="KX-1", type_id=own.id, custom=custom, **links))
    other = make(CustomObject(name="KX-1", type_id=own.id, about="=1+1"))
    label = make(Label(name="Old"))
    replica.put_label(one, label.id)
    return Fleet(own, litres, door, adler, ada, one, other)


def planned(replica: Replica, data: bytes | str, filename: str = "coolers & bars.csv") -> Plan:
    source = read(data.encode() if isinstance(data, str) else data, filename)
    return planning.plan(source, definitions=definitions_of(replica))


def summary(replica: Replica, plan: Plan) -> Summary:
    tally = planning.Tally(Existing(replica))
    for row in plan.rows():
        tally.add(row)
    return tally.summary()


async def test_a_table_tells_the_fields_and_what_each_belongs_to_by_name_and_id(
    replica: Replica, fleet: Fleet
) -> None:
    made = await exporter.export(replica, fleet.type.id, "csv")
    assert (made.filename, made.records) == ("coolers-bars.csv", 2)
    rows = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))
    one = next(row for row in rows if row["Organisation"])
    assert (one["Name"], one["Organisation"], one["Contact"]) == ("KX-1", "Adler", "Ada Byrne")
    assert one["Fieldbook ID of organisation"] == fleet.adler.id
    assert one["Fieldbook ID of contact"] == fleet.ada.id
    assert (one["Custom: Litres"], one["Custom: Door"], one["Label 1"]) == ("700", "Steel", "Old")
    assert next(row["Notes"] for row in rows if not row["Organisation"]) == "'=1+1"


async def test_the_same_table_again_changes_nothing(replica: Replica, fleet: Fleet) -> None:
    before = replica.find(CustomObject)
    made = await exporter.export(replica, fleet.type.id, "csv")
    plan = planned(replica, made.data, "coolers-bars (1).csv")
    assert plan.of == fleet.type.id
    told = summary(replica, plan)
    assert (told.own, told.known, told.problem_count) == (0, 2, 0)
    done = await importer.write(replica, plan)
    assert (done.own, done.known, done.problems) == (0, 2, ())
    assert replica.find(CustomObject) == before


async def test_rows_are_matched_by_name_and_account_and_take_values_over(
    replica: Replica, fleet: Fleet
) -> None:
    post = replica.create(Account(name="Post"))
    table = "Cooler,Account,Litres,Bought at\nkx-1,Adler,90,Fair\nKX-1,Post,80,\nKX-9,,70,\n"
    plan = planned(replica, table)
    assert plan.mapping["Cooler"] == Target("name")
    told = summary(replica, plan)
    assert (told.own, told.known) == (2, 1)
    done = await importer.write(replica, plan)
    assert (done.own, done.known) == (2, 1)
    one = replica.get(CustomObject, fleet.one.id)
    assert one is not None
    assert one.custom == {fleet.litres.id: "90", fleet.door.id: "2"}
    assert one.contact_id == fleet.ada.id
    assert [(x.heading, x.value) for x in one.imported.values()] == [("Bought at", "Fair")]
    assert [x.account_id for x in replica.find(CustomObject, name="KX-1")] == ["", post.id]
    replica.undo(done.key)
    assert replica.get(CustomObject, fleet.one.id) == fleet.one
    assert replica.count(CustomObject) == 2


async def test_of_accounts_of_one_name_the_one_with_the_record_is_meant(
    replica: Replica, fleet: Fleet
) -> None:
    twin = next(x for x in replica.find(Account, name="Adler") if x.id != fleet.adler.id)
    facts = {"type_id": fleet.type.id, "account_id": twin.id}
    made = replica.create(CustomObject(name="KX-7", **facts))
    done = await importer.write(replica, planned(replica, "Name,Account,Litres\nKX-7,ADLER,5\n"))
    assert (done.own, done.known) == (0, 1)
    found = replica.get(CustomObject, made.id)
    assert found is not None
    assert (found.account_id, found.custom) == (twin.id, {fleet.litres.id: "5"})


async def test_two_rows_of_one_name_stay_two_records(replica: Replica, fleet: Fleet) -> None:
    table = "Name,Litres\nTwin,1\nTwin,2\nTwin,3\n"
    await importer.write(replica, planned(replica, table))
    twins = replica.find(CustomObject, name="Twin")
    assert [x.custom[fleet.litres.id] for x in twins] == ["1", "2", "3"]
    done = await importer.write(replica, planned(replica, table))
    assert (done.own, done.known) == (0, 3)
    assert replica.find(CustomObject, name="Twin") == twins


async def test_what_nobody_here_is_called_is_said_and_kept(replica: Replica, fleet: Fleet) -> None:
    table = "Name,Account,Contact,Door,Phone\nKX-3,Nobody,No one,Wood,0171 5\n,Adler,,,\n"
    plan = planned(replica, table)
    told = summary(replica, plan)
    assert (told.left_out, told.own) == (1, 1)
    done = await importer.write(replica, plan)
    assert [problem.message for problem in done.problems] == [
        "There is no account called 'Nobody'.",
        "There is no contact called 'No one'.",
    ]
    (made,) = replica.find(CustomObject, name="KX-3")
    kept = {(x.heading, x.value) for x in made.imported.values()}
    assert kept == {
        ("Account", "Nobody"), ("Contact", "No one"), ("Door", "Wood"), ("Phone", "0171 5"),
    }  # fmt: skip


async def test_a_column_is_mapped_to_a_field_of_another_name(
    replica: Replica, fleet: Fleet
) -> None:
    source = read(b"Unit,Size\nKX-4,55\n", "x.csv")
    mapping = {"Unit": Target("name"), "Size": Target("custom", "Litres")}
    plan = planning.plan(source, mapping, fleet.type.id, definitions=definitions_of(replica))
    await importer.write(replica, plan)
    (made,) = replica.find(CustomObject, name="KX-4")
    assert made.custom == {fleet.litres.id: "55"}


def test_headings_mean_what_such_a_record_has(replica: Replica, fleet: Fleet) -> None:
    heads = "Cooler,Company,Contact,Notes,Owner,Tags,door,Custom: Litres,Title,Birthday,Street"
    mapping = planned(replica, f"{heads}\n{'x,' * 10}x\n").mapping
    assert mapping == {
        "Cooler": Target("name"), "Company": Target("organisation"),
        "Contact": Target("contact"), "Notes": Target("about"), "Owner": Target("owner"),
        "Tags": Target("labels"), "door": Target("custom", "Door"),
        "Custom: Litres": Target("custom", "Litres"), "Title": IMPORTED, "Birthday": IMPORTED,
        "Street": IMPORTED,
    }  # fmt: skip


def test_a_table_is_of_the_type_that_its_first_column_is_named_after(
    replica: Replica, fleet: Fleet
) -> None:
    of = planned(replica, "Cooler,Account,Litres\nKX-1,Adler,90\n", "list.csv").of
    assert of == fleet.type.id
    assert planned(replica, "Account,Cooler\nAdler,KX-1\n", "list.csv").of == "account"


async def test_a_segment_of_an_own_type_has_the_same_members_in_list_count_and_export(
    replica: Replica, fleet: Fleet
) -> None:
    contract = replica.create(ObjectType(name="Contract"))
    replica.create(CustomObject(name="KX-1", type_id=contract.id))
    wanted = Filter(conditions=(Condition(f"custom.{fleet.litres.id}", "more", ("100",)),))
    segment = segments.save(replica, fleet.type.id, "Large", Shown(wanted))
    assert segments.segments(replica, contract.id) == []
    where = {"type_id": fleet.type.id}
    assert replica.ids(CustomObject, filter=segment.filter, where=where) == [fleet.one.id]
    assert replica.count(CustomObject, filter=segment.filter, where=where) == 1
    made = await exporter.export(replica, fleet.type.id, "csv", wanted=segment.filter)
    assert made.records == 1
    assert fleet.one.id.encode() in made.data


async def test_customers_of_our_own_export_are_met_again_by_their_ids(
    replica: Replica, fleet: Fleet
) -> None:
    twin = next(x for x in replica.find(Account, name="Adler") if x.id != fleet.adler.id)
    ben = replica.create(
        Contact(name="Ben", account_id=twin.id, title="Chef", phones=entries(Phone("0171 1")))
    )
    before = replica.find(Account)
    for of in ("account", "contact"):
        made = await exporter.export(replica, of, "csv")
        table = made.data.replace(b"Chef", b"Cook").replace(b"0171 1", b"0171 2")
        plan = planned(replica, table, made.filename)
        told = summary(replica, plan)
        assert (told.known, told.records, told.rows) == (2, 2, 2)
        done = await importer.write(replica, plan)
        assert (done.known, done.accounts, done.contacts, done.problems) == (2, 0, 0, ())
    assert replica.find(Account) == before
    (found,) = replica.find(Contact, name="Ben")
    assert (found.id, found.account_id, found.title) == (ben.id, twin.id, "Cook")
    assert [phone.number for phone in found.phones.values()] == ["0171 1", "0171 2"]
    replica.undo(done.key)
    assert replica.get(Contact, ben.id) == ben


async def test_a_record_that_is_shown_no_more_is_made_anew(replica: Replica, fleet: Fleet) -> None:
    made = await exporter.export(replica, fleet.type.id, "csv")
    replica.delete(fleet.one)
    done = await importer.write(replica, planned(replica, made.data))
    assert (done.own, done.known) == (1, 1)
    replica.undo(done.key)
    replica.restore(fleet.one)
    replica.delete(fleet.adler)
    done = await importer.write(replica, planned(replica, made.data))
    assert (done.own, done.known) == (1, 1)
