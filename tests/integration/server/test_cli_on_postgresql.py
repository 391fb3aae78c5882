"""The command line on PostgreSQL, from an empty database to one that was restored."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_protocol import codec
from sync_protocol.messages import Hello, Pull, Welcome
from tests.integration.server.running import Browser, failure
from tests.integration.server.streams import push
from tests.integration.server.test_cli import PASSWORD, init, run, serving
from tests.postgres import EMPTY, Postgres


@pytest.fixture(autouse=True)
def url(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database that every command is pointed at."""
    with postgres.database(EMPTY) as found:
        monkeypatch.setenv("FIELDBOOK_DATABASE_URL", found)
        yield found


def plain(url: str) -> str:
    """The database as PostgreSQL's own programs name it."""
    return url.replace("+psycopg", "")


def test_a_first_start(tmp_path: Path) -> None:
    early = run(tmp_path, "serve")
    assert early.exit_code == 1
    assert "fieldbook-server init" in early.stderr
    assert init(tmp_path).exit_code == 0
    assert "exists already" in init(tmp_path).stdout
    added = run(tmp_path, "user", "add", "rea@acme.example", "--name", "Rea", "--password-stdin")
    assert added.exit_code == 0
    assert len(run(tmp_path, "user", "list").stdout.splitlines()) == 2
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        assert browser.sign_in("rea@acme.example", PASSWORD).workspace_name == "Acme"
    assert not list(tmp_path.rglob("*.db"))


def test_a_database_that_was_restored_begins_a_new_epoch(
    postgres: Postgres, url: str, tmp_path: Path
) -> None:
    init(tmp_path)
    dump = tmp_path / "fieldbook.dump"
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        browser.sign_in("ada@acme.example", PASSWORD, device=7)
        push(browser, 1)
        options = ["--format=custom", f"--file={dump}", plain(url)]
        subprocess.run([postgres.programs / "pg_dump", *options], check=True)
        kept = codec.decode(browser.sync("hello", Hello(7)).content, Welcome)
        push(browser, 2)
        lost = codec.decode(browser.sync("hello", Hello(7)).content, Welcome)
    with postgres.database(EMPTY) as restored:
        options = ["--no-owner", f"--dbname={plain(restored)}", str(dump)]
        subprocess.run([postgres.programs / "pg_restore", *options], check=True)
        done = run(tmp_path, "new-epoch", "--database-url", restored)
        assert done.exit_code == 0, done.stderr
        arguments = ("serve", "--database-url", restored)
        with serving(tmp_path, *arguments) as (address, _), Browser(address) as browser:
            browser.sign_in("ada@acme.example", PASSWORD, device=7)
            now = codec.decode(browser.sync("hello", Hello(7)).content, Welcome)
            assert now.head.sequence == kept.head.sequence
            assert now.head.epoch != kept.head.epoch
            for cursor in (kept.head, lost.head):
                answer = browser.sync("pull", Pull(7, cursor, now.scopes))
                assert failure(answer).code == "resnapshot"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "copy.db"), "pg_dump"),
        (("restore", "copy.db", "--yes"), "new-epoch"),
        (("demo", "--reset"), "Empty that one yourself"),
        (("serve", "--database-url", "postgresql://nobody@127.0.0.1:1/none"), "cannot be used"),
        (("serve", "--database-url", "mysql://somewhere"), "no store"),
        (("serve", "--share-port", "--database-url", "sqlite:///a.db"), "One process"),
    ],
)
def test_what_does_not_work_is_answered_with_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "copy.db").touch()
    done = run(tmp_path, *arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_is_not_shown_from_a_real_company_s_database(tmp_path: Path) -> None:
    init(tmp_path)
    done = run(tmp_path, "demo")
    assert done.exit_code == 1
    assert "Acme" in done.stderr


def test_the_demo_can_be_looked_at_on_postgresql(tmp_path: Path) -> None:
    with serving(tmp_path, "demo") as (address, printed), Browser(address) as browser:
        password = printed[-1].removeprefix("password: ")
        browser.sign_in("lena@alpenquell.example", password)
