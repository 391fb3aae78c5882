"""What a lead is to become: an account, a contact and a deal, new or those that are here already.

What is likely here already stands first and is chosen, so that nothing is made twice by accident.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import dealing, leading
from client.duplicates import LIKELY
from client.errors import Invalid
from client.leading import Plan
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, screen, scroll, section, target
from client.ui.components.typed import Problem, TypedField, stretched
from client.ui.hooks import use_app, use_layout, use_live, use_paused, use_stable
from client.ui.views.form_keys import CONVERT
from client.ui.views.kept import kept_as
from client.ui.views.kept_form import use_choice, use_kept_form
from client.ui.views.leads.list_view import ROUTE
from client.ui.views.records.draft import territories_of
from client.ui.views.records.territory_choice import TerritoryChoice
from client.ui.views.twins.words import detail, likeness
from sync_protocol.records import Account, Contact, Lead, Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.duplicates import Match
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

OFFERED = 5
NEW, NONE = "new", "none"
"""In place of the id of a record that exists."""
PROPOSED = ("contact", "account")


class Offers(NamedTuple):
    """What is likely here already, and whether there is a pipeline for a deal."""

    lead: Lead | None
    accounts: tuple[Match, ...]
    contacts: tuple[Match, ...]
    deals: bool


@component
def ConvertView() -> ft.Control:
    lead_id = ft.use_route_params().get("id", "")
    view: ft.Control = Convert(lead_id, key=lead_id)
    return view


@component
def Convert(lead_id: str) -> ft.Control:
    app, layout = use_app(), use_layout()
    frame = screen if layout.two_panes else reading
    offers = use_live(
        lambda replica: read_offers(replica, lead_id), Account, Contact, Lead, Pipeline,
        deps=[lead_id],
    )  # fmt: skip
    back = lambda: app.go(f"{ROUTE}/{lead_id}")  # noqa: E731
    if offers.lead is None or offers.lead.converted is not None:
        nothing = states.empty(
            ft.Icons.PERSON_SEARCH_OUTLINED,
            "There is nothing to convert",
            "This lead is a customer already, or it is not on this device.",
        )
        return frame("Convert lead", nothing, on_back=back)
    form = ConvertForm(offers, offers.lead, key="form")
    return frame("Convert lead", scroll([form], left=layout.two_panes), on_back=back)


def read_offers(replica: Replica, lead_id: str) -> Offers:
    lead = replica.get(Lead, lead_id)
    if lead is None:
        return Offers(None, (), (), deals=False)
    return Offers(
        lead,
        tuple(leading.accounts_like(replica, lead)),
        tuple(leading.contacts_like(replica, lead)),
        deals=dealing.first_stage(replica, "sales") is not None,
    )


@component
def ConvertForm(offers: Offers, lead: Lead) -> ft.Control:
    """Keeps what is typed and chosen until the lead is converted.

    Whom it proposes is settled when it opens: who comes later is offered, and never chosen unasked.
    """
    app, key = use_app(), DraftKey("lead", lead.id, CONVERT)
    held: Values | None = app.kept(kept_as(key))
    proposed = {x: held.began[x] for x in PROPOSED} if held else _proposed(offers)
    form = use_kept_form(key, _named_after(app.replica, lead) | proposed)
    return form.around(ConvertFields(offers, lead, form, key=f"{form.generation}"))


def _proposed(offers: Offers) -> dict[str, str]:
    """What is likely here already; otherwise all is new."""
    return {"contact": _likely(offers.contacts), "account": _account_of(offers)}


def _named_after(replica: Replica, lead: Lead) -> dict[str, str]:
    """How what is made of a lead begins."""
    territories = territories_of(replica)
    only = territories[0].id if len(territories) == 1 else ""
    return {
        "name": lead.name,
        "deal": NEW,
        "new_account": leading.account_of(lead).name,
        "territory": lead.territory_id or only,
        "new_deal": f"{lead.company or lead.name}: first deal",
    }


@component
def ConvertFields(offers: Offers, lead: Lead, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    contact, set_contact = use_choice(values, "contact")
    account, set_account = use_choice(values, "account")
    deal, set_deal = use_choice(values, "deal")
    problem, set_problem = ft.use_state("")

    def choose_contact(chosen: str) -> None:
        """Whoever is here already stays where they are."""
        set_contact(chosen)
        held = app.replica.get(Contact, chosen)
        if held is not None and held.account_id:
            set_account(held.account_id)

    def submit() -> None:
        plan = _plan(values, with_deal=offers.deals)
        try:
            done = form.act("Lead converted", lambda: leading.convert(app.replica, lead, plan))
        except Invalid as error:
            set_problem(error.message)
            return
        if done:
            form.done()
            app.go(f"{ROUTE}/{lead.id}")

    return stretched(
        [
            *([states.notice(ft.Icons.ERROR_OUTLINE, problem, error=True)] if problem else []),
            Contacts(offers, lead, contact, choose_contact),
            Accounts(offers, values, account, set_account),
            *([Deals(values, deal, set_deal)] if offers.deals else []),
            ft.Container(
                target(
                    "convert",
                    ft.FilledButton(
                        "Convert",
                        icon=ft.Icons.CHECK,
                        height=theme.TALL,
                        width=theme.READABLE_WIDTH,
                        on_click=lambda _event: submit(),
                    ),
                ),
                padding=ft.Padding.only(top=theme.GAP_L),
            ),
            ft.Text(
                "Its calls, visits and tasks come along. One Undo takes all of it back.",
                style=theme.SMALL,
                color=theme.MUTED,
            ),
        ],
        theme.GAP,
    )


def _likely(matches: tuple[Match, ...]) -> str:
    return matches[0].record.id if matches and matches[0].points >= LIKELY else NEW


def _account_of(offers: Offers) -> str:
    """Where the likely contact is, else the likely account."""
    if _likely(offers.contacts) != NEW and offers.contacts[0].record.account_id:
        return str(offers.contacts[0].record.account_id)
    return _likely(offers.accounts)


def _plan(values: Values, *, with_deal: bool) -> Plan:
    account, contact = values["account"], values["contact"]
    return Plan(
        account_id=account if account not in (NEW, NONE) else "",
        new_account=values["new_account"].strip() if account == NEW else "",
        territory_id=values["territory"],
        contact_id=contact if contact not in (NEW, NONE) else "",
        new_contact=contact == NEW,
        deal=values["new_deal"] if with_deal and values["deal"] == NEW else "",
    )


@component
def Contacts(offers: Offers, lead: Lead, chosen: str, choose: Callable[[str], None]) -> ft.Control:
    app = use_app()
    rows = [_match(app, "contact", match, chosen, choose) for match in offers.contacts]
    others, search = _use_others(Contact, "contact", offers.contacts, chosen, choose)
    new = _option("contact-new", f"New contact: {lead.name}", "", chosen == NEW,
                  lambda: choose(NEW))  # fmt: skip
    none = _option("contact-none", "No contact", "", chosen == NONE, lambda: choose(NONE))
    return section("Contact", [_stacked([*rows, *others, new, none, search])])


def _use_others(
    struct: type[Any],
    kind: str,
    offered: tuple[Match, ...],
    chosen: str,
    choose: Callable[[str], None],
) -> tuple[list[ft.Control], ft.Control]:
    """Those searched for and the one chosen of them, and the field to search in."""
    app = use_app()
    text, set_text = ft.use_state("")
    known = {match.record.id for match in offered}
    found = use_live(
        lambda replica: _searched(replica, struct, text, chosen), struct, deps=[text, chosen]
    )
    rows = [
        _option(f"{kind}-{each.id}", each.name, detail(app.replica, each), each.id == chosen,
                partial(choose, each.id))
        for each in found if each.id not in known
    ]  # fmt: skip
    field = SearchInput(f"Another {kind}", use_paused(set_text))
    return rows, target(f"find-{kind}", field)


def _searched(replica: Replica, struct: type[Any], text: str, chosen: str) -> list[Any]:
    """What is found, the chosen one always among it."""
    wanted = text.strip()
    found = replica.find(struct, text=wanted, order_by="name", limit=OFFERED) if wanted else []
    held = replica.get(struct, chosen) if chosen not in (NEW, NONE) else None
    rest = [each for each in found if each.id != chosen]
    return rest if held is None else [held, *rest]


@component
def Accounts(
    offers: Offers, values: Values, chosen: str, choose: Callable[[str], None]
) -> ft.Control:
    app = use_app()
    on_territory = use_stable(lambda chosen: values.__setitem__("territory", chosen))
    rows = [_match(app, "account", match, chosen, choose) for match in offers.accounts]
    others, search = _use_others(Account, "account", offers.accounts, chosen, choose)
    new = _option("account-new", "New account", "", chosen == NEW, lambda: choose(NEW))
    none = _option("account-none", "No account", "", chosen == NONE, lambda: choose(NONE))
    fields: list[ft.Control] = []
    if chosen == NEW:
        fields = [
            TypedField(values, "new_account", "Name of the account", Problem()),
            TerritoryChoice(values["territory"], on_territory, key=values.turns["territory"]),
        ]
    return section("Account", [_stacked([*rows, *others, new, *fields, none, search])])


@component
def Deals(values: Values, chosen: str, choose: Callable[[str], None]) -> ft.Control:
    new = _option("deal-new", "New deal", "", chosen == NEW, lambda: choose(NEW))
    none = _option("deal-none", "No deal yet", "", chosen == NONE, lambda: choose(NONE))
    fields = [TypedField(values, "new_deal", "Name of the deal", Problem())]
    return section("Deal", [_stacked([new, *(fields if chosen == NEW else []), none])])


def _match(
    app: App, kind: str, match: Match, chosen: str, choose: Callable[[str], None]
) -> ft.Control:
    record: Any = match.record
    return _option(
        f"{kind}-{record.id}",
        f"Here already: {record.name}",
        likeness(app.replica, match),
        record.id == chosen,
        lambda: choose(record.id),
    )


def _option(
    identifier: str, title: str, about: str, on: bool, choose: Callable[[], None]
) -> ft.Control:
    colour = ft.Colors.ON_SECONDARY_CONTAINER if on else ft.Colors.ON_SURFACE
    icon = ft.Icons.RADIO_BUTTON_CHECKED if on else ft.Icons.RADIO_BUTTON_UNCHECKED
    lines: list[ft.Control] = [ft.Text(title, style=theme.BODY, color=colour)]
    if about:
        muted = ft.Colors.ON_SECONDARY_CONTAINER if on else theme.MUTED
        lines.append(ft.Text(about, style=theme.SMALL, color=muted))
    return target(
        f"choose-{identifier}",
        ft.Container(
            ink=True,
            on_click=lambda _event: choose(),
            border_radius=theme.RADIUS,
            border=ft.Border.all(1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE_VARIANT),
            bgcolor=ft.Colors.SECONDARY_CONTAINER if on else None,
            padding=14,
            content=ft.Row(
                spacing=theme.GAP,
                controls=[
                    ft.Icon(icon, size=20, color=colour),
                    ft.Column(expand=True, tight=True, spacing=2, controls=lines),
                ],
            ),
        ),
        button=True,
        selected=on,
    )


def _stacked(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )
