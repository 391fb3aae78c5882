"""The least a Flet page can be, bundled as the app is and measured beside it."""

from __future__ import annotations

import flet as ft


def main(page: ft.Page) -> None:
    page.add(ft.Text("Hello"))


if __name__ == "__main__":
    ft.run(main)
