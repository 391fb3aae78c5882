from __future__ import annotations

from pathlib import Path

import pytest

from client.interchange.export_csv import heading_of
from client.interchange.files import read
from client.interchange.mapping import guess_mapping, guess_of
from client.interchange.targets import FIELDS, IMPORTED, Target
from sync_protocol.records import Account, Contact, kind_of

FIXTURES = Path(__file__).parents[3] / "fixtures" / "interchange"


def guessed(*headings: str) -> dict[str, Target]:
    source = read(("\t".join(headings) + "\n").encode(), "x.csv")
    return guess_mapping(source)


def of_file(name: str) -> tuple[dict[str, Target], str]:
    source = read((FIXTURES / name).read_bytes(), name)
    mapping = guess_mapping(source)
    return mapping, guess_of(source, mapping)


@pytest.mark.parametrize(
    ("name", "kind", "unknown"),
    [
        ("google.csv", "contact",
         {"Phonetic First Name", "Nickname", "File As", "Organization Department", "Photo"}),
        ("outlook.csv", "contact", {"Department"}),
        ("hubspot.csv", "account", {"Record ID", "Company Domain Name", "Lifecycle Stage"}),
        ("salesforce.csv", "contact", set()),
        ("pipedrive.csv", "contact", set()),
        ("breweries.csv", "account", {"id"}),
        ("android.vcf", "contact", set()),
    ],
)  # fmt: skip
def test_exports_of_other_programs_are_recognised(name: str, kind: str, unknown: set[str]) -> None:
    mapping, guess = of_file(name)
    assert guess == kind
    assert {key for key, target in mapping.items() if target == IMPORTED} == unknown
    assert {target.field for target in mapping.values()} <= set(FIELDS)


def test_a_number_within_groups_and_a_number_at_the_end_counts_lines() -> None:
    assert guessed("Address 1 - Street", "Business Street 2", "address_3") == {
        "Address 1 - Street": Target("street", "1"),
        "Business Street 2": Target("street", "work", "work", 2),
        "address_3": Target("street", "", "", 3),
    }


def test_what_kind_a_phone_is_stands_in_its_heading_or_beside_it() -> None:
    assert guessed("Mobile Phone", "Business Fax", "Phone 2 - Label", "Phone 2 - Value") == {
        "Mobile Phone": Target("phone", "", "mobile"),
        "Business Fax": Target("phone", "work", "work fax"),
        "Phone 2 - Label": Target("phone_kind", "2"),
        "Phone 2 - Value": Target("phone", "2"),
    }


def test_beside_a_job_title_a_title_is_how_one_is_addressed() -> None:
    mapping = guessed("Title", "First Name", "Job Title")
    assert mapping["Title"] == Target("prefix")
    assert mapping["Job Title"] == Target("title")
    assert guessed("Title", "First Name")["Title"] == Target("title")


def test_german_headings_are_known() -> None:
    mapping = guessed("Vorname", "Nachname", "Firma", "Straße geschäftlich", "PLZ", "Ort", "Handy")
    assert [target.field for target in mapping.values()] == [
        "given_name", "family_name", "organisation", "street", "postal_code", "town", "phone",
    ]  # fmt: skip


@pytest.mark.parametrize("struct", [Account, Contact])
def test_every_field_that_is_exported_is_recognised_again(struct: type[Account | Contact]) -> None:
    for field in kind_of(struct).fields.values():
        if field.entry is None and field.name not in ("deleted", "photo"):
            assert guessed(heading_of(field))[heading_of(field)] != IMPORTED
