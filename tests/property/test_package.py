"""Everything out of one workspace and into an empty one: the same records, whatever they hold."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.interchange import importer, package, packing
from client.replica import Replica
from sync_protocol.records import (
    Account,
    Contact,
    CustomField,
    CustomObject,
    Imported,
    Label,
    Line,
    ObjectType,
    Record,
    SalesOrder,
    entries,
    kind_of,
)
from sync_protocol.rules import custom
from tests.property.test_interchange import ACCOUNTS, CONTACTS, text
from tests.unit.client.test_customising import TAPS, VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync_protocol.records.custom import CustomType

REFERENCES = ("account_id", "contact_id", "parent_id")
CUSTOMERS = ("account", "contact")
EVERY_TYPE: list[CustomType] = list(VALUES)
draws = st.data()


class Company(NamedTuple):
    """What is put into a workspace: links are places in the lists, none or one too far is none."""

    types: list[str]
    fields: dict[str, list[CustomField]]
    records: list[tuple[Record, dict[str, int], list[str]]]


def names(most: int) -> st.SearchStrategy[list[str]]:
    """Several that are different whatever their case."""
    return st.lists(text(), max_size=most, unique_by=str.casefold)


@st.composite
def fields_of(draw: st.DrawFn, of: str) -> list[CustomField]:
    found = []
    for place, name in enumerate(draw(names(3))):
        type_ = draw(st.sampled_from(EVERY_TYPE))
        options = TAPS if type_ in custom.CHOICES else {}
        archived = draw(st.booleans())
        found.append(
            CustomField(
                id=f"{of}-{place}",
                name=name,
                of=of,
                type=type_,
                options=options,
                place=place,
                archived=archived,
            )
        )
    return found


@st.composite
def values_of(draw: st.DrawFn, fields: list[CustomField]) -> dict[str, Any]:
    filled = [field for field in fields if draw(st.booleans())]
    return {field.id: draw(VALUES[field.type]) for field in filled}


@st.composite
def companies(draw: st.DrawFn) -> Company:
    types = draw(names(3))
    of = [*CUSTOMERS, *(f"type-{place}" for place in range(len(types)))]
    fields = {name: draw(fields_of(name)) for name in of}
    links = st.dictionaries(st.sampled_from(REFERENCES), st.integers(0, 4))
    labels = st.lists(st.sampled_from(["Old", "Key account", "=1"]), max_size=2, unique=True)
    records: list[tuple[Record, dict[str, int], list[str]]] = []
    for name in of:
        for _ in range(draw(st.integers(0, 3))):
            record = draw(records_of(name, fields[name]))
            records.append((record, draw(links), draw(labels)))
    return Company(types, fields, records)


@st.composite
def records_of(draw: st.DrawFn, of: str, fields: list[CustomField]) -> Record:
    more = {"id": "", "custom": draw(values_of(fields))}
    if of in CUSTOMERS:
        made: Record = draw(ACCOUNTS if of == "account" else CONTACTS)
        fresh = {name: getattr(made, name) for name in kind_of(made).fields}
        return type(made)(**fresh | more)
    kept = st.lists(st.builds(Imported, text(), text(lines=True)), max_size=2)
    return CustomObject(
        name=draw(text()),
        type_id=of,
        about=draw(st.one_of(st.just(""), text(40, lines=True))),
        imported=draw(kept.map(lambda found: entries(*found))),
        **more,
    )


@given(companies())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_everything_exported_into_an_empty_workspace_is_the_same(company: Company) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(carry_over(company, Path(folder)))


async def carry_over(company: Company, folder: Path) -> None:
    here = await Replica.open(str(folder / "here.db"))
    there = await Replica.open(str(folder / "there.db"))
    async with here, there:
        fill(here, company)
        out = io.BytesIO()
        packed = await packing.pack(here, out)
        words = 3  # labels
        assert packed.records == len(company.records) + words
        plan = package.plan(there, package.read(out.getvalue(), packing.FILENAME))
        done = await importer.write(there, plan)
        assert done.problems == ()
        assert not [told for row in plan.rows() for told in row.problems if lost(told.message)]
        for struct in (ObjectType, CustomField):
            assert in_order(there, struct) == in_order(here, struct)
        assert Counter(map(repr, shown(there))) == Counter(map(repr, shown(here)))
        before = list(shown(here))
        again = await importer.write(here, package.plan(here, package.read(out.getvalue(), "x")))
        assert (again.known, again.rows) == (packed.records, packed.records)
        assert list(shown(here)) == before


def in_order(replica: Replica, struct: type[Record]) -> list[Record]:
    return sorted(replica.find(struct), key=lambda record: record.id)


def lost(message: str) -> bool:
    return "kept as an imported value" in message


def fill(replica: Replica, company: Company) -> None:
    with replica.changeset("Fill"):
        for name in ("Old", "Key account", "=1"):
            replica.create(Label(name=name))
        for place, name in enumerate(company.types):
            replica.create(ObjectType(id=f"type-{place}", name=name, archived=bool(place % 2)))
        for fields in company.fields.values():
            for field in fields:
                replica.create(field)
        made: dict[str, list[Record]] = {"account": [], "contact": []}
        for record, links, labels in company.records:
            found = {
                field: others[place].id
                for field, place in links.items()
                if field in kind_of(record).fields
                and place < len(others := made[field_of(field)])
            }  # fmt: skip
            kept = replica.create(record)
            if found:
                kept = replica.update(kept, **found)
            made.setdefault(kind_of(record).name, []).append(kept)
            for label in labels:
                replica.label(kept, label)


def field_of(reference: str) -> str:
    """The kind of record that a reference names."""
    return "contact" if reference == "contact_id" else "account"


def shown(replica: Replica) -> Iterator[tuple[Any, ...]]:
    """Every record by what it says, with what it belongs to and its labels."""
    for struct in (Account, Contact, CustomObject):
        for record in replica.find(struct):
            beneath = [
                said(
                    replica.get(Contact if name == "contact_id" else Account, getattr(record, name))
                )
                for name in REFERENCES
                if name in kind_of(record).fields
            ]
            yield said(record), beneath, [label.name for label in replica.labels_of(record.id)]


def said(record: Record | None) -> dict[str, Any]:
    if record is None:
        return {}
    found = {name: getattr(record, name) for name in kind_of(record).fields}
    imported: dict[str, Imported] = found["imported"]
    rest = {name: value for name, value in found.items() if name not in REFERENCES}
    custom = sorted(rest["custom"].items())
    return rest | {"imported": sorted(imported.values(), key=repr), "custom": custom}


MANY = st.builds(
    Line,
    text(),
    quantity=st.sampled_from(["1", "0.5", "1000"]),
    price=st.sampled_from(["0", "1.20", "-3"]),
    unit=st.one_of(st.just(""), text()),
)


@given(st.lists(st.lists(MANY, max_size=12), max_size=5), st.integers(200, 2_000))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_orders_of_any_lines_come_back_whatever_parts_their_tables_have(
    orders: list[list[Line]], largest: int
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(carry_lines(orders, largest, Path(folder)))


async def carry_lines(orders: list[list[Line]], largest: int, folder: Path) -> None:
    here = await Replica.open(str(folder / "here.db"))
    there = await Replica.open(str(folder / "there.db"))
    async with here, there:
        for place, lines in enumerate(orders):
            here.create(SalesOrder(at=place, number=f"A-{place}", lines=entries(*lines)))
        out = io.BytesIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(packing, "LARGEST_PART", largest)
            await packing.pack(here, out)
        for _ in range(2):
            plan = package.plan(there, package.read(out.getvalue(), packing.FILENAME))
            done = await importer.write(there, plan)
            assert done.problems == ()
        brought = there.find(SalesOrder, order_by="at")
        assert [x.lines for x in brought] == [entries(*lines) for lines in orders]
