"""What a company adds of its own, from its definition on one device to its use on another."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from client import customising, segments
from client.interchange import importer, package, packing, planning
from client.interchange.definitions import definitions_of
from client.interchange.exporter import export
from client.interchange.files import read
from client.replica import Replica
from client.segments import Shown
from sync_protocol.records import (
    Account,
    Attachment,
    Comment,
    Condition,
    CustomField,
    CustomObject,
    Deal,
    Filter,
    Label,
    LabelRule,
    Line,
    ObjectType,
    Option,
    Pipeline,
    Question,
    SalesOrder,
    Stage,
    Territory,
    VisitForm,
    entries,
)
from tests.integration.server.running import EMAIL, PASSWORD, running, set_up

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_custom_field_is_filtered_searched_exported_and_synced(tmp_path: Path) -> None:
    with running(set_up(tmp_path)) as address:
        ada, ben = await device(tmp_path, address, "ada"), await device(tmp_path, address, "ben")
        async with ada, ben:
            options = entries(Option("Keg"), Option("Tank", 1))
            tap = ada.create(
                CustomField(name="Tap system", of="account", type="choice", options=options)
            )
            seats = ada.create(CustomField(name="Seats", of="account", type="number"))
            await ada.sync(), await ben.sync()
            (column, _seats) = customising.columns(ben, "account")
            assert (column.path, column.name) == (f"custom.{tap.id}", "Tap system")
            adler = ben.create(Account(name="Adler", custom={tap.id: "2", seats.id: "120"}))
            ben.create(Account(name="Post", custom={tap.id: "1", seats.id: "80"}))
            await ben.sync(), await ada.sync()
            wanted = Filter(
                conditions=(
                    Condition(field=f"custom.{tap.id}", values=("2",)),
                    Condition(field=f"custom.{seats.id}", operator="more", values=("100",)),
                )
            )
            assert [x.id for x in ada.find(Account, filter=wanted)] == [adler.id]
            while ada.index_some():
                pass
            assert [x.id for x in ada.find(Account, text="tank")] == [adler.id]
            told = (await export(ada, "account", "csv")).data.decode("utf-8-sig")
            assert "Custom: Tap system" in told
            assert "Tank" in told


async def test_two_people_fill_in_two_fields_of_one_record_and_both_stay(tmp_path: Path) -> None:
    with running(set_up(tmp_path)) as address:
        ada, ben = await device(tmp_path, address, "ada"), await device(tmp_path, address, "ben")
        async with ada, ben:
            seats = ada.create(CustomField(name="Seats", of="account", type="number"))
            hours = ada.create(CustomField(name="Opening hours", of="account"))
            adler = ada.create(Account(name="Adler"))
            await ada.sync(), await ben.sync()
            ada.update(adler, custom={seats.id: "120"})
            ben.update(adler, custom={hours.id: "7 to 9"})
            await ada.sync(), await ben.sync(), await ada.sync()
            found = ada.get(Account, adler.id)
            assert found is not None
            assert found.custom == {seats.id: "120", hours.id: "7 to 9"}
            assert found == ben.get(Account, adler.id)


async def test_a_device_that_has_not_heard_of_a_new_definition_loses_nothing(
    tmp_path: Path,
) -> None:
    with running(set_up(tmp_path)) as address:
        ada, ben = await device(tmp_path, address, "ada"), await device(tmp_path, address, "ben")
        async with ada, ben:
            seats = ada.create(CustomField(name="Seats", of="account"))
            adler = ada.create(Account(name="Adler"))
            await ada.sync(), await ben.sync()
            ada.update(seats, type="number")
            await ada.sync()
            ben.update(adler, custom={seats.id: "about a hundred"})
            await ben.sync(), await ada.sync()
            assert ben.problems() == []
            held = ada.get(Account, adler.id)
            assert held is not None
            (fact,) = customising.facts(ada, held)
            assert fact[1:] == ("about a hundred", False)


async def test_a_record_type_of_ones_own_is_made_changed_deleted_and_synced(
    tmp_path: Path,
) -> None:
    with running(set_up(tmp_path)) as address:
        ada, ben = await device(tmp_path, address, "ada"), await device(tmp_path, address, "ben")
        async with ada, ben:
            cooler = ada.create(ObjectType(name="Cooler", plural="Coolers"))
            litres = ada.create(CustomField(name="Litres", of=cooler.id, type="number"))
            adler = ada.create(Account(name="Adler"))
            made = ada.create(
                CustomObject(name="KX-12", type_id=cooler.id, account_id=adler.id,
                             custom={litres.id: "700"})
            )  # fmt: skip
            await ada.sync(), await ben.sync()
            assert ben.find(CustomObject, account_id=adler.id) == [made]
            ben.update(made, name="KX-13")
            await ben.sync(), await ada.sync()
            (held,) = ada.find(CustomObject)
            assert held.name == "KX-13"
            ada.delete(held)
            await ada.sync(), await ben.sync()
            assert ben.find(CustomObject) == []
            ben.restore(made)
            await ben.sync(), await ada.sync()
            assert [x.name for x in ada.find(CustomObject)] == ["KX-13"]


async def test_own_records_are_imported_labelled_and_in_the_same_segment_on_every_device(
    tmp_path: Path,
) -> None:
    with running(set_up(tmp_path)) as address:
        ada, ben = await device(tmp_path, address, "ada"), await device(tmp_path, address, "ben")
        async with ada, ben:
            cooler = ada.create(ObjectType(name="Cooler", plural="Coolers"))
            litres = ada.create(CustomField(name="Litres", of=cooler.id, type="number"))
            adler = ada.create(Account(name="Adler"))
            table = b"Name,Account,Litres,Tags\nKX-1,Adler,700,Old\nKX-2,Adler,90,\n"
            plan = planning.plan(read(table, "coolers.csv"), definitions=definitions_of(ada))
            done = await importer.write(ada, plan)
            assert (done.own, done.labels, done.problems) == (2, 1, ())
            wanted = Filter(conditions=(Condition(f"custom.{litres.id}", "more", ("100",)),))
            segments.save(ada, cooler.id, "Large", Shown(wanted))
            await ada.sync(), await ben.sync()
            assert (ada.problems(), ben.problems()) == ([], [])
            (kept,) = segments.segments(ben, cooler.id)
            (large,) = ben.find(CustomObject, filter=kept.filter, type_id=cooler.id)
            assert (large.name, large.account_id) == ("KX-1", adler.id)
            assert [label.name for label in ben.labels_of(large.id)] == ["Old"]


async def test_a_company_moves_with_its_own_types_to_an_empty_workspace(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(), new.mkdir()
    with running(set_up(old)) as there, running(set_up(new)) as here:
        ada, ben = await device(old, there, "ada"), await device(new, here, "ben")
        cleo = await device(new, here, "cleo")
        async with ada, ben, cleo:
            cooler = ada.create(ObjectType(name="Cooler"))
            litres = ada.create(CustomField(name="Litres", of=cooler.id, type="number"))
            adler = ada.create(Account(name="Adler"))
            ada.create(
                CustomObject(name="KX-1", type_id=cooler.id, account_id=adler.id,
                             custom={litres.id: "700"})
            )  # fmt: skip
            out = io.BytesIO()
            await packing.pack(ada, out)
            plan = package.plan(ben, package.read(out.getvalue(), packing.FILENAME))
            await importer.write(ben, plan)
            await ben.sync(), await cleo.sync()
            assert ben.problems() == []
            (moved,) = cleo.find(CustomObject)
            assert (moved.type_id, moved.custom) == (cooler.id, {litres.id: "700"})
            assert [x.name for x in cleo.find(Account, id=moved.account_id)] == ["Adler"]


async def test_a_company_moves_with_its_words_people_and_files_to_another_server(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(), new.mkdir()
    with running(set_up(old)) as there, running(set_up(new)) as here:
        ada, ben = await device(old, there, "ada"), await device(new, here, "ben")
        cleo = await device(new, here, "cleo")
        async with ada, ben, cleo:
            moving(ada)
            await ada.sync()
            out = io.BytesIO()
            await packing.pack(ada, out)
            plan = package.plan(ben, package.read(out.getvalue(), packing.FILENAME))
            done = await importer.write(ben, plan)
            assert done.problems == ()
            await ben.sync(), await cleo.sync()
            assert (ben.problems(), ben.uploads()) == ([], [])
            (comment,), (menu,) = cleo.find(Comment), cleo.find(Attachment)
            (adler,), (line,) = cleo.find(Account), cleo.find(Pipeline, name="Bars")
            assert (comment.record_id, menu.record_id) == (adler.id, adler.id)
            assert await cleo.attachment_data(menu) == b"%PDF of drinks"
            assert [x.name for x in cleo.find(Territory, id=adler.territory_id)] == ["South"]
            (deal,), (form,), (rule,) = (cleo.find(x) for x in (Deal, VisitForm, LabelRule))
            assert (deal.pipeline_id, deal.account_id) == (line.id, adler.id)
            assert (form.questions["q"].text, rule.name) == ("Cold?", "All")


def moving(replica: Replica) -> None:
    """What an administrator's device holds of a company at work."""
    make = replica.create
    south = make(Territory(name="South"))
    adler = make(Account(name="Adler", territory_id=south.id))
    replica.attach(adler, b"%PDF of drinks", "Menu.pdf", "application/pdf")
    make(Comment(record_kind="account", record_id=adler.id, text="Call in May", at=1))
    line = make(Pipeline(name="Bars", stages={"a": Stage("Offer")}))
    make(Deal(name="Taps", pipeline_id=line.id, stage_id="a", account_id=adler.id))
    make(VisitForm(name="Fridge", questions={"q": Question("Cold?", type="yes_no")}))
    make(LabelRule(name="All", label_id=make(Label(name="Known")).id, active=True))
    make(SalesOrder(at=5, account_id=adler.id, lines=entries(Line("Pils", "2", "1.10"))))


async def device(folder: Path, address: str, name: str) -> Replica:
    replica = await Replica.open(str(folder / f"{name}.db"), server=address)
    await replica.sign_in(EMAIL, PASSWORD, device_name=name)
    await replica.sync()
    return replica
