from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Condition, Filter, Label, Labelling, LabelRule, Segment
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from pathlib import Path

    from client.replica import Replica
    from tests.unit.client.ui.office import Office

NAMED = Filter(conditions=(Condition("name", "filled"),))


def who_is_known(replica: Replica) -> LabelRule:
    """A rule whose label comes and goes, and is on whom it fits."""
    label = replica.create(Label(name="Known"))
    rule = replica.create(
        LabelRule(name="Who is known", label_id=label.id, filter=NAMED, active=True)
    )
    while replica.derive_some():
        pass
    return rule


async def test_the_office_makes_a_rule_and_is_told_what_it_would_do(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica, opened(replica, "/rules") as screen:
        label = replica.create(Label(name="Known"))
        assert screen.says("No label rules yet")
        await screen.tap("add")
        await screen.until_target("trial")
        assert screen.says("Filter says which accounts it is for.")
        await screen.tap("save")
        assert screen.says("Give it a name.")
        await screen.type("Name", "Who is known")
        await screen.until_target(f"label-{label.id}")
        await screen.tap(f"label-{label.id}")
        await screen.tap("save")
        assert screen.says("Say which records")
        assert replica.find(LabelRule) == []


async def test_a_rule_is_switched_off_and_its_labels_go(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica:
        rule = who_is_known(replica)
        async with opened(replica, "/rules") as screen:
            await screen.until_says("Known comes and goes, on 3 accounts")
            await screen.tap(f"rule-{rule.id}")
            await screen.until_says("Fits 3 accounts on this device")
            await screen.tap("switch")
            await screen.until_says("Switched off (1)")
        while replica.derive_some():
            pass
        assert replica.labels_of(office[0].id) == []


async def test_a_run_labels_what_fits_and_is_taken_back(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica:
        label = replica.create(Label(name="Known"))
        rule = replica.create(
            LabelRule(name="Who is known", label_id=label.id, filter=NAMED, active=True, stays=True)
        )
        async with opened(replica, f"/rules/{rule.id}") as screen:
            await screen.tap("run")
            await screen.until_says("3 records labelled")
            found = replica.find(Labelling, label_id=label.id, on=True)
            assert {x.origin for x in found} == {rule.id}
            await screen.tap(f"undo-{replica.last_act()}")
            await screen.until_says("taken back")
            assert replica.find(Labelling, label_id=label.id, on=True) == []


async def test_a_rep_reads_the_rules_and_changes_none(office: Office) -> None:
    async with opened(office.replica, "/rules/new") as screen:
        assert screen.says("Office staff and administrators can change it.")
        await screen.go("/rules")
        await screen.until_says("No label rules yet")
        assert not screen.has("add")


async def test_the_list_says_what_each_rule_asks(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica:
        label, other = (replica.create(Label(name=name)) for name in ("Known", "Old"))
        asks = Filter(conditions=NAMED.conditions, labels_none=(other.id,))
        replica.create(LabelRule(name="Who", label_id=label.id, filter=asks, active=True))
        async with opened(replica, "/rules") as screen:
            await screen.until_says("If: not Old, Name is filled in")


async def test_an_administrator_loads_a_pack_and_takes_it_back(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/packs") as screen:
        await screen.tap("load-drinks")
        await screen.until_says("All of it is here.")
        assert screen.bar() == "Drinks loaded"
        assert replica.find(LabelRule, name="On-trade")
        await screen.undo()
        assert replica.find(LabelRule) == []
        await screen.tap("load-drinks")
        await screen.until_says("All of it is here.")
        assert replica.find(LabelRule, name="On-trade")


async def test_packs_are_for_administrators(office: Office) -> None:
    async with opened(office.replica, "/admin/packs") as screen:
        assert not screen.has("load-drinks")


async def test_the_label_sheet_says_which_rule_put_a_label_there(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica:
        label = replica.create(Label(name="Known"))
        replica.create(LabelRule(name="Who is known", label_id=label.id, filter=NAMED, active=True))
        while replica.derive_some():
            pass
        async with opened(replica, f"/accounts/{office[0].id}") as screen:
            await screen.tap("labels")
            await screen.until_says("By rule: Who is known. Comes and goes with the data.")
            await screen.tap("label-Known")
            await screen.until(lambda: replica.worn(office[0].id)[0].by_hand)


async def test_a_rule_takes_over_the_filter_of_a_segment(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica:
        segment = replica.create(Segment(name="All of them", of="account", filter=NAMED))
        replica.create(Segment(name="Ours", of="deal", filter=NAMED))
        async with opened(replica, "/rules/new") as screen:
            await screen.tap(f"segment-{segment.id}")
            await screen.until_says("Fits 3 accounts on this device")
            assert not screen.says("Ours")


async def test_who_would_lose_the_label_by_a_change_is_told_before(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    async with office.replica as replica:
        rule = who_is_known(replica)
        async with opened(replica, f"/rules/{rule.id}") as screen:
            await screen.until_says("Fits 3 accounts on this device")
            assert not screen.says("would lose")
            await screen.tap("stays-yes")
            await screen.until_says("3 records would lose the label")
