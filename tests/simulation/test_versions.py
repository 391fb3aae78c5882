"""Old and new versions side by side: nobody stops working, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sync_protocol.changes import Change
from sync_protocol.errors import VersionMismatch, WrongWorkspace
from sync_protocol.messages import Hello
from sync_protocol.records import Account, cells
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


def saying(phone: Phone, **facts: object) -> Callable[[], None]:
    """From now on the phone's hello says something else; the answer stops that."""
    hello = phone.link.hello

    async def other(request: Hello) -> Any:
        return await hello(msgspec.structs.replace(request, **facts))

    phone.link.hello = other  # type: ignore[method-assign]

    def stop() -> None:
        phone.link.hello = hello  # type: ignore[method-assign]

    return stop


def test_a_new_client_at_an_old_server_goes_on_offline_and_keeps_its_outbox(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    stop = saying(rita, protocol=99)
    rita.replica.update(world.shop, about="Typed meanwhile")
    with pytest.raises(VersionMismatch):
        rita.sync()
    assert len(rita.replica.pending()) == 1
    assert rita.replica.find(Account)[0].about == "Typed meanwhile"
    stop()
    world.settle()
    same(world)


def test_another_companys_server_is_refused_and_the_data_kept(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Typed meanwhile")
    stop = saying(rita, workspace="another company")
    with pytest.raises(WrongWorkspace):
        rita.sync()
    assert len(rita.replica.pending()) == 1
    assert rita.replica.count(Account) == 1
    stop()
    world.settle()
    same(world)


def test_a_field_and_an_entry_of_a_newer_version_travel_through_an_older_one(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    newer = Change(
        "account", world.shop.id, {"mood": cells.raw("fine"), "socials.1": cells.raw({"at": "x"})}
    )
    with rita.replica.changeset("Edit account"):
        rita.replica._add(newer)
    world.settle()
    for phone in (rita, olga):
        assert phone.replica.find(Account)[0].name == "Corner shop"
        assert phone.replica.kept_digest() == phone.replica.digest()
    olga.replica.update(olga.replica.find(Account)[0], about="Edited by the older one")
    world.settle()
    same(world)
