"""The sheet in which a list is filtered: by labels, and by conditions on any field.

Labels: one mode at a time is chosen, then labels are tapped. A condition is made in three steps
within the same sheet: the field, what is asked of it, the value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import flet as ft
import msgspec

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import chip, icon_button
from client.ui.components.choices import Choice, choice_row, turned
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.components.rows import menu_row
from client.ui.components.sheet import sheet
from client.ui.hooks import use_box, use_change, use_live, use_optional, use_stable
from client.ui.views.lists import asking
from client.ui.views.lists.facets import LABELS, facets_of
from client.ui.views.lists.label_filter import MODES, Mode, label_chips, sentence
from sync_protocol.records import Condition, CustomField, Filter, Label, Pipeline, Territory, User

if TYPE_CHECKING:
    from client.ui.views.lists.facets import Facet
    from sync_protocol.records.filters import Operator

SEVERAL = 2


class Draft(NamedTuple):
    """A condition on its way: `path` is empty while the field is still to be chosen."""

    path: str = ""
    operator: Operator = "is"
    chosen: tuple[str, ...] = ()
    problem: str = ""


Redraft = Callable[[Callable[[Draft | None], Draft | None]], None]


class Ends(NamedTuple):
    """How the making of a condition ends: it is added, one goes back, or the sheet closes."""

    add: Callable[[], None]
    leave: Callable[[], None]
    close: Callable[[], None]


class Asking(NamedTuple):
    """What is asked, what can be, and whom to tell."""

    wanted: Filter
    labels: tuple[Label, ...]
    facets: dict[str, Facet]
    on_change: Callable[[Callable[[Filter], Filter]], None]
    """Given how what is asked by now changes: another tap may come before this one is drawn."""


@component
def FilterSheet(
    of: str,
    wanted: Filter,
    is_open: bool,
    on_wanted: Callable[[Filter], None],
    on_close: Callable[[], None],
) -> ft.Control:
    """Shows nothing itself; while `is_open` the sheet is up."""
    mode, set_mode = cast("tuple[Mode, Callable[[Mode], None]]", ft.use_state("any"))
    draft, set_draft = use_optional(Draft)
    typed: Any = use_box(["", ""])
    labels, facets = use_live(
        lambda replica: (tuple(replica.find(Label, order_by="name")), facets_of(replica, of)),
        Label, CustomField, User, Territory, Pipeline, deps=[of, is_open],
    )  # fmt: skip
    change, redraft = use_change(wanted, on_wanted), use_change(draft, set_draft)

    def begin(path: str) -> None:
        typed.current = ["", ""]
        new = Draft(path, asking.operators_of(facets[path])[0]) if path else Draft()
        redraft(lambda _now: new)

    def leave() -> None:
        redraft(lambda _now: None)

    def close() -> None:
        leave()
        on_close()

    def added(facet: Facet, now: Draft | None) -> Draft | None:
        made = _made(facet, now, typed.current) if now else None
        if now and isinstance(made, str):
            return now._replace(problem=made)
        if isinstance(made, Condition):
            change(partial(asking.with_condition, made))
        return None

    hear_first = use_stable(lambda text: typed.current.__setitem__(0, text))
    hear_second = use_stable(lambda text: typed.current.__setitem__(1, text))
    up = None
    if is_open and draft is None:
        asked = Asking(wanted, labels, facets, change)
        up = _overview(asked, _modes(mode, set_mode), mode, begin, close)
    elif is_open and draft and not draft.path:
        up = _fields(asking.askable(facets), begin, leave, close)
    elif is_open and draft and draft.path in facets:
        facet = facets[draft.path]
        inputs = _inputs(facet, draft, redraft, hear_first, hear_second)
        up = _editor(
            facet, draft, redraft, inputs,
            Ends(lambda: redraft(partial(added, facet)), leave, close),
        )  # fmt: skip
    ft.use_dialog(up)
    return ft.Container(visible=False)


def _overview(
    asked: Asking,
    modes: ft.Control,
    mode: Mode,
    begin: Callable[[str], None],
    close: Callable[[], None],
) -> ft.BottomSheet:
    wanted, facets = asked.wanted, asked.facets
    clear = target(
        "filter-clear",
        ft.TextButton(
            "Clear",
            height=theme.TOUCH,
            on_click=lambda _event: asked.on_change(lambda now: Filter(text=now.text)),
        ),
    )
    anything = wanted != Filter(text=wanted.text)
    return sheet(
        "Filter",
        [
            *(_labels(asked, mode, modes) if LABELS in facets else []),
            ft.Text("Conditions", style=theme.HEADING),
            *_match(asked),
            *[
                _condition(place, condition, asked)
                for place, condition in enumerate(wanted.conditions)
            ],
            target(
                "add-condition",
                ft.OutlinedButton(
                    "Add a condition",
                    icon=ft.Icons.ADD,
                    height=theme.TOUCH,
                    on_click=lambda _event: begin(""),
                ),
            ),
        ],
        close,
        actions=[clear] if anything else [],
        tall=True,
    )


def _labels(asked: Asking, mode: Mode, modes: ft.Control) -> list[ft.Control]:
    chips = label_chips(asked.labels, asked.wanted, mode, asked.on_change)
    return [
        ft.Text("Labels", style=theme.HEADING),
        modes,
        ft.Text(sentence(asked.wanted, asked.labels), style=theme.SMALL, color=theme.MUTED),
        ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=chips)
        if chips
        else ft.Text("There are no labels yet. Add one on a record's page."),
    ]


def _modes(mode: Mode, on_mode: Callable[[Mode], None]) -> ft.Control:
    def choose(event: ft.Event[ft.SegmentedButton]) -> None:
        chosen = event.control.selected[0]
        on_mode(next(name for name in MODES if name == chosen))

    return target(
        "filter-mode",
        ft.SegmentedButton(
            selected=[mode],
            show_selected_icon=False,
            segments=[
                ft.Segment(value=name, label=text, icon=icon)
                for name, (text, icon) in MODES.items()
            ],
            on_change=choose,
        ),
    )


def _match(asked: Asking) -> list[ft.Control]:
    if len(asked.wanted.conditions) < SEVERAL:
        return []
    choices = [Choice("all", "All must hold"), Choice("any", "One is enough")]

    def choose(match: str) -> None:
        asked.on_change(lambda now: msgspec.structs.replace(now, match=match))

    return [choice_row("match", choices, asked.wanted.match, choose)]


def _condition(place: int, condition: Condition, asked: Asking) -> ft.Control:
    remove = target(
        f"condition-remove-{place}",
        icon_button(
            ft.Icons.CLOSE,
            "Take this condition out",
            on_click=lambda _event: asked.on_change(partial(asking.without_condition, condition)),
        ),
    )
    text = asking.reads(asked.facets.get(condition.field), condition)
    return ft.Row(controls=[ft.Text(text, style=theme.BODY, expand=True), remove])


def _fields(
    offered: list[Facet],
    begin: Callable[[str], None],
    leave: Callable[[], None],
    close: Callable[[], None],
) -> ft.BottomSheet:
    rows = [
        menu_row(
            f"field-{facet.path}",
            ft.Icons.FILTER_ALT_OUTLINED,
            facet.title,
            on_click=partial(begin, facet.path),
        )
        for facet in offered
    ]
    return sheet("Which field?", rows, close, actions=[_back(leave)], tall=True)


def _editor(
    facet: Facet,
    draft: Draft,
    redraft: Redraft,
    inputs: list[ft.Control],
    ends: Ends,
) -> ft.BottomSheet:
    operators = [Choice(name, asking.WORDS[name]) for name in asking.operators_of(facet)]

    def choose(operator: str) -> None:
        known = next(name for name in asking.operators_of(facet) if name == operator)
        redraft(lambda now: now and now._replace(operator=known, problem=""))

    button = ft.FilledButton("Add", height=theme.TALL, on_click=lambda _event: ends.add())
    return sheet(
        facet.title,
        [
            *([choice_row("operator", operators, draft.operator, choose)] if operators[1:] else []),
            *inputs,
            target("condition-add", button),
        ],
        ends.close,
        actions=[_back(ends.leave)],
        tall=len(facet.choices) > len(MODES),
    )


def _inputs(
    facet: Facet,
    draft: Draft,
    redraft: Redraft,
    on_first: Callable[[str], None],
    on_second: Callable[[str], None],
) -> list[ft.Control]:
    """Where the value is given: choices to tap, one field, or two for a span."""
    if draft.operator in asking.ALONE:
        return []
    offered = facet.choices or (
        (("true", "Yes"), ("false", "No")) if facet.form == "yes_no" else ()
    )
    if offered:
        return _taps(offered, draft, redraft)
    hint = "Days" if draft.operator in asking.DAYS else facet.title
    key = f"{facet.path} {draft.operator}"
    if draft.operator == "between":
        return [
            TextInput(f"{hint} from", on_first, error=draft.problem, key=f"{key} 1"),
            TextInput("to", on_second, key=f"{key} 2"),
        ]
    return [TextInput(hint, on_first, error=draft.problem, autofocus=True, key=key)]


def _taps(
    offered: tuple[tuple[str, str], ...],
    draft: Draft,
    redraft: Redraft,
) -> list[ft.Control]:
    def tapped(value: str, now: Draft | None) -> Draft | None:
        chosen = turned(now.chosen, value, on=value not in draft.chosen) if now else ()
        return now and now._replace(chosen=tuple(chosen), problem="")

    chips: list[ft.Control] = [
        target(
            f"value-{value}",
            chip(
                name,
                key=value,
                selected=value in draft.chosen,
                on_select=lambda _event, value=value: redraft(partial(tapped, value)),
            ),
        )
        for value, name in offered
    ]
    wrong = [ft.Text(draft.problem, color=ft.Colors.ERROR)] if draft.problem else []
    return [
        ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=chips),
        *wrong,
    ]


def _made(facet: Facet, draft: Draft, typed: list[str]) -> Condition | str:
    """The condition, or what is wrong with it."""
    if not facet.choices and facet.form != "yes_no":
        return asking.typed(facet, draft.operator, *typed)
    if draft.operator in asking.ALONE:
        return Condition(facet.path, draft.operator)
    if not draft.chosen:
        return "Tap one or more."
    return Condition(facet.path, draft.operator, draft.chosen)


def _back(leave: Callable[[], None]) -> ft.Control:
    return target(
        "condition-back",
        ft.TextButton("Back", height=theme.TOUCH, on_click=lambda _event: leave()),
    )
