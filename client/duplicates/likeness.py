"""How much speaks for two sketches being one: points for and against, and the reasons in words.

Points add up as in Fellegi and Sunter's record linkage: agreement in something rare says much,
disagreement in something that seldom changes speaks against. What one of the two does not say
counts nothing either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client.duplicates import words

if TYPE_CHECKING:
    from client.duplicates.sketch import Sketch

LIKELY = 9
"""From here on two records are proposed as one."""
PERHAPS = 5
"""From here on somebody who types a new one is told of the other."""
SAME, SIMILAR, ALIKE = 1.0, 0.84, 0.7
_COMPANY_SAME = 0.85
_SHORTEST = 6


class Likeness(NamedTuple):
    points: int
    reasons: tuple[str, ...]


class Weights(NamedTuple):
    """Points for agreement; those against are negative."""

    same_name: int
    similar_name: int
    other_name: int
    phone: int
    email: int
    place: int
    other_place: int
    street: int
    other_street: int


PERSON = Weights(7, 5, -10, 6, 7, 3, -2, 2, -1)
ORGANISATION = Weights(6, 4, -7, 6, 5, 4, -9, 2, -3)
"""A branch in another town, or another street, is another customer, whatever they share."""
PHONES_SAY = max(PERSON.phone, ORGANISATION.phone)
SITE, BIRTHDAY, OTHER_BIRTHDAY = 4, 5, -6
COMPANY, OTHER_COMPANY = 5, -3
NICKNAMED = 2
"""A single word, a first name perhaps, says little."""


def compare(one: Sketch, two: Sketch) -> Likeness:
    """The order does not matter."""
    weights = _weights(one, two)
    found = [_name(one, two, weights), *_all_but_names(one, two, weights)]
    return Likeness(
        sum(points for points, _reason in found),
        tuple(reason for points, reason in found if reason and points > 0),
    )


def most(one: Sketch, two: Sketch) -> int:
    """The points of two sketches if their names were the same: found much sooner."""
    weights = _weights(one, two)
    found = _all_but_names(one, two, weights)
    return weights.same_name + sum(points for points, _reason in found)


def _weights(one: Sketch, two: Sketch) -> Weights:
    return ORGANISATION if one.kind == two.kind == "account" else PERSON


def _all_but_names(one: Sketch, two: Sketch, weights: Weights) -> list[tuple[int, str]]:
    return [*_ways(one, two, weights), *_place(one, two, weights), *_person(one, two)]


def _name(one: Sketch, two: Sketch, weights: Weights) -> tuple[int, str]:
    if not one.names or not two.names:
        return 0, ""
    alike = words.alike(one.names, two.names)
    if alike >= SAME:
        single = len(one.names) == 1 and one.kind != "account"
        return (NICKNAMED if single else weights.same_name), "same name"
    if alike >= SIMILAR:
        return weights.similar_name, "similar name"
    if alike >= ALIKE:
        return 1, "similar name"
    return weights.other_name, ""


def _ways(one: Sketch, two: Sketch, weights: Weights) -> list[tuple[int, str]]:
    found = []
    if any(_same_number(a, b) for a in one.phones for b in two.phones):
        found.append((weights.phone, "same phone"))
    if one.emails & two.emails:
        found.append((weights.email, "same e-mail"))
    if one.site and one.site == two.site and one.kind == two.kind == "account":
        found.append((SITE, "same website"))
    return found


def _same_number(one: str, two: str) -> bool:
    """Equal, or one of them lacks the country's or the town's digits."""
    shorter = min(one, two, key=len)
    return len(shorter) >= _SHORTEST and one.endswith(shorter) and two.endswith(shorter)


def _place(one: Sketch, two: Sketch, weights: Weights) -> list[tuple[int, str]]:
    town = one.towns & two.towns or _sounding(one.towns) & _sounding(two.towns)
    if one.streets & two.streets and (town or one.codes & two.codes):
        return [(weights.place + weights.street, "same address")]
    if town:
        elsewhere = weights.other_street if one.streets and two.streets else 0
        return [(weights.place + elsewhere, "same town")]
    if one.codes & two.codes:
        return [(weights.place, "same postal code")]
    known = (one.towns and two.towns) or (one.codes and two.codes)
    return [(weights.other_place, "")] if known else []


def _sounding(towns: frozenset[str]) -> set[str]:
    return {words.sound(town) for town in towns}


def _person(one: Sketch, two: Sketch) -> list[tuple[int, str]]:
    found = []
    if one.birthday and two.birthday:
        same = one.birthday == two.birthday
        found.append((BIRTHDAY, "same birthday") if same else (OTHER_BIRTHDAY, ""))
    if one.account_id and two.account_id:
        same = one.account_id == two.account_id
        found.append((COMPANY, "same account") if same else (OTHER_COMPANY, ""))
    elif one.company and two.company:
        same = words.alike(one.company, two.company) >= _COMPANY_SAME
        found.append((COMPANY, "same company") if same else (OTHER_COMPANY, ""))
    return found
