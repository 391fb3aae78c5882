"""What a company says about its visits: what for, what is asked, how often, which rounds."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from sync_protocol.records.base import Colour, Entries, Id, Name, Record, Short, Text, synced
from sync_protocol.records.custom import CustomType, Option
from sync_protocol.records.filters import Condition, Filter

Days = Annotated[int, Meta(ge=1, le=3_650)]


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question of a form, answered as a custom field is, under the id of its entry.

    `only_if` names an earlier question of the form (`answers.<id>`) and what its answer must be.
    """

    text: Annotated[str, Meta(min_length=1, max_length=500)]
    type: CustomType = "text"
    options: Annotated[dict[str, Option], Meta(max_length=100)] = {}
    required: bool = False
    about: Short = ""
    place: int = 0
    archived: bool = False
    only_if: Condition | None = None


@synced(shared=True, search=("name",), unique=("name",))
class Purpose(Record, frozen=True, kw_only=True):
    """What a visit is for; the chips above the outcomes. `place` orders them."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    colour: Colour = "#5f6b7a"
    place: int = 0
    archived: bool = False
    clash: Short = ""


@synced(shared=True, search=("name",), unique=("name",))
class VisitForm(Record, frozen=True, kw_only=True):
    """A checklist for visits of these purposes, or for every visit if none is named."""

    name: Name
    about: Text = ""
    purposes: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    questions: Entries[Question] = {}
    place: int = 0
    archived: bool = False
    clash: Short = ""


@synced(shared=True, search=("name",))
class Cadence(Record, frozen=True, kw_only=True):
    """How often the accounts that fit a filter are to be visited; the shortest that fits counts."""

    name: Name
    days: Days
    filter: Filter = Filter()
    archived: bool = False


@synced(parents=("territory_id",), search=("name", "about"))
class VisitPlan(Record, frozen=True, kw_only=True):
    """A round of accounts, in this order, on these weekdays (Monday is 0), every so many weeks.

    Its visits are made from it with derived ids, so that two devices make the same.
    """

    name: Name
    about: Text = ""
    stops: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(max_length=7)] = ()
    every_weeks: Annotated[int, Meta(ge=1, le=52)] = 1
    starts: date | None = None
    ends: date | None = None
    purpose_id: Id = ""
    assignee_id: Id = ""
    archived: bool = False
    territory_id: Id = ""
    owner_id: Id = ""
