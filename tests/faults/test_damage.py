"""A replica file that is broken: found, set aside, made anew, its unsent work saved."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from client.replica import Replica
from client.runtime.protocol import StorageDamaged
from client.store import layers, named
from sync_protocol.changes import Change
from sync_protocol.records import Account, Activity, Contact
from sync_protocol.records.cells import raw
from tests.faults.place import check_all_equal, settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.place import Place

PAGE = 4_096
UNSENT = 60


async def write(place: Place) -> Path:
    """A replica with what it had loaded, and with edits that were never sent."""
    await place.fill(200)
    async with await place.replica("phone") as phone:
        await phone.sync()
        phone.create(Contact(name="Sent"))
        await phone.sync()
        for number in range(UNSENT):
            phone.create(Contact(name=f"Unsent {number}", title="x" * 190))
        first = phone.find(Account, order_by="name", limit=1)[0]
        phone.update(first, website="https://unsent.example")
    return place.folder / "phone.db"


async def check_saved(place: Place, path: Path, unsent: int = UNSENT) -> Replica:
    """What was not sent is there, the old file lies beside, and the server gets all of it."""
    phone = await Replica.open(str(path), server=place.server.url)
    assert "damaged" in phone.rescued
    assert len(list(path.parent.glob("phone.db.damaged-*"))) >= 1
    assert len(phone.pending()) == unsent + 1
    assert phone.count(Contact) >= unsent
    if phone.session is None:
        assert "sign in" in phone.rescued
        await phone.close()
        phone = await place.replica("phone")
    await settle(phone)
    assert phone.find(Account, website="https://unsent.example")
    assert phone.count(Contact) == UNSENT + 1
    assert phone.count(Account) == 200
    check_all_equal(place, phone)
    await phone.close()
    return phone


def break_page(path: Path, number: int) -> None:
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        file.write(os.urandom(PAGE))


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE)


def break_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(100))


def break_first_page(path: Path) -> None:
    break_page(path, 1)


def break_the_numbers(path: Path) -> None:
    """The page that holds who the device is, and which numbers it has used."""
    break_page(path, root_of(path, "meta"))


def break_the_records(path: Path) -> None:
    break_page(path, leaf_of(path, "account"))


def break_half_of_the_index(path: Path) -> None:
    break_page(path, root_of(path, "changeset_state"))


def root_of(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(connection.execute(query, (table,)).fetchone()[0])


def leaf_of(path: Path, table: str) -> int:
    """Some page of a table that has more than one."""
    data = path.read_bytes()
    root = (root_of(path, table) - 1) * PAGE
    assert data[root] == 5, "the table fits one page"
    cell = int.from_bytes(data[root + 12 : root + 14], "big")
    return int.from_bytes(data[root + cell : root + cell + 4], "big")


@pytest.mark.parametrize(
    "damage",
    [break_header, break_first_page, break_the_numbers, break_half_of_the_index],
)
async def test_a_file_that_is_broken_at_opening_is_made_anew_with_its_unsent_work(
    sqlite_place: Place, damage: Callable[[Path], None]
) -> None:
    path = await write(sqlite_place)
    damage(path)
    leave_a_log(path)
    await check_saved(sqlite_place, path)


async def test_damage_that_a_query_finds_is_mended_at_the_next_opening(sqlite_place: Place) -> None:
    path = await write(sqlite_place)
    break_the_records(path)
    async with await Replica.open(str(path), server=sqlite_place.server.url) as phone:
        assert phone.rescued == ""
        with pytest.raises(StorageDamaged, match="open it again"):
            phone.find(Account)
    await check_saved(sqlite_place, path)


async def test_a_file_that_was_cut_short_gives_back_what_is_left_of_it(sqlite_place: Place) -> None:
    path = await write(sqlite_place)
    cut_in_half(path)
    async with await Replica.open(str(path), server=sqlite_place.server.url) as phone:
        assert phone.rescued
        signed_out = phone.session is None
    async with await sqlite_place.replica("phone") as phone:
        assert signed_out or phone.rescued == ""
        await settle(phone)
        assert phone.count(Account) == 200
        check_all_equal(sqlite_place, phone)


@pytest.mark.parametrize(
    ("damage", "certain"),
    [(break_header, True), (break_the_numbers, False)],
    ids=["still known by its id", "known by none"],
)
async def test_a_damaged_copy_of_a_device_goes_on_under_another_id_and_both_keep_their_edits(
    sqlite_place: Place, damage: Callable[[Path], None], certain: bool
) -> None:
    path = copied(await write(sqlite_place), "clone.db")
    damage(path)
    phone = await sqlite_place.replica("phone")
    clone = await Replica.open(str(path), server=sqlite_place.server.url)
    assert "61 unsent changes were saved." in clone.rescued
    assert len(list(path.parent.glob("clone.db.damaged-*"))) == 1
    assert (clone.device == phone.device) == certain
    for replica, name in ((phone, "Phone's"), (clone, "Clone's")):
        replica.create(Contact(name=name))
    first, second = phone.find(Account, order_by="name", limit=2)
    phone.update(first, about="From the phone")
    clone.update(second, about="From the clone")
    if clone.session is None:
        await clone.close()
        clone = await sqlite_place.replica("clone")
    await settle(phone, clone)
    assert clone.device != phone.device
    for replica in (phone, clone):
        names = {contact.name for contact in replica.find(Contact)}
        assert names == {"Sent", "Phone's", "Clone's", *(f"Unsent {n}" for n in range(UNSENT))}
        assert replica.find(Account, about="From the phone", website="https://unsent.example")
        assert replica.find(Account, about="From the clone")
    check_all_equal(sqlite_place, phone, clone)
    await phone.close()
    await clone.close()


async def test_what_was_refused_keeps_what_is_held_with_it_under_another_id(
    sqlite_place: Place,
) -> None:
    await sqlite_place.fill(2)
    async with await sqlite_place.replica("phone") as phone:
        await phone.sync()
        for number in range(5):
            phone.create(Contact(name=f"Taken {number}"))
        await phone.sync()
        refused, held = refuse_a_contact_with_its_visit(phone)
        await phone.sync()
        phone.create(Contact(name="Unsent"))
        (problem,) = phone.problems()
        assert [changeset.changes[0].id for changeset in problem.held] == [held]
        shop = phone.find(Account, order_by="name", limit=1)[0]
        phone.update(shop, about="First")
        act = phone.last_act()
        phone.undo(act)
        with phone._database.transaction() as connection:  # as 30 days later
            connection.exec_driver_sql("DELETE FROM changeset WHERE number = 1")
    path = sqlite_place.folder / "phone.db"
    break_the_numbers(path)
    async with await sqlite_place.replica("phone") as phone:
        assert "3 unsent changes" in phone.rescued
        (problem,) = phone.problems()
        assert problem.changeset.changes[0].id == refused
        assert [changeset.changes[0].id for changeset in problem.held] == [held]
        (told,) = [found for found in phone.acts() if found.undone]
        assert told.again
        phone.discard(problem)
        await settle(phone)
        names = {contact.name for contact in phone.find(Contact)}
        assert names == {"Unsent", *(f"Taken {number}" for number in range(5))}


async def test_what_was_taken_is_not_sent_again_under_another_id(sqlite_place: Place) -> None:
    await sqlite_place.fill(2)
    async with await sqlite_place.replica("phone") as phone:
        await phone.sync()
        shop = phone.find(Account, order_by="name", limit=1)[0]
        phone.update(shop, about="From the phone, long ago")
        await phone.sync()
    async with await sqlite_place.replica("desk") as desk:
        await desk.sync()
        desk.update(shop, about="From the desk, since")
        await desk.sync()
    break_the_numbers(sqlite_place.folder / "phone.db")
    async with await sqlite_place.replica("phone") as phone:
        assert phone.pending() == []
        await settle(phone)
        assert phone.pending() == []
        past = await phone.full_history(shop)
        values = [write.value for write in past if write.cell == "about" and write.value]
        assert values == ["From the desk, since", "From the phone, long ago"]
        check_all_equal(sqlite_place, phone)


async def test_a_file_that_waits_is_sent_though_its_record_had_left_before_the_damage(
    sqlite_place: Place,
) -> None:
    await sqlite_place.fill(2)
    async with await sqlite_place.replica("phone") as phone:
        await phone.sync()
        phone._files = None  # there is no room for files yet
        shop = phone.find(Account, order_by="name", limit=1)[0]
        photo = phone.attach(shop, b"a photo", "photo.jpg", "image/jpeg")
        await phone.sync()
        with phone._database.transaction() as connection:
            named.note_gone(connection, [("attachment", photo.id)], removed=False)
            layers.purge(phone._database, "attachment", photo.id)
    break_header(sqlite_place.folder / "phone.db")
    async with await sqlite_place.replica("phone") as phone:
        assert [upload.content for upload in phone.uploads()] == [photo.content]
        await settle(phone)
        assert phone.uploads() == []


def refuse_a_contact_with_its_visit(phone: Replica) -> tuple[str, str]:
    """A contact that the server will refuse, and a visit to it that waits with it: their ids."""
    refused = phone.new_id()
    with phone.changeset("Add contact"):
        phone._add(Change("contact", refused, {"name": raw("")}, create=True))
    return refused, phone.create(Activity(kind="visit", at=1, contact_id=refused)).id


def copied(path: Path, name: str) -> Path:
    """A replica and its session under another name, as when a disk is cloned."""
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, path.parent / file.name.replace(path.name, name))
    return path.parent / name


async def test_unsent_work_that_cannot_be_read_is_said_to_be_missing(sqlite_place: Place) -> None:
    path = await write(sqlite_place)
    break_page(path, leaf_of(path, "changeset"))
    leave_a_log(path)
    async with await Replica.open(str(path), server=sqlite_place.server.url) as phone:
        assert "may be missing" in phone.rescued
        assert 0 < len(phone.pending()) < UNSENT + 1
        await settle(phone)
        assert phone.problems() == []
        check_all_equal(sqlite_place, phone)


async def test_a_rescue_that_was_killed_before_its_last_step_is_finished(
    sqlite_place: Place,
) -> None:
    path = await write(sqlite_place)
    break_header(path)
    async with await Replica.open(str(path)) as phone:
        assert phone.rescued
    path.rename(f"{path}.new")
    async with await Replica.open(str(path)) as phone:
        assert len(phone.pending()) == UNSENT + 1
    assert not list(path.parent.glob("phone.db.new*"))


async def test_what_was_set_aside_goes_when_the_device_is_wiped(sqlite_place: Place) -> None:
    path = await write(sqlite_place)
    break_header(path)
    phone = await Replica.open(str(path), server=sqlite_place.server.url)
    assert phone.rescued
    await phone.sign_out(wipe=True)
    assert not list(path.parent.glob("phone.db*"))


async def test_the_file_set_aside_is_never_deleted(sqlite_place: Place) -> None:
    path = await write(sqlite_place)
    for _ in range(2):
        damaged = path.read_bytes()[:-PAGE]
        path.write_bytes(os.urandom(PAGE) + damaged[PAGE:])
        async with await Replica.open(str(path)) as phone:
            assert phone.rescued
        kept = [aside.stat().st_size for aside in path.parent.glob("phone.db.damaged-*")]
        assert len(damaged) in kept


async def test_a_sound_file_of_a_killed_app_is_not_touched(sqlite_place: Place) -> None:
    path = await write(sqlite_place)
    leave_a_log(path)
    async with await Replica.open(str(path)) as phone:
        assert phone.rescued == ""
        assert len(phone.pending()) == UNSENT + 1
    assert not list(path.parent.glob("phone.db.damaged*"))


async def test_a_file_that_came_from_an_older_version_is_given_a_first_page_of_its_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "replica.db"
    async with await Replica.open(str(path)):
        pass
    make_older(path)
    async with await Replica.open(str(path)) as replica:
        for number in range(30):
            replica.create(Contact(name=f"Unsent {number}"))
        device = replica.device
    break_first_page(path)
    async with await Replica.open(str(path)) as replica:
        assert "30 unsent changes were saved." in replica.rescued
        assert replica.count(Contact) == len(replica.pending()) == 30
        assert replica.device == device


def make_older(path: Path) -> None:
    """Of a version that knew less, so that its tables lie elsewhere once it is brought up."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE notice")
        connection.execute("ALTER TABLE account DROP COLUMN website")
        connection.execute("DELETE FROM meta WHERE key = 'declarations'")
        connection.execute("VACUUM")


def leave_a_log(path: Path) -> None:
    """As if the last run had been killed: its log is still there."""
    Path(f"{path}-wal").write_bytes(bytes(32))
