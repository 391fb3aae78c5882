"""Signing in and out, and what an administrator does with people and devices."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from client import APP
from client.errors import WrongUser
from client.replica.base import Base
from client.store import identity, meta
from client.sync.http import HttpExchange
from sync_protocol.errors import OTHER_SERVER, DeviceTaken, SyncError, WrongWorkspace
from sync_protocol.session import (
    CalendarFeed,
    ChangePassword,
    DeviceAction,
    DeviceInfo,
    Member,
    Session,
    SignIn,
)

OTHERS = "This device holds another user's data. Sign that user out first."


class Sessions(Base):
    """All of it needs the network, but for signing out."""

    async def sign_in(self, email: str, password: str, *, device_name: str = "") -> Session:
        """Needs the network. Raises `WrongUser` if the replica belongs to somebody else.

        `WrongWorkspace` if it belongs to another company's server than this.
        """
        http = self._server()
        cookie = self._runtime.name == "browser"
        workspace = meta.read(self._connection, "workspace", str) or ""
        while True:
            request = SignIn(email, password, self.device, device_name, APP, cookie, workspace)
            try:
                session = await http.sign_in(request)
                break
            except DeviceTaken:
                if self.user_id:
                    raise WrongUser(OTHERS) from None
                self._new_device()
        elsewhere = workspace not in ("", session.workspace)
        if elsewhere or self.user_id not in ("", session.user):
            await self._turn_away(http, session)
            raise WrongWorkspace(OTHER_SERVER) if elsewhere else WrongUser(OTHERS)
        http.token = session.token or None
        self._runtime.write_secret(self._path, session.token or None)
        with self._database.transaction() as connection:
            if not self.user_id:
                identity.adopt(self._database, self.device, session.user)
            meta.write(connection, "user", session.user)
            meta.write(connection, "workspace", session.workspace)
            meta.write(connection, "email", session.email)
            meta.write(connection, "session", msgspec.structs.replace(session, token=""))
        return session

    async def sign_out(self, *, wipe: bool = False) -> None:
        """End the session; with `wipe` delete the replica too, unsent work included."""
        if self._http is not None and self.session is not None:
            with suppress(SyncError):  # the session ends here in any case
                await self._http.sign_out()
        self._runtime.write_secret(self._path, None)
        if self._http is not None:
            self._http.token = None
        if wipe:
            await self.close()
            await self._runtime.wipe(self._path)
            return
        self.end_session()

    def end_session(self) -> None:
        """Forget the session; the replica and its unsent work stay."""
        with self._database.transaction() as connection:
            meta.write(connection, "session", None)

    async def change_password(self, old: str, new: str) -> None:
        await self._server().change_password(ChangePassword(old, new))

    async def members(self) -> list[Member]:
        """Everybody's sign-in, for administrators; needs the network."""
        return await self._server().members()

    async def set_member(self, member: Member) -> None:
        await self._server().set_member(member)

    async def devices(self) -> list[DeviceInfo]:
        """Every device of the company, for administrators; needs the network."""
        return await self._server().devices()

    async def command_device(self, device: int, action: DeviceAction) -> None:
        """Lock, unlock, wipe (`rescue`: after handing in what waits) or reload a device."""
        await self._server().command_device(device, action)

    async def calendar_feed(self) -> CalendarFeed:
        """Whether a calendar may fetch this user's visits from the server, and since when."""
        return await self._server().calendar_feed()

    async def renew_calendar_feed(self) -> str:
        """A new address for it, in place of the one before; never told again."""
        http = self._server()
        made = await http.renew_calendar_feed()
        return f"{http.address}/calendar/{made.secret}.ics"

    async def stop_calendar_feed(self) -> None:
        await self._server().stop_calendar_feed()

    async def _turn_away(self, http: HttpExchange, session: Session) -> None:
        """End a session that is not the owner's; in the browser its cookie must not stay."""
        owners, http.token = http.token, session.token or None
        try:
            with suppress(SyncError):
                await http.sign_out()
        finally:
            http.token = owners
