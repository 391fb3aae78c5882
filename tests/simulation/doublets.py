"""Accounts that are one and the same, and three people at work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.records import Account, Notice

if TYPE_CHECKING:
    from tests.simulation.world import Phone, World


class Three(NamedTuple):
    """The phones of Rita, Ben and Olga, who alone is of the office, and hold the same."""

    world: World
    rita: Phone
    ben: Phone
    olga: Phone

    def made(self, *names: str) -> list[Account]:
        """Accounts of these names, on all phones."""
        accounts = [
            self.olga.replica.create(Account(name=name, territory_id=self.world.territory.id))
            for name in names
        ]
        self.world.settle()
        return accounts

    def merge(self, phone: Phone, loser: Account, winner: Account) -> str:
        """Let one go on in place of the other, a second after what came before.

        Returns the act's key, to undo it by.
        """
        self.world.wait(1_000)
        phone.replica.merge(now(phone, loser), now(phone, winner))
        self.world.wait(1_000)
        return phone.replica.last_act()


def three(world: World) -> Three:
    phones = Three(world, *(world.phone(who) for who in (world.rita, world.ben, world.olga)))
    world.settle()
    return phones


def now(phone: Phone, account: Account) -> Account:
    """What an account is on a phone, whatever became of it."""
    found = phone.replica.get(Account, account.id)
    assert found is not None
    return found


def told(phone: Phone) -> list[tuple[str, str, str]]:
    """Reason, record and what is above it, of all that this person was told."""
    found = phone.replica.find(Notice, owner_id=phone.replica.user_id)
    return [(notice.reason, notice.record_id, notice.under_id) for notice in found]
