"""What the sync centre tells, read at once and put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client import misfits
from client.ui import naming
from client.ui.views.records.draft_mending import form_of, to_mend
from sync_protocol import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from client.errors import Invalid
    from client.replica import Replica, Status
    from client.store.problems import Discarded, Problem
    from sync_protocol.changes import Change, Changeset

SHOWN = 30
ASIDE = "The server cannot take this just now. We put it aside so that the rest goes on."


class Act(NamedTuple):
    """A waiting act in words, and when it was made."""

    text: str
    at_ms: int


class Group(NamedTuple):
    """Waiting acts about one kind of record; `items` are the first of them."""

    kind: str
    title: str
    total: int
    oldest_ms: int
    items: tuple[Act, ...]


class Value(NamedTuple):
    """Something that was typed; `wrong` says why it was refused, or does not fit any more."""

    what: str
    text: str
    wrong: str = ""


class Refused(NamedTuple):
    """An act the server would not take: what it was, why, and all that was typed.

    `reason` is empty if a value carries it. `page` is where the record is seen, `form` where it is
    mended; empty if there is no such place. `held` are the acts that wait for this one.
    """

    problem: Problem
    title: str
    reason: str
    values: tuple[Value, ...]
    page: str
    form: str
    held: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything as plain text, for the clipboard."""
        reasons = {self.reason, *(value.wrong for value in self.values)}
        typed = (f"{value.what}: {value.text}" for value in self.values)
        return "\n".join(filter(None, [self.title, *sorted(reasons), *typed]))


class Given(NamedTuple):
    """An act that was given up lately, with its words for the clipboard."""

    number: int
    title: str
    at_ms: int
    text: str


class Centre(NamedTuple):
    status: Status
    now_ms: int
    groups: tuple[Group, ...]
    refused: tuple[Refused, ...]
    given: tuple[Given, ...]


def read_centre(replica: Replica) -> Centre:
    return Centre(
        status=replica.status(),
        now_ms=replica.now(),
        groups=tuple(_groups(replica, _acts(replica.pending()))),
        refused=tuple(_refused(replica, problem) for problem in replica.problems()),
        given=tuple(_given(replica, discarded) for discarded in replica.discarded()),
    )


def sentence(replica: Replica, changeset: Changeset, about: str = "") -> str:
    """What was done, in words: Log visit - Café Müller. `about` names a record that is gone."""
    told = (naming.told_of(replica, change) for change in changeset.changes)
    name = next(filter(None, told), about)
    return f"{changeset.name} - {name}" if name else changeset.name


def why_not(replica: Replica, problem: Problem, error: Invalid) -> str:
    """Why it cannot be sent again as it is, in our words where its field holds it no longer."""
    for change in problem.changeset.changes:
        for misfit in misfits.of(replica, change).values():
            if not misfit.kept:
                return misfit.why
    return error.message


def _acts(pending: Iterable[Changeset]) -> list[Changeset]:
    """One changeset for each act, the first; empty ones are withdrawn numbers."""
    acts: dict[str, Changeset] = {}
    for changeset in pending:
        if changeset.changes:
            acts.setdefault(changeset.action or str(changeset.number), changeset)
    return list(acts.values())


def _groups(replica: Replica, acts: Sequence[Changeset]) -> Iterable[Group]:
    by_kind: dict[str, list[Changeset]] = {}
    for changeset in acts:
        by_kind.setdefault(changeset.changes[0].kind, []).append(changeset)
    for kind, found in by_kind.items():
        items = [Act(sentence(replica, x), clock.millis(x.time)) for x in found[:SHOWN]]
        yield Group(
            kind,
            naming.PLURALS.get(kind, kind.capitalize()),
            len(found),
            clock.millis(found[0].time),
            tuple(items),
        )


def _refused(replica: Replica, problem: Problem) -> Refused:
    kind, record_id = _blamed(problem)
    here = bool(naming.name_of(replica, kind, record_id))
    reason = ASIDE if problem.parked else problem.rejection.message
    values, said = _wrong_values(replica, problem)
    return Refused(
        problem,
        sentence(replica, problem.changeset, problem.about),
        "" if said else reason,
        values,
        naming.page_of(replica, kind, record_id) if here else "",
        form_of(replica, problem),
        tuple(sentence(replica, held) for held in problem.held),
    )


def _blamed(problem: Problem) -> tuple[str, str]:
    """(kind, id) of the record the server named, else of the first that was written."""
    rejection, changes = problem.rejection, problem.changeset.changes
    if rejection.kind or not changes:
        return rejection.kind, rejection.id
    return changes[0].kind, changes[0].id


def _wrong_values(replica: Replica, problem: Problem) -> tuple[tuple[Value, ...], bool]:
    """What was written, each with what is wrong with it; whether the server's reason is among it.

    What its field cannot hold by now is told in our words: the server's are about its type.
    """
    told, said = [], False
    rejection = problem.rejection
    for change in problem.changeset.changes:
        unfit = misfits.of(replica, change)
        field = rejection.field if change is to_mend(problem) and not problem.parked else ""
        for cell, value in zip(change.cells, _values(replica, change), strict=True):
            misfit, to_blame = unfit.get(cell), naming.field_of(cell) == field
            ours = misfit.why if misfit else ""
            theirs = rejection.message if to_blame and (misfit is None or misfit.kept) else ""
            said = said or to_blame
            told.append(value._replace(wrong=f"{theirs} {ours}".strip()))
    return tuple(told), said


def _values(replica: Replica, change: Change) -> list[Value]:
    return [Value(what, text) for what, text in naming.values_of(replica, change)]


def _given(replica: Replica, discarded: Discarded) -> Given:
    changeset = discarded.changeset
    title = sentence(replica, changeset, discarded.about)
    values = (value for change in changeset.changes for value in _values(replica, change))
    typed = (f"{value.what}: {value.text}" for value in values)
    return Given(changeset.number, title, discarded.at, "\n".join([title, *typed]))
