"""What the columns of a table mean: a guess that a person can change before importing.

A heading is cut into words; a place ("Business", "Home", "Billing") and a number are taken out, and
the rest is looked up. That covers the exports of Google Contacts, Outlook (English and German),
HubSpot, Salesforce, Pipedrive and Open Brewery DB, and our own, with one short table. What is not
found is kept as an imported value under its heading, so nothing is lost.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from client.interchange import pairs
from client.interchange.targets import (
    ADDRESS,
    FILE,
    ID_HEADINGS,
    IMPORTED,
    OWN_FIELDS,
    SKIP,
    Mapping,
    Target,
    other_fields,
)
from sync_protocol.records import Account, Contact
from sync_protocol.rules.validity import heading as plain_heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from client.interchange.sources import Source
    from sync_protocol.records import ObjectType

_MEANINGS = {
    "name": "name; full name; display name; contact name; person name; kontakt; contact; person;"
    " anzeigename",
    "given_name": "first name; given name; firstname; vorname; person first name; forename",
    "family_name": "last name; family name; lastname; surname; nachname; familienname;"
    " person last name",
    "middle_name": "middle name; additional name; weitere vornamen; middle names",
    "prefix": "name prefix; salutation; prefix; anrede; honorific; courtesy title",
    "suffix": "name suffix; suffix; namenssuffix",
    "organisation": "company; company name; organization; organisation; organization name;"
    " organisation name; account name; account; associated company; firma; person organization;"
    " employer; business name; brewery name; firmenname; kunde; customer; customer name;"
    " unternehmen",
    "title": "job title; organization title; title; position; role; jobtitle; jobtitel; funktion;"
    " person job title; stelle; beruf",
    "role": "buying role; decision role; kaufrolle; person role",
    "phone": "phone; phone number; telephone; tel; telefon; phone value; person phone;"
    " telefonnummer; phone numbers; telephone number; organization phone; telefonnummern;"
    " ms tel; company phone; company phone number",
    "phone:mobile": "mobile; mobile phone; mobile phone number; mobile number; cell; cell phone;"
    " mobiltelefon; handy; mobil; person phone mobile; mobilnummer",
    "phone:fax": "fax; fax number; faxnummer; telefax",
    "phone:pager": "pager",
    "phone_kind": "phone type; phone label",
    "email": "email; e mail; email address; e mail address; mail; email value; e mail value;"
    " person email; e mail adresse; email adresse; emails; organization email; email addresses",
    "email_kind": "email type; e mail label; e mail type; email label; e mail typ",
    "website": "website; web page; webseite; url; homepage; web; website value; website url;"
    " web site; internet; company website",
    "street": "street; address; street address; address street; strasse; address line; adresse;"
    " addr; strasse und hausnummer; anschrift",
    "postal_code": "postal code; zip; zip code; zip postal code; postcode; postleitzahl; plz;"
    " address postal code; eircode; address zip",
    "town": "city; town; ort; stadt; locality; address city; address town",
    "region": "state; region; state province; province; county; bundesland; state region;"
    " address region; state code; kanton; bundesland kanton",
    "country": "country; country region; land; address country; land region",
    "lat": "latitude; lat; breitengrad; address latitude; geo lat; geocode latitude",
    "lon": "longitude; lon; lng; long; laengengrad; längengrad; address longitude; geo lon;"
    " geo lng; geocode longitude",
    "accuracy": "address accuracy",
    "fixed_at": "address fixed at",
    "po_box": "po box; address po box; postfach",
    "extended": "extended address; address extended address; neighborhood",
    "full_address": "address formatted; formatted address; full address; organization address;"
    " person postal address; postal address",
    "address_kind": "address type; address label",
    "birthday": "birthday; birthdate; date of birth; geburtstag; bday; birth date; geburtsdatum;"
    " person birthday",
    "about": "notes; note; about; about us; description; comments; comment; beschreibung; notizen;"
    " bemerkung; bemerkungen; company description; about company",
    "industry": "industry; branche; brewery type; sector; organization industry; trade",
    "account_kind": "kind",
    "labels": "categories; category; labels; tags; groups; group membership; group; kategorien;"
    " kategorie; person label; organization label; person labels; organization labels; label tags",
    "label": "label",
    "source": "source; lead source; original source; quelle; person source",
    "territory": "territory; gebiet",
    "owner": "owner; account owner; contact owner; person owner; organization owner; company owner",
    "parent": "parent account; parent company; belongs to; head office; muttergesellschaft;"
    " zentrale",
    "skip": "website type; website label; label by rule",
}
_PLACES = {
    "business": "work", "work": "work", "office": "work", "geschaeftlich": "work",
    "geschäftlich": "work", "home": "home", "private": "home", "privat": "home", "personal": "home",
    "other": "other", "weitere": "other", "weiterer": "other", "billing": "billing",
    "shipping": "shipping", "delivery": "shipping", "mailing": "mailing", "main": "main",
    "primary": "", "company": "work", "direct": "work", "organization": "", "person": "",
    "account": "", "contact": "",
}  # fmt: skip
_CUSTOM = re.compile(r"Custom: (.*)", re.DOTALL)
_OURS = re.compile(r"Imported: (.*)", re.DOTALL)
_BY_ID_HEADING = {heading: field for field, heading in ID_HEADINGS.items()}
_OF_OWN = dict.fromkeys(("contact", "contact name", "contact person", "kontakt",
                         "ansprechpartner"), "contact")  # fmt: skip
"""What means a person where the rows are not people themselves."""
_COPY = re.compile(r" ?\(\d+\)$")
"""What a browser adds to the name of a file that is there already."""
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_PERSONAL = frozenset({"given_name", "family_name", "birthday", "prefix"})


class _Heading(NamedTuple):
    """`place` is one of `_PLACES`, `number` stands within (1) or after (2) the words."""

    words: str
    place: str = ""
    within: str = ""
    after: str = ""


def guess_mapping(
    source: Source, custom: Iterable[str] = (), own: ObjectType | None = None
) -> Mapping:
    """A target for every column that is recognised; the others are kept as imported.

    `custom` are the names of custom fields; a heading of ours says `Custom: ` before them. `own` is
    the company's own type that the rows are of, which has fewer fields than a customer.
    """
    names = {name.casefold(): name for name in custom}
    if own is not None:
        guess = partial(_guess_own, own)
        return {x.key: _guess_custom(x.heading, names, guess) or guess(x.heading)
                for x in source.columns}  # fmt: skip
    mapping = {
        column.key: source.known.get(column.key)
        or _guess_custom(column.heading, names, _guess)
        or _guess(column.heading)
        for column in source.columns
    }
    return _settled(mapping)


def guess_of(source: Source, mapping: Mapping) -> str:
    """Whether the rows are rather people, as cards are, or rather customers."""
    fields = {target.field for target in mapping.values()}
    personal = fields & _PERSONAL or {"name", "organisation"} <= fields
    return "contact" if personal or source.format == "vcard" else "account"


def own_of(source: Source, types: Iterable[ObjectType]) -> ObjectType | None:
    """The type in use that a table is named after: by its file, as our export, or first column."""
    if source.format != "csv":
        return None
    named = [source.filename.rpartition(".")[0], *[x.heading for x in source.columns[:1]]]
    wanted = {_plain_words(name) for name in named} - {""}
    return next(
        (own for own in types
         if not own.archived and wanted & {_plain_words(own.name), _plain_words(own.plural)}),
        None,
    )  # fmt: skip


def _guess_custom(
    heading: str, names: dict[str, str], guess: Callable[[str], Target]
) -> Target | None:
    """A custom field, where the heading says so or means nothing else."""
    ours = _CUSTOM.fullmatch(heading)
    name = names.get((ours[1] if ours else heading).strip().casefold())
    if name is None or (ours is None and guess(heading) != IMPORTED):
        return None
    return Target("custom", name)


def _guess_own(own: ObjectType, heading: str) -> Target:
    """Only what such a record has; a column named as the type is says what each is called."""
    plain = heading.strip().casefold()
    if plain in {own.name.casefold(), own.plural.casefold()} - {""}:
        return Target("name")
    if plain in _OF_OWN:
        return Target(_OF_OWN[plain])
    field = _guess(heading).field
    return Target(field) if field in OWN_FIELDS else IMPORTED


def meaning_of(heading: str) -> Target:
    """What a heading means in a table of customers; to be kept as imported if nothing is known."""
    return _guess(heading)


def _guess(heading: str) -> Target:
    if _OURS.fullmatch(heading):
        return IMPORTED
    if heading == FILE:
        return SKIP
    if heading in _BY_ID_HEADING:
        return Target(_BY_ID_HEADING[heading])
    for read in _readings(heading):
        meaning = _BY_WORDS.get(read.words)
        if meaning is not None:
            return _target(meaning, read)
    return IMPORTED


def imported_heading(heading: str) -> str:
    """The heading under which an unknown column's values are kept."""
    ours = _OURS.fullmatch(heading)
    return ours[1] if ours else heading


def _readings(heading: str) -> Iterator[_Heading]:
    """A heading with all its words, then without the place."""
    words = _WORD.findall(_CAMEL.sub(" ", heading).casefold())
    plain = [word for word in words if not word.isdigit()]
    numbers = [at for at, word in enumerate(words) if word.isdigit()]
    after = words[-1] if numbers and numbers[-1] == len(words) - 1 else ""
    within = words[numbers[0]] if numbers and not after else ""
    yield _Heading(" ".join(plain), "", within, after)
    places = [_PLACES[word] for word in plain if word in _PLACES]
    rest = " ".join(word for word in plain if word not in _PLACES)
    if places:
        place = next(filter(None, places), "")
        if rest in _BY_WORDS and rest != "name":
            yield _Heading(rest, place, within, after)


def _target(meaning: str, read: _Heading) -> Target:
    field, _, kind = meaning.partition(":")
    if kind == "fax":
        kind = f"{read.place} fax".strip()
    kind = kind or read.place
    if field in ADDRESS:
        line = int(read.after) if read.after and field == "street" else 0
        number = "" if line else read.within or read.after
        return Target(field, f"{read.place} {number}".strip(), read.place, line)
    if field in ("phone", "phone_kind", "email", "email_kind"):
        return Target(field, f"{read.place} {read.within or read.after}".strip(), kind)
    return Target(field, read.within) if field in pairs.FIELDS else Target(field)


def _settled(mapping: Mapping) -> Mapping:
    """What only the whole table tells: beside a job title, a title is how one is addressed."""
    titles = [key for key, target in mapping.items() if target.field == "title"]
    fields = {target.field for target in mapping.values()}
    if len(titles) > 1 and "given_name" in fields:
        mapping |= {key: Target("prefix") for key in titles if key.casefold() == "title"}
    return mapping


def _plain_words(text: str) -> str:
    return " ".join(_WORD.findall(_COPY.sub("", text).casefold()))


def _by_words(meanings: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {words: field for field, listed in meanings for words in listed.split("; ")}


_BY_WORDS = {
    plain_heading(field.name).casefold(): field.name
    for struct in (Account, Contact)
    for field in other_fields(struct)
} | _by_words((_MEANINGS | pairs.MEANINGS).items())
