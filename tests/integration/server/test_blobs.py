from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from server.domain.access import Access
from server.domain.blob_sweep import UNFINISHED_MS, UNNAMED_MS, BlobSweep, Swept
from server.domain.blobs import MAX_UPLOADS, Blobs
from server.store.blob_storage import BlobStorage, Upload
from server.store.blobs import Naming
from sync_protocol.blobs import MAX_BLOB, MAX_CHUNK, MAX_PIECE, Received, content_hash
from sync_protocol.changes import Change
from sync_protocol.errors import DeviceRevoked, Malformed, NotFound, SignInRequired, TooLarge
from sync_protocol.messages import Applied
from sync_protocol.records import Account, Attachment, Contact, Label, Territory
from sync_protocol.records.cells import raw
from tests.integration.server.office import Client, Office, create, update

PHOTO = bytes(range(256)) * 3 * 1024  # three chunks
DAY_MS = 86_400_000


class Storage(BlobStorage):
    """One that can die just before a file is whole."""

    dies = False

    def put(self, workspace: str, content: str, data: bytes) -> None:
        if self.dies:
            raise OSError("killed")
        super().put(workspace, content, data)

    def drop(self, workspace: str, content: str) -> None:
        super().drop(workspace, content)
        if self.dies:
            raise OSError("killed")


@dataclass
class Files:
    """The server's files, two reps of one territory, a third of another, and a shop."""

    office: Office
    storage: Storage
    blobs: Blobs
    sweep: BlobSweep
    rita: Client
    ben: Client
    stranger: Client
    shop: Account

    def send(self, client: Client, data: bytes, upto: int | None = None) -> Received:
        content = content_hash(data)
        answer = self.blobs.received(client.session, content)
        while not answer.done and answer.offset < (len(data) if upto is None else upto):
            chunk = data[answer.offset : answer.offset + MAX_CHUNK]
            answer = self.blobs.take(
                client.session, content, size=len(data), offset=answer.offset, data=chunk
            )
        return answer

    def attach(self, client: Client, data: bytes, account: str = "") -> Attachment:
        """A record that names a file, whether its author has the file or not."""
        attachment = Attachment(
            id=self.office.id(),
            record_kind="account",
            record_id=account,
            name="photo.jpg",
            media_type="image/jpeg",
            size=len(data),
            content=content_hash(data),
            owner_id=client.session.user,
        )
        assert isinstance(client.push(create(attachment)), Applied)
        return attachment

    def fetch(self, client: Client, attachment: Attachment) -> bytes:
        return self.read(client, Naming("attachment", attachment.id, "content"))

    def read(self, client: Client, naming: Naming) -> bytes:
        piece = self.blobs.piece(client.session, naming, 0)
        data = piece.data
        while len(data) < piece.total:
            data += self.blobs.piece(client.session, naming, len(data)).data
        return data

    def sees(self, client: Client, naming: Naming | Attachment) -> bool:
        if isinstance(naming, Attachment):
            naming = Naming("attachment", naming.id, "content")
        try:
            self.read(client, naming)
        except NotFound:
            return False
        return True

    def switch_off(self, client: Client) -> None:
        admin = self.office.client(self.office.admin.user)
        admin.push(update("user", client.session.user, active=False))

    def stored(self) -> list[str]:
        return [found.content for found in self.storage.listed(self.office.admin.workspace)]

    def collect(self, days: int = 0) -> Swept:
        self.office.clock.now_ms += days * DAY_MS
        return self.sweep.collect(self.office.clock.now_ms)


@pytest.fixture
def files(office: Office, tmp_path: Path) -> Files:
    storage = Storage(str(tmp_path / "files"))
    rita, ben, stranger = (office.user() for _ in range(3))
    north = office.territory(rita, ben)
    office.territory(stranger, name="South")
    shop = Account(id=office.id(), name="Bakery", territory_id=north.id)
    office.add(shop)
    return Files(
        office=office,
        storage=storage,
        blobs=Blobs(office.store, storage, Access(), office.clock),
        sweep=BlobSweep(office.store, storage),
        rita=office.client(rita),
        ben=office.client(ben),
        stranger=office.client(stranger),
        shop=shop,
    )


def test_a_file_sent_in_chunks_is_given_to_whoever_sees_its_record(files: Files) -> None:
    assert files.send(files.rita, PHOTO) == Received(done=True)
    attachment = files.attach(files.rita, PHOTO, files.shop.id)
    assert files.fetch(files.rita, attachment) == PHOTO
    assert files.fetch(files.ben, attachment) == PHOTO
    assert not files.sees(files.stranger, attachment)


def test_a_file_of_many_pieces_comes_back_as_it_was(files: Files) -> None:
    data = b"page" * (MAX_PIECE // 2)
    files.send(files.rita, data)
    assert files.fetch(files.ben, files.attach(files.rita, data, files.shop.id)) == data


def test_the_record_may_come_before_its_file(files: Files) -> None:
    attachment = files.attach(files.rita, PHOTO, files.shop.id)
    assert not files.sees(files.ben, attachment)
    files.send(files.rita, PHOTO)
    assert files.fetch(files.ben, attachment) == PHOTO


def test_an_upload_goes_on_where_it_was_cut_and_repeated_chunks_change_nothing(
    files: Files,
) -> None:
    content, session = content_hash(PHOTO), files.rita.session
    assert files.send(files.rita, PHOTO, upto=MAX_CHUNK) == Received(MAX_CHUNK)
    again = files.blobs.take(session, content, size=len(PHOTO), offset=0, data=PHOTO[:MAX_CHUNK])
    ahead = files.blobs.take(
        session, content, size=len(PHOTO), offset=2 * MAX_CHUNK, data=PHOTO[2 * MAX_CHUNK :]
    )
    assert again == ahead == files.blobs.received(session, content) == Received(MAX_CHUNK)
    assert files.send(files.rita, PHOTO).done
    assert files.storage.uploads(session.workspace) == set()


def test_chunks_delivered_twice_at_the_same_time_make_one_file(files: Files) -> None:
    content, session = content_hash(PHOTO), files.rita.session
    with ThreadPoolExecutor(4) as threads:
        for offset in range(0, len(PHOTO), MAX_CHUNK):
            chunk = PHOTO[offset : offset + MAX_CHUNK]
            list(
                threads.map(
                    lambda _, offset=offset, chunk=chunk: files.blobs.take(
                        session, content, size=len(PHOTO), offset=offset, data=chunk
                    ),
                    range(4),
                )
            )
    assert files.send(files.rita, PHOTO).done
    assert files.stored() == [content]
    assert files.fetch(files.ben, files.attach(files.rita, PHOTO, files.shop.id)) == PHOTO


def test_any_of_several_servers_takes_the_next_chunk(files: Files, tmp_path: Path) -> None:
    session, content = files.rita.session, content_hash(PHOTO)
    servers = [
        Blobs(
            files.office.store,
            BlobStorage(str(tmp_path / "files")),
            Access(),
            files.office.clock,
        )
        for _ in range(2)
    ]
    for place, offset in enumerate(range(0, len(PHOTO), MAX_CHUNK)):
        chunk = PHOTO[offset : offset + MAX_CHUNK]
        answer = servers[place % 2].take(
            session, content, size=len(PHOTO), offset=offset, data=chunk
        )
    assert answer.done
    assert files.fetch(files.ben, files.attach(files.rita, PHOTO, files.shop.id)) == PHOTO


def test_the_same_file_from_two_people_is_kept_once_and_neither_learns_of_the_other(
    files: Files,
) -> None:
    files.send(files.rita, PHOTO)
    assert files.blobs.received(files.ben.session, content_hash(PHOTO)) == Received()
    assert files.send(files.ben, PHOTO, upto=MAX_CHUNK) == Received(MAX_CHUNK)
    assert files.send(files.ben, PHOTO).done
    assert files.stored() == [content_hash(PHOTO)]


def test_a_second_device_of_the_same_user_need_not_send_again_what_was_handed_in(
    files: Files,
) -> None:
    tablet = files.office.client(files.rita.session.user)
    files.send(files.rita, PHOTO, upto=MAX_CHUNK)
    assert files.blobs.received(tablet.session, content_hash(PHOTO)) == Received()
    files.send(files.rita, PHOTO)
    assert files.blobs.received(tablet.session, content_hash(PHOTO)).done


def test_naming_a_hash_in_a_record_of_ones_own_shows_nothing(files: Files) -> None:
    files.send(files.rita, PHOTO)
    files.attach(files.rita, PHOTO, files.shop.id)
    forged = files.attach(files.stranger, PHOTO)
    assert not files.sees(files.stranger, forged)
    files.send(files.stranger, PHOTO)
    assert files.fetch(files.stranger, forged) == PHOTO


def test_a_hash_that_the_server_carries_over_from_a_record_of_ones_own_shows_nothing(
    files: Files,
) -> None:
    admin = files.office.client(files.office.admin.user)
    files.send(files.rita, PHOTO)
    assert files.fetch(admin, files.attach(files.rita, PHOTO, files.shop.id)) == PHOTO
    mine, other = (
        Contact(id=files.office.id(), name="Mine", owner_id=files.stranger.session.user)
        for _ in range(2)
    )
    files.stranger.push(create(mine), create(other))
    files.stranger.push(update("contact", other.id, merged_into=mine.id))
    files.stranger.push(update("contact", other.id, photo=content_hash(PHOTO)))
    naming = Naming("contact", mine.id, "photo")
    assert not files.sees(files.stranger, naming)
    files.send(files.stranger, PHOTO)
    assert files.read(files.stranger, naming) == PHOTO


def test_looking_for_who_names_a_file_takes_little_memory_whatever_was_written(
    files: Files,
) -> None:
    files.send(files.rita, PHOTO)
    digits = content_hash(PHOTO) + "0123456789abcdef" * (16 << 10)
    files.rita.push(Change("future", files.office.id(), {"text": raw(digits)}, create=True))
    tracemalloc.start()
    files.collect(days=2 * UNNAMED_MS // DAY_MS)
    _size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert files.stored() == [content_hash(PHOTO)]
    assert peak < 16 << 20


def test_a_colleague_may_restore_a_picture_without_having_had_it_in_hand(files: Files) -> None:
    contact = Contact(
        id=files.office.id(),
        name="Eva",
        account_id=files.shop.id,
        photo=content_hash(PHOTO),
    )
    naming = Naming("contact", contact.id, "photo")
    files.send(files.rita, PHOTO)
    files.rita.push(create(contact))
    files.ben.push(update("contact", contact.id, photo=""))
    assert not files.sees(files.rita, naming)
    files.ben.push(update("contact", contact.id, photo=content_hash(PHOTO)))
    assert files.read(files.ben, naming) == PHOTO


def test_whoever_sees_a_file_may_name_it_elsewhere(files: Files) -> None:
    files.send(files.rita, PHOTO)
    original = files.attach(files.rita, PHOTO, files.shop.id)
    copy = files.attach(files.ben, PHOTO)
    assert files.fetch(files.ben, copy) == PHOTO
    elsewhere = Territory(
        id=files.office.id(),
        name="West",
        reps={files.ben.session.user: True, files.stranger.session.user: True},
    )
    bar = Account(id=files.office.id(), name="Bar", territory_id=elsewhere.id)
    files.office.add(elsewhere, bar)
    assert files.sees(files.stranger, files.attach(files.ben, PHOTO, bar.id))
    assert not files.sees(files.stranger, original)


def test_only_fields_that_name_files_are_read_as_such(files: Files) -> None:
    files.send(files.rita, PHOTO)
    attachment = files.attach(files.rita, PHOTO, files.shop.id)
    for naming in (
        Naming("attachment", attachment.id, "name"),
        Naming("attachment", "unknown", "content"),
        Naming("spaceship", attachment.id, "content"),
        Naming("contact", attachment.id, "photo"),
    ):
        assert not files.sees(files.rita, naming)
    with pytest.raises(NotFound):
        files.blobs.piece(
            files.rita.session, Naming("attachment", attachment.id, "content"), len(PHOTO)
        )


def test_a_file_that_is_not_what_its_name_says_is_refused_and_can_be_sent_again(
    files: Files,
) -> None:
    content, session = content_hash(b"photo"), files.rita.session
    with pytest.raises(Malformed):
        files.blobs.take(session, content, size=5, offset=0, data=b"other")
    assert files.stored() == []
    assert files.storage.uploads(session.workspace) == set()
    assert files.blobs.take(session, content, size=5, offset=0, data=b"photo").done


@pytest.mark.parametrize(
    ("size", "offset", "length", "error"),
    [
        (MAX_BLOB + 1, 0, 1, TooLarge),
        (MAX_BLOB, 0, MAX_CHUNK + 1, TooLarge),
        (10, 5, 6, Malformed),
        (10, 5, 0, Malformed),
        (0, 0, 0, Malformed),
        (10, -1, 1, Malformed),
    ],
)
def test_a_chunk_that_does_not_fit_is_refused(
    files: Files, size: int, offset: int, length: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        files.blobs.take(
            files.rita.session, content_hash(b""), size=size, offset=offset, data=bytes(length)
        )


@pytest.mark.parametrize("content", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_names_no_file(files: Files, content: str) -> None:
    with pytest.raises(Malformed):
        files.blobs.received(files.rita.session, content)


def test_a_device_has_so_many_unfinished_uploads_the_one_that_rested_longest_makes_room(
    files: Files,
) -> None:
    photos = [bytes([number]) * (MAX_CHUNK + 1) for number in range(MAX_UPLOADS + 1)]
    for photo in photos:
        files.office.clock.now_ms += 1
        files.send(files.rita, photo, upto=MAX_CHUNK)
    session = files.rita.session
    at = [files.blobs.received(session, content_hash(photo)).offset for photo in photos]
    assert at == [0] + [MAX_CHUNK] * MAX_UPLOADS
    assert len(files.storage.uploads(session.workspace)) == MAX_UPLOADS


def test_a_cancelled_upload_leaves_nothing_and_a_whole_file_is_not_cancelled(
    files: Files,
) -> None:
    session, content = files.rita.session, content_hash(PHOTO)
    files.send(files.rita, PHOTO, upto=MAX_CHUNK)
    files.blobs.cancel(session, content)
    assert files.storage.uploads(session.workspace) == set()
    assert files.blobs.received(session, content) == Received()
    files.send(files.rita, PHOTO)
    files.blobs.cancel(session, content)
    assert files.blobs.received(session, content).done


def test_a_server_that_died_before_it_was_done_finishes_when_asked_again(files: Files) -> None:
    content, session = content_hash(PHOTO), files.rita.session
    files.storage.dies = True
    with pytest.raises(OSError, match="killed"):
        files.send(files.rita, PHOTO)
    files.storage.dies = False
    assert files.blobs.received(session, content) == Received(len(PHOTO))
    answer = files.blobs.take(session, content, size=len(PHOTO), offset=len(PHOTO), data=b"")
    assert answer.done
    assert files.fetch(files.ben, files.attach(files.rita, PHOTO, files.shop.id)) == PHOTO


def test_a_chunk_that_was_lost_on_the_disk_starts_the_upload_over(files: Files) -> None:
    files.send(files.rita, PHOTO, upto=2 * MAX_CHUNK)
    (place,) = files.storage.uploads(files.rita.session.workspace)
    files.storage.drop_parts(place)
    with pytest.raises(Malformed):
        files.send(files.rita, PHOTO)
    assert files.send(files.rita, PHOTO).done


# --- what is collected ---


def test_a_file_without_a_record_goes_after_a_while_and_not_before(files: Files) -> None:
    files.send(files.rita, PHOTO)
    assert files.collect() == Swept()
    assert files.collect(days=29) == Swept()
    assert files.collect(days=1) == Swept(files=1)
    assert files.stored() == []
    assert files.blobs.received(files.rita.session, content_hash(PHOTO)) == Received()
    assert files.send(files.rita, PHOTO).done


def test_a_file_that_is_named_stays_also_by_a_deleted_record(files: Files) -> None:
    files.send(files.rita, PHOTO)
    attachment = files.attach(files.rita, PHOTO, files.shop.id)
    files.rita.push(update("attachment", attachment.id, deleted=True))
    files.collect()
    assert files.collect(days=400) == Swept()
    files.rita.push(update("attachment", attachment.id, deleted=False))
    assert files.fetch(files.ben, attachment) == PHOTO


def test_a_picture_that_was_replaced_stays_as_long_as_history_can_restore_it(
    files: Files,
) -> None:
    contact = Contact(
        id=files.office.id(),
        name="Eva",
        account_id=files.shop.id,
        photo=content_hash(PHOTO),
    )
    files.send(files.rita, PHOTO)
    files.rita.push(create(contact))
    files.ben.push(update("contact", contact.id, photo=""))
    files.collect()
    assert files.collect(days=31) == Swept()


def test_a_file_that_only_a_newer_version_knows_of_stays(files: Files) -> None:
    files.send(files.rita, PHOTO)
    names = raw({"logo": content_hash(PHOTO), "width": 0x35})
    files.rita.push(Change("billboard", files.office.id(), {"picture": names}, create=True))
    files.send(files.rita, b"signature")
    files.rita.push(update("account", files.shop.id, stamp=content_hash(b"signature")))
    files.collect()
    assert files.collect(days=31) == Swept()


def test_a_file_handed_in_again_after_a_month_waits_for_its_record_anew(files: Files) -> None:
    files.send(files.rita, PHOTO)
    files.collect()
    files.office.clock.now_ms += UNNAMED_MS
    assert files.blobs.received(files.rita.session, content_hash(PHOTO)).done
    assert files.collect() == Swept()
    assert files.fetch(files.ben, files.attach(files.rita, PHOTO, files.shop.id)) == PHOTO
    assert files.collect(days=31) == Swept()


def test_an_upload_that_goes_no_further_is_forgotten(files: Files) -> None:
    files.send(files.rita, PHOTO, upto=MAX_CHUNK)
    assert files.collect(days=29) == Swept()
    files.send(files.rita, PHOTO, upto=2 * MAX_CHUNK)
    files.office.clock.now_ms += UNFINISHED_MS
    assert files.collect() == Swept(uploads=1)
    assert files.storage.uploads(files.rita.session.workspace) == set()
    assert files.send(files.rita, PHOTO).done


def test_what_a_crash_or_a_restored_backup_left_in_the_storage_is_found(files: Files) -> None:
    workspace = files.office.admin.workspace
    for name in (b"named", b"nobody's"):
        files.storage.put(workspace, content_hash(name), name)
    attachment = files.attach(files.rita, b"named", files.shop.id)
    place = files.send(files.rita, PHOTO, upto=MAX_CHUNK)
    (upload,) = files.storage.uploads(workspace)
    files.storage.put_part(upload._replace(device=99), 0, b"left over")
    files.collect()
    assert files.collect(days=1) == Swept()
    assert files.storage.uploads(workspace) == {upload}
    assert place.offset == MAX_CHUNK
    files.collect(days=30)
    assert files.stored() == [attachment.content]


def test_a_sweep_that_dies_as_it_lets_a_file_go_does_not_say_that_it_is_there(
    files: Files,
) -> None:
    files.send(files.rita, PHOTO)
    files.collect()
    files.storage.dies = True
    with pytest.raises(OSError, match="killed"):
        files.collect(days=30)
    files.storage.dies = False
    assert files.blobs.received(files.rita.session, content_hash(PHOTO)) == Received()
    assert files.send(files.rita, PHOTO).done
    assert files.fetch(files.rita, files.attach(files.rita, PHOTO)) == PHOTO


def test_what_no_record_names_any_more_can_be_let_go_at_once(files: Files) -> None:
    files.send(files.rita, PHOTO)
    files.send(files.rita, b"signature")
    files.attach(files.rita, PHOTO, files.shop.id)
    found = [content_hash(PHOTO), content_hash(b"signature"), content_hash(b"unknown")]
    assert files.sweep.release(files.office.admin.workspace, found) == 1
    assert files.stored() == [content_hash(PHOTO)]


def test_the_server_itself_can_keep_a_file(files: Files) -> None:
    content = files.blobs.store(files.office.admin, PHOTO)
    contact = Contact(id=files.office.id(), name="Eva", account_id=files.shop.id, photo=content)
    files.office.add(contact)
    assert files.read(files.ben, Naming("contact", contact.id, "photo")) == PHOTO


def test_a_user_who_was_switched_off_is_given_nothing(files: Files) -> None:
    files.send(files.rita, PHOTO)
    attachment = files.attach(files.rita, PHOTO, files.shop.id)
    files.switch_off(files.ben)
    with pytest.raises(SignInRequired):
        files.fetch(files.ben, attachment)


def test_from_a_user_who_was_switched_off_no_file_is_taken(files: Files) -> None:
    content = content_hash(PHOTO)
    begun = files.send(files.ben, PHOTO, upto=MAX_CHUNK)
    files.switch_off(files.ben)
    with pytest.raises(SignInRequired):
        files.blobs.received(files.ben.session, content)
    with pytest.raises(SignInRequired):
        chunk = PHOTO[begun.offset : begun.offset + MAX_CHUNK]
        files.blobs.take(
            files.ben.session, content, size=len(PHOTO), offset=begun.offset, data=chunk
        )
    assert not files.stored()


def test_a_device_to_be_wiped_whose_user_is_switched_off_has_no_file_to_wait_for(
    files: Files,
) -> None:
    files.office.fleet.command(files.office.admin, files.ben.session.device, "rescue")
    files.send(files.ben, PHOTO, upto=MAX_CHUNK)
    files.switch_off(files.ben)
    with pytest.raises(DeviceRevoked) as refused:
        files.send(files.ben, PHOTO)
    assert refused.value.wipe == "now"


# --- what others can do meanwhile ---


class Slow(Storage):
    """One so slow that in each of its steps somebody else writes something."""

    colleague: Client

    def put(self, workspace: str, content: str, data: bytes) -> None:
        self.let_others_write()
        super().put(workspace, content, data)

    def put_part(self, upload: Upload, offset: int, data: bytes) -> None:
        self.let_others_write()
        super().put_part(upload, offset, data)

    def joined(self, upload: Upload) -> bytes:
        self.let_others_write()
        return super().joined(upload)

    def drop_parts(self, upload: Upload) -> None:
        self.let_others_write()
        super().drop_parts(upload)

    def let_others_write(self) -> None:
        label = create(Label(id=self.colleague.office.id(), name="Meanwhile"))
        pool = ThreadPoolExecutor(1)
        pushed = pool.submit(self.colleague.push, label)
        pool.shutdown(wait=False)
        assert isinstance(pushed.result(20), Applied)


@pytest.fixture
def slow(files: Files, tmp_path: Path) -> Files:
    storage = Slow(str(tmp_path / "files"))
    storage.colleague = files.ben
    blobs = Blobs(files.office.store, storage, Access(), files.office.clock)
    return replace(files, storage=storage, blobs=blobs)


def test_nobody_waits_for_a_storage_that_is_slow(slow: Files) -> None:
    assert slow.send(slow.rita, PHOTO).done
    for number in range(MAX_UPLOADS + 1):
        slow.send(slow.rita, bytes([number]) * (MAX_CHUNK + 1), upto=MAX_CHUNK)
    assert slow.send(slow.stranger, PHOTO).done
    assert slow.fetch(slow.stranger, slow.attach(slow.stranger, PHOTO)) == PHOTO


class Interrupted(Storage):
    """One beneath which a file is let go just when it has been stored."""

    files: Files
    times = 1

    def put(self, workspace: str, content: str, data: bytes) -> None:
        super().put(workspace, content, data)
        if self.times:
            self.times -= 1
            assert self.files.sweep.release(workspace, [content]) == 1


def test_a_file_that_was_let_go_while_it_came_is_stored_again(files: Files, tmp_path: Path) -> None:
    files.send(files.ben, PHOTO)
    storage = Interrupted(str(tmp_path / "files"))
    storage.files = files
    files = replace(files, blobs=Blobs(files.office.store, storage, Access(), files.office.clock))
    assert files.send(files.rita, PHOTO).done
    assert files.fetch(files.rita, files.attach(files.rita, PHOTO)) == PHOTO


def test_a_file_that_a_crash_left_half_handed_in_is_nobody_s_and_can_be_sent_again(
    files: Files,
) -> None:
    attachment = files.attach(files.rita, PHOTO, files.shop.id)
    files.storage.dies = True
    with pytest.raises(OSError, match="killed"):
        files.send(files.rita, PHOTO)
    files.storage.dies = False
    assert not files.sees(files.rita, attachment)
    assert not files.blobs.received(files.rita.session, content_hash(PHOTO)).done
    assert files.send(files.ben, PHOTO).done
    assert not files.blobs.received(files.rita.session, content_hash(PHOTO)).done
