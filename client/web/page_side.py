"""What the browser itself loads: Flutter's compiled client, Pyodide, our page around them.

All of it comes from the flet-web wheel and from `files/` and `assets/` here. Left out: symbols,
maps, renderers that no browser picks, mathematics fonts (Flutter loads every declared font before
its first frame), Pyodide's command line and its catalogue of packages.

Two changes to Flutter's bootstrap. Its service-worker settings go: with them it unregisters ours
and reloads, for ever. And its removal of the loading picture goes: ours stays until the first
screen is there. Each change must find exactly what it replaces, so that a new flet-web fails the
build and not the page.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from flet_web import get_package_web_dir

HERE = Path(__file__).parent
FLUTTER = Path(get_package_web_dir())
PYODIDE = FLUTTER / "pyodide"

FROM_FLUTTER = (
    "main.dart.js",
    "main.dart.mjs",
    "main.dart.wasm",
    "version.json",
    "canvaskit/canvaskit.js",
    "canvaskit/canvaskit.wasm",
    "canvaskit/chromium/canvaskit.js",
    "canvaskit/chromium/canvaskit.wasm",
    "canvaskit/skwasm.js",
    "canvaskit/skwasm.wasm",
    "assets/AssetManifest.bin",
    "assets/AssetManifest.bin.json",
    "assets/NOTICES",
    "assets/fonts/MaterialIcons-Regular.otf",
    "assets/fonts/roboto.woff2",
    "assets/packages/cupertino_icons/assets/CupertinoIcons.ttf",
    "assets/packages/flutter_map/lib/assets/flutter_map_logo.png",
    "assets/packages/record_web/assets/js/record.worklet.js",
    "assets/packages/wakelock_plus/assets/no_sleep.js",
    "assets/shaders/ink_sparkle.frag",
    "assets/shaders/stretch_effect.frag",
    "pyodide/pyodide.mjs",
    "pyodide/pyodide.asm.mjs",
    "pyodide/pyodide.asm.wasm",
)
FONTS = ("MaterialIcons", "packages/cupertino_icons/CupertinoIcons")
ROBOTO = {"family": "Roboto", "fonts": [{"asset": "fonts/roboto.woff2"}]}
SERVICE_WORKER_SETTINGS = re.compile(r"\n\s*serviceWorkerSettings: \{[^}]*\},")
LOADING_REMOVED = re.compile(
    r"window\.addEventListener\('flutter-first-frame'.*?once: true \}\);", re.DOTALL
)
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)

RENDERER_SETS = {
    "/main.dart.mjs": "skwasm",
    "/main.dart.wasm": "skwasm",
    "/canvaskit/skwasm.js": "skwasm",
    "/canvaskit/skwasm.wasm": "skwasm",
    "/canvaskit/chromium/canvaskit.js": "canvaskit-blink",
    "/canvaskit/chromium/canvaskit.wasm": "canvaskit-blink",
    "/canvaskit/canvaskit.js": "canvaskit",
    "/canvaskit/canvaskit.wasm": "canvaskit",
    "/main.dart.js": "canvaskit canvaskit-blink",
}
LATER = ("/assets/NOTICES", "/assets/packages/", "/licences.txt")
CUPERTINO = "/assets/packages/cupertino_icons/"


def page_files() -> dict[str, bytes]:
    """Address below the site's root -> content, all but the archives and the service worker."""
    files = {f"/{name}": (FLUTTER / name).read_bytes() for name in FROM_FLUTTER}
    for path in sorted((HERE / "files").iterdir()):
        files[f"/{path.name}"] = path.read_bytes()
    for path in sorted((HERE / "assets").iterdir()):
        files[f"/icons/{path.name}"] = path.read_bytes()
    files["/flutter_bootstrap.js"] = _bootstrap().encode()
    files["/assets/FontManifest.json"] = _fonts()
    files["/pyodide/pyodide-lock.json"] = _empty_catalogue()
    return files


def set_of(address: str) -> str:
    """When a file is fetched: ahead for all, ahead for one renderer, or when first asked for."""
    if address in RENDERER_SETS:
        return RENDERER_SETS[address]
    if address.startswith(LATER) and not address.startswith(CUPERTINO):
        return "later"
    return "core"


def _bootstrap() -> str:
    text = (FLUTTER / "flutter_bootstrap.js").read_text("utf-8")
    for unwanted in (SERVICE_WORKER_SETTINGS, LOADING_REMOVED, SOURCE_MAP):
        text, count = unwanted.subn("", text)
        if count != 1:
            raise LookupError(
                f"flutter_bootstrap.js changed: {unwanted.pattern} found {count} times"
            )
    return text


def _fonts() -> bytes:
    declared = json.loads((FLUTTER / "assets/FontManifest.json").read_bytes())
    kept = [font for font in declared if font["family"] in FONTS]
    return json.dumps([*kept, ROBOTO]).encode()


def _empty_catalogue() -> bytes:
    catalogue = json.loads((PYODIDE / "pyodide-lock.json").read_bytes())
    return json.dumps(catalogue | {"packages": {}}).encode()
