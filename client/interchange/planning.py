"""What an import would create: pure, row by row, before anything is written.

A row becomes the records it describes, its labels by name, and a list of sentences on what could
not be taken over as it stands. Nothing is dropped silently: a value that does not fit its field is
kept as an imported value under its heading, and said so. Contacts of one organisation share one
account, made by the first row that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from client import record_types
from client.interchange import declared, values
from client.interchange.building import SHORT, TEXT, Draft, Person, fields_of
from client.interchange.declared_rows import CUSTOM, LABEL, Rows
from client.interchange.definitions import CUSTOMERS, Definitions
from client.interchange.lenient import Habits
from client.interchange.mapping import guess_mapping, guess_of, imported_heading, own_of
from client.interchange.problems import Problem, Problems
from client.interchange.targets import FILE, IMPORTED
from sync_protocol.records import (
    Account,
    Contact,
    CustomObject,
    Imported,
    Label,
    Lead,
    SalesOrder,
    blob_fields,
    entries,
    kind_of,
    kinds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from client.interchange import targets
    from client.interchange.existing import Existing
    from client.interchange.sources import Column, Photo, Row, Source
    from sync_protocol.records import CustomField, Record

Stored = Callable[[], bytes | None]
"""Reads a file of a package; None if it is damaged."""
Apart = dict[str, list[dict[str, str]]]
"""The rows of a table of entries by the ids of the records that they are of."""
COLUMN, LABELS = "column", "Labels"
"""A target whose group is one of our own headings; the heading of a cell that holds labels."""
MAX_TOLD = 500
NONE = Definitions()


class PlannedRow(NamedTuple):
    """The records of one row, without ids.

    `account` is the one to create; a contact goes beneath the account of `account_key`, which this
    row or an earlier one makes. `own` is a record of a company's own type, `other` one of any other
    type that has a table, with the ids of the file in it; `names` tell what those are. `labels` and
    `photo` belong to the contact if there is one, else to the other record. `references` are names
    of a territory, an owner, what the record belongs to, by field; `ids` the ids that our export
    has given for it and for those. `e164` is each phone as typed -> how it is dialled, read in the
    country of the row. `files` are those that fields name, to be read from the same package.
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
    own: CustomObject | None = None
    ids: Mapping[str, str] = MappingProxyType({})
    other: Record | None = None
    names: Mapping[str, str] = MappingProxyType({})
    files: Mapping[str, Stored] = MappingProxyType({})


class Summary(NamedTuple):
    """Counts over a whole plan; `problems` are the first `MAX_TOLD` of `problem_count`.

    `known` records are here already, the others will be new; `own` are of a company's own types,
    `others` neither that nor customers.
    """

    rows: int
    accounts: int
    contacts: int
    photos: int
    left_out: int
    labels: dict[str, int]
    problem_count: int
    problems: tuple[Problem, ...]
    own: int = 0
    known: int = 0
    others: int = 0
    files: int = 0

    @property
    def records(self) -> int:
        return self.accounts + self.contacts + self.own + self.others + self.known


class Tally:
    """Counts a plan row by row, for whoever must not block while going through it.

    `existing` knows what is here already; without it all counts as new.
    """

    def __init__(self, existing: Existing | None = None) -> None:
        self._existing = existing
        self._counted: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()
        self._told = Problems()

    def add(self, row: PlannedRow) -> None:
        counted = self._counted
        counted["rows"] += 1
        known, at_known = self._here(row)
        counted["known"] += known
        counted["accounts"] += row.account is not None and not at_known
        counted["contacts"] += row.contact is not None and not known
        counted["own"] += row.own is not None and not known
        counted["others"] += row.other is not None and not known and not _is_word(row.other)
        counted["photos"] += row.photo is not None
        counted["files"] += len(row.files)
        named = row.account or row.contact or row.account_key or row.own or row.other
        counted["left_out"] += not named
        self._labels.update(row.labels)
        self._told.extend(row.problems)

    def _here(self, row: PlannedRow) -> tuple[bool, bool]:
        """Whether what the row is about is here already, and whether its account is."""
        if self._existing is None:
            return False, False
        known = self._existing.match(row) is not None
        return known, known if row.contact is None else self._existing.has_account(row)

    def summary(self) -> Summary:
        counted = self._counted
        return Summary(
            rows=counted["rows"],
            accounts=counted["accounts"],
            contacts=counted["contacts"],
            photos=counted["photos"],
            left_out=counted["left_out"],
            labels=dict(self._labels),
            problem_count=len(self._told),
            problems=self._told.told(MAX_TOLD),
            own=counted["own"],
            known=counted["known"],
            others=counted["others"],
            files=counted["files"],
        )


class _OfOneTable:
    """What is told of a plan's file before its rows are gone through."""

    source: Source
    brings: Sequence[Record] = ()
    """What is to be there before the first row: nothing."""
    renames: Mapping[str, str] = MappingProxyType({})
    """Ids of the file that are known to be others here: none."""

    @property
    def filename(self) -> str:
        return self.source.filename

    @property
    def row_count(self) -> int:
        return self.source.row_count


class Plan(_OfOneTable):
    """Goes through a source with a mapping; every pass gives the same rows."""

    def __init__(
        self,
        source: Source,
        mapping: targets.Mapping,
        of: str,
        region: str,
        custom: Sequence[CustomField] = (),
    ) -> None:
        self.custom = custom
        self.source = source
        self.mapping = mapping
        self.of = of
        self.region = region
        self.stored: Mapping[str, Stored] = {}

    def rows(self, seen: set[str] | None = None) -> Iterator[PlannedRow]:
        """`seen` are the names of accounts that come with earlier rows."""
        seen = set() if seen is None else seen
        for row in self.source.rows():
            planned = self._planned(row)
            if planned.account_key in seen:
                planned = planned._replace(account=None)
            elif planned.account is not None:
                seen.add(planned.account_key or planned.account.name.casefold())
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
        if record_types.named(self.of).is_own:
            return _own(row, self.of, draft)
        return _planned(row, self.of, draft)._replace(files=self._files(row))

    def _files(self, row: Row) -> dict[str, Stored]:
        """A contact's picture, if that is in the same package."""
        if not self.stored:
            return {}
        columns = self.source.columns
        paths = (cell.value for cell in row.cells if columns[cell.column].heading == FILE)
        read = self.stored.get(next(paths, ""))
        return {"photo": read} if read else {}


class DeclaredPlan(_OfOneTable):
    """Goes through a table of a type that is read by its declaration.

    Without a mapping its headings are our own. `given` is what a row means that does not say it.
    """

    def __init__(
        self,
        source: Source,
        of: str,
        custom: Sequence[CustomField] = (),
        *,
        mapping: targets.Mapping | None = None,
        habits: Habits = Habits(),  # noqa: B008 - frozen
        given: Mapping[str, Any] | None = None,
        apart: Mapping[str, Apart] = MappingProxyType({}),
        stored: Mapping[str, Stored] = MappingProxyType({}),
    ) -> None:
        self.source = source
        self.of = of
        self.custom = custom
        self.mapping = mapping or {}
        self._heads = _heads(source, mapping)
        self._reading = Rows(kinds()[of], custom, habits, given)
        self._apart = apart
        self._stored = stored

    def rows(self, _seen: set[str] | None = None) -> Iterator[PlannedRow]:
        for row in self.source.rows():
            cells, labels = self._cells(row)
            found = self._reading.read(cells, self._entries(cells))
            told = (*found.problems, *(("", remark) for remark in row.remarks))
            yield PlannedRow(
                row.line, labels=tuple(dict.fromkeys((*found.labels, *labels))),
                problems=tuple(Problem(row.line, *each) for each in told),
                ids={"id": found.id}, other=self._whole(row, found.record), names=found.names,
                files=self._files(cells),
            )  # fmt: skip

    def _cells(self, row: Row) -> tuple[dict[str, list[str]], list[str]]:
        """A row's cells by our own headings, and the labels that a cell names together."""
        cells: dict[str, list[str]] = {}
        labels: list[str] = []
        for cell in row.cells:
            head = self._heads[cell.column]
            if head == LABELS:
                labels += values.labels(cell.value)
            elif head in cells and self.mapping:
                cells[head] = [" ".join((*cells[head], cell.value))]
            elif head:
                cells.setdefault(head, []).append(cell.value)
        return cells, labels

    def _whole(self, row: Row, record: Record | None) -> Record | None:
        """With the columns that nobody knows, where records of the type keep such."""
        if record is None or not isinstance(record, Lead | SalesOrder) or not self.mapping:
            return record
        columns = self.source.columns
        kept = [
            Imported(columns[cell.column].heading[:SHORT], cell.value[:TEXT])
            for cell in row.cells
            if self.mapping.get(columns[cell.column].key, IMPORTED) == IMPORTED
        ]
        return structs.replace(record, imported=entries(*record.imported.values(), *kept))

    def _entries(self, cells: Mapping[str, list[str]]) -> dict[str, list[dict[str, str]]]:
        """What tables of their own say of a row's record."""
        record_id = next(iter(cells.get(declared.ID, ())), "")
        return {field: found.get(record_id, []) for field, found in self._apart.items()}

    def _files(self, cells: Mapping[str, list[str]]) -> dict[str, Stored]:
        paths, fields = cells.get(FILE, ()), blob_fields(kinds()[self.of])
        return {field: self._stored[path] for field, path in zip(fields, paths, strict=False)
                if path in self._stored}  # fmt: skip


class Together:
    """Several plans as one import, one after the other; `brings` is what comes before all rows.

    `renames` are ids of the file that are known to be others here.
    """

    def __init__(
        self,
        filename: str,
        plans: Sequence[Plan | DeclaredPlan],
        brings: Sequence[Record] = (),
        renames: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.filename = filename
        self.plans = plans
        self.brings = brings
        self.renames = renames

    @property
    def row_count(self) -> int:
        return sum(plan.row_count for plan in self.plans)

    def rows(self) -> Iterator[PlannedRow]:
        """The rows; what is said of one names its file."""
        seen: set[str] = set()
        for plan in self.plans:
            for row in plan.rows(seen):
                told = [x._replace(heading=f"{plan.filename} {x.heading}") for x in row.problems]
                yield row._replace(problems=tuple(told))


def plan(
    source: Source,
    mapping: targets.Mapping | None = None,
    of: str = "",
    region: str = "GB",
    definitions: Definitions = NONE,
) -> Plan:
    """A plan for importing `source`; mapping and record type are guessed where they are not given.

    `of` names the record type of the rows: `account`, `contact` or a company's own, as
    `definitions` has it; `any_plan` takes tables of other types, too. `region` (ISO 3166) is how
    phones and dates are read in rows that name no country.
    """
    own = definitions.type_of(of) if of else own_of(source, definitions.types)
    fields = definitions.fields_of(*([own.id] if own else CUSTOMERS))
    if mapping is None:
        mapping = guess_mapping(source, [field.name for field in fields], own)
    of = of or (own.id if own else guess_of(source, mapping))
    return Plan(source, mapping, of, region, fields)


def _heads(source: Source, mapping: targets.Mapping | None) -> list[str]:
    """Our own heading of each column; none of one that is left out or kept elsewhere."""
    if mapping is None:
        return [column.heading for column in source.columns]
    return [
        _head(mapping.get(column.key, IMPORTED), column, place)
        for place, column in enumerate(source.columns, 1)
    ]


def _head(target: targets.Target, column: Column, place: int) -> str:
    match target.field:
        case "custom":
            return f"{CUSTOM}{target.group or column.heading}"
        case "label":
            return f"{LABEL}{place}"
        case "labels":
            return LABELS
    return target.group if target.field == COLUMN else ""


def _own(row: Row, type_id: str, draft: Draft) -> PlannedRow:
    """A record of a company's own type; whatever it has no field for is kept."""
    name, organisation = draft.take("name"), draft.take("organisation")
    made = None
    if name:
        made = CustomObject(
            name=name,
            type_id=type_id,
            about=draft.about(),
            custom=draft.custom(type_id),
            imported=draft.imported(),
        )
    else:
        draft.remarks.append(("", "This row has no name and is left out."))
    belongs = {"account_id": organisation} if organisation else {}
    return PlannedRow(
        row.line,
        labels=tuple(dict.fromkeys(draft.labels)),
        references=draft.references | belongs,
        problems=_told(row, draft),
        own=made,
        ids=draft.ids,
    )


def _is_word(record: Record) -> bool:
    """Whether it is counted with others of its kind: labels with labels, people not at all."""
    return isinstance(record, Label) or kind_of(record).name in declared.NEVER_MADE


def _told(row: Row, draft: Draft) -> tuple[Problem, ...]:
    told = [*draft.remarks, *(("", remark) for remark in row.remarks)]
    return tuple(Problem(row.line, heading, message) for heading, message in told)


def _planned(row: Row, of: str, draft: Draft) -> PlannedRow:
    organisation, person = draft.take("organisation"), draft.person()
    if draft.is_company and person.name == organisation:
        person = person._replace(name=f"{person.given_name} {person.family_name}".strip())
    if of == "account" or draft.is_company:
        account, contact = _customer(draft, organisation, person)
        account_key = ""
    else:
        account, contact = _person(draft, organisation, person)
        account_key = account.name.casefold() if account and contact else ""
    if not (account or contact):
        draft.remarks.append(("", "This row names nobody and is left out."))
    elif row.photo and not contact:
        draft.remarks.append(("", "The photo is left out: a customer has none."))
    return PlannedRow(
        row.line,
        account,
        contact,
        account_key,
        labels=tuple(dict.fromkeys(draft.labels)),
        photo=row.photo if contact else None,
        references=draft.references,
        e164=draft.e164,
        problems=_told(row, draft),
        ids=draft.ids,
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
