"""Giving a file to the person: a download in the browser, a file of their choice elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import flet as ft

from client.ui.hooks import use_app, use_box

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def use_saver() -> Callable[[str, bytes], Awaitable[None]]:
    """A coroutine function that hands over (name, bytes) and says what went wrong."""
    app = use_app()
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker()
    picker = holder.current

    async def save(name: str, data: bytes) -> None:
        try:
            await picker.save_file(file_name=name, src_bytes=data)
        except (OSError, ValueError, RuntimeError) as error:
            app.say(f"{name} could not be opened: {error}")

    return save
