"""A sent quote is fixed: which changes the rule lets through, and which it names."""

from __future__ import annotations

from typing import Any

import pytest

from sync_protocol.changes import Change
from sync_protocol.records import Line, Quote, kind_of
from sync_protocol.records.cells import of_fields, of_new, raw
from sync_protocol.rules import quotes

SENT: dict[str, Any] = {"sent_at": 1}
DRAFT: dict[str, Any] = {"sent_at": None}


def change(**cells: Any) -> Change:
    return Change("quote", "q", {name.replace("__", "."): raw(x) for name, x in cells.items()})


@pytest.mark.parametrize("field", [*quotes.PAPER, "lines__1"])
def test_nothing_on_the_paper_of_a_sent_quote_changes(field: str) -> None:
    problem = quotes.fixed(change(**{field: None}), SENT)
    assert problem is not None
    assert (problem.field, problem.message) == (field.partition("__")[0], quotes.CHANGED)


def test_a_sent_quote_is_answered_and_filed_but_never_a_draft_nor_deleted() -> None:
    for status in ("sent", "accepted", "declined"):
        assert quotes.fixed(change(status=status), SENT) is None
    for field in ("account_id", "contact_id", "deal_id", "owner_id"):
        assert quotes.fixed(change(**{field: "x"}), SENT) is None
    assert quotes.fixed(change(deleted=False), SENT) is None
    assert quotes.fixed(change(deleted=True), SENT) == ("deleted", quotes.KEPT)
    assert quotes.fixed(change(status="draft"), SENT) == ("status", quotes.NO_WAY_BACK)


def test_a_draft_and_what_is_no_quote_change_freely() -> None:
    assert quotes.fixed(change(terms="Net 14"), DRAFT) is None
    assert quotes.fixed(change(terms="Net 14"), None) is None
    assert quotes.fixed(Change("deal", "d", {"terms": raw("x")}), SENT) is None


def test_every_field_of_a_quote_is_either_on_the_paper_or_filing() -> None:
    filing = {"deleted", "status", "deal_id", "account_id", "contact_id", "owner_id"}
    assert set(kind_of(Quote).fields) == filing | set(quotes.PAPER)


def test_a_sending_must_have_written_all_of_the_paper() -> None:
    cells = of_new(Quote(number="Q-1", sent_at=1, terms="Net 14")) | {"lines.1": raw(None)}
    assert quotes.mixed("quote", cells, set(cells)) is None
    assert quotes.mixed("quote", cells, {"sent_at", "number"}) == ("terms", quotes.MIXED)
    assert quotes.mixed("quote", cells, {"terms"}) is None
    assert quotes.mixed("deal", cells, {"sent_at"}) is None
    unsent = cells | {"sent_at": raw(None)}
    assert quotes.mixed("quote", unsent, {"sent_at"}) is None


def test_the_whole_paper_is_written_even_where_nothing_was_said() -> None:
    quote = Quote(number="Q-1", lines={"1": Line("Water"), "2": Line("Juice")})
    cells = of_fields(quote, quotes.PAPER)
    entries = {"lines.1", "lines.2"}
    assert set(cells) == (set(quotes.PAPER) - {"lines"}) | entries
    assert bytes(cells["terms"]) == bytes(raw(""))
    assert bytes(cells["sent_at"]) == bytes(raw(None))
