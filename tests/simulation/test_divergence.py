"""A replica that came to hold something else than the server finds out, and puts itself right."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from client.errors import DeletionsHeld
from client.store import recount, tables
from server.store.tables import device
from sync_protocol import codec, digest
from sync_protocol.changes import State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Audit, Hello, Snapshot
from sync_protocol.records import Account, Contact, Label, Territory, kind_of
from tests.simulation.world import Phone, World, recorded, same

pytestmark = pytest.mark.everywhere


def filled(world: World, count: int = 60) -> Phone:
    world.office.add(
        *(
            Contact(id=world.office.id(), name=f"C{place}", account_id=world.shop.id)
            for place in range(count)
        )
    )
    rita = world.phone(world.rita)
    rita.sync()
    world.wait(recount.EVERY_MS)  # it has just looked through its rows
    return rita


def asked(phone: Phone) -> list[type]:
    """The requests of the next round."""
    seen: list[type] = []
    carry = phone.link._carry

    async def listen(request: object) -> object:
        seen.append(type(request))
        return await carry(request)

    phone.link._carry = listen  # type: ignore[method-assign]
    phone.sync()
    phone.link._carry = carry  # type: ignore[method-assign]
    return seen


def damage(phone: Phone, name: str, **values: object) -> None:
    """Change a row behind everybody's back."""
    table = tables.of(kind_of(Contact))
    with phone.replica._database.transaction() as connection:
        connection.execute(update(table).where(table.c.name == name).values(values))


def test_a_round_with_nothing_to_do_is_one_small_request(world: World) -> None:
    rita = filled(world)
    assert asked(rita) == [Hello]
    answer = rita.link.traffic[-1]
    hello = Hello(rita.replica.device, scopes="x" * 24, digest=1 << 61)
    assert len(codec.encode(hello)) + len(codec.encode(answer)) < 500


def test_a_damaged_row_is_found_and_only_its_group_fetched_again(world: World) -> None:
    rita = filled(world)
    damage(rita, "C7", title="Not what the server says")
    assert asked(rita) == [Hello, Hello, Audit, Snapshot]
    assert rita.replica.find(Contact, title="Not what the server says") == []
    assert len(rita.link.traffic[-1].states) < 5
    assert asked(rita) == [Hello]
    same(world)


def test_the_server_knows_which_device_had_diverged(world: World) -> None:
    rita = filled(world)
    damage(rita, "C7", title="Not what the server says")
    rita.sync()
    with world.office.store.read() as connection:
        noted = connection.execute(
            select(device.c.diverged_ms).where(device.c.id == rita.replica.device)
        ).scalar_one()
    assert noted == world.office.clock.now_ms


def test_a_record_that_is_missing_comes_back_and_one_too_many_goes(world: World) -> None:
    rita = filled(world)
    table = tables.of(kind_of(Contact))
    extra = rita.replica.find(Contact, name="C1")[0]
    with rita.replica._database.transaction() as connection:
        connection.execute(delete(table).where(table.c.name == "C2"))
        row = connection.execute(select(table).where(table.c.id == extra.id)).mappings().one()
        values = {name: value for name, value in row.items() if name != "row"}
        connection.execute(insert(table).values(values | {"id": world.office.id()}))
    rita.sync()
    names = sorted(contact.name for contact in rita.replica.find(Contact))
    assert names == sorted(f"C{place}" for place in range(60))
    same(world)


def test_an_unsent_edit_survives_the_repair_beneath_it(world: World) -> None:
    rita = filled(world)
    damage(rita, "C7", title="Wrong")
    hello = rita.link.hello

    async def edit_meanwhile(request: Hello) -> object:
        answer = await hello(request)
        contact = rita.replica.find(Contact, name="C7")[0]
        rita.replica.update(contact, website="https://seven.example")
        rita.link.hello = hello  # type: ignore[method-assign]
        return answer

    rita.link.hello = edit_meanwhile  # type: ignore[method-assign]
    rita.sync()
    world.settle()
    seven = rita.replica.find(Contact, name="C7")[0]
    assert (seven.title, seven.website) == ("", "https://seven.example")
    same(world)


def test_the_kept_digest_is_the_sum_over_the_rows(world: World) -> None:
    rita, olga = filled(world), world.phone(world.olga)
    world.settle()
    for place, phone in enumerate((rita, olga, rita)):
        contact = phone.replica.find(Contact, name=f"C{place}")[0]
        phone.replica.update(contact, title="Buyer")
        phone.replica.label(contact, "Customer")
        phone.replica.delete(phone.replica.find(Contact, name=f"C{place + 10}")[0])
    world.settle()
    for phone in (rita, olga):
        kept = phone.replica.kept_digest()
        assert kept == phone.replica.digest()
    same(world)


def test_what_a_newer_version_wrote_leaves_with_its_scope(world: World) -> None:
    rita = filled(world, 3)
    admin = world.phone(world.boss)
    admin.sync()
    future = State("gadget", "g1", Stamp(1, 1), {"colour": msgspec.Raw(b"\xa3red")})
    kept = State("gadget", "g2", Stamp(1, 1), {"colour": msgspec.Raw(b"\xa4blue")})
    world.office.keep_unknown(future, scope=f"territory:{world.territory.id}")
    world.office.keep_unknown(kept, scope="workspace")
    world.office.add(Label(id=world.office.id(), name="Something new"))
    world.settle()
    assert unknown(rita) == {"g1", "g2"}
    territory = admin.replica.find(Territory)[0]
    admin.replica.update(territory, reps={world.ben.id: True})
    admin.sync()
    rita.sync()
    assert unknown(rita) == {"g2"}
    assert rita.replica.find(Account) == []
    held = world.office.exchange.hello(rita.link.session, Hello(rita.replica.device)).scopes
    sums = world.office.exchange.digests(world.office.admin.workspace, held)
    assert rita.replica.kept_digest() == sum(sums.values()) % digest.MODULUS


def test_a_pull_that_would_delete_most_of_a_replica_asks_first(world: World) -> None:
    rita, olga = filled(world), world.phone(world.olga)
    world.settle()
    with olga.replica.changeset("Delete everything"):
        for contact in olga.replica.find(Contact):
            olga.replica.delete(contact)
    olga.sync()
    with pytest.raises(DeletionsHeld) as held:
        rita.sync()
    assert held.value.count == 60
    assert rita.replica.count(Contact) == 60
    rita.replica.update(rita.replica.find(Account)[0], about="Work goes on")
    rita.replica.allow_deletions()
    rita.sync()
    assert rita.replica.count(Contact) == 0
    world.settle()
    same(world)


def test_deleting_most_of_a_replica_bit_by_bit_is_asked_about_too(world: World) -> None:
    rita, olga = filled(world), world.phone(world.olga)
    world.settle()
    rounds = 0
    with pytest.raises(DeletionsHeld) as held:
        for place, contact in enumerate(olga.replica.find(Contact), 1):
            olga.replica.delete(contact)
            if place % 5 == 0:
                olga.sync()
                rita.sync()
                rounds += 1
    assert rounds > 4
    assert held.value.count * 2 > rita.replica.count(Contact)
    world.wait(2 * 3_600_000)
    with pytest.raises(DeletionsHeld):  # waiting is no answer
        rita.sync()
    rita.replica.allow_deletions()
    world.settle()
    same(world)


def test_a_pull_says_what_it_has_heard_of(world: World) -> None:
    rita = filled(world, 1)
    rita.replica.update(world.shop, about="One")
    pulls = recorded(rita, "pull")
    rita.sync()
    assert [asked.number for asked in pulls] == [1]


def unknown(phone: Phone) -> set[str]:
    found = phone.replica._database.connection.execute(select(tables.unknown.c.id))
    return set(found.scalars())
