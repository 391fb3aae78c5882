from __future__ import annotations

import pytest
from msgspec import Raw

from server.domain import judgement
from sync_protocol.changes import Change, Changeset
from sync_protocol.messages import Rejected
from sync_protocol.records.cells import raw

DEEP = Raw(b"\x91" * 20 + b"\xc0")


def changeset(*changes: Change) -> Changeset:
    return Changeset(device=1, number=3, time=1, seen=0, changes=changes)


@pytest.mark.parametrize(
    "change",
    [
        Change("", "1", {}),
        Change("k" * 41, "1", {}),
        Change("account", "", {}),
        Change("account", "1" * 37, {}),
        Change("account", "a\0b", {}),
        Change("dro\nne", "1", {}),
        Change("account", "1", {"name": raw(3)}),
        Change("account", "1", {"unknown": DEEP}),
        Change("drone", "1", {"height": DEEP}),
        Change("drone", "1", {"x" * 101: raw(1)}),
        Change("account", "1", {"phones": raw({})}, create=True),
        Change("case", "1", {"state": raw({"status": "resolved"})}),
        Change("case", "1", {"state": raw({"status": "open", "resolution": "Done"})}),
    ],
)
def test_what_no_record_type_allows_is_invalid(change: Change) -> None:
    rejected = judgement.invalid(changeset(change))
    assert isinstance(rejected, Rejected)
    assert (rejected.number, rejected.code) == (3, "invalid")
    assert rejected.message.endswith(".")


def test_the_first_problem_is_told_with_its_place() -> None:
    good = Change("account", "1", {"name": raw("Bakery")})
    bad = Change("account", "2", {"name": raw("")})
    rejected = judgement.invalid(changeset(good, bad, bad))
    assert rejected == Rejected(3, "invalid", "Name is needed.", "account", "2", "name")
    assert judgement.invalid(changeset(good)) is None
