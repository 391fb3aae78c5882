"""Any interleaving of real replica files and the real server domain converges."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.errors import ReplicaError
from sync_protocol.records import Account, Activity, Contact, Label, Territory, User
from sync_protocol.records import Phone as PhoneNumber
from tests.simulation.world import Phone, World, same

OPS = (
    "sync", "sync", "sync", "create", "update", "update", "add entry", "remove entry", "label",
    "unlabel", "delete", "restore", "undo", "move", "reassign", "hand over", "restart", "wait",
    "clock", "edit and cancel",
)  # fmt: skip
PEOPLE = 4
steps = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(OPS), st.integers(0, 5)), max_size=40
)
faults = st.tuples(*[st.sampled_from((0.0, 0.0, 0.3))] * 3)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps, faults)
def test_any_interleaving_converges(
    script: list[tuple[int, str, int]], line: tuple[float, float, float]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            play(world, script, line)
            world.settle()
            same(world)
        finally:
            world.close()


def play(
    world: World, script: list[tuple[int, str, int]], line: tuple[float, float, float]
) -> None:
    north = Territory(id=world.office.id(), name="North", reps={world.ben.id: True})
    world.office.add(north)
    users = (world.rita, world.ben, world.olga, User(id=world.office.admin.user, name="Ada"))
    names = ("loses_request", "loses_answer", "repeats")
    for user in users:
        world.phone(user, **dict(zip(names, line, strict=True)))
    for place, op, number in script:
        act(world, world.phones[place], op, number)


def act(world: World, phone: Phone, op: str, number: int) -> None:
    world.wait(number * 7)
    if op == "sync":
        phone.try_sync()
    elif op == "restart":
        asyncio.run(phone.restart(world))
    elif op == "clock":
        phone.offset_ms = (number - 2) * 3_600_000
    elif op != "wait":
        with suppress(ReplicaError):  # this device's rules may forbid it
            write(phone, op, number)


def write(phone: Phone, op: str, number: int) -> None:
    replica = phone.replica
    contact = pick(replica.find(Contact), number)
    accounts, territories = replica.find(Account), replica.find(Territory)
    if op == "create":
        made = replica.create(Contact(name=f"C{number}", account_id=id_of(pick(accounts, number))))
        replica.create(Activity(kind="visit", at=number, contact_id=made.id))
    elif op == "undo":
        replica.undo()
    elif op == "reassign" and accounts:
        replica.update(pick(accounts, number), territory_id=id_of(pick(territories, number)))
    elif op == "hand over" and territories:
        reps = {user.id: True for user in replica.find(User)[: number % 4]}
        replica.update(pick(territories, number), reps=reps)
    elif contact is not None:
        edit(phone, contact, op, number, accounts)


def edit(phone: Phone, contact: Contact, op: str, number: int, accounts: list[Account]) -> None:
    replica = phone.replica
    labels = replica.find(Label)
    if op == "update":
        replica.update(contact, title=f"T{number}", website=f"w{phone.path[-4]}")
    elif op == "add entry":
        entry = {replica.new_entry(): PhoneNumber(f"0{number}")}
        replica.update(contact, phones=contact.phones | entry)
    elif op == "remove entry":
        replica.update(contact, phones=dict(list(contact.phones.items())[1:]))
    elif op in ("label", "unlabel") and labels:
        getattr(replica, op)(contact, labels[number % len(labels)].name)
    elif op == "delete":
        replica.delete(contact)
    elif op == "restore":
        replica.restore(contact)
    elif op == "move":
        replica.update(contact, account_id=id_of(pick(accounts, number)))
    elif op == "edit and cancel":
        with suppress(KeyError), replica.changeset("Cancelled"):
            replica.update(contact, title="never seen")
            {}["cancel"]
        assert (replica.get(Contact, contact.id) or contact).title != "never seen"


def pick(found: list[Any], number: int) -> Any:
    return found[number % len(found)] if found else None


def id_of(record: Any) -> str:
    return "" if record is None else str(record.id)
