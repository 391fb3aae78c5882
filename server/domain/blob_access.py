"""Who is shown a file.

Knowing a hash proves nothing: a record shows a file only if somebody who has had the file in hand
wrote that record, or another that the asker sees, now or within history. So nobody gets at a file
by naming it in a record of their own, and what was copied, merged, undone or restored stays to be
seen. A record's scope alone decides who sees it; a deleted one can be restored and still shows its.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from server.domain.access import carried_over
from server.store import blobs, devices, records
from server.store.blobs import Naming
from sync_protocol.records import blob_fields, kinds
from sync_protocol.records.cells import raw
from sync_protocol.rules.permissions import may_read

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync_protocol.rules.permissions import Actor

_MAX_NAMINGS = 100
"""Records looked at: the one asked for first, so more only matter where that one was forged."""


def shown(connection: Connection, workspace: str, actor: Actor, naming: Naming) -> str:
    """The hash that a record's field names, if its file may be shown to the actor; else empty."""
    content = _named(connection, workspace, actor, naming)
    if not content:
        return ""
    holders = blobs.holders(connection, workspace, content)
    if actor.user in holders:
        return content
    others = blobs.namings(connection, workspace, content, actor.scopes, _MAX_NAMINGS)
    for found in chain((naming,), others):
        if holders & _writers(connection, workspace, found, content):
            return content
    return ""


def _named(connection: Connection, workspace: str, actor: Actor, naming: Naming) -> str:
    kind = kinds().get(naming.kind)
    if kind is None or naming.field not in blob_fields(kind):
        return ""
    stored = records.load(connection, workspace, [naming.key]).get(naming.key)
    if stored is None or not may_read(actor, stored.scope):
        return ""
    return str(stored.fields[naming.field])


def _writers(connection: Connection, workspace: str, naming: Naming, content: str) -> set[str]:
    """Who wrote this hash into this record: its author now, and whoever did before."""
    state = records.load(connection, workspace, [naming.key])[naming.key].state
    writers = blobs.former_writers(connection, workspace, naming, bytes(raw(content)))
    if carried_over(state, naming.field):
        return writers
    device = state.stamp_of(naming.field).device
    author = devices.users(connection, workspace, [device]).get(device, "")
    return {author, *writers}
