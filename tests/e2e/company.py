"""A small company behind a real server process: Rita in the field, Olga in the office."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from client.replica import Replica
from server import admin
from server.app import create_domain
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Contact,
    Email,
    Money,
    Phone,
    Product,
    Task,
    Territory,
    entries,
)
from sync_protocol.records import (
    Settings as WorkspaceSettings,
)
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up

RITA, OLGA = "rita@acme.example", "olga@acme.example"
SHOPS = ("Café Adler", "Gasthof Bär", "Hotel Cäcilie", "Kiosk Dora")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on a loop of its own: playwright's is already running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


class Company:
    """The server and what a test needs to know of its data."""

    def __init__(self, folder: Path, bundle: Path, **facts: Any) -> None:
        settings = set_up(folder, web=bundle, **facts)
        domain = create_domain(settings)
        self.rita = admin.add_user(domain, "Rita Berger", "rep", email=RITA, password=PASSWORD).id
        admin.add_user(domain, "Olga Ott", "office", email=OLGA, password=PASSWORD)
        domain.store.close()
        self.folder = folder
        self.server = ServerProcess(settings)

    def open(self) -> None:
        """Start the server and fill it."""
        self.server.start()
        run(self._fill())

    async def office(self, name: str) -> Replica:
        """A headless replica of the administrator."""
        replica = await Replica.open(
            str(self.folder / f"{name}.db"), server=self.server.url, random=os.urandom
        )
        await replica.sign_in(EMAIL, PASSWORD)
        await replica.sync()
        return replica

    async def _fill(self) -> None:
        async with await self.office("fill") as replica:
            settings = replica.get(WorkspaceSettings, SETTINGS_ID) or replica.settings
            replica.update(settings, time_zone="Europe/Berlin", region="DE")
            territory = replica.create(Territory(name="Franconia", reps={self.rita: True}))
            for place, name in enumerate(SHOPS):
                self._shop(replica, name, place, territory.id)
            replica.create(Product(name="Helles", unit="barrel", price=Money("120", "EUR")))
            await replica.sync()

    def _shop(self, replica: Replica, name: str, place: int, territory: str) -> None:
        address = Address(street=f"Hauptstraße {place + 1}", postal_code="96317", town="Kronach")
        phone = entries(Phone(f"09261 62800{place}"))
        shop = replica.create(
            Account(name=name, territory_id=territory, phones=phone, addresses=entries(address))
        )
        replica.create(
            Contact(
                name=f"Ada {name.split()[1]}",
                account_id=shop.id,
                emails=entries(Email(f"ada{place}@example.com")),
            )
        )
        if place:
            replica.create(
                Activity(
                    kind="visit",
                    status="planned",
                    at=replica.now() + place,  # today, also a minute before midnight
                    account_id=shop.id,
                    owner_id=self.rita,
                )
            )
        else:
            today = dt.datetime.now(tz=dt.UTC).date()
            replica.create(
                Task(title="Send the menu", due=today, assignee_id=self.rita, account_id=shop.id)
            )
