from __future__ import annotations

import pytest

from sync_protocol.rules import tiles


@pytest.mark.parametrize(
    ("template", "host"),
    [
        ("", ""),
        (tiles.EXAMPLE, "https://tiles.example"),
        ("https://tiles.example:8443/a/{z}/{x}/{y}@2x.png?key=k", "https://tiles.example:8443"),
        ("http://127.0.0.1:9/{z}/{x}/{y}.png", "http://127.0.0.1:9"),
    ],
)
def test_a_page_is_allowed_exactly_the_host_of_its_tiles(template: str, host: str) -> None:
    assert tiles.problem(template) == ""
    assert tiles.origin(template) == host


@pytest.mark.parametrize(
    "template",
    [
        "tiles",
        "https://tiles.example/map.png",
        "https:///{z}/{x}/{y}.png",
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://*.example/{z}/{x}/{y}.png",
        "https://name:word@tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example; script-src */{z}/{x}/{y}.png",
        "javascript:{z}{x}{y}",
    ],
)
def test_what_names_no_single_host_over_tls_is_refused_and_allows_nothing(template: str) -> None:
    assert tiles.problem(template)
    assert tiles.origin(template) == ""
