"""What an import would create: pure, row by row, before anything is written.

A row becomes the records it describes, its labels by name, and a list of sentences on what could
not be taken over as it stands. Nothing is dropped silently: a value that does not fit its field is
kept as an imported value under its heading, and said so. Contacts of one organisation share one
account, made by the first row that names it.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from client.interchange.building import Draft, Person, fields_of
from client.interchange.mapping import guess_kind, guess_mapping, imported_heading
from client.interchange.targets import IMPORTED
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from client.interchange import targets
    from client.interchange.mapping import Kind
    from client.interchange.sources import Photo, Row, Source
    from sync_protocol.records import CustomField

MAX_TOLD = 500


class Problem(NamedTuple):
    """What a person should know of one row: the line of the file, the heading, a sentence."""

    line: int
    heading: str
    message: str


class PlannedRow(NamedTuple):
    """The records of one row, without ids.

    `account` is the one to create; a contact goes beneath the account of `account_key`, which this
    row or an earlier one makes. `labels` and `photo` belong to the contact if there is one, else to
    the account. `references` are names of a territory or owner by field. `e164` is each phone as
    typed -> how it is dialled, read in the country of the row.
    """

    line: int
    account: Account | None = None
    contact: Contact | None = None
    account_key: str = ""
    labels: tuple[str, ...] = ()
    photo: Photo | None = None
    references: Mapping[str, str] = MappingProxyType({})
    e164: Mapping[str, str] = MappingProxyType({})
    problems: tuple[Problem, ...] = ()


class Summary(NamedTuple):
    """Counts over a whole plan; `problems` are the first `MAX_TOLD` of `problem_count`."""

    rows: int
    accounts: int
    contacts: int
    photos: int
    left_out: int
    labels: dict[str, int]
    problem_count: int
    problems: tuple[Problem, ...]


class Tally:
    """Counts a plan row by row, for whoever must not block while going through it."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()
        self._told: list[Problem] = []

    def add(self, row: PlannedRow) -> None:
        counted = self._counted
        counted["rows"] += 1
        counted["accounts"] += row.account is not None
        counted["contacts"] += row.contact is not None
        counted["photos"] += row.photo is not None
        counted["left_out"] += not row.account and not row.contact and not row.account_key
        counted["problems"] += len(row.problems)
        self._labels.update(row.labels)
        self._told += row.problems[: MAX_TOLD - len(self._told)]

    def summary(self) -> Summary:
        counted = self._counted
        return Summary(
            rows=counted["rows"],
            accounts=counted["accounts"],
            contacts=counted["contacts"],
            photos=counted["photos"],
            left_out=counted["left_out"],
            labels=dict(self._labels),
            problem_count=counted["problems"],
            problems=tuple(self._told),
        )


class Plan:
    """Goes through a source with a mapping; every pass gives the same rows."""

    def __init__(
        self,
        source: Source,
        mapping: targets.Mapping,
        kind: Kind,
        region: str,
        custom: Sequence[CustomField] = (),
    ) -> None:
        self.custom = custom
        self.source = source
        self.mapping = mapping
        self.kind = kind
        self.region = region

    def rows(self) -> Iterator[PlannedRow]:
        seen: set[str] = set()
        for row in self.source.rows():
            planned = self._planned(row)
            if planned.account_key in seen:
                planned = planned._replace(account=None)
            elif planned.account_key:
                seen.add(planned.account_key)
            yield planned

    def summary(self) -> Summary:
        """One pass over all rows."""
        tally = Tally()
        for row in self.rows():
            tally.add(row)
        return tally.summary()

    def _planned(self, row: Row) -> PlannedRow:
        draft = Draft(self.region, self.custom)
        for cell in row.cells:
            column = self.source.columns[cell.column]
            target = self.mapping.get(column.key, IMPORTED)
            heading = imported_heading(column.heading)
            draft.add(target, heading, cell.value, cell.group)
        return _planned(row, self.kind, draft)


def plan(
    source: Source,
    mapping: targets.Mapping | None = None,
    kind: Kind | None = None,
    region: str = "GB",
    custom: Sequence[CustomField] = (),
) -> Plan:
    """A plan for importing `source`; mapping and kind are guessed where they are not given.

    `region` (ISO 3166) is how phones and dates are read in rows that name no country; `custom`
    are the custom fields of accounts and contacts.
    """
    if mapping is None:
        mapping = guess_mapping(source, [field.name for field in custom])
    return Plan(source, mapping, kind or guess_kind(source, mapping), region, custom)


def _planned(row: Row, kind: Kind, draft: Draft) -> PlannedRow:
    organisation, person = draft.take("organisation"), draft.person()
    if draft.is_company and person.name == organisation:
        person = person._replace(name=f"{person.given_name} {person.family_name}".strip())
    if kind == "accounts" or draft.is_company:
        account, contact = _customer(draft, organisation, person)
        account_key = ""
    else:
        account, contact = _person(draft, organisation, person)
        account_key = account.name.casefold() if account and contact else ""
    if not (account or contact):
        draft.remarks.append(("", "This row names nobody and is left out."))
    elif row.photo and not contact:
        draft.remarks.append(("", "The photo is left out: a customer has none."))
    told = [*draft.remarks, *(("", remark) for remark in row.remarks)]
    return PlannedRow(
        row.line,
        account,
        contact,
        account_key,
        labels=tuple(dict.fromkeys(draft.labels)),
        photo=row.photo if contact else None,
        references=draft.references,
        e164=draft.e164,
        problems=tuple(Problem(row.line, heading, message) for heading, message in told),
    )


def _customer(
    draft: Draft, organisation: str, person: Person
) -> tuple[Account | None, Contact | None]:
    """All describes the account; a person named beside it is their contact."""
    name = organisation or person.name or draft.someone()
    if not name:
        return None, None
    contact = None
    if organisation and person.name:
        contact = person.contact(draft.take("title"), draft.birthday())
    return _account(draft, name), contact


def _person(
    draft: Draft, organisation: str, person: Person
) -> tuple[Account | None, Contact | None]:
    """All describes the person; of their account only the name is known."""
    if organisation and not person.name:
        return _account(draft, organisation), None
    name = person.name or draft.someone()
    if not name:
        return None, None
    account = None
    if organisation:
        account = Account(
            name=organisation, industry=draft.take("industry"), kind=draft.account_kind()
        )
    contact = person._replace(name=name).contact(draft.take("title"), draft.birthday())
    fields = fields_of(draft, Contact)
    return account, structs.replace(contact, **fields, imported=draft.imported())


def _account(draft: Draft, name: str) -> Account:
    account = Account(name=name, industry=draft.take("industry"), kind=draft.account_kind())
    fields = fields_of(draft, Account)
    return structs.replace(account, **fields, imported=draft.imported())
