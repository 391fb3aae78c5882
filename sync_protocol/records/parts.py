"""Values that only make sense together: each is one cell, or one entry of a field."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from sync_protocol.records.base import Instant, Short, Text

Kind = Annotated[str, Meta(max_length=40)]


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """WGS 84 degrees; `accuracy_m` metres; `fixed_at` when the device knew it."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0)] | None = None
    fixed_at: Instant | None = None


class Phone(msgspec.Struct, frozen=True, omit_defaults=True):
    """`number` as it was typed; its E.164 form is derived at each end."""

    number: Annotated[str, Meta(min_length=1, max_length=60)]
    kind: Kind = ""


class Email(msgspec.Struct, frozen=True, omit_defaults=True):
    address: Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    kind: Kind = ""


class Imported(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column of an imported file that Fieldbook has no field for."""

    heading: Short
    value: Text = ""


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """`country` is a name as people write it, or an ISO 3166 code."""

    street: Text = ""
    postal_code: Short = ""
    town: Short = ""
    region: Short = ""
    country: Short = ""
    kind: Kind = ""
    position: Position | None = None
