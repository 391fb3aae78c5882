"""What a device says that its author had seen: of what is here, not of what was read elsewhere."""

from __future__ import annotations

import pytest

from client.sync import round as rounds
from server.domain.upkeep import DAY_MS, Upkeep
from sync_protocol.messages import Pull, Snapshot
from sync_protocol.records import Account, Contact, Label, Notice, Territory
from tests.simulation.backups import backed_up
from tests.simulation.world import World, broken_off, command, same

pytestmark = pytest.mark.both_stores


@pytest.mark.parametrize("how", ["resync", "horizon", "restore"])
def test_who_edits_what_a_fresh_copy_has_not_brought_yet_has_not_seen_what_it_brings(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(rounds, "PAGE_STATES", 20)
    contacts = [
        Contact(id=world.office.id(), name=f"C{n}", account_id=world.shop.id) for n in range(60)
    ]
    world.office.add(*contacts)
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    last = max(contacts, key=lambda contact: contact.id)
    if how == "horizon":
        olga.replica.update(world.shop, about="Long ago")
        olga.sync()
        world.wait((180 + 1) * DAY_MS)
    restore = backed_up(world)
    if how == "restore":  # the first life went on for longer than Olga's edit will take
        for n in range(5):
            rita.replica.update(world.shop, website=f"https://{n}.example")
        rita.sync()
        restore()
    olga.replica.update(last, about="Olga's")
    olga.sync()
    if how == "resync":
        command(world, rita, "resync")
    elif how == "horizon":
        olga.replica.update(world.shop, about="x")
        olga.sync()
        Upkeep(world.office.store, world.office.clock, horizon_days=180).run()
        world.wait(1_000)
    broken_off(world, rita, Snapshot, 2)
    stale = rita.replica.get(Contact, last.id)
    assert stale.about == ""
    world.wait(1_000)
    rita.replica.update(stale, about="Rita's")
    world.settle()
    assert olga.replica.get(Contact, last.id).about == "Rita's"
    assert [n.cells for n in olga.replica.find(Notice)] == ["about"]
    same(world)


def test_who_edits_what_is_about_to_leave_has_not_seen_what_was_written_since(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A territory is taken away and given back; in between a round broke off in the log."""
    monkeypatch.setattr(rounds, "FIRST_PAGE", 5)
    rita, olga, boss = world.phone(world.rita), world.phone(world.olga), world.phone(world.boss)
    world.settle()
    boss.replica.update(boss.replica.get(Territory, world.territory.id), reps={})
    boss.sync()
    olga.replica.update(world.shop, about="Olga's")
    olga.sync()
    for n in range(20):
        boss.replica.create(Label(name=f"L{n}"))
    boss.sync()
    broken_off(world, rita, Pull, 2)
    stale = rita.replica.get(Account, world.shop.id)
    assert stale is not None
    assert stale.about == ""
    world.wait(1_000)
    rita.replica.update(stale, about="Rita's")
    boss.replica.update(boss.replica.get(Territory, world.territory.id), reps={world.rita.id: True})
    boss.sync()
    world.settle()
    assert olga.replica.get(Account, world.shop.id).about == "Rita's"
    assert [n.cells for n in olga.replica.find(Notice)] == ["about"]
    same(world)
