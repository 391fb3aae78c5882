from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from server.settings import Settings, helps, read


def test_without_anything_said_a_file_beside_the_program_is_served_locally() -> None:
    assert read({}) == Settings()
    assert read({}).database_url == "sqlite:///data/fieldbook.db"
    assert read({}).host == "127.0.0.1"


def test_a_flag_beats_the_environment_and_an_absent_flag_does_not() -> None:
    environment = {"FIELDBOOK_PORT": "9000", "FIELDBOOK_SECURE_COOKIES": "true", "PORT": "1"}
    settings = read(environment, port=None, web=Path("elsewhere"))
    assert (settings.port, settings.secure_cookies) == (9000, True)
    assert settings.web == Path("elsewhere")
    assert read(environment, port=1234).port == 1234


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "high"), ("PORT", "70000"), ("SESSION_DAYS", "0")]
)
def test_a_setting_that_is_not_valid_is_named(name: str, value: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=name.lower()):
        read({f"FIELDBOOK_{name}": value})


def test_every_setting_explains_itself() -> None:
    explained = helps()
    assert set(explained) == set(Settings.__struct_fields__)
    assert all(sentence.endswith((".", "…")) for sentence in explained.values())


def test_tiles_that_name_no_single_host_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="one host in full"):
        read({"FIELDBOOK_TILES": "https://{s}.tiles.example/{z}/{x}/{y}.png"})
