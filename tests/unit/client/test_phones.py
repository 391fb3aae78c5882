from __future__ import annotations

import subprocess
import sys

import pytest

from client.phones import digits, e164


@pytest.mark.parametrize(
    ("typed", "region", "dialled"),
    [
        ("+49 9261 628000", "GB", "+499261628000"),
        ("09261/628000", "DE", "+499261628000"),
        ("+49 (0) 9261 628000", "DE", "+499261628000"),
        ("0049 9261 628000", "DE", "+499261628000"),
        ("353599107299", "IE", "+353599107299"),
        ("(059) 910 7299", "IE", "+353599107299"),
        ("+1-418-656-9254 ext. 102", "DE", "+14186569254"),
    ],
)
def test_a_number_is_dialled_the_same_however_it_is_typed(
    typed: str, region: str, dialled: str
) -> None:
    assert e164(typed, region) == dialled


@pytest.mark.parametrize("typed", ["", "call me", "1", "1" * 400, "+"])
def test_what_is_no_number_has_no_dialled_form(typed: str) -> None:
    assert e164(typed, "DE") is None


def test_an_unknown_region_still_reads_international_numbers() -> None:
    assert e164("+49 9261 628000", "") == "+499261628000"
    assert e164("09261 628000", "XX") is None


def test_digits_are_all_that_counts_when_searching() -> None:
    assert digits("+49 (0) 9261-62 80 00") == "4909261628000"


def test_the_large_library_is_loaded_when_first_needed() -> None:
    code = "import sys, client.phones; print('phonenumbers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
