"""An audit: the digests of the rows as they are, told to a device and held against what is kept.

What is kept beside the records moves with every change and is never worked out again. Should it
ever say something else than the rows (one table was restored, somebody mended a row by hand), every
device would be told for ever that it had diverged. So the first audit puts it right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.domain import reading
from server.store import digests, records, workspaces
from sync_protocol import digest
from sync_protocol.messages import Sums

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from server.store.workspaces import Workspace
    from sync_protocol.messages import Audit


class Audited(NamedTuple):
    """The answer, and what the rows say of those scopes whose kept digest says something else."""

    sums: Sums
    drifted: dict[str, int]


def audit(connection: Connection, head: Workspace, request: Audit, held: frozenset[str]) -> Audited:
    """The digests of the requested scopes that are held, bucket by bucket."""
    scopes, missing = reading.split(request.scopes, held)
    groups = [0] * digest.BUCKETS
    found = dict.fromkeys(scopes, 0)
    for state, scope in records.walk(connection, head.workspace_id, scopes):
        weight, place = digest.record(state), digest.bucket(state.id)
        groups[place] = (groups[place] + weight) % digest.MODULUS
        found[scope] = (found[scope] + weight) % digest.MODULUS
    kept = digests.kept(connection, head.workspace_id, scopes)
    drifted = {scope: total for scope, total in found.items() if kept.get(scope, 0) != total}
    return Audited(Sums(head.head, tuple(groups), missing), drifted)


def put_right(connection: Connection, workspace: str, audited: Audited) -> bool:
    """Keep what the rows said; False if they have changed since, and the next audit is to say."""
    if workspaces.lock(connection, workspace).head != audited.sums.cut:
        return False
    digests.put(connection, workspace, audited.drifted)
    return True


def by_scope(connection: Connection, workspace: str, scopes: Collection[str]) -> dict[str, int]:
    """Each scope's digest, from the rows as they are."""
    found = dict.fromkeys(scopes, 0)
    for state, scope in records.walk(connection, workspace, scopes):
        found[scope] = (found[scope] + digest.record(state)) % digest.MODULUS
    return found
