"""What one store takes, the other takes: a push is answered with a verdict, whatever it holds."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from sync_protocol.changes import MAX_CHANGES, Change
from sync_protocol.errors import Malformed
from sync_protocol.messages import Applied, Rejected
from sync_protocol.records import Account, Contact
from sync_protocol.records.cells import raw
from sync_protocol.session import SignIn
from tests.integration.server.office import Office, create, update

CELLS = 30
awkward = st.sampled_from(["", "a\0b", "\ud7ff", "\uffff", "\U0010ffff", "x" * 300, "'\\;--%s:x"])
texts = awkward | st.text(max_size=40)
values = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats()
    | texts
    | st.binary(max_size=20)
    | st.lists(texts, max_size=2)
    | st.dictionaries(texts, texts, max_size=2)
)
known = st.sampled_from(
    ["name", "phones.1", "phones.a\0b", "website", "deleted", "owner_id", "about"]
)


def cells(found: dict[str, object]) -> dict[str, Raw]:
    return {cell: Raw(msgspec.msgpack.encode(value)) for cell, value in found.items()}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["account", "drone"]) | texts,
    record=st.sampled_from(["", "a\0b"]) | st.uuids().map(str),
    made=st.dictionaries(known | texts, values, max_size=3),
    written=st.dictionaries(known | texts, values, max_size=3),
)
def test_every_changeset_gets_a_verdict(
    office: Office, kind: str, record: str, made: dict[str, object], written: dict[str, object]
) -> None:
    client = office.client(office.admin.user)
    for change in (
        Change(kind, record, cells({"name": "Bakery"} | made), create=True),
        Change(kind, record, cells(written)),
        Change(kind, record, cells(made)),
    ):
        assert isinstance(client.push(change, name="\U0010ffff"), Applied | Rejected)


def test_the_largest_changeset_can_overwrite_everything_it_made(office: Office) -> None:
    author, other = (office.client(office.admin.user) for _ in range(2))
    account = Account(id=office.id(), name="Bakery", owner_id=office.admin.user)
    author.push(create(account))
    people = [Contact(id=office.id(), name="A", account_id=account.id) for _ in range(MAX_CHANGES)]
    assert isinstance(author.push(*map(create, people)), Applied)
    for place, client in enumerate((author, other)):
        written = {f"x{number}": place for number in range(CELLS)}
        changes = [update("contact", person.id, **written) for person in people]
        assert isinstance(client.push(*changes), Applied)


def test_what_a_newer_version_put_into_a_value_is_bounded_too(office: Office) -> None:
    client = office.client(office.admin.user)
    money = {"amount": "1", "currency": "EUR"}
    pack = msgspec.msgpack.encode
    known = b"\x83" + pack(money)[1:] + pack("extra")
    for extra in (b"\x81\x80\x01", b"\x91" * 20 + b"\xc0", b"\x91" * 2_000 + b"\xc0"):
        price = {"name": raw("Water"), "price": Raw(known + extra)}
        verdict = client.push(Change("product", office.id(), price, create=True))
        assert isinstance(verdict, Rejected)
        assert verdict.field == "price"
    price = {"name": raw("Water"), "price": Raw(known + b"\x81\xa1x\x01")}
    assert isinstance(client.push(Change("product", office.id(), price, create=True)), Applied)


@pytest.mark.parametrize("fact", ["name", "action"])
def test_a_changeset_s_name_is_text(office: Office, fact: str) -> None:
    client = office.client(office.admin.user)
    with pytest.raises(Malformed):
        client.push(**{fact: "a\0b"})


def test_an_app_s_name_is_kept_as_far_as_it_is_text(office: Office) -> None:
    client = office.client(office.admin.user)
    office.clock.now_ms += 86_400_000
    assert client.hello(app="a\0b" * 100).number == 0
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(
            {"email": "a@b.example", "password": "x" * 10, "device": 1, "device_name": "a\0b"},
            SignIn,
        )
