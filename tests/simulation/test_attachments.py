"""Files on their way: cut, cancelled with their parent, attached twice, fetched, and let go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from client.errors import Invalid, Wiped
from client.store import blobs as kept
from client.store import migrations, uploads
from client.sync import round as client_round
from client.sync.uploads import Uploads
from server.domain import fleet
from server.domain.access import Access
from server.domain.blob_sweep import UNNAMED_MS, BlobSweep
from server.domain.blobs import Blobs
from server.domain.upkeep import Upkeep
from server.store import devices
from server.store.blob_storage import BlobStorage
from server.store.blobs import Naming
from sync_protocol.blobs import MAX_BLOB, MAX_CHUNK, Piece, Received, content_hash
from sync_protocol.errors import (
    DeviceRevoked,
    Malformed,
    NotFound,
    PeerError,
    ServerFailed,
    TooLarge,
    TooManyAttempts,
    Unreachable,
)
from sync_protocol.messages import Pull, Snapshot, States
from sync_protocol.records import Account, Attachment, Contact, Territory
from tests.simulation.backups import backed_up
from tests.simulation.world import Phone, World, command

pytestmark = pytest.mark.both_stores

PHOTO = bytes(range(256)) * 3 * 1024  # three chunks
CHUNKS = len(PHOTO) // MAX_CHUNK
DAY_MS = 86_400_000


@dataclass
class Line:
    """`BlobExchange` to the server's files, for one device: it counts chunks, and can be cut."""

    blobs: Blobs
    phone: Phone
    chunks: int = 0
    breaks_after: int = 1 << 30
    loses_answers: bool = False
    refuses: Exception | None = None
    before_chunk: Callable[[], None] = lambda: None

    async def received(self, content: str) -> Received:
        return self.blobs.received(self.phone.link.session, content)

    async def send(self, content: str, size: int, offset: int, data: bytes) -> Received:
        self.before_chunk()
        if self.refuses is not None:
            raise self.refuses
        if self.chunks >= self.breaks_after:
            raise Unreachable("The line is cut.")
        self.chunks += 1
        answer = self.blobs.take(
            self.phone.link.session, content, size=size, offset=offset, data=data
        )
        if self.loses_answers:
            raise Unreachable("The answer was lost.")
        return answer

    async def cancel(self, content: str) -> None:
        session = self.phone.link.session
        with self.phone.link.office.store.read() as connection:  # as the route does
            fleet.check(devices.get(connection, session.workspace, session.device))
        self.blobs.cancel(session, content)

    async def piece(self, kind: str, record_id: str, field: str, start: int) -> Piece:
        return self.blobs.piece(self.phone.link.session, Naming(kind, record_id, field), start)


class Company:
    """A world with files: Rita's and Ben's phones, both loaded, and a line for each."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        office = world.office
        self.storage = BlobStorage(str(folder / "files"))
        self.blobs = Blobs(office.store, self.storage, Access(), office.clock)
        self.sweep = BlobSweep(office.store, self.storage)
        self.rita, self.ben = world.phone(world.rita), world.phone(world.ben)
        self.lines = {id(phone): self.connect(phone) for phone in (self.rita, self.ben)}
        self.sync()

    @property
    def line(self) -> Line:
        """Rita's."""
        return self.lines[id(self.rita)]

    def connect(self, phone: Phone) -> Line:
        line = Line(self.blobs, phone)
        phone.replica._files = line
        return line

    def sync(self, *phones: Phone) -> None:
        for phone in phones or (self.rita, self.ben, self.rita):
            self.world.wait(10)
            phone.sync()

    def attach(self, data: bytes = PHOTO, parent: Account | Contact | None = None) -> Attachment:
        shop = parent or self.world.shop
        return self.rita.replica.attach(shop, data, "Shelf.jpg", "image/jpeg")

    def seen(self, phone: Phone, attachment: Attachment) -> bytes | None:
        return asyncio.run(phone.replica.attachment_data(attachment))

    def on_server(self) -> list[str]:
        return [found.content for found in self.storage.listed(self.world.office.admin.workspace)]

    def take_territory_from_rita(self) -> None:
        admin = self.world.phone(self.world.boss)
        admin.sync()
        territory = admin.replica.get(Territory, self.world.territory.id)
        assert territory is not None
        admin.replica.update(territory, reps={self.world.ben.id: True})
        admin.sync()

    def restore_without_files(self) -> None:
        """The server comes back from a backup that holds its records and none of its files."""
        office = self.world.office
        with office.store.write() as connection:
            for table in ("blob", "blob_holder"):
                connection.execute(text(f"DELETE FROM {table}"))
        for content in self.on_server():
            self.storage.drop(office.admin.workspace, content)
        office.workspaces.open_epoch()

    def under_way(self) -> int:
        return len(self.storage.uploads(self.world.office.admin.workspace))

    def wipe(self) -> None:
        """Rita's phone hears that it is to be wiped, and is."""
        with pytest.raises(Wiped):
            self.rita.sync()
        self.world.phones.remove(self.rita)

    def cut_upload(self) -> Attachment:
        """An attachment of which the first chunk was sent when the line was cut."""
        attachment = self.attach()
        self.line.breaks_after = 1
        with pytest.raises(Unreachable):
            self.rita.sync()
        self.line.breaks_after = 1 << 30
        return attachment


@pytest.fixture
def company(world: World, tmp_path: Path) -> Company:
    return Company(world, tmp_path)


def test_an_attachment_made_in_the_field_reaches_the_colleague(company: Company) -> None:
    attachment = company.attach()
    (waiting,) = company.rita.replica.uploads()
    assert (waiting.name, waiting.size, waiting.sent) == ("Shelf.jpg", len(PHOTO), 0)
    assert company.seen(company.rita, attachment) == PHOTO
    company.sync()
    assert company.rita.replica.uploads() == []
    found = company.ben.replica.find(Attachment, record_id=company.world.shop.id)
    assert found == [attachment]
    assert company.seen(company.ben, found[0]) == PHOTO
    company.lines[id(company.ben)].blobs = None  # type: ignore[assignment]
    assert company.seen(company.ben, found[0]) == PHOTO  # from now on it is here


def test_an_upload_that_was_cut_goes_on_where_it_was(company: Company) -> None:
    attachment = company.cut_upload()
    (waiting,) = company.rita.replica.uploads()
    assert waiting.sent == MAX_CHUNK
    asyncio.run(company.rita.restart(company.world))
    company.lines[id(company.rita)] = company.connect(company.rita)
    company.sync()
    assert company.line.chunks == CHUNKS - 1
    assert company.seen(company.ben, attachment) == PHOTO


def test_a_lost_answer_sends_nothing_twice(company: Company) -> None:
    attachment = company.attach()
    company.line.loses_answers = True
    for _ in range(CHUNKS):
        with pytest.raises(Unreachable):
            company.rita.sync()
    company.line.loses_answers = False
    company.sync()
    assert company.line.chunks == CHUNKS
    assert company.rita.replica.uploads() == []
    assert company.seen(company.ben, attachment) == PHOTO


def test_an_upload_whose_record_is_deleted_meanwhile_is_cancelled_and_leaves_nothing(
    company: Company,
) -> None:
    company.rita.replica.delete(company.cut_upload())
    company.sync()
    assert company.rita.replica.uploads() == []
    assert (company.on_server(), company.under_way()) == ([], 0)
    assert company.line.chunks == 1


def test_an_upload_beneath_what_a_colleague_deletes_is_cancelled(company: Company) -> None:
    contact = company.rita.replica.create(Contact(name="Eva", account_id=company.world.shop.id))
    company.sync()
    company.attach(parent=contact)
    company.line.breaks_after = 1
    with pytest.raises(Unreachable):
        company.rita.sync()
    company.line.breaks_after = 1 << 30
    shop = company.ben.replica.get(Account, company.world.shop.id)
    assert shop is not None
    company.ben.replica.delete(shop)
    company.sync(company.ben, company.rita)
    assert company.rita.replica.uploads() == []
    assert (company.on_server(), company.under_way()) == ([], 0)


def test_undoing_the_deletion_brings_the_upload_back(company: Company) -> None:
    attachment = company.cut_upload()
    company.rita.replica.delete(attachment)
    company.sync()
    company.rita.replica.undo()
    assert company.rita.replica.get(Attachment, attachment.id) == attachment
    company.sync()
    assert company.seen(company.ben, attachment) == PHOTO


def test_a_rejected_record_cancels_its_upload_and_writing_it_again_sends_it(
    company: Company,
) -> None:
    shop = company.world.shop
    company.attach(parent=Account(id="unknown", name="Nobody's"))
    company.sync()
    (problem,) = company.rita.replica.problems()
    assert company.rita.replica.uploads() == []
    assert company.on_server() == []
    company.rita.replica.discard(problem)
    again = company.attach(parent=shop)
    company.sync()
    assert company.seen(company.ben, again) == PHOTO


def test_the_same_file_attached_twice_is_sent_once_and_outlives_either(company: Company) -> None:
    first, second = company.attach(), company.attach()
    assert len(company.rita.replica.uploads()) == 1
    company.rita.replica.delete(first)
    company.sync()
    assert company.line.chunks == CHUNKS
    assert company.on_server() == [content_hash(PHOTO)]
    assert company.seen(company.ben, second) == PHOTO
    company.attach()
    company.sync()
    assert company.line.chunks == CHUNKS  # the server remembers that Rita handed it in


def test_a_contacts_picture_travels_like_an_attachment(company: Company) -> None:
    replica = company.rita.replica
    eva = replica.create(
        Contact(
            name="Eva",
            account_id=company.world.shop.id,
            photo=replica.put_blob(PHOTO, "image/jpeg"),
        )
    )
    assert replica.uploads()[0].name == "Eva"
    company.sync()
    here = company.ben.replica.get(Contact, eva.id)
    assert here is not None
    assert asyncio.run(company.ben.replica.attachment_data(here)) == PHOTO
    assert asyncio.run(company.ben.replica.attachment_data(Contact(name="Nobody"))) is None


@pytest.mark.parametrize("days", [0, 40])
def test_a_photo_still_goes_out_when_its_account_was_given_to_somebody_else(
    company: Company, days: int
) -> None:
    world = company.world
    attachment = company.cut_upload()
    world.wait(days * DAY_MS)
    elsewhere = Territory(id=world.office.id(), name="West", reps={world.ben.id: True})
    world.office.add(elsewhere)
    company.sync(company.ben)
    shop = company.ben.replica.get(Account, world.shop.id)
    assert shop is not None
    company.ben.replica.update(shop, territory_id=elsewhere.id)
    company.sync(company.ben, company.rita, company.ben)
    assert company.rita.replica.get(Attachment, attachment.id) is None
    assert company.rita.replica.uploads() == []
    assert company.seen(company.ben, attachment) == PHOTO


def test_changesets_go_before_files(company: Company) -> None:
    company.attach()

    def write() -> None:
        company.line.before_chunk = lambda: None
        company.rita.replica.create(Contact(name="Written meanwhile"))

    company.line.before_chunk = write
    company.rita.sync()
    assert company.line.chunks == 1
    assert company.rita.replica.has_more_to_send
    company.rita.sync()
    assert not company.rita.replica.has_more_to_send
    assert company.line.chunks == CHUNKS


def test_a_run_that_took_long_lets_the_next_round_have_its_turn(company: Company) -> None:
    company.attach()
    company.rita.replica._files = None
    company.rita.sync()
    run = Uploads(company.rita.replica._database, company.line, company.world.office.clock)
    run._until = 0.0
    assert asyncio.run(run.run()) is False
    assert company.line.chunks == 0


@pytest.mark.parametrize("error", [TooLarge("Too large."), Malformed("Damaged.")])
def test_a_file_the_server_will_not_take_stops_no_other(company: Company, error: Exception) -> None:
    company.attach(b"refused")
    company.line.refuses = error
    company.rita.sync()
    assert [upload.trouble for upload in company.rita.replica.uploads()] == [str(error)]

    company.line.refuses = None
    other = company.attach(b"taken")
    company.sync()
    assert company.rita.replica.uploads() == []
    assert company.seen(company.ben, other) == b"taken"


def test_a_device_that_was_revoked_stops_sending(company: Company) -> None:
    company.attach()
    company.line.refuses = DeviceRevoked("Revoked.")
    with pytest.raises(DeviceRevoked):
        company.rita.sync()
    assert [upload.trouble for upload in company.rita.replica.uploads()] == [""]


def test_a_device_to_be_wiped_hands_in_its_files_too(company: Company) -> None:
    attachment = company.cut_upload()
    command(company.world, company.rita, "rescue")
    company.wipe()
    company.sync(company.ben)
    assert company.seen(company.ben, attachment) == PHOTO


def test_what_is_typed_while_the_last_file_is_handed_in_is_handed_in_too(company: Company) -> None:
    company.attach()
    command(company.world, company.rita, "rescue")

    def type_meanwhile() -> None:
        if company.line.chunks == CHUNKS - 1:
            company.rita.replica.update(company.world.shop, about="Typed meanwhile")

    company.line.before_chunk = type_meanwhile
    company.wipe()
    company.sync(company.ben)
    assert company.ben.replica.find(Account)[0].about == "Typed meanwhile"


def test_what_a_server_lost_that_was_restored_while_a_file_was_handed_in_is_handed_in_again(
    company: Company,
) -> None:
    command(company.world, company.rita, "rescue")
    restore = backed_up(company.world)
    company.rita.replica.update(company.world.shop, about="Taken, and lost")
    attachment = company.attach()

    def is_restored_meanwhile() -> None:
        company.line.before_chunk = lambda: None
        restore()

    company.line.before_chunk = is_restored_meanwhile
    company.wipe()
    company.sync(company.ben)
    assert company.ben.replica.find(Account)[0].about == "Taken, and lost"
    assert company.seen(company.ben, attachment) == PHOTO


def test_an_upload_that_nobody_wants_any_more_does_not_end_the_handing_in(company: Company) -> None:
    company.rita.replica.delete(company.cut_upload())
    kept = company.attach(b"a file that waits")
    command(company.world, company.rita, "rescue")
    company.wipe()
    company.sync(company.ben)
    assert company.seen(company.ben, kept) == b"a file that waits"


@pytest.mark.parametrize("error", [ServerFailed, TooManyAttempts, NotFound, Malformed])
def test_nothing_is_wiped_while_a_file_may_yet_get_through(
    company: Company, error: type[PeerError]
) -> None:
    attachment = company.attach()
    command(company.world, company.rita, "rescue")
    company.line.refuses = error("Not now.")
    with pytest.raises(error):
        company.rita.sync()
    assert company.seen(company.rita, attachment) == PHOTO
    company.line.refuses = None
    company.wipe()
    company.sync(company.ben)
    assert company.seen(company.ben, attachment) == PHOTO


@pytest.mark.parametrize("error", [TooLarge, Malformed])
def test_a_file_that_the_server_will_never_take_does_not_keep_a_device(
    company: Company, error: type[PeerError]
) -> None:
    attachment = company.attach()
    with company.rita.replica._database.transaction() as connection:
        connection.execute(text("UPDATE blob SET data = x'00'"))
    command(company.world, company.rita, "rescue")
    company.line.refuses = error("Not this file.")
    company.wipe()
    company.sync(company.ben)
    assert company.on_server() == []
    assert company.ben.replica.find(Attachment)[0].id == attachment.id


def test_a_device_wiped_at_once_hands_in_no_file(company: Company) -> None:
    company.attach()
    command(company.world, company.rita, "wipe")
    with pytest.raises(DeviceRevoked):
        asyncio.run(company.line.received(content_hash(PHOTO)))
    company.wipe()
    assert company.on_server() == []


def test_a_file_comes_when_it_has_arrived_and_none_before(company: Company) -> None:
    attachment = company.cut_upload()
    company.sync(company.ben)
    assert company.seen(company.ben, attachment) is None
    company.sync()
    assert company.seen(company.ben, attachment) == PHOTO


def test_what_is_no_file_is_not_attached(company: Company) -> None:
    for data in (b"", bytes(MAX_BLOB + 1)):
        with pytest.raises(Invalid):
            company.attach(data)
    with pytest.raises(Invalid):
        company.rita.replica.attach(company.world.shop, b"data", "", "text/plain")
    assert company.rita.replica.find(Attachment) == []
    assert company.rita.replica.uploads() == []


def test_a_media_type_is_kept_without_its_parameters(company: Company) -> None:
    made = company.rita.replica.attach(
        company.world.shop, b"Hello", "Note.txt", "Text/Plain; charset=utf-8"
    )
    assert made.media_type == "text/plain"


def test_least_used_files_make_room_and_never_one_that_waits(company: Company) -> None:
    replica = company.ben.replica
    photos = [bytes([number]) * 1_000 for number in range(4)]
    found = [company.attach(photo) for photo in photos]
    company.sync()
    for attachment in found[:3]:
        company.world.wait(1)
        assert company.seen(company.ben, attachment) is not None
    waiting = replica.attach(company.world.shop, bytes(5_000), "Own.jpg", "image/jpeg")
    company.world.wait(1)
    company.seen(company.ben, found[0])
    connection = replica._connection
    kept.make_room(connection, 2_500)
    here = [replica.blob(attachment.content) is not None for attachment in found]
    assert here == [True, False, True, False]
    kept.make_room(connection, 0)
    here = [replica.blob(attachment.content) is not None for attachment in found]
    assert here == [True, False, False, False]  # the one looked at last stays
    assert kept.cached_bytes(connection) == 1_000
    assert replica.blob(waiting.content) is not None
    assert company.seen(company.ben, found[1]) == photos[1]


def test_a_file_nobody_needs_is_forgotten_after_a_while_and_a_rejected_one_is_not(
    company: Company,
) -> None:
    replica = company.rita.replica
    unsaved = replica.put_blob(b"a form that was left", "image/jpeg")
    deleted = company.attach(b"deleted before it was sent")
    replica.delete(deleted)
    rejected = company.attach(b"rejected", parent=Account(id="unknown", name="Nobody's"))
    company.sync()
    company.world.wait(uploads.KEPT_MS - DAY_MS)
    company.sync()
    assert replica.blob(unsaved) is not None
    assert replica.blob(deleted.content) is not None
    company.world.wait(2 * DAY_MS)
    company.sync()
    assert replica.blob(unsaved) is None
    assert replica.blob(deleted.content) is None
    assert replica.blob(rejected.content) is not None


def test_files_kept_before_there_was_a_queue_are_sent(company: Company) -> None:
    replica = company.rita.replica
    eva = replica.create(
        Contact(name="Eva", account_id=company.world.shop.id, photo=content_hash(PHOTO))
    )
    with replica._database.transaction() as connection:
        row = {"hash": content_hash(PHOTO), "data": PHOTO}
        statement = "INSERT INTO blob (hash, type, data) VALUES (:hash, 'image/jpeg', :data)"
        connection.execute(text(statement), row)
    company.sync()
    assert asyncio.run(company.ben.replica.attachment_data(eva)) == PHOTO


def test_a_restored_server_is_given_back_the_files_it_lost(company: Company) -> None:
    attachment = company.attach()
    company.sync()
    company.restore_without_files()
    company.sync()
    assert company.seen(company.ben, attachment) == PHOTO


def test_a_file_of_something_deleted_goes_out_where_that_is_undone_once_it_has_left(
    company: Company,
) -> None:
    admin = company.world.phone(company.world.boss)
    admin.sync()
    attachment = company.cut_upload()
    shop = admin.replica.find(Account)[0]
    admin.replica.delete(shop)
    admin.sync()
    company.sync(company.rita)
    assert company.rita.replica.uploads() == []
    company.take_territory_from_rita()
    company.sync(company.rita)
    admin.replica.restore(shop)
    admin.sync()
    company.sync(company.rita, company.ben)
    assert company.seen(company.ben, attachment) == PHOTO


def test_a_file_goes_out_though_its_record_left_before_a_copy_of_everything_had_brought_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_round, "PAGE_STATES", 2)
    world, rita = company.world, company.rita
    admin = world.phone(world.boss)
    elsewhere = Territory(id=world.office.id(), name="West", reps={world.ben.id: True})
    world.office.add(elsewhere)
    attachment = company.attach()
    command(world, rita, "resync")
    snapshot = rita.link.snapshot

    async def cut_after_the_first(request: Snapshot) -> States:
        if request.after:
            raise Unreachable("The line is cut.")
        return await snapshot(request)

    rita.link.snapshot = cut_after_the_first  # type: ignore[method-assign]
    assert not rita.try_sync()
    rita.link.snapshot = snapshot  # type: ignore[method-assign]
    admin.sync()
    admin.replica.update(admin.replica.find(Attachment)[0], name="Renamed.jpg")
    admin.replica.update(admin.replica.find(Account)[0], territory_id=elsewhere.id)
    admin.sync()
    company.sync(rita, company.ben)
    assert rita.replica.find(Attachment) == []
    assert company.seen(company.ben, attachment) == PHOTO


def test_a_file_whose_record_had_left_an_older_replica_still_goes_out(company: Company) -> None:
    attachment = company.cut_upload()
    company.take_territory_from_rita()
    company.line.refuses = Malformed("Not now.")
    company.sync(company.rita)
    assert company.rita.replica.find(Attachment) == []
    with company.rita.replica._database.transaction() as connection:
        connection.execute(text('ALTER TABLE blob_naming DROP COLUMN "left"'))
        before = migrations._STEPS.index(migrations._files_of_what_left)
        connection.execute(text(f"PRAGMA user_version = {before}"))
    asyncio.run(company.rita.restart(company.world))
    company.lines[id(company.rita)] = company.connect(company.rita)
    company.sync(company.rita)
    assert company.on_server() == [attachment.content]


@pytest.mark.parametrize("is_known", [False, True])
def test_a_restored_server_is_given_back_a_file_whose_record_has_left(
    company: Company, is_known: bool
) -> None:
    attachment = company.attach()
    company.sync()
    company.world.wait(uploads.KEPT_MS + DAY_MS)
    company.sync()
    company.take_territory_from_rita()
    if is_known:
        company.sync()
        assert company.rita.replica.find(Attachment) == []
    company.restore_without_files()
    company.rita.sync()
    assert company.rita.replica.find(Attachment) == []
    assert company.on_server() == [attachment.content]


def test_a_restored_server_is_given_back_a_file_whose_record_left_before_the_next_whole_round(
    company: Company,
) -> None:
    attachment = company.attach()
    company.sync()
    company.restore_without_files()
    company.rita.link.loses_next = {Pull}
    assert not company.rita.try_sync()
    company.take_territory_from_rita()
    company.world.wait(uploads.KEPT_MS + DAY_MS)
    company.rita.sync()
    assert company.rita.replica.find(Attachment) == []
    assert company.on_server() == [attachment.content]


def test_a_restored_server_gets_no_file_of_what_was_removed_for_good(company: Company) -> None:
    attachment = company.attach()
    company.sync()
    company.rita.replica.delete(attachment)
    company.sync()
    company.world.wait(180 * DAY_MS)
    company.sync()
    company.world.wait(DAY_MS)
    office = company.world.office
    assert Upkeep(office.store, office.clock, horizon_days=180).run().removed == 1
    company.rita.sync()
    company.restore_without_files()
    company.rita.sync()
    assert company.rita.replica.uploads() == []
    assert company.on_server() == []


def test_a_photo_that_was_carried_to_another_contact_is_given_for_as_long_as_it_stands(
    company: Company,
) -> None:
    """Ben sees only the contact that goes on; that Olga gave it the photo the history says."""
    world, office = company.world, company.world.office
    north = Territory(id=office.id(), name="North", reps={world.ben.id: True})
    shop = Account(id=office.id(), name="North shop", territory_id=north.id)
    goes_on = Contact(id=office.id(), name="Eva", account_id=shop.id)
    merged = Contact(id=office.id(), name="Eva", account_id=world.shop.id)
    office.add(north, shop, goes_on, merged)
    admin, olga = world.phone(world.boss), world.phone(world.olga)
    company.connect(olga)
    company.sync(admin, olga)
    admin.replica.update(world.territory, reps={world.rita.id: True})
    photo = olga.replica.put_blob(PHOTO, "image/jpeg")
    olga.replica.update(merged, photo=photo)
    admin.replica.merge(merged, goes_on)
    company.sync(admin, olga)
    world.wait(180 * DAY_MS)
    admin.replica.update(world.shop, about="Something young")
    company.sync(admin)
    world.wait(DAY_MS)
    Upkeep(office.store, office.clock, horizon_days=180).run()
    company.sync(company.ben)
    assert company.ben.replica.get(Contact, merged.id) is None
    found = company.ben.replica.get(Contact, goes_on.id)
    assert found is not None
    assert found.photo == photo
    assert asyncio.run(company.ben.replica.attachment_data(found)) == PHOTO


def test_the_server_collects_a_file_only_after_its_record_is_long_gone(company: Company) -> None:
    attachment = company.attach()
    company.sync()
    clock = company.world.office.clock
    company.sweep.collect(clock.now_ms)
    clock.now_ms += UNNAMED_MS
    assert company.sweep.collect(clock.now_ms).files == 0
    assert company.on_server() == [attachment.content]
