"""What was typed before the app renewed itself is in its form afterwards.

These are the shapes in which forms were kept, from the first one on: whoever changes how a form is
kept adds the one that was, and goes on reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from client.replica import DraftKey, KeptDraft
from client.ui.views.form_keys import LINES
from sync_protocol.records import Label, Line, Quote
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

TYPED = "Ada Byr"
RECORD_FORMS: list[dict[str, Any]] = [
    {"typed": {"name": TYPED}, "before": {"name": "Ada Byrne"}, "words": {"new_account": ""}},
    {
        "typed": {"name": TYPED}, "before": {"name": "Ada Byrne"}, "words": {}, "problem": 0,
        "aside": {},
    },
    {
        "typed": {"name": TYPED}, "before": {"name": "Ada Byrne"}, "words": {}, "problem": 0,
        "aside": {}, "seen": 0,
    },
]  # fmt: skip
OFFICE_FORMS: list[dict[str, Any]] = [
    {"name": TYPED, "colour": "#1565c0"},
    {"typed": {"name": TYPED}, "before": {"name": "Prospect"}},
    {"typed": {"name": TYPED}, "before": {"name": "Prospect"}, "seen": 0},
]
HELLES = {"name": "Helles", "quantity": "2", "price": "12.5"}
LINE_FORMS: list[dict[str, Any]] = [
    {"lines": {"a": HELLES}, "currency": "EUR", "values": {}},
    {"lines": {"a": HELLES | {"quantity": "2 o"}}, "currency": "EUR", "values": {},
     "before": {"a": HELLES | {"quantity": "1"}}},
    {"lines": {"a": HELLES | {"quantity": "2 o"}}, "currency": "EUR", "values": {},
     "before": {"a": HELLES | {"quantity": "1"}}, "seen": 0},
]  # fmt: skip


def keep(office: Office, key: DraftKey, route: str, body: dict[str, Any]) -> None:
    packed = msgspec.msgpack.encode(body)
    office.replica.keep_draft(KeptDraft(*key, route, TYPED, office.now(), packed))


@pytest.mark.parametrize("body", RECORD_FORMS)
async def test_a_customers_form_is_found_again(office: Office, body: dict[str, Any]) -> None:
    route = f"/contacts/{office.contact.id}/edit"
    keep(office, DraftKey("contact", office.contact.id, ""), route, body)
    async with opened(office.replica, route) as screen:
        await screen.until_says("What you typed before is still here.")
        assert screen.says(TYPED)


@pytest.mark.parametrize("body", OFFICE_FORMS)
async def test_a_form_of_the_office_is_found_again(
    admins_office: Office, body: dict[str, Any]
) -> None:
    (label,) = admins_office.replica.find(Label)
    route = f"/labels/{label.id}"
    keep(admins_office, DraftKey("label", label.id, ""), route, body)
    async with opened(admins_office.replica, route) as screen:
        await screen.until_says("What you typed before is still here.")
        assert screen.says(TYPED)


@pytest.mark.parametrize("body", LINE_FORMS)
async def test_lines_are_found_again(office: Office, body: dict[str, Any]) -> None:
    line = Line("Helles", "1", "12.5")
    quote = office.replica.create(Quote(number="Q1", lines={"a": line}, account_id=office[0].id))
    route = f"/quotes/{quote.id}/lines"
    keep(office, DraftKey("quote", quote.id, LINES), route, body)
    async with opened(office.replica, route) as screen:
        await screen.until_says("What you typed before is still here.")
        assert body["lines"]["a"]["quantity"] in screen.words()
