"""The command line, as a person runs it, on real files; what serves is a real process."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, closing, contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from server.cli import main
from sync_protocol import codec
from sync_protocol.blobs import content_hash
from sync_protocol.messages import Hello, Pull, Welcome
from tests.integration.server.running import Browser, failure

PASSWORD = "correct horse battery"
SERVER = Path(sys.executable).with_name("fieldbook-server")


def run(folder: Path, *arguments: str, given: str = PASSWORD) -> Result:
    """A command in this process: the same code as in one of its own, without its start."""
    with chdir(folder):
        return CliRunner().invoke(main, arguments, input=f"{given}\n")


def init(folder: Path) -> Result:
    facts = ("--name", "Acme", "--admin-name", "Ada", "--email", "ada@acme.example")
    return run(folder, "init", *facts, "--password-stdin")


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[str, list[str]]]:
    """A server process; its address, and what it printed before and with it."""
    process = subprocess.Popen(
        [SERVER, *(arguments or ("serve",)), "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed: list[str] = []
    while not (printed and re.search("Ctrl|password:", printed[-1])):
        printed.append(process.stdout.readline().rstrip("\n"))
        assert process.poll() is None
    found = re.search(r"http://\S+", "\n".join(printed))
    assert found
    try:
        for _ in range(100):
            try:
                httpx.get(f"{found[0]}/health")
                break
            except httpx.TransportError:
                continue
        yield found[0], printed
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        process.stdout.close()


def test_a_first_start_as_the_help_says(tmp_path: Path) -> None:
    assert "init" in run(tmp_path, "--help").stdout
    early = run(tmp_path, "serve")
    assert early.exit_code == 1
    assert "fieldbook-server init" in early.stderr
    assert init(tmp_path).exit_code == 0
    assert "exists already" in init(tmp_path).stdout
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        assert browser.sign_in("ada@acme.example", PASSWORD).workspace_name == "Acme"


def test_users_are_added_listed_and_given_new_passwords(tmp_path: Path) -> None:
    init(tmp_path)
    added = run(tmp_path, "user", "add", "Rea@Acme.example", "--name", "Rea", "--password-stdin")
    assert added.exit_code == 0
    twice = run(tmp_path, "user", "add", "rea@acme.example", "--name", "Rea", "--password-stdin")
    assert twice.exit_code == 1
    assert "Another user" in twice.stderr
    listed = run(tmp_path, "user", "list").stdout
    assert re.search("ada@acme.example +admin +Ada", listed)
    assert re.search("rea@acme.example +rep +Rea", listed)
    assert len(listed.splitlines()) == 2
    new = "another long password"
    changed = run(tmp_path, "user", "password", "rea@acme.example", "--password-stdin", given=new)
    assert changed.exit_code == 0
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        browser.sign_in("rea@acme.example", new)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--port", "99999"), "port"),
        (("user", "password", "x@y.example", "--password-stdin"), "Nobody signs in"),
        (("backup", "copy.db", "--database-url", "sqlite:///none.db"), "There is no database"),
    ],
)
def test_mistakes_are_answered_with_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    init(tmp_path)
    done = run(tmp_path, *arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    done = run(
        tmp_path, "init", "--name", "A", "--admin-name", "B", "--email", "a@b.example",
        "--password-stdin", given="short",
    )  # fmt: skip
    assert done.exit_code == 1
    assert "10 characters" in done.stderr


def test_a_backup_is_taken_while_serving_and_a_restore_opens_a_new_epoch(tmp_path: Path) -> None:
    init(tmp_path)
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        browser.sign_in("ada@acme.example", PASSWORD)
        before = codec.decode(browser.sync("hello", Hello(7)).content, Welcome)
        assert run(tmp_path, "backup", "copy.db").exit_code == 0
        in_use = run(tmp_path, "restore", "copy.db", "--yes")
        assert in_use.exit_code == 1
        assert "in use" in in_use.stderr
    assert run(tmp_path, "restore", "copy.db", "--yes").exit_code == 0
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        browser.sign_in("ada@acme.example", PASSWORD)
        after = codec.decode(browser.sync("hello", Hello(7)).content, Welcome)
        assert (after.workspace, after.head.sequence) == (before.workspace, before.head.sequence)
        assert after.head.epoch != before.head.epoch
        answer = browser.sync("pull", Pull(7, before.head, before.scopes))
        assert failure(answer).code == "resnapshot"


def test_a_backup_has_the_files_too_and_a_restore_puts_them_back(tmp_path: Path) -> None:
    init(tmp_path)
    photo, later = b"a photo of a shelf", b"a signature"
    stored = tmp_path / "data" / "fieldbook.blobs"
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        browser.sign_in("ada@acme.example", PASSWORD)
        hand_in(browser, photo)
        done = run(tmp_path, "backup", "copy.db")
        assert "copy.db-files: 1." in done.stdout
        assert "copy.db-files: 0." in run(tmp_path, "backup", "copy.db").stdout
        hand_in(browser, later)
        (of_photo, of_later) = (place(stored, data) for data in (photo, later))
    of_photo.unlink()
    done = run(tmp_path, "restore", "copy.db", "--yes")
    assert "Files put back: 1." in done.stdout
    assert of_photo.read_bytes() == photo
    assert of_later.read_bytes() == later
    with serving(tmp_path) as (address, _), Browser(address) as browser:
        browser.sign_in("ada@acme.example", PASSWORD)
        told = [browser.get(f"/api/uploads/{content_hash(data)}").json() for data in (photo, later)]
        assert [one["done"] for one in told] == [True, False]


def hand_in(browser: Browser, data: bytes) -> None:
    where = f"/api/uploads/{content_hash(data)}?size={len(data)}&offset=0"
    answer = browser.put(where, content=data)
    assert answer.json()["done"]


def place(folder: Path, data: bytes) -> Path:
    """Where a file is kept beneath the folder of them all."""
    (found,) = folder.rglob(content_hash(data))
    return found


def test_a_backup_that_is_none_replaces_nothing(tmp_path: Path) -> None:
    init(tmp_path)
    (tmp_path / "bad.db").write_bytes(b"no database at all" * 100)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE something (id)")
    for name in ("bad.db", "other.db"):
        done = run(tmp_path, "restore", name, "--yes")
        assert done.exit_code == 1
        assert "not a Fieldbook database" in done.stderr
    assert "ada@acme.example" in run(tmp_path, "user", "list").stdout


def test_the_demo_prints_who_may_sign_in_and_serves(tmp_path: Path) -> None:
    with serving(tmp_path, "demo") as (address, printed), Browser(address) as browser:
        assert printed[0] == address
        people = dict(line.split(maxsplit=1) for line in printed[1:-1])
        assert {"admin", "office", "manager", "rep"} <= set(people)
        password = printed[-1].removeprefix("password: ")
        for device, email in enumerate(people.values(), 1):
            browser.sign_in(email.strip(), password, device=device)
            welcome = codec.decode(browser.sync("hello", Hello(device)).content, Welcome)
            assert welcome.head.sequence > 1


def test_what_is_past_the_horizon_is_let_go_by_hand_too(tmp_path: Path) -> None:
    init(tmp_path)
    done = run(tmp_path, "compact")
    assert done.exit_code == 0
    assert done.output == "1 workspaces are up to date, 0 records removed.\n"


def test_labels_are_learned_and_it_is_said_how_well(tmp_path: Path) -> None:
    init(tmp_path)
    done = run(tmp_path, "learn")
    assert done.exit_code == 0
    assert re.search("Prospect +on +0 +not suggested: not enough examples", done.stdout)


def test_without_its_library_learning_says_what_to_install(tmp_path: Path) -> None:
    init(tmp_path)
    program = "import sys; sys.modules['sklearn'] = None; from server.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "learn"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "install fieldbook[server,learn]" in done.stderr
    assert "Traceback" not in done.stderr
