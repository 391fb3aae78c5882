"""What random runs have found in the engine, told once more in as few steps as it takes."""

from __future__ import annotations

import msgspec
import pytest

from server.domain.upkeep import DAY_MS, Upkeep
from sync_protocol.errors import Unreachable
from sync_protocol.messages import Page, Pull, Push, Snapshot, States, Verdicts
from sync_protocol.records import Account, Activity, Contact, Label, Territory
from tests.simulation.world import Phone, World, command, same

pytestmark = pytest.mark.both_stores

HOUR_MS = 3_600_000


def two_territories(world: World) -> tuple[Phone, Phone, str]:
    """Ben's phone and the administrator's, both loaded, and a second territory that Ben holds."""
    north = Territory(id=world.office.id(), name="North", reps={world.ben.id: True})
    world.office.add(north)
    ben, admin = world.phone(world.ben), world.phone(world.boss)
    world.settle()
    return ben, admin, north.id


def give(admin: Phone, territory_id: str, user_id: str) -> None:
    territory = admin.replica.get(Territory, territory_id)
    assert territory is not None
    admin.replica.update(territory, reps={user_id: True})


def there_and_back(world: World, admin: Phone, north: str) -> None:
    """The shop changes hands twice, and is where it was."""
    for territory in (north, world.territory.id):
        admin.replica.update(admin.replica.find(Account)[0], territory_id=territory)
        admin.sync()


def loses(phone: Phone, name: str) -> None:
    """The phone's line is cut before the next request of this name, and holds again afterwards."""
    ask = getattr(phone.link, name)

    async def cut(_request: object) -> object:
        raise Unreachable("The line is cut.")

    setattr(phone.link, name, cut)
    assert not phone.try_sync()
    setattr(phone.link, name, ask)


def test_an_own_edit_stays_though_its_record_had_left_and_come_back(world: World) -> None:
    rita, admin, north = world.phone(world.rita), *two_territories(world)[1:]
    world.settle()
    rita.replica.update(rita.replica.find(Account)[0], about="Rita's")
    there_and_back(world, admin, north)
    rita.sync()
    assert rita.replica.find(Account)[0].about == "Rita's"
    world.settle()
    same(world)


def test_what_one_added_to_a_branch_stays_when_the_branch_has_moved_and_its_scope_was_taken(
    world: World,
) -> None:
    ben, admin, north = two_territories(world)
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north)
    give(admin, world.territory.id, world.rita.id)
    ben.replica.create(Contact(name="Ada", account_id=world.shop.id))
    admin.sync()
    ben.sync()
    assert [contact.name for contact in ben.replica.find(Contact)] == ["Ada"]
    world.settle()
    same(world)


def test_what_one_wrote_is_not_brought_back_where_its_scope_was_taken(world: World) -> None:
    ben, admin, north = two_territories(world)
    ben.replica.create(Account(name="Old inn", territory_id=north))
    with ben.replica.changeset("Log visit"):
        ada = ben.replica.create(Contact(name="Ada", account_id=world.shop.id))
        ben.replica.create(Activity(kind="visit", at=1, contact_id=ada.id))
    push = ben.link.push

    async def push_and_lose_both(request: Push) -> Verdicts:
        ben.link.push = push  # type: ignore[method-assign]
        answer = await push(request)
        await admin.replica.sync()
        inn = next(a for a in admin.replica.find(Account) if a.name == "Old inn")
        admin.replica.update(inn, territory_id=world.territory.id)
        for territory in admin.replica.find(Territory):
            admin.replica.update(territory, reps={})
        await admin.replica.sync()
        return answer

    ben.link.push = push_and_lose_both  # type: ignore[method-assign]
    world.settle()
    assert ben.replica.count(Contact) == ben.replica.count(Activity) == 0
    same(world)


def test_stamps_stay_apart_when_the_server_s_clock_goes_back(world: World) -> None:
    rita = world.phone(world.rita)
    world.settle()
    rita.replica.update(rita.replica.find(Account)[0], about="One")
    rita.offset_ms = HOUR_MS
    world.wait(-HOUR_MS)
    rita.sync()
    rita.replica.update(rita.replica.find(Account)[0], about="Two")
    rita.replica.update(rita.replica.find(Account)[0], about="Three")
    world.settle()
    assert rita.replica.find(Account)[0].about == "Three"
    written = [w for w in rita.replica.history(world.shop) if w.cell == "about"]
    assert len({w.stamp for w in written}) == len(written) == 3
    same(world)


def test_what_one_added_to_a_scope_goes_with_it_though_none_of_it_had_been_loaded(
    world: World,
) -> None:
    _ben, admin, north = two_territories(world)
    rita = world.phone(world.rita)
    rita.sync()
    give(admin, north, world.rita.id)
    admin.sync()
    rita.replica.create(Account(name="Old inn", territory_id=north))
    loses(rita, "snapshot")
    assert rita.replica.find(Account, name="Old inn")
    give(admin, north, world.ben.id)
    admin.sync()
    rita.sync()
    assert not rita.replica.find(Account, name="Old inn")
    world.settle()
    same(world)


def test_an_edit_made_while_its_record_leaves_and_comes_back_stays_on_the_screen(
    world: World,
) -> None:
    rita, admin, north = world.phone(world.rita), *two_territories(world)[1:]
    world.settle()
    there_and_back(world, admin, north)
    pull = rita.link.pull

    async def edit_and_pull(request: Pull) -> Page:
        rita.link.pull = pull  # type: ignore[method-assign]
        rita.replica.update(rita.replica.find(Account)[0], about="Rita's")
        return await pull(request)

    rita.link.pull = edit_and_pull  # type: ignore[method-assign]
    rita.sync()
    assert rita.replica.find(Account)[0].about == "Rita's"
    world.settle()
    assert admin.replica.find(Account)[0].about == "Rita's"
    same(world)


def test_what_one_added_to_a_branch_after_it_had_left_goes_with_it(world: World) -> None:
    _ben, admin, north = two_territories(world)
    rita = world.phone(world.rita)
    world.settle()
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north)
    territory = next(t for t in admin.replica.find(Territory) if t.id == north)
    admin.replica.update(territory, reps={world.rita.id: True})
    admin.sync()
    push = rita.link.push

    async def push_and_lose_it(request: Push) -> Verdicts:
        rita.link.push = push  # type: ignore[method-assign]
        answer = await push(request)
        admin.replica.update(territory, reps={world.ben.id: True, world.rita.id: False})
        await admin.replica.sync()
        return answer

    rita.link.push = push_and_lose_it  # type: ignore[method-assign]
    rita.sync()
    assert rita.replica.count(Account) == rita.replica.count(Contact) == 0
    world.settle()
    same(world)


def test_what_was_made_while_a_scope_was_loaded_is_whole_and_goes_with_it(world: World) -> None:
    rita, olga, admin = (world.phone(user) for user in (world.rita, world.olga, world.boss))
    olga.sync()
    early = olga.replica.create(Contact(name="Early", account_id=world.shop.id))
    olga.replica.create(Activity(kind="visit", at=1, contact_id=early.id))
    world.wait(1_000)
    admin.sync()
    late = admin.replica.create(Contact(name="Late", account_id=world.shop.id))
    admin.replica.create(Activity(kind="call", at=2, contact_id=late.id))
    admin.sync()
    snapshot, pull = rita.link.snapshot, rita.link.pull

    async def one_by_one(request: Snapshot) -> States:
        answer = await snapshot(msgspec.structs.replace(request, limit=1))
        if any(state.kind == "contact" for state in answer.states):
            await olga.replica.sync()
        return answer

    async def cut(_request: Pull) -> Page:
        raise Unreachable("The line is cut.")

    rita.link.snapshot, rita.link.pull = one_by_one, cut  # type: ignore[method-assign]
    assert not rita.try_sync()
    assert (rita.replica.count(Contact), rita.replica.count(Activity)) == (1, 2)
    rita.link.pull = pull  # type: ignore[method-assign]
    territory = next(t for t in admin.replica.find(Territory) if t.id == world.territory.id)
    admin.replica.update(territory, reps={})
    admin.sync()
    rita.sync()
    assert rita.replica.count(Contact) == rita.replica.count(Activity) == 0
    world.settle()
    same(world)


def test_what_one_added_meanwhile_stays_while_its_branch_leaves_and_comes_back(
    world: World,
) -> None:
    rita, admin, north = world.phone(world.rita), *two_territories(world)[1:]
    world.settle()
    with rita.replica.changeset("Log visit"):
        ada = rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
        rita.replica.create(Activity(kind="visit", at=1, contact_id=ada.id))
    there_and_back(world, admin, north)
    pull, seen = rita.link.pull, []

    async def one_by_one(request: Pull) -> Page:
        seen.append((rita.replica.count(Contact), rita.replica.count(Activity)))
        return await pull(msgspec.structs.replace(request, limit=1))

    rita.link.pull = one_by_one  # type: ignore[method-assign]
    rita.sync()
    assert len(seen) > 2
    assert {*seen, (rita.replica.count(Contact), rita.replica.count(Activity))} == {(1, 1)}
    world.settle()
    same(world)


def half_a_year(world: World) -> int:
    """What was deleted by now is removed for good; returns how many records were."""
    world.wait(181 * DAY_MS)
    return Upkeep(world.office.store, world.office.clock, horizon_days=180).run().removed


def test_what_one_wrote_before_the_first_load_is_gone_if_it_was_removed_for_good(
    world: World,
) -> None:
    world.phone(world.boss).sync()
    late = world.phone(world.boss)
    label = late.replica.create(Label(name="Mistake"))
    late.replica.delete(label)
    loses(late, "snapshot")
    assert half_a_year(world) == 1
    late.sync()
    assert late.replica.get(Label, label.id) is None
    world.settle()
    same(world)


def test_what_was_removed_for_good_and_made_anew_is_the_new_one(world: World) -> None:
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    contact = admin.replica.create(Contact(name="Ada", account_id=world.shop.id))
    admin.replica.delete(contact)
    world.settle()
    assert half_a_year(world) == 1
    world.office.add(Contact(id=contact.id, name="Ada again", account_id=world.shop.id))
    rita.sync()
    assert [found.name for found in rita.replica.find(Contact)] == ["Ada again"]
    world.settle()
    same(world)


def test_what_one_wrote_to_what_was_made_anew_stays_though_one_hears_of_the_removal_later(
    world: World,
) -> None:
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    contact = admin.replica.create(Contact(name="Ada", account_id=world.shop.id))
    world.settle()
    admin.replica.delete(contact)
    world.settle()
    assert half_a_year(world) == 1
    world.office.add(Contact(id=contact.id, name="Ada again", account_id=world.shop.id))
    world.wait(10)
    rita.replica.update(contact, title="Buyer")
    rita.sync()
    found = rita.replica.find(Contact)
    assert [(each.name, each.title) for each in found] == [("Ada again", "Buyer")]
    past = rita.replica.history(found[0])
    assert [written.value for written in past if written.cell == "title"] == ["Buyer"]
    world.settle()
    same(world)


@pytest.mark.parametrize("is_moved", [False, True])
def test_what_had_left_is_not_mixed_with_what_was_made_under_its_id_elsewhere(
    world: World, is_moved: bool
) -> None:
    ben, admin, north = two_territories(world)
    give(admin, world.territory.id, world.ben.id)
    contact = admin.replica.create(Contact(name="Ada", account_id=world.shop.id))
    copy = world.copied(admin)
    admin.sync()
    ben.sync()
    admin.replica.delete(contact)
    admin.sync()
    ben.sync()
    assert half_a_year(world) == 1
    give(admin, world.territory.id, world.rita.id)
    admin.sync()
    if is_moved:
        copy.sync()
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north)
    admin.sync()
    copy.sync()
    ben.sync()
    assert [found.name for found in ben.replica.find(Contact)] == ["Ada"]
    world.settle()
    same(world)


def test_what_one_created_is_not_kept_if_its_scope_was_taken_before_its_answer_came(
    world: World,
) -> None:
    ben, admin, _north = two_territories(world)
    ben.replica.create(Contact(name="Ada", account_id=world.shop.id))
    ben.link.loses_answer = 1.0
    assert not ben.try_sync()
    ben.link.heal()
    give(admin, world.territory.id, world.rita.id)
    admin.sync()
    command(world, ben, "resync")
    ben.sync()
    assert ben.replica.find(Contact) == []
    world.settle()
    same(world)


def test_what_moved_to_a_scope_one_keeps_is_here_all_the_time_with_what_one_hung_beneath(
    world: World,
) -> None:
    ben, admin, north = two_territories(world)
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north)
    give(admin, world.territory.id, world.rita.id)
    with ben.replica.changeset("Log visit"):
        ada = ben.replica.create(Contact(name="Ada", account_id=world.shop.id))
        ben.replica.create(Activity(kind="visit", at=1, contact_id=ada.id))
    admin.sync()
    seen: list[tuple[int, int, int]] = []
    ben.replica.on_change(
        lambda _: seen.append(tuple(map(ben.replica.count, (Account, Contact, Activity))))  # type: ignore[arg-type]
    )
    ben.sync()
    assert set(seen) == {(1, 1, 1)}
    world.settle()
    same(world)


def test_what_two_had_made_is_the_later_one_though_it_left_and_came_back(world: World) -> None:
    _ben, admin, north = two_territories(world)
    rita, tablet = world.phone(world.rita), world.phone(world.rita)
    world.settle()
    tablet.replica.label(world.shop, "Customer")
    world.wait(1_000)
    rita.replica.label(world.shop, "Customer")
    tablet.sync()
    there_and_back(world, admin, north)
    rita.sync()
    world.settle()
    same(world)


def test_a_scope_taken_and_given_back_before_the_log_was_read_to_its_end_misses_nothing(
    world: World,
) -> None:
    ben, admin, north = two_territories(world)
    shop = admin.replica.find(Account)[0]
    admin.replica.update(shop, territory_id=north)
    give(admin, world.territory.id, world.rita.id)
    admin.replica.update(admin.replica.find(Account)[0], territory_id=world.territory.id)
    admin.replica.create(Label(name="Later"))
    admin.sync()
    pull, pages = ben.link.pull, [3]

    async def cut_after_a_page(request: Pull) -> Page:
        if not pages:
            raise Unreachable("The line is cut.")
        return await pull(msgspec.structs.replace(request, limit=pages.pop()))

    ben.link.pull = cut_after_a_page  # type: ignore[method-assign]
    assert not ben.try_sync()
    ben.link.pull = pull  # type: ignore[method-assign]
    give(admin, world.territory.id, world.ben.id)
    admin.sync()
    ben.sync()
    assert [account.id for account in ben.replica.find(Account)] == [shop.id]
    world.settle()
    same(world)


def test_an_own_edit_of_what_moved_while_its_scope_was_away_stays(world: World) -> None:
    ben, admin, north = two_territories(world)
    admin.replica.create(Contact(name="Ada", account_id=world.shop.id))
    world.settle()
    give(admin, world.territory.id, world.rita.id)
    admin.sync()
    loses(ben, "pull")
    admin.replica.update(admin.replica.find(Contact)[0], title="Buyer")
    give(admin, world.territory.id, world.ben.id)
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north)
    admin.sync()
    ben.replica.update(ben.replica.find(Contact)[0], about="Typed meanwhile")
    ben.sync()
    found = ben.replica.find(Contact)[0]
    assert (found.title, found.about) == ("Buyer", "Typed meanwhile")
    world.settle()
    same(world)
