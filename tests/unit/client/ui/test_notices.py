"""Who lost an edit to somebody else is told so once, and finds the way back."""

from __future__ import annotations

from typing import Any

import flet as ft

from sync_protocol.records import Account, Contact, Notice, User
from tests.unit.client.ui.harness import OFFICE, Screen, opened
from tests.unit.client.ui.office import Office, accept_all


def olga(office: Office) -> User:
    user: User = office.replica.create(User(name="Olga Ott", role="office"))
    accept_all(office.replica)
    return user


def notify(office: Office, **facts: Any) -> Notice:
    """As the server writes it."""
    values = {
        "owner_id": office.replica.user_id,
        "reason": "overwritten",
        "record_kind": "contact",
        "record_id": office.contact.id,
        "title": "Ada Byrne",
        "cells": "title",
        "at": office.now(),
    }
    notice = office.replica.create(Notice(**{**values, **facts}))
    accept_all(office.replica)
    return notice


def badge(screen: Screen) -> str:
    (bell,) = screen.all(ft.Icon, within=screen.target("bell"))
    return str(bell.badge.label) if isinstance(bell.badge, ft.Badge) else ""


async def test_the_bell_counts_and_leads_to_what_was_overwritten(admins_office: Office) -> None:
    office = admins_office
    by = olga(office)
    notify(office, by_id=by.id, cells="phones.1 phones.2 title")
    async with opened(office.replica) as screen:
        assert badge(screen) == "1"
        await screen.tap("bell")
        await screen.until_says(
            "Olga Ott changed Phone and Title of Ada Byrne after you."
            " Yours are kept in the history."
        )
        assert screen.says("Today, 14:00")
        await screen.tap("see-history")
        await screen.until(
            lambda: screen.page.route == f"/contacts/{office.contact.id}/history?field=phones"
        )
        await screen.until_says("History of Ada Byrne")


async def test_no_notices_says_what_they_are_for(office: Office) -> None:
    async with opened(office.replica, "/notices") as screen:
        assert screen.says("No notices")
        assert badge(screen) == ""
        assert not screen.has("dismiss-all")


async def test_one_tap_dismisses_and_undo_brings_the_notice_back(office: Office) -> None:
    notify(office)
    async with opened(office.replica, "/notices") as screen:
        assert screen.says("Somebody changed Title of Ada Byrne after you. Yours is kept")
        await screen.tap("dismiss")
        await screen.until_says("No notices")
        assert badge(screen) == ""
        await screen.undo()
        await screen.until_target("dismiss")
        await screen.until(lambda: badge(screen) == "1")


async def test_all_are_dismissed_as_one_act(office: Office) -> None:
    for cell in ("title", "about", "name"):
        notify(office, cells=cell)
    async with opened(office.replica, "/notices", size=OFFICE) as screen:
        await screen.tap("dismiss-all")
        await screen.until_says("No notices")
        assert "3 notices dismissed" in screen.bar()
        assert len(office.replica.pending()) == 1
        await screen.undo()
        await screen.until(lambda: badge(screen) == "3")


async def test_what_was_written_beneath_a_deleted_record_can_be_had_back(office: Office) -> None:
    shop = office[0]
    office.replica.delete(shop)
    accept_all(office.replica)
    notify(office, reason="hidden", cells="", under_kind="account", under_id=shop.id)
    async with opened(office.replica, "/notices") as screen:
        assert screen.says("Somebody deleted Brauerei Adler.")
        assert screen.says("What you added to it came later: it is kept, but hidden.")
        await screen.tap("restore")
        await screen.until_says("No notices")
    assert not office.found(Account, shop.id).deleted
    assert len(office.replica.pending()) == 1


async def test_a_notice_about_a_record_that_is_gone_names_it(office: Office) -> None:
    notify(office, record_id="gone", title="Old Inn", record_kind="account", cells="name")
    async with opened(office.replica, "/notices") as screen:
        assert screen.says("Somebody changed Name of Old Inn after you.")
        await screen.tap("see-history")
        await screen.until_says("This record is not on this device")


async def test_a_notice_of_somebody_else_is_not_mine(office: Office) -> None:
    notify(office, owner_id="another")
    async with opened(office.replica, "/notices") as screen:
        assert screen.says("No notices")
    assert office.replica.find(Contact)
