"""Only our own pages may ask and listen, whatever an address looks like."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.record.engines import open_database
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.identity import SAFE
from facilitate.web.origins import origin_of, ours
from facilitate.web.sockets import JSON
from tests.web.house import ADDRESS, House, house
from tests.web.serving import at_a_free_port, served

FOREIGN = {
    "foreign": "https://evil.example",
    "null": "null",
    "empty": "",
    "a suffix": "http://testserver.evil.example",
    "a prefix": "http://eviltestserver",
    "another port": "http://testserver:8080",
    "another scheme": "https://testserver",
    "a path": "http://testserver/",
    "capitals": "HTTP://TESTSERVER",
    "somebody at it": "http://testserver@evil.example",
    "two at once": "http://testserver, https://evil.example",
    "a subdomain": "http://www.testserver",
    "a dot at the end": "http://testserver.",
    "a NUL": "http://testserver\0",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("origins")) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        yield there


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN)
def test_a_socket_from_elsewhere_is_refused(here: House, origin: str) -> None:
    with pytest.raises(WebSocketDisconnect), here.line("anna", "?after=0", JSON, origin=origin):
        pass  # pragma: no cover - it never opens


def test_a_socket_from_nowhere_is_refused_and_ours_is_not(tmp_path: Path) -> None:
    with served(at_a_free_port(str(tmp_path / "served.db"))) as door:
        for origin in (None, Origin("null"), Origin("https://evil.example")):
            with pytest.raises(InvalidStatus) as refused:
                connect(door.live, origin=origin, additional_headers=door.known("anna"))
            assert refused.value.response.status_code == 403
        with door.line("anna", "?after=0") as line:
            assert line.recv(timeout=10)


def unsafe(app: Starlette) -> list[tuple[str, str]]:
    """Every route, with each method that changes something."""
    found = []
    for route in app.routes:
        assert isinstance(route, Mount) or hasattr(route, "path")
        path = route.path.replace("{forum}", "water").replace("{place}", "b1")
        path = path.replace("{person}", "anna").replace("{ending}", "html")
        methods = route.methods or () if isinstance(route, Route) else ()
        found += [(method, path) for method in sorted({*methods, "PUT", "DELETE"} - SAFE)]
    return found


def test_every_unsafe_request_needs_a_proof_that_it_comes_from_our_pages(here: House) -> None:
    app = here.http.app
    assert isinstance(app, Starlette)
    walked = unsafe(app)
    assert ("POST", "/join") in walked
    assert ("POST", "/forums/water/breakouts/b1") in walked
    before = here.live.seq
    proofs: list[dict[str, str]] = [{}, *({"origin": o} for o in FOREIGN.values() if "\0" not in o)]
    proofs += [{"sec-fetch-site": site} for site in ("cross-site", "same-site", "none", "")]
    proofs += [{"sec-fetch-site": "cross-site", "origin": ADDRESS}]
    proofs += [{"origin": "https://evil.example", "referer": f"{ADDRESS}/"}]
    for method, path in walked:
        for proof in proofs:
            answer = here.http.request(
                method,
                path,
                content=encode(OpenBreakout("b2", 60)),
                headers={**here.known("sam"), "content-type": "application/json", **proof},
                follow_redirects=False,
            )
            assert answer.status_code == 403, (method, path, proof)
            assert "set-cookie" not in answer.headers
    assert here.live.seq == before
    assert here.get("", "sam").status_code == 200


@pytest.mark.parametrize("proof", [{"origin": ADDRESS}, {"sec-fetch-site": "same-origin"}])
def test_with_either_proof_a_request_is_heard(here: House, proof: dict[str, str]) -> None:
    answer = here.http.post(
        "/forums/water/commands",
        content=b"{}",
        headers={**here.known("anna"), "content-type": "application/json", **proof},
    )
    assert answer.json()["refused"] == "malformed"


def test_where_origins_are_named_the_host_of_a_request_proves_nothing(tmp_path: Path) -> None:
    """A page that had its own name lead to us (DNS rebinding) is no page of ours."""
    named = "https://forum.example"
    settings = Settings(database=str(tmp_path / "named.db"), origins=frozenset({named}))
    engine = open_database(settings.database)
    with TestClient(create_app(engine, settings), base_url="http://evil.example") as http:
        for origin, status in (("http://evil.example", 403), (named, 404)):
            answer = http.post("/join", data={"code": "X"}, headers={"origin": origin})
            assert answer.status_code == status
        rebound = {"origin": "http://evil.example", "sec-fetch-site": "same-origin"}
        assert http.post("/join", data={"code": "X"}, headers=rebound).status_code == 403
    engine.dispose()


def test_an_origin_is_compared_whole() -> None:
    at = Headers({"host": "a.example", "origin": "http://a.example"})
    assert ours(at, "http", ())
    assert not ours(at, "https", ())
    assert not ours(at, "http", ["http://b.example"])
    assert ours(at, "https", ["http://b.example", "http://a.example"])


def test_people_are_sent_to_an_address_of_ours() -> None:
    at = Headers({"host": "evil.example"})
    assert origin_of(at, "http", ()) == "http://evil.example"
    assert origin_of(at, "http", ["https://b.example", "https://a.example"]) == "https://a.example"
    used = Headers({"host": "b.example"})
    assert (
        origin_of(used, "https", ["https://b.example", "https://a.example"]) == "https://b.example"
    )
