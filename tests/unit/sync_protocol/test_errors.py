from __future__ import annotations

import pytest

from sync_protocol import codec, errors
from sync_protocol.errors import Failure, PeerError, SyncError

TYPED = PeerError.__subclasses__()


@pytest.mark.parametrize("error", TYPED)
def test_a_typed_error_crosses_the_wire_unchanged(error: type[PeerError]) -> None:
    body = codec.encode(error("A sentence.", 7).failure())
    again = errors.from_failure(codec.decode(body, Failure))
    assert type(again) is error
    assert (again.message, again.expected, str(again)) == ("A sentence.", 7, "A sentence.")


def test_every_typed_error_has_a_code_of_its_own_and_a_status_of_refusal() -> None:
    assert len({error.code for error in TYPED}) == len(TYPED)
    refusals = [error for error in TYPED if error is not errors.ServerFailed]
    assert all(400 <= error.status < 500 for error in refusals)
    assert errors.ServerFailed.status == 500


def test_a_code_of_a_newer_peer_is_a_plain_peer_error() -> None:
    again = errors.from_failure(Failure("from_the_future", "Something new."))
    assert type(again) is PeerError
    assert again.message == "Something new."


def test_nobody_answering_is_no_fault_of_the_peer() -> None:
    assert issubclass(errors.Unreachable, SyncError)
    assert not issubclass(errors.Unreachable, PeerError)
