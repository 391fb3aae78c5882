"""A package of a company that is at it: files, comments, rules, orders of any size."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from client.interchange import exporter, importer, package, packing, planning
from client.interchange.files import read
from client.interchange.sources import UnreadableFile
from client.replica import Replica
from sync_protocol.records import (
    Account,
    Activity,
    Attachment,
    Cadence,
    Comment,
    Condition,
    Contact,
    CustomField,
    Deal,
    Filter,
    Label,
    LabelRule,
    Line,
    ObjectType,
    Option,
    Pipeline,
    Purpose,
    Question,
    SalesOrder,
    Segment,
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
    from collections.abc import Iterator
    from pathlib import Path

MANY = 1_500
MENU, FACE = b"%PDF-1.4 the menu", b"\xff\xd8\xff a face"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Replica]:
    opened = asyncio.run(Replica.open(str(tmp_path / "empty.db")))
    yield opened
    asyncio.run(opened.close())


async def packed(replica: Replica, *, files: bool = True) -> bytes:
    out = io.BytesIO()
    await packing.pack(replica, out, files=files)
    return out.getvalue()


async def bring(replica: Replica, data: bytes) -> importer.Done:
    return await importer.write(replica, package.plan(replica, package.read(data, "all.zip")))


def lines(count: int) -> dict[str, Line]:
    return entries(*(Line(f"Crate {place}", str(place), "1.20") for place in range(count)))


async def test_an_order_of_any_number_of_lines_comes_back(replica: Replica, empty: Replica) -> None:
    order = replica.create(SalesOrder(at=1, number="A-1", lines=lines(MANY)))
    replica.create(SalesOrder(at=2, number="A-2"))
    data = await packed(replica)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        names = ["1-orders.csv", "1-orders-lines.csv", "fieldbook.json"]
        assert opened.namelist() == names
        first = opened.read("1-orders-lines.csv").decode("utf-8-sig").splitlines()[:2]
        assert first[0] == "Record,Record - Fieldbook ID,Key,Name,Quantity,Price"
        assert first[1].startswith(f"A-1,{order.id},1,Crate 0,0,1.20")
    done = await bring(empty, data)
    assert (done.others, done.problems) == (2, ())
    (brought,) = empty.find(SalesOrder, number="A-1")
    assert brought.lines == order.lines
    again = await bring(empty, data)
    assert (again.known, again.others) == (2, 0)
    assert empty.find(SalesOrder, number="A-1") == [brought]


async def test_an_order_of_many_lines_is_read_from_a_table_of_its_own_too(
    replica: Replica, empty: Replica
) -> None:
    replica.create(SalesOrder(at=1, number="A-1", lines=lines(MANY)))
    made = await exporter.export(replica, "salesorder", "csv")
    rows = planning.DeclaredPlan(read(made.data, made.filename), "salesorder")
    await importer.write(empty, rows)
    (brought,) = empty.find(SalesOrder)
    assert list(brought.lines.values()) == list(lines(MANY).values())


async def test_a_package_of_an_older_version_has_its_lines_in_columns(
    replica: Replica, empty: Replica
) -> None:
    replica.create(SalesOrder(at=1, number="A-1", lines=lines(3)))
    made = await exporter.export(replica, "salesorder", "csv")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        opened.writestr("fieldbook.json", b'{"tables": {"salesorder": "1-orders.csv"}}')
        opened.writestr("1-orders.csv", made.data)
    await bring(empty, out.getvalue())
    (brought,) = empty.find(SalesOrder)
    assert list(brought.lines.values()) == list(lines(3).values())


async def test_a_table_that_grows_too_large_goes_on_in_another(
    replica: Replica, empty: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "LARGEST_PART", 400)
    with replica.changeset("Fill"):
        for place in range(20):
            replica.create(Account(name=f"Customer {place:02}"))
            replica.create(Task(title=f"Call {place:02}"))
    data = await packed(replica)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert "1-accounts-2.csv" in opened.namelist()
    done = await bring(empty, data)
    assert (done.accounts, done.others, done.problems) == (20, 20, ())
    assert sorted(x.title for x in empty.find(Task)) == [f"Call {x:02}" for x in range(20)]


def with_files(replica: Replica) -> Account:
    adler = replica.create(Account(name="Adler"))
    replica.attach(adler, MENU, "Menu/2026.pdf", "application/pdf")
    replica.attach(adler, MENU, "The same.pdf", "application/pdf")
    face = replica.put_blob(FACE, "image/jpeg")
    replica.create(Contact(name="Ada", account_id=adler.id, photo=face))
    return adler


async def test_files_come_along_and_twice_is_once(replica: Replica, empty: Replica) -> None:
    with_files(replica)
    assert packing.held(replica) == (2, len(MENU) + len(FACE), 0)
    data = await packed(replica)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        files = [name for name in opened.namelist() if name.startswith("files/")]
        assert files == ["files/0001-Ada.jpg", "files/0002-Menu-2026.pdf"]
        assert opened.read(files[1]) == MENU
    done = await bring(empty, data)
    assert done.problems == ()
    (adler,), (ada,) = empty.find(Account), empty.find(Contact)
    held = empty.find(Attachment, order_by="name")
    assert [(x.name, x.record_id) for x in held] == [
        ("Menu/2026.pdf", adler.id), ("The same.pdf", adler.id),
    ]  # fmt: skip
    assert [kept.data for x in held if (kept := empty.blob(x.content))] == [MENU, MENU]
    kept = empty.blob(ada.photo)
    assert kept is not None
    assert kept.data == FACE
    assert len(empty.uploads()) == 2, "they are sent to the company's server, as all that is new"
    await bring(empty, data)
    assert (empty.count(Attachment), empty.find(Contact)) == (2, [ada])
    empty.undo(done.key)
    assert not any(empty.count(x) for x in (Attachment, Contact, Account))


async def test_a_file_that_cannot_be_had_is_listed_and_left_out(
    replica: Replica, empty: Replica
) -> None:
    adler = with_files(replica)
    facts = {"name": "Plan.pdf", "media_type": "application/pdf", "size": 3 << 20}
    replica.create(Attachment(record_kind="account", record_id=adler.id, content="0" * 64, **facts))
    out = io.BytesIO()
    assert await packing.pack(replica, out) == packing.Packed(5, 2, 1)
    with zipfile.ZipFile(out) as opened:
        listed = opened.read("missing-files.csv").decode("utf-8-sig").splitlines()
        assert listed[1].startswith(f"Plan.pdf,{3 << 20},attachment,")
    done = await bring(empty, out.getvalue())
    assert [told.message for told in done.problems] == [
        "Plan.pdf (3 MB) is not in this file, and is left out."
    ]
    assert empty.count(Attachment) == 2


async def test_records_can_go_out_without_their_files(replica: Replica, empty: Replica) -> None:
    with_files(replica)
    done = await bring(empty, await packed(replica, files=False))
    assert (empty.count(Account), empty.count(Attachment)) == (1, 0)
    assert len(done.problems) == 2


async def test_a_file_that_was_damaged_is_said_and_the_rest_comes(
    replica: Replica, empty: Replica
) -> None:
    with_files(replica)
    data = bytearray(await packed(replica))
    data[data.index(FACE)] ^= 1
    await bring(empty, bytes(data))
    assert (empty.count(Attachment), [x.photo for x in empty.find(Contact)]) == (2, [""])


async def test_words_rules_forms_and_rounds_come_along_and_mean_the_same(
    replica: Replica, empty: Replica
) -> None:
    make = replica.create
    old = make(Label(name="Old", colour="#aa0000", about="Of before"))
    own = make(ObjectType(name="Cooler"))
    litres = make(CustomField(name="Litres", of="account", type="number"))
    big = Filter(conditions=(Condition(f"custom.{litres.id}", "more", ("100",)),))
    make(LabelRule(name="Big ones", label_id=old.id, filter=big, active=True))
    make(Segment(name="Coolers", of=own.id, filter=Filter(labels_any=(old.id,))))
    make(Cadence(name="Monthly", days=30, filter=big))
    purpose = make(Purpose(name="Tasting"))
    options = {"y": Option("Cold"), "z": Option("Warm", 1)}
    questions = {"q": Question("How is it?", type="choice", options=options)}
    make(VisitForm(name="Fridge", purposes=(purpose.id,), questions=questions))
    adler = make(Account(name="Adler", custom={litres.id: "120"}))
    make(VisitPlan(name="North", stops=(adler.id,), weekdays=(0, 4)))
    visit = make(Activity(kind="visit", at=1, account_id=adler.id, purpose_id=purpose.id,
                          answers={"q": "z"}))  # fmt: skip
    make(Comment(record_kind="activity", record_id=visit.id, text="Well done", at=2,
                 mentions={"ida": True}))  # fmt: skip
    here = empty.create(CustomField(name="litres", of="account", type="number"))
    done = await bring(empty, await packed(replica))
    assert (done.problems, done.labels) == ((), 1)
    (label,), (rule,), (segment,) = (empty.find(x) for x in (Label, LabelRule, Segment))
    assert (label.colour, label.about, rule.label_id) == ("#aa0000", "Of before", label.id)
    assert rule.filter.conditions[0].field == f"custom.{here.id}"
    assert segment.filter.labels_any == (label.id,)
    assert [x.id for x in empty.find(ObjectType)] == [segment.of]
    (form,), (asked,), (comment,) = (empty.find(x) for x in (VisitForm, Activity, Comment))
    assert (form.questions, asked.answers) == (questions, {"q": "z"})
    assert form.purposes == (asked.purpose_id,)
    assert (comment.record_id, comment.text, comment.mentions) == (asked.id, "Well done", {})
    assert [x.stops for x in empty.find(VisitPlan)] == [(asked.account_id,)]
    assert [x.filter for x in empty.find(Cadence)] == [rule.filter]
    assert [x.name for x in empty.labels_of(asked.account_id)] == ["Old"], "the rule works here"


async def test_a_renewal_finds_its_deal_wherever_that_stands(
    replica: Replica, empty: Replica
) -> None:
    pipeline = replica.create(Pipeline(name="Sales", stages={"1": Stage("Offer")}))
    where = {"pipeline_id": pipeline.id, "stage_id": "1"}
    replica.create(Deal(id="b" * 36, name="Taps", lines=entries(Line("Tap", "1")), **where))
    replica.create(Deal(id="a" * 36, name="Taps again", renews_id="b" * 36, **where))
    stages = {"x": Stage("Draft"), "y": Stage("Offer", 1)}
    empty.create(Pipeline(name="Sales", stages=stages))
    done = await bring(empty, await packed(replica))
    assert done.problems == ()
    old, new = sorted(empty.find(Deal), key=lambda deal: deal.name)
    assert new.renews_id == old.id
    assert (new.stage_id, [x.quantity for x in old.lines.values()]) == ("y", ["1"])


async def test_people_are_led_to_those_of_that_name_and_are_never_made(
    replica: Replica, empty: Replica
) -> None:
    ida, ben = (replica.create(User(id=name, name=name.title())) for name in ("ida", "ben"))
    team = replica.create(Team(name="North"))
    reps = {ida.id: True, ben.id: True}
    north = replica.create(Territory(name="North", team_id=team.id, reps=reps))
    with replica.changeset("Fill"):
        for place in range(3):
            facts = {"territory_id": north.id, "owner_id": ben.id}
            replica.create(Account(name=f"Inn {place}", **facts))
    known = empty.create(User(name="Ida"))
    done = await bring(empty, await packed(replica))
    assert [(told.message, told.rows) for told in done.problems] == [
        ("There is no owner called 'Ben'.", 3)
    ]
    (there,) = empty.find(Territory)
    assert (there.reps, empty.count(User)) == ({known.id: True}, 1)
    assert {x.territory_id for x in empty.find(Account)} == {there.id}
    assert [x.id for x in empty.find(Team)] == [there.team_id]


def test_a_table_larger_than_is_read_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package, "MAX_FILE", 100)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        opened.writestr("fieldbook.json", b" " * 101)
    with pytest.raises(UnreadableFile, match="is the most"):
        package.read(out.getvalue(), "all.zip")
