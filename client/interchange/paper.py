"""A quote as a PDF, made on the device: in the browser too, and with no signal.

The library and its letters are large, so this module is imported when the first PDF is asked for.
The same quote gives the same bytes: no clock is read, the date inside is the quote's own. The font
has Latin, Greek and Cyrillic letters; any other shows as a box, and is still text to a reader.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import font_manrope
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from client import money
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from sync_protocol.records import Line, Quote

MEDIA_TYPE = "application/pdf"
MARGIN, ADDRESS_AT, BODY_AT = 20, 48, 95
SMALL, BODY, LARGE = 8, 10, 18
LINE_MM = 5.2
INK, MUTED, RULE = 25, 105, 200
COLUMNS = (8, 66, 21, 25, 22, 28)
HEADINGS = ("", "Product", "Quantity", "Price", "Discount", "Amount")
ALIGNED = ("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT")
FONT = "Manrope"
_FONTS = Path(font_manrope.font_directory)


class Sender(NamedTuple):
    """Whose quote it is; `zone` is the company's, `by` the person who looks after it."""

    company: str
    locale: str
    zone: tzinfo
    by: str = ""


def quote_pdf(quote: Quote, sender: Sender) -> bytes:
    """An A4 PDF of one quote; a draft says that it is one."""
    logging.getLogger("fpdf.output").setLevel(logging.ERROR)  # a letter it lacks is a box
    sheet = _Sheet(f"{sender.company}, quote {title_of(quote)}")
    if quote.sent_at is not None:
        sheet.set_creation_date(datetime.fromtimestamp(quote.sent_at / 1000, UTC))
    else:
        sheet.set_creation_date(datetime.fromtimestamp(0, UTC))
    sheet.set_title(f"Quote {title_of(quote)}")
    sheet.set_author(sender.company)
    sheet.add_page()
    _letterhead(sheet, quote, sender)
    _facts(sheet, quote, sender)
    lines = list(quote.lines.values())
    _lines(sheet, lines, quote.currency, sender.locale)
    _totals(sheet, lines, quote.currency, sender.locale)
    if quote.terms:
        sheet.ln(LINE_MM * 1.5)
        sheet.multi_cell(0, LINE_MM, quote.terms, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(sheet.output())


def title_of(quote: Quote) -> str:
    """Number and, from the second on, revision."""
    return quote.number if quote.revision == 1 else f"{quote.number}, revision {quote.revision}"


class _Sheet(FPDF):
    """Pages with our font and a footer."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.add_font(FONT, "", _FONTS / "Manrope-Regular.ttf")
        self.add_font(FONT, "B", _FONTS / "Manrope-Bold.ttf")
        self.set_font(FONT, size=BODY)
        self.set_text_color(INK)
        self.set_draw_color(RULE)
        self.alias_nb_pages()

    def footer(self) -> None:
        self.set_y(-MARGIN + 4)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(MUTED)
        self.cell(0, LINE_MM, self._foot)
        self.set_x(MARGIN)
        self.cell(0, LINE_MM, f"Page {self.page_no()} of {{nb}}", align="R")
        self.set_font(FONT, size=BODY)
        self.set_text_color(INK)


def _letterhead(sheet: _Sheet, quote: Quote, sender: Sender) -> None:
    sheet.set_font(FONT, "B", 13)
    sheet.multi_cell(0, 7, sender.company, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_font(FONT, size=BODY)
    sheet.set_y(ADDRESS_AT)
    sheet.multi_cell(95, LINE_MM, quote.addressee, align="L",
                     new_x=XPos.LMARGIN, new_y=YPos.NEXT)  # fmt: skip


def _facts(sheet: _Sheet, quote: Quote, sender: Sender) -> None:
    """The heading, and beneath it when, until when, and by whom."""
    sheet.set_y(max(BODY_AT, sheet.get_y() + 3 * LINE_MM))
    sheet.set_font(FONT, "B", LARGE)
    draft = "" if quote.sent_at is not None else " (draft)"
    heading = f"Quote {title_of(quote)}{draft}"
    sheet.multi_cell(0, 9, heading, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_font(FONT, size=BODY)
    sheet.set_text_color(MUTED)
    told = []
    if quote.sent_at is not None:
        told.append(_day(datetime.fromtimestamp(quote.sent_at / 1000, sender.zone).date()))
    if quote.valid_until is not None:
        told.append(f"valid until {_day(quote.valid_until)}")
    if sender.by:
        told.append(f"your contact: {sender.by}")
    line = ", ".join(told)
    line = line[:1].upper() + line[1:]
    sheet.multi_cell(0, LINE_MM, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_text_color(INK)
    sheet.ln(LINE_MM)


def _lines(sheet: _Sheet, lines: Sequence[Line], currency: str, locale: str) -> None:
    with sheet.table(
        col_widths=COLUMNS,
        text_align=ALIGNED,
        line_height=LINE_MM,
        padding=(1.4, 1),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=INK),
    ) as table:
        table.row(HEADINGS)
        for place, line in enumerate(lines, 1):
            table.row(_cells(place, line, currency, locale))


def _cells(place: int, line: Line, currency: str, locale: str) -> tuple[str, ...]:
    discount = money.shown(line.discount, "", locale)
    unit = f"\n{line.unit}" if line.unit else ""
    net = money.shown(totals.plain(totals.line_net(line, currency)), currency, locale)
    return (
        str(place),
        f"{line.name}{unit}",
        money.shown(line.quantity, "", locale),
        money.shown(line.price, currency, locale).removesuffix(f" {currency}"),
        f"{discount} %" if discount != "0" else "",
        net.removesuffix(f" {currency}"),
    )


def _totals(sheet: _Sheet, lines: Sequence[Line], currency: str, locale: str) -> None:
    added = totals.totals(lines, currency)
    rows = [("Net", added.net)]
    rows += [(f"Tax {money.shown(rate, '', locale)} %", tax) for rate, tax in added.taxes]
    if sheet.will_page_break(LINE_MM * (len(rows) + 3)):
        sheet.add_page()
    sheet.ln(2)
    for label, amount in rows:
        _sum(sheet, label, money.shown(amount, currency, locale))
    sheet.set_font(FONT, "B", BODY + 1)
    _sum(sheet, "Total", money.shown(added.gross, currency, locale))
    sheet.set_font(FONT, size=BODY)


def _sum(sheet: _Sheet, label: str, amount: str) -> None:
    sheet.cell(112, LINE_MM + 1, label, align="R")
    sheet.cell(0, LINE_MM + 1, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
