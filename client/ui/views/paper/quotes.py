"""A quote's page: a draft is worked on and sent; what was sent is kept as it is and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client import dealing, paperwork
from client.errors import Invalid
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.buttons import icon_button
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.saving import use_saver
from client.ui.components.sheet import question
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_live
from client.ui.views.files.section import FilesSection
from client.ui.views.paper.lines import lines_shown
from client.ui.views.paper.parts import Customer, Link, customer_link, customer_of, link_row
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.talk import Comments, FollowButton
from client.zones import local, zone
from sync_protocol.records import (
    Account,
    Attachment,
    Contact,
    Deal,
    Quote,
    SalesOrder,
    Settings,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from client.replica import Replica
    from client.ui.context import App

ROUTE = "/quotes"
NAMES = {"draft": "Draft", "sent": "Sent", "accepted": "Accepted", "declined": "Declined"}
ICONS = {
    "draft": ft.Icons.EDIT_NOTE,
    "sent": ft.Icons.OUTBOX_OUTLINED,
    "accepted": ft.Icons.CHECK_CIRCLE_OUTLINE,
    "declined": ft.Icons.CANCEL_OUTLINED,
}
VALID_DAYS = ((14, "2 weeks"), (30, "30 days"), (60, "60 days"))
ASK = "From then on it stays as it is, on every device. A copy is kept as a PDF."


class Told(NamedTuple):
    """A quote with all that its page says."""

    quote: Quote
    customer: Customer
    deal: Deal | None
    before: Quote | None
    after: Quote | None
    order: SalesOrder | None
    by: str
    today: date
    settings: Settings


@component
def QuoteView() -> Any:
    """`/quotes/<id>`."""
    app, quote_id = use_app(), ft.use_route_params().get("id", "")
    told = use_live(
        lambda replica: read_quote(replica, quote_id),
        Quote, Account, Contact, Deal, SalesOrder, Settings, User, deps=[quote_id],
    )  # fmt: skip
    if told is None:
        return keeping.absent("Quote", lambda: app.go("/"))
    page: ft.Control = QuotePage(told, key=quote_id)
    return page


def read_quote(replica: Replica, quote_id: str) -> Told | None:
    quote = replica.get(Quote, quote_id)
    if quote is None or quote.deleted:
        return None
    owner = replica.get(User, quote.owner_id) if quote.owner_id else None
    settings = replica.settings
    return Told(
        quote=quote,
        customer=customer_of(replica, quote),
        deal=_live(replica.get(Deal, quote.deal_id)),
        before=_live(replica.get(Quote, quote.revises_id)),
        after=_live(replica.get(Quote, paperwork.revision_id(quote.id))),
        order=_live(replica.get(SalesOrder, paperwork.order_id(quote.id))),
        by=owner.name if owner else "",
        today=wording.today(replica.now(), settings.time_zone),
        settings=settings,
    )  # fmt: skip


def _live(record: Any) -> Any:
    return None if record is None or record.deleted else record


def title_of(quote: Quote) -> str:
    """What a quote is called: its number, and from the second on its revision."""
    return quote.number if quote.revision == 1 else f"{quote.number} rev. {quote.revision}"


@component
def QuotePage(told: Told) -> ft.Control:
    app, save = use_app(), use_saver()
    asking, set_asking = ft.use_state(False)
    quote = told.quote

    async def open_paper() -> None:
        await save(paper_name(quote), await paper_of(app.replica, told))

    def send() -> None:
        set_asking(False)
        pdf = make_paper(told._replace(quote=_as_sent(app.replica, quote)))
        app.act("Quote marked as sent", lambda: send_with_copy(app.replica, quote, pdf), undo=False)

    ft.use_dialog(
        question(f"Send {title_of(quote)}?", ASK, "Mark as sent", send, lambda: set_asking(False))
        if asking
        else None
    )
    draft = quote.sent_at is None
    parts = [
        _status(told),
        ft.Row(
            wrap=True,
            spacing=theme.GAP,
            run_spacing=theme.GAP,
            controls=_acts(app, told, open_paper, lambda: set_asking(True)),
        ),
        _facts(app, told),
        section("Products", _lines(app, told)),
        *([section("Terms", [selectable(quote.terms)])] if quote.terms else []),
        LabelsSection(quote, key="labels"),
        FilesSection(Quote, quote.id, key="files"),
        Comments("quote", quote.id, key="comments"),
    ]
    return reading(
        f"Quote {title_of(quote)}",
        scroll(parts),
        on_back=lambda: app.go(_back(told)),
        actions=[FollowButton("quote", quote.id), *([_edit(app, quote)] if draft else [])],
    )


def _back(told: Told) -> str:
    if told.deal is not None:
        return f"/deals/{told.deal.id}"
    return told.customer.route or "/"


# --- the paper ---


def paper_name(quote: Quote) -> str:
    return f"Quote {title_of(quote)}.pdf"


def make_paper(told: Told) -> bytes:
    """The PDF of a quote as it is; what makes it is loaded now."""
    from client.interchange import paper  # noqa: PLC0415 - large, and seldom asked for

    settings = told.settings
    sender = paper.Sender(settings.name, settings.locale, zone(settings.time_zone), told.by)
    return paper.quote_pdf(told.quote, sender)


async def paper_of(replica: Replica, told: Told) -> bytes:
    """The copy that was kept when the quote was sent, if it can be had, else made again."""
    if told.quote.sent_at is not None:
        copies = replica.find(Attachment, record_id=told.quote.id, name=paper_name(told.quote))
        for copy in copies:
            data = await replica.attachment_data(copy)
            if data is not None:
                return data
    return make_paper(told)


def send_with_copy(replica: Replica, quote: Quote, pdf: bytes) -> None:
    """Send, and keep the paper itself beside it, in one act."""
    with replica.changeset("Send quote"):
        sent = paperwork.send(replica, quote)
        replica.attach(sent, pdf, paper_name(quote), "application/pdf")


def _as_sent(replica: Replica, quote: Quote) -> Quote:
    return msgspec.structs.replace(quote, status="sent", sent_at=replica.now())


# --- parts ---


def _status(told: Told) -> ft.Control:
    quote = told.quote
    facts = []
    if quote.sent_at is not None:
        day = local(quote.sent_at, told.settings.time_zone).date()
        facts.append(f"sent {_day(told, day)}")
    if quote.valid_until is not None:
        late = quote.valid_until < told.today and quote.status in ("draft", "sent")
        facts.append(f"{'expired' if late else 'valid until'} {_day(told, quote.valid_until)}")
    state = "" if quote.status == "sent" else f"{NAMES[quote.status]}: "
    words = (state + ", ".join(facts)).removesuffix(": ")
    words = words[:1].upper() + words[1:]
    return target("quote-status", states.notice(ICONS[quote.status], words))


def _day(told: Told, day: date) -> str:
    return wording.midway(wording.day_name(day, told.today))


def _acts(
    app: App, told: Told, open_paper: Callable[[], Any], ask: Callable[[], None]
) -> list[ft.Control]:
    quote = told.quote
    pdf = button("open-pdf", "Open PDF", ft.Icons.PICTURE_AS_PDF_OUTLINED, open_paper)
    if quote.sent_at is None:
        ready = bool(quote.lines)
        send = button("send", "Mark as sent", ft.Icons.SEND_OUTLINED, ask, filled=True,
                      disabled=not ready)  # fmt: skip
        return [send, pdf]
    return [*_answers(app, told), pdf, *_next(app, told)]


def _answers(app: App, told: Told) -> list[ft.Control]:
    quote = told.quote

    def say(status: paperwork.Answer) -> Callable[[], Any]:
        said = f"Quote {NAMES[status].lower()}"
        return lambda: app.act(said, lambda: paperwork.answer(app.replica, quote, status))

    accept = button("accept", "Accepted", ft.Icons.THUMB_UP_OUTLINED, say("accepted"),
                    filled=quote.status == "sent")  # fmt: skip
    decline = button("decline", "Declined", ft.Icons.THUMB_DOWN_OUTLINED, say("declined"))
    return {"sent": [accept, decline], "accepted": [], "declined": [accept]}[quote.status]


def _next(app: App, told: Told) -> list[ft.Control]:
    """What may follow: a revision, an order, a deal that is won."""
    quote, replica = told.quote, app.replica
    made: list[Any] = []

    def revise() -> None:
        act = lambda: made.append(paperwork.revise(replica, quote, told.today))  # noqa: E731
        if app.act("New revision made", act):
            app.go(f"{ROUTE}/{made[-1].id}")

    def order() -> None:
        if app.act("Order placed", lambda: made.append(paperwork.order_quote(replica, quote))):
            app.go(f"/orders/{made[-1].id}")

    parts = []
    if told.after is None:
        parts.append(button("revise", "New revision", ft.Icons.DIFFERENCE_OUTLINED, revise))
    if quote.status == "accepted" and told.order is None:
        parts.append(button("order", "Place order", ft.Icons.SHOPPING_CART_OUTLINED, order,
                            filled=True))  # fmt: skip
    deal = told.deal
    if quote.status == "accepted" and deal is not None and deal.closing is None:
        win = lambda: win_deal(app, deal)  # noqa: E731
        parts.append(button("win", "Deal is won", ft.Icons.EMOJI_EVENTS_OUTLINED, win))
    return parts


def win_deal(app: App, deal: Deal) -> None:
    """Close the deal here, or say what its stages still ask for; its own page asks why."""
    try:
        app.act("Deal won", lambda: dealing.win(app.replica, deal))
    except Invalid as error:
        app.say(error.message, "Open the deal", lambda: app.go(f"/deals/{deal.id}"))


def _facts(app: App, told: Told) -> ft.Control:
    quote = told.quote
    rows: list[ft.Control] = [link_row(app, link) for link in _links(told)]
    addressee = quote.addressee or "Nobody yet: edit the quote to say to whom it goes."
    rows.append(
        ft.Container(
            padding=ft.Padding.symmetric(horizontal=12, vertical=theme.GAP),
            content=selectable(addressee),
        )
    )
    return card(ft.Column(tight=True, spacing=0, controls=rows), padding=0)


def _links(told: Told) -> list[Link]:
    """Everything this quote belongs to or has led to."""
    links = customer_link(told.customer)
    if told.deal is not None:
        icon, route = ft.Icons.HANDSHAKE_OUTLINED, f"/deals/{told.deal.id}"
        links.append(Link("deal", icon, told.deal.name, "Deal", route))
    if told.order is not None:
        icon, route = ft.Icons.SHOPPING_CART_OUTLINED, f"/orders/{told.order.id}"
        links.append(Link("order", icon, told.order.number, "Order", route))
    for name, other, words in (
        ("before", told.before, "Revises"), ("after", told.after, "Replaced by"),
    ):  # fmt: skip
        if other is not None:
            icon, route = ft.Icons.DESCRIPTION_OUTLINED, f"{ROUTE}/{other.id}"
            links.append(Link(name, icon, title_of(other), words, route))
    return links


def _lines(app: App, told: Told) -> list[ft.Control]:
    quote = told.quote
    shown = [lines_shown(quote.lines, quote.currency, told.settings.locale)] if quote.lines else []
    if quote.sent_at is not None:
        return shown
    words = "Edit products" if quote.lines else "Add products"
    edit = button("edit-lines", words, ft.Icons.EDIT_OUTLINED,
                   lambda: app.go(f"{ROUTE}/{quote.id}/lines"), filled=not quote.lines)  # fmt: skip
    return [*shown, ft.Row(controls=[edit])]


def button(
    name: str,
    words: str,
    icon: ft.IconData,
    on_click: Callable[[], Any],
    *,
    filled: bool = False,
    disabled: bool = False,
) -> ft.Control:
    make: Any = ft.FilledButton if filled else ft.OutlinedButton
    return target(
        name, make(words, icon=icon, height=theme.TOUCH, disabled=disabled, on_click=on_click)
    )


def _edit(app: App, quote: Quote) -> ft.Control:
    edit = icon_button(
        ft.Icons.EDIT_OUTLINED, "Edit", on_click=lambda: app.go(f"{ROUTE}/{quote.id}/edit")
    )
    return target("edit", edit)
