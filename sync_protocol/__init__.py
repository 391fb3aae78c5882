"""What both ends of Fieldbook must agree on.

The modules of this package are the sync engine: they know stamps, changes and merges, and nothing
of a CRM. `records` declares what is synced, `rules` what is allowed. Nothing here does I/O, reads
a clock or draws randomness: time and ids are arguments.
"""
