"""Labels, and what they are on."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import Colour, Id, Instant, Name, Record, Short, Text, synced
from sync_protocol.records.filters import Filter

SUGGESTED, UNDONE = "suggested", "undone"
"""Origins of a labelling, beside a hand's and a rule's."""


@synced(shared=True, search=("name",), unique=("name",))
class Label(Record, frozen=True, kw_only=True):
    """A word of the team's vocabulary. An archived one stays where it is, but is not offered.

    `suggest` says whether it may be suggested, where the server has learned it. `clash` is the
    server's: it names the fields whose value another one holds.
    """

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    colour: Colour = "#5f6b7a"
    about: Text = ""
    archived: bool = False
    suggest: bool = True
    clash: Short = ""


@synced(parents=("record_id",))
class Labelling(Record, frozen=True, kw_only=True):
    """That a label is on a record. Its id is derived, it is never deleted: `on` says yes or no.

    `origin` is empty for a hand's, `suggested` for a suggestion taken up or (`on` being no) turned
    down, and a rule's id where a run of that rule put it on. `undone` says that nothing has been
    decided: what made the labelling was taken back.
    """

    label_id: Id
    record_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    record_id: Id
    on: bool = True
    origin: Id = ""


@synced(shared=True, search=("name",))
class LabelRule(Record, frozen=True, kw_only=True):
    """If a record of type `of` fits `filter`, then `label_id`.

    A dynamic label is on exactly as long as the filter holds: derived on every device, never
    written. One that `stays` is written when the rule is run, and nothing but a hand takes it off.
    """

    name: Name
    label_id: Id
    of: Annotated[str, Meta(min_length=1, max_length=40)] = "account"
    filter: Filter = Filter()
    stays: bool = False
    active: bool = False


class Weight(msgspec.Struct, frozen=True):
    """How much a feature of a record, `path=value` or a bare path, speaks for a label."""

    feature: Short
    weight: float


@synced(shared=True)
class LabelModel(Record, frozen=True, kw_only=True):
    """What the server learned of a label from the company's own records: a logistic regression.

    Its id is derived from label and type. It was learned from `learned_from` records, on `carried`
    of which people had put the label. `precision` is that of suggestions at `threshold` on records
    kept back from learning, `tested` how many of them would have had one, and `recall` the share of
    those with the label that would have. `edition` is that of the features it weighs
    (`sync_protocol.rules.features`).
    """

    label_id: Id
    of: Annotated[str, Meta(min_length=1, max_length=40)] = "account"
    bias: float = 0.0
    weights: Annotated[tuple[Weight, ...], Meta(max_length=1_000)] = ()
    threshold: Annotated[float, Meta(ge=0, le=1)] = 0.8
    precision: Annotated[float, Meta(ge=0, le=1)] = 0.0
    tested: Annotated[int, Meta(ge=0)] = 0
    learned_at: Instant = 0
    recall: Annotated[float, Meta(ge=0, le=1)] = 0.0
    carried: Annotated[int, Meta(ge=0)] = 0
    learned_from: Annotated[int, Meta(ge=0)] = 0
    edition: Annotated[int, Meta(ge=0)] = 0


def labelmodel_id(label_id: str, of: str) -> str:
    """The one model of this label for this record type."""
    return ids.derived("labelmodel", label_id, of)


def labelling_id(label_id: str, record_id: str) -> str:
    """The one labelling of this label and record, the same on every device."""
    return ids.derived("labelling", label_id, record_id)
