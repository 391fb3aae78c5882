"""The fonts of other scripts lie where Flutter's engine asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.web import letters, page_side

ENGINE = (page_side.FLUTTER / "main.dart.js").read_text("utf-8")


def test_a_font_lies_at_the_address_that_the_engine_asks_for(tmp_path: Path) -> None:
    _package(tmp_path, "noto-sans-hebrew", "wght.css", ["latin-wght", "hebrew-wght"])
    (address, font), *others = letters.letters(tmp_path, ENGINE).items()
    assert address.startswith("/assets/fonts/notosanshebrew/v")
    assert font.name == "noto-sans-hebrew-hebrew-wght.woff2"
    assert others == []


def test_pieces_lie_in_the_order_of_the_style_sheet(tmp_path: Path) -> None:
    pieces = [f"{number}-400" for number in range(6)]
    _package(tmp_path, "noto-sans-symbols-2", "400.css", pieces)
    found = letters.letters(tmp_path, ENGINE)
    assert [font.stem.removeprefix("noto-sans-symbols-2-") for font in found.values()] == pieces
    assert len(letters.folders(found)) == 1


def test_another_number_of_pieces_fails_the_build(tmp_path: Path) -> None:
    _package(tmp_path, "noto-sans-symbols-2", "400.css", ["0-400", "1-400"])
    with pytest.raises(LookupError, match="2 fonts, and Flutter asks for 6"):
        letters.letters(tmp_path, ENGINE)


def test_both_renderers_ask_for_the_same_fonts() -> None:
    compiled = (page_side.FLUTTER / "main.dart.wasm").read_bytes()
    asked = letters.ASKED_FOR.findall(ENGINE)
    assert len(asked) > 600
    assert [name for _family, name in asked if name.encode() not in compiled] == []


def _package(folder: Path, name: str, sheet: str, faces: list[str]) -> None:
    package = folder / "@fonts" / name
    package.mkdir(parents=True)
    lines = [f"src: url(./files/{name}-{face}.woff2) format('woff2');" for face in faces]
    (package / sheet).write_text("\n".join(lines), "utf-8")
