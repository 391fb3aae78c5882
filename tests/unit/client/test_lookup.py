"""The one search: what it finds, in which order, and what was only meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.store.lookup import MOST_RANKED, distance
from sync_protocol.records import Account, Address, Contact, Label, Phone, Task, entries
from sync_protocol.rules.conditions import fold

if TYPE_CHECKING:
    from client.replica import Replica

KINDS = ("account", "contact", "task")


def filled(replica: Replica) -> None:
    adler = replica.create(
        Account(
            name="Adler",
            addresses=entries(Address(town="Kronach")),
            phones=entries(Phone("+49 9261 62800")),
        )
    )
    replica.create(Account(name="Adlerhof", about="Serves Huber beer"))
    replica.create(Account(name="Gasthof zum Adler"))
    ada = replica.create(Contact(name="Ada Huber", account_id=adler.id))
    replica.create(Contact(name="Ben M\u00fcller", account_id=adler.id))
    replica.create(Task(title="Call Huber"))
    replica.create(Label(name="Prospect"))
    replica.label(ada, "Prospect")
    while replica.index_some():
        pass


def found(replica: Replica, typed: str) -> list[str]:
    return [hit.title for hit in replica.look_up(typed, KINDS)]


def test_the_very_name_comes_first_then_its_beginning_then_words_of_it(replica: Replica) -> None:
    filled(replica)
    assert found(replica, "adler")[:3] == ["Adler", "Adlerhof", "Gasthof zum Adler"]


def test_names_come_first_however_much_else_holds_what_was_typed(replica: Replica) -> None:
    with replica.changeset("Import"):
        for place in range(MOST_RANKED - 1):
            replica.create(Account(name=f"Inn {place}", about="Serves Adler beer"))
    with replica.changeset("Import"):
        for place in range(2):
            replica.create(Account(name=f"Bar {place}", about="Serves Adler beer"))
        replica.create(Account(name="adlerhof"))
        replica.create(Account(name="Adler"))
    while replica.index_some():
        pass
    assert found(replica, "Adl")[:2] == ["Adler", "adlerhof"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text("aB \u00e4", min_size=1, max_size=5), max_size=12))
@pytest.mark.parametrize("typed", ["a", "ab", "a b", "A "])
def test_what_begins_as_typed_comes_before_all_else(
    replica: Replica, names: list[str], typed: str
) -> None:
    with replica.changeset("Anew"):
        for account in replica.find(Account):
            replica.delete(account)
        for name in names:
            replica.create(Account(name=name))
    while replica.index_some():
        pass
    begin = sorted(name for name in map(fold, names) if name.startswith(typed.lower().strip()))
    few = [fold(title) for title in found(replica, typed)]
    assert few[: len(begin)] == begin[:5]


def test_better_groups_come_first(replica: Replica) -> None:
    filled(replica)
    assert found(replica, "ada huber")[0] == "Ada Huber"
    assert found(replica, "huber")[0] in ("Ada Huber", "Call Huber")
    assert found(replica, "huber")[-1] == "Adlerhof"


@pytest.mark.parametrize("typed", ["hubre", "hubbr", "uhber", "Hubr", "hubeer", "mullre"])
def test_a_word_is_found_that_was_only_meant(replica: Replica, typed: str) -> None:
    filled(replica)
    expected = "Ben M\u00fcller" if typed == "mullre" else "Ada Huber"
    assert expected in found(replica, typed)


def test_what_is_right_is_not_mixed_with_what_may_have_been_meant(replica: Replica) -> None:
    filled(replica)
    replica.create(Contact(name="Hubert Koch"))
    while replica.index_some():
        pass
    assert "Ada Huber" not in found(replica, "hubert")


@pytest.mark.parametrize("typed", ["0049 9261-62", "09261 62", "926162800", "+49 (0)9261"])
def test_phones_are_found_in_any_form(replica: Replica, typed: str) -> None:
    filled(replica)
    assert found(replica, typed) == ["Adler"]


def test_towns_and_labels_find_their_records(replica: Replica) -> None:
    filled(replica)
    assert "Adler" in found(replica, "kronach")
    assert found(replica, "prospect") == ["Ada Huber"]
    assert found(replica, "huber prospect") == ["Ada Huber"]


def test_words_of_an_account_find_what_belongs_to_it(replica: Replica) -> None:
    filled(replica)
    assert found(replica, "adler kronach") == ["Adler", "Ada Huber", "Ben M\u00fcller"]
    assert found(replica, "huber kronach") == ["Ada Huber"]


def test_what_is_deleted_is_not_found(replica: Replica) -> None:
    filled(replica)
    (ada,) = replica.find(Contact, name="Ada Huber")
    replica.delete(ada)
    assert "Ada Huber" not in found(replica, "ada")


@pytest.mark.parametrize("typed", ["", "  ", "'", '"', "a AND", "NEAR(", "*", "%", "col:on"])
def test_signs_of_the_index_are_only_letters(replica: Replica, typed: str) -> None:
    filled(replica)
    assert isinstance(found(replica, typed), list)


LETTERS = st.text("abc", min_size=4, max_size=8)


@given(LETTERS, st.integers(0, 7), st.sampled_from("abcx"))
def test_one_wrong_letter_is_one_away(word: str, place: int, letter: str) -> None:
    place %= len(word)
    changed = word[:place] + letter + word[place + 1 :]
    assert distance(changed, word, 2) <= 1
    assert distance(word[:place] + word[place + 1 :], word, 2) <= 1
    assert distance(word[:place] + letter + word[place:], word, 2) <= 1


@given(LETTERS, st.integers(0, 6))
def test_swapped_letters_count_once_and_beginnings_not_at_all(word: str, place: int) -> None:
    place %= len(word) - 1
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert distance(swapped, word, 2) <= 1
    assert distance(word[:place], word, 2) == 0
