from __future__ import annotations

import flet as ft

from client import fieldwork
from client.runtime.protocol import StorageUse
from tests.unit.client.ui.harness import Host, opened
from tests.unit.client.ui.office import EMAIL, Office, accept_all


class Browser(Host):
    """A browser that promises to keep the data once it is asked."""

    def __init__(self) -> None:
        self.kept = False

    async def storage(self) -> StorageUse:
        return StorageUse(used=12_300_000, quota=10**9, persistent=self.kept)

    async def persist(self) -> bool:
        self.kept = True
        return True


async def test_more_says_who_i_am(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        assert screen.says("Rita Berger")
        assert screen.says(EMAIL)
        assert screen.says("Rep - Alpenquell")
        assert not screen.has("more-users")


async def test_only_an_administrator_is_offered_the_administration(admins_office: Office) -> None:
    async with opened(admins_office.replica, "/more") as screen:
        assert screen.has("more-users")
        assert screen.says("Administrator - Alpenquell")


async def test_the_theme_stays_chosen(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("theme-dark")
        assert screen.page.theme_mode is ft.ThemeMode.DARK
    async with opened(office.replica) as screen:
        assert screen.page.theme_mode is ft.ThemeMode.DARK


async def test_signing_out_lists_what_would_be_lost(office: Office) -> None:
    fieldwork.log(office.replica, "visit", fieldwork.About(office[1].id))
    async with opened(office.replica, "/more") as screen:
        await screen.tap("sign-out")
        await screen.until_says("1 change not sent yet would be lost:")
        assert screen.says("Log visit - Café Müller")
        await screen.tap("answer-no")
        await screen.until(lambda: not screen.says("would be lost"))
    assert office.replica.pending()


async def test_signing_out_lists_files_not_handed_in_and_unfinished_forms(office: Office) -> None:
    replica = office.replica
    replica.attach(office[0], b"the shelf", "Shelf.jpg", "image/jpeg")
    accept_all(replica)
    async with opened(replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe Brown")
        await screen.go("/more")
        await screen.tap("sign-out")
        await screen.until_says("1 file not sent yet would be lost:")
        assert screen.says("Shelf.jpg")
        assert screen.says("1 unfinished form would be lost:")
        assert screen.says("New contact: Zoe Brown")
        assert screen.words(screen.target("answer-yes")) == ["Sign out and lose them"]
        await screen.tap("answer-no")
        await screen.until(lambda: not screen.says("would be lost"))
    assert replica.uploads()
    assert replica.drafts()


async def test_signing_out_with_nothing_to_lose_only_asks(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("sign-out")
        await screen.until_target("answer-yes")
        assert screen.words(screen.target("answer-yes")) == ["Sign out"]
        assert not screen.says("would be lost")


async def test_storage_is_told_and_can_be_promised(office: Office) -> None:
    async with opened(office.replica, "/more", host=Browser()) as screen:
        await screen.until_says("12.3 MB used")
        assert screen.says("may delete it")
        await screen.tap("persist")
        await screen.until_says("until you sign out")


async def test_a_host_that_knows_nothing_of_storage_is_tolerated(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        assert screen.has("sign-out")
        assert not screen.has("storage")


async def test_the_new_password_must_be_long_and_typed_twice(office: Office) -> None:
    async with opened(office.replica, "/password") as screen:
        await screen.tap("save")
        await screen.until_says("Your present password is needed.")
        await screen.type("Your password now", "old password")
        await screen.type("New password", "short")
        await screen.tap("save")
        await screen.until_says("Use at least 10 characters.")
        await screen.type("New password", "long enough it is")
        await screen.tap("save")
        await screen.until_says("The two new passwords are not the same.")


async def test_help_is_there_without_a_network(office: Office) -> None:
    async with opened(office.replica, "/help") as screen:
        assert screen.says("Add to Home Screen")
        assert screen.says("Ctrl+K")
