from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from client import suggesting
from client.replica import Replica
from sync_protocol.records import (
    SUGGESTED,
    UNDONE,
    Account,
    Activity,
    Address,
    Condition,
    Filter,
    Label,
    Labelling,
    LabelModel,
    LabelRule,
    SalesOrder,
    Weight,
    entries,
    labelling_id,
    labelmodel_id,
)
from sync_protocol.rules.features import EDITION

if TYPE_CHECKING:
    from client.suggesting import Suggestion
    from tests.unit.client.conftest import Clock

DAY_MS = 86_400_000
WEIGHTS = (
    Weight("industry=restaurant", 2.0), Weight("town=lecce", 1.5), Weight("last_visit=60-89", 1.0),
)  # fmt: skip


def taught(replica: Replica, name: str = "Quiet", **fields: Any) -> Label:
    """A label, and a model that suggests it for restaurants in Lecce not visited for long."""
    label = replica.create(Label(name=name))
    facts = {
        "id": labelmodel_id(label.id, "account"), "label_id": label.id, "bias": -3.0,
        "weights": WEIGHTS, "threshold": 0.7, "precision": 0.88, "edition": EDITION,
    }  # fmt: skip
    replica.create(LabelModel(**(facts | fields)))
    return label


def restaurant(replica: Replica, name: str = "Da Marco", days: int = 70) -> Account:
    account = replica.create(
        Account(name=name, industry="Restaurant", addresses=entries(Address(town="Lecce")))
    )
    at = replica.now() - days * DAY_MS
    replica.create(Activity(kind="visit", at=at, account_id=account.id))
    return account


def names(found: list[Suggestion]) -> list[str]:
    return [one.label.name for one in found]


def labelling(replica: Replica, label: Label, account: Account) -> Labelling | None:
    return replica.get(Labelling, labelling_id(label.id, account.id))


def test_a_label_is_suggested_with_its_reasons_and_put_on_nothing(replica: Replica) -> None:
    taught(replica)
    account = restaurant(replica)
    (found,) = suggesting.for_account(replica, account)
    assert found.label.name == "Quiet"
    assert found.chance == pytest.approx(0.817574)
    assert [(x.path, x.text) for x in found.reasons] == [
        ("industry", "Restaurant"), ("town", "Lecce"), ("last_visit", "60-89"),
    ]  # fmt: skip
    assert replica.labels_of(account.id) == []
    assert replica.find(Labelling) == []


def test_what_speaks_for_it_must_be_there(replica: Replica, clock: Clock) -> None:
    taught(replica)
    account = restaurant(replica, days=10)
    assert suggesting.for_account(replica, account) == []
    clock.now_ms += 60 * DAY_MS
    assert names(suggesting.for_account(replica, account)) == ["Quiet"]


def test_a_suggestion_taken_up_is_on_and_says_where_it_came_from(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    suggesting.put_on(replica, label, account.id)
    (worn,) = replica.worn(account.id)
    assert (worn.name, worn.origin, worn.by_hand) == ("Quiet", SUGGESTED, True)
    assert suggesting.for_account(replica, account) == []
    replica.undo()
    assert replica.labels_of(account.id) == []
    assert names(suggesting.for_account(replica, account)) == ["Quiet"]
    key = replica.acts()[0].key
    replica.redo(key)
    assert replica.worn(account.id)[0].origin == SUGGESTED


def test_one_turned_down_is_not_suggested_again_unless_that_is_undone(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    suggesting.turn_down(replica, label, account.id)
    found = labelling(replica, label, account)
    assert found is not None
    assert (found.on, found.origin) == (False, SUGGESTED)
    assert replica.labels_of(account.id) == []
    assert suggesting.for_account(replica, account) == []
    replica.undo()
    found = labelling(replica, label, account)
    assert found is not None
    assert (found.on, found.origin) == (False, UNDONE)
    assert names(suggesting.for_account(replica, account)) == ["Quiet"]
    replica.redo(replica.acts()[0].key)
    assert suggesting.for_account(replica, account) == []


def test_what_was_undone_can_be_decided_again_and_undone_again(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    suggesting.turn_down(replica, label, account.id)
    replica.undo()
    suggesting.put_on(replica, label, account.id)
    assert replica.worn(account.id)[0].origin == SUGGESTED
    replica.undo()
    assert names(suggesting.for_account(replica, account)) == ["Quiet"]
    suggesting.turn_down(replica, label, account.id)
    assert suggesting.for_account(replica, account) == []


def test_what_a_hand_has_taken_off_is_not_suggested(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    replica.put_label(account, label.id)
    replica.unlabel(account, label.name)
    assert suggesting.for_account(replica, account) == []


def test_one_taken_up_and_then_taken_off_by_hand_stays_away(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    suggesting.put_on(replica, label, account.id)
    replica.unlabel(account, label.name)
    assert suggesting.for_account(replica, account) == []
    replica.put_label(account, label.id)
    assert replica.worn(account.id)[0].origin == ""


def test_a_label_put_on_by_hand_and_undone_is_suggested_as_before(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    replica.put_label(account, label.id)
    replica.undo()
    assert names(suggesting.for_account(replica, account)) == ["Quiet"]


def test_what_a_rule_says_needs_no_suggestion(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    named = Filter(conditions=(Condition("name", "filled"),))
    replica.create(LabelRule(name="R", label_id=label.id, filter=named, active=True))
    while replica.derive_some():
        pass
    assert suggesting.for_account(replica, account) == []


@pytest.mark.parametrize("fields", [{"suggest": False}, {"archived": True}, {"deleted": True}])
def test_a_label_that_is_switched_off_archived_or_gone_is_not_suggested(
    replica: Replica, fields: dict[str, bool]
) -> None:
    label, account = taught(replica), restaurant(replica)
    replica.update(label, **fields)
    assert suggesting.for_account(replica, account) == []
    asked = suggesting.learned(replica)
    assert [one for part in suggesting.survey(replica, asked, 10) for one in part] == []


def test_a_switch_keeps_what_was_learned(replica: Replica) -> None:
    label, account = taught(replica), restaurant(replica)
    suggesting.switch(replica, label, on=False)
    (one,) = suggesting.learned(replica)
    assert not one.label.suggest
    suggesting.switch(replica, one.label, on=True)
    assert names(suggesting.for_account(replica, account)) == ["Quiet"]


def test_a_model_of_another_edition_is_not_asked(replica: Replica) -> None:
    label, account = taught(replica, edition=EDITION + 1), restaurant(replica)
    assert suggesting.learned_of(replica, label.id) is None
    assert suggesting.for_account(replica, account) == []


def test_a_survey_finds_all_the_likeliest_first_and_a_merged_one_is_none(replica: Replica) -> None:
    label = taught(replica)
    late, later = restaurant(replica, "A", 70), restaurant(replica, "B", 89)
    restaurant(replica, "C", 5)
    gone = restaurant(replica, "D", 70)
    replica.update(gone, merged_into=late.id)
    asked = suggesting.learned(replica)
    found = [one for part in suggesting.survey(replica, asked, 2) for one in part]
    assert [x.account.name for x in suggesting.likeliest_first(found)] == ["A", "B"]
    assert suggesting.count(replica, found) == {label.id: 2}
    suggesting.turn_down(replica, label, later.id)
    assert [x.account.name for x in suggesting.undecided(replica, found)] == ["A"]


def test_many_are_taken_up_as_one_act(replica: Replica) -> None:
    label = taught(replica)
    with replica.changeset("Many"):
        accounts = [replica.create(Account(name=f"{n}")) for n in range(suggesting.PART + 5)]
    ids = [account.id for account in accounts]
    assert list(suggesting.put_on_all(replica, label, ids)) == [200, 205]
    assert replica.count(Labelling, on=True, origin=SUGGESTED) == 205
    replica.undo()
    assert replica.count(Labelling, on=True) == 0
    assert replica.count(Labelling, origin=UNDONE) == 205


def test_orders_of_an_account_are_known(replica: Replica) -> None:
    account = restaurant(replica)
    order = replica.create(SalesOrder(at=replica.now(), account_id=account.id))
    (known,) = suggesting.known(replica, [account])
    assert known.orders == [order]
