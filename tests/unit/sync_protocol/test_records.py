from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, get_args

import msgspec
import pytest
from msgspec import Meta, Raw

from sync_protocol import merge
from sync_protocol.changes import NIL, Change
from sync_protocol.clock import Stamp
from sync_protocol.records import (
    ROLES,
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Contact,
    Kind,
    Label,
    OutcomeGiven,
    Phone,
    Position,
    Record,
    Role,
    Task,
    Territory,
    base,
    cells,
    describe,
    entries,
    kind_of,
    kinds,
    labelling_id,
    rows,
)
from sync_protocol.records.base import Entries, Id, Name, synced
from sync_protocol.rules.unique import CLASH

STORAGES = {
    "account": {
        "deleted": "boolean", "name": "text", "kind": "text", "industry": "text", "employees":
        "integer", "website": "text", "phones": "json", "emails": "json", "addresses": "json",
        "socials": "json", "channels": "json", "needs": "json", "about": "text", "source": "text",
        "verified_at": "integer", "cadence_days": "integer", "custom": "json", "imported": "json",
        "territory_id": "text", "parent_id": "text", "owner_id": "text", "merged_into": "text",
    },
    "contact": {
        "deleted": "boolean", "name": "text", "given_name": "text", "family_name": "text", "title":
        "text", "role": "text", "phones": "json", "emails": "json", "addresses": "json", "website":
        "text", "socials": "json", "channels": "json", "needs": "json", "about": "text", "birthday":
        "text", "photo": "text", "source": "text", "verified_at": "integer", "custom": "json",
        "imported": "json", "account_id": "text", "owner_id": "text", "merged_into": "text",
    },
    "activity": {
        "deleted": "boolean", "kind": "text", "at": "integer", "status": "text", "ended_at":
        "integer", "outcome": "json", "note": "text", "position": "json", "presence": "json",
        "purpose_id": "text", "answers": "json", "custom": "json", "account_id": "text",
        "contact_id": "text", "lead_id": "text", "deal_id": "text", "owner_id": "text",
    },
    "task": {
        "deleted": "boolean", "title": "text", "due": "text", "time": "text", "priority": "text",
        "repeat": "text", "remind_min": "integer", "done_at": "integer", "about": "text", "custom":
        "json", "account_id": "text", "contact_id": "text", "lead_id": "text", "deal_id": "text",
        "activity_id": "text", "assignee_id": "text", "owner_id": "text",
    },
    "case": {
        "deleted": "boolean", "title": "text", "about": "text", "opened_at": "integer", "state":
        "json", "priority": "text", "custom": "json", "activity_id": "text", "account_id": "text",
        "contact_id": "text", "assignee_id": "text", "owner_id": "text",
    },
    "attachment": {
        "deleted": "boolean", "record_kind": "text", "record_id": "text", "name": "text",
        "media_type": "text", "size": "integer", "content": "text", "purpose": "text", "taken_at":
        "integer", "position": "json", "owner_id": "text",
    },
    "customfield": {
        "deleted": "boolean", "name": "text", "of": "text", "type": "text", "options": "json",
        "required": "boolean", "about": "text", "place": "integer", "archived": "boolean",
    },
    "objecttype": {
        "deleted": "boolean", "name": "text", "plural": "text", "icon": "text", "about": "text",
        "archived": "boolean", "clash": "text",
    },
    "customobject": {
        "deleted": "boolean", "name": "text", "type_id": "text", "about": "text", "custom": "json",
        "imported": "json", "account_id": "text", "contact_id": "text", "owner_id": "text",
    },
    "pipeline": {
        "deleted": "boolean", "name": "text", "purpose": "text", "stages": "json", "place":
        "integer", "archived": "boolean", "clash": "text",
    },
    "deal": {
        "deleted": "boolean", "name": "text", "pipeline_id": "text", "stage_id": "text",
        "stage_since": "integer", "value": "json", "probability": "integer", "expected_on": "text",
        "next_step": "text", "next_step_on": "text", "lines": "json", "competitors": "json",
        "closing": "json", "term_ends": "text", "renews_id": "text", "about": "text", "source":
        "text", "custom": "json", "account_id": "text", "contact_id": "text", "owner_id": "text",
    },
    "competitor": {
        "deleted": "boolean", "name": "text", "about": "text", "archived": "boolean", "clash":
        "text",
    },
    "reason": {
        "deleted": "boolean", "name": "text", "of": "text", "place": "integer", "archived":
        "boolean",
    },
    "product": {
        "deleted": "boolean", "name": "text", "code": "text", "barcode": "text", "unit": "text",
        "price": "json", "tax": "text", "about": "text", "archived": "boolean", "custom": "json",
    },
    "pricelist": {
        "deleted": "boolean", "name": "text", "currency": "text", "archived": "boolean", "clash":
        "text",
    },
    "price": {
        "deleted": "boolean", "price_list_id": "text", "product_id": "text", "amount": "text",
    },
    "quote": {
        "deleted": "boolean", "number": "text", "revision": "integer", "revises_id": "text",
        "status": "text", "sent_at": "integer", "valid_until": "text", "currency": "text", "lines":
        "json", "addressee": "text", "terms": "text", "deal_id": "text", "account_id": "text",
        "contact_id": "text", "owner_id": "text",
    },
    "salesorder": {
        "deleted": "boolean", "number": "text", "at": "integer", "status": "text", "currency":
        "text", "lines": "json", "total": "json", "invoice": "json", "note": "text", "custom":
        "json", "imported": "json", "deal_id": "text", "quote_id": "text", "activity_id": "text",
        "account_id": "text", "contact_id": "text", "owner_id": "text",
    },
    "segment": {
        "deleted": "boolean", "name": "text", "of": "text", "filter": "json", "columns": "json",
        "sort": "text", "owner_id": "text",
    },
    "label": {
        "deleted": "boolean", "name": "text", "colour": "text", "about": "text", "archived":
        "boolean", "suggest": "boolean", "clash": "text",
    },
    "labelling": {
        "deleted": "boolean", "label_id": "text", "record_kind": "text", "record_id": "text", "on":
        "boolean", "origin": "text",
    },
    "lead": {
        "deleted": "boolean", "name": "text", "company": "text", "title": "text", "phones": "json",
        "emails": "json", "addresses": "json", "website": "text", "about": "text", "source": "text",
        "status": "text", "answers": "json", "reason_id": "text", "reason": "text", "converted":
        "json", "custom": "json", "imported": "json", "territory_id": "text", "owner_id": "text",
        "merged_into": "text",
    },
    "notice": {
        "deleted": "boolean", "owner_id": "text", "reason": "text", "record_kind": "text",
        "record_id": "text", "title": "text", "cells": "text", "text": "text", "by_id": "text",
        "at": "integer", "under_kind": "text", "under_id": "text", "dismissed": "boolean",
    },
    "user": {
        "deleted": "boolean", "name": "text", "role": "text", "team_id": "text", "active":
        "boolean",
    },
    "team": {
        "deleted": "boolean", "name": "text", "clash": "text",
    },
    "territory": {
        "deleted": "boolean", "name": "text", "team_id": "text", "reps": "json", "clash": "text",
    },
    "comment": {
        "deleted": "boolean", "record_kind": "text", "record_id": "text", "text": "text", "at":
        "integer", "mentions": "json", "owner_id": "text",
    },
    "follow": {
        "deleted": "boolean", "record_kind": "text", "record_id": "text", "user_id": "text", "on":
        "boolean",
    },
    "settings": {
        "deleted": "boolean", "name": "text", "time_zone": "text", "region": "text", "currency":
        "text", "locale": "text", "stale_days": "integer", "renewal_days": "integer", "radius_m":
        "integer", "visit_min": "integer", "travel": "boolean", "tiles": "text", "tiles_credit":
        "text",
    },
    "outcome": {
        "deleted": "boolean", "name": "text", "colour": "text", "place": "integer", "archived":
        "boolean", "clash": "text",
    },
    "purpose": {
        "deleted": "boolean", "name": "text", "colour": "text", "place": "integer", "archived":
        "boolean", "clash": "text",
    },
    "visitform": {
        "deleted": "boolean", "name": "text", "about": "text", "purposes": "json", "questions":
        "json", "place": "integer", "archived": "boolean", "clash": "text",
    },
    "cadence": {
        "deleted": "boolean", "name": "text", "days": "integer", "filter": "json", "archived":
        "boolean",
    },
    "visitplan": {
        "deleted": "boolean", "name": "text", "about": "text", "stops": "json", "weekdays": "json",
        "every_weeks": "integer", "starts": "text", "ends": "text", "purpose_id": "text",
        "assignee_id": "text", "archived": "boolean", "territory_id": "text", "owner_id": "text",
    },
    "labelrule": {
        "deleted": "boolean", "name": "text", "label_id": "text", "of": "text", "filter": "json",
        "stays": "boolean", "active": "boolean",
    },
    "labelmodel": {
        "deleted": "boolean", "label_id": "text", "of": "text", "bias": "real", "weights": "json",
        "threshold": "real", "precision": "real", "tested": "integer", "learned_at": "integer",
        "recall": "real", "carried": "integer", "learned_from": "integer", "edition": "integer",
    },
}  # fmt: skip


class Cask(Record, frozen=True, kw_only=True):
    """A record type of this test only: every shape a field can have."""

    name: Name
    litres: float
    number: int
    wood: Literal["oak", "ash"]
    full: bool
    ends: tuple[int, ...]
    strength: float = 0.0
    filled: date | None = None
    tapped_at: int | None = None
    size: Annotated[float, Meta(ge=0)] | None = None
    place: Position | None = None
    tastings: Entries[Annotated[str, Meta(max_length=50)]] = {}  # noqa: RUF012 - msgspec copies it
    account_id: Id = ""


@pytest.fixture
def cask() -> Iterator[Kind]:
    synced(parents=("account_id",), search=("name",), unique=("number",))(Cask)
    yield kinds()["cask"]
    del describe._KINDS["cask"]


def a_cask(**fields: object) -> Cask:
    needed = {"name": "A", "litres": 2.5, "number": 7, "wood": "oak", "full": True, "ends": (1, 2)}
    return Cask(**(needed | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", kinds())
def test_every_fields_storage_is_as_declared(name: str) -> None:
    assert {field.name: field.storage for field in kinds()[name].fields.values()} == STORAGES[name]


def test_every_kind_has_its_storages_pinned_here() -> None:
    assert list(kinds()) == [kind for kind in kinds() if kind in STORAGES]
    assert set(kinds()) == set(STORAGES)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_parents_search_and_unique_name_fields_of_the_kind(kind: Kind) -> None:
    assert {*kind.parents, *kind.search, *kind.unique} <= set(kind.fields)


def test_every_kind_with_unique_fields_has_a_place_for_the_flag() -> None:
    assert all(CLASH in kind.fields for kind in kinds().values() if kind.unique)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_every_default_is_valid_for_its_own_field(kind: Kind) -> None:
    for field in kind.fields.values():
        if not field.required and field.entry is None:
            field.decoder.decode(field.default_cell)


def test_a_field_added_is_one_line(cask: Kind) -> None:
    assert {f.name: (f.storage, f.optional, f.required) for f in cask.fields.values()} == {
        "deleted": ("boolean", False, False),
        "name": ("text", False, True),
        "litres": ("real", False, True),
        "number": ("integer", False, True),
        "wood": ("text", False, True),
        "full": ("boolean", False, True),
        "ends": ("json", False, True),
        "strength": ("real", False, False),
        "filled": ("text", True, False),
        "tapped_at": ("integer", True, False),
        "size": ("real", True, False),
        "place": ("json", True, False),
        "tastings": ("json", False, False),
        "account_id": ("text", False, False),
    }
    assert set(cask.entry_fields) == {"tastings"}
    assert (cask.parents, cask.search, cask.unique) == (("account_id",), ("name",), ("number",))
    assert not cask.shared


def test_a_new_record_type_goes_through_cells_merge_and_rows_and_comes_back(cask: Kind) -> None:
    made = a_cask(
        id="c", litres=3, filled=date(2026, 11, 21), tapped_at=5, size=1, strength=4.5,
        place=Position(48.1, 11.6), tastings=entries("smoky", "dry"), account_id="a",
    )  # fmt: skip
    state = stored(cask, cells.of_new(made))
    assert rows.record(cask, rows.dump(cask, state)) == made
    assert rows.load(cask, rows.dump(cask, state)) == state


def test_a_class_and_its_instance_have_the_same_kind() -> None:
    assert kind_of(Account) is kind_of(Account(name="A")) is kinds()["account"]


def test_a_cell_of_an_entry_belongs_to_its_field() -> None:
    account = kind_of(Account)
    assert account.field_of("phones.1") is account.fields["phones"]
    assert account.field_of("name") is account.fields["name"]


@pytest.mark.parametrize("cell", ["phones", "name.1", "newer", "newer.1", "", ".", "id"])
def test_a_cell_that_no_field_claims_is_of_a_newer_version(cell: str) -> None:
    assert kind_of(Account).field_of(cell) is None


def test_entries_are_numbered_as_written() -> None:
    assert entries("a", "b") == {"1": "a", "2": "b"}


def test_roles_are_listed_in_the_order_of_their_type() -> None:
    assert get_args(Role) == ROLES


def test_a_labelling_and_the_settings_have_the_same_id_on_every_device() -> None:
    assert labelling_id("l", "a") == labelling_id("l", "a") != labelling_id("a", "l")
    assert len(SETTINGS_ID) == 36


# cells


def stored(kind: Kind, raw: dict[str, Raw], *later: tuple[dict[str, Raw], Stamp]) -> merge.State:
    record_id = "c" if kind.name == "cask" else "a"
    state = merge.as_state(Change(kind.name, record_id, raw, create=True), Stamp(1, 1))
    for edit, stamp in later:
        state = merge.apply(state, Change(kind.name, record_id, edit), stamp).state
    return state


def raw(value: object) -> Raw:
    return Raw(msgspec.msgpack.encode(value))


def test_a_create_names_only_what_is_not_its_default() -> None:
    account = Account(name="A", about="", phones=entries(Phone("1"), Phone("2")))
    assert cells.of_new(account) == {
        "name": raw("A"),
        "phones.1": raw({"number": "1"}),
        "phones.2": raw({"number": "2"}),
    }


def test_a_required_field_is_named_even_when_it_looks_empty() -> None:
    assert cells.of_new(Activity(kind="note", at=0)) == {"kind": raw("note"), "at": raw(0)}


def test_an_edit_names_what_differs_and_nil_for_what_is_gone() -> None:
    before = Account(
        name="A", about="x", phones={"0": Phone("0"), "1": Phone("1"), "2": Phone("2")}
    )
    after = Account(
        name="A", about="y", phones={"0": Phone("0"), "2": Phone("22"), "3": Phone("3")}
    )
    assert cells.changed(before, after) == {
        "about": raw("y"),
        "phones.1": Raw(NIL),
        "phones.2": raw({"number": "22"}),
        "phones.3": raw({"number": "3"}),
    }


def test_an_edit_that_changes_nothing_names_nothing() -> None:
    account = Account(name="A", phones=entries(Phone("1")))
    assert cells.changed(account, account) == {}


def test_taking_back_an_optional_value_writes_nil() -> None:
    before = Task(title="T", due=date(2026, 1, 2))
    assert cells.changed(before, Task(title="T")) == {"due": Raw(NIL)}
    assert cells.changed(Task(title="T"), before) == {"due": raw("2026-01-02")}


def test_canonical_cells_have_one_encoding() -> None:
    long_form = {"name": Raw(b"\xd9\x01N"), "n": Raw(b"\xcd\x00\x05")}
    assert cells.canonical(long_form) == {"name": Raw(b"\xa1N"), "n": Raw(b"\x05")}


# rows


def through_a_row(kind: Kind, state: merge.State) -> merge.State:
    return rows.load(kind, rows.dump(kind, state))


def test_a_row_has_a_column_per_field_and_the_metadata() -> None:
    kind = kind_of(Account)
    row = rows.dump(kind, stored(kind, cells.of_new(Account(name="A"))))
    assert list(row) == ["id", *kind.fields, *rows.META]
    assert (row["base_time"], row["base_device"], row["stamps"], row["extra"]) == (1, 1, None, None)


def test_a_row_keeps_values_in_columns_a_person_can_query() -> None:
    kind = kind_of(Activity)
    activity = Activity(
        kind="visit", at=5, outcome=OutcomeGiven("o", "late"), position=Position(48.0, 11.0)
    )
    row = rows.dump(kind, stored(kind, cells.of_new(activity)))
    assert (row["kind"], row["at"], row["ended_at"], row["status"]) == ("visit", 5, None, "done")
    assert row["outcome"] == '{"outcome_id":"o","reason":"late"}'
    assert row["deleted"] is False


@pytest.mark.parametrize("damaged", ["", "[", "5", '["\\ud800"]', b"\xc1\xff"])
def test_a_damaged_column_shows_as_empty_and_the_rest_as_it_is(damaged: object) -> None:
    kind = kind_of(Account)
    state = stored(kind, cells.of_new(Account(name="A", phones=entries(Phone("1")))))
    shown = rows.record(kind, rows.dump(kind, state) | {"phones": damaged})
    assert (shown.name, shown.phones) == ("A", {})  # type: ignore[attr-defined]


def test_a_removed_entry_leaves_its_stamp_behind() -> None:
    kind = kind_of(Account)
    made = cells.of_new(Account(name="A", phones=entries(Phone("1"))))
    state = stored(kind, made, ({"phones.1": Raw(NIL)}, Stamp(2, 2)))
    assert rows.record(kind, rows.dump(kind, state)).phones == {}  # type: ignore[attr-defined]
    assert through_a_row(kind, state) == state


def test_a_default_written_later_keeps_its_stamp() -> None:
    kind = kind_of(Account)
    made = cells.of_new(Account(name="A", about="x"))
    state = stored(kind, made, ({"about": raw("")}, Stamp(2, 2)))
    assert through_a_row(kind, state) == state


def test_a_default_named_by_a_create_is_left_out_of_the_normal_form() -> None:
    kind = kind_of(Account)
    state = stored(kind, {"name": raw("A"), "about": raw(""), "phones.1": Raw(NIL)})
    assert through_a_row(kind, state) == stored(kind, {"name": raw("A")})


def test_a_cell_of_a_newer_version_is_kept_and_read_after_the_upgrade(cask: Kind) -> None:
    old = Kind("cask", Cask, {"name": cask.fields["name"]})
    state = stored(cask, cells.of_new(a_cask(id="c", tastings=entries("dry"))))
    kept = through_a_row(old, state)
    assert kept == state
    assert rows.record(cask, rows.dump(cask, kept)) == a_cask(id="c", tastings=entries("dry"))


UNREADABLE = [
    ("name", raw(5)),
    ("name", Raw(NIL)),
    ("name", raw("a\0b")),
    ("about", raw(["list"])),
    ("deleted", raw(1)),
    ("newer", raw({"a": 1})),
    ("phones", raw("not an entry")),
    ("name.1", raw("no entries here")),
    ("phones.1", raw(b"bytes")),
    ("phones.1", raw({1: "a key that is a number"})),
    ("phones.1", raw(msgspec.msgpack.Ext(5, b"x"))),
    ("phones.1", raw(float("nan"))),
    ("phones.1", Raw(b"\x81\x90\x01")),
    ("phones.1", Raw(b"\xa1\xff")),
    ("about", Raw(b"\xa1\xff")),
]


@pytest.mark.parametrize(("cell", "value"), UNREADABLE)
@pytest.mark.parametrize("later", [False, True])
def test_a_value_that_no_column_can_hold_keeps_its_bytes(
    cell: str, value: Raw, later: bool
) -> None:
    kind = kind_of(Account)
    made = {"name": raw("A")}
    state = (
        stored(kind, made, ({cell: value}, Stamp(2, 2)))
        if later
        else stored(kind, made | {cell: value})
    )
    assert through_a_row(kind, state) == state
    assert rows.record(kind, rows.dump(kind, state)).id == "a"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "2.5", True])
def test_a_real_column_holds_finite_numbers_only(cask: Kind, value: object) -> None:
    state = stored(cask, cells.of_new(a_cask()), ({"strength": raw(value)}, Stamp(2, 2)))
    assert through_a_row(cask, state) == state
    assert rows.dump(cask, state)["strength"] == 0.0


@pytest.mark.parametrize("value", [1 << 63, 2.5, True, "7"])
def test_an_integer_column_holds_64_bit_integers_only(cask: Kind, value: object) -> None:
    state = stored(cask, cells.of_new(a_cask()), ({"number": raw(value)}, Stamp(2, 2)))
    assert through_a_row(cask, state) == state
    assert rows.dump(cask, state)["number"] == 0


def test_a_value_the_column_holds_but_this_version_cannot_read_shows_as_its_default() -> None:
    kind = kind_of(Activity)
    made = cells.of_new(Activity(kind="visit", at=5, note="n"))
    state = stored(kind, made, ({"kind": raw("seance"), "status": raw("haunted")}, Stamp(2, 2)))
    seen = rows.record(kind, rows.dump(kind, state))
    assert isinstance(seen, Activity)
    assert (seen.kind, seen.status, seen.note, seen.at) == ("", "done", "n", 5)
    assert through_a_row(kind, state) == state


def test_one_unreadable_entry_does_not_hide_its_sisters() -> None:
    kind = kind_of(Account)
    made = cells.of_new(Account(name="A", phones=entries(Phone("1"), Phone("2"))))
    state = stored(kind, made, ({"phones.1": raw({"newer": 1})}, Stamp(2, 2)))
    seen = rows.record(kind, rows.dump(kind, state))
    assert isinstance(seen, Account)
    assert seen.phones == {"2": Phone("2")}


def test_reading_an_unreadable_record_never_shares_its_defaults() -> None:
    kind = kind_of(Account)
    state = stored(kind, {"name": raw("A"), "website": raw("x" * 3_000)})
    one, two = (rows.record(kind, rows.dump(kind, state)) for _ in range(2))
    assert isinstance(one, Account)
    assert isinstance(two, Account)
    assert one.website == ""
    assert one.phones is not two.phones


def test_a_record_of_which_nothing_is_known_still_reads(cask: Kind) -> None:
    for kind in kinds().values():
        row = rows.dump(kind, merge.blank(kind.name, "a"))
        assert rows.record(kind, row).id == "a"
        assert rows.load(kind, row).base == (0, 0)


def test_an_address_and_a_position_are_one_cell_each() -> None:
    account = Account(
        name="A", addresses=entries(Address(town="Kronach", position=Position(50, 11)))
    )
    assert set(cells.of_new(account)) == {"name", "addresses.1"}


def test_an_account_and_a_contact_are_found_by_what_people_remember() -> None:
    assert kind_of(Account).search[0] == kind_of(Contact).search[0] == "name"
    assert kind_of(Label).unique == ("name",)
    assert kind_of(Territory).shared


def test_base_words_bound_what_they_describe() -> None:
    for hint in (base.Id, base.Name, base.Short, base.Url, base.Text):
        (meta,) = get_args(hint)[1:]
        assert meta.max_length
