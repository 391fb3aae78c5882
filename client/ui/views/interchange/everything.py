"""All together into one file, with or without the files that records name.

It is written as it is made: to a place that the person chooses, or in the browser to its downloads.
Only where neither can be, on a packaged phone, is it made in memory first.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import flet as ft

from client.interchange import packing
from client.interchange.sources import size_text
from client.ui import theme, wording
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import section

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.packing import Held, Packed, Progress
    from client.ui.context import App

WITH, WITHOUT = "with", "without"
ABOUT = (
    "Every record that you may see, as tables in one file: customers and leads, all that was done"
    " and sold, comments, labels and their rules, forms, and your own types. Importing it into an"
    " empty workspace gives all of it back."
)
_DESKTOPS = (ft.PagePlatform.LINUX, ft.PagePlatform.MACOS, ft.PagePlatform.WINDOWS)


def is_desktop(app: App) -> bool:
    """Whether a file has a path of its own here, that the person chooses."""
    return not app.page.web and app.page.platform in _DESKTOPS


async def save(
    app: App, picker: ft.FilePicker, *, files: bool, on_progress: Progress
) -> Packed | None:
    """Make it and give it to the person; None if they gave up. Raises `OSError`."""
    if saving := await app.host.saving(packing.FILENAME):
        made = await packing.pack(
            app.replica, cast("IO[bytes]", saving), files=files, on_progress=on_progress
        )
        await saving.done()
        return made
    if is_desktop(app):
        path = await picker.save_file(file_name=packing.FILENAME)
        if not path:
            return None
        with Path(path).open("wb") as out:  # noqa: ASYNC230 - a local file, some of it at a time
            return await packing.pack(app.replica, out, files=files, on_progress=on_progress)
    whole = io.BytesIO()
    made = await packing.pack(app.replica, whole, files=files, on_progress=on_progress)
    await picker.save_file(file_name=packing.FILENAME, src_bytes=whole.getvalue())
    return made


def said(made: Packed) -> str:
    """What was made, and what could not be had."""
    parts = [wording.plural(made.records, "record")]
    parts += [wording.plural(made.files, "file")] if made.files else []
    lost = f"; {packing.MISSING} in it lists {wording.plural(made.missing, 'file')} not to be had"
    return f"{packing.FILENAME} made, {wording.listed(parts)}{lost if made.missing else ''}"


def choice(held: Held, chosen: str, on_choose: Callable[[str], None]) -> list[ft.Control]:
    """Whether files go along, how large they are, and which are to be fetched first."""
    about = ft.Text(ABOUT, color=theme.MUTED)
    if not held.number:
        return [about]
    size = size_text(held.size)
    choices = (
        Choice(WITH, f"With {wording.plural(held.number, 'file')}, {size}"),
        Choice(WITHOUT, "Without files"),
    )
    row = section("Pictures and files", [choice_row("export-files", choices, chosen, on_choose)])
    if not held.elsewhere or chosen != WITH:
        return [about, row]
    fetched = (
        f"{wording.plural(held.elsewhere, 'file')} not on this device yet: fetched first, if there"
        " is a line. What cannot be had is listed with its name and size."
    )
    return [about, row, ft.Text(fetched, style=theme.SMALL, color=theme.MUTED)]
