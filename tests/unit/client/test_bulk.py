"""One change to many records: one undo, all or none, and only where something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import bulk, segments
from client.bulk import Edit
from client.errors import Invalid
from client.interchange.exporter import export
from client.segments import Shown
from sync_protocol.records import Account, Condition, Contact, Filter, Label

if TYPE_CHECKING:
    from client.replica import Replica

MANY = bulk.PART * 2 + 10


def many(replica: Replica, count: int = MANY) -> list[str]:
    with replica.changeset("Many"):
        return [replica.create(Contact(name=f"C {place}")).id for place in range(count)]


def test_many_records_change_in_parts_and_are_one_undo(replica: Replica) -> None:
    ids = many(replica)
    before = len(replica.pending())
    steps = bulk.set_field(replica, Contact, ids, Edit("title", "Chef"), "Set titles")
    assert list(steps) == [200, 400, MANY]
    assert replica.count(Contact, title="Chef") == MANY
    written = replica.pending()[before:]
    assert len(written) == 3
    assert len({changeset.action for changeset in written}) == 1
    undone = replica.undo()
    assert undone is not None
    assert (undone.name, undone.records) == ("Set titles", MANY)
    assert replica.count(Contact, title="Chef") == 0


def test_a_value_that_is_not_valid_changes_nothing(replica: Replica) -> None:
    ids = many(replica, 3)
    before = len(replica.pending())
    with pytest.raises(Invalid) as caught:
        bulk.set_field(replica, Contact, ids, Edit("title", "x" * 300), "Set titles")
    assert caught.value.field == "title"
    assert len(replica.pending()) == before


def test_a_custom_field_is_set_and_taken_out(replica: Replica) -> None:
    shop = replica.create(Account(name="Adler", custom={"one": "kept"}))
    for value, expected in (("red", {"one": "kept", "two": "red"}), (None, {"one": "kept"})):
        edit = Edit("custom.two", value)
        list(bulk.set_field(replica, Account, [shop.id], edit, "Set colour"))
        found = replica.get(Account, shop.id)
        assert found is not None
        assert found.custom == expected


def test_a_label_goes_on_many_and_comes_off_those_that_carry_it(replica: Replica) -> None:
    ids = many(replica, 5)
    label = replica.create(Label(name="Guest"))
    list(bulk.put_label(replica, Contact, ids[:3], label))
    assert bulk.carried(replica, ids) == {label.id: 3}
    list(bulk.take_label(replica, Contact, ids, label))
    assert bulk.carried(replica, ids) == {}
    replica.undo()
    assert bulk.carried(replica, ids) == {label.id: 3}


def test_deleting_many_is_taken_back_at_once(replica: Replica) -> None:
    ids = many(replica)
    list(bulk.delete(replica, Contact, ids, "Delete people"))
    assert replica.count(Contact) == 0
    replica.undo()
    assert replica.count(Contact) == MANY


def test_records_that_are_as_wanted_are_left_alone(replica: Replica) -> None:
    ids = many(replica, 2)
    list(bulk.set_field(replica, Contact, ids, Edit("title", "Chef"), "Set titles"))
    before = len(replica.pending())
    list(bulk.set_field(replica, Contact, ids, Edit("title", "Chef"), "Set titles"))
    assert len(replica.pending()) == before


# --- segments ---

HOT = Filter(conditions=(Condition("title", "is", ("chef",)),))


async def test_a_segment_has_the_same_members_in_list_count_and_export(replica: Replica) -> None:
    ids = many(replica, 6)
    list(bulk.set_field(replica, Contact, ids[:4], Edit("title", "Chef"), "Set titles"))
    segment = segments.save(replica, "contact", "Chefs", Shown(HOT, ("name",), "-name"))
    listed = replica.find(Contact, filter=segment.filter, order_by=segment.sort)
    assert {x.id for x in listed} == set(ids[:4])
    assert replica.count(Contact, filter=segment.filter) == 4
    exported = await export(replica, "contact", "csv", wanted=segment.filter)
    assert exported.records == 4
    assert all(x.name in exported.data.decode() for x in listed)
    assert replica.ids(Contact, filter=segment.filter, order_by=segment.sort) == [
        x.id for x in listed
    ]


def test_a_segment_is_renamed_changed_and_deleted(replica: Replica) -> None:
    segment = segments.save(replica, "contact", " Chefs  here ", Shown(HOT))
    assert segment.name == "Chefs here"
    segment = segments.rename(replica, segment, "Cooks")
    segment = segments.change(replica, segment, Shown(Filter(text="a"), ("name",), "name"))
    assert segments.segments(replica, "contact") == [segment]
    assert (segment.name, segment.filter.text) == ("Cooks", "a")
    segments.delete(replica, segment)
    assert segments.segments(replica, "contact") == []


def test_two_segments_of_a_kind_have_two_names(replica: Replica) -> None:
    segments.save(replica, "contact", "Hot", Shown(HOT))
    segments.save(replica, "account", "Hot", Shown(HOT))
    for name in ("hot ", "  "):
        with pytest.raises(Invalid):
            segments.save(replica, "contact", name, Shown(HOT))
