"""What every answer carries, what no page runs, and what no log and no error page gives away."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path

import pytest
from msgspec import json
from sqlalchemy import text
from starlette.testclient import TestClient

from facilitate.live.forum import now
from facilitate.meeting import Event, Forum, Role, replay
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import decode, encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.plans import Plan, read_plan
from facilitate.record.directory import Directory, Entry
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions
from facilitate.rehearsal import PLAN as REHEARSED
from facilitate.rehearsal.day import rehearsed
from facilitate.rehearsal.voices import voices
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.frames import Frame
from facilitate.web.pages import PAGES
from facilitate.web.sockets import HTML
from tests.web.house import ADDRESS, PLAN, House, house
from tests.web.serving import Door, at_a_free_port, planned, process

# --- the headers of every answer ----------------------------------------------------------


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("security")) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        yield there


ANSWERS = {
    "/": 200,
    "/join": 200,
    "/sign-in": 200,
    "/healthz": 200,
    "/forums/water": 200,
    "/forums/water/breakouts/b1": 200,
    "/forums/water/breakouts/b9": 404,
    "/forums/water/secretariat": 403,
    "/forums/fire": 404,
    "/nowhere": 404,
    "/sign-out": 405,
    "/static/base.css": 200,
    "/static/nothing.css": 404,
    "/static/": 404,
    "/static/../pyproject.toml": 404,
    "/static/..%2fpyproject.toml": 404,
    "/static/%2e%2e/pyproject.toml": 404,
    "/static//etc/passwd": 404,
    "/static/..%5cpyproject.toml": 404,
    "/static/%00": 404,
    "/static/" + "x" * 5000: 404,
}
GUARDS = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def guarded(headers: "dict[str, str]") -> bool:
    policy = headers["content-security-policy"]
    strict = all(
        part in policy
        for part in (
            "default-src 'none'",
            "script-src 'self';",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )
    return strict and "unsafe" not in policy and headers.items() >= GUARDS.items()


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_answer_is_guarded(here: House, path: str, status: int) -> None:
    answer = here.http.get(path, headers=here.known("anna"))
    assert answer.status_code == status
    assert guarded(dict(answer.headers))
    assert "pyproject" not in answer.text


def test_refusals_and_redirections_are_guarded_too(here: House) -> None:
    answers = [
        here.http.post("/join"),
        here.http.get("/forums/water", follow_redirects=False),
        here.post("/breakouts/b1", "anna", {"do": "Abolish"}),
        here.http.get("/forums/water/events"),
        here.http.post("/join", content=b"x" * 300_000, headers={"origin": ADDRESS}),
    ]
    assert [answer.status_code for answer in answers] == [403, 303, 400, 401, 404]
    assert all(guarded(dict(answer.headers)) for answer in answers)


def test_each_page_has_a_nonce_of_its_own(here: House) -> None:
    nonces = set()
    for _ in range(3):
        answer = here.get("", "anna")
        nonce = re.search(r"'nonce-([\w-]{22})'", answer.headers["content-security-policy"])
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in answer.text
        nonces.add(nonce[1])
    assert len(nonces) == 3


def test_nothing_of_a_person_is_kept_by_a_cache_and_static_files_are(here: House) -> None:
    for path in ("", "/breakouts/b1", "/people"):
        assert here.get(path, "sam").headers["cache-control"] == "no-store"
    page = here.get("", "anna").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert {"common.css", "common.js"} < {name.split("/")[-1].split("?")[0] for name in addresses}
    for address in addresses:
        answer = here.http.get(address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?v=0000000000", "?v=", "?x=1"])
def test_a_static_file_without_its_digest_is_asked_for_again(here: House, query: str) -> None:
    """So is a module that another imports: after an upgrade the old one must go."""
    answer = here.http.get(f"/static/outbox.js{query}")
    assert answer.headers["cache-control"] == "no-cache"
    again = here.http.get(
        f"/static/outbox.js{query}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


# --- words of others are only words ---------------------------------------------------------

MARK = "qwx7"
PAYLOADS = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()' x='",
    f"</textarea><svg onload={MARK}()>",
    f"</style></title></script><iframe srcdoc={MARK}>",
    f"{{{{ {MARK} }}}}{{% {MARK} %}}<{MARK}>",
    f"javascript:{MARK}()",
    f"<!-- {MARK} --><a href=javascript:{MARK}()>{MARK}</a>",
)
PAYLOAD = " ".join(PAYLOADS)
NEVER = {"img", "iframe", "object", "embed", "base", MARK}


class Inert(HTMLParser):
    """Collects whatever of the payload would be more than words."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []
        self.words = 0
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if tag in NEVER:
            self.alive.append(tag)
        for name, value in attrs:
            said = value or ""
            if name.startswith("on") or MARK in name:
                self.alive.append(f"{tag} {name}")
            if name in ("href", "src", "action", "style", "formaction") and MARK in said:
                self.alive.append(f"{tag} {name}={said}")
            self.words += MARK in said
        if tag == "script" and not dict(attrs).get("src", "").startswith("/static/"):  # type: ignore[union-attr]
            self.alive.append("script without a source of ours")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_comment(self, data: str) -> None:
        self.alive += [f"comment {data}"] if MARK in data else []

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and MARK in data:
            self.alive.append(f"in {self.inside}")
        self.words += MARK in data


def alive(page: str) -> list[str]:
    parser = Inert()
    parser.feed(page)
    return parser.alive


def test_the_test_finds_what_is_alive() -> None:
    """A page that escapes nothing."""
    for payload in PAYLOADS:
        attributes = f'<p title="{payload}">{payload}</p>' + f"<p title='{payload}'></p>"
        assert alive(attributes) or payload in (PAYLOADS[6], PAYLOADS[5])


def hostile(event: Event) -> Event:
    """The same event, with the payload at the end of whatever somebody wrote in it."""
    return decode(json.encode(_with_payload(json.decode(encode(event)))))


def _with_payload(value: object, name: str = "") -> object:
    match value:
        case dict():
            return {key: _with_payload(each, key) for key, each in value.items()}
        case list():
            return [_with_payload(each, name) for each in value]
        case str() if name in WRITTEN and value:
            return f"{value} {PAYLOAD}"
        case _:
            return value


WRITTEN = frozenset({"text", "reason"})


@pytest.fixture(scope="module")
def day() -> tuple[Plan, Sequence[Event]]:
    plan = read_plan(REHEARSED)
    return plan, rehearsed(plan, voices(), datetime(2023, 6, 5, 7, tzinfo=UTC))


@pytest.fixture(scope="module", params=[0.7, 1.0])
def hostile_day(
    request: pytest.FixtureRequest,
    day: tuple[Plan, Sequence[Event]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[TestClient, Forum, list[dict[str, str]]]]:
    """A day at some hour, on which everybody who wrote anything wrote the payload."""
    plan, whole = day
    events = [hostile(event) for event in whole[: int(len(whole) * request.param)]]
    settings = Settings(database=str(tmp_path_factory.mktemp("hostile") / "day.db"))
    engine = open_database(settings.database)
    Log(engine).start(plan.id, "DAY", events)
    state = replay(Forum(plan.id), events)
    for person in state.people:
        Directory(engine).add(plan.id, Entry(person, f"{PAYLOAD} {person}", PAYLOAD, "en"))
    with TestClient(create_app(engine, settings), base_url=ADDRESS) as http:
        yield http, state, [_known(engine, state, role) for role in Role]
    engine.dispose()


def _known(engine: object, state: Forum, role: Role) -> dict[str, str]:
    somebody = min(p.id for p in state.people.values() if role in p.roles)
    token = Sessions(engine).open(state.id, somebody, now(), timedelta(days=1))  # type: ignore[arg-type]
    return {"cookie": f"__Host-facilitate={token}"}


def places(state: Forum) -> set[str]:
    first = [
        next(iter(ids), "")
        for ids in (
            sorted(state.breakouts),
            sorted(state.contributions.by_id),
            sorted(state.consolidation.groups),
            sorted(state.recommendations.by_id),
            sorted(state.amendments),
            sorted(state.people),
        )
    ]
    return {place for place in first if place} | set(sorted(state.consolidation.groups)[:3])


def test_whatever_people_write_every_page_shows_it_as_words(
    hostile_day: tuple[TestClient, Forum, list[dict[str, str]]],
) -> None:
    http, state, audiences = hostile_day
    shown: set[str] = set()
    for path in PAGES:
        for place in sorted(places(state)) if "{place}" in path else [""]:
            for known in audiences:
                address = f"/forums/{state.id}{path.format(place=place)}"
                answer = http.get(address, headers=known, follow_redirects=False)
                assert alive(answer.text) == [], address
                if answer.status_code == 200 and MARK in answer.text:
                    shown.add(path)
    assert len(shown) >= len(PAGES) - 3, set(PAGES) - shown  # there was something to escape


def test_so_does_every_fragment_of_a_page_that_is_open(
    hostile_day: tuple[TestClient, Forum, list[dict[str, str]]],
) -> None:
    http, state, audiences = hostile_day
    room = sorted(state.breakouts)[0]
    address = f"/forums/{state.id}/live?page=breakout&place={room}&after=0"
    headers = {**audiences[0], "origin": ADDRESS}
    with http.websocket_connect(address, subprotocols=[HTML], headers=headers) as socket:
        frame = json.decode(socket.receive_text(), type=Frame)
    assert any(MARK in fragment.html for fragment in frame.parts)
    assert [alive(fragment.html) for fragment in frame.parts if alive(fragment.html)] == []


def test_what_is_refused_is_shown_as_words(here: House) -> None:
    for fields in ({"do": PAYLOAD, "text": PAYLOAD}, {"do": "Contribute", "at": PAYLOAD}):
        page = here.post("/breakouts/b1", "anna", {**fields, "reason": PAYLOAD})
        assert MARK in page.text
        assert alive(page.text) == []
    fields = {"code": PAYLOAD, "name": PAYLOAD, "organisation": PAYLOAD, "attendance": PAYLOAD}
    page = here.http.post("/join", data=fields, headers={"origin": ADDRESS})
    assert MARK in page.text
    assert alive(page.text) == []
    assert alive(here.http.get(f"/{PAYLOAD}").text) == []


# --- a fault of ours, and what is logged --------------------------------------------------------

CANARY = "canary-7f3a"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return planned(at_a_free_port(str(tmp_path / "served.db")))


def asked(
    door: Door, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], str]:
    line = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
    kind = {"content-type": "application/x-www-form-urlencoded"} if body else {}
    line.request(method, path, body, {"origin": door.address, **kind, **headers})
    answer = line.getresponse()
    told = answer.read().decode()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, told


def faulty(door: Door) -> None:
    """An event in the record that no code of ours can read: the next to read on fails."""
    engine = open_database(door.settings.database)
    with engine.begin() as connection:
        head = connection.execute(text("SELECT seq, link FROM forums")).one()
        connection.execute(
            text(
                "INSERT INTO events (forum, seq, kind, body, salt, digest, link) "
                "VALUES (:forum, :seq, 'X', :body, :salt, :digest, :link)"
            ),
            {
                "forum": PLAN.id,
                "seq": head.seq + 1,
                "body": f'{{"type":"{CANARY}"}}',
                "salt": b"",
                "digest": b"",
                "link": b"",
            },
        )
        connection.execute(text("UPDATE forums SET seq = seq + 1"))
    engine.dispose()


def test_a_fault_shows_an_id_and_the_words_and_nothing_of_ours(door: Door, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with process(door, log):
        asked(door, "GET", f"/forums/{PLAN.id}", **door.known("sam"))  # so that it is in memory
        faulty(door)
        form = f"do=Contribute&breakout=b1&kind=gap&language=en&text={CANARY}-said"
        path = f"/forums/{PLAN.id}/breakouts/b1"
        french = {"accept-language": "fr", **door.known("anna")}
        status, headers, page = asked(door, "POST", path, form, **french)
        scripted = asked(door, "POST", path, form, accept="application/json", **door.known("anna"))
        assert asked(door, "GET", "/healthz")[0] == 200
    assert status == 500
    assert guarded(headers)
    assert f"{CANARY}-said" in page
    assert alive(page) == []
    for internal in ("Traceback", "Error", "facilitate/", "sqlalchemy", "msgspec", ".py"):
        assert internal not in page
    id = re.search(r"<b>([0-9a-f]{12})</b>", page)
    assert id is not None
    lines = [json.decode(line) for line in log.read_text().splitlines() if line.startswith("{")]
    line = next(line for line in lines if line.get("id") == id[1])
    assert (line["method"], line["path"], line["level"]) == ("POST", path, "error")
    assert line["error"]
    assert line["where"]
    assert len([line for line in lines if line["level"] == "error"]) == 2  # each said once
    assert json.decode(scripted[2])["refused"] == "fault"
    assert CANARY not in log.read_text()


def test_no_secret_and_no_word_of_anybody_stands_in_a_log(door: Door, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with process(door, log):
        for path in (f"/{CANARY}", f"/join?code={CANARY}", f"/sign-in?link={CANARY}"):
            asked(door, "GET", path)
        asked(door, "POST", "/join", f"code={CANARY}&name={CANARY}")
        asked(door, "POST", "/join", f"code={PLAN.join_code}&name={CANARY}")
        asked(door, "POST", "/sign-in", f"link={CANARY}")
        asked(door, "POST", "/sign-in", f"link={door.links['anna']}")
        asked(door, "GET", f"/forums/{PLAN.id}", cookie=f"__Host-facilitate={CANARY}")
        with door.line("anna", "?after=0") as line:
            line.send(f"nonsense {CANARY}")
            line.send(encode(Contribute("b1", "c1", Kind.GAP, CANARY, "en")).decode())
            line.send(f"{CANARY} " * 20_000)
        with door.line("anna") as line:
            line.send(b"\xff" + CANARY.encode(), text=True)
    said = log.read_text()
    assert "The forums of" in said
    for secret in (CANARY, *door.links.values(), *door.cookies.values()):
        assert secret not in said
    assert "127.0.0.1:" not in said.replace(f"127.0.0.1:{door.settings.port}", "")  # P7
