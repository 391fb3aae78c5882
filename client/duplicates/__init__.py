"""Finding records that may be one and the same customer, offline, while somebody types.

Three steps, each a module: a record is drawn as a `Sketch` of what tells people apart; its keys
lead to the few records that share one (an indexed table, see `client.store.likenesses`); and each
of those is compared, which gives points and the reasons in words. Everything here is plain Python,
so a phone, the browser and the office come to the same answer. Nothing here is ever synced.
"""

from client.duplicates.finding import Eye, Match, likely_twins, similar
from client.duplicates.likeness import LIKELY, PERHAPS

__all__ = ["LIKELY", "PERHAPS", "Eye", "Match", "likely_twins", "similar"]
