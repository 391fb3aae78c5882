"""Writes the next migration: `python -m server.store.migrations "Contacts have nicknames"`.

It compares what the migrations so far make with the tables as they are declared now. Read what it
wrote before you commit it: Alembic sees added and removed columns, never renamed ones.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from server.store import schema
from server.store.store import Store


def write(message: str) -> None:
    """Make the next revision, numbered on from the last."""
    settings = schema.config()
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    last = ScriptDirectory.from_config(settings).get_current_head() or "r0000"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'now.db'}")
        with store.write() as connection:
            schema.migrate(connection)
            settings.attributes["connection"] = connection
            command.revision(
                settings, message, autogenerate=True, rev_id=f"r{int(last[1:]) + 1:04}"
            )
        store.close()


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]) or "A change of the schema")
