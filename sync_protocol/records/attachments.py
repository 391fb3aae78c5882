"""Files on records: photos, signatures, documents. A record names a file, it never carries one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from sync_protocol.blobs import MAX_BLOB
from sync_protocol.records.base import Content, Id, Instant, MaybeContent, Name, Record, synced
from sync_protocol.records.parts import Position

if TYPE_CHECKING:
    from sync_protocol.records.describe import Kind

MediaType = Annotated[str, Meta(pattern=r"^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$", max_length=127)]
"""RFC 6838, in lower case and without parameters."""


@synced(parents=("record_id",))
class Attachment(Record, frozen=True, kw_only=True):
    """A file on another record. `size` in bytes; `taken_at` and `position` are a photo's."""

    record_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    record_id: Id
    name: Name
    media_type: MediaType
    size: Annotated[int, Meta(ge=1, lt=MAX_BLOB + 1)]
    content: Content
    purpose: Literal["document", "photo", "signature"] = "document"
    taken_at: Instant | None = None
    position: Position | None = None
    owner_id: Id = ""


@cache
def blob_fields(kind: Kind) -> tuple[str, ...]:
    """The fields of a record type that name a file."""
    return tuple(f.name for f in kind.fields.values() if f.type in (Content, MaybeContent))
