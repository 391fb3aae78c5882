from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.duplicates import likeness, words
from client.duplicates.sketch import draw, keys
from client.phones import normaliser
from sync_protocol.records import Account, Address, Contact, Email, Lead, Phone, entries

LOCAL = normaliser("DE")
NAMES = st.lists(st.text("abcdeimnrst", min_size=1, max_size=8), min_size=1, max_size=4).map(tuple)


def points(one: Account | Contact | Lead, two: Account | Contact | Lead) -> int:
    return likeness.compare(draw(one, LOCAL), draw(two, LOCAL)).points


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Josef Maier", "Maier, Sepp"),
        ("Dr. Ada Byrne", "ada byrne"),
        ("Jürgen Weiß", "Juergen Weiss"),
        ("Robert Smith", "Bob Smith"),
    ],
)
def test_one_persons_name_written_in_two_ways_is_the_same(one: str, two: str) -> None:
    assert words.alike(words.person(one), words.person(two)) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [("Thomas Meier", "Tomas Maier"), ("Anna Schmidt", "Anna Schmitt"), ("A. Byrne", "Ada Byrne")],
)
def test_a_misheard_name_is_similar(one: str, two: str) -> None:
    assert likeness.SIMILAR <= words.alike(words.person(one), words.person(two)) < 1


@pytest.mark.parametrize(
    ("one", "two"),
    [("Maria Huber", "Marion Huber"), ("Thomas Huber", "Peter Huber")],
)
def test_members_of_a_family_are_not_similar(one: str, two: str) -> None:
    assert words.alike(words.person(one), words.person(two)) < likeness.SIMILAR


def test_a_legal_form_and_a_gap_make_no_difference() -> None:
    one, two = (
        words.organisation("Bräustüberl Kronach"),
        words.organisation("Bräu Stüberl Kronach GmbH"),
    )
    assert words.alike(one, two) >= likeness.SIMILAR


def test_what_many_inns_are_called_does_not_make_two_alike() -> None:
    one, two = words.organisation("Gasthof Huber"), words.organisation("Gasthof Zeller")
    assert words.alike(one, two) < likeness.ALIKE


@given(NAMES, NAMES)
def test_likeness_of_names_is_between_0_and_1_and_the_same_from_both_sides(
    one: tuple[str, ...], two: tuple[str, ...]
) -> None:
    alike = words.alike(one, two)
    assert 0 <= alike <= 1
    assert alike == words.alike(two, one)
    assert words.alike(one, one) == 1


@pytest.mark.parametrize(
    "typed",
    ["09261 628000", "+49 9261 628000", "0049 (0)9261/628000", "09261-62 80 00", "9261628000"],
)
def test_a_phone_typed_any_way_leads_to_the_same_record(typed: str) -> None:
    held = Contact(name="Ada Byrne", phones=entries(Phone("+49 9261 628000")))
    new = Contact(name="", phones=entries(Phone(typed)))
    assert keys(draw(held, LOCAL)) & keys(draw(new, LOCAL))
    assert "same phone" in likeness.compare(draw(held, LOCAL), draw(new, LOCAL)).reasons


def test_the_reasons_are_said_in_words() -> None:
    one = Account(name="Zum Löwen", addresses=entries(Address(town="Hof")))
    two = Account(name="Zum Loewn", addresses=entries(Address(town="Hof")))
    found = likeness.compare(draw(one, LOCAL), draw(two, LOCAL))
    assert found.reasons == ("similar name", "same town")


def test_branches_of_a_chain_are_not_one_customer() -> None:
    one = Account(name="Biomarkt", website="bio.example", addresses=entries(Address(town="Hof")))
    two = Account(name="Biomarkt", website="bio.example", addresses=entries(Address(town="Ulm")))
    assert points(one, two) < likeness.PERHAPS


def test_colleagues_behind_one_switchboard_are_not_one_person() -> None:
    phone = entries(Phone("09261 62800"))
    one = Contact(name="Ada Byrne", phones=phone, account_id="a")
    two = Contact(name="Karl Zuse", phones=phone, account_id="a")
    assert points(one, two) < likeness.PERHAPS


def test_one_name_alone_is_worth_a_word_but_no_proposal() -> None:
    one, two = Contact(name="Ada Byrne"), Contact(name="Ada Byrne")
    assert likeness.PERHAPS <= points(one, two) < likeness.LIKELY


def test_a_lead_is_likened_to_a_contact_by_its_company() -> None:
    lead = Lead(
        name="Ada Byrne", company="Gasthof Adler GmbH", emails=entries(Email("a@b.example"))
    )
    contact = draw(Contact(name="Ada Byrne", account_id="x"), LOCAL, "Gasthof Adler")
    found = likeness.compare(draw(lead, LOCAL), contact)
    assert found.reasons == ("same name", "same company")


def test_two_birthdays_are_two_people() -> None:
    one = Contact(name="Ada Byrne", birthday="1980-01-01", account_id="a")
    two = Contact(name="Ada Byrne", birthday="1981-01-01", account_id="a")
    assert points(one, two) < likeness.LIKELY


PLACES = st.sampled_from(("", "Kronach", "Coburg"))
PEOPLE = st.builds(
    Contact,
    name=NAMES.map(" ".join),
    account_id=st.sampled_from(("", "adler", "loewe")),
    birthday=st.sampled_from((None, "1990-01-01", "1991-02-02")),
    addresses=PLACES.map(lambda town: entries(Address(town=town))),
    emails=st.sampled_from(("", "a@b.example")).map(lambda mail: entries(Email(mail))),
)
ACCOUNTS = st.builds(
    Account, name=NAMES.map(" ".join), addresses=PLACES.map(lambda t: entries(Address(town=t)))
)


@given(PEOPLE | ACCOUNTS, PEOPLE | ACCOUNTS)
def test_nobody_is_more_alike_than_they_could_be(
    one: Account | Contact, two: Account | Contact
) -> None:
    sketches = draw(one, None), draw(two, None)
    assert likeness.compare(*sketches).points <= likeness.most(*sketches)
