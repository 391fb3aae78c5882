from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from client.interchange.export_csv import export_csv
from client.interchange.export_vcard import export_vcard
from client.interchange.files import read
from client.interchange.planning import PlannedRow, plan
from client.interchange.sources import UnreadableFile
from client.interchange.targets import FIELDS, Target
from sync_protocol.changes import Change
from sync_protocol.records import (
    CHANNELS,
    Account,
    Address,
    Contact,
    Email,
    Imported,
    Label,
    Need,
    Phone,
    Position,
    Record,
    Social,
    entries,
    kind_of,
)
from sync_protocol.records.accounts import ChannelChoice
from sync_protocol.records.cells import of_new
from sync_protocol.rules import validity

NASTY = st.sampled_from(list("=+-@'\"\\;,:\n|^&<>äß漢🍺\u2028\u00a0") + list("abcXYZ019 ."))


def text(max_size: int = 12, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Texts as people leave them: not empty, no blanks around, signs of all formats within."""
    letters = NASTY if lines else NASTY.filter(lambda c: c not in "\n\u2028")
    return st.text(letters, min_size=1, max_size=max_size).map(str.strip).filter(bool)


MAYBE = st.one_of(st.just(""), text())
KINDS = st.one_of(st.sampled_from(["", "work", "home", "mobile", "work fax", "pager"]), text(8))
NUMBERS = st.text("+0123456789 ()/-", min_size=1, max_size=20).map(str.strip).filter(bool)
ADDRESSES = st.builds(
    Address,
    street=st.one_of(st.just(""), text(lines=True)),
    postal_code=MAYBE,
    town=MAYBE,
    region=MAYBE,
    country=MAYBE,
    kind=KINDS,
    position=st.none()
    | st.builds(
        Position,
        st.floats(-90, 90),
        st.floats(-180, 180),
        st.none() | st.floats(0, 1e6),
        st.none() | st.integers(0, 1 << 40),
    ),
).filter(lambda address: address != Address(kind=address.kind))
MAILBOXES = st.from_regex(r"[a-z0-9+._-]{1,8}@[a-z]{1,8}\.example", fullmatch=True)


def distinct(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Entries; one that is there twice is a mistake that an import mends."""
    return st.lists(values, max_size=3, unique=True).map(lambda found: entries(*found))


SHARED = {
    "id": st.just("r"),
    "name": text(),
    "phones": distinct(st.builds(Phone, NUMBERS, KINDS)),
    "emails": distinct(st.builds(Email, MAILBOXES, KINDS)),
    "addresses": st.lists(ADDRESSES, max_size=3).map(lambda found: entries(*found)),
    "website": MAYBE,
    "about": st.one_of(st.just(""), text(40, lines=True)),
    "source": MAYBE,
    "imported": st.lists(st.builds(Imported, text(), text(lines=True)), max_size=3).map(
        lambda found: entries(*found)
    ),
}
ACCOUNTS = st.builds(
    Account, **SHARED, kind=st.sampled_from(["company", "household", "institution"]), industry=MAYBE
)
CONTACTS = st.builds(
    Contact,
    **SHARED,
    given_name=MAYBE,
    family_name=MAYBE,
    title=MAYBE,
    birthday=st.none() | st.dates().map(str) | st.just("--02-29"),
)
NAMES_OF_LABELS = st.lists(text(20), max_size=3, unique=True)


@pytest.mark.parametrize("form", ["csv", "vcf"])
@pytest.mark.parametrize("records", [ACCOUNTS, CONTACTS], ids=["accounts", "contacts"])
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_an_export_gives_the_same_records_back(
    records: st.SearchStrategy[Account | Contact], form: str, data: st.DataObject
) -> None:
    record, labels = data.draw(records), data.draw(NAMES_OF_LABELS)
    export = export_csv if form == "csv" else export_vcard
    of = kind_of(record).name
    exported = export([record], {"r": labels})
    (row,) = plan(read(exported, f"x.{form}"), of=of).rows()
    found = row.contact or row.account
    assert found is not None
    assert without_order(found) == without_order(record)
    assert list(row.labels) == labels


SOCIALS = st.builds(Social, text(), MAYBE)
NEEDS = st.builds(Need, text(lines=True), MAYBE)
CHOICES = st.dictionaries(
    st.sampled_from(CHANNELS), st.sampled_from(["preferred", "allowed", "blocked"])
)


@given(ACCOUNTS | CONTACTS, distinct(SOCIALS), distinct(NEEDS), CHOICES)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_table_gives_profiles_needs_and_channels_back(
    record: Account | Contact,
    socials: dict[str, Social],
    needs: dict[str, Need],
    channels: dict[str, ChannelChoice],
) -> None:
    full = structs.replace(record, socials=socials, needs=needs, channels=channels)
    of = kind_of(record).name
    (row,) = plan(read(export_csv([full], {}), "x.csv"), of=of).rows()
    found = row.contact or row.account
    assert found is not None
    assert without_order(found) == without_order(full)


def without_order(record: Account | Contact) -> dict[str, object]:
    """Fields by name; imported values that share a heading share a column."""
    fields = {name: getattr(record, name) for name in kind_of(record).fields}
    return fields | {"imported": sorted(record.imported.values(), key=repr)}


ANY_CELL = st.one_of(
    st.text(max_size=30),
    text(),
    st.sampled_from(
        ["3.5E+11", "a@b", "+49 731 1", "12.5.1979", "48,1", "999", "Germany", "x" * 300]
    ),
)


@given(st.lists(st.lists(ANY_CELL, max_size=6), max_size=5), st.data())
def test_whatever_a_table_holds_the_planned_records_are_valid(
    rows: list[list[str]], data: st.DataObject
) -> None:
    lines = ["a,b,c,d,e,f", *(",".join(map(quoted, row)) for row in rows)]
    with suppress(UnreadableFile):
        source = read("\n".join(lines).encode("utf-8", "replace"), "x.csv")
        target = st.sampled_from(FIELDS).map(Target)
        mapping = {column.key: data.draw(target) for column in source.columns}
        of = data.draw(st.sampled_from(["account", "contact"]))
        for row in plan(source, mapping, of, "DE").rows():
            assert_valid(row)


PROPERTIES = st.sampled_from([
    "FN", "N", "ORG", "TEL;CELL", "EMAIL", "ADR;TYPE=work", "BDAY", "GEO", "CATEGORIES", "PHOTO",
    "item1.TEL", "item1.X-ABLabel", "NOTE;ENCODING=QUOTED-PRINTABLE", "X-ABShowAs", "URL",
    "X-FIELDBOOK-KIND", "X-FIELDBOOK-OWNER", "PHOTO;ENCODING=b",
])  # fmt: skip


@given(st.lists(st.tuples(PROPERTIES, ANY_CELL), max_size=8))
def test_whatever_a_card_holds_the_planned_records_are_valid(lines: list[tuple[str, str]]) -> None:
    body = "\n".join(f"{name}:{value}" for name, value in lines)
    with suppress(UnreadableFile):
        source = read(f"BEGIN:VCARD\n{body}\nEND:VCARD\n".encode("utf-8", "replace"), "x.vcf")
        for row in plan(source, region="DE").rows():
            assert_valid(row)


@given(st.binary(max_size=300), st.sampled_from([b"", b"BEGIN:VCARD\n"]))
def test_any_bytes_are_a_source_or_unreadable(noise: bytes, start: bytes) -> None:
    with suppress(UnreadableFile):
        source = read(start + noise, "x")
        assert len(list(source.rows())) == source.row_count
        for row in plan(source).rows():
            assert_valid(row)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def assert_valid(row: PlannedRow) -> None:
    labels: list[Record] = [Label(name=name) for name in row.labels]
    for record in filter(None, [row.account, row.contact, *labels]):
        change = Change(kind_of(record).name, "r", of_new(record), create=True)
        assert validity.check(kind_of(record), change) is None
