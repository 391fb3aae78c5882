"""What people do on their devices: each act is one call of the real replica's public API.

An act gives words for the story, or None if there was nothing to do it with. What it writes is
marked by the step's number, so that every value in a run is the only one of its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from client.replica import Replica
from sync_protocol.changes import Change
from sync_protocol.records import (
    Account,
    Activity,
    Attachment,
    Contact,
    Label,
    Phone,
    Record,
    Territory,
    User,
    cells,
)
from tests.simulation.files import file_of

if TYPE_CHECKING:
    from tests.simulation.device import Device

UNDONE_AT_ONCE = 4
Act = Callable[[Replica, int, Random], str | None]


def act(device: Device, op: str, n: int, salt: int) -> str | None:
    """Let the device's user do `op`. Raises what the replica raises."""
    return ACTS[op](device.replica, n, Random(salt))


def create(replica: Replica, n: int, random: Random) -> str:
    account, other = pick(replica, Account, random), pick(replica, Account, random)
    with replica.changeset(f"Log visit {n}"):
        made = replica.create(Contact(name=f"C{n}", account_id=id_of(account)))
        above = {"account_id": random.choice(("", id_of(account), id_of(other)))}
        replica.create(Activity(kind="visit", at=n, note=f"V{n}", contact_id=made.id, **above))
    return f"adds contact C{n} with a visit, at {name_of(account)}"


def attach(replica: Replica, n: int, random: Random) -> str | None:
    record = pick(replica, random.choice((Contact, Account)), random)
    if record is None:
        return None
    replica.attach(record, file_of(n, random.random()), f"F{n}.txt", "text/plain")
    return f"puts a file F{n} on {record.name}"


def detach(replica: Replica, n: int, random: Random) -> str | None:
    attachment = pick(replica, Attachment, random)
    if attachment is None:
        return None
    replica.delete(attachment)
    return f"takes the file {attachment.name} away"


def edit(replica: Replica, n: int, random: Random) -> str | None:
    contact = pick(replica, Contact, random, deleted=True)
    if contact is None:
        return None
    replica.update(contact, title=f"T{n}")
    return f"edits {contact.name}: title -> 'T{n}'"


def edit_more(replica: Replica, n: int, random: Random) -> str | None:
    contact = pick(replica, Contact, random, deleted=True)
    if contact is None:
        return None
    field = random.choice(("website", "about", "nickname"))
    if field == "nickname":  # a field of a newer version
        change = Change("contact", contact.id, {"nickname": cells.raw(f"N{n}")})
        with replica.changeset(f"Nickname {n}"):
            replica._add(change)
    else:
        replica.update(contact, **{field: f"W{n}", "source": f"S{n}"})
    return f"edits {contact.name}: {field} -> '{n}'"


def edit_pair(replica: Replica, n: int, random: Random) -> str | None:
    one, two = (pick(replica, Contact, random, deleted=True) for _ in range(2))
    if one is None or two is None:
        return None
    with replica.changeset(f"Pair {n}"):
        replica.update(one, title=f"P{n}")
        replica.update(two, title=f"P{n}")
    return f"edits {one.name} and {two.name} at once: title -> 'P{n}'"


def add_entry(replica: Replica, n: int, random: Random) -> str | None:
    contact = pick(replica, Contact, random)
    if contact is None:
        return None
    entry = {replica.new_entry(): Phone(f"0{n}")}
    replica.update(contact, phones=contact.phones | entry)
    return f"adds the phone number 0{n} to {contact.name}"


def remove_entry(replica: Replica, n: int, random: Random) -> str | None:
    contact = pick(replica, Contact, random)
    if contact is None or not contact.phones:
        return None
    gone = random.choice(sorted(contact.phones))
    replica.update(contact, phones={k: v for k, v in contact.phones.items() if k != gone})
    return f"takes a phone number from {contact.name}"


def label(replica: Replica, n: int, random: Random) -> str | None:
    contact, chosen = pick(replica, Contact, random), pick(replica, Label, random)
    if contact is None or chosen is None:
        return None
    replica.label(contact, chosen.name)
    return f"labels {contact.name} {chosen.name!r}"


def unlabel(replica: Replica, n: int, random: Random) -> str | None:
    contact, chosen = pick(replica, Contact, random), pick(replica, Label, random)
    if contact is None or chosen is None:
        return None
    replica.unlabel(contact, chosen.name)
    return f"takes the label {chosen.name!r} off {contact.name}"


def new_label(replica: Replica, n: int, random: Random) -> str:
    replica.create(Label(name=f"L{random.randrange(3)}", about=f"{n}"))
    return "makes a label of a name that others may use, too"


def new_account(replica: Replica, n: int, random: Random) -> str:
    territory = pick(replica, Territory, random)
    replica.create(Account(name=f"A{n}", territory_id=id_of(territory)))
    return f"adds account A{n} in {name_of(territory)}"


def delete(replica: Replica, n: int, random: Random) -> str | None:
    record = pick(replica, random.choice((Contact, Contact, Activity, Account)), random)
    if record is None:
        return None
    replica.delete(record)
    return f"deletes {name_of(record)}"


def restore(replica: Replica, n: int, random: Random) -> str | None:
    kind = random.choice((Contact, Contact, Activity, Account))
    found = [r for r in every(replica, kind, deleted=True) if r.deleted]
    if not found:
        return None
    record = random.choice(found)
    replica.restore(record)
    return f"restores {name_of(record)}"


def undo(replica: Replica, n: int, random: Random) -> str | None:
    undone = replica.undo()
    return None if undone is None else f"undoes {undone.name!r}"


def merge(replica: Replica, n: int, random: Random) -> str | None:
    kind = random.choice((Contact, Contact, Account))
    loser, winner = pick(replica, kind, random), pick(replica, kind, random)
    if loser is None or loser.id == winner.id:
        return None
    replica.merge(loser, winner)
    return f"merges {loser.name} into {winner.name}"


def unmerge(replica: Replica, n: int, random: Random) -> str | None:
    """Undo what was done since the last merge, and that, too."""
    taken_back = []
    for _ in range(UNDONE_AT_ONCE):
        undone = replica.undo()
        if undone is None:
            break
        taken_back.append(undone.name)
        if undone.name.startswith("Merge "):
            break
    return f"undoes {', '.join(taken_back)}" if taken_back else None


def move(replica: Replica, n: int, random: Random) -> str | None:
    contact, account = pick(replica, Contact, random), pick(replica, Account, random)
    if contact is None:
        return None
    target = account if random.random() < 0.8 else None
    replica.update(contact, account_id=id_of(target))
    return f"moves {contact.name} to {name_of(target)}"


def reassign(replica: Replica, n: int, random: Random) -> str | None:
    account, territory = pick(replica, Account, random), pick(replica, Territory, random)
    if account is None or territory is None:
        return None
    replica.update(account, territory_id=territory.id)
    return f"moves {account.name} to territory {territory.name}"


def hand_over(replica: Replica, n: int, random: Random) -> str | None:
    territory = pick(replica, Territory, random)
    if territory is None:
        return None
    reps = [user for user in every(replica, User) if user.role == "rep" and random.random() < 0.5]
    replica.update(territory, reps={user.id: True for user in reps})
    return f"gives {territory.name} to {[user.name for user in reps]}"


def staff(replica: Replica, n: int, random: Random) -> str | None:
    found = [user for user in every(replica, User) if user.role != "admin"]
    if not found:
        return None
    user = random.choice(found)
    what = random.choice(("role", "team", "active", "active"))
    if what == "active":
        replica.update(user, active=not user.active)
    elif what == "team":
        replica.update(user, team_id="")
    else:
        replica.update(user, role=random.choice(("rep", "manager", "office")))
    return f"changes the {what} of {user.name}"


def bad_write(replica: Replica, n: int, random: Random) -> str | None:
    """Something this version would not let through: an older or newer one might send it."""
    contact = pick(replica, Contact, random)
    if contact is None:
        return None
    wrong = random.choice(("name", "birthday", "account_id", "unknown"))
    values: dict[str, Any] = {"name": "", "birthday": f"{n}", "account_id": "nowhere"}
    record_id = replica.new_id() if wrong == "unknown" else contact.id
    cell = {wrong: values[wrong]} if wrong in values else {"title": f"X{n}"}
    change = Change("contact", record_id, {name: cells.raw(v) for name, v in cell.items()})
    with replica.changeset(f"Bad write {n}"):
        replica._add(change)
        replica.update(contact, source=f"B{n}")
    return f"writes what the server must refuse: {wrong} of {contact.name}"


def settle_problem(replica: Replica, n: int, random: Random) -> str | None:
    problems = replica.problems()
    if not problems:
        return None
    replica.discard(problems[0])
    return f"gives up the refused {problems[0].changeset.name!r}"


def poison(replica: Replica, n: int, random: Random) -> str | None:
    """Something that makes the server fail whenever it comes."""
    contact = pick(replica, Contact, random)
    if contact is None:
        return None
    with replica.changeset("Poison"):
        replica.update(contact, title=f"poison{n}")
    return f"writes what makes the server fail, to {contact.name}"


ACTS: dict[str, Act] = {
    "attach": attach, "detach": detach, "create": create, "edit": edit, "edit more": edit_more,
    "edit pair": edit_pair,
    "add entry": add_entry, "remove entry": remove_entry, "label": label, "unlabel": unlabel,
    "new label": new_label, "new account": new_account, "delete": delete, "restore": restore,
    "undo": undo, "merge": merge, "unmerge": unmerge, "move": move, "reassign": reassign,
    "hand over": hand_over, "staff": staff, "bad write": bad_write,
    "settle problem": settle_problem, "poison": poison,
}  # fmt: skip


def every(replica: Replica, kind: Any, *, deleted: bool = False) -> list[Any]:
    """All of a kind, the oldest first: ids begin with the time."""
    return replica.find(kind, order_by="id", deleted=deleted)


def pick(replica: Replica, kind: Any, random: Random, *, deleted: bool = False) -> Any:
    found = replica.ids(kind, order_by="id", deleted=deleted)
    return replica.get(kind, random.choice(found)) if found else None


def id_of(record: Record | None) -> str:
    return "" if record is None else record.id


def name_of(record: Any) -> str:
    return (
        "nowhere" if record is None else str(getattr(record, "name", getattr(record, "note", "")))
    )
