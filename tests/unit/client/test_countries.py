from __future__ import annotations

import phonenumbers
import pytest

from client.countries import _regions, region_of


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("Germany", "DE"),
        ("deutschland", "DE"),
        ("DE", "DE"),
        ("Ireland", "IE"),
        ("Éire", "IE"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("Great Britain", "GB"),
        ("Bosnia and Herzegovina", "BA"),
        ("Österreich", "AT"),
    ],
)
def test_a_country_is_known_by_the_names_that_files_hold(typed: str, region: str) -> None:
    assert region_of(typed) == region


@pytest.mark.parametrize("typed", ["", "Atlantis", "Bavaria"])
def test_what_is_no_country_has_no_region(typed: str) -> None:
    assert region_of(typed) is None


def test_every_region_that_has_phones_is_known() -> None:
    unlisted = {"AC", "TA", "XK"}  # parts of others, without an ISO code of their own
    assert set(_regions().values()) >= phonenumbers.SUPPORTED_REGIONS - unlisted
