"""Would a label fit? What a learned model says of an account, the same on every device.

A model is a logistic regression over the features of `sync_protocol.rules.features`: the weights of
those that are there add up to how likely the label is, and those that weigh most are the reasons.
The sum is exact before it is rounded (`fsum`), so its order makes no difference.
"""

from __future__ import annotations

from math import exp, fsum
from typing import TYPE_CHECKING

from sync_protocol.rules.features import EDITION

if TYPE_CHECKING:
    from collections.abc import Collection

    from sync_protocol.records import LabelModel

REASONS = 3
_SHARE = 0.2
"""Of what the strongest weighs: less is no reason."""
_FAR = 500.0
"""Beyond this it is certain either way, and `exp` would overflow."""


def usable(model: LabelModel) -> bool:
    """Whether this version can ask a model at all."""
    return model.edition == EDITION and model.of == "account" and not model.deleted


def chance(model: LabelModel, features: Collection[str]) -> float:
    """How likely the label is on an account with these features, from 0 to 1."""
    weighed = fsum([model.bias, *(x.weight for x in model.weights if x.feature in features)])
    return round(1 / (1 + exp(-min(max(weighed, -_FAR), _FAR))), 6)


def suggests(model: LabelModel, features: Collection[str]) -> bool:
    """Whether the label is likely enough to be suggested."""
    return usable(model) and chance(model, features) >= model.threshold


def reasons(model: LabelModel, features: Collection[str]) -> list[str]:
    """The features that speak most for the label, the strongest first."""
    speaking = [x for x in model.weights if x.weight > 0 and x.feature in features]
    speaking.sort(key=lambda x: (-x.weight, x.feature))
    return [x.feature for x in speaking[:REASONS] if x.weight >= _SHARE * speaking[0].weight]
