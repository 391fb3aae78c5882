"""Who works for the demo's company, and how they sign in."""

from __future__ import annotations

from typing import NamedTuple

from server.demo.places import FRANCONIA, SWABIA, UPPER_BAVARIA, Area
from sync_protocol.records import Role

COMPANY = "Alpenquell Getränke GmbH"
TIME_ZONE = "Europe/Berlin"
REGION = "DE"
CURRENCY = "EUR"
LOCALE = "en-GB"
PASSWORD = "fieldbook-demo"  # noqa: S105 - printed by `fieldbook-server demo`, for made-up people


class Person(NamedTuple):
    """`area` is a rep's territory, `team` the one a manager leads or a rep belongs to."""

    name: str
    role: Role
    email: str
    team: str = ""
    area: Area | None = None


TEAMS = {"Bavaria": (UPPER_BAVARIA, FRANCONIA), "Württemberg": (SWABIA,)}
ADMIN = Person("Ingrid Sommer", "admin", "admin@alpenquell.example")
OFFICE = Person("Jonas Keller", "office", "office@alpenquell.example")
PEOPLE = (
    ADMIN,
    OFFICE,
    Person("Carolin Steiner", "manager", "manager@alpenquell.example", "Bavaria"),
    Person("Lena Huber", "rep", "lena@alpenquell.example", "Bavaria", UPPER_BAVARIA),
    Person("Florian Röder", "rep", "florian@alpenquell.example", "Bavaria", FRANCONIA),
    Person("Miriam Häberle", "rep", "miriam@alpenquell.example", "Württemberg", SWABIA),
)
REPS = tuple(person for person in PEOPLE if person.role == "rep")
