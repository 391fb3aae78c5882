"""What the company sets for itself."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import Colour, Name, Record, Short, Url, synced

SETTINGS_ID = ids.derived("settings")
"""The one settings record of a workspace."""


@synced(shared=True)
class Settings(Record, frozen=True, kw_only=True):
    """`time_zone` is an IANA name, `region` and `currency` ISO codes, `locale` a BCP 47 tag."""

    name: Name
    time_zone: Short = "UTC"
    region: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] = "GB"
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "EUR"
    locale: Short = "en"
    stale_days: Annotated[int, Meta(ge=1, le=3_650)] = 365
    """After how long without being verified a customer's data count as stale."""
    renewal_days: Annotated[int, Meta(ge=1, le=730)] = 60
    """How long before a deal's term ends its renewal is opened."""
    radius_m: Annotated[int, Meta(ge=10, le=100_000)] = 150
    """Within how many metres of the customer a position counts as being there."""
    visit_min: Annotated[int, Meta(ge=1, le=1_440)] = 30
    """How many minutes a visit is reckoned with where a day is planned."""
    travel: bool = False
    """Whether kilometres between visits are reckoned for reps who agree."""
    tiles: Url = ""
    """Where map tiles come from, `https://.../{z}/{x}/{y}.png`; empty for no map."""
    tiles_credit: Short = ""
    """Whose map it is: what the tiles' licence asks to be said."""


@synced(shared=True, search=("name",), unique=("name",))
class Outcome(Record, frozen=True, kw_only=True):
    """How a visit or a call can go; the chips a rep taps. `place` orders them."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    colour: Colour = "#5f6b7a"
    place: int = 0
    archived: bool = False
    clash: Short = ""
