"""A form's draft as the replica keeps it, and back again.

Only the fields that were typed are kept, with what they were before. So a form that is opened again
goes on from its record as it is by then, and saving still writes only what was typed. What is
half typed need not be valid: an e-mail without its end comes back as it was left.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from client.replica import KeptDraft
from client.ui.views.records.draft import WORDS, Draft
from client.ui.views.records.draft_joining import lay_over
from client.ui.views.records.draft_mending import mending
from client.ui.views.records.loosely import as_typed
from sync_protocol.records import kind_of, kinds, rows

if TYPE_CHECKING:
    from client.replica import DraftKey, Replica
    from client.store.problems import Problem
    from sync_protocol.records import Kind

Fields = dict[str, Any]


class Body(msgspec.Struct, frozen=True):
    """`problem` is the number of the refused changeset that the draft mends."""

    typed: Fields
    before: Fields
    words: dict[str, str]
    problem: int = 0
    aside: dict[str, str] = {}
    seen: int | None = None


def keep(replica: Replica, draft: Draft, route: str) -> None:
    """Keep what was typed; where that is nothing any more, forget what was kept."""
    if draft.changed:
        replica.keep_draft(kept(draft, route, replica.now()))
    else:
        replica.drop_draft(draft.key)


def kept(draft: Draft, route: str, now_ms: int) -> KeptDraft:
    """The draft, as it is kept under its form's `route`."""
    known = _blank(kind_of(draft.before)) if draft.is_new else draft.before
    before, now = draft.before, draft.now
    names = [
        name
        for name in before.__struct_fields__
        if getattr(now, name) != getattr(before, name)
        or getattr(before, name) != getattr(known, name)
    ]
    body = Body(
        typed=_plain(now, names),
        before=_plain(before, names),
        words={name: getattr(draft, name) for name in WORDS},
        problem=draft.mends.problem.changeset.number if draft.mends else 0,
        aside=draft.aside,
        seen=draft.seen,
    )
    title = str(getattr(now, "name", "")).strip()
    return KeptDraft(*draft.key, route, title, now_ms, msgspec.msgpack.encode(body))


def restored(replica: Replica, key: DraftKey) -> Draft | None:
    """The draft that was kept under `key`; None if there is none, or its record is not here."""
    found, body = replica.draft(key), None
    with suppress(msgspec.DecodeError):  # another version's
        body = msgspec.msgpack.decode(found.body, type=Body) if found else None
    if body is None:
        return None
    kind = kinds()[key.kind]
    mended = _mended(replica, body.problem)
    draft = mended if mended and mended.key == key else _begun(replica, key)
    if draft is None:
        return None
    draft.before = msgspec.structs.replace(draft.before, **_fields(kind, body.before))
    draft.now = msgspec.structs.replace(draft.before, **_fields(kind, body.typed))
    for name in WORDS:
        setattr(draft, name, body.words.get(name, ""))
    draft.aside, draft.seen = body.aside, body.seen
    return draft


def mended(replica: Replica, problem: Problem) -> Draft | None:
    """What mends a refused edit, as far as one had got with it; None if there is no form for it.

    Another edit of the record that is not finished is part of it.
    """
    draft = mending(replica, problem)
    begun = restored(replica, draft.key) if draft else None
    if draft is None or begun is None:
        return draft
    if begun.mends and begun.mends.problem == problem:
        return begun
    lay_over(replica, draft, begun)
    return draft


def _mended(replica: Replica, number: int) -> Draft | None:
    problem = next((p for p in replica.problems() if p.changeset.number == number), None)
    return mending(replica, problem) if problem else None


def _begun(replica: Replica, key: DraftKey) -> Draft | None:
    kind = kinds()[key.kind]
    before: Any = replica.get(kind.struct, key.id) if key.id else _blank(kind)
    return None if before is None else Draft(before, key.parent)


def _blank(kind: Kind) -> Any:
    return rows.record(kind, {"id": "", **rows.defaults(kind)})


def _plain(record: Any, names: list[str]) -> Fields:
    return {name: msgspec.to_builtins(getattr(record, name)) for name in names}


def _fields(kind: Kind, plain: Fields) -> Fields:
    """The fields that this version knows, typed as far as they go."""
    hints = get_type_hints(kind.struct, include_extras=True)
    return {name: as_typed(hints[name], value) for name, value in plain.items() if name in hints}
