"""docs/records.md says what the declarations say."""

from __future__ import annotations

import re
from datetime import date
from hashlib import blake2b
from uuid import UUID

from client.paperwork import order_id, revision_id
from client.rounds import visit_id
from sync_protocol.records import (
    SETTINGS_ID,
    follow_id,
    kinds,
    labelling_id,
    labelmodel_id,
    price_id,
    renewal_id,
    repeated_id,
)
from sync_protocol.rules.leads import made_id
from tests.unit.docs.record_tables import PART, tables

TEXT = PART.page.read_text()


def test_the_tables_of_record_types_are_those_of_the_declarations() -> None:
    """If this fails: `make tables`, and look at the difference."""
    assert PART.read() == tables().strip()


def test_the_parts_of_derived_ids_are_those_that_the_page_names() -> None:
    when = date(2026, 3, 1)
    made = {
        ("labelling", "label_id", "record_id"): labelling_id("label_id", "record_id"),
        ("labelmodel", "label_id", "of"): labelmodel_id("label_id", "of"),
        ("follow", "user_id", "record_id"): follow_id("user_id", "record_id"),
        ("price", "price_list_id", "product_id"): price_id("price_list_id", "product_id"),
        ("repeated", "its id", "its due as ISO text"): repeated_id("its id", when),
        ("renewal", "its id"): renewal_id("its id"),
        ("round", "visitplan's id", "the day as ISO text", "account_id"): visit_id(
            "visitplan's id", when, "account_id"
        ),
        ("revision", "its id"): revision_id("its id"),
        ("order", "its id"): order_id("its id"),
        ("lead", "kind", "its id"): made_id("its id", "kind"),
        ("settings",): SETTINGS_ID,
    }
    named = {
        tuple(part.replace("`", "") for part in parts.split(", "))
        for parts in re.findall(r"^\| (?:a|the) .* \| (.+) \|$", TEXT, flags=re.MULTILINE)
    }
    assert named == made.keys()
    for parts, record_id in made.items():
        spelled = [when.isoformat() if part.endswith("as ISO text") else part for part in parts]
        hashed = blake2b("\0".join(spelled).encode(), digest_size=16).hexdigest()
        assert record_id.replace("-", "")[-15:] == hashed[-15:]
        assert UUID(record_id).version == 8


def test_every_type_and_every_value_has_its_section() -> None:
    sections = set(re.findall(r"^### `?(\w+)`?$", TEXT, flags=re.MULTILINE))
    assert kinds().keys() <= sections
    assert {"Phone", "Money", "Condition", "Stage"} <= sections
