"""The calendar subscription: an address from which the phone's calendar fetches planned visits.

The server makes it and tells it once, so making, renewing and stopping need a connection; the
calendar file beside it does not. The address is a key: whoever has it sees these visits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, section, target
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_optional

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica
    from client.ui.context import App

ABOUT = (
    "Your phone's calendar can fetch your planned visits by itself, from 30 days back to a year "
    "ahead. Make a link and add it there as a calendar by address."
)
ONCE = (
    "This link is shown once: copy it now. Whoever has it can see your planned visits and nothing "
    "else. It ends when you stop or renew it, or when this device's access ends."
)
OFFLINE = "A link needs a connection, because the server makes it. The file above works without."


class Known(NamedTuple):
    """What is known of the subscription; `link` right after it was made, `reason` if nothing is."""

    since_ms: int | None = None
    link: str = ""
    reason: str = ""


@component
def Subscription() -> ft.Control:
    app = use_app()
    known, set_known = use_optional(Known)
    busy, set_busy = ft.use_state(False)

    async def load() -> None:
        set_known(await read_subscription(app))

    async def ask(request: Awaitable[Known], said: str = "") -> None:
        if busy:
            return
        set_busy(True)
        answers: list[Known] = []
        reason = await app.reach(_kept(request, answers))
        set_busy(False)
        if reason:
            app.say(reason)
        else:
            set_known(answers[0])
            if said:
                app.say(said)

    async def renew() -> None:
        await ask(_renewed(app.replica))  # it shows, and a bar would lie over the way to copy it

    async def stop() -> None:
        await ask(_stopped(app.replica), "Link stopped: it opens nothing any more")

    ft.use_effect(load, [])
    words = ft.Text(ABOUT, style=theme.BODY, color=theme.MUTED)
    return section("Calendar subscription", [words, *_state(app, known, load, renew, stop)])


async def read_subscription(app: App) -> Known:
    """What the server says, or why it says nothing."""
    answers: list[Known] = []
    reason = await app.reach(_kept(_asked(app.replica), answers))
    return Known(reason=reason) if reason else answers[0]


async def _kept(request: Awaitable[Known], answers: list[Known]) -> None:
    answers.append(await request)


async def _asked(replica: Replica) -> Known:
    return Known((await replica.calendar_feed()).created_ms)


async def _renewed(replica: Replica) -> Known:
    return Known(replica.now(), await replica.renew_calendar_feed())


async def _stopped(replica: Replica) -> Known:
    await replica.stop_calendar_feed()
    return Known()


def _state(
    app: App,
    known: Known | None,
    load: Callable[[], Awaitable[None]],
    renew: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
) -> list[ft.Control]:
    if known is None:
        return [states.loading("Asking the server")]
    if known.reason:
        return [
            states.notice(ft.Icons.CLOUD_OFF_OUTLINED, f"{known.reason} {OFFLINE}"),
            _buttons(_button("subscription-again", "Try again", ft.Icons.REFRESH, load)),
        ]
    if known.link:
        return [_link(known.link), _buttons(_stop(stop))]
    if known.since_ms is None:
        return [_buttons(_button("subscription-make", "Make a link", ft.Icons.ADD_LINK, renew))]
    zone = app.replica.settings.time_zone
    day = wording.midway(wording.day(known.since_ms, app.replica.now(), zone))
    told = f"A link has been there since {day}. If it is lost or seen by others, make a new one."
    renewed = _button("subscription-renew", "Make a new link", ft.Icons.AUTORENEW, renew)
    return [ft.Text(told, style=theme.BODY), _buttons(renewed, _stop(stop))]


def _link(link: str) -> ft.Control:
    copy = ft.FilledButton(
        "Copy link",
        icon=ft.Icons.COPY_OUTLINED,
        height=theme.TOUCH,
        action=ft.CopyToClipboard(link),
    )
    return card(
        ft.Column(
            spacing=theme.GAP,
            controls=[
                target("subscription-link", selectable(link, style=theme.BODY)),
                ft.Text(ONCE, style=theme.SMALL, color=theme.MUTED),
                ft.Row(controls=[target("subscription-copy", copy)]),
            ],
        )
    )


def _stop(stop: Callable[[], Awaitable[None]]) -> ft.Control:
    return _button("subscription-stop", "Stop it", ft.Icons.LINK_OFF, stop)


def _buttons(*buttons: ft.Control) -> ft.Control:
    return ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=list(buttons))


def _button(
    name: str, words: str, icon: ft.IconData, on_click: Callable[[], Awaitable[None]]
) -> ft.Control:
    return target(name, ft.OutlinedButton(words, icon=icon, height=theme.TOUCH, on_click=on_click))
