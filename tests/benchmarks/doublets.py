"""Customers with known duplicates, made as Febrl makes them: true records, and spoilt copies.

From a seed. A copy has up to three slips of those people make: typos heard and seen, names
swapped, short forms, numbers written another way, fields left out. The company is not an easy one:
colleagues share a switchboard and a place, families a name, chains a website, and names are few.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from client.duplicates import words
from server.demo import names
from server.demo.places import AREAS, STREETS
from sync_protocol.records import Account, Address, Contact, Email, Phone, entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from client.replica import Replica

PART = 300
SLIPS = (1, 1, 2, 2, 3)
_NEAR = {
    "a": "sq", "e": "rw", "i": "uo", "o": "ip", "u": "zi", "n": "mb", "m": "n", "r": "et",
    "s": "da", "t": "rz", "l": "k", "d": "sf", "g": "fh", "h": "gj", "k": "jl", "b": "vn",
}  # fmt: skip
_HEARD = (
    ("ei", "ai"), ("ai", "ei"), ("ie", "i"), ("ä", "ae"), ("ü", "ue"), ("ö", "oe"), ("ß", "ss"),
    ("th", "t"), ("tz", "z"), ("ck", "k"), ("mm", "m"), ("ll", "l"), ("ff", "f"), ("nn", "n"),
    ("dt", "t"), ("ph", "f"), ("v", "f"),
)  # fmt: skip


@dataclass
class Doublets:
    """The records in the order they are made, and the pairs of ids that are one customer."""

    records: list[Account | Contact] = field(default_factory=list)
    pairs: set[tuple[str, str]] = field(default_factory=set)


def generate(random: Random, accounts: int, share: float = 0.25) -> Doublets:
    """So many accounts with one to three contacts each; of both, `share` have a spoilt copy."""
    made = _Maker(random)
    for _ in range(accounts):
        account = made.account()
        people = [made.contact(account) for _ in range(random.choice((1, 1, 2, 3)))]
        if random.random() < share:
            made.copy(account, _OF_ACCOUNTS)
        for person in people:
            if random.random() < share:
                made.copy(person, _OF_CONTACTS)
    return made.result


def store(replica: Replica, doublets: Doublets) -> None:
    """Put them into a replica, and index and compare them all."""
    records = doublets.records
    for start in range(0, len(records), PART):
        with replica.changeset("Import"):
            for record in records[start : start + PART]:
                replica.create(record)
    while replica.index_some():
        pass


def measure(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> tuple[float, float]:
    """Precision and recall."""
    right = len(found & true)
    return right / max(1, len(found)), right / max(1, len(true))


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.result = Doublets()
        self._taken: set[str] = set()
        self._towns = [(town, area.region) for area in AREAS for town in area.towns]

    def account(self) -> Account:
        random = self.random
        (town, region), trade = random.choice(self._towns), random.choice(names.TRADES)
        name = random.choice(trade.shapes).format(
            sign=random.choice(names.SIGNS), spot=random.choice(names.SPOTS),
            view=random.choice(names.VIEWS), south=random.choice(names.SOUTHERN),
            greek=random.choice(names.GREEK), flower=random.choice(names.FLOWERS),
            family=self.family(), town=town.name,
        )  # fmt: skip
        if name + town.name in self._taken:
            return self.account()
        self._taken.add(name + town.name)
        address = Address(
            street=f"{random.choice(STREETS)} {random.randrange(1, 90)}",
            postal_code=random.choice(town.postal_codes), town=town.name, region=region,
            country="Germany",
        )  # fmt: skip
        site = "-".join((*words.organisation(name), *words.organisation(town.name))) + ".example"
        if random.random() < 0.1:  # a chain has one for all its branches
            site = site.replace("-" + words.fold(town.name), "")
        return self.put(
            Account(
                name=name,
                phones=entries(Phone(f"{town.dial} {random.randrange(10_000, 9_999_999)}")),
                emails=entries(Email(f"info@{site}")) if random.random() < 0.6 else {},
                website=f"https://www.{site}" if random.random() < 0.5 else "",
                addresses=entries(address),
            )
        )

    def contact(self, account: Account) -> Contact:
        random = self.random
        given, family = random.choice(names.GIVEN), self.family()
        phones = [Phone(f"0176 {random.randrange(10_000_000, 99_999_999)}", "mobile")]
        if random.random() < 0.3:
            phones.append(next(iter(account.phones.values())))
        address = f"{words.fold(given)}.{words.fold(family)}@{random.choice(_MAILS)}"
        if address in self._taken:  # no two people have one mailbox
            address = f"{random.randrange(100, 999)}.{address}"
        self._taken.add(address)
        month, day = random.randrange(1, 13), random.randrange(1, 29)
        born = f"{random.randrange(1955, 2004)}-{month:02}-{day:02}"
        return self.put(
            Contact(
                name=f"{given} {family}",
                phones=entries(*phones) if random.random() < 0.85 else {},
                emails=entries(Email(address)) if random.random() < 0.6 else {},
                birthday=born if random.random() < 0.3 else None,
                account_id=account.id,
            )
        )

    def family(self) -> str:
        """Some names are frequent, most are not."""
        random = self.random
        if random.random() < 0.4:
            return random.choice(names.FAMILIES)
        name = "".join(random.choice(_SYLLABLES) for _ in range(2)) + random.choice(_ENDS)
        return name.capitalize()

    def copy(self, record: Any, slips: tuple[Callable[[Random, Any], Any], ...]) -> None:
        spoilt = record
        for slip in self.random.sample(slips, self.random.choice(SLIPS)):
            spoilt = slip(self.random, spoilt)
        twin = self.put(msgspec.structs.replace(spoilt, id=""))
        self.result.pairs.add((min(record.id, twin.id), max(record.id, twin.id)))

    def put(self, record: Any) -> Any:
        kept = msgspec.structs.replace(record, id=f"{len(self.result.records):08}")
        self.result.records.append(kept)
        return kept


# --- slips ---


def _typo(random: Random, record: Any) -> Any:
    """A letter more, less, doubled, of the key beside, or two swapped."""
    name = record.name
    at = random.randrange(1, len(name) - 1)
    near = random.choice(_NEAR.get(name[at].lower(), name[at]))
    spoilt = random.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + near + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )
    )
    return msgspec.structs.replace(record, name=spoilt)


def _misheard(random: Random, record: Any) -> Any:
    name = record.name
    able = [(one, two) for one, two in _HEARD if one in name]
    if able:
        name = name.replace(*random.choice(able), 1)
    return msgspec.structs.replace(record, name=name)


def _swapped(random: Random, record: Any) -> Any:
    first, _space, last = record.name.rpartition(" ")
    return msgspec.structs.replace(record, name=f"{last}{random.choice((', ', ' '))}{first}")


def _short_form(random: Random, record: Any) -> Any:
    given, _space, family = record.name.partition(" ")
    shorts = [short for short, full in words.SHORT_FORMS.items() if full == words.fold(given)]
    if not shorts:
        return _typo(random, record)
    return msgspec.structs.replace(record, name=f"{random.choice(shorts).capitalize()} {family}")


def _other_format(random: Random, record: Any) -> Any:
    """The same numbers, written another way."""

    def written(phone: Phone) -> Phone:
        dial, _space, rest = phone.number.partition(" ")
        number = random.choice(("+49 {} {}", "0049{}{}", "+49 (0){}/{}", "0{}-{}"))
        return Phone(number.format(dial.removeprefix("0"), rest), phone.kind)

    phones = {key: written(value) for key, value in record.phones.items()}
    return msgspec.structs.replace(record, phones=phones)


def _other_number(random: Random, record: Any) -> Any:
    return msgspec.structs.replace(
        record, phones=entries(Phone(f"0171 {random.randrange(1_000_000, 9_999_999)}"))
    )


def _left_out(random: Random, record: Any) -> Any:
    """One or two of the fields left empty, never all that tells."""
    able = [name for name in ("phones", "emails", "birthday", "website") if hasattr(record, name)]
    gone = random.sample(able, random.choice((1, 2)))
    empty: dict[str, Any] = {"phones": {}, "emails": {}, "birthday": None, "website": ""}
    return msgspec.structs.replace(record, **{name: empty[name] for name in gone})


def _elsewhere(_random: Random, record: Any) -> Any:
    """Saved without its account."""
    return msgspec.structs.replace(record, account_id="")


def _legal_form(random: Random, record: Any) -> Any:
    form = random.choice(("GmbH", "KG", "e.K.", "GmbH & Co. KG"))
    return msgspec.structs.replace(record, name=f"{record.name} {form}")


def _no_street(_random: Random, record: Any) -> Any:
    bare = {
        key: msgspec.structs.replace(value, street="", region="")
        for key, value in record.addresses.items()
    }
    return msgspec.structs.replace(record, addresses=bare)


_OF_CONTACTS = (
    _typo, _typo, _misheard, _swapped, _short_form, _other_format, _left_out, _other_number,
    _elsewhere,
)  # fmt: skip
_OF_ACCOUNTS = (
    _typo, _misheard, _legal_form, _other_format, _left_out, _no_street, _other_number,
)  # fmt: skip
_MAILS = ("post.example", "mail.example", "web.example", "box.example")
_SYLLABLES = (
    "ka", "ber", "gra", "ho", "stei", "wei", "lin", "roh", "mer", "bla", "schu", "tal", "fen",
    "dor", "ke", "zim", "pfi", "nau", "ru", "sal", "wim", "gol", "hel", "bran", "kro", "lo",
)  # fmt: skip
_ENDS = ("ner", "mann", "ler", "er", "t", "berg", "ing", "ke", "sch", "feld", "l", "huber")
