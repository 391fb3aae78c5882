"""A beverage company's half year, from a seed: the same seed and day give the same data.

Everything is a list of steps in order of time, each a record that somebody made or edited. A
workspace that was set up already has an administrator, labels, outcomes, pipelines and reasons:
what `Known` names is used and not made again.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from server.demo import people
from server.demo.assortment import Assortment
from server.demo.chances import Chances
from server.demo.customers import LABELS, Customers, Desk
from server.demo.diary import HALF_A_YEAR, Diary
from server.demo.habits import NOT_SUGGESTED
from server.demo.leads import Leads
from server.demo.making import MINUTE, Maker, Step
from server.demo.own import OwnThings
from server.demo.rhythm import set_rhythm
from server.demo.troubles import report
from sync_protocol.records import Label, Outcome, Team, Territory, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from server.demo.people import Person

OUTCOMES = {
    "Order": "#1a7f37",
    "Interested": "#1f6feb",
    "Call again": "#9a6700",
    "Not at home": "#57606a",
    "No interest": "#b3261e",
}
_SET_UP_DAYS_AGO = HALF_A_YEAR + 18


class Known(NamedTuple):
    """Ids of what the workspace holds already: its administrator, labels and outcomes by name.

    `ways` are pipelines and reasons, by `chances.called`.
    """

    admin: str = ""
    labels: Mapping[str, str] = {}
    outcomes: Mapping[str, str] = {}
    ways: Mapping[str, str] = {}


class Generated(NamedTuple):
    """`users` are user ids by e-mail; `steps` are in order of time, parents first."""

    users: dict[str, str]
    steps: list[Step]


def generate(seed: int, now_ms: int, known: Known | None = None) -> Generated:
    """The whole demo as steps that end before `now_ms`."""
    known = known or Known()
    maker = Maker(Random(seed), now_ms)  # noqa: S311 - reproducible, nothing secret
    start = maker.at(maker.day(_SET_UP_DAYS_AGO), 9)
    admin = known.admin or maker.make("", start, _user(people.ADMIN, "")).id
    maker.steps = [step._replace(author=admin) for step in maker.steps]
    teams = {name: maker.make(admin, start, Team(name=name)).id for name in people.TEAMS}
    users = {people.ADMIN.email: admin} | {
        person.email: maker.make(admin, start, _user(person, teams.get(person.team, ""))).id
        for person in people.PEOPLE
        if person is not people.ADMIN
    }
    outcomes = _outcomes(maker, admin, start, known)
    labels = dict(known.labels) | {
        name: maker.make(admin, start, _label(name, colour)).id
        for name, colour in LABELS.items()
        if name not in known.labels
    }
    ids = Maker(Random(f"{seed} rhythm"), now_ms)  # noqa: S311 - nor does this one
    ids.steps = maker.steps
    set_rhythm(ids, admin, start + MINUTE, labels)
    shelf = Maker(Random(f"{seed} shelf"), now_ms)  # noqa: S311 - its chance moves nothing else
    shelf.steps = maker.steps
    added = Maker(Random(f"{seed} own"), now_ms)  # noqa: S311 - nor does it
    added.steps = maker.steps
    own = OwnThings(added, admin, start + MINUTE)
    assortment = Assortment(shelf, users[people.OFFICE.email], start + MINUTE)
    hunt = Maker(Random(f"{seed} chances"), now_ms)  # noqa: S311 - likewise
    hunt.steps = maker.steps
    chances = Chances(hunt, admin, start + MINUTE, known.ways)
    fair = Maker(Random(f"{seed} fair"), now_ms)  # noqa: S311 - as above
    fair.steps = maker.steps
    leads = Leads(fair, chances.disqualified)
    wrong = Maker(Random(f"{seed} troubles"), now_ms)  # noqa: S311 - and so is this one
    wrong.steps = maker.steps
    for place, rep in enumerate(people.REPS, 1):
        assert rep.area is not None  # noqa: S101 - every rep of this demo has one
        territory = Territory(
            name=rep.area.name, team_id=teams[rep.team], reps={users[rep.email]: True}
        )
        territory_id = maker.make(admin, start, territory).id
        office = users[people.OFFICE.email]
        desk = Desk(office, users[rep.email], territory_id, labels, start + place * 20 * MINUTE)
        customers = Customers(maker, rep.area, desk).make()
        Diary(maker, desk, customers, outcomes).fill()
        assortment.sell(desk, customers, place)
        own.fill(desk, customers)
        chances.pursue(desk, customers)
        leads.fill(rep.area, desk, customers)
        report(wrong, desk, customers)
    return Generated(users, _in_order(maker.steps, now_ms))


def _user(person: Person, team: str) -> User:
    return User(name=person.name, role=person.role, team_id=team)


def _label(name: str, colour: str) -> Label:
    return Label(name=name, colour=colour, suggest=name not in NOT_SUGGESTED)


def _outcomes(maker: Maker, admin: str, start: int, known: Known) -> dict[str, str]:
    return dict(known.outcomes) | {
        name: maker.make(admin, start, Outcome(name=name, colour=colour, place=place)).id
        for place, (name, colour) in enumerate(OUTCOMES.items(), 1)
        if name not in known.outcomes
    }


def _in_order(steps: Iterable[Step], now_ms: int) -> list[Step]:
    """By time; made together stays in the order it was made."""
    past = (step._replace(at_ms=min(step.at_ms, now_ms - MINUTE)) for step in steps)
    return sorted(past, key=lambda step: step.at_ms)
