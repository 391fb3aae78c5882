"""How hard the property tests try: `HYPOTHESIS_PROFILE=thorough pytest tests/property`."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A slow, shared core says nothing about the code: no deadlines.
settings.register_profile("quick", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name bytes by their argument: compressed ones hold the time, and workers must agree."""
    return argname if isinstance(val, bytes) else None
