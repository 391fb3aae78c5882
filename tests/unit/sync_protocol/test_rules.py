from __future__ import annotations

from itertools import product
from typing import Any, get_args

import msgspec
import pytest
from msgspec import Raw

from sync_protocol.changes import NIL, Change
from sync_protocol.records import (
    ROLES,
    Account,
    Activity,
    Contact,
    Email,
    Kind,
    Label,
    Labelling,
    Phone,
    Record,
    Role,
    Task,
    Team,
    Territory,
    User,
    entries,
    kind_of,
    kinds,
)
from sync_protocol.records.cells import of_new
from sync_protocol.rules import permissions, scopes, validity
from sync_protocol.rules.permissions import Action, Actor, may, may_administer, may_read

# permissions


def actor(role: Role, *held: str) -> Actor:
    return Actor("u", role, frozenset(held))


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("role", ROLES)
def test_a_record_out_of_scope_may_be_neither_read_nor_written(kind: Kind, role: Role) -> None:
    stranger = actor(role, "territory:other")
    assert not may_read(stranger, "territory:t")
    assert not any(may(stranger, action, kind, "territory:t") for action in get_args(Action))


@pytest.mark.parametrize(
    "kind", [k for k in kinds().values() if not k.shared], ids=lambda kind: kind.name
)
@pytest.mark.parametrize("role", ROLES)
def test_whoever_holds_a_customers_scope_may_read_and_write_it(kind: Kind, role: Role) -> None:
    holder = actor(role, "territory:t")
    assert may_read(holder, "territory:t")
    assert all(may(holder, action, kind, "territory:t") for action in get_args(Action))


def test_who_may_write_reference_data_is_said_for_every_kind_of_it() -> None:
    shared = {kind.name for kind in kinds().values() if kind.shared}
    assert set(permissions._SHARED) == shared
    for action in get_args(Action):
        assert permissions._SHARED["labelmodel"][action] == ()  # the server's own
    for name, action in product(shared - {"labelmodel"}, get_args(Action)):
        assert "admin" in permissions._SHARED[name][action]


def test_a_rep_makes_a_label_and_the_office_changes_it() -> None:
    label = kind_of(Label)
    assert may(actor("rep", "workspace"), "create", label, "workspace")
    assert not may(actor("rep", "workspace"), "update", label, "workspace")
    assert may(actor("office", "workspace"), "update", label, "workspace")


@pytest.mark.parametrize("struct", [User, Team, Territory])
def test_only_an_administrator_changes_who_works_where(struct: type[Record]) -> None:
    allowed = [
        role
        for role in ROLES
        if may(actor(role, "workspace"), "update", kind_of(struct), "workspace")
    ]
    assert allowed == ["admin"]


def test_only_an_administrator_administers() -> None:
    assert [role for role in ROLES if may_administer(actor(role))] == ["admin"]


# scopes


def known(**records: Record) -> Any:
    found = {(kind_of(r).name, name): (kind_of(r), fields(r)) for name, r in records.items()}
    return lambda kind, record_id: found.get((kind, record_id))


def fields(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in kind_of(record).fields}


def scope(record: Record, **others: Record) -> str:
    return scopes.scope_of(kind_of(record), fields(record), known(**others))


def test_an_account_travels_with_its_territory() -> None:
    assert scope(Account(name="A", territory_id="t", owner_id="u")) == "territory:t"


def test_what_hangs_beneath_an_account_travels_with_it() -> None:
    account = Account(name="A", territory_id="t")
    contact = Contact(name="C", account_id="a", owner_id="other")
    assert scope(contact, a=account) == "territory:t"
    assert (
        scope(Activity(kind="visit", at=1, contact_id="c"), a=account, c=contact) == "territory:t"
    )
    assert scope(Task(title="T", account_id="a"), a=account) == "territory:t"


def test_a_labelling_travels_with_the_record_it_is_on() -> None:
    account = Account(name="A", territory_id="t")
    on_account = Labelling(label_id="l", record_kind="account", record_id="a")
    on_nothing = Labelling(label_id="l", record_kind="from_the_future", record_id="x")
    assert scope(on_account, a=account) == "territory:t"
    assert scope(on_nothing, a=account) == "user:"


def test_a_contact_without_an_account_belongs_to_its_owner() -> None:
    assert scope(Contact(name="C", owner_id="u")) == "user:u"
    contact = Contact(name="C", owner_id="u")
    assert scope(Activity(kind="note", at=1, contact_id="c"), c=contact) == "user:u"


def test_what_hangs_beneath_someones_own_record_belongs_to_that_owner() -> None:
    contact = Contact(name="C", owner_id="u")
    assert scope(Task(title="T", contact_id="c", owner_id="other"), c=contact) == "user:u"


def test_an_unknown_parent_leaves_a_record_with_its_owner() -> None:
    assert scope(Contact(name="C", account_id="nobody", owner_id="u")) == "user:u"


def test_the_nearest_known_parent_decides() -> None:
    contact = Contact(name="C", owner_id="u")
    assert scope(Task(title="T", account_id="nobody", contact_id="c"), c=contact) == "user:u"


def test_reference_data_is_the_whole_workspaces() -> None:
    assert scope(Label(name="L")) == "workspace"
    assert scope(
        Labelling(label_id="l", record_kind="label", record_id="x"), x=Label(name="L")
    ) == ("workspace")


def test_a_circle_of_parents_ends() -> None:
    kind = Kind("loop", Labelling, {}, parents=("record_id",))
    around = {"record_kind": "loop", "record_id": "x", "owner_id": "u"}
    assert scopes.scope_of(kind, around, lambda _kind, _id: (kind, around)) == "user:u"


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_every_parent_field_leads_to_a_kind(kind: Kind) -> None:
    every = dict.fromkeys(kind.fields, "x") | {"record_kind": "account"}
    for parent, _ in scopes.parents_of(kind, every):
        assert parent in kinds()


TERRITORIES = [
    Territory(id="north", name="N", team_id="one", reps={"u": True}),
    Territory(id="south", name="S", team_id="two", reps={"u": False, "v": True}),
    Territory(id="free", name="F"),
]

NORTH_SOUTH = "territory:north territory:south"


@pytest.mark.parametrize(
    ("user", "held"),
    [
        (User(id="u", name="U"), "user:u territory:north"),
        (User(id="u", name="U", role="manager", team_id="two"), "user:u " + NORTH_SOUTH),
        (User(id="m", name="M", role="manager"), "user:m"),
        (User(id="o", name="O", role="office"), f"user:o {NORTH_SOUTH} territory:free"),
        (
            User(id="a", name="A", role="admin"),
            f"user:a user:u {NORTH_SOUTH} territory:free",
        ),
    ],
    ids=lambda value: value.role if isinstance(value, User) else "",
)
def test_the_scopes_a_user_holds_follow_the_role(user: User, held: str) -> None:
    others = [User(id="u", name="U"), User(id="a", name="A")]
    expected = tuple(sorted(["workspace", *held.split()]))
    assert scopes.scopes_of(user, TERRITORIES, others) == expected


# validity


def problem(record: type[Record], create: bool = False, **cells: Any) -> validity.Problem | None:
    raw = {name: v if isinstance(v, Raw) else packed(v) for name, v in cells.items()}
    return validity.check(kind_of(record), Change("k", "a", raw, create=create))


def packed(value: Any) -> Raw:
    return Raw(msgspec.msgpack.encode(value))


def test_a_complete_record_has_no_problem() -> None:
    account = Account(name="A", phones=entries(Phone("1")), emails=entries(Email("a@b")))
    assert (
        validity.check(kind_of(account), Change("account", "a", of_new(account), create=True))
        is None
    )


def test_a_create_without_a_needed_field_says_which() -> None:
    assert problem(Account, create=True, about="x") == ("name", "Name is needed.")
    assert problem(Activity, create=True, kind="visit") == ("at", "At is needed.")


def test_an_update_need_not_name_every_field() -> None:
    assert problem(Account, about="x") is None


@pytest.mark.parametrize("empty", ["", None])
def test_a_needed_field_may_not_be_emptied(empty: object) -> None:
    assert problem(Account, name=empty) == ("name", "Name is needed.")


def test_an_optional_field_may_be_emptied() -> None:
    assert problem(Task, due=None) is None
    assert problem(Account, **{"phones.1": None}) is None


def test_a_text_too_long_is_told_in_numbers() -> None:
    found = problem(Account, name="x" * 201)
    assert found == ("name", "Name is too long: 201 characters of at most 200.")


def test_a_value_of_another_type_names_its_field() -> None:
    found = problem(Task, due="soon")
    assert found is not None
    assert found.field == "due"
    assert found.message.startswith("Due is not valid:")


def test_a_word_outside_its_list_is_not_valid() -> None:
    found = problem(Account, kind="planet")
    assert found is not None
    assert found.message.startswith("Kind is not valid:")


def test_a_reference_is_named_without_its_id() -> None:
    assert problem(Account, territory_id="x" * 37) == (
        "territory_id",
        "Territory is too long: 37 characters of at most 36.",
    )


def test_an_entry_is_checked_as_its_type() -> None:
    found = problem(Account, **{"emails.1": {"address": "no at sign"}})
    assert found is not None
    assert found.field == "emails"


@pytest.mark.parametrize("entry", ["", "x" * 37, "a.b"])
def test_an_entry_id_that_would_hide_its_sisters_is_not_valid(entry: str) -> None:
    found = problem(Account, **{f"phones.{entry}": {"number": "1"}})
    assert found is not None
    assert found.field == "phones"


@pytest.mark.parametrize("cell", ["name", "newer", "phones.1"])
@pytest.mark.parametrize("value", [Raw(b"\xa1\xff"), Raw(b"\xc1"), Raw(b"\x91" * 100_000)])
def test_a_damaged_value_is_a_problem_and_nothing_worse(cell: str, value: Raw) -> None:
    found = problem(Account, **{cell: value})
    assert found is not None
    assert "damaged" in found.message


def test_a_character_that_databases_cannot_hold_is_not_valid() -> None:
    assert problem(Account, name="a\0b") == ("name", "Name holds a character that is no text.")


def test_cells_of_a_newer_version_are_only_bounded() -> None:
    assert problem(Account, newer={"any": ["thing"]}, gone=Raw(NIL)) is None
    found = problem(Account, **{"x" * 101: 1})
    assert found == ("x" * 100, "This field's name is too long.")


def test_a_deep_value_of_a_newer_version_is_refused() -> None:
    deep: object = 1
    for _ in range(13):
        deep = [deep]
    found = problem(Account, newer=deep)
    assert found is not None
    assert "12 levels" in found.message
