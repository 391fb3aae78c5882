"""The app without Flutter: a real Flet session whose other end answers in memory.

`opened` shows the whole app over a real replica; `shown` shows one component. A test then finds
what a person would find (words, names of targets, labels of fields), taps and types, and waits for
what must appear. What the app logs as an error fails the test, although the person sees only a card
or a bar. Two traps of Flet are taken care of here: the first patch has to be encoded (later diffs
compare with that snapshot), and a navigation comes back as an event of the page.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from typing import TYPE_CHECKING, Any, TypeVar

import flet as ft
import msgpack
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
    decode_ext_from_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

from client.ui import errors
from client.ui.root import Root

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from client.replica import Replica

C = TypeVar("C", bound=BaseControl)
PATIENCE_S = 5.0
SILENT = ("get_permission_status", "get_current_position")
"""What no device answers at once: a test that wants an answer gives it in `answers`."""
_INNER = ("_b", "_dialogs", "_services")
_WORDS = ("value", "label", "title", "subtitle", "content", "text", "hint_text", "error", "tooltip")
PHONE, OFFICE = (390.0, 844.0), (1440.0, 900.0)


class Client(Connection):
    """Plays the Flutter side: keeps every frame, answers every call."""

    def __init__(self) -> None:
        super().__init__()
        self.pubsubhub = PubSubHub()
        self.loop = asyncio.get_running_loop()
        self.page_url = "http://fieldbook"
        self.session: Session
        self.crashes: list[Any] = []
        self.answers: dict[str, Any] = {}
        """What the device says when it is asked by these names."""
        self.given: list[bytes] = []
        """The files that the app has handed over."""

    def send_message(self, message: Message) -> None:
        encode = configure_encode_object_for_msgpack(BaseControl)
        raw = msgpack.packb([message.action, message.body], default=encode)
        body = msgpack.unpackb(raw, ext_hook=decode_ext_from_msgpack, strict_map_key=False)[1]
        if message.action is MessageAction.SESSION_CRASHED:
            self.crashes.append(body)
        if message.action is MessageAction.INVOKE_METHOD:
            self.loop.call_soon(self._answer, body)

    def _answer(self, call: dict[str, Any]) -> None:
        name = call["name"]
        if name in SILENT and name not in self.answers:
            return
        answer = self.answers.get(name)
        if data := (call.get("args") or {}).get("src_bytes"):
            self.given.append(data)
        self.session.handle_invoke_method_results(call["control_id"], call["call_id"], answer, None)
        if call["name"] == "push_route":
            route = call["args"]["route"]
            page = self.session.page
            self.session.apply_page_patch({"route": route})
            self.loop.create_task(
                self.session.dispatch_event(page._i, "route_change", {"route": route})
            )


class Host:
    """A device that says nothing about itself."""

    def listen(self, callback: Callable[[str], None]) -> None:
        pass

    async def persist(self) -> bool:
        return False

    async def allow_notices(self) -> bool:
        return False

    async def notify(self, _title: str, _text: str) -> bool:
        return False

    async def scan(self) -> str | None:
        return None

    def opened(self) -> None:
        pass

    def keep_day(self, told: str) -> None:
        pass

    async def notes(self) -> str:
        return "[]"

    async def forget_note(self, note_id: str) -> None:
        pass

    async def saving(self, _name: str) -> None:
        return None

    async def shrunk(self, picture: bytes, longest: int) -> bytes | None:
        """Every picture is small enough."""
        return picture if longest else None


class Screen:
    """What a person sees, and their finger."""

    def __init__(self, session: Session, client: Client) -> None:
        self.session = session
        self.client = client
        self.page = session.page
        self.taps = 0
        self.failures: list[str] = []
        """What the app has logged as an error; a test that provokes one takes it out."""

    async def with_text(self, percent: int) -> None:
        """The device's settings make text so much larger; `percent` of 100 is as designed."""
        letter = next(x for x in self.all(ft.Container) if x.on_size_change)
        await self.event(letter, "size_change", {"w": 60, "h": percent})

    # --- looking ---

    def all(self, kind: type[C], *, within: object = None, **props: Any) -> list[C]:
        """The controls of a kind with these properties, in the order of the tree."""
        return [
            control
            for control in _walk(self.page if within is None else within)
            if isinstance(control, kind)
            and all(getattr(control, name, None) == value for name, value in props.items())
        ]

    def target(self, identifier: str) -> ft.Semantics:
        found = self.all(ft.Semantics, identifier=identifier)
        assert found, f"no target {identifier!r}; there are {self.identifiers()}"
        return found[-1]

    def has(self, identifier: str) -> bool:
        return bool(self.all(ft.Semantics, identifier=identifier))

    def identifiers(self) -> list[str]:
        return [x.identifier for x in self.all(ft.Semantics) if x.identifier]

    def words(self, within: object = None) -> list[str]:
        """Every piece of text, in the order of the tree."""
        return [
            value
            for control in _walk(self.page if within is None else within)
            for name in _WORDS
            if isinstance(value := getattr(control, name, None), str) and value
            if not isinstance(control, ft.Semantics)
        ]

    def says(self, text: str) -> bool:
        return any(text in piece for piece in self.words())

    def bar(self) -> str:
        """What the newest bar at the bottom says; empty if there is none."""
        bars = [x for x in self.all(ft.SnackBar) if x.open]
        return "".join(self.words(bars[-1].content)) if bars else ""

    # --- waiting ---

    async def settle(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)

    async def until(self, seen: Callable[[], Any]) -> Any:
        """Wait until something holds, and return it."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not (result := seen()):
            assert asyncio.get_running_loop().time() < deadline, f"waited in vain: {self.words()}"
            await asyncio.sleep(0.01)
        return result

    async def until_says(self, text: str) -> None:
        await self.until(lambda: self.says(text))

    async def until_target(self, identifier: str) -> None:
        await self.until(lambda: self.has(identifier))

    # --- doing ---

    async def go(self, route: str) -> None:
        await self.page.push_route(route)
        await self.settle()

    async def tap(self, what: str | BaseControl) -> None:
        """Tap a target by its identifier, or a control."""
        control = what if isinstance(what, BaseControl) else self._pressable(what)
        self.taps += 1
        await self.event(control, _tap_of(control))

    async def tap_twice(self, identifier: str) -> None:
        await self.tap_at_once(identifier, identifier)

    async def tap_at_once(self, *what: str | BaseControl) -> None:
        """Tap so fast that each tap is there before anything has come of the one before."""
        tapped = [x if isinstance(x, BaseControl) else self._pressable(x) for x in what]
        await asyncio.gather(*(self.session.dispatch_event(x._i, _tap_of(x), None) for x in tapped))
        await self.settle()

    async def choose(self, identifier: str, place: int) -> None:
        """Tap a place of the bottom bar."""
        bar = self.all(ft.NavigationBar, within=self.target(identifier))[0]
        self.taps += 1
        await self.event(bar, "change", str(place))

    async def press(self, text: str) -> None:
        """Tap the button that reads so."""
        found = [x for x in self.all(BaseControl) if _is_button(x) and text in self.words(x)]
        assert found, f"no button {text!r} in {self.words()}"
        await self.tap(found[-1])

    async def type(self, label: str, text: str) -> None:
        """Type into the field with this label or hint."""
        fields = self.all(ft.TextField)
        found = [x for x in fields if label in (x.label, x.hint_text)]
        assert found, f"no field {label!r}; there are {[x.label or x.hint_text for x in fields]}"
        self.session.apply_patch(found[-1]._i, {"value": text})
        await self.event(found[-1], "change", text)

    async def undo(self) -> None:
        """Tap the action of the newest bar; only one given as text tells the bar of the tap."""
        bars = [x for x in self.all(ft.SnackBar) if x.open and isinstance(x.action, str)]
        assert bars, "no bar offers an action"
        await self.event(bars[-1], "action")

    async def event(self, control: BaseControl, name: str, data: Any = None) -> None:
        await self.session.dispatch_event(control._i, name, data)
        await self.settle()

    def _pressable(self, identifier: str) -> BaseControl:
        found = [x for x in _walk(self.target(identifier)) if _is_button(x)]
        assert found, f"nothing to tap in {identifier!r}"
        return found[0]


@contextlib.asynccontextmanager
async def opened(
    replica: Replica,
    route: str = "/",
    size: tuple[float, float] = PHONE,
    host: Any = None,
    again: Callable[[], Awaitable[Replica]] | None = None,
) -> AsyncIterator[Screen]:
    """The whole app over a replica, at a route; `again` opens it anew after a sign-out."""
    first = [replica]

    async def give() -> Replica:
        return await again() if again and not first else first.pop()

    def main(page: ft.Page) -> None:
        page.render_views(lambda: Root(page, give, host or Host()))

    listening = [*replica._database._listeners]
    try:
        async with running(main, route, size) as screen:
            await screen.until(lambda: not screen.says("Opening Fieldbook"))
            yield screen
    finally:
        replica._database._listeners[:] = listening  # an app that has ended hears nothing more


@contextlib.asynccontextmanager
async def shown(component: Callable[[], Any]) -> AsyncIterator[Screen]:
    """One component as the whole page."""
    async with running(lambda page: page.render(component)) as screen:
        yield screen


@contextlib.asynccontextmanager
async def running(
    main: Callable[[ft.Page], Any], route: str = "/", size: tuple[float, float] = PHONE
) -> AsyncIterator[Screen]:
    """A session whose page `main` has filled; everything it started ends with it."""
    before = asyncio.all_tasks()
    client = Client()
    session = Session(client)
    client.session = session
    token = _context_page.set(session.page)
    context.reset_auto_update()
    session.apply_page_patch({"route": route, "width": size[0], "height": size[1]})
    errors.install(session.page)
    answer = RegisterClientResponseBody(
        session_id=session.id, page_patch=session.get_page_patch(), error=""
    )
    client.send_message(Message(MessageAction.REGISTER_CLIENT, answer))
    screen = Screen(session, client)
    try:
        with _logged(screen.failures):
            main(session.page)
            await session.after_event(session.page)
            await screen.settle()
            yield screen
        assert not screen.failures, screen.failures
        assert not client.crashes, client.crashes
    finally:
        session.close()
        ours = asyncio.all_tasks() - before
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        _context_page.reset(token)


@contextlib.contextmanager
def _logged(failures: list[str]) -> Iterator[None]:
    """Note what the app, Flet or the loop log as errors."""
    noting = logging.Handler(logging.ERROR)
    noting.setFormatter(logging.Formatter())
    noting.emit = lambda entry: failures.append(noting.format(entry))  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in ("client", "flet", "asyncio")]
    for logger in loggers:
        logger.addHandler(noting)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(noting)


def children(control: BaseControl) -> Iterator[BaseControl]:
    """The controls that stand directly in one."""
    for field in dataclasses.fields(control):
        if not field.name.startswith("_") or field.name in _INNER:
            yield from _controls(getattr(control, field.name, None))


def _controls(value: object) -> Iterator[BaseControl]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _controls(item)
    elif isinstance(value, ft.DialogControl) and not value.open:
        return  # it waits to be told that it has closed
    elif isinstance(value, BaseControl):
        yield value


def _walk(start: object) -> Iterator[BaseControl]:
    seen: set[int] = set()

    def visit(controls: Iterator[BaseControl]) -> Iterator[BaseControl]:
        for control in controls:
            if id(control) not in seen:
                seen.add(id(control))
                yield control
                yield from visit(children(control))

    yield from visit(_controls(start))


def _tap_of(control: BaseControl) -> str:
    return "select" if getattr(control, "on_select", None) else "click"


def _is_button(control: BaseControl) -> bool:
    return any(getattr(control, name, None) for name in ("on_click", "on_select"))
