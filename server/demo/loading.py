"""Puts the demo into an empty store, through the acceptance that everybody's work goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from server.demo import habits, people
from server.demo.batching import batches
from server.demo.chances import called
from server.demo.territory import Known, generate
from server.domain.access import SERVER_DEVICE, Session
from server.domain.workspaces import Company, Refused
from server.store import records
from sync_protocol.messages import Rejected
from sync_protocol.records import Label, Outcome, Pipeline, Reason, Record, User, kind_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from server.domain.exchange import Exchange
    from server.domain.workspaces import Workspaces
    from server.store.store import Store

R = TypeVar("R", bound=Record)


class Loaded(NamedTuple):
    """The new workspace and its users: ids by e-mail, to be given `people.PASSWORD`."""

    workspace: str
    users: dict[str, str]


def load(
    store: Store, exchange: Exchange, workspaces: Workspaces, *, now_ms: int, seed: int = 1
) -> Loaded:
    """Make the demo's workspace; raises `Refused` should a change of it not be valid."""
    company = Company(
        people.COMPANY, people.TIME_ZONE, people.REGION, people.CURRENCY, people.LOCALE
    )
    admin = User(id=workspaces.new_id(), name=people.ADMIN.name, role="admin")
    with store.write() as connection:
        session = workspaces.create(connection, company, admin)
        known = _known(connection, session)
    generated = generate(seed, now_ms, known)
    for batch in batches(generated.steps):
        author = Session(session.workspace, batch.user, SERVER_DEVICE)
        with store.write() as connection:
            verdict, _ = exchange.write(
                connection, author, batch.changes, name=batch.name, time=batch.time
            )
        if isinstance(verdict, Rejected):
            raise Refused(f"{verdict.kind} {verdict.id}: {verdict.message}")
    with store.write() as connection:  # made just now, so nothing older changes them
        exchange.write(connection, session, habits.switched_off(known.labels), name="Set up labels")
    return Loaded(session.workspace, generated.users)


def _known(connection: Connection, session: Session) -> Known:
    def every(struct: type[R]) -> list[R]:
        return cast("list[R]", records.every(connection, session.workspace, kind_of(struct)))

    return Known(
        session.user,
        {label.name: label.id for label in every(Label)},
        {outcome.name: outcome.id for outcome in every(Outcome)},
        {called(each): each.id for each in every(Pipeline)}
        | {called(each): each.id for each in every(Reason)},
    )
