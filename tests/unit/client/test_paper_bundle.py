"""What the browser's bundle leaves out of the PDF library is nothing that a quote needs."""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import fpdf

from client.web.python_side import NOT_PACKED

CODE = """
import json, sys
from tests.unit.client.interchange import test_paper
test_paper.quote_pdf(test_paper.a_quote(), test_paper.SENDER)
ours = ("fontTools", "fpdf", "font_manrope")
print(json.dumps([
    module.__file__ for module in list(sys.modules.values())
    if module.__name__.split(".")[0] in ours and getattr(module, "__file__", None)
]))
"""


def test_the_browser_s_bundle_has_all_that_a_pdf_needs() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True)
    site = Path(fpdf.__file__).parents[1]
    used = [Path(file).relative_to(site).as_posix() for file in json.loads(ran.stdout)]
    used += [f"font_manrope/files/Manrope-{weight}.ttf" for weight in ("Regular", "Bold")]
    left_out = [name for name in used if any(fnmatch(name, x) for x in NOT_PACKED)]
    assert len(used) > 100
    assert left_out == []
