"""What an import writes into a replica."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from client import pictures
from client.interchange import exporter, importer
from client.interchange.files import read
from client.interchange.planning import plan
from client.runtime.native import NativeRuntime
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from client.interchange.exporter import Format
    from client.replica import Replica

BRANCHES = """Company,Parent account
Crown North,Crown
Crown,
Lone,Nobody
Ouroboros,Ouroboros
"""


async def imported(replica: Replica, data: bytes, filename: str) -> importer.Done:
    return await importer.write(replica, plan(read(data, filename), of="account"))


def parents(replica: Replica) -> dict[str, str]:
    names = {account.id: account.name for account in replica.find(Account)}
    return {x.name: names.get(x.parent_id, "") for x in replica.find(Account)}


async def test_an_account_comes_beneath_its_parent_wherever_that_stands(replica: Replica) -> None:
    done = await imported(replica, BRANCHES.encode(), "x.csv")
    assert parents(replica) == {"Crown North": "Crown", "Crown": "", "Lone": "", "Ouroboros": ""}
    assert [(told.line, told.message) for told in done.problems] == [
        (4, "There is no account called 'Nobody'."),
        (5, "This would put the record beneath or into itself."),
    ]
    replica.undo(done.key)
    assert parents(replica) == {}


@pytest.mark.parametrize("form", ["csv", "vcard"])
async def test_parents_are_read_back_from_an_export(replica: Replica, form: Format) -> None:
    done = await imported(replica, BRANCHES.encode(), "x.csv")
    before = parents(replica)
    file = await exporter.export(replica, "account", form)
    replica.undo(done.key)
    await imported(replica, file.data, file.filename)
    assert parents(replica) == before


def card(name: str, picture: bytes = b"") -> str:
    photo = f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(picture).decode()}\n" if picture else ""
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\n{photo}END:VCARD\n"


def png(side: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(made, "PNG")
    return made.getvalue()


async def test_a_cards_picture_is_kept_small_and_a_broken_one_left_out_with_a_word(
    replica: Replica,
) -> None:
    async def smaller(data: bytes) -> bytes | None:
        return await NativeRuntime().shrunk(data, pictures.PORTRAIT)

    text = card("Ada", png(2_000)) + card("Ben") + card("Cora", png(9)[:40]) + card("Dan", png(9))
    cards = plan(read(text.encode(), "people.vcf"), of="contact")
    done = await importer.write(replica, cards, smaller=smaller)
    assert (done.rows, done.contacts) == (4, 4)
    assert [x.message for x in done.problems] == [importer.NO_PICTURE]
    photos = {contact.name: contact.photo for contact in replica.find(Contact)}
    assert [name for name, photo in photos.items() if photo] == ["Ada", "Dan"]
    kept = replica.blob(photos["Ada"])
    assert kept is not None
    assert kept.type == pictures.JPEG
    assert Image.open(io.BytesIO(kept.data)).size == (pictures.PORTRAIT, pictures.PORTRAIT)
    replica.undo(done.key)
    assert replica.count(Contact) == 0


async def test_what_somebody_has_worked_on_since_stays_when_an_import_is_taken_back(
    replica: Replica,
) -> None:
    done = await imported(replica, b"Company,City\nAdler,Kronach\nPost,Zeil\n", "x.csv")
    (adler,) = replica.find(Account, name="Adler")
    replica.update(adler, website="adler.example")
    undone = replica.undo(done.key)
    assert undone is not None
    assert [(one.kind, one.id) for one in undone.kept] == [("account", adler.id)]
    (left,) = replica.find(Account)
    assert ([x.town for x in left.addresses.values()], left.website) == (
        ["Kronach"], "adler.example",
    )  # fmt: skip


async def test_a_record_stays_from_which_somebody_took_a_label_that_the_import_put_on(
    replica: Replica,
) -> None:
    table = b"Company,Labels\nAdler,Prospect\nPost,Prospect\n"
    done = await imported(replica, table, "x.csv")
    (adler,) = replica.find(Account, name="Adler")
    replica.unlabel(adler, "Prospect")
    undone = replica.undo(done.key)
    assert undone is not None
    assert [one.id for one in undone.kept if one.kind == "account"] == [adler.id]
    assert (replica.find(Account), replica.labels_of(adler.id)) == ([adler], [])
