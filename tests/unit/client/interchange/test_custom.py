"""Custom fields in files: out by their names, in again as they were."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.interchange.definitions import Definitions
from client.interchange.export_csv import export_csv
from client.interchange.export_vcard import export_vcard
from client.interchange.files import read
from client.interchange.planning import plan
from client.interchange.targets import Target
from sync_protocol.records import Account, Contact, CustomField, Option
from tests.unit.client.test_customising import TAPS, VALUES

if TYPE_CHECKING:
    from sync_protocol.records.custom import CustomType

HOURS = CustomField(id="hours", name="Opening hours", of="account")
TAP = CustomField(id="tap", name="Kind", of="account", type="choice", options={"1": Option("Keg")})
REACHED = CustomField(id="reached", name="Opening hours", of="contact")


def test_a_custom_column_is_named_and_told_in_words() -> None:
    adler = Account(name="Adler", custom={"hours": "7 to 9", "tap": "1"})
    headings, line = csv.reader(
        io.StringIO(export_csv([adler], {}, custom=[HOURS, TAP]).decode("utf-8-sig"))
    )
    told = dict(zip(headings, line, strict=True))
    assert (told["Custom: Opening hours"], told["Custom: Kind"]) == ("7 to 9", "Keg")


@pytest.mark.parametrize(
    ("heading", "value", "custom"),
    [
        ("Opening hours", "7 to 9", {"hours": "7 to 9"}),
        ("custom: opening hours", "7 to 9", {}),
        ("Custom: Kind", "keg", {"tap": "1"}),
        ("Custom: Kind", "Jug", {}),
        ("Custom: Gone", "yes", {}),
    ],
)
def test_a_column_fills_the_field_that_it_names_and_nothing_is_lost(
    heading: str, value: str, custom: dict[str, Any]
) -> None:
    source = read(f"Company,{heading}\nAdler,{value}\n".encode(), "x.csv")
    (row,) = plan(source, of="account", definitions=Definitions(custom=[HOURS, TAP])).rows()
    assert row.account is not None
    assert row.account.custom == custom
    kept = [imported.value for imported in row.account.imported.values()]
    assert kept == ([] if custom else [value])


def test_the_same_heading_is_another_field_for_contacts() -> None:
    source = read(b"First name,Last name,Opening hours\nAda,Byrne,mornings\n", "x.csv")
    (row,) = plan(source, definitions=Definitions(custom=[HOURS, REACHED])).rows()
    assert row.contact is not None
    assert row.contact.custom == {"reached": "mornings"}


def test_a_column_said_to_be_a_custom_field_that_there_is_not_is_kept_and_told() -> None:
    source = read(b"Company,Shoe size\nAdler,42\n", "x.csv")
    mapping = {"Company": Target("organisation"), "Shoe size": Target("custom")}
    (row,) = plan(source, mapping, of="account", definitions=Definitions(custom=[HOURS])).rows()
    assert [told.heading for told in row.problems] == ["Shoe size"]


CALLED = {"1": Option("Red; white"), "2": Option('5" glass'), "3": Option("=SUM(A1); b")}


@given(st.lists(st.sampled_from(tuple(CALLED)), unique=True, min_size=1))
def test_choices_with_semicolons_in_their_names_come_back_from_files(chosen: list[str]) -> None:
    field = CustomField(id="f", name="It", of="contact", type="choices", options=CALLED)
    ada = Contact(name="Ada Byrne", custom={"f": tuple(chosen)})
    for exported, file in (
        (export_csv([ada], {}, custom=[field]), "x.csv"),
        (export_vcard([ada], {}, custom=[field]), "x.vcf"),
    ):
        known = Definitions(custom=[field])
        (row,) = plan(read(exported, file), of="contact", definitions=known).rows()
        assert row.contact is not None
        assert row.contact.custom == {"f": tuple(chosen)}


typed_values = st.one_of([st.tuples(st.just(type_), values) for type_, values in VALUES.items()])


@given(typed_values)
def test_what_is_exported_is_read_back_whole(pair: tuple[CustomType, Any]) -> None:
    type_, value = pair
    options = TAPS if type_ in ("choice", "choices") else {}
    field = CustomField(id="f", name="It", of="contact", type=type_, options=options)
    ada = Contact(name="Ada Byrne", custom={"f": value})
    for exported, file in (
        (export_csv([ada], {}, custom=[field]), "x.csv"),
        (export_vcard([ada], {}, custom=[field]), "x.vcf"),
    ):
        (row,) = plan(
            read(exported, file), of="contact", definitions=Definitions(custom=[field])
        ).rows()
        assert row.contact is not None
        assert row.contact.custom == {"f": value}
        assert not row.contact.imported


def test_a_card_with_a_field_that_there_is_not_keeps_it_as_imported() -> None:
    field = CustomField(id="f", name="Shoe size", of="contact")
    card = export_vcard([Contact(name="Ada Byrne", custom={"f": "42"})], {}, custom=[field])
    (row,) = plan(read(card, "x.vcf"), of="contact").rows()
    assert row.contact is not None
    assert [(x.heading, x.value) for x in row.contact.imported.values()] == [("Shoe size", "42")]
