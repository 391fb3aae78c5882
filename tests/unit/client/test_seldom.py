"""Packages that few acts need are unpacked by the first import of one of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.runtime import seldom

HERE = "exifread"


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """One of the packages is not there; the folder in which it would be found."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    for name in [x for x in sys.modules if x.partition(".")[0] == HERE]:
        monkeypatch.delitem(sys.modules, name)
    yield tmp_path
    for name in [x for x in sys.modules if x.partition(".")[0] == HERE]:
        del sys.modules[name]


def test_the_first_import_of_one_unpacks_them_once(absent: Path) -> None:
    unpacked = []

    def unpack() -> None:
        unpacked.append(1)
        (absent / f"{HERE}.py").write_text("FOUND = True")

    seldom.install(unpack)
    assert importlib.import_module(HERE).FOUND
    del sys.modules[HERE]
    assert importlib.import_module(HERE).FOUND
    assert unpacked == [1]


def test_where_unpacking_fails_the_next_import_tries_again(absent: Path) -> None:
    lines = iter([False, True])

    def unpack() -> None:
        if not next(lines):
            raise ConnectionError("no line, and not on the device yet")
        (absent / f"{HERE}.py").write_text("FOUND = True")

    seldom.install(unpack)
    with pytest.raises(ConnectionError):
        importlib.import_module(HERE)
    assert importlib.import_module(HERE).FOUND


def test_what_is_in_no_archive_is_missing_as_ever(absent: Path) -> None:
    assert not [*absent.iterdir()]

    def unpack() -> None:
        raise AssertionError("nobody needs it")

    seldom.install(unpack)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("nowhere_at_all")
