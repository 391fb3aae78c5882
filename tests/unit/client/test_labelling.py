"""Two labels become one: every record keeps what it meant, and it is one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import labelling, segments
from client.errors import Invalid
from client.labelling import Counts
from client.segments import Shown
from sync_protocol.records import Account, Contact, Filter, Label, Segment

if TYPE_CHECKING:
    from client.replica import Replica


def test_all_that_carried_the_one_carry_the_other_and_counts_add_up(replica: Replica) -> None:
    loser, winner = (replica.create(Label(name=name)) for name in ("Client", "Customer"))
    people = [replica.create(Contact(name=f"C{i}")) for i in range(labelling.PART + 5)]
    shop = replica.create(Account(name="Adler"))
    for record in (*people, shop):
        replica.put_label(record, loser.id)
    for record in (people[0], replica.create(Contact(name="Only"))):
        replica.put_label(record, winner.id)
    before = labelling.counts(replica, loser, winner)
    assert before == Counts(labelling.PART + 6, 2, 1)
    list(labelling.merge(replica, loser, winner))
    assert replica.count(Contact, labels_any=[winner.id]) == labelling.PART + 6
    assert replica.count(Account, labels_any=[winner.id]) == 1
    assert labelling.counts(replica, loser, winner) == Counts(0, before.after, 0)
    assert [x.name for x in replica.labels_of(shop.id)] == ["Customer"]
    assert replica.count(Label) == 1
    undone = replica.undo()
    assert undone is not None
    assert labelling.counts(replica, loser, winner) == before
    assert replica.count(Label) == 2


def test_segments_ask_for_the_label_that_goes_on(replica: Replica) -> None:
    loser, winner = (replica.create(Label(name=name)) for name in ("Client", "Customer"))
    wanted = Filter(labels_any=(loser.id, winner.id), labels_none=(loser.id,))
    segment = segments.save(replica, "contact", "Mine", Shown(wanted))
    list(labelling.merge(replica, loser, winner))
    found = replica.get(Segment, segment.id)
    assert found is not None
    assert found.filter == Filter(labels_any=(winner.id,), labels_none=(winner.id,))


def test_a_label_is_not_merged_into_itself(replica: Replica) -> None:
    label = replica.create(Label(name="Client"))
    with pytest.raises(Invalid):
        labelling.merge(replica, label, label)
