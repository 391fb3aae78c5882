from __future__ import annotations

from pathlib import Path

import pytest

from client.interchange.files import read
from client.interchange.planning import Plan, PlannedRow, plan
from client.interchange.problems import Problem
from client.interchange.targets import SKIP, Target
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Email,
    Imported,
    Phone,
    Position,
    entries,
)

FIXTURES = Path(__file__).parents[3] / "fixtures" / "interchange"


def of_file(name: str, region: str = "DE") -> list[PlannedRow]:
    return list(plan(read((FIXTURES / name).read_bytes(), name), region=region).rows())


def of_text(text: str, filename: str = "x.csv", **options: object) -> Plan:
    return plan(read(text.encode(), filename), **options)  # type: ignore[arg-type]


def row(text: str, **options: object) -> PlannedRow:
    (only,) = of_text(text, **options).rows()
    return only


def test_a_brewery_becomes_an_account() -> None:
    first, second, *_ = of_file("breweries.csv")
    assert first.account == Account(
        name="Hausbrauerei Löwen",
        industry="brewpub",
        website="http://www.loewen.example",
        phones=entries(Phone("+49 9261 9999801")),
        addresses=entries(
            Address(
                "Marktplatz 1", "96317", "Kronach", "Bayern", "Germany",
                position=Position(50.241246, 11.327765),
            )
        ),
        imported=entries(Imported("id", "b-1")),
    )  # fmt: skip
    assert first.contact is None
    assert second.account is not None
    assert second.account.addresses["1"].street == "Unit 5\nMill Road\nOld Town"
    assert second.e164 == {"353985550001": "+353985550001"}


def test_a_number_mangled_by_a_spreadsheet_is_kept_as_typed_and_told() -> None:
    lost = of_file("breweries.csv")[2]
    assert lost.account is not None
    assert lost.account.phones == entries(Phone("3.53215E+11"))
    assert lost.e164 == {}
    assert lost.problems == (
        Problem(4, "phone", "3.53215E+11 was mangled by a spreadsheet: its last digits are lost."),
    )


def test_half_a_position_and_an_impossible_one_are_kept_as_they_were() -> None:
    nowhere = of_file("breweries.csv")[3]
    assert nowhere.account is not None
    assert nowhere.account.addresses == entries(Address(country="Ireland"))
    assert Imported("longitude", "999") in nowhere.account.imported.values()
    assert Imported("latitude", "53.8") in nowhere.account.imported.values()
    assert [p.heading for p in nowhere.problems] == ["phone", "longitude", "latitude"]


def test_googles_person_becomes_a_contact_of_an_account() -> None:
    hanna, kern = of_file("google.csv")
    assert hanna.account == Account(name="Gasthof Obermeier")
    assert hanna.contact == Contact(
        name="Dr. Hanna Marie Obermeier",
        given_name="Hanna",
        family_name="Obermeier",
        title="Landlady",
        birthday="1979-05-12",
        about="Prefers mornings.\nClosed on Mondays.",
        website="https://www.obermeier.example",
        phones=entries(
            Phone("+49 176 04061234", "mobile"),
            Phone("08031 99998123", "work"),
            Phone("08031 99998124", "work"),
        ),
        emails=entries(Email("hanna@obermeier.example", "work"), Email("hm@post.example", "home")),
        addresses=entries(
            Address(
                "Marktplatz 3\nRear building", "83022", "Rosenheim", "Bayern", "Germany", "Work"
            )
        ),
        imported=entries(
            Imported("Nickname", "Hanni"), Imported("Organization Department", "Kitchen")
        ),
    )
    assert hanna.labels == ("Regulars", "Beer garden")
    assert (kern.account, kern.contact) == (Account(name="Weinstube Kern"), None)


def test_outlooks_addresses_and_empty_dates_are_read() -> None:
    (peter,) = of_file("outlook.csv")
    assert peter.contact is not None
    assert peter.contact.name == "Mr. Peter Kübler"
    assert peter.contact.birthday is None
    assert [a.kind for a in peter.contact.addresses.values()] == ["work", "home"]
    assert peter.contact.addresses["1"].street == "Uferweg 7\n2nd floor"
    assert [p.kind for p in peter.contact.phones.values()] == [
        "work fax", "work", "work", "home", "mobile",
    ]  # fmt: skip
    assert peter.labels == ("VIP", "Hotel")
    assert peter.problems == ()


def test_contacts_of_one_organisation_share_its_account() -> None:
    aoife, cian = of_file("salesforce.csv")
    assert aoife.account == Account(name="Byrne's Bar")
    assert cian.account is None
    assert aoife.account_key == cian.account_key == "byrne's bar"
    assert aoife.contact is not None
    assert aoife.contact.birthday == "1985-12-24"
    assert aoife.e164 == {"353985550000": "+353985550000", "353861230000": "+353861230000"}
    assert aoife.references == {"owner_id": "Ada King"}


def test_customers_of_one_name_stay_two() -> None:
    made = list(of_text("name,town\nHirsch,Ulm\nHirsch,Hof\n").rows())
    assert [r.account and r.account.addresses["1"].town for r in made] == ["Ulm", "Hof"]


def test_a_hubspot_company_keeps_what_has_no_field() -> None:
    (cafe,) = of_file("hubspot.csv")
    assert cafe.account is not None
    assert cafe.account.addresses["1"].street == "Lindenstraße 8\nBack yard"
    assert {v.heading for v in cafe.account.imported.values()} == {
        "Record ID", "Company Domain Name", "Lifecycle Stage",
    }  # fmt: skip
    assert cafe.references == {"owner_id": "Florian Röder"}


def test_pipedrives_one_line_address_is_a_street() -> None:
    (elif_,) = of_file("pipedrive.csv")
    assert elif_.contact is not None
    assert elif_.contact.addresses == entries(Address("Hauptstraße 5, 70173 Stuttgart, Germany"))
    assert elif_.labels == ("Hot lead", "Organic")


def test_cards_become_contacts_with_photo_and_labels() -> None:
    jan, nameless = of_file("android.vcf")
    assert jan.contact is not None
    assert jan.photo is not None
    assert jan.labels == ("Regulars", "Wholesale")
    assert nameless.contact is not None
    assert nameless.contact.name == "nameless@post.example"


def test_a_company_card_becomes_an_account() -> None:
    carolin, kern = of_file("iphone.vcf")
    assert carolin.account == Account(name="Parkhotel Ulm")
    assert carolin.contact is not None
    assert carolin.contact.birthday == "--02-29"
    assert Imported("Middle name", "Maria,Anna") in carolin.contact.imported.values()
    assert kern.contact is None
    assert kern.account == Account(
        name="Brauerei Kern", phones=entries(Phone("0951 99998050", "main"))
    )


def test_the_position_of_a_card_belongs_to_its_address() -> None:
    (simone,) = of_file("rfc6350.vcf")
    assert simone.contact is not None
    (address,) = simone.contact.addresses.values()
    assert address.position == Position(46.772673, -71.282945)
    assert address.kind == "work"
    assert simone.contact.birthday == "--02-03"
    assert simone.e164 == {"+1-418-555-0154 ext. 102": "+14185550154"}


def test_a_person_beside_a_customer_is_their_contact() -> None:
    made = row("Company,Contact name,Phone\nHirsch,Ada King,0731 12345\n", of="account")
    assert made.account is not None
    assert made.account.phones == entries(Phone("0731 12345"))
    assert made.contact == Contact(name="Ada King")
    assert made.account_key == ""


def test_coordinates_in_columns_of_their_own_belong_to_the_one_address() -> None:
    made = row("Company,Business City,Latitude,Longitude\nA,Ulm,48.4,9.9\n")
    assert made.account is not None
    assert made.account.addresses == entries(
        Address(town="Ulm", kind="work", position=Position(48.4, 9.9))
    )


def test_a_row_that_names_nobody_is_left_out_and_told() -> None:
    made = of_text("name,town\n,Ulm\n").summary()
    assert (made.rows, made.accounts, made.left_out) == (1, 0, 1)
    assert made.problems == (Problem(2, "", "This row names nobody and is left out."),)


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("E-mail", "ask them", "“ask them” is no e-mail address; it is kept as an imported value."),
        ("Birthday", "soon",
         "“soon” is no date that could be read; it is kept as an imported value."),
        ("Phone", "call me", "“call me” cannot be dialled as it stands."),
        ("City", "x" * 201,
         "This is longer than 200 characters; the whole is kept as imported."),
        ("Label", "x" * 61, f"The label “{'x' * 60}…” was shortened."),
        ("Phone", "1" * 61,
         f"“{'1' * 60}…” is too long for a phone number; it is kept as an imported value."),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_in_a_sentence(
    heading: str, value: str, message: str
) -> None:
    made = row(f"First name,{heading}\nAda,{value}\n")
    assert made.problems == (Problem(2, heading, message),)
    assert made.contact is not None


def test_a_value_that_does_not_fit_is_kept_whole() -> None:
    made = row("name,city\nA," + "x" * 201 + "\n")
    assert made.account is not None
    assert made.account.addresses["1"].town == "x" * 200
    assert made.account.imported == entries(Imported("city", "x" * 201))


def test_long_texts_are_kept_in_pieces_within_bounds() -> None:
    made = row("name,notes,other,huge\nA," + f"{'n' * 25_000},{'o' * 50_000},{'h' * 190_000}\n")
    assert made.account is not None
    assert made.account.about == "n" * 20_000
    assert [len(v.value) for v in made.account.imported.values()] == [20_000, 20_000, 10_000, 5_000]
    assert [p.heading for p in made.problems] == ["huge"]


def test_a_second_value_of_one_field_is_kept() -> None:
    made = row("name,website,url\nA,a.example,b.example\n")
    assert made.account is not None
    assert made.account.website == "a.example"
    assert made.account.imported == entries(Imported("url", "b.example"))
    same = row("name,website,url\nA,a.example,a.example\n")
    assert same.account is not None
    assert same.account.imported == {}


def test_a_person_may_be_mapped_by_hand() -> None:
    made = row(
        "who,what,secret\nAda,Director,x\n",
        mapping={"who": Target("name"), "what": Target("title"), "secret": SKIP},
        of="contact",
    )
    assert made.contact == Contact(name="Ada", title="Director")


def test_columns_that_nobody_mapped_are_kept() -> None:
    made = row("name,colour\nA,green\n", mapping={"name": Target("name")})
    assert made.account is not None
    assert made.account.imported == entries(Imported("colour", "green"))


def test_a_plan_counts_and_tells_the_first_problems() -> None:
    text = "First name,Company,Labels,Email\n" + "".join(
        f"Ada,Acme,VIP,none {row}\n" for row in range(600)
    )
    summary = of_text(text).summary()
    assert (summary.rows, summary.accounts, summary.contacts) == (600, 1, 600)
    assert summary.labels == {"VIP": 600}
    assert summary.problem_count == 600
    assert len(summary.problems) == 500


def test_what_is_true_of_many_rows_is_said_once_with_their_number() -> None:
    summary = of_text("Company,Email\n" + "Acme,none\n" * 12 + "Post,other\n").summary()
    assert [(told.line, told.rows) for told in summary.problems] == [(2, 12), (14, 1)]
    assert summary.problems[0].said.startswith("Line 2 and 11 more, Email: ")


def test_every_pass_over_a_plan_is_the_same() -> None:
    made = plan(read((FIXTURES / "salesforce.csv").read_bytes(), "salesforce.csv"))
    assert list(made.rows()) == list(made.rows())
