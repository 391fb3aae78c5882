"""How hard the property tests try: `HYPOTHESIS_PROFILE=thorough pytest tests/property`."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow, shared core says nothing about the code: no deadlines.
settings.register_profile("quick", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
