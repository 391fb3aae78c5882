"""Two and more devices, one server: whatever happens in between, all end with the same."""

from __future__ import annotations

import pytest

from sync_protocol.changes import Change
from sync_protocol.errors import Unreachable
from sync_protocol.messages import Push, Snapshot, States, Verdicts
from sync_protocol.records import Account, Activity, Contact, Label, User, cells
from sync_protocol.records import Phone as Phone_
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


def titles(*phones: Phone) -> list[str]:
    return [phone.replica.find(Contact)[0].title for phone in phones]


def pair(world: World) -> tuple[Phone, Phone]:
    """Rita's phone and the office, both holding one contact."""
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    rita.sync()
    rita.replica.create(Contact(name="Ada Byrne", account_id=world.shop.id))
    world.settle()
    return rita, olga


def test_a_visit_logged_offline_reaches_the_office(world: World) -> None:
    rita, olga = pair(world)
    rita.link.cut()
    with rita.replica.changeset("Log visit"):
        rita.replica.create(
            Activity(kind="visit", at=rita.replica.now(), account_id=world.shop.id, note="Friendly")
        )
        rita.replica.label(rita.replica.find(Contact)[0], "Prospect")
    assert not rita.try_sync()
    rita.link.heal()
    rita.sync()
    olga.sync()
    assert [visit.note for visit in olga.replica.find(Activity)] == ["Friendly"]
    assert [c.name for c in olga.replica.find(Contact, labels_any=["Prospect"])] == ["Ada Byrne"]
    same(world)


def test_edits_of_different_fields_are_both_kept(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Buyer")
    olga.replica.update(olga.replica.find(Contact)[0], website="https://ada.example")
    world.settle()
    for phone in (rita, olga):
        ada = phone.replica.find(Contact)[0]
        assert (ada.title, ada.website) == ("Buyer", "https://ada.example")
    same(world)


def test_the_later_of_two_writes_wins_and_the_loser_is_in_both_histories(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Rita's title")
    world.wait(5_000)
    olga.replica.update(olga.replica.find(Contact)[0], title="Olga's title")
    olga.sync()
    rita.sync()
    world.settle()
    assert titles(rita, olga) == ["Olga's title"] * 2
    for phone in (rita, olga):
        lost = [w for w in phone.replica.history(phone.replica.find(Contact)[0]) if w.lost]
        assert [(w.value, w.user) for w in lost] == [("Rita's title", world.rita.id)]
    same(world)


def test_an_unseen_value_that_is_overwritten_counts_as_lost_for_its_author(world: World) -> None:
    rita, olga = pair(world)
    olga.replica.update(olga.replica.find(Contact)[0], title="Olga's title")
    olga.sync()
    world.wait(5_000)
    rita.replica.update(rita.replica.find(Contact)[0], title="Rita's title")
    world.settle()
    assert titles(rita, olga) == ["Rita's title"] * 2
    for phone in (rita, olga):
        lost = [w for w in phone.replica.history(phone.replica.find(Contact)[0]) if w.lost]
        assert [(w.value, w.user) for w in lost] == [("Olga's title", world.olga.id)]


def test_a_seen_value_that_is_overwritten_is_not_a_conflict(world: World) -> None:
    rita, olga = pair(world)
    olga.replica.update(olga.replica.find(Contact)[0], title="Olga's title")
    world.settle()
    rita.replica.update(rita.replica.find(Contact)[0], title="Rita's title")
    world.settle()
    history = olga.replica.history(olga.replica.find(Contact)[0])
    assert [w.value for w in history if w.cell == "title"] == ["Rita's title", "Olga's title"]
    assert not any(written.lost for written in history)


def test_a_lost_value_can_be_restored_by_anyone(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Rita's title")
    world.wait(5_000)
    olga.replica.update(olga.replica.find(Contact)[0], title="Olga's title")
    world.settle()
    ada = olga.replica.find(Contact)[0]
    (lost,) = [written for written in olga.replica.history(ada) if written.lost]
    olga.replica.restore_value(lost)
    world.settle()
    assert titles(rita, olga) == ["Rita's title"] * 2


def test_an_edit_made_while_its_record_is_being_pushed_goes_next(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="First")
    push = rita.link.push

    async def push_and_edit(request: Push) -> Verdicts:
        answer = await push(request)
        rita.replica.update(rita.replica.find(Contact)[0], title="Second")
        rita.link.push = push
        return answer

    rita.link.push = push_and_edit  # type: ignore[method-assign]
    rita.sync()
    world.settle()
    assert titles(rita, olga) == ["Second"] * 2
    same(world)


def test_a_lost_answer_changes_nothing(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Buyer")
    rita.link.loses_answer = 1.0
    assert not rita.try_sync()
    rita.replica.update(rita.replica.find(Contact)[0], title="Head buyer")
    world.settle()
    assert titles(rita, olga) == ["Head buyer"] * 2
    assert not any(w.lost for w in olga.replica.history(olga.replica.find(Contact)[0]))
    same(world)


def test_a_refused_edit_stays_readable_and_the_record_shows_the_truth(world: World) -> None:
    rita, olga = pair(world)
    ada = rita.replica.find(Contact)[0]
    broken = Change("contact", ada.id, {"name": cells.raw("")})
    with rita.replica.changeset("Edit contact"):
        rita.replica._add(broken)
    rita.replica.update(rita.replica.find(Contact)[0], title="Buyer")
    assert rita.replica.find(Contact)[0].name == ""
    world.settle()
    (problem,) = rita.replica.problems()
    assert (problem.rejection.field, problem.rejection.message) == ("name", "Name is needed.")
    assert rita.replica.find(Contact)[0].name == "Ada Byrne"
    assert titles(rita, olga) == ["Buyer"] * 2
    same(world)


def test_a_refused_create_leaves_nothing_behind_but_its_problem(world: World) -> None:
    rita, _olga = pair(world)
    hidden = Account(name="Elsewhere", territory_id=world.office.id())
    rita.replica.create(hidden)
    world.settle()
    assert len(rita.replica.problems()) == 1
    assert [account.name for account in rita.replica.find(Account)] == ["Corner shop"]
    rita.replica.discard(rita.replica.problems()[0])
    assert rita.replica.problems() == []


def test_undo_leaves_alone_what_somebody_else_has_written_since(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Buyer", website="https://ada.example")
    world.settle()
    olga.replica.update(olga.replica.find(Contact)[0], title="Owner")
    world.settle()
    undone = rita.replica.undo()
    assert undone is not None
    assert [kept.cell for kept in undone.kept] == ["title"]
    world.settle()
    for phone in (rita, olga):
        ada = phone.replica.find(Contact)[0]
        assert (ada.title, ada.website) == ("Owner", "")


def test_a_first_load_that_breaks_off_goes_on_where_it_was(world: World) -> None:
    for place in range(30):
        world.office.add(
            *(
                Contact(id=world.office.id(), name=f"C{place}-{n}", account_id=world.shop.id)
                for n in range(50)
            )
        )
    rita = world.phone(world.rita)
    snapshot, asked = rita.link.snapshot, []

    async def breaking(request: Snapshot) -> States:
        asked.append(request.after)
        if len(asked) == 3:
            raise Unreachable("The line is cut.")
        return await snapshot(request)

    rita.link.snapshot = breaking  # type: ignore[method-assign]
    assert not rita.try_sync()
    assert 0 < rita.replica.count(Contact) < 1_500
    assert rita.try_sync()
    assert rita.replica.count(Contact) == 1_500
    assert asked[3] == asked[2]
    same(world)


def test_a_clock_a_year_ahead_does_not_decide_for_everybody(world: World) -> None:
    rita, olga = pair(world)
    rita.offset_ms = 365 * 86_400_000
    rita.replica.update(rita.replica.find(Contact)[0], title="From the future")
    world.settle()
    world.wait(1_000)
    olga.replica.update(olga.replica.find(Contact)[0], title="Today")
    world.settle()
    assert titles(rita, olga) == ["Today"] * 2
    same(world)


def test_a_scope_that_is_given_is_loaded_and_one_that_is_taken_is_purged(world: World) -> None:
    rita, _olga = pair(world)
    office = world.office
    admin = world.phone(User(id=office.admin.user, name="Ada"))
    admin.sync()
    territory = admin.replica.find(type(world.territory))[0]
    admin.replica.update(territory, reps={world.ben.id: True})
    admin.sync()
    rita.sync()
    assert rita.replica.find(Contact) == []
    assert rita.replica.find(Account) == []
    admin.replica.update(admin.replica.find(type(world.territory))[0], reps=world.territory.reps)
    world.settle()
    assert [contact.name for contact in rita.replica.find(Contact)] == ["Ada Byrne"]
    same(world)


def test_a_restored_server_gives_every_device_a_fresh_snapshot(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Unsent")
    world.office.workspaces.open_epoch()
    world.settle()
    assert titles(rita, olga) == ["Unsent"] * 2
    same(world)


def test_two_people_may_add_a_phone_number_at_the_same_time(world: World) -> None:
    rita, olga = pair(world)
    for phone, number in ((rita, "0171 1"), (olga, "0171 2")):
        ada = phone.replica.find(Contact)[0]
        entry = {phone.replica.new_entry(): Phone_(number)}
        phone.replica.update(ada, phones=ada.phones | entry)
    world.settle()
    for phone in (rita, olga):
        numbers = {p.number for p in phone.replica.find(Contact)[0].phones.values()}
        assert numbers == {"0171 1", "0171 2"}


def test_a_label_both_put_on_is_one_labelling(world: World) -> None:
    rita, olga = pair(world)
    for phone in (rita, olga):
        phone.replica.label(phone.replica.find(Contact)[0], "Customer")
    world.settle()
    for phone in (rita, olga):
        ada = phone.replica.find(Contact)[0]
        assert [label.name for label in phone.replica.labels_of(ada.id)] == ["Customer"]
    same(world)


def test_a_child_of_a_record_that_was_deleted_meanwhile_is_accepted_and_hidden(
    world: World,
) -> None:
    rita, olga = pair(world)
    olga.replica.delete(olga.replica.find(Account)[0])
    visit = rita.replica.create(Activity(kind="visit", at=1, account_id=world.shop.id))
    world.settle()
    for phone in (rita, olga):
        assert phone.replica.find(Activity) == []
        assert phone.replica.get(Activity, visit.id) == visit
    olga.replica.restore(world.shop)
    world.settle()
    assert [a.id for a in rita.replica.find(Activity)] == [visit.id]
    assert [label.name for label in rita.replica.find(Label, order_by="name")][:1] == ["Customer"]
    same(world)


def test_an_edit_that_is_accepted_as_it_was_is_neither_written_nor_indexed_again(
    world: World,
) -> None:
    rita, _olga = pair(world)
    rita.replica.update(rita.replica.find(Contact)[0], title="Buyer")
    while rita.replica.index_some():
        pass
    heard: list[dict[str, frozenset[str]]] = []
    rita.replica.on_change(heard.append)
    rita.sync()
    ada = rita.replica.find(Contact)[0]
    assert any(ada.id in changed.get("contact", ()) for changed in heard)
    assert not rita.replica.waiting_records()
    assert not rita.replica.index_some()
    world.settle()
    same(world)
