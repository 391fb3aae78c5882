"""A derived label is on a record exactly while its rule's filter holds, the same on every device.

`HYPOTHESIS_PROFILE=thorough` tries thousands of rules and edits.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.errors import ReplicaError
from client.replica import Replica
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Condition,
    Deal,
    Filter,
    Label,
    Labelling,
    LabelRule,
    Record,
    Settings,
    Task,
    kind_of,
)
from sync_protocol.rules import conditions, spells
from sync_protocol.rules.conditions import DAY_MS, Moment
from tests.property.test_filters import ACCOUNTS, DEALS, NOW, TASKS, conditions_on
from tests.simulation.world import Phone, World, same

MOMENTS = st.integers(NOW - 40 * DAY_MS, NOW + 40 * DAY_MS)
ZONES = st.sampled_from(["Europe/Berlin", "UTC", "America/Sao_Paulo", "Pacific/Apia"])
COUNTS = st.sampled_from(["0", "1", "7", "30", "400", "1.5", "-1", "x"])
COUNTED = st.builds(
    Condition,
    st.sampled_from(
        ["verified_at", "expected_on", "due", "done_at", "custom.one", "custom.two", "employees",
         "name", "closing.at", "overdue", "last_visit"]
    ),
    st.sampled_from(["older", "within", "ahead"]),
    st.tuples(COUNTS),
)  # fmt: skip
LATE = st.builds(Condition, st.just("overdue"), st.just("is"), st.just(("yes",)))


@given(data=st.data(), zone=ZONES, moments=st.lists(MOMENTS, min_size=1, max_size=12))
def test_a_moment_is_in_a_spell_exactly_if_the_filter_holds_then(
    data: st.DataObject, zone: str, moments: list[int]
) -> None:
    some: list[tuple[type[Record], st.SearchStrategy[Record]]] = [
        (Account, ACCOUNTS), (Deal, DEALS), (Task, TASKS),
    ]  # fmt: skip
    struct, records = data.draw(st.sampled_from(some))
    record = data.draw(records)
    asked = st.one_of(COUNTED, LATE, conditions_on(struct))
    wanted = Filter(
        match=data.draw(st.sampled_from(["all", "any"])),
        conditions=tuple(data.draw(st.lists(asked, max_size=4))),
    )
    late = data.draw(st.none() | MOMENTS)
    fields = conditions.plain(record) | {"last_visit": data.draw(st.none() | MOMENTS)}
    here = ZoneInfo(zone)
    found = spells.spells(
        kind_of(struct), wanted, spells.Facts(fields, begins={"overdue": late}), here
    )
    for ms in [*moments, *(edge for spell in found for edge in around(*spell))]:
        then = fields | {"overdue": late is not None and ms >= late}
        said = conditions.holds(kind_of(struct), wanted, then, (), Moment(ms, here))
        assert spells.at(found, ms) == said


@settings(
    max_examples=max(8, settings().max_examples // 8),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_two_devices_show_the_labels_that_the_rules_say_whatever_is_written_where(
    data: st.DataObject,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            begin(world)
            for _step in range(data.draw(st.integers(4, 30))):
                phone = data.draw(st.sampled_from(world.phones))
                act(world, phone, data)
            world.settle()
            same(world)
            for phone in world.phones:
                check(phone)
            first, second = (shown(phone.replica) for phone in world.phones)
            assert first == second
            world.wait(data.draw(st.integers(0, 20)) * DAY_MS)
            for phone in world.phones:
                check(phone)
        finally:
            world.close()


def around(since: int, until: int) -> list[int]:
    """Moments about the ends of a spell, as far as a clock may say them."""
    edges = [since - 1, since, since + 1, until - 1, until]
    return [ms for ms in edges if 0 <= ms < 7_258_118_400_000]


# --- what people do ---

NAMES = st.sampled_from(["Adler", "Bären", "Café"])
ASKS = st.one_of(
    st.builds(Condition, st.just("name"), st.sampled_from(["is", "contains"]), st.tuples(NAMES)),
    st.builds(
        Condition, st.just("employees"), st.sampled_from(["more", "less", "empty"]),
        st.tuples(st.sampled_from(["3", "10"])),
    ),
    st.builds(
        Condition, st.sampled_from(["last_visit", "last_activity", "verified_at"]),
        st.sampled_from(["older", "within", "empty"]), st.tuples(st.sampled_from(["1", "7"])),
    ),
    st.builds(Condition, st.just("deleted"), st.just("is"), st.just(("yes",))),
)  # fmt: skip
OPS = (
    "sync", "sync", "create", "edit", "edit", "visit", "move visit", "delete", "label", "unlabel",
    "move visit", "rule", "change rule", "switch", "drop rule", "wait", "undo", "derive", "zone",
)  # fmt: skip


def begin(world: World) -> None:
    for user in (world.olga, world.rita):
        world.phone(user)
    world.phones[0].sync()
    office = world.phones[0].replica
    labels = [office.create(Label(name=name)) for name in ("one", "two", "three")]
    asked = (
        Filter(conditions=(Condition("last_visit", "older", ("1",)),)),
        Filter(conditions=(Condition("last_activity", "within", ("7",)),)),
        Filter(labels_any=(labels[0].id,)),
    )
    for label, wanted in zip(labels, asked, strict=True):
        office.create(LabelRule(name="Rule", label_id=label.id, filter=wanted, active=True))
    for name in ("Adler", "Café"):
        shop = office.create(Account(name=name, territory_id=world.territory.id))
        visited = office.now() - 5 * DAY_MS
        office.create(Activity(kind="visit", at=visited, account_id=shop.id))
    world.settle()
    for phone in world.phones:
        derive(phone.replica)


def act(world: World, phone: Phone, data: st.DataObject) -> None:
    op = data.draw(st.sampled_from(OPS))
    if op == "sync":
        phone.try_sync()
    elif op == "wait":
        world.wait(data.draw(st.sampled_from([1, DAY_MS // 2, DAY_MS, 5 * DAY_MS])))
    else:
        with suppress(ReplicaError):  # a role may not change rules
            write(world, phone.replica, op, data)
    if not phone.replica.still_to_derive():
        check(phone)


def write(world: World, replica: Replica, op: str, data: st.DataObject) -> None:
    accounts = replica.find(Account)
    if op == "derive":
        derive(replica)
    elif op == "undo":
        replica.undo()
    elif op == "create":
        replica.create(
            Account(name=data.draw(NAMES), territory_id=world.territory.id,
                    employees=data.draw(st.none() | st.integers(0, 12)))
        )  # fmt: skip
    elif "rule" in op or op in ("switch", "zone"):
        write_rule(replica, op, data)
    elif accounts:
        write_account(replica, data.draw(st.sampled_from(accounts)), op, data)


def write_account(replica: Replica, account: Account, op: str, data: st.DataObject) -> None:
    labels = replica.find(Label)
    if op == "edit":
        field, values = data.draw(
            st.sampled_from(
                [("name", NAMES), ("employees", st.none() | st.integers(0, 12)),
                 ("verified_at", st.sampled_from([None, replica.now() - DAY_MS, replica.now()]))]
            )
        )  # fmt: skip
        replica.update(account, **{field: data.draw(values)})
    elif op == "visit":
        at = replica.now() - data.draw(st.sampled_from([0, DAY_MS, 40 * DAY_MS]))
        visit = Activity(kind="visit", at=at, account_id=account.id)
        if data.draw(st.booleans()):
            visit = msgspec.structs.replace(visit, status="planned")
        replica.create(visit)
    elif op == "move visit":
        visits = replica.find(Activity)
        if visits:
            replica.update(data.draw(st.sampled_from(visits)), account_id=account.id)
    elif op == "delete":
        some: list[Any] = [account, *replica.find(Activity, account_id=account.id)]
        replica.delete(data.draw(st.sampled_from(some)))
    elif labels:
        name = data.draw(st.sampled_from([label.name for label in labels]))
        (replica.label if op == "label" else replica.unlabel)(account, name)


def write_rule(replica: Replica, op: str, data: st.DataObject) -> None:
    labels = st.sampled_from([label.id for label in replica.find(Label)])
    rules = replica.find(LabelRule)
    if op == "zone":
        replica.update(
            replica.get(Settings, SETTINGS_ID) or Settings(name=""), time_zone=data.draw(ZONES)
        )
        return
    wanted = Filter(
        match=data.draw(st.sampled_from(["all", "any"])),
        conditions=tuple(data.draw(st.lists(ASKS, max_size=2))),
        labels_any=tuple(data.draw(st.lists(labels, max_size=1))),
        labels_none=tuple(data.draw(st.lists(labels, max_size=1))),
    )
    if op == "rule":
        replica.create(
            LabelRule(name="Rule", label_id=data.draw(labels), filter=wanted, active=True)
        )
    elif rules:
        rule = data.draw(st.sampled_from(rules))
        if op == "change rule":
            replica.update(rule, filter=wanted, label_id=data.draw(labels))
        elif op == "switch":
            replica.update(rule, active=not rule.active)
        else:
            replica.delete(rule)


# --- what is to be so ---


def derive(replica: Replica) -> None:
    while replica.derive_some():
        pass


def check(phone: Phone) -> None:
    """Every account of a device has the labels that the rules there say, and no others."""
    replica = phone.replica
    derive(replica)
    assert shown(replica) == said(replica)


def shown(replica: Replica) -> set[tuple[str, str, str]]:
    return {
        (account.id, worn.label.id, rule)
        for account in replica.find(Account, deleted=True)
        for worn in replica.worn(account.id)
        for rule in worn.rules
    }


def said(replica: Replica) -> set[tuple[str, str, str]]:
    """The oracle: `holds`, asked of all."""
    kind, now = kind_of(Account), replica.moment
    rules = [x for x in replica.find(LabelRule) if x.active and x.filter != Filter()]
    rules = [x for x in rules if msgspec.structs.replace(x.filter, match="all") != Filter()]
    found = set()
    for account in replica.find(Account, deleted=True):
        on = {
            x.label_id for x in replica.find(Labelling, deleted=True, record_id=account.id) if x.on
        }
        fields = conditions.plain(account) | lasts(replica, account)
        for rule in rules:
            if conditions.holds(kind, rule.filter, fields, on, now):
                found.add((account.id, rule.label_id, rule.id))
    return found


def lasts(replica: Replica, account: Account) -> dict[str, Any]:
    every = replica.find(Activity, deleted=True, account_id=account.id, status="done")
    done = [x for x in every if not x.deleted]
    visit = max((x.at for x in done if x.kind == "visit"), default=None)
    return {
        "last_activity": max((x.at for x in done), default=None),
        "last_visit": visit,
    }
