"""What of a record tells people and organisations apart, and the keys by which it is found again.

Two records are compared only if they share a key. Each key survives another kind of slip: a typo, a
swapped name, a nickname, a number written another way, a field that was left empty.
"""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from client.duplicates import words
from sync_protocol.records import Account, Contact, Lead, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync_protocol.records import Record

Normalise = "Callable[[str, str], str | None]"
KINDS: dict[str, type[Record]] = {"account": Account, "contact": Contact, "lead": Lead}
"""The kinds of record that have duplicates."""
OTHERS = {"account": ("account",), "contact": ("contact", "lead"), "lead": ("lead", "contact")}
"""Among which kinds a record's likeness is looked for."""
PHONE_TAIL = 7
_PARTS = 3
_WORDS = 4
BECAME = "b"
"""Begins the key of a converted lead for each record it has become."""


class Sketch(NamedTuple):
    """`company` is where a person works; `names` the parts of the name as they are compared."""

    kind: str
    id: str
    names: tuple[str, ...]
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    account_id: str = ""
    company: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    birthday: str = ""
    site: str = ""
    became: tuple[str, ...] = ()


def draw(
    record: Any, normalise: Callable[[str, str], str | None] | None, company: str = ""
) -> Sketch:
    """The sketch of an account, contact or lead; `company` names a contact's account.

    Without `normalise` there are no phones in it.
    """
    kind = kind_of(record).name
    country = next((a.country for a in record.addresses.values() if a.country), "")
    addresses = record.addresses.values()
    converted = getattr(record, "converted", None)
    return Sketch(
        kind=kind,
        id=record.id,
        names=words.organisation(record.name) if kind == "account" else _person(record),
        phones=frozenset(_phones(record, normalise, country) if normalise else ()),
        emails=frozenset(e.address.strip().lower() for e in record.emails.values() if e.address),
        account_id=getattr(record, "account_id", ""),
        company=words.organisation(company or getattr(record, "company", "")),
        codes=frozenset(_plain(a.postal_code) for a in addresses if a.postal_code.strip()),
        towns=frozenset(_plain(a.town) for a in addresses if a.town.strip()),
        streets=frozenset(_plain(a.street) for a in addresses if a.street.strip()),
        birthday=getattr(record, "birthday", "") or "",
        site=_site(record.website),
        became=(converted.account_id, converted.contact_id) if converted else (),
    )


def keys(sketch: Sketch) -> frozenset[str]:
    """All keys by which a record is found, and looked for."""
    return frozenset(_keys(sketch))


def _keys(sketch: Sketch) -> Iterator[str]:
    yield from (f"p{number[-PHONE_TAIL:]}" for number in sketch.phones)
    yield from (f"e{address}" for address in sketch.emails)
    yield from (f"{BECAME}{record_id}" for record_id in sketch.became if record_id)
    if sketch.site:
        yield f"w{sketch.site}"
    if sketch.birthday:
        yield f"d{sketch.birthday}"
    if sketch.account_id:
        yield f"a{sketch.account_id}"
    parts = words.telling(sketch.names) if sketch.kind == "account" else sketch.names
    yield from _by_place(sketch, parts[:_WORDS])
    if sketch.kind == "account":
        yield from _of_words(parts[:_WORDS])
    else:
        yield from _of_parts(parts[:_PARTS])


def _by_place(sketch: Sketch, parts: tuple[str, ...]) -> Iterator[str]:
    for part in parts:
        yield from (f"z{code}/{words.sound(part)}" for code in sketch.codes)
        yield from (f"t{words.sound(town)}/{words.sound(part)}" for town in sketch.towns)


def _of_words(parts: tuple[str, ...]) -> Iterator[str]:
    sounds = sorted({words.sound(part) for part in parts})
    if len(sounds) == 1:
        yield f"n{sounds[0]}"
    yield from (f"n{one}|{two}" for one, two in combinations(sounds, 2))


def _of_parts(parts: tuple[str, ...]) -> Iterator[str]:
    """The sound of one part with that of another, or with its first letter."""
    if len(parts) == 1:
        yield f"n{words.sound(parts[0])}"
    for one, two in combinations(sorted(map(words.sound, parts)), 2):
        yield f"n{one}|{two}"
    for one, two in permutations(parts, 2):
        yield f"n{words.sound(one)}/{two[0]}"


def _person(record: Any) -> tuple[str, ...]:
    given = getattr(record, "given_name", "")
    family = getattr(record, "family_name", "")
    return words.person(record.name or f"{given} {family}")


def _phones(
    record: Any, normalise: Callable[[str, str], str | None], country: str
) -> Iterator[str]:
    """Digits alone: of the E.164 form, or those dialled where there is none."""
    for phone in record.phones.values():
        number = normalise(phone.number, country) or phone.number
        digits = "".join(filter(str.isdigit, number)).lstrip("0")
        if len(digits) >= PHONE_TAIL - 1:
            yield digits


def _plain(text: str) -> str:
    return " ".join(words.fold(text).replace("strasse", "str").replace(".", " ").split())


def _site(url: str) -> str:
    host = url.strip().lower().partition("://")[2] or url.strip().lower()
    return host.partition("/")[0].removeprefix("www.")
