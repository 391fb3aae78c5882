"""What's new: told once after an update, by a strip that one can close; and always to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import whats_new
from client.ui.views.help import TEXT, topics
from client.ui.views.whats_new import WORDS
from client.whats_new import EDITIONS
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


@pytest.fixture
def updated(office: Office) -> Office:
    """A device that has just got the newest edition."""
    whats_new.told(office.replica, EDITIONS[1:])
    return office


async def test_a_new_device_is_not_told(office: Office) -> None:
    async with opened(office.replica) as screen:
        assert not screen.has("news")


async def test_the_strip_leads_to_the_page_and_is_gone(updated: Office) -> None:
    async with opened(updated.replica) as screen:
        assert screen.says(WORDS)
        await screen.tap("news")
        await screen.until_says(EDITIONS[0].lines[0])
        await screen.go("/")
        assert not screen.has("news")
    async with opened(updated.replica) as screen:
        assert not screen.has("news")


async def test_the_strip_can_be_closed(updated: Office) -> None:
    async with opened(updated.replica) as screen:
        await screen.tap("news-close")
        await screen.until(lambda: not screen.has("news"))


async def test_the_page_is_under_more(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("more-whats-new")
        await screen.until_says(EDITIONS[0].title)


async def test_help_tells_of_everything_a_beginner_meets(office: Office) -> None:
    async with opened(office.replica, "/help") as screen:
        for title, _lines in topics(TEXT):
            assert screen.says(title)
        for word in (
            "signal",
            "Log a visit",
            "Plan your days",
            "Labels and rules",
            "Import",
            "Undo",
        ):
            assert screen.says(word)


@pytest.mark.parametrize(
    "told",
    [
        "choose whose days they plan",
        "The same template can go to several people",
        "makes a link",
        "verified, outside or not verified",
        "how far you drove",
        "has a form",
        "how many records fit",
        "A tap says why",
        "however often a pack is loaded",
    ],
)
def test_help_tells_of_what_the_field_day_is_made_of(told: str) -> None:
    paragraphs = [line for _title, lines in topics(TEXT) for line in lines]
    assert any(told in line for line in paragraphs)


async def test_help_is_searched_by_words(office: Office) -> None:
    async with opened(office.replica, "/help") as screen:
        await screen.type("Search the help", "manager plan")
        await screen.until_says("Plan for your team")
        await screen.until(lambda: not screen.says("One tab at a time"))
        await screen.type("Search the help", "zzz")
        await screen.until_says("Nothing about that")
