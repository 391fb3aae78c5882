"""The first steps up to a first logged visit: a card on Today in an empty book, and `/first-steps`.

Never a dialog: whoever knows their way works around the card, or puts it away. Each step says what
it is for and has its own buttons; only the next one is open. All of it works without a network, but
for inviting people.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import fieldwork, first_day, samples
from client.errors import ReplicaError
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.hooks import use_app, use_live
from client.ui.views.visits import check_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.first_day import FirstDay, Setup
    from client.ui.context import App

ROUTE = "/first-steps"
SAMPLES_ABOUT = (
    "Three made-up customers with a visit for today, one that is overdue, a task and a deal. Only "
    "you and administrators see them, their names say (sample), and one tap removes them."
)
DONE = "That is all there is to it"
DONE_ABOUT = (
    "Your first visit is logged. It was saved on this device at once, and goes to your team by "
    "itself whenever there is a signal."
)


class Step(NamedTuple):
    """One line of a list; `buttons` are (name, words, what a tap does), the first stands out."""

    name: str
    title: str
    about: str
    done: bool
    buttons: tuple[tuple[str, str, Callable[[], None]], ...]


@component
def FirstSteps(otherwise: Callable[[], ft.Control] | None = None) -> ft.Control:
    """The card on Today; `otherwise`, alone on the screen, once it is put away or not needed."""
    app = use_app()
    away, set_away = ft.use_state(False)
    steps = use_live(first_day.on_today, *first_day.READS, deps=[away])
    ft.use_effect(lambda: first_day.begin(app.replica) if steps else None, [steps is None])
    if steps is None:
        return otherwise() if otherwise else ft.Container(visible=False)

    def put_away() -> None:
        first_day.put_away(app.replica)
        set_away(True)
        app.say("First steps are under More, too", "Open", lambda: app.go(ROUTE))

    cards = _cards(app, steps, put_away)
    return scroll(cards) if otherwise else ft.Column(spacing=theme.GAP, controls=cards)


@component
def FirstStepsView() -> ft.Control:
    """All steps, whether Today shows them or not, and the sample data."""
    app = use_app()
    shown, set_shown = ft.use_state(first_day.is_on_today(app.replica))
    steps = use_live(first_day.read, *first_day.READS)

    def show() -> None:
        first_day.begin(app.replica)
        set_shown(True)
        app.go("/")

    again = [] if shown else [_button("show-on-today", "Show them on Today", show)]
    parts = [*_cards(app, steps, None), *again, _sample_section(app, steps)]
    return reading("First steps", scroll(parts), on_back=lambda: app.go("/more"))


def _cards(app: App, steps: FirstDay, put_away: Callable[[], None] | None) -> list[ft.Control]:
    if steps.logged:
        return [_finished(app, steps, put_away)]
    setup = _setup_steps(app, steps.setup) if steps.setup else ()
    cards = [_card("Set up your company", setup, None)] if setup else []
    return [*cards, _card("Your first visit", _visit_steps(app, steps), put_away)]


def _setup_steps(app: App, setup: Setup) -> tuple[Step, ...]:
    return (
        Step("words", "Words of your trade",
             "A starter pack brings labels, outcomes and purposes; change them as you like.",
             setup.words,
             (("open-packs", "See starter packs", partial(app.go, "/admin/packs")),)),
        Step("territory", "A territory",
             "Whoever is its rep sees the customers in it.",
             setup.territory,
             (("new-territory", "Add a territory", partial(app.go, "/admin/territories/new")),)),
        Step("people", "Invite a rep",
             "They sign in with what you enter here, on any phone. This needs a signal.",
             setup.people,
             (("invite", "Invite somebody", partial(app.go, "/admin/users/new")),)),
    )  # fmt: skip


def _visit_steps(app: App, steps: FirstDay) -> tuple[Step, ...]:
    load = partial(_load_samples, app)
    to_visit = fieldwork.About(steps.account_id)
    plan = f"/plan/{steps.account_id}" if steps.account_id else "/new"
    log = f"/visit/{steps.visit_id}" if steps.visit_id else "/new"
    start = partial(check_in.check_in, app, to_visit) if steps.account_id else partial(app.go, log)
    return (
        Step("customer", "Add your first customer",
             "A name is enough. Then come back here, to Today.",
             steps.customer,
             (("add-customer", "Add a customer", partial(app.go, "/accounts/new")),
              ("import-file", "Import a file", partial(app.go, "/import")),
              ("use-samples", "Try with sample data", load))),
        Step("visit", "Plan a visit, or start one",
             "Plan it for a day, or check in if you are there already.",
             steps.visit,
             (("plan-first", "Plan a visit", partial(app.go, plan)),
              ("start-first", "Start one now", start))),
        Step("log", "Say how it went",
             "One tap on an outcome logs the visit. A note, photos or an order can follow.",
             steps.logged,
             (("log-first", "Log the visit", partial(app.go, log)),)),
    )  # fmt: skip


def _card(title: str, steps: Sequence[Step], put_away: Callable[[], None] | None) -> ft.Control:
    done = sum(step.done for step in steps)
    following = next((step for step in steps if not step.done), None)
    counted = f"{done} of {len(steps)} done"
    return card(
        ft.Column(
            spacing=theme.GAP,
            controls=[
                _heading(title, counted, put_away),
                *[_step(step, is_next=step is following) for step in steps],
            ],
        ),
        padding=theme.GAP_L,
    )


def _heading(title: str, told: str, put_away: Callable[[], None] | None) -> ft.Control:
    close = icon_button(
        ft.Icons.CLOSE,
        "Put the first steps away",
        on_click=lambda _event: put_away() if put_away else None,
    )
    words = ft.Column(
        expand=True,
        spacing=2,
        controls=[
            ft.Semantics(heading_level=2, content=ft.Text(title, style=theme.HEADING)),
            *([ft.Text(told, style=theme.SMALL, color=theme.MUTED)] if told else []),
        ],
    )
    ends = [target("put-away", close)] if put_away else []
    return ft.Row(vertical_alignment=ft.CrossAxisAlignment.START, controls=[words, *ends])


def _step(step: Step, *, is_next: bool) -> ft.Control:
    icon = ft.Icons.CHECK_CIRCLE if step.done else ft.Icons.RADIO_BUTTON_UNCHECKED
    weight = ft.FontWeight.W_600 if is_next else ft.FontWeight.NORMAL
    opened = [ft.Text(step.about, style=theme.SMALL, color=theme.MUTED)] if is_next else []
    buttons = [_button(*button, first=not place) for place, button in enumerate(step.buttons)]
    row = ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=buttons)
    return target(
        f"step-{step.name}",
        ft.Row(
            vertical_alignment=ft.CrossAxisAlignment.START,
            spacing=12,
            controls=[
                ft.Icon(
                    icon,
                    color=ft.Colors.PRIMARY if step.done or is_next else ft.Colors.OUTLINE,
                    semantics_label="Done" if step.done else "To do",
                ),
                ft.Column(
                    expand=True,
                    spacing=theme.GAP_S,
                    controls=[
                        ft.Text(
                            step.title,
                            style=theme.BODY,
                            weight=weight,
                            color=theme.MUTED if step.done else None,
                        ),
                        *opened,
                        *([row] if is_next else []),
                    ],
                ),
            ],
        ),
    )


def _finished(app: App, steps: FirstDay, put_away: Callable[[], None] | None) -> ft.Control:
    buttons = [_button("first-done", "Done", put_away, first=True)] if put_away else []
    if put_away and steps.samples:

        def clear() -> None:
            first_day.put_away(app.replica)
            _remove_samples(app)

        buttons.append(_button("remove-samples", "Remove the sample data", clear))
    return card(
        ft.Column(
            spacing=theme.GAP,
            controls=[
                ft.Row(
                    spacing=12,
                    controls=[
                        ft.Icon(ft.Icons.CHECK_CIRCLE, color=ft.Colors.PRIMARY),
                        ft.Semantics(
                            heading_level=2,
                            expand=True,
                            content=ft.Text(DONE, style=theme.HEADING),
                        ),
                    ],
                ),
                ft.Text(DONE_ABOUT, style=theme.BODY),
                ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=buttons),
            ],
        ),
        padding=theme.GAP_L,
    )


def _sample_section(app: App, steps: FirstDay) -> ft.Control:
    if steps.samples:
        button = _button("remove-samples", "Remove the sample data", partial(_remove_samples, app))
    else:
        button = _button("use-samples", "Load sample data", partial(_load_samples, app))
    words = ft.Text(SAMPLES_ABOUT, style=theme.BODY, color=theme.MUTED)
    return section("Sample data", [words, ft.Row(controls=[button])])


def _load_samples(app: App) -> None:
    app.act("Sample data loaded", lambda: samples.load(app.replica))


def _remove_samples(app: App) -> None:
    """One tap, with Undo; what was made somebody's own is named."""
    try:
        removed = samples.remove(app.replica)
    except ReplicaError as error:
        app.say(str(error))
        return
    act = app.replica.last_act()
    kept = wording.joined(removed.kept)
    stays = "stays, because it was" if len(removed.kept) == 1 else "stay, because they were"
    rest = f" {kept} {stays} changed." if kept else ""
    if removed.records:
        app.say(f"Sample data removed.{rest}", "Undo", lambda: app.undo(act))
    else:
        app.say(f"Nothing to remove.{rest}")


def _button(
    name: str, words: str, on_click: Callable[[], None], *, first: bool = False
) -> ft.Control:
    kind = ft.FilledButton if first else ft.OutlinedButton
    return target(name, kind(words, height=theme.TOUCH, on_click=lambda _event: on_click()))
