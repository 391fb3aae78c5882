"""What stands for the parent in the keys of a record's other forms, beside that of its own."""

from __future__ import annotations

LINES = "lines"
"""The products of a deal, a quote or an order."""
CONVERT = "convert"
"""What a lead is to become."""
ENDS = {True: "won", False: "lost"}
"""How a deal ended, and why."""
OWN = "form"
"""A product's own form: that of its custom fields goes by its id alone."""
FORMS = {
    LINES: "Products of a {}",
    CONVERT: "Convert {}",
    ENDS[True]: "Win {}",
    ENDS[False]: "Lose {}",
}
"""What one does in them, to a record of a type."""
