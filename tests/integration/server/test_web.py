from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import pytest

from tests.integration.server.running import running, set_up

PAGE = b"<!doctype html><title>Fieldbook</title>"
SCRIPT = b"console.log('fieldbook');" * 50
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
HASHED = "/v-0123abcd/main.js"


def described(content_type: str, etag: str) -> dict[str, str]:
    return {"content-type": content_type, "etag": etag}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    web = tmp_path / "web"
    (web / "v-0123abcd").mkdir(parents=True)
    (web / "index.html").write_bytes(PAGE)
    for path in ("main.js", "v-0123abcd/main.js"):
        (web / path).write_bytes(SCRIPT)
        (web / f"{path}.gz").write_bytes(gzip.compress(SCRIPT))
        (web / f"{path}.br").write_bytes(brotli.compress(SCRIPT))
    (web / "app.wasm").write_bytes(b"\0asm")
    (web / "not-listed.txt").write_bytes(b"private")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    facts = {
        "headers": {"content-security-policy": POLICY, "cache-control": "no-cache"},
        "navigation": "/index.html",
        "files": {
            "/index.html": described("text/html; charset=utf-8", "a1"),
            "/main.js": described("text/javascript; charset=utf-8", "b2"),
            HASHED: described("text/javascript; charset=utf-8", "b2"),
            "/app.wasm": described("application/wasm", "c3"),
        },
    }
    (web / "headers.json").write_text(json.dumps(facts))
    return web


@pytest.fixture
def web(built: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    plain = {"accept-encoding": "identity"}
    with (
        running(set_up(tmp_path, web=built)) as address,
        httpx.Client(base_url=address, headers=plain) as client,
    ):
        yield client


def test_the_page_is_served_with_the_policy_its_build_asks_for(web: httpx.Client) -> None:
    response = web.get("/")
    assert response.content == PAGE
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/accounts", "/accounts/0199-abc/edit", "/visits/"])
def test_a_place_within_the_app_is_the_page(web: httpx.Client, path: str) -> None:
    assert web.get(path).content == PAGE


@pytest.mark.parametrize(
    ("encoding", "answered"), [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None)]
)
def test_a_file_comes_in_the_best_encoding_one_understands(
    web: httpx.Client, encoding: str, answered: str | None
) -> None:
    response = web.get("/main.js", headers={"accept-encoding": encoding})
    assert response.content == SCRIPT
    assert response.headers.get("content-encoding") == answered
    assert response.headers["vary"] == "accept-encoding"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_file_one_has_is_not_sent_again(web: httpx.Client) -> None:
    first = web.get("/main.js", headers={"accept-encoding": "br"})
    again = web.get(
        "/main.js",
        headers={"accept-encoding": "br", "if-none-match": f'"x", W/{first.headers["etag"]}'},
    )
    assert again.status_code == 304
    assert again.content == b""
    other = web.get("/main.js", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_only_a_path_with_a_hash_may_be_kept_for_ever(web: httpx.Client) -> None:
    assert "immutable" in web.get(HASHED).headers["cache-control"]
    assert web.get("/main.js").headers["cache-control"] == "no-cache"


def test_web_assembly_has_its_type_and_head_has_no_body(web: httpx.Client) -> None:
    assert web.get("/app.wasm").headers["content-type"] == "application/wasm"
    head = web.head("/main.js")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(SCRIPT))


@pytest.mark.parametrize(
    "path",
    [
        "/missing.js",
        "/not-listed.txt",
        "/headers.json",
        "/main.js.br",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/v-0123abcd/../../secret.txt",
        "//etc/passwd.txt",
        "/main.js%00",
    ],
)
def test_nothing_but_the_bundle_is_ever_served(web: httpx.Client, path: str) -> None:
    connection = http.client.HTTPConnection(web.base_url.host, web.base_url.port)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status in (400, 404)
    assert b"secret" not in response.read()
    connection.close()


def test_a_new_build_is_served_without_a_restart(web: httpx.Client, built: Path) -> None:
    web.get("/")
    facts = json.loads((built / "headers.json").read_text())
    facts["files"]["/index.html"]["etag"] = "a2"
    (built / "index.html").write_bytes(b"new")
    (built / "headers.json").write_text(json.dumps(facts))
    assert web.get("/").headers["etag"] == '"a2"'
    assert web.get("/").content == b"new"


def test_a_folder_that_does_not_describe_itself_is_served_by_what_it_holds(
    web: httpx.Client, built: Path
) -> None:
    (built / "headers.json").unlink()
    response = web.get("/main.js", headers={"accept-encoding": "gzip"})
    assert response.content == SCRIPT
    assert response.headers["content-type"].startswith("text/javascript")
    assert web.get("/accounts").content == PAGE


def test_without_a_build_a_page_says_what_to_do(tmp_path: Path) -> None:
    with running(set_up(tmp_path)) as address:
        response = httpx.get(f"{address}/")
        assert "make web" in response.text
        assert httpx.get(f"{address}/accounts").status_code == 404


def test_the_page_may_fetch_tiles_from_the_host_that_is_named_and_no_other(
    built: Path, tmp_path: Path
) -> None:
    facts = json.loads((built / "headers.json").read_text())
    policy = f"{POLICY}; img-src 'self' blob:; connect-src 'self'"
    facts["headers"]["content-security-policy"] = policy
    (built / "headers.json").write_text(json.dumps(facts))
    answers = []
    for place, tiles in enumerate(("", "https://tiles.example/{z}/{x}/{y}.png")):
        folder = tmp_path / f"{place}"
        folder.mkdir()
        with running(set_up(folder, web=built, tiles=tiles)) as address:
            page = httpx.get(f"{address}/some/where", headers={"accept-encoding": "identity"})
            script = httpx.get(f"{address}/main.js")
        answers.append(page)
        assert script.headers["content-security-policy"] == policy
    plain, allowing = answers
    assert plain.headers["content-security-policy"] == policy
    assert allowing.headers["content-security-policy"] == (
        f"{POLICY}; img-src 'self' blob: https://tiles.example; "
        "connect-src 'self' https://tiles.example"
    )
    assert plain.headers["etag"] != allowing.headers["etag"]
    assert plain.content == allowing.content


def test_the_worker_is_told_to_keep_tiles_only_where_that_is_allowed(
    built: Path, tmp_path: Path
) -> None:
    facts = json.loads((built / "headers.json").read_text())
    facts["files"]["/sw.js"] = described("text/javascript; charset=utf-8", "d4")
    facts["headers"]["content-security-policy"] = f"{POLICY}; connect-src 'self'"
    (built / "headers.json").write_text(json.dumps(facts))
    (built / "sw.js").write_bytes(SCRIPT)
    (built / "sw.js.gz").write_bytes(gzip.compress(SCRIPT))
    answers = []
    for place, keep in enumerate((False, True)):
        folder = tmp_path / f"{place}"
        folder.mkdir()
        tiles = "https://tiles.example/{z}/{x}/{y}.png"
        with running(set_up(folder, web=built, tiles=tiles, keep_tiles=keep)) as address:
            answers.append(httpx.get(f"{address}/sw.js"))
    plain, keeping = answers
    assert plain.content == SCRIPT
    assert keeping.content == SCRIPT + b'\nkeepTiles("https://tiles.example");\n'
    assert "connect-src 'self' https://tiles.example" in keeping.headers["content-security-policy"]
    assert "tiles.example" not in plain.headers["content-security-policy"]
