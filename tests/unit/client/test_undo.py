"""Taking back any act of this device, and doing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client import bulk
from client.bulk import Edit
from client.store import incoming
from client.store.states import Placed
from sync_protocol.changes import State
from sync_protocol.clock import Stamp, at
from sync_protocol.records import Account, Activity, Contact, Label, cells

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.conftest import Clock


def key_of(replica: Replica, name: str) -> str:
    return next(act.key for act in replica.acts() if act.name == name)


def title_of(replica: Replica, contact: Contact) -> str:
    found = replica.get(Contact, contact.id)
    assert found is not None
    return found.title


def test_acts_are_told_the_latest_first_with_when_and_how_many(
    replica: Replica, clock: Clock
) -> None:
    with replica.changeset("Two at once"):
        ada = replica.create(Contact(name="Ada"))
        replica.create(Contact(name="Ben"))
    clock.now_ms += 60_000
    replica.update(ada, title="Chef")
    told = [(act.name, act.at_ms, act.changes, act.undone) for act in replica.acts()]
    assert told == [
        ("Edit contact", clock.now_ms, 1, False),
        ("Two at once", clock.now_ms - 60_000, 2, False),
    ]


def test_an_earlier_act_is_taken_back_and_later_ones_stay(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    with replica.changeset("Set title"):
        replica.update(ada, title="Chef")
    with replica.changeset("Set about"):
        replica.update(ada, about="Likes beer")
    undone = replica.undo(key_of(replica, "Set title"))
    assert undone is not None
    assert (undone.records, undone.kept) == (1, ())
    found = replica.get(Contact, ada.id)
    assert found is not None
    assert (found.title, found.about) == ("", "Likes beer")
    assert replica.can_undo() == "Set about"


def test_what_is_written_within_a_stretch_is_noted_by_act(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    with replica.noting() as acts:
        replica.update(ada, name="Ada")
    assert acts == []
    with replica.noting() as outer:
        with replica.noting() as acts, replica.changeset("Set title"):
            replica.update(ada, title="Chef")
            replica.create(Contact(name="Ben"))
        list(bulk.delete(replica, Contact, [ada.id], "Delete"))
    assert acts == [key_of(replica, "Set title")]
    assert outer == [*acts, key_of(replica, "Delete")]
    with replica.noting() as acts:
        replica.undo()
    assert acts == [""]


def test_what_was_written_again_since_is_left_and_named(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    with replica.changeset("Set both"):
        ada = replica.update(ada, title="Chef", about="Likes beer")
    replica.update(ada, title="Owner")
    undone = replica.undo(key_of(replica, "Set both"))
    assert undone is not None
    assert [(one.id, one.cell) for one in undone.kept] == [(ada.id, "title")]
    assert title_of(replica, ada) == "Owner"


def test_an_act_is_taken_back_after_another_device_has_synced_in_between(
    replica: Replica, clock: Clock
) -> None:
    ada, ben = (replica.create(Contact(name=name)) for name in ("Ada", "Ben"))
    with replica.changeset("Set titles"):
        replica.update(ada, title="Chef")
        replica.update(ben, title="Chef")
    theirs = State(
        "contact", ada.id, Stamp(at(clock.now_ms + 9_000), 77),
        cells.of_new(Contact(name="Ada", title="Boss")),
    )  # fmt: skip
    incoming.take_states(replica._database, [Placed(theirs, 1)], None)
    undone = replica.undo(key_of(replica, "Set titles"))
    assert undone is not None
    assert [one.id for one in undone.kept] == [ada.id]
    assert (title_of(replica, ada), title_of(replica, ben)) == ("Boss", "")


def test_an_undo_is_taken_back_and_that_can_be_undone_in_its_turn(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    with replica.changeset("Set title"):
        replica.update(ada, title="Chef")
    key = key_of(replica, "Set title")
    replica.undo(key)
    assert replica.undo(key) is None
    assert [(x.undone, x.again) for x in replica.acts() if x.key == key] == [(True, True)]
    redone = replica.redo(key)
    assert redone is not None
    assert title_of(replica, ada) == "Chef"
    assert replica.redo(key) is None
    assert replica.can_undo() == "Redo: Set title"
    replica.undo()
    assert title_of(replica, ada) == ""
    replica.redo(key_of(replica, "Redo: Set title"))
    assert title_of(replica, ada) == "Chef"


def test_a_created_record_goes_and_comes_back(replica: Replica) -> None:
    with replica.changeset("Add Ada"):
        ada = replica.create(Contact(name="Ada"))
    key = key_of(replica, "Add Ada")
    replica.undo(key)
    assert replica.count(Contact) == 0
    replica.redo(key)
    assert replica.ids(Contact) == [ada.id]


def test_deletes_labels_moves_and_bulk_edits_are_taken_back_from_the_list(
    replica: Replica,
) -> None:
    old, new = (replica.create(Account(name=name)) for name in ("Old", "New"))
    people = [replica.create(Contact(name=f"C{i}", account_id=old.id)).id for i in range(450)]
    label = replica.create(Label(name="Guest"))
    list(bulk.set_field(replica, Contact, people, Edit("account_id", new.id), "Move all"))
    list(bulk.put_label(replica, Contact, people, label))
    list(bulk.delete(replica, Contact, people, "Delete 450 contacts"))
    for name in ("Move all", "Label: Guest", "Delete 450 contacts"):
        undone = replica.undo(key_of(replica, name))
        assert undone is not None
        assert (undone.records, undone.kept) == (450, ())
    assert replica.count(Contact, account_id=old.id) == 450
    assert bulk.carried(replica, people) == {}


def test_a_merge_is_taken_back_from_the_list_although_more_was_done_since(
    replica: Replica,
) -> None:
    loser, winner = (replica.create(Account(name=name)) for name in ("Loser", "Winner"))
    ada = replica.create(Contact(name="Ada", account_id=loser.id))
    replica.merge(loser, winner)
    replica.update(ada, title="Chef")
    undone = replica.undo(key_of(replica, "Merge into Winner"))
    assert undone is not None
    assert undone.kept == ()
    found = replica.get(Contact, ada.id)
    assert found is not None
    assert (found.account_id, found.title) == (loser.id, "Chef")
    assert replica.count(Account) == 2


def test_an_act_that_is_not_known_is_not_taken_back(replica: Replica) -> None:
    assert replica.undo("123") is None
    assert replica.redo("123") is None


def a_large_act(replica: Replica) -> tuple[Account, Contact, Account]:
    """Two accounts, at the first of them somebody, both with a new label."""
    with replica.changeset("Bring", action="bring"):
        label = replica.create(Label(name="New"))
        adler, post = (replica.create(Account(name=name)) for name in ("Adler", "Post"))
        ada = replica.create(Contact(name="Ada", account_id=adler.id))
        for account in (adler, post):
            replica.put_label(account, label.id)
    return adler, ada, post


def names(replica: Replica, struct: type[Account | Contact]) -> list[str]:
    return [record.name for record in replica.find(struct, order_by="name")]


def test_what_was_made_and_is_edited_since_stays_with_what_holds_it_and_is_named(
    replica: Replica,
) -> None:
    adler, ada, _post = a_large_act(replica)
    replica.update(ada, title="Chef")
    undone = replica.undo("bring")
    assert undone is not None
    assert {(one.id, one.cell) for one in undone.kept} >= {(adler.id, ""), (ada.id, "")}
    assert (names(replica, Account), names(replica, Contact)) == (["Adler"], ["Ada"])
    assert title_of(replica, ada) == "Chef"
    assert [label.name for label in replica.labels_of(adler.id)] == ["New"]


def test_what_another_device_edited_stays(replica: Replica, clock: Clock) -> None:
    *_others, post = a_large_act(replica)
    theirs = State(
        "account", post.id, Stamp(at(clock.now_ms + 9_000), 77),
        cells.of_new(Account(name="Hotel Post")),
    )  # fmt: skip
    incoming.take_states(replica._database, [Placed(theirs, 1)], None)
    replica.undo("bring")
    assert names(replica, Account) == ["Hotel Post"]


def test_a_customer_stays_with_whom_something_was_done_since(replica: Replica) -> None:
    adler, _ada, post = a_large_act(replica)
    call = replica.create(Activity(kind="call", at=1, account_id=post.id))
    ended = replica.create(Activity(kind="call", at=1, account_id=adler.id))
    replica.delete(ended)
    replica.undo("bring")
    assert (names(replica, Account), names(replica, Contact)) == (["Post"], [])
    assert replica.ids(Activity) == [call.id]


def test_a_label_stays_while_somebody_has_put_it_elsewhere(replica: Replica) -> None:
    a_large_act(replica)
    other = replica.create(Account(name="Other"))
    replica.label(other, "New")
    undone = replica.undo("bring")
    assert undone is not None
    assert [one.kind for one in undone.kept] == ["label"]
    assert [label.name for label in replica.labels_of(other.id)] == ["New"]


def test_a_call_goes_with_what_was_added_to_it_when_it_is_taken_back(replica: Replica) -> None:
    with replica.changeset("Log call"):
        call = replica.create(Activity(kind="call", at=1))
    replica.update(call, note="Wants a quote")
    replica.undo(key_of(replica, "Log call"))
    assert replica.count(Activity) == 0
