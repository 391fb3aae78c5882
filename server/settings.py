"""Every setting of the server, in one place.

Each is read from the environment as FIELDBOOK_<NAME> and can be overridden by a flag of
`fieldbook-server serve`. The help sentences are what the command line prints.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from sync_protocol.rules import tiles

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "FIELDBOOK_"


def _help(sentence: str, **limits: Any) -> Meta:
    return Meta(description=sentence, **limits)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    database_url: Annotated[
        str,
        _help("Where everything is kept: a SQLite file, or PostgreSQL by postgresql+psycopg://…"),
    ] = "sqlite:///data/fieldbook.db"
    blobs_url: Annotated[
        str,
        _help("Where files are kept: a folder, or s3://bucket/prefix; by default by the database."),
    ] = ""
    host: Annotated[str, _help("The address to listen on; 0.0.0.0 for every network.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, _help("The port to listen on; 0 takes a free one.", ge=0, le=65535)] = 8000
    share_port: Annotated[
        bool, _help("Let other server processes of this machine listen on the same port.")
    ] = False
    web: Annotated[Path, _help("The folder of the built web app, as `make web` leaves it.")] = Path(
        "build/web"
    )
    secure_cookies: Annotated[
        bool, _help("Browsers send the session over HTTPS only. Switch on behind TLS.")
    ] = False
    sign_ins_per_minute: Annotated[
        int, _help("How often one address may try to sign in; each process counts alone.", ge=1)
    ] = 10
    calendars_per_minute: Annotated[
        int, _help("How often one address may fetch calendars.", ge=1)
    ] = 120
    tiles: Annotated[
        str,
        _help("Where the web app may fetch map tiles, https://.../{z}/{x}/{y}.png; none if empty."),
    ] = ""
    keep_tiles: Annotated[
        bool,
        _help("Let browsers keep map tiles they have seen; only where their licence allows it."),
    ] = False
    session_days: Annotated[
        int, _help("A device not seen for so long must sign in again.", ge=1)
    ] = 180
    horizon_days: Annotated[
        int, _help("How long the log, history and deletions are kept.", ge=1)
    ] = 180
    heartbeat_s: Annotated[
        float, _help("Seconds between signs of life on the live stream.", gt=0)
    ] = 15.0


def read(environment: Mapping[str, str], **overrides: Any) -> Settings:
    """Settings from the environment and overrides that are not None.

    Raises `msgspec.ValidationError` naming the setting that is not valid.
    """
    named = {
        field.name: environment[PREFIX + field.name.upper()]
        for field in msgspec.structs.fields(Settings)
        if PREFIX + field.name.upper() in environment
    }
    named |= {name: value for name, value in overrides.items() if value is not None}
    settings = msgspec.convert(named, Settings, strict=False, dec_hook=_path)
    if wrong := tiles.problem(settings.tiles):
        raise msgspec.ValidationError(f"{wrong} - at `$.tiles`")
    return settings


def helps() -> dict[str, str]:
    """What each setting is for."""
    info = msgspec.inspect.type_info(Settings)
    assert isinstance(info, msgspec.inspect.StructType)  # noqa: S101
    return {field.name: _description(field.type) for field in info.fields}


def _description(type_: msgspec.inspect.Type) -> str:
    if isinstance(type_, msgspec.inspect.Metadata) and type_.extra_json_schema:
        return str(type_.extra_json_schema["description"])
    return ""


def _path(type_: Any, value: Any) -> Any:
    return Path(value) if type_ is Path else value
