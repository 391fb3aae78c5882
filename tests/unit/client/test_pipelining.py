"""Shaping pipelines: stages are added, changed, ordered and taken out without losing a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import pipelining
from client.errors import Invalid
from client.pipelining import Typed
from sync_protocol.records import Closing, Deal, Pipeline, Stage
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from client.replica import Replica


@pytest.fixture
def sales(replica: Replica) -> Pipeline:
    pipeline = pipelining.name_pipeline(replica, None, " Sales ", "sales")
    for name in ("Contacted", "Offer", "Decision"):
        pipeline = pipelining.put_stage(replica, pipeline, "", Stage(name))
    return pipeline


def names(pipeline: Pipeline) -> list[str]:
    return [stage.name for _key, stage in stages.ordered(pipeline)]


def key_of(pipeline: Pipeline, name: str) -> str:
    return next(key for key, stage in pipeline.stages.items() if stage.name == name)


def test_a_new_stage_comes_last_and_a_changed_one_keeps_its_place(
    replica: Replica, sales: Pipeline
) -> None:
    assert names(sales) == ["Contacted", "Offer", "Decision"]
    sales = pipelining.put_stage(replica, sales, key_of(sales, "Offer"), Stage("Quote", place=9))
    assert names(sales) == ["Contacted", "Quote", "Decision"]


def test_stages_are_put_in_order(replica: Replica, sales: Pipeline) -> None:
    turned = [key for key, _stage in reversed(stages.ordered(sales))]
    assert names(pipelining.order_stages(replica, sales, turned)) == [
        "Decision", "Offer", "Contacted",
    ]  # fmt: skip


def test_an_order_made_elsewhere_and_a_rename_here_both_stand(
    replica: Replica, sales: Pipeline
) -> None:
    stale = sales
    pipelining.put_stage(replica, sales, key_of(sales, "Offer"), Stage("Quote"))
    turned = [key for key, _stage in reversed(stages.ordered(stale))]
    assert names(pipelining.order_stages(replica, stale, turned)) == [
        "Decision", "Quote", "Contacted",
    ]  # fmt: skip


def test_of_a_stage_that_was_read_only_what_was_typed_is_written(
    replica: Replica, sales: Pipeline
) -> None:
    read, offer = sales, key_of(sales, "Offer")
    pipelining.put_stage(replica, sales, offer, Stage("Offer", meaning="They listen"))
    now = pipelining.put_stage(replica, read, offer, Stage("Quote"))
    assert (now.stages[offer].name, now.stages[offer].meaning) == ("Quote", "They listen")
    assert pipelining.put_stage(replica, read, offer, Stage("Offer")) == now


def test_a_stage_in_which_open_deals_stand_stays(replica: Replica, sales: Pipeline) -> None:
    offer = key_of(sales, "Offer")
    deal = replica.create(Deal(name="Taps", pipeline_id=sales.id, stage_id=offer))
    with pytest.raises(Invalid, match="1 open deal stands in this stage"):
        pipelining.remove_stage(replica, sales, offer)
    replica.update(deal, closing=Closing(won=True, at=1))
    assert names(pipelining.remove_stage(replica, sales, offer)) == ["Contacted", "Decision"]


def test_names_are_given_once(replica: Replica, sales: Pipeline) -> None:
    with pytest.raises(Invalid, match="already a stage called offer"):
        pipelining.put_stage(replica, sales, "", Stage("offer"))
    with pytest.raises(Invalid, match="already a pipeline called SALES"):
        pipelining.name_pipeline(replica, None, "SALES", "support")
    assert pipelining.name_pipeline(replica, sales, "SALES", "sales").name == "SALES"


@pytest.mark.parametrize(
    ("field", "text"),
    [("probability", "101"), ("probability", "much"), ("stale_days", "-1"), ("name", " ")],
)
def test_what_cannot_be_read_is_said_beside_its_field(field: str, text: str) -> None:
    typed = Typed("Offer", "50", "", "", "")._replace(**{field: text})
    with pytest.raises(Invalid) as caught:
        pipelining.read(typed, (), "#1565c0")
    assert caught.value.field == field


def test_a_stage_is_read_as_typed_and_asks_only_for_what_is_known() -> None:
    stage = pipelining.read(
        Typed(" Offer ", "50 %", "14", "They have it", "They answered"),
        ("value", "from-a-newer-version", "next_step"), "#1565c0",
    )  # fmt: skip
    assert (stage.name, stage.probability, stage.stale_days) == ("Offer", 50, 14)
    assert set(stage.required) == {"value", "next_step"}
