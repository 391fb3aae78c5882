"""How an administrator shapes the ways that deals go: pipelines, their stages, what stages ask for.

A pipeline is archived, so that its deals stay readable; a stage is taken out only when no open deal
stands in it, because such a deal would fall back to the first one. A deal that another device moves
there meanwhile does so all the same, and no deal is lost by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client.errors import Invalid
from client.meanwhile import put_over
from sync_protocol.records import Deal, Pipeline, Stage
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from sync_protocol.records.deals import Purpose

MOST_PER_CENT = 100
MOST_DAYS = 3_650
PER_CENT = "Write a whole number from 0 to 100."
DAYS = "Write a whole number of days, or leave it empty."


class Typed(NamedTuple):
    """A stage as it was typed."""

    name: str
    probability: str
    stale_days: str
    meaning: str
    exit: str


def every(replica: Replica) -> list[Pipeline]:
    """Archived ones too, in the order the office gave them."""
    return replica.find(Pipeline, order_by="place")


def name_pipeline(
    replica: Replica, pipeline: Pipeline | None, name: str, purpose: Purpose
) -> Pipeline:
    """Rename a pipeline, or add one as the last. Raises `Invalid`."""
    name = name.strip()
    others = [other for other in every(replica) if pipeline is None or other.id != pipeline.id]
    if any(_same(other.name, name) for other in others):
        raise Invalid("name", f"There is already a pipeline called {name}.")
    with replica.changeset("Edit pipeline" if pipeline else "Add pipeline"):
        if pipeline is not None:
            return replica.update(pipeline, name=name, purpose=purpose)
        place = 1 + max((other.place for other in others), default=-1)
        return replica.create(Pipeline(name=name, purpose=purpose, place=place))


def read(typed: Typed, required: Sequence[str], colour: str) -> Stage:
    """The stage that was typed. Raises `Invalid` beside the field that cannot be read."""
    if not typed.name.strip():
        raise Invalid("name", "Name is needed.")
    return Stage(
        name=typed.name.strip(),
        probability=_number(typed.probability, "probability", MOST_PER_CENT, PER_CENT),
        stale_days=_number(typed.stale_days, "stale_days", MOST_DAYS, DAYS),
        meaning=typed.meaning.strip(),
        exit=typed.exit.strip(),
        required=tuple(name for name in stages.ASKED if name in required),
        colour=colour,
    )


def put_stage(replica: Replica, pipeline: Pipeline, stage_id: str, stage: Stage) -> Pipeline:
    """Change a stage, or add one as the last where `stage_id` is empty. Raises `Invalid`.

    What differs from how it is in `pipeline` is written; the rest stays as it has become since.
    """
    now = replica.as_it_is(pipeline)
    others = {key: other for key, other in now.stages.items() if key != stage_id}
    if any(_same(other.name, stage.name) for other in others.values()):
        raise Invalid("name", f"There is already a stage called {stage.name}.")
    held = now.stages.get(stage_id)
    last = 1 + max((other.place for other in others.values()), default=0)
    placed = (
        _over(pipeline.stages.get(stage_id, held), stage, held)
        if held
        else msgspec.structs.replace(stage, place=last)
    )
    with replica.changeset("Edit stage" if held else "Add stage"):
        entry = stage_id or replica.new_entry()
        return replica.update(now, stages={**now.stages, entry: placed})


def order_stages(replica: Replica, pipeline: Pipeline, order: Sequence[str]) -> Pipeline:
    """Give the stages their places, the first one first."""
    now = replica.as_it_is(pipeline)
    placed = {
        key: msgspec.structs.replace(now.stages[key], place=place)
        for place, key in enumerate(order, 1)
        if key in now.stages
    }
    with replica.changeset("Order stages"):
        return replica.update(now, stages={**now.stages, **placed})


def remove_stage(replica: Replica, pipeline: Pipeline, stage_id: str) -> Pipeline:
    """Take a stage out. Raises `Invalid` while open deals stand in it."""
    now = replica.as_it_is(pipeline)
    standing = open_in(replica, now).get(stage_id, 0)
    if standing:
        deals = "1 open deal stands" if standing == 1 else f"{standing:,} open deals stand"
        raise Invalid("stage", f"{deals} in this stage. Move them to another one first.")
    rest = {key: stage for key, stage in now.stages.items() if key != stage_id}
    with replica.changeset("Remove stage"):
        return replica.update(now, stages=rest)


def open_in(replica: Replica, pipeline: Pipeline) -> dict[str, int]:
    """How many open deals stand in each of its stages."""
    return replica.tally(Deal, "stage_id", pipeline_id=pipeline.id, closing=None)


def _over(read: Stage, typed: Stage, held: Stage) -> Stage:
    """Nobody types a place."""
    return put_over(read, msgspec.structs.replace(typed, place=read.place), held)


def _number(text: str, field: str, most: int, problem: str) -> int:
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return 0
    if not bare.isdecimal() or int(bare) > most:
        raise Invalid(field, problem)
    return int(bare)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
