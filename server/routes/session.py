"""Signing in and out, one's password, and the members of the workspace."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from litestar import Response, get, post, put
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import FromPath, JSONBody

from server.routes.edge import UNREADABLE, WholeInPath, cookie
from server.routes.services import Serving, SignedIn
from server.settings import Settings
from sync_protocol import session as wire

V = TypeVar("V", post, put)


def handlers(settings: Settings) -> list[Any]:
    limit = RateLimitConfig(("minute", settings.sign_ins_per_minute), set_rate_limit_headers=False)
    guesses = [limit.middleware]
    sign_in = post(
        "/sign-in",
        middleware=guesses,
        exception_handlers=UNREADABLE,
        status_code=200,
        sync_to_thread=True,
    )
    return [
        sign_in(_sign_in),
        sign_out,
        _told(post, "/password", guesses)(_change_password),
        members,
        set_member,
        listed_devices,
        command,
    ]


def _told(verb: type[V], path: str, middleware: list[Any] | None = None) -> V:
    """A handler that takes JSON and has nothing to answer."""
    return verb(
        path,
        middleware=middleware,
        exception_handlers=UNREADABLE,
        status_code=204,
        sync_to_thread=True,
    )


def _sign_in(data: JSONBody[wire.SignIn], services: Serving) -> Response[wire.Session]:
    """Register a device; answers a token, or sets a cookie if the request asks for one."""
    signed_in = services.sign_ins.sign_in(data)
    if not data.cookie:
        return Response(signed_in)
    without = msgspec.structs.replace(signed_in, token="")
    return Response(without, cookies=[cookie(services.settings, signed_in.token)])


@post("/sign-out", status_code=204, sync_to_thread=True)
def sign_out(session: SignedIn, services: Serving) -> Response[None]:
    """End this device's session."""
    services.sign_ins.sign_out(session)
    services.revoked(session.workspace)
    return Response(None, cookies=[cookie(services.settings, "", days=0)])


def _change_password(
    data: JSONBody[wire.ChangePassword],
    session: SignedIn,
    services: Serving,
) -> None:
    """Set one's own password."""
    services.sign_ins.change_password(session, data)
    services.revoked(session.workspace)


@get("/members", sync_to_thread=True)
def members(session: SignedIn, services: Serving) -> list[wire.Member]:
    """Everybody's sign-in, for administrators."""
    return services.sign_ins.members(session)


@_told(put, "/members/{user_id:str}")
def set_member(
    user_id: FromPath[str],
    data: JSONBody[wire.Member],
    session: SignedIn,
    services: Serving,
) -> None:
    """Give a user a sign-in, change it, or switch it off."""
    member = msgspec.structs.replace(data, user=user_id)
    services.sign_ins.set_member(session, member)
    services.revoked(session.workspace)


@get("/devices", sync_to_thread=True)
def listed_devices(session: SignedIn, services: Serving) -> list[wire.DeviceInfo]:
    """Every device of the workspace, for administrators."""
    return services.fleet.listed(session)


@_told(post, "/devices/{device:int}")
def command(
    device: WholeInPath,
    data: JSONBody[wire.DeviceCommand],
    session: SignedIn,
    services: Serving,
) -> None:
    """Lock, unlock, wipe or reload a device."""
    services.fleet.command(session, device, data.action)
    services.revoked(session.workspace)
