"""The pictures in the documents, drawn anew from the demo company: `make pictures`.

Each is named as its file in docs/images is, and the last word of its name is its screen's size.
With names (`python -m tests.pictures today-phone`) only those are drawn.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import click

from tests.look import Shot, draw

INTO = Path("docs") / "images"


class Picture(NamedTuple):
    """Where it is taken, what was tapped before, and whose device it is."""

    route: str
    taps: tuple[str, ...] = ()
    who: str = "lena"


PICTURES = {
    "today-phone": Picture("/"),
    "new-phone": Picture("/new"),
    "account-phone": Picture("/accounts/{account}"),
    "account-office": Picture("/accounts/{account}"),
    "account-form-phone": Picture("/accounts/{account}/edit"),
    "accounts-office": Picture("/accounts"),
    "filter-office": Picture("/accounts", ("filter",)),
    "segments-office": Picture("/accounts", ("segments",)),
    "contact-phone": Picture("/contacts/{contact}"),
    "contact-form-phone": Picture("/contacts/{contact}/edit"),
    "history-phone": Picture("/contacts/{contact}/history"),
    "lead-phone": Picture("/leads/{lead}"),
    "convert-phone": Picture("/leads/{lead}/convert"),
    "deal-phone": Picture("/deals/{deal}"),
    "board-phone": Picture("/deals"),
    "board-office": Picture("/deals"),
    "quote-phone": Picture("/quotes/{quote}"),
    "order-phone": Picture("/orders/{salesorder}"),
    "endings-phone": Picture("/endings"),
    "win-rates-phone": Picture("/winrates"),
    "results-phone": Picture("/results"),
    "tasks-phone": Picture("/tasks"),
    "cases-phone": Picture("/cases"),
    "attention-phone": Picture("/attention"),
    "duplicates-phone": Picture("/duplicates"),
    "merge-office": Picture("/duplicates", ("compare-*",)),
    "labels-phone": Picture("/labels"),
    "label-office": Picture("/labels/{label}", who="office"),
    "label-rule-office": Picture("/rules/{labelrule}", who="office"),
    "packs-office": Picture("/admin/packs", who="admin"),
    "fields-office": Picture("/admin/fields", who="admin"),
    "coolers-office": Picture("/objects/{objecttype}"),
    "suggestions-phone": Picture("/suggestions"),
    "planner-tablet": Picture("/planner"),
    "visit-phone": Picture("/visit/{activity}"),
    "calendar-phone": Picture("/calendar"),
    "cadences-phone": Picture("/cadences"),
    "export-phone": Picture("/export"),
    "import-phone": Picture("/import"),
    "queue-phone": Picture("/queue"),
    "first-steps-phone": Picture("/first-steps"),
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(PICTURES)))
def main(names: tuple[str, ...]) -> None:
    """Draw the pictures NAMES, or all."""
    wanted = sorted(names or PICTURES, key=lambda name: PICTURES[name].who)
    for who, of_one in groupby(wanted, key=lambda name: PICTURES[name].who):
        draw([_shot(name) for name in of_one], who=who)


def _shot(name: str) -> Shot:
    shown = PICTURES[name]
    return Shot(INTO / f"{name}.png", shown.route, name.rpartition("-")[2], taps=shown.taps)


if __name__ == "__main__":
    main()
