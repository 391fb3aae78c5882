"""Values that only make sense together: each is one cell, or one entry of a field."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from sync_protocol.records.base import Id, Instant, Short, Text

Kind = Annotated[str, Meta(max_length=40)]
Amount = Annotated[str, Meta(pattern=r"^-?\d{1,15}(\.\d{1,6})?$", max_length=23)]
"""An exact decimal number, as text: no float ever touches money or quantities."""
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", max_length=3)]
"""ISO 4217."""
CustomValue = (
    Annotated[str, Meta(max_length=20_000)]
    | bool
    | Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=200)]
)
"""A value of a custom field: text in the field's own form, yes or no, or several choices' ids.

Numbers and dates are text, too (exact decimals, ISO dates, `12.50 EUR`), so that a changed
definition never loses what is there.
"""


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


class Money(msgspec.Struct, frozen=True):
    """An amount and its currency: one cell, because neither means anything alone."""

    amount: Amount
    currency: Currency


class Social(msgspec.Struct, frozen=True, omit_defaults=True):
    """A profile elsewhere; `kind` names the network."""

    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    kind: Kind = ""


class Need(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something to know before going in: what they need, like, or will not have."""

    text: Annotated[str, Meta(min_length=1, max_length=2_000)]
    topic: Short = ""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """Some of a product, at a price for one; `discount` and `tax` are per cent.

    Name, unit and price are copied from the product, so an old quote stays as it was.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    quantity: Amount = "1"
    price: Amount = "0"
    unit: Short = ""
    discount: Amount = "0"
    tax: Amount = "0"
    product_id: Id = ""
