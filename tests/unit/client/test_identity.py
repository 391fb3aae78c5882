"""Whose the first edits are, once it is known who writes here."""

from __future__ import annotations

from client.replica import Replica
from client.store import history, identity
from sync_protocol.changes import Change
from sync_protocol.clock import Stamp
from sync_protocol.records import Contact
from sync_protocol.records.cells import raw


def test_the_first_sign_in_signs_what_was_written_here_and_nobody_elses(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    theirs = history.Author("ben", Stamp(7, 12), seen=0, sequence=5, name="Edit contact")
    with replica._database.transaction() as connection:
        change = Change("contact", ada.id, {"title": raw("Buyer")})
        history.note(connection, change, None, theirs)
        identity.adopt(replica._database, 99, "rita")
    past = {(write.cell, write.user, write.stamp.device) for write in replica.history(ada)}
    assert ("title", "ben", 12) in past
    assert (history.CREATED, "rita", 99) in past
