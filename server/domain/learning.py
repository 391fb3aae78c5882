"""Learning labels from the company's own records, so that devices can suggest them offline.

For each label that people have put on enough accounts a small model is fitted
(`server.domain.fitting`), and written as a record in the server's own name: it reaches the devices
like anything else. What a rule put on is no example, and a label that a rule puts on by itself is
not learned. A model whose suggestions are too often wrong on accounts it has not seen is not kept,
and one that was is deleted. Nothing here puts a label on anything.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import msgspec

from server.domain.access import SERVER_DEVICE, Session
from server.domain.workspaces import Refused
from server.store import records, workspaces
from sync_protocol.changes import Change
from sync_protocol.messages import Rejected
from sync_protocol.records import (
    SUGGESTED,
    Account,
    Activity,
    Label,
    Labelling,
    LabelModel,
    LabelRule,
    Record,
    SalesOrder,
    Weight,
    kind_of,
    labelmodel_id,
)
from sync_protocol.records.cells import changed, of_new
from sync_protocol.rules.features import EDITION, Known, features

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from server.domain.exchange import Exchange
    from server.domain.fitting import Fit
    from server.store.store import Store

R = TypeVar("R", bound=Record)
LEAST = 20
"""Accounts that must carry a label, and that must not, before it is learned."""
FLOOR = 0.7
"""The precision on accounts kept back below which a model is not kept."""
LEAST_TESTED = 10
"""Suggestions on accounts kept back that a precision must be measured by."""
_AT_ONCE = 500


class NotInstalled(Exception):
    """Learning needs a library that this installation lacks."""


class Learned(NamedTuple):
    """What became of a label: its model, or in a sentence why there is none."""

    label: str
    carried: int
    model: LabelModel | None
    why: str = ""


class Examples(NamedTuple):
    """The accounts by id, in order, with their features; who carries a label, and by whom."""

    ids: tuple[str, ...]
    features: tuple[tuple[str, ...], ...]
    by_hand: Mapping[str, frozenset[str]]
    by_rule: Mapping[str, frozenset[str]]


class Learning:
    """`on_accepted` is told (workspace, sequence) of new models, after the commit."""

    def __init__(
        self,
        store: Store,
        exchange: Exchange,
        now_ms: Callable[[], int],
        on_accepted: Callable[[str, int], None] = lambda _workspace, _sequence: None,
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._now_ms = now_ms
        self._on_accepted = on_accepted

    def run(self) -> list[Learned]:
        """Learn every workspace's labels anew; safe to run at any time. Raises `NotInstalled`."""
        fitting = _fitting()
        with self._store.read() as connection:
            names = [row.workspace_id for row in workspaces.listed(connection)]
        return [learned for name in names for learned in self._learn(fitting, name)]

    def _learn(self, fitting: Any, workspace: str) -> list[Learned]:
        now_ms = self._now_ms()
        with self._store.read() as connection:
            labels = _to_learn(connection, workspace)
            examples = _examples(connection, workspace, now_ms)
        shared = fitting.table(examples.features)
        found = {label.id: _learned(fitting, shared, examples, label, now_ms) for label in labels}
        self._write(workspace, found)
        return list(found.values())

    def _write(self, workspace: str, found: Mapping[str, Learned]) -> None:
        """New models, changed ones, and the end of those that are none any more."""
        with self._store.read() as connection:
            before = {model.id: model for model in _every(connection, workspace, LabelModel)}
            off = {x.id for x in _every(connection, workspace, Label) if not x.suggest}
        after = {x.model.id: x.model for x in found.values() if x.model is not None}
        gone = {
            model.id: msgspec.structs.replace(model, deleted=True)
            for model in before.values()
            if model.id not in after and model.label_id not in off
        }
        for model in (after | gone).values():
            change = _change(before.get(model.id), model)
            if change.cells:
                self._put(workspace, change)

    def _put(self, workspace: str, change: Change) -> None:
        session = Session(workspace, "", SERVER_DEVICE)
        with self._store.write() as connection:
            verdict, sequence = self._exchange.write(
                connection, session, (change,), name="Learn labels"
            )
        if isinstance(verdict, Rejected):
            raise Refused(verdict.message)
        self._on_accepted(workspace, sequence)


def known(connection: Connection, workspace: str, ids: Sequence[str]) -> Iterator[Known]:
    """Some accounts with what belongs to them; those that were merged into another are none."""
    activities: dict[str, list[Activity]] = {}
    orders: dict[str, list[SalesOrder]] = {}
    for activity in _having(connection, workspace, Activity, "account_id", ids):
        activities.setdefault(activity.account_id, []).append(activity)
    for order in _having(connection, workspace, SalesOrder, "account_id", ids):
        orders.setdefault(order.account_id, []).append(order)
    for account in _having(connection, workspace, Account, "id", ids):
        if not account.merged_into:
            yield Known(account, activities.get(account.id, ()), orders.get(account.id, ()))


def _fitting() -> Any:
    try:
        from server.domain import fitting  # noqa: PLC0415 - optional, and slow to import
    except ModuleNotFoundError:
        raise NotInstalled(
            "Learning labels needs scikit-learn: install fieldbook[server,learn]."
        ) from None
    return fitting


def _to_learn(connection: Connection, workspace: str) -> list[Label]:
    """The labels that may be suggested and that no rule puts on by itself, by name."""
    by_rule = {
        rule.label_id
        for rule in _every(connection, workspace, LabelRule)
        if rule.active and not rule.deleted
    }
    found = [
        label
        for label in _every(connection, workspace, Label)
        if label.suggest and not (label.deleted or label.archived or label.id in by_rule)
    ]
    return sorted(found, key=lambda label: (label.name.casefold(), label.id))


def _examples(connection: Connection, workspace: str, now_ms: int) -> Examples:
    ids: list[str] = []
    found: list[tuple[str, ...]] = []
    every = records.live_ids(connection, workspace, kind_of(Account))
    for start in range(0, len(every), _AT_ONCE):
        for about in known(connection, workspace, every[start : start + _AT_ONCE]):
            ids.append(about.account.id)
            found.append(tuple(features(about, now_ms)))
    by_hand: dict[str, set[str]] = {}
    by_rule: dict[str, set[str]] = {}
    for labelling in _every(connection, workspace, Labelling):
        if labelling.on and not labelling.deleted:
            held = by_hand if labelling.origin in ("", SUGGESTED) else by_rule
            held.setdefault(labelling.label_id, set()).add(labelling.record_id)
    return Examples(tuple(ids), tuple(found), _frozen(by_hand), _frozen(by_rule))


def _learned(fitting: Any, shared: Any, examples: Examples, label: Label, now_ms: int) -> Learned:
    carry = examples.by_hand.get(label.id, frozenset())
    by_rule = examples.by_rule.get(label.id, frozenset())
    rows = [row for row, account_id in enumerate(examples.ids) if account_id not in by_rule]
    carries = [examples.ids[row] in carry for row in rows]
    carried = sum(carries)
    if min(carried, len(rows) - carried) < LEAST or shared is None:
        return Learned(label.name, carried, None, "not enough examples")
    folds = _dealt([examples.ids[row] for row in rows], carries, fitting.FOLDS)
    fit: Fit = fitting.fit(shared, rows, carries, folds)
    if fit.precision < FLOOR or fit.tested < LEAST_TESTED or fit.threshold == fitting.NEVER:
        return Learned(label.name, carried, None, "too often wrong on customers kept back")
    return Learned(label.name, carried, _model(label.id, fit, carried, len(rows), now_ms))


def _dealt(ids: Sequence[str], carries: Sequence[bool], folds: int) -> list[int]:
    """The part each account is in: by its id alone, and as many with the label in each part."""
    order = sorted(range(len(ids)), key=lambda at: blake2b(ids[at].encode()).digest())
    order.sort(key=lambda at: carries[at])
    dealt = [0] * len(ids)
    for place, at in enumerate(order):
        dealt[at] = place % folds
    return dealt


def _model(label_id: str, fit: Fit, carried: int, learned_from: int, now_ms: int) -> LabelModel:
    return LabelModel(
        id=labelmodel_id(label_id, "account"),
        label_id=label_id,
        bias=fit.bias,
        weights=tuple(Weight(name, weight) for name, weight in sorted(fit.weights.items())),
        threshold=fit.threshold,
        precision=fit.precision,
        recall=fit.recall,
        tested=fit.tested,
        carried=carried,
        learned_from=learned_from,
        learned_at=now_ms,
        edition=EDITION,
    )


def _change(before: LabelModel | None, after: LabelModel) -> Change:
    kind = kind_of(after).name
    if before is None:
        return Change(kind, after.id, of_new(after), create=True)
    return Change(kind, after.id, changed(before, after))


def _every(connection: Connection, workspace: str, struct: type[R]) -> list[R]:
    return cast("list[R]", records.every(connection, workspace, kind_of(struct)))


def _having(
    connection: Connection, workspace: str, struct: type[R], field: str, values: Sequence[str]
) -> Iterator[R]:
    found = records.having(connection, workspace, kind_of(struct), field, values)
    return cast("Iterator[R]", found)


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {label: frozenset(held) for label, held in found.items()}
