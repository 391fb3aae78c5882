"""What a record of a file refers to, led to what that is here.

It is found by the id that the file tells, or else by the name. What is not here is left out, and
said; a record that is nothing without it is left out itself. What refers to another of its own
type, as a renewal does to its deal, may come before that: it is led there at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.errors import Invalid
from client.interchange import declared
from client.interchange.existing import stages_of
from client.interchange.problems import Problem
from sync_protocol.records import Pipeline, Record, kind_of, kinds
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from client.interchange.existing import Existing
    from client.interchange.planning import PlannedRow
    from client.interchange.problems import Problems
    from client.replica import Replica
    from sync_protocol.records import Kind

_REPS, _MENTIONS = "reps", "mentions"
"""Fields whose entries are users; nobody is told anew of what was said long ago."""
_NOT_HERE = "What this refers to is not here, and is left out."
_AN_ID = 32
"""Letters of an id: what is as long as that and is one of the file's is no other text."""


class _Later(NamedTuple):
    row: PlannedRow
    record: Record
    links: dict[str, str]


class _Links(NamedTuple):
    """What was found of a row's references, by field and id in the file; `later` is looked for."""

    found: dict[tuple[str, str], str]
    later: dict[str, str]


class Referring:
    def __init__(
        self, replica: Replica, existing: Existing, territory_id: str, problems: Problems
    ) -> None:
        self._replica = replica
        self._existing = existing
        self._territory = territory_id
        self._problems = problems
        self._links = _Links({}, {})
        self._later: list[_Later] = []

    def led(self, row: PlannedRow, planned: Record) -> Record | None:
        """The record with the ids of here; None if it is nothing without what is not here."""
        plain, kind = msgspec.to_builtins(planned), kind_of(planned)
        self._links = _Links({}, {})
        for field, old_id in declared.references(plain):
            self._find(row, kind, plain, field, old_id)
        led = declared.renamed(plain, self._rename)
        reps = led.get(_REPS, {})
        led |= {_REPS: {who: on for who, on in reps.items() if self._existing.user(who, "")}}
        led |= {_MENTIONS: {}}
        needed = (name for name, field in kind.whole_fields.items() if field.required)
        if any(plain[name] and not led[name] for name in needed if name.endswith("_id")):
            return None
        return msgspec.convert(led, type(planned))

    def landed(self, row: PlannedRow, record: Record) -> None:
        """Remember what the record last led is to refer to when all are here."""
        if self._links.later:
            self._later.append(_Later(row, record, self._links.later))

    def place_some(self, most: int) -> bool:
        """Lead some of those to what has come by now; False at the end."""
        part, self._later = self._later[:most], self._later[most:]
        for row, record, links in part:
            for field, old_id in links.items():
                kind, name = kind_of(record), row.names.get(old_id, "")
                found = self._existing.record(kind, old_id) or self._existing.called(kind, name)
                if not found:
                    self.say_nobody(row, field, name)
                    continue
                try:
                    self._replica.update(record, **{field: found})
                except Invalid as error:
                    self._problems.add(Problem(row.line, error.field, error.message))
        return bool(self._later)

    def say_nobody(self, row: PlannedRow, field: str, name: str) -> None:
        what = heading(field)
        said = f"There is no {what.lower()} called {name!r}." if name else _NOT_HERE
        self._problems.add(Problem(row.line, what, said))

    def _find(
        self, row: PlannedRow, kind: Kind, plain: dict[str, Any], field: str, old_id: str
    ) -> None:
        name = row.names.get(old_id, "")
        found = self._found(plain, field, old_id, name)
        self._links.found[field, old_id] = found
        if found:
            return
        if declared.referred(field) is kind and plain.get(field) == old_id:
            self._links.later[field] = old_id
        else:
            self.say_nobody(row, field, name)

    def _found(self, plain: dict[str, Any], field: str, old_id: str, name: str) -> str:
        existing = self._existing
        of = plain.get("record_kind", "")
        kind = kinds().get(of) if field == "record_id" else declared.referred(field)
        match kind.name if kind else field:
            case "user":
                found = existing.user(old_id, name)
            case "territory":
                found = existing.territory(old_id, name) or self._territory
            case "account":
                found = existing.account(old_id, name)
            case "contact":
                found = existing.contact(old_id, name, self._beside(plain, "account_id"))
            case "stage_id":
                found = self._stage(self._beside(plain, "pipeline_id"), old_id, name)
            case _ if kind:
                found = existing.record(kind, old_id) or existing.called(kind, name)
            case _:
                found = old_id
        return found

    def _beside(self, plain: dict[str, Any], field: str) -> str:
        """What the same record refers to by another field."""
        return self._links.found.get((field, plain.get(field, "")), "")

    def _stage(self, pipeline_id: str, old_id: str, name: str) -> str:
        """A stage of that pipeline here: of that name, or of that id; the first if none is said."""
        pipeline = self._replica.get(Pipeline, pipeline_id) if pipeline_id else None
        if pipeline is None:
            return old_id
        stages = pipeline.stages
        known = stages_of(pipeline).get(name.casefold(), "")
        if known or old_id in stages or name:
            return known or (old_id if old_id in stages else "")
        return min(stages, key=lambda stage: (stages[stage].place, stage), default="")

    def _rename(self, name: str, value: str) -> str:
        renames = self._existing.renames
        if name.endswith("_id"):
            return self._links.found.get((name, value), value)
        if name == "field":
            path, dot, rest = value.partition(".")
            return f"{path}{dot}{renames.get(rest, rest)}"
        if name == _REPS:
            return self._existing.user(value, "") or value
        if name == "competitors":
            return self._existing.record(kinds()["competitor"], value) or value
        return renames.get(value, value) if len(value) >= _AN_ID else value
