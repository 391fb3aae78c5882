"""The team's words: labels and outcomes, as lists and as forms.

Both are a name on a colour, archived rather than deleted: what was tagged stays tagged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.errors import Invalid
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.colours import palette, pill
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app, use_box, use_live, use_stable
from sync_protocol.records import Activity, Label, Labelling, Outcome, OutcomeGiven

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from client.ui.context import App

Word = Label | Outcome
MAX_NAME = 60
BEGIN_COLOUR = theme.PALETTE[6]


class Vocabulary(NamedTuple):
    """What the two screens differ in."""

    struct: type[Any]
    route: str
    title: str
    word: str
    used: str
    about: str


LABELS = Vocabulary(
    Label, "/labels", "Labels", "label", "record",
    "Labels mark customers and people. The whole team uses the same ones.",
)  # fmt: skip
OUTCOMES = Vocabulary(
    Outcome, "/outcomes", "Outcomes", "outcome", "visit or call",
    "Outcomes are the buttons a rep taps after a visit or a call.",
)  # fmt: skip


class Item(NamedTuple):
    """A word with how often it is used; `twice` if another one has the same name."""

    word: Word
    uses: int
    twice: bool


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
def LabelView() -> Any:
    return WordPage(LABELS, ft.use_route_params().get("id", ""))


@component
def OutcomeView() -> Any:
    return WordPage(OUTCOMES, ft.use_route_params().get("id", ""))


@component
def WordList(kind: Vocabulary) -> ft.Control:
    app = use_app()
    words = use_live(
        lambda replica: read_words(replica, kind), kind.struct, Labelling, Activity, deps=[kind]
    )
    add = [
        target(
            "add",
            ft.FilledTonalButton(
                f"New {kind.word}",
                icon=ft.Icons.ADD,
                height=theme.TOUCH,
                on_click=lambda: app.go(f"{kind.route}/new"),
            ),
        )
    ]
    nothing = states.empty(ft.Icons.LABEL_OUTLINE, f"No {kind.title.lower()} yet", kind.about)
    shown = [_row(app, kind, words, item, place) for place, item in enumerate(words.shown)]
    archived = [_row(app, kind, words, item, None) for item in words.archived]
    return reading(
        kind.title,
        scroll(
            [
                ft.Text(kind.about, color=theme.MUTED),
                *(shown or [nothing]),
                *([section("Archived", archived, len(archived))] if archived else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=add if words.may_add else [],
    )


def read_words(replica: Replica, kind: Vocabulary) -> Words:
    order = "place" if kind.struct is Outcome else "name"
    found: list[Word] = replica.find(kind.struct, order_by=order)
    names = [word.name.casefold().strip() for word in found]
    uses = uses_of(replica, kind)
    items = [
        Item(word, uses.get(word.id, 0), names.count(word.name.casefold().strip()) > 1)
        for word in found
    ]
    return Words(
        tuple(item for item in items if not item.word.archived),
        tuple(item for item in items if item.word.archived),
        may_add=keeping.may(replica, kind.struct, "create"),
        may_edit=keeping.may(replica, kind.struct, "update"),
    )


def uses_of(replica: Replica, kind: Vocabulary) -> dict[str, int]:
    """How often each word is used, as far as this device knows."""
    if kind.struct is Label:
        return replica.tally(Labelling, "label_id", on=True)
    given = replica.tally(Activity, "outcome", status="done")
    counts: dict[str, int] = {}
    for packed, count in given.items():
        if not packed:
            continue
        outcome_id = msgspec.json.decode(packed, type=OutcomeGiven).outcome_id
        counts[outcome_id] = counts.get(outcome_id, 0) + count
    return counts


def named_already(replica: Replica, kind: Vocabulary, name: str, but: str) -> bool:
    """Whether another word of the kind has this name, case ignored."""
    wanted = name.strip().casefold()
    found: list[Word] = replica.find(kind.struct)
    return any(word.name.strip().casefold() == wanted and word.id != but for word in found)


@component
def WordPage(kind: Vocabulary, word_id: str) -> Any:
    """`<route>/new` and `<route>/<id>`."""
    app = use_app()
    word = use_live(
        lambda replica: replica.get(kind.struct, word_id) if word_id else None,
        kind.struct,
        deps=[word_id],
    )
    title = f"New {kind.word}" if not word_id else kind.word.capitalize()
    back = lambda: app.go(kind.route)  # noqa: E731
    if word_id and (word is None or word.deleted):
        return keeping.absent(title, back)
    if not keeping.may(app.replica, kind.struct, "update" if word_id else "create"):
        return keeping.only_to_look_at(title, back)
    return reading(title, scroll([WordForm(kind, word, key=word_id)]), on_back=back)


@component
def WordForm(kind: Vocabulary, word: Word | None) -> ft.Control:
    """The name, the colour, and how it will look."""
    app = use_app()
    name, set_name = ft.use_state(word.name if word else "")
    colour, set_colour = ft.use_state(word.colour if word else BEGIN_COLOUR)
    about = use_box(word.about if isinstance(word, Label) else "")
    error, set_error = ft.use_state("")

    def save() -> None:
        if named_already(app.replica, kind, name, word.id if word else ""):
            set_error(f"There is already {_a(kind.word)} called {name.strip()}.")
            return
        fields: dict[str, Any] = {"name": name.strip(), "colour": colour}
        if kind is LABELS:
            fields["about"] = about.current
        try:
            done = app.act(
                f"{kind.word.capitalize()} saved", lambda: _save(app, kind, word, fields)
            )
        except Invalid as problem:
            set_error(problem.message)
            return
        if done:
            app.go(kind.route)

    hear_about = use_stable(lambda text: setattr(about, "current", text))
    meaning = TextInput(
        "What it means (optional)", hear_about, about.current, multiline=True, min_lines=2
    )
    return ft.Column(
        spacing=theme.GAP_L,
        controls=[
            target("name", TextInput("Name", use_stable(set_name), name, error,
                                     max_length=MAX_NAME, autofocus=word is None)),
            *([meaning] if kind is LABELS else []),
            palette(colour, set_colour),
            _sample(name.strip() or kind.word.capitalize(), colour),
            keeping.buttons(app, word, save, kind.route),
        ],
    )  # fmt: skip


def _sample(name: str, colour: str) -> ft.Control:
    return ft.Row(
        wrap=True,
        controls=[ft.Text("It will look like this:", color=theme.MUTED), pill(name, colour)],
    )


def _save(app: App, kind: Vocabulary, word: Word | None, fields: dict[str, Any]) -> None:
    replica = app.replica
    if word is not None:
        replica.update(word, **fields)
        return
    if kind is OUTCOMES:
        outcomes = replica.find(Outcome)
        fields["place"] = 1 + max((outcome.place for outcome in outcomes), default=-1)
    replica.create(kind.struct(**fields))


def _row(app: App, kind: Vocabulary, words: Words, item: Item, place: int | None) -> ft.Control:
    """The word, its uses, and for outcomes the way up and down."""
    word = item.word
    moves = (
        _moves(app, words, place)
        if kind is OUTCOMES and words.may_edit and place is not None
        else []
    )
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
    used = wording.plural(item.uses, kind.used, _many(kind.used))
    uses = f"on {used}" if item.uses else "not used"
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
            ft.Row(controls=[pill(item.word.name, item.word.colour)], wrap=True),
            ft.Text(uses, style=theme.SMALL, color=theme.MUTED),
            *twice,
        ],
    )


def _moves(app: App, words: Words, place: int) -> Sequence[ft.Control]:
    """Up and down, as far as there is room."""

    def move(to: int) -> None:
        order = [item.word for item in words.shown]
        order.insert(to, order.pop(place))
        app.act("Order changed", lambda: _order(app, order))

    return [
        ft.IconButton(ft.Icons.ARROW_UPWARD, tooltip="Earlier", disabled=place == 0,
                      on_click=lambda: move(place - 1)),
        ft.IconButton(ft.Icons.ARROW_DOWNWARD, tooltip="Later",
                      disabled=place == len(words.shown) - 1, on_click=lambda: move(place + 1)),
    ]  # fmt: skip


def _order(app: App, order: Sequence[Word]) -> None:
    with app.replica.changeset("Order outcomes"):
        for place, word in enumerate(order):
            app.replica.update(word, place=place)


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _many(used: str) -> str:
    return " or ".join(f"{word}s" for word in used.split(" or "))
