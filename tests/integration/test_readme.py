"""The README's script is run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_script_in_the_readme_runs_against_the_demo(demo: tuple[str, Path]) -> None:
    address, _database = demo
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert "http://127.0.0.1:8000" in script
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script.replace("http://127.0.0.1:8000", address)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Both hold the same: Activity(")
