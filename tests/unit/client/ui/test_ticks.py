"""Switches and boxes: the words beside them are tapped as they are, and wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from client import presence
from client.ui.components.ticks import box, switch
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.client.ui.office import Office


@pytest.mark.parametrize("make", [switch, box])
def test_words_have_lines_of_their_own_and_no_height_squeezes_them(
    make: Callable[..., ft.MergeSemantics],
) -> None:
    heard: list[bool] = []
    container = make("Send photos and files on Wi-Fi only", heard.append, on=True).content
    assert isinstance(container, ft.Container)
    assert isinstance(container.content, ft.Row)
    named = container.content.controls[1]
    assert isinstance(named, ft.Semantics)
    assert named.label == "Send photos and files on Wi-Fi only"
    assert isinstance(named.content, ft.Switch | ft.Checkbox)
    assert (named.content.label, named.content.height) == (None, None)


async def test_a_tap_on_the_words_turns_a_switch(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("position-switch")
        assert not presence.is_on(office.replica)
        await screen.tap("position-switch")
        assert presence.is_on(office.replica)
