from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.site import Site, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def answering() -> Iterator[Site]:
    """A server that answers the transport's cases."""
    with serving(Path(__file__).parent / "page") as running:
        yield running
