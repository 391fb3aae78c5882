"""Signing in and out, and who may.

A session is one device of one user, named by an opaque token of which only the hash is kept. An
e-mail address nobody has costs as much time as a wrong password. A session that merely ended is
answered `SignInRequired`, and the device keeps everything; only an administrator's decision is
answered `DeviceRevoked`. What is written is looked at again under the workspace's row, like all
that is written, so that two servers cannot undo each other's work.
"""

from __future__ import annotations

import base64
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import argon2

from server.domain import fleet
from server.domain.access import Moment, Session
from server.store import calendar_feeds, credentials, devices, workspaces
from server.store.credentials import Credential
from server.store.devices import Device
from sync_protocol import session as wire
from sync_protocol.errors import (
    OTHER_SERVER,
    DeviceTaken,
    EmailTaken,
    Forbidden,
    Malformed,
    NotFound,
    SignInRequired,
    WrongDevice,
    WrongWorkspace,
)
from sync_protocol.messages import Rekey, Rekeyed
from sync_protocol.rules.permissions import may_administer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from server.domain.access import Access
    from server.store.store import Store

TOKEN_BYTES = 32
MAX_DEVICES = 500
"""Of one user; whoever signs in anew uses another one each time."""
DAY_MS = 86_400_000


def password_hasher() -> argon2.PasswordHasher:
    """Argon2id with 19 MiB and two passes: what OWASP asks for at least, bounded under load."""
    return argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def folded(email: str) -> str:
    """The form in which an e-mail address is unique; `Malformed` if it is none."""
    plain = unicodedata.normalize("NFC", email.strip()).casefold()
    name, at, host = plain.partition("@")
    if not (name and at and host) or any(c.isspace() or not c.isprintable() for c in plain):
        raise Malformed("This is not an e-mail address.")
    return plain


class SignIns:
    """`random(n)` gives n random bytes; a session unseen for `session_days` ends."""

    def __init__(
        self,
        store: Store,
        access: Access,
        now_ms: Callable[[], int],
        random: Callable[[int], bytes],
        *,
        hasher: argon2.PasswordHasher,
        session_days: int = 180,
    ) -> None:
        self._store = store
        self._access = access
        self._now_ms = now_ms
        self._random = random
        self._hasher = hasher
        self._nobody = hasher.hash("nobody's password")
        self._session_ms = session_days * DAY_MS

    def sign_in(self, request: wire.SignIn) -> wire.Session:
        """Register the device and give it a token; `SignInRequired` if the password is wrong.

        A device with data of a workspace that is not here is told so before its password is looked
        at, `WrongWorkspace`: whose it is may well have none, or another one, at this server.
        """
        with self._store.read() as connection:
            if request.workspace and workspaces.find(connection, request.workspace) is None:
                raise WrongWorkspace(OTHER_SERVER)
            found = credentials.by_email(connection, _folded_or_none(request.email))
        fits = self._fits(found.password_hash if found else self._nobody, request.password)
        if found is None or not fits or not found.active:
            raise SignInRequired("E-mail or password is wrong.")
        if request.workspace not in ("", found.workspace_id):
            raise WrongWorkspace(OTHER_SERVER)
        session = Session(found.workspace_id, found.user_id, request.device)
        token = base64.urlsafe_b64encode(self._random(TOKEN_BYTES)).decode().rstrip("=")
        with self._store.write() as connection:
            head = workspaces.lock(connection, session.workspace)
            if credentials.of_user(connection, session.workspace, session.user) != found:
                raise SignInRequired("E-mail or password is wrong.")
            self._access.actor(Moment(connection, head), session)
            self._register(connection, session, request, token)
        return wire.Session(
            session.workspace, head.name, session.user, found.email, session.device, token
        )

    def authenticate(self, token: str, *, leaving: bool = False) -> Session:
        """Whose the token is. `SignInRequired` or `DeviceRevoked` if it is nobody's any more.

        `leaving` lets a device that is to be wiped say what it still may.
        """
        with self._store.read() as connection:
            found = devices.by_token(connection, _hashed(token)) if token else None
            if found is None:
                raise SignInRequired("You are not signed in.")
            device, active = found
            session = Session(device.workspace_id, device.user_id, device.id)
            if leaving and device.wipe:
                return session  # whatever else has ended; what it may still do is judged there
            fleet.check(device)
            if not active or self._now_ms() - device.seen_ms > self._session_ms:
                raise SignInRequired("Your session has ended. Sign in again.")
            head = workspaces.get(connection, session.workspace)
            self._access.actor(Moment(connection, head), session)
        return session

    def rekey(self, session: Session, request: Rekey) -> Rekeyed:
        """A device whose id is also used by a copy of it goes on under a new one.

        One that was told to hand in what waits is told so under its new id, too.
        """
        if request.device != session.device:
            raise WrongDevice("This session belongs to another device.", session.device)
        token = base64.urlsafe_b64encode(self._random(TOKEN_BYTES)).decode().rstrip("=")
        now_ms = self._now_ms()
        with self._store.write() as connection:
            head = workspaces.lock(connection, session.workspace)
            self._access.actor(Moment(connection, head), session)
            if devices.get(connection, session.workspace, request.new) is not None:
                raise DeviceTaken("This device id is in use. Draw another.")
            if devices.count(connection, session.workspace, session.user) >= MAX_DEVICES:
                raise Forbidden("You have too many devices. Ask an administrator.")
            old = devices.get(connection, session.workspace, session.device)
            fleet.check(old, rescuing=True)
            if old is None or old.locked:
                raise SignInRequired("An administrator has locked this device.")
            fleet.check_epoch(old, head, request.epoch)
            name, app = devices.names(connection, session.workspace, session.device)
            row = Device(
                session.workspace, request.new, session.user, request.number, 0, now_ms,
                old.revoked_ms, wipe=old.wipe, resync=old.resync, copy_of=old.first_id,
            )  # fmt: skip
            devices.create(connection, row, name=name, app=app, token_hash=_hashed(token))
        return Rekeyed(request.new, token)

    def sign_out(self, session: Session) -> None:
        with self._store.write() as connection:
            devices.change(connection, session.workspace, session.device, token_hash=None)

    def change_password(self, session: Session, request: wire.ChangePassword) -> None:
        """Set one's own password; the user's other devices must sign in again."""
        with self._store.read() as connection:
            found = credentials.of_user(connection, session.workspace, session.user)
        if found is None or not self._fits(found.password_hash, request.old):
            raise Forbidden("The old password is wrong.")
        changed = found._replace(password_hash=self._hasher.hash(request.new))
        with self._store.write() as connection:
            workspaces.lock(connection, session.workspace)
            if credentials.of_user(connection, session.workspace, session.user) != found:
                raise Forbidden("Your sign-in has just been changed. Try again.")
            credentials.put(connection, changed, self._now_ms())
            credentials.end_sessions(
                connection, session.workspace, session.user, keep=session.device
            )

    def members(self, session: Session) -> list[wire.Member]:
        """Everybody's sign-in, for administrators."""
        with self._store.read() as connection:
            self._check_administrator(connection, session)
            found = credentials.listed(connection, session.workspace)
        return [wire.Member(row.user_id, row.email, row.active) for row in found]

    def set_member(self, session: Session, member: wire.Member) -> None:
        """Give a user a sign-in, change it, or switch it off, which revokes their devices."""
        email = folded(member.email)
        hashed = self._hasher.hash(member.password) if member.password else ""
        with self._store.write() as connection:
            self._check_administrator(connection, session)
            if member.user == session.user and not member.active:
                raise Forbidden("You cannot switch off your own account.")
            self.put(connection, session.workspace, member, email=email, hashed=hashed)

    def put(
        self,
        connection: Connection,
        workspace: str,
        member: wire.Member,
        *,
        email: str,
        hashed: str,
    ) -> None:
        """Store a sign-in within a transaction of the caller's; an empty hash keeps the old one."""
        head = workspaces.lock(connection, workspace)
        if member.user not in self._access.people(Moment(connection, head)).users:
            raise NotFound("There is no such user.")
        other = credentials.by_email(connection, email)
        if other is not None and (other.workspace_id, other.user_id) != (workspace, member.user):
            raise EmailTaken("Another user signs in with this e-mail address.")
        before = credentials.of_user(connection, workspace, member.user)
        if not hashed and before is None:
            raise Malformed("A new sign-in needs a password.")
        kept = hashed or (before.password_hash if before else "")
        now_ms = self._now_ms()
        row = Credential(workspace, member.user, email, kept, member.active)
        credentials.put(connection, row, now_ms)
        if not member.active:
            devices.revoke(connection, workspace, member.user, now_ms)
            calendar_feeds.remove(connection, workspace, member.user)
        elif hashed:
            credentials.end_sessions(connection, workspace, member.user)

    def hashed(self, password: str) -> str:
        return self._hasher.hash(password)

    def _register(
        self, connection: Connection, session: Session, request: wire.SignIn, token: str
    ) -> None:
        now_ms = self._now_ms()
        facts: dict[str, Any] = {
            "name": request.device_name,
            "app": request.app,
            "token_hash": _hashed(token),
            "seen_ms": now_ms,
        }
        device = devices.get(connection, session.workspace, session.device)
        if device is None:
            row = Device(session.workspace, session.device, session.user, 0, 0, now_ms, None)
            devices.create(connection, row, **facts)
        elif device.locked:
            raise Forbidden("An administrator has locked this device.")
        elif device.user_id == session.user:
            if not device.wipe:  # what is to be wiped stays so, whoever signs in
                facts["revoked_ms"] = None
            devices.change(connection, session.workspace, session.device, **facts)
        else:
            raise DeviceTaken("This device id is in use. Draw another.")

    def _check_administrator(self, connection: Connection, session: Session) -> None:
        head = workspaces.get(connection, session.workspace)
        if not may_administer(self._access.actor(Moment(connection, head), session)):
            raise Forbidden("Only an administrator may do that.")

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except argon2.exceptions.VerificationError:
            return False


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _folded_or_none(email: str) -> str:
    """The folded address, or one that nobody can have."""
    try:
        return folded(email)
    except Malformed:
        return ""
