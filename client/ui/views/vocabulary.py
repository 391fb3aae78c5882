"""The screens of the team's words (`client.wordbook`): a list, and a form for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlparse

import flet as ft
import msgspec

from client import wordbook
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.colours import palette, pill
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.typed import Problem, TypedField
from client.ui.hooks import use_app, use_box, use_live, use_record
from client.ui.views.kept_form import use_choice, use_kept_form
from client.ui.views.label_merge import MergeLabel
from client.ui.views.suggestions.list_view import SuggestedFor
from client.wordbook import LABELS, OUTCOMES, PURPOSES, REASONS, Item, Vocabulary, Word
from sync_protocol.records import Activity, Deal, Label, Labelling, Lead, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm

MAX_NAME = 60
BEGIN_COLOUR = theme.PALETTE[6]
ICONS = {
    LABELS.word: ft.Icons.LABEL_OUTLINE,
    OUTCOMES.word: ft.Icons.CHECKLIST,
    PURPOSES.word: ft.Icons.FLAG_OUTLINED,
    REASONS.word: ft.Icons.RULE,
}


class Words(NamedTuple):
    shown: tuple[Item, ...]
    archived: tuple[Item, ...]
    may_add: bool
    may_edit: bool


@component
def LabelsView() -> Any:
    return WordList(LABELS)


@component
def OutcomesView() -> Any:
    return WordList(OUTCOMES)


@component
def PurposesView() -> Any:
    return WordList(PURPOSES)


@component
def ReasonsView() -> Any:
    return WordList(REASONS)


@component
def LabelView() -> Any:
    return WordPage(LABELS, ft.use_route_params().get("id", ""))


@component
def OutcomeView() -> Any:
    return WordPage(OUTCOMES, ft.use_route_params().get("id", ""))


@component
def PurposeView() -> Any:
    return WordPage(PURPOSES, ft.use_route_params().get("id", ""))


@component
def ReasonView() -> Any:
    return WordPage(REASONS, ft.use_route_params().get("id", ""))


@component
def WordList(kind: Vocabulary) -> ft.Control:
    app = use_app()
    words = use_live(
        lambda replica: read_words(replica, kind),
        kind.struct, Labelling, Activity, Deal, Lead, deps=[kind.word],
    )  # fmt: skip
    archived = [_row(app, kind, words, item, ()) for item in words.archived]
    return reading(
        kind.title,
        scroll(
            [
                ft.Text(kind.about, color=theme.MUTED),
                *(_groups(app, kind, words) if kind.groups else _listed(app, kind, words, "")),
                *([section("Archived", archived, len(archived))] if archived else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[_add(app, kind)] if words.may_add and not kind.groups else [],
    )


def read_words(replica: Replica, kind: Vocabulary) -> Words:
    items = wordbook.items(replica, kind)
    return Words(
        tuple(item for item in items if not item.word.archived),
        tuple(item for item in items if item.word.archived),
        may_add=keeping.may(replica, kind.struct, "create"),
        may_edit=keeping.may(replica, kind.struct, "update"),
    )


def _groups(app: App, kind: Vocabulary, words: Words) -> list[ft.Control]:
    return [
        section(
            told.title,
            [
                *_listed(app, kind, words, group),
                *([ft.Row(controls=[_add(app, kind, group)])] if words.may_add else []),
            ],
        )
        for group, told in kind.groups.items()
    ]


def _listed(app: App, kind: Vocabulary, words: Words, group: str) -> list[ft.Control]:
    order = tuple(item.word for item in words.shown if wordbook.group_of(item.word) == group)
    rows = [
        _row(app, kind, words, item, order)
        for item in words.shown
        if wordbook.group_of(item.word) == group
    ]
    if rows or group:
        return rows or [ft.Text("None yet.", color=theme.MUTED)]
    return [states.none_yet(ICONS[kind.word], f"No {kind.title.lower()} yet", kind.about)]


def _add(app: App, kind: Vocabulary, group: str = "") -> ft.Control:
    return target(
        f"add-{group}" if group else "add",
        ft.FilledTonalButton(
            f"New {kind.word}",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda: app.go(f"{kind.route}/new" + (f"?of={group}" if group else "")),
        ),
    )


@component
def WordPage(kind: Vocabulary, word_id: str) -> Any:
    """`<route>/new` and `<route>/<id>`."""
    app = use_app()
    word = use_record(kind.struct, word_id)
    title = f"New {kind.word}" if not word_id else kind.word.capitalize()
    back = lambda: app.go(kind.route)  # noqa: E731
    instead = keeping.instead(app.replica, kind.struct, word_id, word, title=title, on_back=back)
    if instead is not None:
        return instead
    of_label = (
        [SuggestedFor(word, key="suggested"), MergeLabel(word, key=f"merge {word_id}")]
        if isinstance(word, Label)
        else []
    )
    return reading(title, scroll([WordForm(kind, word, key=word_id), *of_label]), on_back=back)


@component
def WordForm(kind: Vocabulary, word: Word | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    app = use_app()
    blank = use_box(_blank(kind, app.page.route)).current
    begun = word or blank
    values = {
        "name": begun.name,
        "colour": getattr(begun, "colour", BEGIN_COLOUR),
        "of": wordbook.group_of(begun),
        "about": getattr(begun, "about", ""),
    }
    form = use_kept_form(DraftKey(kind_of(begun).name, begun.id, ""), values)
    return form.around(WordFields(kind, word, begun, form, key=f"{form.generation}"))


@component
def WordFields(kind: Vocabulary, word: Word | None, begun: Word, form: KeptForm) -> ft.Control:
    """The name and what else the type carries, and how it will look."""
    app, values = use_app(), form.values
    name, set_name = use_choice(values, "name")
    colour, set_colour = use_choice(values, "colour")
    group, set_group = use_choice(values, "of")
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        fields: dict[str, Any] = {"name": values["name"].strip()}
        fields |= {"colour": values["colour"]} if kind.coloured else {}
        fields |= {"about": values["about"]} if kind.explained else {}
        fields |= {"of": values["of"]} if kind.groups else {}
        wrong = _save(app, kind, msgspec.structs.replace(begun, **fields), word, form)
        set_problem(Problem("name", wrong))

    lines: dict[str, Any] = {"multiline": True, "min_lines": 2}
    return ft.Column(
        spacing=theme.GAP_L,
        controls=[
            *_group_choice(kind, group, set_group),
            TypedField(values, "name", "Name", problem, on_typed=lambda: set_name(values["name"]),
                       max_length=MAX_NAME, autofocus=word is None),
            *([TypedField(values, "about", kind.explained, problem, **lines)]
              if kind.explained else []),
            *_look(kind, name, colour, set_colour),
            keeping.buttons(app, word, save, kind.route),
        ],
    )  # fmt: skip


def _blank(kind: Vocabulary, route: str) -> Word:
    """A new word, of the group that the address names."""
    asked = parse_qs(urlparse(route).query).get("of", [""])[0]
    fields = {"of": asked} if asked in kind.groups else {}
    fields |= {"colour": BEGIN_COLOUR} if kind.coloured else {}
    word: Word = kind.struct(name="", **fields)
    return word


def _save(app: App, kind: Vocabulary, word: Word, before: Word | None, form: KeptForm) -> str:
    """Save and show the list; or why not, in a sentence."""
    if wordbook.named_already(app.replica, kind, word, word.id):
        return f"There is already {_a(kind.word)} called {word.name}."
    changed = {
        name: getattr(word, name)
        for name in ("name", "colour", "about", "of")
        if before and getattr(word, name, None) != getattr(before, name, None)
    }

    def write() -> None:
        if before is None:
            wordbook.add(app.replica, kind, word)
        elif changed:
            app.replica.update(before, **changed)

    try:
        done = form.act(f"{kind.word.capitalize()} saved", write)
    except Invalid as problem:
        return problem.message
    if done:
        form.done()
        app.go(kind.route)
    return ""


def _group_choice(kind: Vocabulary, group: str, set_group: Any) -> list[ft.Control]:
    if not kind.groups:
        return []
    choices = [Choice(value, told.title) for value, told in kind.groups.items()]
    return [choice_row("of", choices, group, set_group)]


def _look(kind: Vocabulary, name: str, colour: str, set_colour: Any) -> list[ft.Control]:
    """The palette, and the name on the chosen colour."""
    if not kind.coloured:
        return []
    sample = pill(name.strip() or kind.word.capitalize(), colour)
    told = ft.Text("It will look like this:", color=theme.MUTED)
    return [palette(colour, set_colour), ft.Row(wrap=True, controls=[told, sample])]


def _row(app: App, kind: Vocabulary, words: Words, item: Item, order: Sequence[Word]) -> ft.Control:
    """The word, what it has been used for, and the way up and down where there is an order."""
    word = item.word
    moves = _moves(app, kind, order, word) if kind.ordered and words.may_edit and order else []
    end = [ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED)] if words.may_edit else []
    return target(
        f"word-{word.id}",
        ft.Container(
            key=word.id,
            ink=words.may_edit,
            border_radius=theme.RADIUS,
            padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=theme.GAP),
            on_click=(lambda _event: app.go(f"{kind.route}/{word.id}")) if words.may_edit else None,
            content=ft.Row(controls=[_told(kind, item), *moves, *end]),
        ),
        key=word.id,
        button=words.may_edit,
    )


def _told(kind: Vocabulary, item: Item) -> ft.Control:
    word = item.word
    named = (
        pill(word.name, word.colour)  # type: ignore[union-attr]
        if kind.coloured
        else ft.Text(word.name, style=theme.BODY)
    )
    twice = (
        [ft.Text("Another one has the same name", style=theme.SMALL, color=ft.Colors.ERROR)]
        if item.twice
        else []
    )
    return ft.Column(
        expand=True,
        tight=True,
        spacing=theme.GAP_S,
        controls=[
            ft.Row(controls=[named], wrap=True),
            ft.Text(told_uses(kind, item), style=theme.SMALL, color=theme.MUTED),
            *twice,
        ],
    )


def told_uses(kind: Vocabulary, item: Item) -> str:
    if not item.uses:
        return "not used"
    group = kind.groups.get(wordbook.group_of(item.word))
    used = group.used if group else kind.used
    return f"on {wording.plural(item.uses, used, _many(used))}"


def _moves(app: App, kind: Vocabulary, order: Sequence[Word], word: Word) -> Sequence[ft.Control]:
    """Up and down, as far as there is room."""
    place = next(at for at, other in enumerate(order) if other.id == word.id)

    def move(to: int) -> None:
        moved = list(order)
        moved.insert(to, moved.pop(place))
        app.act("Order changed", lambda: wordbook.put_in_order(app.replica, kind, moved))

    return [
        icon_button(
            ft.Icons.ARROW_UPWARD, "Earlier", disabled=place == 0, on_click=lambda: move(place - 1)
        ),
        icon_button(
            ft.Icons.ARROW_DOWNWARD,
            "Later",
            disabled=place == len(order) - 1,
            on_click=lambda: move(place + 1),
        ),
    ]


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _many(used: str) -> str:
    return " or ".join(f"{word}s" for word in used.split(" or "))
