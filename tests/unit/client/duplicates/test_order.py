"""The pairs found are a matter of what is here, not of who came first."""

from __future__ import annotations

import asyncio
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from client.replica import Replica
from client.store import likenesses
from sync_protocol.records import Contact, Email, Phone, entries
from tests.unit.client.duplicates.test_finding import german, index

NAMES = ("Ada Byrne", "Ada Birne", "Byrne, Ada", "Karl Zuse", "Carl Zuse", "Grace Hopper")
MAILS = ({}, entries(Email("ada@adler.example")), entries(Email("karl@adler.example")))
PHONES = ({}, entries(Phone("09261 62800")), entries(Phone("+49 9261 62800")))
PEOPLE = st.lists(
    st.builds(
        Contact,
        name=st.sampled_from(NAMES),
        emails=st.sampled_from(MAILS),
        phones=st.sampled_from(PHONES),
        account_id=st.sampled_from(("", "adler", "loewe")),
    ),
    min_size=2,
    max_size=8,
)


async def pairs(people: list[Contact], order: list[int], pauses: set[int]) -> set[tuple[str, ...]]:
    """Who is likely who where people arrive in an order and are compared whenever there is time."""
    async with await Replica.open(":memory:") as replica:
        german(replica)
        for place in order:
            replica.create(msgspec.structs.replace(people[place], id=f"{place:08}"))
            if place in pauses:
                index(replica)
        index(replica)
        return {(pair.one, pair.two, str(pair.points)) for pair in replica.twins()}


@settings(max_examples=25, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_pairs_are_the_same_in_whatever_order_people_arrive(
    people: list[Contact], random: Random
) -> None:
    order = list(range(len(people)))
    before = asyncio.run(pairs(people, order, set()))
    random.shuffle(order)
    pauses = {place for place in order if random.random() < 0.5}
    assert asyncio.run(pairs(people, order, pauses)) == before


def crowd(replica: Replica) -> None:
    with replica.changeset("Import"):
        for _ in range(likenesses.COMMON + 5):
            replica.create(Contact(name="Anna Huber"))


def test_what_too_many_share_leads_to_nobody_but_what_few_share_does(replica: Replica) -> None:
    crowd(replica)
    mail = entries(Email("anna@adler.example"))
    one, two = (replica.create(Contact(name="Anna Huber", emails=mail)) for _ in range(2))
    index(replica)
    assert [{pair.one, pair.two} for pair in replica.twins()] == [{one.id, two.id}]


def test_who_types_no_more_than_a_common_name_is_told_of_some(replica: Replica) -> None:
    crowd(replica)
    assert len(replica.similar(Contact(name="Anna Huber"))) == 5
