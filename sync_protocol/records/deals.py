"""Deals, the pipelines they go through, and the paper they leave: quotes and orders."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import (
    Colour,
    Entries,
    Id,
    Instant,
    Name,
    Record,
    Short,
    Text,
    synced,
)
from sync_protocol.records.parts import Currency, CustomValue, Imported, Line, Money

Percent = Annotated[int, Meta(ge=0, le=100)]
Purpose = Literal["sales", "support", "renewal"]


class Stage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step of a pipeline. A deal leaves it when `required` fields are filled and `exit` holds.

    `place` orders the stages; a deal that stays longer than `stale_days` (0: never) is ageing.
    """

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    place: int = 0
    probability: Percent = 0
    meaning: Text = ""
    exit: Text = ""
    required: tuple[Short, ...] = ()
    stale_days: Annotated[int, Meta(ge=0, le=3_650)] = 0
    colour: Colour = "#5f6b7a"


@synced(shared=True, search=("name",), unique=("name",))
class Pipeline(Record, frozen=True, kw_only=True):
    """A way deals go: stages in order, each an entry, so that its deals keep to it by its id."""

    name: Name
    purpose: Purpose = "sales"
    stages: Entries[Stage] = {}
    place: int = 0
    archived: bool = False
    clash: Short = ""


class Closing(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a deal ended, and why: one cell, because a reason belongs to its end."""

    won: bool
    at: Instant
    reason_id: Id = ""
    note: Text = ""


@synced(parents=("account_id", "contact_id"), search=("name", "about", "next_step", "custom"))
class Deal(Record, frozen=True, kw_only=True):
    """A chance to sell. Open until it has a `closing`.

    `probability` is the stage's unless it says otherwise. `stage_since` is when it came into its
    stage. `competitors` maps a competitor's id to what is known of their offer. `term_ends` is the
    last day of what was sold, if that has to be renewed; `renews_id` the deal this one renews.
    """

    name: Name
    pipeline_id: Id
    stage_id: Id
    stage_since: Instant = 0
    value: Money | None = None
    probability: Percent | None = None
    expected_on: date | None = None
    next_step: Short = ""
    next_step_on: date | None = None
    lines: Entries[Line] = {}
    competitors: Entries[Short] = {}
    closing: Closing | None = None
    term_ends: date | None = None
    renews_id: Id = ""
    about: Text = ""
    source: Short = ""
    custom: Entries[CustomValue] = {}
    account_id: Id = ""
    contact_id: Id = ""
    owner_id: Id = ""


def renewal_id(deal_id: str) -> str:
    """The one deal that renews this one, whichever device opens it."""
    return ids.derived("renewal", deal_id)


@synced(shared=True, search=("name",), unique=("name",))
class Competitor(Record, frozen=True, kw_only=True):
    name: Name
    about: Text = ""
    archived: bool = False
    clash: Short = ""


@synced(shared=True, search=("name",))
class Reason(Record, frozen=True, kw_only=True):
    """Why deals are won or lost, or leads disqualified: what is offered for each."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    of: Literal["won", "lost", "disqualified"] = "lost"
    place: int = 0
    archived: bool = False


@synced(shared=True, search=("name", "code", "barcode", "about", "custom"))
class Product(Record, frozen=True, kw_only=True):
    """Something that is sold. `price` is for one `unit`, where no price list says otherwise."""

    name: Name
    code: Short = ""
    barcode: Short = ""
    unit: Short = ""
    price: Money | None = None
    tax: Annotated[str, Meta(pattern=r"^\d{1,3}(\.\d{1,3})?$")] = "0"
    about: Text = ""
    archived: bool = False
    custom: Entries[CustomValue] = {}


@synced(shared=True, search=("name",), unique=("name",))
class PriceList(Record, frozen=True, kw_only=True):
    """Prices for some customers, or in another currency; those it lacks are the products' own."""

    name: Name
    currency: Currency = "EUR"
    archived: bool = False
    clash: Short = ""


@synced(parents=("price_list_id",), shared=True)
class Price(Record, frozen=True, kw_only=True):
    """What a product costs on a price list. Its id is derived: one price a product and list."""

    price_list_id: Id
    product_id: Id
    amount: Annotated[str, Meta(pattern=r"^\d{1,15}(\.\d{1,6})?$", max_length=22)]


def price_id(price_list_id: str, product_id: str) -> str:
    """The one price of this product on this list, the same on every device."""
    return ids.derived("price", price_list_id, product_id)


@synced(parents=("deal_id", "account_id", "contact_id"), search=("number", "terms"))
class Quote(Record, frozen=True, kw_only=True):
    """An offer. Once it has a `sent_at` only its `status` changes; a new revision is a new quote.

    `addressee` is the address as it stands on the paper, copied when the quote is made.
    """

    number: Short = ""
    revision: Annotated[int, Meta(ge=1, lt=1 << 31)] = 1
    revises_id: Id = ""
    status: Literal["draft", "sent", "accepted", "declined"] = "draft"
    sent_at: Instant | None = None
    valid_until: date | None = None
    currency: Currency = "EUR"
    lines: Entries[Line] = {}
    addressee: Text = ""
    terms: Text = ""
    deal_id: Id = ""
    account_id: Id = ""
    contact_id: Id = ""
    owner_id: Id = ""


class Invoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the books say of an order: its bill, until when it is to be paid, whether it is.

    One cell: a bill that was paid is that bill. Fieldbook does no bookkeeping, it is told.
    """

    number: Short = ""
    due: date | None = None
    paid: bool = False


@synced(parents=("account_id", "contact_id"), search=("number", "note"))
class SalesOrder(Record, frozen=True, kw_only=True):
    """What a customer bought. One that was imported may have a `total` and no lines."""

    number: Short = ""
    at: Instant
    status: Literal["placed", "delivered", "cancelled"] = "placed"
    currency: Currency = "EUR"
    lines: Entries[Line] = {}
    total: Money | None = None
    invoice: Invoice | None = None
    note: Text = ""
    custom: Entries[CustomValue] = {}
    imported: Entries[Imported] = {}
    deal_id: Id = ""
    quote_id: Id = ""
    activity_id: Id = ""
    account_id: Id = ""
    contact_id: Id = ""
    owner_id: Id = ""
