"""Fits what `server.domain.learning` asks for, with scikit-learn; nothing else imports it.

A feature that too few accounts have is not looked at, nor one that all but a few have: no model can
tell of a single customer. How good a model is, is told by accounts that it was not learned from:
they are dealt into `FOLDS` parts, and each part is judged by a model of the others. The threshold
that judges a part is chosen by the rest as well, so it cannot flatter the precision.
"""

from __future__ import annotations

from math import floor, inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import PredefinedSplit, cross_val_predict

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDS = 5
SHARED_BY = 5
"""Accounts that must have a feature, and that must not, before a model may weigh it."""
MOST_FEATURES = 400
TARGET = 0.85
"""The precision that a threshold is chosen for."""
LIKELY = 0.5
"""What is less likely than not is never suggested."""
NEVER = inf
"""A threshold that nothing reaches."""
_STRENGTH = 0.5
"""How readily a feature is given weight: few are, so that a reason is one."""
_PLACES = 4
_LEAST_WEIGHT = 0.01


class Table(NamedTuple):
    """Which account, a row, has which feature, a column."""

    names: tuple[str, ...]
    cells: Any


class Fit(NamedTuple):
    """A model, and how it did on accounts that it had not seen: see `LabelModel`."""

    bias: float
    weights: dict[str, float]
    threshold: float
    precision: float
    recall: float
    tested: int


def table(rows: Sequence[Sequence[str]]) -> Table | None:
    """The features that enough accounts share; None if there are none."""
    counting = CountVectorizer(
        analyzer=tuple,
        binary=True,
        min_df=SHARED_BY,
        max_df=max(SHARED_BY, len(rows) - SHARED_BY),
        max_features=MOST_FEATURES,
    )
    try:
        cells = counting.fit_transform(rows)
    except ValueError:  # it says so where no feature is left
        return None
    return Table(tuple(counting.get_feature_names_out()), cells)


def fit(known: Table, rows: Sequence[int], carries: Sequence[bool], folds: Sequence[int]) -> Fit:
    """Learn from these rows, of which some carry the label; `folds` deals them into parts."""
    cells, answers, dealt = known.cells[list(rows)], np.array(carries), np.array(folds)
    chances = cross_val_predict(
        _regression(), cells, answers, cv=PredefinedSplit(dealt), method="predict_proba"
    )[:, 1]
    hits = _suggested(chances, answers, dealt)
    right = int(np.sum(hits & answers))
    whole = _regression().fit(cells, answers)
    weights = zip(known.names, whole.coef_[0].tolist(), strict=True)
    return Fit(
        bias=round(float(whole.intercept_[0]), _PLACES),
        weights={name: round(x, _PLACES) for name, x in weights if abs(x) >= _LEAST_WEIGHT},
        threshold=_threshold(chances, answers),
        precision=round(right / max(1, int(np.sum(hits))), _PLACES),
        recall=round(right / int(np.sum(answers)), _PLACES),
        tested=int(np.sum(hits)),
    )


def _regression() -> Any:
    return LogisticRegression(
        C=_STRENGTH, l1_ratio=1, solver="liblinear", max_iter=1_000, random_state=0
    )


def _suggested(chances: Any, answers: Any, dealt: Any) -> Any:
    """Which rows would have had a suggestion, by what was learned from the others."""
    found = np.zeros(len(answers), dtype=bool)
    for part in range(FOLDS):
        kept = dealt == part
        found[kept] = chances[kept] >= _threshold(chances[~kept], answers[~kept])
    return found


def _threshold(chances: Any, answers: Any) -> float:
    """The lowest likely one at which enough suggestions are right; `NEVER` if there is none."""
    precision, _recall, thresholds = precision_recall_curve(answers, chances)
    enough = thresholds[(precision[:-1] >= TARGET) & (thresholds >= LIKELY)]
    return floor(enough[0] * 10**_PLACES) / 10**_PLACES if len(enough) else NEVER
