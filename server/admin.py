"""What the command line does to a workspace, in the server's own name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from server.demo import people
from server.demo.loading import load
from server.domain.access import SERVER_DEVICE, Session
from server.domain.learning import NotInstalled
from server.domain.sign_in import folded
from server.domain.workspaces import Refused
from server.store import credentials
from sync_protocol.records import Role, User
from sync_protocol.session import Member

if TYPE_CHECKING:
    from server.app import Domain
    from server.domain.workspaces import Company


def set_up(
    domain: Domain, company: Company, admin_name: str, *, email: str, password: str
) -> Session:
    """A new workspace and its first administrator."""
    admin = User(id=domain.workspaces.new_id(), name=admin_name, role="admin")
    address, hashed = folded(email), domain.sign_ins.hashed(password)
    with domain.store.write() as connection:
        session = domain.workspaces.create(connection, company, admin)
        member = Member(admin.id, email)
        domain.sign_ins.put(connection, session.workspace, member, email=address, hashed=hashed)
    return session


def add_user(domain: Domain, name: str, role: Role, *, email: str, password: str) -> User:
    """A user who may sign in."""
    user = User(id=domain.workspaces.new_id(), name=name, role=role)
    address, hashed = folded(email), domain.sign_ins.hashed(password)
    session = only_workspace(domain)
    with domain.store.write() as connection:
        domain.workspaces.add(connection, session, [user], f"Add {name}")
        member = Member(user.id, email)
        domain.sign_ins.put(connection, session.workspace, member, email=address, hashed=hashed)
    return user


def set_password(domain: Domain, email: str, password: str) -> None:
    hashed = domain.sign_ins.hashed(password)
    with domain.store.write() as connection:
        found = credentials.by_email(connection, folded(email))
        if found is None:
            raise Refused(f"Nobody signs in with {email}.")
        member = Member(found.user_id, found.email, found.active)
        domain.sign_ins.put(
            connection, found.workspace_id, member, email=found.email, hashed=hashed
        )


def users(domain: Domain) -> list[tuple[Member, User]]:
    """Everybody's sign-in with their record."""
    session = only_workspace(domain)
    found = domain.exchange.users(session.workspace)
    with domain.store.read() as connection:
        rows = credentials.listed(connection, session.workspace)
    return [(Member(row.user_id, row.email, row.active), found[row.user_id]) for row in rows]


def only_workspace(domain: Domain) -> Session:
    """The server's own session in the one workspace there is."""
    listed = domain.workspaces.listed()
    if len(listed) != 1:
        raise Refused("There is no workspace yet. Run `fieldbook-server init`.")
    return Session(listed[0].workspace_id, "", SERVER_DEVICE)


def demo(domain: Domain, now_ms: int) -> list[tuple[str, str]]:
    """Make the demo company unless it is there, and learn its labels; all (role, e-mail)."""
    if not domain.workspaces.listed():
        loaded = load(domain.store, domain.exchange, domain.workspaces, now_ms=now_ms)
        hashed = domain.sign_ins.hashed(people.PASSWORD)
        with domain.store.write() as connection:
            for email, user in loaded.users.items():
                domain.sign_ins.put(
                    connection, loaded.workspace, Member(user, email), email=email, hashed=hashed
                )
        with suppress(NotInstalled):
            domain.learning.run()
    return [(user.role, member.email) for member, user in users(domain)]
