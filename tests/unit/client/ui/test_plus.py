"""Where the round + leads from."""

from __future__ import annotations

import pytest

from client.ui.shell import _new_route


@pytest.mark.parametrize("below", ["", "/card", "/edit", "/history"])
def test_on_every_page_of_a_record_the_new_thing_is_about_that_record(below: str) -> None:
    assert _new_route(f"/contacts/01a2{below}") == "/new/contacts/01a2"


@pytest.mark.parametrize(
    "elsewhere", ["/", "/contacts", "/contacts/new", "/accounts/new", "/deals/1"]
)
def test_elsewhere_it_asks_whom_it_is_about(elsewhere: str) -> None:
    assert _new_route(elsewhere) == "/new"
