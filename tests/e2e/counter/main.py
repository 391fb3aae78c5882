"""One number in OPFS: the smallest app the bundle can carry, to test what stands around any app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
from sqlalchemy import Column, Integer, MetaData, StaticPool, Table, create_engine, select, update
from sqlalchemy.dialects.sqlite import insert

from client.runtime.browser import BrowserRuntime

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from client.runtime.protocol import Runtime

PATH = "/replica/replica.db"
VERSION = "first"

counters = Table(
    "counter", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer)
)


class Counter:
    """One number, durable before it is shown."""

    def __init__(self, runtime: Runtime, path: str) -> None:
        self._runtime = runtime
        self._path = path
        self._engine = _engine(runtime, path)
        counters.metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            connection.execute(insert(counters).values(id=1, n=0).on_conflict_do_nothing())

    def value(self) -> int:
        with self._engine.begin() as connection:
            return int(connection.execute(select(counters.c.n)).scalar_one())

    def increment(self) -> int:
        with self._engine.begin() as connection:
            connection.execute(update(counters).values(n=counters.c.n + 1))
        self._runtime.flush(self._path)
        return self.value()


def screen(counter: Counter) -> Callable[[], ft.View]:
    @ft.component
    def app() -> ft.View:
        count, set_count = ft.use_state(counter.value())
        return ft.View(
            route="/",
            appbar=ft.AppBar(title=ft.Text(f"Counter, {VERSION} version")),
            controls=[
                ft.Text("דלפק"),  # its font is fetched when it is first drawn
                ft.Semantics(identifier="count", content=ft.Text(f"Count: {count}")),
                ft.Semantics(
                    identifier="increment",
                    content=ft.FilledButton(
                        "Increment", on_click=lambda: set_count(counter.increment())
                    ),
                ),
            ],
        )

    return app


def _engine(runtime: Runtime, path: str) -> Engine:
    return create_engine("sqlite://", creator=lambda: runtime.connect(path), poolclass=StaticPool)


async def main(page: ft.Page) -> None:
    runtime = BrowserRuntime()
    await runtime.prepare(PATH)
    page.render_views(screen(Counter(runtime, PATH)))


if __name__ == "__main__":
    ft.run(main)
