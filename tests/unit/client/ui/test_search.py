"""One search over everything: groups, keys, typos, the way on into a list."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from sync_protocol.records import Account, Lead
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

FIELD = "Name, phone, town, label, note"


def hits(screen: Screen) -> list[str]:
    return [x.removeprefix("hit-") for x in screen.identifiers() if x.startswith("hit-")]


async def press(screen: Screen, key: str) -> None:
    event = SimpleNamespace(key=key, ctrl=False, shift=False, alt=False, meta=False)
    handler = screen.page.on_keyboard_event
    assert handler is not None
    handler(event)  # type: ignore[arg-type, call-arg]
    await screen.settle()


async def test_results_come_in_groups_and_a_tap_opens_one(office: Office) -> None:
    async with opened(office.replica, "/accounts") as screen:
        await screen.tap("open-search")
        await screen.type(FIELD, "ad")
        await screen.until(lambda: hits(screen) == [office.contact.id, office[0].id])
        assert screen.says("Contacts")
        await screen.tap(f"hit-{office.contact.id}")
        await screen.until(lambda: screen.page.route == f"/contacts/{office.contact.id}")


async def test_arrows_and_enter_open_a_result(office: Office) -> None:
    async with opened(office.replica, "/search") as screen:
        await screen.type(FIELD, "ad")
        await screen.until(lambda: len(hits(screen)) == 2)
        await press(screen, "Arrow Down")
        await press(screen, "Enter")
        await screen.until(lambda: screen.page.route == f"/accounts/{office[0].id}")


async def test_a_misspelt_name_is_found(office: Office) -> None:
    async with opened(office.replica, "/search") as screen:
        await screen.type(FIELD, "brauerie")
        await screen.until(lambda: hits(screen) == [office[0].id])


async def test_nothing_found_says_so(office: Office) -> None:
    async with opened(office.replica, "/search") as screen:
        assert screen.says("Search everything on this device")
        await screen.type(FIELD, "qqqq")
        await screen.until_says('Nothing found for "qqqq"')


async def test_many_hits_lead_on_into_the_list(office: Office) -> None:
    replica = office.replica
    for place in range(6):
        replica.create(Account(name=f"Postwirt {place}"))
    while replica.index_some():
        pass
    async with opened(replica, "/search") as screen:
        await screen.type(FIELD, "post")
        await screen.until_target("more-account")
        await screen.tap("more-account")
        await screen.until_says("7 found")


async def test_a_lead_that_is_found_by_its_company_tells_the_company(office: Office) -> None:
    replica = office.replica
    replica.create(Lead(name="Ada Berg", title="Owner", company="Bergwirt"))
    while replica.index_some():
        pass
    async with opened(replica, "/search") as screen:
        await screen.type(FIELD, "bergwirt")
        await screen.until_says("Owner, Bergwirt")
