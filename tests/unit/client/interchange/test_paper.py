"""A quote as a PDF, opened again by another library."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from client.interchange.paper import Sender, quote_pdf
from sync_protocol.records import Line, Quote, entries

SENDER = Sender("Alpenquell Getränke GmbH", "de-DE", ZoneInfo("Europe/Berlin"), "Lena Huber")
LINES = entries(
    Line("Sparkling water", "24", "7.49", unit="crate of 12", discount="5", tax="19"),
    Line("Apple juice", "6", "10.99", tax="7"),
    Line("Deposit", "30", "3.30"),
)


def a_quote(**facts: Any) -> Quote:
    values: dict[str, Any] = {
        "number": "Q-1Z8K0QF-7",
        "status": "sent",
        "sent_at": 1_790_000_000_000,
        "valid_until": date(2026, 10, 21),
        "lines": LINES,
        "addressee": "Café Müller\nAda Byrne\nAm Markt 1\n96047 Bamberg",
        "terms": "Payment within 14 days.",
    }
    return Quote(**(values | facts))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_paper_says_who_what_and_how_much() -> None:
    text = text_of(quote_pdf(a_quote(), SENDER))
    for piece in (
        "Alpenquell Getränke GmbH", "Café Müller", "96047 Bamberg", "Quote Q-1Z8K0QF-7",
        "21 September 2026", "valid until 21 October 2026", "your contact: Lena Huber",
        "Sparkling water", "crate of 12", "170,77", "5 %", "Tax 7 %", "4,62 EUR", "Tax 19 %",
        "32,45 EUR", "335,71 EUR", "372,78 EUR", "Payment within 14 days.", "Page 1 of 1",
    ):  # fmt: skip
        assert piece in text, piece
    assert "draft" not in text


def test_the_same_quote_gives_the_same_bytes() -> None:
    assert quote_pdf(a_quote(), SENDER) == quote_pdf(a_quote(), SENDER)


def test_a_draft_and_a_revision_say_so() -> None:
    text = text_of(quote_pdf(a_quote(status="draft", sent_at=None, revision=2), SENDER))
    assert "Quote Q-1Z8K0QF-7, revision 2 (draft)" in text


@pytest.mark.parametrize(
    "name",
    [
        "Ταβέρνα Ακρόπολις",
        "Ресторан Москва",
        "Łódź & Șef",
        "寿司レストラン",
        "مطعم",
        "🍺 Bar",
        "a\tb\x0b",
    ],
)
def test_any_name_goes_on_paper_without_a_crash(name: str) -> None:
    pdf = quote_pdf(a_quote(addressee=name, lines=entries(Line(name, "1", "2.50"))), SENDER)
    text = text_of(pdf)
    assert "2,50 EUR" in text
    if name[0] in "ΤРŁ":
        assert name in text


def test_many_lines_go_over_pages_and_still_add_up() -> None:
    lines = entries(*(Line(f"Product {place}", "1", "0.10") for place in range(120)))
    pdf = quote_pdf(a_quote(lines=lines), SENDER)
    assert len(PdfReader(BytesIO(pdf)).pages) > 2
    text = text_of(pdf)
    assert "Product 119" in text
    assert "12,00 EUR" in text


def test_a_quote_with_nothing_on_it_is_still_a_paper() -> None:
    assert "0,00 EUR" in text_of(quote_pdf(Quote(number="Q-1"), SENDER))
