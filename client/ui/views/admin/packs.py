"""Starter packs of words and label rules, for administrators: `/admin/packs`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client import packs
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import refusal, use_admin
from sync_protocol.records import Label, LabelRule, Outcome, Purpose

if TYPE_CHECKING:
    from client.packs import Pack, Share
    from client.ui.context import App

ABOUT = (
    "Words and label rules of a trade, to begin with and to be changed at will. What you renamed "
    "or deleted stays so, however often a pack is loaded. Its rules come switched off."
)


@component
def PacksView() -> Any:
    app, admin = use_app(), use_admin()
    back = lambda: app.go("/more")  # noqa: E731
    shares = use_live(
        lambda replica: [packs.share(replica, pack) for pack in packs.PACKS],
        Label, LabelRule, Outcome, Purpose,
    )  # fmt: skip
    if not admin:
        return refusal("Starter packs", back)
    every = [_pack(app, pack, here) for pack, here in zip(packs.PACKS, shares, strict=True)]
    return reading(
        "Starter packs", scroll([ft.Text(ABOUT, color=theme.MUTED), *every]), on_back=back
    )


def _pack(app: App, pack: Pack, here: Share) -> ft.Control:
    rules = wording.plural(len(pack.rules), "rule")
    lines = {
        "Labels": pack.labels, "Outcomes": pack.outcomes, "Purposes": pack.purposes,
    }  # fmt: skip
    button = target(
        f"load-{pack.key}",
        ft.FilledTonalButton(
            "Load",
            icon=ft.Icons.DOWNLOAD_OUTLINED,
            height=theme.TOUCH,
            disabled=here.here == here.all,
            on_click=partial(_load, app, pack),
        ),
    )
    said = "All of it is here." if here.here == here.all else f"{here.here} of {here.all} are here."
    return section(
        pack.title,
        [
            ft.Text(pack.about),
            *[_line(name, words) for name, words in lines.items()],
            _line(f"{rules}, switched off", [rule.label for rule in pack.rules]),
            ft.Row(
                wrap=True,
                spacing=theme.GAP,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
                controls=[button, ft.Text(said, color=theme.MUTED)],
            ),
        ],
    )


def _line(name: str, words: Any) -> ft.Control:
    return ft.Text(f"{name}: {', '.join(words)}", style=theme.SMALL, color=theme.MUTED)


def _load(app: App, pack: Pack) -> None:
    app.act(f"{pack.title} loaded", lambda: packs.load(app.replica, pack))
