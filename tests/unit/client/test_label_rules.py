"""Labels that come and go with the data, on one device."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import pytest

from client import label_rules
from client.errors import Invalid
from client.interchange.exporter import export
from client.interchange.files import read
from client.interchange.planning import plan
from client.replica import Replica
from sync_protocol.records import (
    Account,
    Activity,
    Condition,
    Contact,
    Filter,
    Label,
    Labelling,
    LabelRule,
    SalesOrder,
    Settings,
    Task,
)
from sync_protocol.rules.conditions import DAY_MS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.client.conftest import Clock

BIG = Filter(conditions=(Condition("employees", "more", ("50",)),))
QUIET = Filter(conditions=(Condition("last_visit", "older", ("30",)),))
LATE = Filter(conditions=(Condition("overdue", "is", ("yes",)),))


def rule(replica: Replica, name: str, wanted: Filter, *, of: str = "account") -> Label:
    """A label, and an active rule for it."""
    label = replica.create(Label(name=name))
    replica.create(LabelRule(name=name, label_id=label.id, of=of, filter=wanted, active=True))
    derive(replica)
    return label


def derive(replica: Replica) -> None:
    while replica.derive_some():
        pass


def names(replica: Replica, record_id: str) -> list[str]:
    return [label.name for label in replica.labels_of(record_id)]


def test_a_label_appears_with_the_edit_and_goes_with_the_next(replica: Replica) -> None:
    rule(replica, "Big", BIG)
    shop = replica.create(Account(name="Adler", employees=60))
    assert names(replica, shop.id) == ["Big"]
    replica.update(shop, employees=40)
    assert names(replica, shop.id) == []
    replica.undo()
    assert names(replica, shop.id) == ["Big"]
    assert replica.find(Labelling) == []


def test_a_rule_switched_on_labels_what_is_there_and_switched_off_takes_it_back(
    replica: Replica,
) -> None:
    with replica.changeset("Many"):
        shops = [replica.create(Account(name=f"{i}", employees=i)) for i in range(200)]
    label = rule(replica, "Big", BIG)
    assert replica.count(Account, labels_any=[label.id]) == 149
    assert replica.count_labels() == {label.id: 149}
    replica.update(replica.find(LabelRule)[0], active=False)
    derive(replica)
    assert replica.count(Account, labels_any=[label.id]) == 0
    assert names(replica, shops[-1].id) == []


def test_time_alone_brings_a_label_and_a_visit_takes_it(replica: Replica, clock: Clock) -> None:
    rule(replica, "Quiet", QUIET)
    shop = replica.create(Account(name="Adler"))
    replica.create(Activity(kind="visit", at=replica.now(), account_id=shop.id))
    assert names(replica, shop.id) == []
    clock.now_ms += 31 * DAY_MS
    assert names(replica, shop.id) == ["Quiet"]
    assert replica.count(Account, labels_all=["Quiet"]) == 1
    clock.now_ms -= 2 * DAY_MS
    assert names(replica, shop.id) == []
    clock.now_ms += 2 * DAY_MS
    replica.create(Activity(kind="visit", at=replica.now(), account_id=shop.id))
    assert names(replica, shop.id) == []
    assert replica.count(Account, labels_none=["Quiet"]) == 1


def test_an_order_takes_the_label_of_who_has_not_bought_until_it_is_cancelled(
    replica: Replica,
) -> None:
    never = Filter(conditions=(Condition("last_order", "empty"),))
    rule(replica, "Never bought", never)
    shop = replica.create(Account(name="Adler"))
    order = replica.create(SalesOrder(at=replica.now(), account_id=shop.id))
    assert names(replica, shop.id) == []
    replica.update(order, status="cancelled")
    assert names(replica, shop.id) == ["Never bought"]


def test_a_visit_that_moves_to_another_customer_changes_both(
    replica: Replica, clock: Clock
) -> None:
    rule(replica, "Quiet", QUIET)
    one, two = (replica.create(Account(name=name)) for name in ("One", "Two"))
    visit = replica.create(Activity(kind="visit", at=replica.now(), account_id=one.id))
    clock.now_ms += 40 * DAY_MS
    assert (names(replica, one.id), names(replica, two.id)) == (["Quiet"], [])
    replica.update(visit, account_id=two.id)
    assert (names(replica, one.id), names(replica, two.id)) == ([], ["Quiet"])


def test_a_visit_that_moves_together_with_a_change_of_the_settings_changes_both(
    replica: Replica, clock: Clock
) -> None:
    rule(replica, "Quiet", QUIET)
    one, two = (replica.create(Account(name=name)) for name in ("One", "Two"))
    visit = replica.create(Activity(kind="visit", at=replica.now(), account_id=one.id))
    clock.now_ms += 40 * DAY_MS
    with replica.changeset("A page of the log may bring both at once"):
        replica.update(visit, account_id=two.id)
        replica.create(Settings(name="Alpenquell"))
    assert (names(replica, one.id), names(replica, two.id)) == ([], ["Quiet"])


def test_a_task_is_late_from_the_day_after_it_was_due_until_it_is_done(
    replica: Replica, clock: Clock
) -> None:
    rule(replica, "Late", LATE, of="task")
    task = replica.create(Task(title="Call", due=replica.moment.day(1)))
    assert names(replica, task.id) == []
    clock.now_ms += 2 * DAY_MS
    assert names(replica, task.id) == ["Late"]
    replica.update(task, done_at=replica.now())
    assert names(replica, task.id) == []


def test_what_a_hand_put_on_stays_when_the_rule_lets_go(replica: Replica) -> None:
    rule(replica, "Big", BIG)
    shop = replica.create(Account(name="Adler", employees=60))
    replica.label(shop, "Big")
    (worn,) = replica.worn(shop.id)
    assert (worn.by_hand, len(worn.rules)) == (True, 1)
    replica.update(shop, employees=1)
    assert names(replica, shop.id) == ["Big"]
    replica.unlabel(shop, "Big")
    assert names(replica, shop.id) == []


def test_a_rule_may_ask_for_labels_that_a_hand_put_on_never_for_derived_ones(
    replica: Replica,
) -> None:
    big = rule(replica, "Big", BIG)
    rule(replica, "Key customer", Filter(labels_all=(big.id,)))
    shop = replica.create(Account(name="Adler", employees=60))
    assert names(replica, shop.id) == ["Big"]
    replica.label(shop, "Big")
    assert names(replica, shop.id) == ["Big", "Key customer"]


def test_a_rule_that_asks_for_nothing_labels_nothing(replica: Replica) -> None:
    rule(replica, "All", Filter(text="adler"))
    shop = replica.create(Account(name="Adler"))
    assert names(replica, shop.id) == []


def test_a_large_act_is_derived_to_its_end_in_the_background(replica: Replica) -> None:
    label = rule(replica, "Big", BIG)
    with replica.changeset("Import"):
        for _ in range(300):
            replica.create(Account(name="Adler", employees=60))
    assert replica.still_to_derive() > 0
    derive(replica)
    assert replica.still_to_derive() == 0
    assert replica.count(Account, labels_any=[label.id]) == 300


def test_what_was_begun_goes_on_when_the_app_is_opened_again(tmp_path: Path, clock: Clock) -> None:
    path = str(tmp_path / "again.db")

    async def opened() -> Replica:
        return await Replica.open(path, now=clock, random=Random(1).randbytes)

    first = asyncio.run(opened())
    with first.changeset("Many"):
        for _ in range(200):
            first.create(Account(name="Adler", employees=60))
    label = first.create(Label(name="Big"))
    first.create(LabelRule(name="Big", label_id=label.id, filter=BIG, active=True))
    assert first.derive_some()
    asyncio.run(first.close())
    again = asyncio.run(opened())
    assert 0 < again.count(Account, labels_any=[label.id]) < 200
    derive(again)
    assert again.count(Account, labels_any=[label.id]) == 200
    asyncio.run(again.close())


def test_listeners_hear_of_derived_labels_as_of_any(replica: Replica) -> None:
    rule(replica, "Quiet", QUIET)
    shop = replica.create(Account(name="Adler"))
    heard: set[str] = set()
    replica.on_change(heard.update)
    replica.create(Activity(kind="visit", at=replica.now(), account_id=shop.id))
    assert {"activity", "labelling"} <= heard


def test_search_finds_a_record_by_a_label_that_comes_and_goes(replica: Replica) -> None:
    rule(replica, "Riesenkunde", BIG)
    shop = replica.create(Account(name="Adler", employees=60))
    while replica.index_some():
        pass
    assert replica.ids(Account, text="riesen") == [shop.id]
    assert [hit.id for hit in replica.look_up("riesen", ["account"])] == [shop.id]


async def test_an_export_tells_labels_by_rule_apart_and_an_import_does_not_put_them_on(
    replica: Replica,
) -> None:
    wanted = Filter(conditions=(Condition("title", "is", ("Chef",)),))
    rule(replica, "Cooks", wanted, of="contact")
    ada = replica.create(Contact(name="Ada", title="Chef"))
    replica.create(Label(name="Regular"))
    replica.label(ada, "Regular")
    for form in ("csv", "vcard"):
        written = await export(replica, "contact", form)
        assert b"Cooks" in written.data
        planned = plan(read(written.data, written.filename), of="contact")
        (row,) = planned.rows()
        assert row.labels == ("Regular",)
        assert row.contact is not None
        assert row.contact.imported == {}


def test_a_run_puts_the_label_on_in_parts_and_is_one_undo(replica: Replica) -> None:
    label = replica.create(Label(name="Big"))
    with replica.changeset("Many"):
        shops = [replica.create(Account(name=f"{i:03}", employees=60)) for i in range(250)]
    replica.put_label(shops[0], label.id)
    kept = label_rules.save(
        replica,
        None,
        LabelRule(name="Big", label_id=label.id, filter=BIG, stays=True, active=True),
    )
    told = label_rules.trial(replica, kept)
    assert (told.fits, told.carry, told.names) == (250, 1, ("000", "001", "002"))
    assert list(label_rules.run(replica, kept)) == [200, 249]
    assert replica.count(Labelling, label_id=label.id, on=True) == 250
    assert replica.count(Labelling, origin=kept.id, on=True) == 249
    (act,) = label_rules.runs(replica, kept)
    assert (act.changes, act.undone) == (249, False)
    replica.undo(act.key)
    assert replica.count(Labelling, label_id=label.id, on=True) == 1
    assert list(label_rules.run(replica, kept)) == [200, 249]


def test_a_rule_that_could_say_nothing_is_not_saved(replica: Replica) -> None:
    label = replica.create(Label(name="Big"))
    for wanted, field in (
        (Filter(), "filter"), (LATE, "filter"), (Filter(text="adler", labels_any=("x",)), "filter"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as told:
            label_rules.save(replica, None, LabelRule(name="A", label_id=label.id, filter=wanted))
        assert told.value.field == field


def test_a_dry_run_says_of_labels_what_the_rule_will(replica: Replica) -> None:
    big = rule(replica, "Big", BIG)
    wanted = Filter(labels_all=(big.id,))
    shop = replica.create(Account(name="Adler", employees=60))
    replica.create(Account(name="Bär", employees=60))
    replica.put_label(shop, big.id)
    draft = LabelRule(name="Key", label_id="", filter=wanted)
    assert label_rules.trial(replica, draft).names == ("Adler",)
    key = rule(replica, "Key", wanted)
    assert replica.ids(Account, labels_any=[key.id]) == [shop.id]


def test_a_dry_run_of_a_change_says_who_would_lose_the_label(replica: Replica) -> None:
    big = rule(replica, "Big", BIG)
    shops = [replica.create(Account(name=name, employees=60)) for name in ("Bär", "Adler", "Dom")]
    replica.create(Account(name="Ente", employees=60))
    (known,) = replica.find(LabelRule)
    while replica.derive_some():
        pass
    none = LabelRule(
        id=known.id, name=known.name, label_id=big.id, active=True,
        filter=Filter(conditions=(Condition("name", "is", ("Ente",)),)),
    )  # fmt: skip
    told = label_rules.trial(replica, none, known)
    assert (told.fits, told.lose, told.losers) == (1, 3, ("Adler", "Bär", "Dom"))
    replica.put_label(shops[0], big.id)
    another = LabelRule(
        name="Dom", label_id=big.id, active=True,
        filter=Filter(conditions=(Condition("name", "is", ("Dom",)),)),
    )  # fmt: skip
    label_rules.save(replica, None, another)
    while replica.derive_some():
        pass
    told = label_rules.trial(replica, none, known)
    assert (told.lose, told.losers) == (1, ("Adler",)), "one by hand, one by another rule"
    stays = LabelRule(id=known.id, name="Big", label_id=big.id, filter=BIG, stays=True, active=True)
    assert label_rules.trial(replica, stays, known).lose == 2, "what stays is put on by a run"
    assert label_rules.trial(replica, known, known).lose == 0
