"""Labels that the server has learned to suggest: asked of this device's own records, offline.

A suggestion only says what might fit, and why. Nothing is put on unless somebody takes it up. What
is taken up or turned down is a labelling, so every device knows it and nobody is asked again; taken
back, it is as open as before. What a hand has once taken off is not suggested either, nor what a
rule has put on.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from client.store.queries import Range
from sync_protocol.records import (
    SUGGESTED,
    UNDONE,
    Account,
    Activity,
    Label,
    Labelling,
    LabelModel,
    SalesOrder,
    labelling_id,
)
from sync_protocol.rules import likelihood
from sync_protocol.rules.features import YEAR_MS, Known, features

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from client.replica import Replica

READ = (Account, Activity, Label, Labelling, LabelModel, SalesOrder)
"""What suggestions follow from."""
PART = 200
"""Labels put on in one changeset."""


class Learned(NamedTuple):
    """A label that can be suggested, and what was learned of it."""

    label: Label
    model: LabelModel


class Reason(NamedTuple):
    """A feature that speaks for a label: where it was found, its value, how that is written."""

    path: str
    value: str
    text: str


class Suggestion(NamedTuple):
    """A label that may fit an account, how likely, and the reasons, the strongest first."""

    learned: Learned
    account: Account
    chance: float
    reasons: tuple[Reason, ...]

    @property
    def label(self) -> Label:
        return self.learned.label


def learned(replica: Replica) -> list[Learned]:
    """All labels that a model speaks of, by name; those that are switched off, too."""
    labels = {label.id: label for label in replica.find(Label, order_by="name")}
    models = {x.label_id: x for x in replica.find(LabelModel) if likelihood.usable(x)}
    return [
        Learned(label, models[label.id])
        for label in labels.values()
        if label.id in models and not label.archived
    ]


def learned_of(replica: Replica, label_id: str) -> Learned | None:
    return next((one for one in learned(replica) if one.label.id == label_id), None)


def for_account(replica: Replica, account: Account) -> list[Suggestion]:
    """What is suggested for one account now, the likeliest first."""
    on = [one for one in learned(replica) if one.label.suggest]
    return likeliest_first(_suggested(replica, on, [account])) if on else []


def survey(replica: Replica, asked: Sequence[Learned], step: int) -> Iterator[list[Suggestion]]:
    """For whom some labels are suggested, a few accounts at a time: a screen has to breathe."""
    on = [one for one in asked if one.label.suggest]
    every = replica.ids(Account) if on else []
    for start in range(0, len(every), step):
        accounts = replica.find(Account, id=tuple(every[start : start + step]))
        yield _suggested(replica, on, accounts)


def likeliest_first(found: Iterable[Suggestion]) -> list[Suggestion]:
    return sorted(found, key=lambda x: (-x.chance, x.account.name, x.label.name, x.account.id))


def undecided(replica: Replica, found: Iterable[Suggestion]) -> list[Suggestion]:
    """Those about which nobody, and no rule, has decided since."""
    every = list(found)
    decided = _decided(replica, list({one.account.id for one in every}))
    return [one for one in every if one.label.id not in decided[one.account.id]]


def count(replica: Replica, found: Iterable[Suggestion]) -> Counter[str]:
    """How many are undecided, by label."""
    return Counter(one.label.id for one in undecided(replica, found))


def put_on(replica: Replica, label: Label, account_id: str) -> None:
    """Take a suggestion up."""
    with replica.changeset(f"Label as suggested: {label.name}"):
        _decide(replica, label.id, account_id, on=True)


def put_on_all(replica: Replica, label: Label, ids: Sequence[str]) -> Iterator[int]:
    """Take many up, in parts under one action; gives how many are through. To be run to its end."""
    action = replica.new_id()
    for start in range(0, len(ids), PART):
        with replica.changeset(f"Label as suggested: {label.name}", action=action):
            for account_id in ids[start : start + PART]:
                _decide(replica, label.id, account_id, on=True)
        yield min(len(ids), start + PART)


def turn_down(replica: Replica, label: Label, account_id: str) -> None:
    """Say that a label does not fit: it is not suggested here again, on any device."""
    with replica.changeset(f"Not {label.name}"):
        _decide(replica, label.id, account_id, on=False)


def switch(replica: Replica, label: Label, *, on: bool) -> None:
    """Whether a label is suggested to anybody. Raises `NotAllowed`."""
    with replica.changeset(f"{'Suggest' if on else 'Do not suggest'} {label.name}"):
        replica.update(label, suggest=on)


def known(replica: Replica, accounts: Iterable[Account]) -> list[Known]:
    """Accounts with what belonged to them within a year."""
    every = list(accounts)
    ids = tuple(account.id for account in every)
    year = Range(replica.now() - YEAR_MS, None)
    activities: dict[str, list[Activity]] = {}
    orders: dict[str, list[SalesOrder]] = {}
    for activity in replica.find(Activity, account_id=ids, status="done", at=year):
        activities.setdefault(activity.account_id, []).append(activity)
    for order in replica.find(SalesOrder, account_id=ids, at=year):
        orders.setdefault(order.account_id, []).append(order)
    return [Known(x, activities.get(x.id, ()), orders.get(x.id, ())) for x in every]


def _suggested(
    replica: Replica, asked: Sequence[Learned], accounts: Sequence[Account]
) -> list[Suggestion]:
    going_on = [account for account in accounts if not account.merged_into]
    decided = _decided(replica, [account.id for account in going_on])
    now_ms = replica.now()
    found: list[Suggestion] = []
    for about in known(replica, going_on):
        there = features(about, now_ms)
        found += [
            _suggestion(one, about.account, there)
            for one in asked
            if one.label.id not in decided[about.account.id]
            and likelihood.suggests(one.model, there)
        ]
    return found


def _suggestion(one: Learned, account: Account, there: dict[str, str]) -> Suggestion:
    reasons = tuple(
        Reason(*name.split("=", 1), there[name])  # type: ignore[call-arg]
        for name in likelihood.reasons(one.model, there)
    )
    return Suggestion(one, account, likelihood.chance(one.model, there), reasons)


def _decided(replica: Replica, ids: Sequence[str]) -> dict[str, Collection[str]]:
    """For each account the labels that are on, or of which somebody has said no."""
    found: dict[str, set[str]] = {i: set() for i in ids}
    for labelling in replica.find(Labelling, record_id=tuple(ids)):
        if labelling.on or labelling.origin != UNDONE:
            found[labelling.record_id].add(labelling.label_id)
    for record_id, worn in replica.worn_by(ids).items():
        found[record_id] |= {one.id for one in worn}
    return dict(found)


def _decide(replica: Replica, label_id: str, account_id: str, *, on: bool) -> None:
    made = Labelling(
        id=labelling_id(label_id, account_id), label_id=label_id, record_kind="account",
        record_id=account_id, on=on, origin=SUGGESTED,
    )  # fmt: skip
    before = replica.get(Labelling, made.id)
    if before is None:
        replica.create(made)
    elif (before.on, before.origin) != (on, SUGGESTED):
        replica.update(before, on=on, origin=SUGGESTED)
