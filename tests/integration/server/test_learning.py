"""Labels are learned from the company's own records, and told honestly how well."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import msgspec
import pytest

from server.app import keep_learning
from server.domain.fitting import SHARED_BY
from server.domain.learning import Learned, Learning
from server.store import records
from sync_protocol.changes import MAX_CHANGES
from sync_protocol.records import (
    SUGGESTED,
    Account,
    Label,
    Labelling,
    LabelModel,
    LabelRule,
    Record,
    Territory,
    kind_of,
    labelling_id,
)
from sync_protocol.rules import likelihood
from sync_protocol.rules.features import Known, features
from tests.integration.server.office import update
from tests.planted import business, company, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.integration.server.office import Office

R = TypeVar("R", bound=Record)
NAMES = ("Quiet", "Summer", "Chance")
DAY_MS = 86_400_000


class Company(NamedTuple):
    office: Office
    territory: Territory
    labels: dict[str, str]

    def learn(self) -> dict[str, Learned]:
        office = self.office
        note = lambda workspace, sequence: office.accepted.append((workspace, sequence))  # noqa: E731
        learning = Learning(office.store, office.exchange, office.clock, note)
        return {learned.label: learned for learned in learning.run()}

    def every(self, struct: type[R]) -> list[R]:
        with self.office.store.read() as connection:
            found = records.every(connection, self.office.admin.workspace, kind_of(struct))
        return cast("list[R]", found)

    def add(self, made: Iterable[Record]) -> None:
        rest = list(made)
        while rest:
            self.office.add(*rest[:MAX_CHANGES])
            del rest[:MAX_CHANGES]

    def fill(self, count: int, seed: int = 1) -> None:
        self.add(
            company(
                Random(seed), count, self.office.id, now_ms=self.office.clock.now_ms,
                territory_id=self.territory.id, labels=self.labels,
            )
        )  # fmt: skip


@pytest.fixture
def acme(office: Office) -> Company:
    territory = Territory(id=office.id(), name="South")
    labels = {name: office.id() for name in NAMES}
    made = [Label(id=label_id, name=name) for name, label_id in labels.items()]
    office.add(territory, *made)
    return Company(office, territory, labels)


def model_of(acme: Company, label: str) -> LabelModel:
    (found,) = [x for x in acme.every(LabelModel) if x.label_id == acme.labels[label]]
    return found


def test_planted_habits_are_learned_and_their_precision_is_as_it_is_said(acme: Company) -> None:
    """Measured twice: by what learning kept back, and on customers that came only afterwards."""
    acme.fill(600)
    learned = acme.learn()
    assert {name for name, one in learned.items() if one.model} == {"Quiet", "Summer"}
    rng = Random(2)
    later = [
        business(rng, acme.office.id, acme.office.clock.now_ms, acme.territory.id)
        for _ in range(1_000)
    ]
    for name in ("Quiet", "Summer"):
        model = model_of(acme, name)
        right = suggested = carried = 0
        for one in later:
            known = Known(one.account, one.visits)
            hit = likelihood.suggests(model, features(known, acme.office.clock.now_ms))
            on = bool(labelled(rng, one, {name: acme.labels[name]}))
            right, suggested, carried = right + (hit and on), suggested + hit, carried + on
        precision, recall = right / suggested, right / carried
        print(  # noqa: T201 - the measurement is the point
            f"{name}: kept back {model.precision:.3f} of {model.tested}, found {model.recall:.3f};"
            f" later {precision:.3f} of {suggested}, found {recall:.3f}"
        )
        assert model.precision >= 0.8
        assert model.recall >= 0.6
        assert precision == pytest.approx(model.precision, abs=0.08)
        assert recall == pytest.approx(model.recall, abs=0.12)


def test_learning_puts_no_label_on_anything(acme: Company) -> None:
    acme.fill(300)
    before = sorted(acme.every(Labelling), key=lambda x: x.id)
    acme.learn()
    assert sorted(acme.every(Labelling), key=lambda x: x.id) == before


async def test_a_serving_server_learns_by_itself(acme: Company) -> None:
    acme.fill(300)
    office, loop, heard = acme.office, asyncio.get_running_loop(), asyncio.Event()
    told = lambda *_news: loop.call_soon_threadsafe(heard.set)  # noqa: E731
    task = asyncio.create_task(
        keep_learning(Learning(office.store, office.exchange, office.clock, told), after_s=0)
    )
    await asyncio.wait_for(heard.wait(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert acme.every(LabelModel)


def test_the_same_records_teach_the_same(acme: Company) -> None:
    acme.fill(300)
    acme.learn()
    first = acme.every(LabelModel)
    head = acme.office.accepted[-1]
    acme.learn()
    assert acme.every(LabelModel) == first
    assert acme.office.accepted[-1] == head


def test_a_device_gets_a_model_as_any_record_and_may_not_write_one(acme: Company) -> None:
    acme.fill(300)
    acme.learn()
    model = model_of(acme, "Quiet")
    client = acme.office.client(acme.office.admin.user)
    assert model.id in {state.id for state in client.states()}
    verdict = client.push(update("labelmodel", model.id, threshold=0.0))
    assert getattr(verdict, "code", "") == "forbidden"


def test_a_label_with_few_examples_is_not_learned(acme: Company) -> None:
    acme.fill(60)
    assert acme.learn()["Quiet"].why == "not enough examples"
    assert acme.every(LabelModel) == []


def test_what_is_learned_no_more_is_deleted_and_may_come_again(acme: Company) -> None:
    acme.fill(300)
    acme.learn()
    label = acme.labels["Summer"]
    client = acme.office.client(acme.office.admin.user)
    client.push(update("label", label, archived=True))
    assert "Summer" not in acme.learn()
    assert model_of(acme, "Summer").deleted
    client.push(update("label", label, archived=False))
    acme.learn()
    assert not model_of(acme, "Summer").deleted


def test_a_label_that_is_switched_off_keeps_its_model_for_later(acme: Company) -> None:
    acme.fill(300)
    acme.learn()
    client = acme.office.client(acme.office.admin.user)
    client.push(update("label", acme.labels["Summer"], suggest=False))
    assert "Summer" not in acme.learn()
    assert not model_of(acme, "Summer").deleted


def test_what_a_rule_put_on_is_no_example(acme: Company) -> None:
    acme.fill(300)
    rule = LabelRule(id=acme.office.id(), name="R", label_id=acme.labels["Summer"], stays=True)
    acme.office.add(rule)
    client = acme.office.client(acme.office.admin.user)
    for labelling in acme.every(Labelling):
        if labelling.label_id == acme.labels["Summer"]:
            client.push(update("labelling", labelling.id, origin=rule.id))
    assert acme.learn()["Summer"].carried == 0


def test_a_label_that_a_rule_puts_on_by_itself_is_not_learned(acme: Company) -> None:
    acme.fill(300)
    rule = LabelRule(id=acme.office.id(), name="R", label_id=acme.labels["Summer"], active=True)
    acme.office.add(rule)
    assert "Summer" not in acme.learn()


def test_suggestions_taken_up_are_examples_as_well(acme: Company) -> None:
    acme.fill(300)
    client = acme.office.client(acme.office.admin.user)
    carried = acme.learn()["Summer"].carried
    for labelling in acme.every(Labelling):
        client.push(update("labelling", labelling.id, origin=SUGGESTED))
    assert acme.learn()["Summer"].carried == carried


def test_no_model_tells_what_only_a_few_customers_have(acme: Company) -> None:
    """Each of the rare words is on fewer accounts than a feature must be shared by."""
    label, office = acme.labels["Quiet"], acme.office
    made: list[Record] = []
    for place in range(200):
        carries = place % 2 == 0
        word = f"geheim{'abcdefghijklmnopqrstuvwxyz'[place // 2 // (SHARED_BY - 1)]}"
        about = f"{word} {'stammgast' if carries else 'laufkunde'}"
        account = Account(
            id=office.id(), name="A", about=about if carries else about.split()[1],
            territory_id=acme.territory.id,
        )  # fmt: skip
        made.append(account)
        if carries:
            made.append(
                Labelling(
                    id=labelling_id(label, account.id), label_id=label,
                    record_kind="account", record_id=account.id,
                )
            )  # fmt: skip
    acme.add(made)
    acme.learn()
    weighed = {x.feature for x in model_of(acme, "Quiet").weights}
    assert weighed <= {"word=stammgast", "word=laufkunde"}
    assert weighed


def test_where_nothing_is_shared_nothing_is_learned(acme: Company) -> None:
    accounts = [
        Account(id=acme.office.id(), name="A", territory_id=acme.territory.id) for _ in range(50)
    ]
    acme.add(accounts)
    acme.add(
        Labelling(
            id=labelling_id(acme.labels["Quiet"], x.id), label_id=acme.labels["Quiet"],
            record_kind="account", record_id=x.id,
        )
        for x in accounts[:25]
    )  # fmt: skip
    assert acme.learn()["Quiet"].model is None


def test_merged_and_deleted_customers_teach_nothing(acme: Company) -> None:
    acme.fill(300)
    before = acme.learn()["Summer"]
    assert before.model is not None
    client = acme.office.client(acme.office.admin.user)
    first, second, third = acme.every(Account)[:3]
    client.push(update("account", first.id, deleted=True))
    client.push(update("account", second.id, merged_into=third.id))
    acme.learn()
    after = msgspec.structs.asdict(model_of(acme, "Summer"))
    assert after["learned_from"] == before.model.learned_from - 2
