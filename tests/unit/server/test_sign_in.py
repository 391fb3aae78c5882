from __future__ import annotations

import pytest

from server.domain.sign_in import folded, password_hasher
from sync_protocol.errors import Malformed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Acme.Example\n", "ada@acme.example"),
        ("STRASSE@STRAßE.example", "strasse@strasse.example"),
        ("jose\u0301@acme.example", "jos\u00e9@acme.example"),
    ],
)
def test_an_address_is_unique_in_one_form(typed: str, kept: str) -> None:
    assert folded(typed) == kept


@pytest.mark.parametrize("typed", ["", "ada", "@acme", "ada@", "a da@acme", "ada@acme\0.example"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        folded(typed)


def test_passwords_are_hashed_with_argon2id_and_a_salt() -> None:
    hasher = password_hasher()
    first, second = hasher.hash("a password"), hasher.hash("a password")
    assert first != second
    assert first.startswith("$argon2id$")
