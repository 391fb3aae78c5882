"""What changed for those who use the app, newest first: told once after an update, kept to be read.

To tell of something: a line in the newest edition, or a new edition on top with a name of its own.
A device remembers the newest edition it has told of. One that begins is told of nothing: to it,
everything is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica

_PREFERENCE = "told_news"


class Edition(NamedTuple):
    """What came at one time; `key` never changes once it is out."""

    key: str
    title: str
    lines: tuple[str, ...]


EDITIONS = (
    Edition("2026-11", "November 2026", (
        "First steps: a short list on Today leads whoever begins to a first logged visit.",
        "Sample data to try things with, removed with one tap.",
        "Your phone's calendar can fetch your planned visits by itself: see Calendar, under More.",
        "Customers on a map, in their labels' colours, also with no signal.",
        "Cases: what is wrong at a customer's, opened on a visit and told before the next one.",
        "Open invoices from your books come in by Import, too.",
        "Managers plan their reps' days, and put one template on a day for several of them.",
    )),
    Edition("2026-10", "October 2026", (
        "Label rules: labels that come and go with the data, and starter packs for four trades.",
        "Days planned by tap or drag, put in the shortest order; rounds that plan themselves.",
        "Visits with check-in, forms, photos, signature and orders, also with no signal.",
        "Quotes as PDF on the device, and orders beside every visit.",
    )),
)  # fmt: skip


def unseen(replica: Replica, editions: Sequence[Edition] = EDITIONS) -> tuple[Edition, ...]:
    """The editions that this device has not told of, newest first; none while it begins."""
    seen = replica.preference(_PREFERENCE)
    keys = [edition.key for edition in editions]
    return tuple(editions[: keys.index(seen)]) if seen in keys else ()


def begin(replica: Replica, editions: Sequence[Edition] = EDITIONS) -> None:
    """A device that has told of nothing yet, or of what is not listed any more, begins here."""
    if replica.preference(_PREFERENCE) not in {edition.key for edition in editions}:
        told(replica, editions)


def told(replica: Replica, editions: Sequence[Edition] = EDITIONS) -> None:
    """All there is has been told."""
    replica.prefer(_PREFERENCE, editions[0].key)
