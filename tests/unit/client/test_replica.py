from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from random import Random

import msgspec
import pytest

from client.errors import Invalid, NotSignedIn, UnknownLabel, UnknownRecord
from client.replica import Range, Replica
from client.runtime.native import NativeRuntime
from client.runtime.protocol import StorageBusy, StorageFailed, StorageFull
from client.store import meta, states, tables
from client.store.migrations import SchemaTooNew
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Attachment,
    Contact,
    Email,
    Label,
    Labelling,
    Phone,
    Settings,
    entries,
    kind_of,
)
from sync_protocol.rules.validity import MAX_CELLS
from tests.unit.client.conftest import Clock


def index(replica: Replica) -> None:
    """Index everything, in a company whose numbers are German."""
    replica.create(Settings(id=SETTINGS_ID, name="Acme", region="DE"))
    while replica.index_some():
        pass


def names(found: list[Contact]) -> list[str]:
    return [contact.name for contact in found]


def reopened(replica: Replica) -> Replica:
    asyncio.run(replica.close())
    return asyncio.run(Replica.open(replica._path, now=replica._now, random=Random(2).randbytes))


def test_a_created_record_has_an_id_and_is_found_by_it(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    assert len(ada.id) == 36
    assert replica.get(Contact, ada.id) == ada


def test_an_update_returns_the_new_record_and_leaves_the_old_one_alone(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    newer = replica.update(ada, title="Buyer")
    assert (ada.title, newer.title) == ("", "Buyer")


def test_a_record_that_would_hold_too_much_is_refused_and_stays_as_it_was(
    replica: Replica,
) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    many = entries(*(Email(address=f"{number}@ada.example") for number in range(MAX_CELLS)))
    with pytest.raises(Invalid, match=r"would hold too much"):
        replica.update(ada, emails=many)
    assert replica.get(Contact, ada.id) == ada
    assert len(replica.pending()) == 1


def test_an_update_from_a_stale_record_writes_only_what_the_caller_changed(
    replica: Replica,
) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    replica.update(ada, title="Buyer")
    assert replica.update(ada, website="https://ada.example").title == "Buyer"


def test_an_update_that_changes_nothing_sends_nothing(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    replica.update(ada, name="Ada Byrne")
    assert len(replica.pending()) == 1


def test_what_was_just_done_is_written_again_only_where_it_is_news(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    replica.update(ada, title="Buyer")
    with replica.repeating():
        assert replica.update(ada, title="Buyer").title == "Buyer"
        assert len(replica.pending()) == 2
        replica.update(ada, title="Buyer", about="Likes beer")
    replica.update(ada, title="Buyer")
    _made, _first, news, again = replica.pending()
    assert [list(x.changes[0].cells) for x in (news, again)] == [["about"], ["title"]]


def test_an_invalid_value_is_refused_with_its_field_and_a_sentence(replica: Replica) -> None:
    with pytest.raises(Invalid, match=r"^Name is needed\.$") as caught:
        replica.create(Contact(name=""))
    assert caught.value.field == "name"
    assert replica.pending() == []


def test_an_unknown_label_is_refused(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    with pytest.raises(UnknownLabel):
        replica.label(ada, "Prospect")


def test_an_update_of_a_record_that_is_not_here_is_refused(replica: Replica) -> None:
    with pytest.raises(UnknownRecord):
        replica.update(Contact(id="elsewhere", name="Ada"), title="Buyer")


def test_everything_survives_a_restart(replica: Replica) -> None:
    ada = replica.create(
        Contact(
            name="Ada Byrne",
            phones=entries(Phone("09261 628000", "work")),
            emails=entries(Email("ada@example.com")),
            addresses=entries(Address(town="Kronach")),
        )
    )
    again = reopened(replica)
    assert again.get(Contact, ada.id) == ada
    assert again.device == replica.device
    assert len(again.pending()) == 1
    asyncio.run(again.close())


def test_a_second_process_is_told_that_the_replica_is_open(replica: Replica) -> None:
    with pytest.raises(StorageBusy):
        asyncio.run(Replica.open(replica._path))


def test_a_changeset_is_one_action_and_one_stamp(replica: Replica) -> None:
    with replica.changeset("Log visit"):
        shop = replica.create(Account(name="Corner shop"))
        replica.create(Activity(kind="visit", at=1, account_id=shop.id))
        replica.update(shop, website="https://shop.example")
    (changeset,) = replica.pending()
    assert changeset.name == "Log visit"
    assert len(changeset.changes) == 2
    assert changeset.changes[0].create


def test_an_exception_in_a_changeset_leaves_nothing(replica: Replica) -> None:
    with pytest.raises(KeyError), replica.changeset("Log visit"):
        replica.create(Account(name="Corner shop"))
        raise KeyError
    assert replica.find(Account) == []
    assert replica.pending() == []


def test_an_exception_in_a_nested_changeset_undoes_only_the_nested_part(replica: Replica) -> None:
    with replica.changeset("Outer"):
        shop = replica.create(Account(name="Corner shop"))
        with pytest.raises(KeyError), replica.changeset("Inner"):
            replica.update(shop, name="Renamed")
            replica.create(Contact(name="Ada"))
            raise KeyError
    assert replica.get(Account, shop.id) == shop
    assert replica.find(Contact) == []
    assert [len(changeset.changes) for changeset in replica.pending()] == [1]


def test_stamps_never_go_back_even_if_the_clock_does(replica: Replica, clock: Clock) -> None:
    ada = replica.create(Contact(name="Ada"))
    clock.now_ms -= 7_200_000
    again = reopened(replica)
    again.update(ada, title="Buyer")
    first, second = again.pending()
    assert second.time > first.time
    asyncio.run(again.close())


def test_records_are_found_by_the_beginnings_of_words_without_case_or_accents(
    replica: Replica,
) -> None:
    shop = replica.create(
        Account(name="Bräuhaus Müller", addresses=entries(Address(town="Kronach")))
    )
    replica.create(Contact(name="Ada Byrne", account_id=shop.id, about="Likes tea"))
    replica.create(Contact(name="Ben Adams"))
    index(replica)
    assert names(replica.find(Contact, text="byr ADA")) == ["Ada Byrne"]
    assert sorted(names(replica.find(Contact, text="ada"))) == ["Ada Byrne", "Ben Adams"]
    assert names(replica.find(Contact, text="kron")) == ["Ada Byrne"]
    assert names(replica.find(Contact, text="muller tea")) == ["Ada Byrne"]
    assert replica.find(Contact, text="yrne") == []


@pytest.mark.parametrize(
    "typed",
    [
        "+49 9261 628000",
        "09261/62 80-00",
        "0049 9261 628000",
        "628000",
        "(09261) 62",
        "+49 (0)9261 62",
    ],
)
def test_a_phone_number_is_found_in_any_format(replica: Replica, typed: str) -> None:
    replica.create(Contact(name="Ada", phones=entries(Phone("(0 92 61) 62 80 00"))))
    replica.create(Contact(name="Ben", phones=entries(Phone("0171 1234567"))))
    index(replica)
    assert names(replica.find(Contact, text=typed)) == ["Ada"]


def test_a_number_without_a_country_code_is_read_as_one_of_its_address(replica: Replica) -> None:
    replica.create(
        Account(
            name="Brewery",
            phones=entries(Phone("059 9107299")),
            addresses=entries(Address(country="Ireland")),
        )
    )
    index(replica)
    assert replica.count(Account, text="+353 59 9107299") == 1


def test_records_are_found_by_the_name_of_a_label_on_them(replica: Replica) -> None:
    replica.create(Label(name="Prospect"))
    ada = replica.create(Contact(name="Ada"))
    replica.create(Contact(name="Ben"))
    replica.label(ada, "prospect")
    index(replica)
    assert names(replica.find(Contact, text="prosp")) == ["Ada"]


def test_quotes_and_operators_in_a_search_are_only_words(replica: Replica) -> None:
    replica.create(Contact(name='Ada "AND" Byrne*'))
    index(replica)
    for typed in ('"', "ada AND", "NOT", "a*", "name:ada", "(", "'; DROP TABLE contact; --"):
        replica.find(Contact, text=typed)
    assert names(replica.find(Contact, text='ada "and"')) == ['Ada "AND" Byrne*']


def test_labels_filter_by_any_all_and_none(replica: Replica) -> None:
    for name in ("A", "B"):
        replica.create(Label(name=name))
    for name in ("", "A", "B", "AB"):
        contact = replica.create(Contact(name=name or "none"))
        for label in name:
            replica.label(contact, label)
    assert names(replica.find(Contact, labels_any=["A", "B"])) == ["A", "B", "AB"]
    assert names(replica.find(Contact, labels_all=["A", "B"])) == ["AB"]
    assert names(replica.find(Contact, labels_none=["A"])) == ["none", "B"]
    assert replica.count(Contact, labels_any=["A"], labels_none=["B"]) == 1


def test_a_label_taken_off_and_put_on_again_is_the_same_labelling(replica: Replica) -> None:
    replica.create(Label(name="Prospect"))
    ada = replica.create(Contact(name="Ada"))
    replica.label(ada, "Prospect")
    replica.unlabel(ada, "Prospect")
    assert replica.labels_of(ada.id) == []
    replica.label(ada, "Prospect")
    assert [label.name for label in replica.labels_of(ada.id)] == ["Prospect"]
    assert replica.count(Labelling) == 1


def test_records_are_ordered_paged_and_bounded(replica: Replica) -> None:
    shop = replica.create(Account(name="Shop"))
    for at in (30, 10, 20):
        replica.create(Activity(kind="visit", at=at, account_id=shop.id))
    replica.create(Activity(kind="note", at=40))
    by_time = replica.find(Activity, order_by="-at", limit=2, offset=1)
    assert [activity.at for activity in by_time] == [30, 20]
    assert [a.at for a in replica.find(Activity, at=Range(10, 30), order_by="at")] == [10, 20]
    assert replica.count(Activity, kind=("note", "call")) == 1
    assert replica.latest(Activity, "at") == {shop.id: 30}


def test_what_hangs_beneath_a_deleted_record_is_hidden_and_comes_back_with_it(
    replica: Replica,
) -> None:
    shop = replica.create(Account(name="Shop"))
    replica.create(Contact(name="Ada", account_id=shop.id))
    replica.delete(shop)
    assert (replica.find(Account), replica.find(Contact)) == ([], [])
    replica.restore(shop)
    assert names(replica.find(Contact)) == ["Ada"]


def test_undo_takes_back_the_last_action_and_then_the_one_before(replica: Replica) -> None:
    replica.create(Label(name="Prospect"))
    with replica.changeset("Log visit"):
        ada = replica.create(Contact(name="Ada"))
        replica.label(ada, "Prospect")
    ada = replica.update(ada, title="Buyer", phones=entries(Phone("123")))
    undone = replica.undo()
    assert undone is not None
    assert (undone.name, undone.records, undone.kept) == ("Edit contact", 1, ())
    ada = replica.get(Contact, ada.id) or ada
    assert (ada.title, ada.phones) == ("", {})
    assert replica.can_undo() == "Log visit"
    replica.undo()
    assert replica.find(Contact) == []
    assert replica.labels_of(ada.id) == []


def test_undo_of_a_delete_brings_the_record_back(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    replica.delete(ada)
    replica.undo()
    assert names(replica.find(Contact)) == ["Ada"]


def test_undo_with_nothing_to_undo_says_so(replica: Replica) -> None:
    assert replica.undo() is None
    assert replica.can_undo() is None


def test_a_large_action_is_undone_as_one(replica: Replica) -> None:
    action = replica.new_id()
    for part in range(3):
        with replica.changeset("Import", action=action):
            for place in range(300):
                replica.create(Contact(name=f"C{part}-{place}"))
    undone = replica.undo()
    assert undone is not None
    assert undone.records == 900
    assert replica.find(Contact) == []
    assert replica.can_undo() is None


def test_history_shows_each_write_with_what_was_there_before(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    ada = replica.update(ada, title="Buyer")
    replica.update(ada, title="Owner")
    written = [(w.cell, w.before, w.value) for w in replica.history(ada)]
    assert written == [("title", "Buyer", "Owner"), ("title", "", "Buyer"), ("", None, None)]


def test_a_value_from_the_history_can_be_written_again(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada"))
    ada = replica.update(ada, title="Buyer")
    replica.update(ada, title="Owner")
    replica.restore_value(replica.history(ada)[1])
    assert (replica.get(Contact, ada.id) or ada).title == "Buyer"


def test_listeners_hear_of_each_commit_once_and_not_of_what_was_rolled_back(
    replica: Replica,
) -> None:
    heard: list[dict[str, frozenset[str]]] = []
    stop = replica.on_change(heard.append)
    with replica.changeset("Log visit"):
        shop = replica.create(Account(name="Shop"))
        ada = replica.create(Contact(name="Ada", account_id=shop.id))
    with pytest.raises(KeyError), replica.changeset("Never"):
        replica.create(Contact(name="Ben"))
        raise KeyError
    stop()
    replica.create(Contact(name="Cy"))
    assert heard == [{"account": frozenset({shop.id}), "contact": frozenset({ada.id})}]


def test_without_a_server_only_sign_in_and_sync_are_refused(replica: Replica) -> None:
    for request in (replica.sync(), replica.sign_in("ada@example.com", "secret")):
        with pytest.raises(NotSignedIn):
            asyncio.run(request)


def test_a_picture_is_kept_once_under_its_hash(replica: Replica) -> None:
    content_hash = replica.put_blob(b"picture", "image/png")
    assert replica.put_blob(b"picture", "image/png") == content_hash
    blob = replica.blob(content_hash)
    assert blob is not None
    assert (blob.type, blob.data) == ("image/png", b"picture")
    assert replica.blob("0" * 64) is None


def test_a_field_of_a_newer_version_is_readable_after_the_upgrade(replica: Replica) -> None:
    """An older app kept `title` as an unknown cell; the newer one has the column."""
    ada = replica.create(Contact(name="Ada"))
    asyncio.run(replica.close())
    connection = sqlite3.connect(replica._path)
    connection.execute("ALTER TABLE contact DROP COLUMN title")
    extra = msgspec.msgpack.encode({"title": "Buyer"})
    connection.execute("UPDATE contact SET extra = ?", (extra,))
    connection.execute("UPDATE meta SET value = x'c400' WHERE key = 'declarations'")
    connection.commit()
    connection.close()
    again = asyncio.run(Replica.open(replica._path))
    assert (again.get(Contact, ada.id) or ada).title == "Buyer"
    asyncio.run(again.close())


def test_a_replica_of_a_newer_schema_is_not_touched(tmp_path: Path) -> None:
    path = str(tmp_path / "newer.db")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(SchemaTooNew):
        asyncio.run(Replica.open(path))


def test_a_wiped_replica_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    opened = asyncio.run(Replica.open(str(path), runtime=NativeRuntime()))
    opened.create(Contact(name="Ada"))
    asyncio.run(opened.sign_out(wipe=True))
    assert list(tmp_path.iterdir()) == []


def test_the_server_last_signed_in_to_is_remembered(replica: Replica) -> None:
    assert replica._http is None
    with replica._database.transaction() as connection:
        meta.write(connection, "server", "http://127.0.0.1:9")
    again = reopened(replica)
    assert again._http is not None
    asyncio.run(again.close())


def test_a_file_that_came_to_rest_is_whole_without_its_log(
    replica: Replica, tmp_path: Path
) -> None:
    ada = replica.create(Contact(name="Ada"))
    replica.rest()
    assert (tmp_path / "replica.db-wal").stat().st_size == 0
    shutil.copy(replica._path, tmp_path / "ended.db")
    ended = asyncio.run(Replica.open(str(tmp_path / "ended.db")))
    assert ended.get(Contact, ada.id) == ada
    asyncio.run(ended.close())


def test_a_listener_that_raises_does_not_make_a_write_look_failed(replica: Replica) -> None:
    heard: list[dict[str, frozenset[str]]] = []

    def raise_always(_changed: object) -> None:
        raise KeyError("a bug on the screen")

    replica.on_change(raise_always)
    replica.on_change(heard.append)
    ada = replica.create(Contact(name="Ada"))
    assert heard == [{"contact": frozenset({ada.id})}]


def test_a_full_disk_is_said_and_leaves_nothing_half_written(replica: Replica) -> None:
    replica.create(Contact(name="Ada"))
    run = replica._connection.exec_driver_sql
    pages = run("PRAGMA page_count").scalar_one()
    run(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StorageFull, match="no space left"), replica.changeset("Import"):
        for place in range(9):
            replica.create(Contact(name=f"C{place}", about="x" * 9_000))
    run("PRAGMA max_page_count = 100000")
    replica.create(Contact(name="Ben"))
    assert names(replica.find(Contact)) == ["Ada", "Ben"]
    assert len(replica.pending()) == 2


def test_what_hangs_beneath_a_deleted_record_is_hidden_at_every_depth(replica: Replica) -> None:
    shop = replica.create(Account(name="Corner shop"))
    ada = replica.create(Contact(name="Ada", account_id=shop.id))
    replica.create(Activity(kind="call", at=1, contact_id=ada.id))
    replica.attach(ada, b"a picture", "ada.jpg", "image/jpeg")
    replica.delete(shop)
    assert replica.find(Contact) == replica.find(Activity) == replica.find(Attachment) == []
    replica.restore(shop)
    assert (replica.count(Contact), replica.count(Activity), replica.count(Attachment)) == (1, 1, 1)


def test_what_was_committed_shows_though_it_was_not_certain_to_be_on_the_disk(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[dict[str, frozenset[str]]] = []
    replica.on_change(heard.append)
    flush = replica._runtime.flush

    def fails(_path: str) -> None:
        monkeypatch.setattr(replica._runtime, "flush", flush)
        raise StorageFailed

    monkeypatch.setattr(replica._runtime, "flush", fails)
    with pytest.raises(StorageFailed):
        replica.create(Contact(name="Ada Byrne"))
    (ada,) = replica.find(Contact)
    assert [changed.get("contact") for changed in heard] == [frozenset({ada.id})]
    assert len(replica.pending()) == 1
    assert names(reopened(replica).find(Contact)) == ["Ada Byrne"]


def test_what_an_older_version_was_sent_of_a_type_takes_the_place_of_what_was_there(
    replica: Replica,
) -> None:
    label = replica.create(Label(name="Prospect"))
    newer = replica.update(label, name="Customer")
    with replica._database.transaction() as connection:
        state = states.read(connection, "label", label.id)
        assert state is not None
        connection.execute(
            tables.unknown.insert().values(
                kind="label", id=label.id, state=msgspec.msgpack.encode(state), scope=3
            )
        )
        connection.execute(tables.of(kind_of(label)).update().values(name="Prospect"))
        meta.write(connection, "declarations", b"of an older version")
    again = reopened(replica)
    assert again.find(Label) == [newer]
    assert [found.id for found in again.find(Label, name="Customer")] == [label.id]
    asyncio.run(again.close())
