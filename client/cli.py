"""`fieldbook`: the app, and what can be done without a screen.

The commands stand on the same replica as the app. One program at a time can hold a replica file,
so they keep one of their own unless `--replica` says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from client import pictures
from client.errors import ReplicaError
from client.interchange import (
    deciding,
    declared,
    exporter,
    files,
    importer,
    invoices,
    package,
    packing,
    planning,
)
from client.interchange.existing import Existing
from client.interchange.sources import UnreadableFile, size_text
from client.replica import Replica
from client.runtime import here
from client.runtime.protocol import StorageBusy
from sync_protocol.errors import SyncError, Unreachable
from sync_protocol.records import ObjectType, Territory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Sequence

    from client.interchange.exporter import Format
    from client.interchange.importer import Done
    from client.interchange.invoices import Item
    from client.interchange.planning import DeclaredPlan, Plan, Summary, Together
    from client.interchange.problems import Problem

DEVICE = "Command line"
TOLD = 20
FORMATS: dict[str, Format] = {".csv": "csv", ".vcf": "vcard", ".vcard": "vcard"}


class Access(NamedTuple):
    """Where the replica lies, and how to reach its server."""

    replica: Path
    server: str
    email: str
    password_stdin: bool


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Fieldbook, the CRM that works where there is no signal.

    \b
        fieldbook app                                     open the app
        fieldbook import customers.csv --email ada@acme.example
        fieldbook export customers.vcf --label Prospect
        fieldbook sync                                    exchange edits with the server

    The commands work on a replica of their own and need the network only to sync. The first use
    signs in: give --server and --email; the password is asked for, or read from standard input
    with --password-stdin, or from FIELDBOOK_PASSWORD. Later ones are still signed in.

    Every option is also an environment variable: --server is FIELDBOOK_SERVER, and so on.
    """  # noqa: D301 - click's mark is the character itself


def access_options(command: Any) -> Any:
    default = Path(here().home).with_name("cli.db")
    for option in (
        click.option("--password-stdin", is_flag=True, help="Read the password from input."),
        click.option("--email", envvar="FIELDBOOK_EMAIL", default="", help="Whom to sign in."),
        click.option(
            "--server",
            envvar="FIELDBOOK_SERVER",
            default="",
            show_default=True,
            help="The server's address; the last one if not given.",
        ),
        click.option(
            "--replica",
            envvar="FIELDBOOK_REPLICA",
            type=click.Path(path_type=Path, dir_okay=False),
            default=default,
            show_default=True,
            help="The file that holds this device's copy.",
        ),
    ):
        command = option(command)
    return command


@main.command()
def app() -> None:
    """Open the app in a window of its own."""
    import flet as ft  # noqa: PLC0415 - large, and only this command shows anything

    from client.main import main as app_main  # noqa: PLC0415 - the same

    ft.run(app_main)


@main.command()
@access_options
def sync(**access: Any) -> None:
    """Exchange edits with the server."""

    async def run() -> None:
        async with _opened(Access(**access)) as replica:
            report = await replica.sync()
            click.echo(f"Synced: {report.sent} sent, {report.received + report.loaded} received.")
            _say_refused(replica)

    _run(run())


@main.command("import")
@click.argument("names", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--as",
    "what",
    default="",
    help="What a row is: accounts, contacts, leads, deals, ..., or your own type.",
)
@click.option("--territory", default="", help="Where new accounts go; not needed if there is one.")
@click.option("--dry-run", is_flag=True, help="Only say what the files would bring.")
@click.option("--offline", is_flag=True, help="Do not sync before and after.")
@access_options
def import_(
    *,
    names: tuple[str, ...],
    what: str,
    territory: str,
    dry_run: bool,
    offline: bool,
    **access: Any,
) -> None:
    """Bring accounts, contacts, leads, deals, ... and your own types from CSV tables and vCards.

    Columns are recognised by their headings, as Excel, Google Contacts, Outlook, HubSpot and
    Fieldbook itself write them; what is not recognised is kept under its heading. Look first:

    \b
        fieldbook import --dry-run customers.csv
    """  # noqa: D301 - as above

    async def run() -> None:
        async with _opened(Access(**access), offline=offline) as replica:
            if not offline:
                await replica.sync()
            for name in names:
                plan = _plan(Path(name), what, replica)
                _tell(_summary(plan, replica), plan.filename)
                if not dry_run:
                    await _import(replica, plan, _territory(replica, territory))
            if not offline and not dry_run:
                await replica.sync()
                _say_refused(replica)

    _run(run())


@main.command("invoices")
@click.argument("name", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what the file would bring.")
@click.option("--offline", is_flag=True, help="Do not sync before and after.")
@access_options
def invoices_(*, name: str, dry_run: bool, offline: bool, **access: Any) -> None:
    """Bring open items from the books, so that a visit begins with what is overdue.

    A CSV table with the columns Customer, Invoice, Due and, if there are any, Total, Currency and
    Paid. The same table again changes nothing.
    """

    async def run() -> None:
        path = Path(name)
        async with _opened(Access(**access), offline=offline) as replica:
            if not offline:
                await replica.sync()
            items, problems = _open_items(path, replica)
            done = (invoices.look if dry_run else invoices.take)(replica, items)
            would = "to be " if dry_run else ""
            click.echo(f"{done.made} invoices {would}added, {done.changed} {would}changed.")
            _tell_problems([*problems, *done.problems], len(problems) + len(done.problems))
            if not offline and not dry_run:
                await replica.sync()
                _say_refused(replica)

    _run(run())


@main.command()
@click.argument("name", metavar="FILE", type=click.Path(dir_okay=False))
@click.option("--accounts", is_flag=True, help="Accounts instead of contacts.")
@click.option(
    "--type", "own", default="", help="Leads, deals, ... or records of your own type instead."
)
@click.option("--label", "labels", multiple=True, help="Only records with this label; repeatable.")
@click.option("--text", default="", help="Only records that this search finds.")
@click.option("--offline", is_flag=True, help="Do not sync before.")
@access_options
def export(
    *,
    name: str,
    accounts: bool,
    own: str,
    labels: tuple[str, ...],
    text: str,
    offline: bool,
    **access: Any,
) -> None:
    """Write contacts or accounts to FILE: .csv for spreadsheets, .vcf for address books.

    Other records (--type deals, --type Machines) go into tables only. A FILE that ends in .zip
    holds all records that you may see, those of your own types with their definitions, and files.

    Importing the file again gives the same records, labels included.
    """

    async def run() -> None:
        path = Path(name)
        form = FORMATS.get(path.suffix.lower())
        everything = path.suffix.lower() == ".zip"
        if form is None and not everything:
            raise click.UsageError("The file's name must end in .csv or .vcf, or in .zip for all.")
        if everything and (own or accounts or labels or text):
            raise click.UsageError("All together go into a .zip: name a .csv file for a part.")
        if own and form != "csv":
            raise click.UsageError("Other records go into tables: name a .csv file.")
        async with _opened(Access(**access), offline=offline) as replica:
            if not offline:
                await replica.sync()
            _index(replica, text)
            if form is None:
                await _pack(replica, path)
                return
            of = _of(replica, own or ("accounts" if accounts else "contacts"))
            made = await exporter.export(replica, of, form, text=text, labels_any=labels)
            path.write_bytes(made.data)  # noqa: ASYNC240 - nothing else waits here
            click.echo(f"{made.records} records written to {name}.")

    _run(run())


@asynccontextmanager
async def _opened(access: Access, *, offline: bool = False) -> AsyncIterator[Replica]:
    """The replica, signed in unless it need not be."""
    async with await Replica.open(str(access.replica), server=access.server or None) as replica:
        if replica.session is None and not offline:
            await _sign_in(replica, access)
        if not replica.user_id:
            raise click.ClickException("This replica belongs to nobody yet: sign in first.")
        yield replica


async def _sign_in(replica: Replica, access: Access) -> None:
    email = access.email or click.prompt("E-mail")
    await replica.sign_in(email, _password(from_stdin=access.password_stdin), device_name=DEVICE)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    held = os.environ.get("FIELDBOOK_PASSWORD")
    return held or str(click.prompt("Password", hide_input=True))


def _open_items(path: Path, replica: Replica) -> tuple[list[Item], list[Problem]]:
    settings = replica.settings
    try:
        return invoices.read(path.read_bytes(), path.name, settings.region, settings.currency)
    except UnreadableFile as error:
        raise click.ClickException(f"{path.name}: {error}") from error


def _of(replica: Replica, what: str) -> str:
    """The record type that is called so; empty if none is named."""
    types = replica.find(ObjectType, order_by="name")
    known = {"accounts": "account", "contacts": "contact"}
    known |= {exporter.stem_of_declared(of): of for of in declared.TYPES}
    known |= {name.casefold(): own.id for own in types for name in (own.name, own.plural) if name}
    if what and what.casefold() not in known:
        names = ["accounts", "contacts", *map(exporter.stem_of_declared, declared.TYPES)]
        called = ", ".join([*names, *(own.plural or own.name for own in types)])
        raise click.UsageError(f"There is no record type {what!r}, only {called}.")
    return known.get(what.casefold(), "")


async def _pack(replica: Replica, path: Path) -> None:
    """Everything into one file; first how large its files are."""
    held = packing.held(replica)
    if held.number:
        away = f", {held.elsewhere} of them to be fetched" if held.elsewhere else ""
        click.echo(f"With {held.number} files, {size_text(held.size)}{away}.")
    with path.open("wb") as out, click.progressbar(length=100, file=sys.stderr) as bar:
        made = await packing.pack(
            replica, out, on_progress=lambda share: bar.update(int(share * 100) - bar.pos)
        )
    click.echo(f"{made.records} records and {made.files} files written to {path}.")
    if made.missing:
        click.echo(f"{made.missing} files could not be had: {packing.MISSING} in it lists them.")


def _plan(path: Path, what: str, replica: Replica) -> Plan | DeclaredPlan | Together:
    try:
        if package.is_package(path):
            return package.plan(replica, package.read(path, path.name))
        source = files.read(path.read_bytes(), path.name)
    except UnreadableFile as error:
        raise click.ClickException(f"{path.name}: {error}") from error
    return deciding.plan(replica, source, None, _of(replica, what))


def _summary(plan: Plan | DeclaredPlan | Together, replica: Replica) -> Summary:
    tally = planning.Tally(Existing(replica))
    for row in plan.rows():
        tally.add(row)
    return tally.summary()


def _territory(replica: Replica, name: str) -> str:
    """The territory of that name, or the only one there is."""
    held = replica.find(Territory, order_by="name")
    if not name:
        return held[0].id if len(held) == 1 else ""
    found = next((x.id for x in held if x.name.casefold() == name.casefold()), "")
    if not found:
        raise click.UsageError(f"There is no territory {name!r}, only {_listed(held)}.")
    return found


def _listed(territories: list[Territory]) -> str:
    return ", ".join(territory.name for territory in territories) or "none"


def _tell(summary: Summary, filename: str) -> None:
    """What a file would bring, and what was noticed in it."""
    brings = _counts(summary, len(summary.labels))
    known = f"; {summary.known} records are here already" if summary.known else ""
    click.echo(f"{filename}: {summary.rows} rows, {brings}{known}.")
    if not summary.rows:
        click.echo("  Below its heading this file is empty: there is nothing to import.")
    if summary.left_out:
        click.echo(f"  {summary.left_out} rows name nobody and are left out.")
    _tell_problems(summary.problems, summary.problem_count)


def _counts(counted: Summary | Done, labels: int) -> str:
    """How many of what; of one's own records only where there are any."""
    own = [f"{counted.own} records of your own"] if counted.own else []
    told = [f"{counted.accounts} accounts", f"{counted.contacts} contacts", f"{labels} labels"]
    others = [f"{counted.others} other records"] if counted.others else []
    return ", ".join([*own, *told, *others])


def _tell_problems(problems: Sequence[Problem], count: int) -> None:
    for problem in problems[:TOLD]:
        click.echo(f"  {problem.said}")
    if count > TOLD:
        click.echo(f"  and {count - TOLD} more")


async def _import(
    replica: Replica, plan: Plan | DeclaredPlan | Together, territory_id: str
) -> None:
    total = plan.row_count
    with click.progressbar(length=total, label="Importing", file=sys.stderr) as bar:
        done = await importer.write(
            replica,
            plan,
            territory_id=territory_id,
            on_progress=lambda rows: bar.update(rows - bar.pos),
            smaller=lambda data: here().shrunk(data, pictures.PORTRAIT),
        )
    known = f" Brought up to date: {done.known} that were here already." if done.known else ""
    click.echo(f"Added {_counts(done, done.labels)}.{known}")
    if done.accounts and not territory_id:
        click.echo("They are in no territory: only you and administrators see them (--territory).")
    _tell_problems(done.problems, len(done.problems))


def _index(replica: Replica, text: str) -> None:
    """A search needs the index, which the app builds in its pauses and nobody does here."""
    while text and replica.index_some():
        pass


def _say_refused(replica: Replica) -> None:
    refused = replica.problems()
    if refused:
        click.echo(f"The server refused {len(refused)} edits; open the app to see why.", err=True)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Errors a person can do something about become one line."""
    try:
        asyncio.run(work)
    except StorageBusy as error:
        message = "This replica is open in another program. Close that, or name another --replica."
        raise click.ClickException(message) from error
    except Unreachable as error:
        message = f"The server cannot be reached ({error}). --offline works without it."
        raise click.ClickException(message) from error
    except (SyncError, ReplicaError) as error:
        raise click.ClickException(str(error)) from error
