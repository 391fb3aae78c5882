"""The schema and its migrations: a server never runs on a schema it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.store import digests, records

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from server.store.store import Store

_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaUnknown(Exception):
    """The database was made by a newer Fieldbook."""


class SchemaOld(Exception):
    """The database must be upgraded first."""


def config() -> Config:
    """Alembic's configuration, without a file of its own."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS))
    return settings


def upgrade(store: Store) -> None:
    """Bring the schema to this version; `SchemaUnknown` if it is a newer one's."""
    if _is_behind(store):
        with store.write() as connection:
            migrate(connection)
            records.read_again(connection)
            digests.rebuild(connection)


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, and nothing else."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def ensure(store: Store) -> None:
    """Upgrade a SQLite file, which nobody else uses; refuse an old shared database."""
    if store.is_sqlite:
        upgrade(store)
    elif _is_behind(store):
        raise SchemaOld("The database is of an older version. Run `fieldbook-server init`.")


def revision(store: Store) -> str | None:
    """The revision the database is at; None if it is empty."""
    with store.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_behind(store: Store) -> bool:
    current, script = revision(store), ScriptDirectory.from_config(config())
    if current is None:
        return True
    if current not in {known.revision for known in script.walk_revisions()}:
        raise SchemaUnknown(
            f"The database is at revision {current}, which this version of Fieldbook does not"
            " know. Install the newer version it was last used with, or restore a backup."
        )
    return current != script.get_current_head()
