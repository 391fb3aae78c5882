"""Version constants of the wire, with when and why each was last raised.

PROTOCOL is what a peer must speak exactly: a mismatch is a typed answer and the app keeps working
offline. New record types and fields do not raise it: unknown parts are kept and replayed.
"""

PROTOCOL = 1
"""1: the first wire (2026-11)."""
