"""Whatever can be tapped or typed into has a name that is spoken, and room for a thumb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import pytest
from flet.controls.base_control import BaseControl

from client.ui import theme
from client.ui.routes import ROUTES
from tests.unit.client.ui.harness import OFFICE, PHONE, children, opened
from tests.unit.client.ui.stock import stock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

FIELDS = (ft.TextField, ft.Dropdown)
TICKS = (ft.Checkbox, ft.Switch)
SIGNS = (ft.IconButton, ft.PopupMenuButton)
SHEETS = (
    ("/contacts", "filter"),
    ("/accounts/{accounts}", "labels"),
    ("/deals", "move-{deals}"),
)
"""What opens over a screen, by the target that opens it."""


def addresses(ids: Mapping[str, str]) -> list[str]:
    """Every route, with the id of a record where one belongs."""
    return sorted({_filled(route, ids) for route in _paths(ROUTES) if "*" not in route})


def _paths(routes: Iterable[ft.Route], before: str = "") -> Iterator[str]:
    for route in routes:
        at = f"{before}/{route.path}" if route.path else before
        yield from _paths(route.children or (), at)
        if route.component:
            yield at or "/"


def _filled(route: str, ids: Mapping[str, str]) -> str:
    parts = route.strip("/").split("/")
    place = next((x for x in reversed(parts[: _first(parts)]) if x in ids), "")
    known = {
        ":kind": "account", ":place": "accounts", ":day": "2026-09-22", ":entry": "q",
        ":stage": "s",
        ":product": ids["products"], ":type": ids["types"], ":other": ids["other"],
        ":id": ids.get(place, ids["accounts"]),
    }  # fmt: skip
    if parts[0] == "new" and len(parts) == 4:
        known[":kind"] = "call"
    return "/" + "/".join(known.get(part, part) for part in parts)


def _first(parts: list[str]) -> int:
    return next((n for n, part in enumerate(parts) if part in (":id", ":type")), len(parts))


def nameless(screen: Screen) -> Iterator[str]:
    """Every control that would be announced by what it is alone, or is too small for a thumb."""
    for control, spoken in _within(screen.page):
        if _interactive(control) and not (spoken or _name(control)):
            yield f"{_told(control)} has no name"
        if _interactive(control) and not _tall(control):
            yield f"{_told(control)} is {getattr(control, 'height', None)} high"


def _within(start: BaseControl) -> Iterator[tuple[BaseControl, str]]:
    """Each control with the name that a `Semantics` around it gives."""
    waiting, seen = [(start, "")], {id(start)}
    while waiting:
        control, spoken = waiting.pop()
        yield control, spoken
        label = str(control.label or "") if isinstance(control, ft.Semantics) else ""
        passes = isinstance(control, ft.Semantics | ft.MergeSemantics)
        for child in children(control):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append((child, label or (spoken if passes else "")))


def _interactive(control: BaseControl) -> bool:
    if isinstance(control, (*FIELDS, *TICKS, *SIGNS, ft.Chip)):
        return True
    return any(getattr(control, name, None) for name in ("on_click", "on_select", "on_tap"))


def _name(control: Any) -> str:
    match control:
        case ft.TextField():
            return control.label or control.hint_text or ""
        case ft.Dropdown():
            return ""
        case ft.Checkbox() | ft.Switch():
            return control.label or getattr(control, "semantics_label", None) or ""
        case ft.IconButton():
            return _spoken(control.icon)
    return _spoken(control)


def _spoken(control: object) -> str:
    """What is read aloud of a control and all that is in it."""
    if not isinstance(control, BaseControl):
        return ""
    own = [
        value
        for name in ("value", "label", "title", "content", "text", "semantics_label")
        if isinstance(value := getattr(control, name, None), str)
    ]
    return " ".join([*own, *(_spoken(child) for child in children(control))]).strip()


def _tall(control: Any) -> bool:
    height = getattr(control, "height", None)
    if isinstance(control, (*SIGNS, ft.Chip)) and not getattr(control, "content", None):
        return (height or 0) >= theme.TOUCH
    return height is None or height >= theme.TOUCH


def _told(control: Any) -> str:
    words = _name(control) or getattr(control, "tooltip", None) or ""
    return f"{type(control).__name__} {words}".strip()


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
async def test_whatever_is_tapped_or_typed_into_has_a_name_and_room_for_a_thumb(
    admins_office: Office, size: tuple[float, float]
) -> None:
    routes = addresses(stock(admins_office))
    found: dict[str, list[str]] = {}
    async with opened(admins_office.replica, "/", size) as screen:
        for route in routes:
            await screen.go(route)
            await screen.settle()
            if wrong := sorted(set(nameless(screen))):
                found[route] = wrong
    assert found == {}


@pytest.mark.parametrize(("route", "target"), SHEETS)
async def test_so_has_whatever_is_in_a_sheet(
    admins_office: Office, route: str, target: str
) -> None:
    ids = stock(admins_office)
    async with opened(admins_office.replica, route.format(**ids)) as screen:
        before = len(screen.all(BaseControl))
        await screen.tap(target.format(**ids))
        await screen.until(lambda: len(screen.all(BaseControl)) > before)
        assert list(nameless(screen)) == []
