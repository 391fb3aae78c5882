"""`fieldbook-server`: set up, serve, look after users, back up, restore."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from sqlalchemy.exc import OperationalError

from server import admin, serving
from server.app import Domain, create_domain, now_ms
from server.demo import people
from server.domain.learning import NotInstalled
from server.domain.workspaces import Company, Refused
from server.settings import PREFIX, Settings, helps, read
from server.store import backups, blob_storage, schema
from server.store.blob_storage import BlobStorage
from server.store.schema import SchemaOld, SchemaUnknown
from server.store.store import UnknownStore
from sync_protocol.errors import PeerError
from sync_protocol.records import ROLES
from sync_protocol.session import MIN_PASSWORD

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from server.domain.learning import Learned

_EXPECTED = (
    SchemaOld,
    SchemaUnknown,
    UnknownStore,
    Refused,
    NotInstalled,
    backups.Unusable,
    PeerError,
)
DEMO_DATABASE = "sqlite:///data/demo.db"
_HELP = helps()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The Fieldbook server keeps a company's data and brings its devices together.

    A first start:

    \b
        fieldbook-server init --name "Acme Ltd" --email ada@acme.example
        fieldbook-server serve

    or, to look around with made-up data, `fieldbook-server demo`.

    Every setting is also an environment variable: --database-url is FIELDBOOK_DATABASE_URL, and so
    on. Behind a TLS proxy, set FIELDBOOK_SECURE_COOKIES=1.

    The data lies in a SQLite file, which one server process serves. On PostgreSQL
    (FIELDBOOK_DATABASE_URL=postgresql+psycopg://user@host/name, an empty database to begin with)
    any number of processes serve the same data; `init` also brings its tables up to date.
    """  # noqa: D301 - click's mark for text that keeps its lines is a real backspace


def _option(name: str, **facts: Any) -> Callable[[Any], Any]:
    return click.option(f"--{name.replace('_', '-')}", name, help=_HELP[name], **facts)


database = _option("database_url", metavar="URL")


def serving_options(command: Any) -> Any:
    for name, facts in (
        ("blobs_url", {"metavar": "URL"}),
        ("secure_cookies", {"is_flag": True, "default": None}),
        ("share_port", {"is_flag": True, "default": None}),
        ("web", {"type": click.Path(path_type=Path)}),
        ("tiles", {"metavar": "URL"}),
        ("keep_tiles", {"is_flag": True, "default": None}),
        ("port", {"type": int}),
        ("host", {}),
    ):
        command = _option(name, **facts)(command)
    return command


def password_option(command: Any) -> Any:
    return click.option(
        "--password-stdin", is_flag=True, help="Read the password from standard input."
    )(command)


@main.command()
@click.option("--name", prompt="Company", help="The company's name.")
@click.option("--admin-name", prompt="Your name", help="The first administrator's name.")
@click.option("--email", prompt="Your e-mail", help="The address the administrator signs in with.")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA time zone.")
@click.option("--region", default="GB", show_default=True, help="ISO country, for phone numbers.")
@click.option("--currency", default="EUR", show_default=True, help="ISO currency.")
@click.option("--locale", default="en", show_default=True, help="BCP 47 language.")
@password_option
@database
def init(
    *, admin_name: str, email: str, password_stdin: bool, database_url: str | None, **company: str
) -> None:
    """Create the database, the company's workspace and its first administrator.

    On an existing database it only brings the schema up to date.
    """
    with _opened(_settings(database_url=database_url), upgrade=True) as domain:
        if domain.workspaces.listed():
            click.echo("The workspace exists already; the database is up to date.")
            return
        password = _password(from_stdin=password_stdin)
        admin.set_up(domain, Company(**company), admin_name, email=email, password=password)
        click.echo(f"Ready. Start it with `fieldbook-server serve` and sign in as {email}.")


@main.command()
@database
@serving_options
def serve(**flags: Any) -> None:
    """Serve the API, the live stream and the web app.

    One process serves one SQLite file; several may serve one PostgreSQL. Put a TLS proxy in front
    of it before it faces a network.
    """
    settings = _settings(**flags)
    with _opened(settings) as domain:
        if settings.share_port and domain.store.is_sqlite:
            raise click.ClickException("One process serves one SQLite file; --share-port is none.")
        if not domain.workspaces.listed():
            raise click.ClickException("There is no workspace yet. Run `fieldbook-server init`.")
    with _listening(settings) as (listener, address):
        click.echo(f"Fieldbook serves {address} - stop with Ctrl+C")
        serving.run(settings, listener)


@main.command()
@click.option("--reset", is_flag=True, help="Throw the demo's data away and start over.")
@database
@serving_options
def demo(*, reset: bool, **flags: Any) -> None:
    """Serve a made-up company to look around in; its data lies in data/demo.db.

    With --database-url or FIELDBOOK_DATABASE_URL it lies there, unless another company's does.
    """
    elsewhere = flags["database_url"] or os.environ.get(f"{PREFIX}DATABASE_URL")
    settings = _settings(**(flags | {"database_url": elsewhere or DEMO_DATABASE}))
    if reset:
        _discard_demo(settings)
    with _opened(settings, upgrade=True) as domain:
        _require_demo(domain)
        members = admin.demo(domain, now_ms())
    with _listening(settings) as (listener, address):
        click.echo(address)
        for role, email in members:
            click.echo(f"{role:8} {email}")
        click.echo(f"password: {people.PASSWORD}")
        serving.run(settings, listener)


@main.group()
def user() -> None:
    """Add, list and change who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", prompt=True, help="The user's name.")
@click.option("--role", type=click.Choice(ROLES), default="rep", show_default=True)
@password_option
@database
def user_add(
    *, email: str, name: str, role: Any, password_stdin: bool, database_url: str | None
) -> None:
    """Add a user who signs in with EMAIL."""
    with _opened(_settings(database_url=database_url)) as domain:
        password = _password(from_stdin=password_stdin)
        admin.add_user(domain, name, role, email=email, password=password)
    click.echo(f"{email} may sign in.")


@user.command("list")
@database
def user_list(*, database_url: str | None) -> None:
    """List who may sign in."""
    with _opened(_settings(database_url=database_url)) as domain:
        for member, found in admin.users(domain):
            state = "" if member.active and found.active else "  (switched off)"
            click.echo(f"{member.email:40} {found.role:8} {found.name}{state}")


@user.command("password")
@click.argument("email")
@password_option
@database
def user_password(*, email: str, password_stdin: bool, database_url: str | None) -> None:
    """Set the password of who signs in with EMAIL; their devices must sign in again."""
    with _opened(_settings(database_url=database_url)) as domain:
        admin.set_password(domain, email, _password(from_stdin=password_stdin))
    click.echo(f"The password of {email} is changed.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@database
def backup(*, file: Path, database_url: str | None) -> None:
    """Write a consistent copy of the database to FILE, also while the server runs.

    The pictures and documents go into the folder FILE-files beside it; those that an earlier backup
    has put there are not copied again. Where FIELDBOOK_BLOBS_URL names no folder they stay where
    they are: see to a copy of that storage, after the database's. This is for SQLite. PostgreSQL
    has pg_dump; copy the files after it.
    """
    settings = _settings(database_url=database_url)
    with _told():
        backups.backup(settings.database_url, file)
    click.echo(f"Wrote {file}.")
    files, copy = _files_and_copy(settings, file)
    if files.folder is None:
        click.echo(f"The files at {files.url} are not in it.")
    else:
        click.echo(f"Files copied to {copy.folder}: {files.copy_to(copy)}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask before replacing the present database.")
@database
def restore(*, file: Path, yes: bool, database_url: str | None) -> None:
    """Put the backup FILE in place of the database. Stop the server first.

    It opens a new epoch: every device takes a fresh copy, and sends again what the backup lacks.
    Files of the backup that are missing are put back, and none is taken away. This is for SQLite.
    Restore PostgreSQL with pg_restore, then run `fieldbook-server new-epoch`.
    """
    settings = _settings(database_url=database_url)
    if not yes:
        click.confirm(f"Replace {settings.database_url}?", abort=True)
    files, copy = _files_and_copy(settings, file)
    if files.folder is not None and copy.folder is not None and copy.folder.is_dir():
        click.echo(f"Files put back: {copy.copy_to(files)}.")
    with _told():
        backups.restore(file, settings.database_url)
    _open_epoch(settings)
    click.echo("Restored. Devices will take a fresh copy when they next sync.")


def _files_and_copy(settings: Settings, file: Path) -> tuple[BlobStorage, BlobStorage]:
    """Where the files are, and where those of a backup are.

    A file is stored before the database says that it is here. So the database is copied before the
    files: whatever it names is among them.
    """
    url = settings.blobs_url or blob_storage.beside(settings.database_url)
    return BlobStorage(url), BlobStorage(str(file.with_name(f"{file.name}-files")))


@main.command()
@database
def compact(*, database_url: str | None) -> None:
    """Let go of log, history and deletions past the horizon. `serve` does it every six hours."""
    with _opened(_settings(database_url=database_url)) as domain:
        done = domain.upkeep.run()
        domain.blob_sweep.collect(now_ms())
    click.echo(f"{done.workspaces} workspaces are up to date, {done.removed} records removed.")


@main.command()
@database
def learn(*, database_url: str | None) -> None:
    """Learn which labels fit whom, so that devices can suggest them. `serve` does it every day.

    Nothing is labelled by it. It needs scikit-learn: fieldbook[server,learn].
    """
    with _opened(_settings(database_url=database_url)) as domain:
        for learned in domain.learning.run():
            click.echo(f"{learned.label:30} on {learned.carried:6,}  {_told_of(learned)}")


def _told_of(learned: Learned) -> str:
    model = learned.model
    if model is None:
        return f"not suggested: {learned.why}"
    right = f"{model.precision:.0%} of {model.tested:,} suggestions"
    return f"suggested: {right} right on customers kept back, {model.recall:.0%} found"


@main.command("new-epoch")
@database
def new_epoch(*, database_url: str | None) -> None:
    """Say that the database is another one than it was: after PostgreSQL was restored.

    \b
        pg_dump --format=custom --file=fieldbook.dump "$DATABASE"      # the backup
        # stop every server; make an empty database; then
        pg_restore --no-owner --dbname="$DATABASE" fieldbook.dump
        fieldbook-server new-epoch
        # start the servers again

    Without it a device that had seen more than the backup holds would take what comes next for
    what it knows already. With it every device takes a fresh copy, and sends again what the backup
    lacks. It also brings the tables up to date. `restore` does it by itself.
    """  # noqa: D301 - click's mark again
    _open_epoch(_settings(database_url=database_url))
    click.echo("A new epoch has begun. Devices will take a fresh copy when they next sync.")


def _open_epoch(settings: Settings) -> None:
    with _opened(settings, upgrade=True) as domain:
        domain.workspaces.open_epoch()


def _discard_demo(settings: Settings) -> None:
    """Remove the demo's file, but nothing that may be anybody's."""
    if settings.database_url != DEMO_DATABASE:
        raise click.ClickException(
            f"--reset throws {DEMO_DATABASE} away, and no other database. Empty that one yourself."
        )
    backups.discard(settings.database_url)
    if not settings.blobs_url:
        shutil.rmtree(blob_storage.beside(settings.database_url), ignore_errors=True)


def _require_demo(domain: Domain) -> None:
    """Refuse to show a real company as the demo."""
    for found in domain.workspaces.listed():
        if found.name != people.COMPANY:
            raise click.ClickException(f"This database is {found.name}'s, not the demo's.")


def _settings(**flags: Any) -> Settings:
    try:
        return read(os.environ, **flags)
    except msgspec.ValidationError as error:
        raise click.ClickException(f"A setting is not valid: {error}") from None


@contextmanager
def _opened(settings: Settings, *, upgrade: bool = False) -> Iterator[Domain]:
    with _told():
        domain = create_domain(settings)
        try:
            (schema.upgrade if upgrade else schema.ensure)(domain.store)
            yield domain
        finally:
            domain.store.close()


@contextmanager
def _listening(settings: Settings) -> Iterator[tuple[socket.socket, str]]:
    try:
        listener, address = serving.listen(settings)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise click.ClickException(f"Cannot listen on {where}: {error.strerror}.") from None
    with listener:
        yield listener, address


@contextmanager
def _told() -> Iterator[None]:
    """Turn what can be expected to go wrong into a sentence."""
    try:
        yield
    except _EXPECTED as error:
        raise click.ClickException(str(error)) from None
    except OperationalError as error:
        raise click.ClickException(f"The database cannot be used: {error.orig}") from None


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < MIN_PASSWORD:
        raise click.ClickException(f"A password needs {MIN_PASSWORD} characters at least.")
    return str(password)
