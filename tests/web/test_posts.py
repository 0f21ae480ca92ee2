"""A form is a command: done and back, or an answer in words that keeps the words that were sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.websockets import WebSocketDisconnect

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import AddDraftRecommendation, ReviseDraftRecommendation
from tests.web.forms import forms
from tests.web.house import ADDRESS, House, house

WORDS = "The river was ours before it was yours."
ROOM = "/breakouts/b1"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        yield there


def form(**fields: object) -> dict[str, object]:
    usual = {"do": "Contribute", "breakout": "b1", "kind": "gap", "text": WORDS, "language": "en"}
    return {**usual, **fields}


def test_who_sent_a_form_comes_back_to_where_it_stood(here: House) -> None:
    answer = here.post(ROOM, "anna", form(at="voices"))
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/forums/water/breakouts/b1#voices",
    )


def test_one_form_serves_a_list_and_leads_back_to_what_its_button_named(here: House) -> None:
    here.ask("hugo", Contribute("b1", "c7", Kind.GAP, WORDS, "en"))
    page = here.get(ROOM, "anna").text
    (one,) = forms(page, "Endorse")
    assert ("contribution", "c7") in one.buttons
    answer = here.post(ROOM, "anna", {**one.fields, "contribution": "c7"})
    assert answer.headers["location"] == "/forums/water/breakouts/b1#contribution-c7"
    assert "anna" in here.state.contributions.by_id["c7"].endorsements


@pytest.mark.parametrize("at", ["//evil.example", '"><script>', "x\r\nset-cookie: a=b", "a b"])
def test_nobody_is_sent_anywhere_else(here: House, at: str) -> None:
    answer = here.post(ROOM, "anna", form(at=at))
    assert answer.headers["location"] == "/forums/water/breakouts/b1"
    assert "set-cookie" not in answer.headers


def test_a_form_sent_twice_with_its_id_speaks_once(here: House) -> None:
    for _ in range(2):
        assert here.post(ROOM, "anna", form(id="c1")).status_code == 303
    assert len(here.state.contributions.of("b1")) == 1


@pytest.mark.parametrize(
    ("by", "fields", "status", "code"),
    [
        ("anna", form(do="Abolish"), 400, "malformed"),
        ("anna", form(kind="rumour"), 400, "malformed"),
        ("anna", form(id="../c1"), 400, "malformed"),
        ("anna", form(colour="red"), 400, "malformed"),
        ("anna", form(text="   "), 409, "empty"),
        ("anna", form(text="x" * 2001), 409, "too-long"),
        ("anna", form(breakout="b2"), 409, "out-of-order"),
        ("anna", form(breakout="b9"), 404, "unknown"),
        ("wall", form(), 403, "not-entitled"),
        ("anna", form(do="TakeDown"), 403, "not-entitled"),
        ("anna", form(speaker_name="Nobody"), 403, "not-entitled"),
    ],
)
def test_each_refusal_has_its_answer_and_keeps_the_words(
    here: House, by: str, fields: dict[str, object], status: int, code: str
) -> None:
    before = here.live.seq
    assert here.sent(ROOM, by, fields)["refused"] == code
    page = here.post(ROOM, by, fields)
    assert page.status_code == status
    assert str(fields["text"]).strip() in page.text
    assert here.live.seq == before


def test_a_stale_paragraph_is_shown_beside_what_stands_now(here: House) -> None:
    here.ask("rita", AddDraftRecommendation("b1", "r1", "parties", "First."))  # type: ignore[arg-type]
    added = here.state.drafts["b1"].recommendations["r1"]
    here.ask(
        "rita", ReviseDraftRecommendation("b1", "r1", added.version, added.addressee, "Second.")
    )
    stale = {
        "do": "ReviseDraftRecommendation",
        "breakout": "b1",
        "id": "r1",
        "version": added.version,
        "addressee": str(added.addressee),
        "text": WORDS,
    }
    page = here.post(f"{ROOM}/desk", "rita", stale)
    assert page.status_code == 409
    assert WORDS in page.text
    assert "Second." in page.text
    assert here.state.drafts["b1"].recommendations["r1"].text == "Second."


def test_who_is_too_fast_keeps_the_words(here: House) -> None:
    here.nothing_refills()
    answers = [here.post(ROOM, "anna", form(id="c1")) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {303}
    assert answers[30].status_code == 429
    assert WORDS in answers[30].text


# --- the session has ended while somebody wrote -----------------------------------------


def test_who_was_signed_out_while_writing_sees_the_words_again(here: House) -> None:
    here.http.post("/sign-out", headers={**here.known("anna"), "origin": ADDRESS})
    page = here.post(ROOM, "anna", form())
    assert page.status_code == 401
    assert WORDS in page.text
    assert 'href="/join"' in page.text
    told = here.sent(ROOM, "anna", form())
    assert told["refused"] == "not-signed-in"
    assert told["why"]
    assert here.state.contributions.of("b1") == ()


def test_a_json_command_without_a_session_is_answered_in_json(here: House) -> None:
    for path in ("/commands", ROOM):
        answer = here.http.post(
            f"/forums/water{path}",
            content=encode(Contribute("b1", "c1", Kind.GAP, WORDS, "en")),
            headers={"origin": ADDRESS, "content-type": "application/json"},
        )
        assert (answer.status_code, answer.json()["refused"]) == (401, "not-signed-in")


# --- the database is away -----------------------------------------------------------------


def broken(here: House) -> None:
    """As on a damaged disk: a table is gone, and every query of it fails."""
    with here.engine.begin() as connection:
        connection.execute(text("ALTER TABLE sessions RENAME TO gone"))


def mended(here: House) -> None:
    with here.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO sessions"))


def test_while_the_database_is_away_the_words_are_shown_and_nothing_is_claimed(
    here: House, tmp_path: Path
) -> None:
    broken(here)
    page = here.post(ROOM, "anna", form())
    assert page.status_code == 503
    assert WORDS in page.text
    assert here.sent(ROOM, "anna", form())["refused"] == "not-saved"
    assert here.get(ROOM, "anna").status_code == 503
    with pytest.raises(WebSocketDisconnect), here.line("anna"):
        pass  # pragma: no cover - it never opens
    mended(here)
    assert here.post(ROOM, "anna", form()).status_code == 303


# --- how much may come ----------------------------------------------------------------------


def test_the_longest_text_passes_in_any_script(here: House) -> None:
    """Eight thousand characters of three bytes each, nine in a form: more than 64 KiB."""
    added = AddDraftRecommendation("b1", "r1", "parties", "Draft.")  # type: ignore[arg-type]
    here.ask("rita", added)
    longest = "水" * 8000
    sent = {
        "do": "ReviseDraftRecommendation",
        "breakout": "b1",
        "id": "r1",
        "version": here.state.drafts["b1"].recommendations["r1"].version,
        "addressee": str(added.addressee),
        "text": longest,
    }
    assert "done" in here.sent(f"{ROOM}/desk", "rita", sent)
    assert here.state.drafts["b1"].recommendations["r1"].text == longest


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/forums/water/commands", "application/json"),
        ("/forums/water/commands", "application/x-www-form-urlencoded"),
        ("/forums/water/breakouts/b1", "application/x-www-form-urlencoded"),
        ("/join", "application/x-www-form-urlencoded"),
        ("/sign-in", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_too_large_is_refused_while_it_comes(here: House, path: str, kind: str) -> None:
    headers = {**here.known("anna"), "origin": ADDRESS, "content-type": kind}
    answer = here.http.post(path, content=b"text=" + b"x" * 300_000, headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data", b"nonsense"),
        ("text/plain", b"do=Contribute"),
        ("application/json", b"{"),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'{"x":' + b"[" * 30_000),
        ("application/x-www-form-urlencoded", b"&" * 2000),
        ("application/x-www-form-urlencoded", b"a=b&" * 2000),
        ("application/x-www-form-urlencoded", b"do=%ff%fe&text=%00"),
    ],
)
def test_a_body_that_is_none_is_malformed(here: House, kind: str, body: bytes) -> None:
    headers = {**here.known("anna"), "origin": ADDRESS, "content-type": kind}
    answer = here.http.post("/forums/water/commands", content=body, headers=headers)
    assert answer.status_code == 400
    assert here.get("", "anna").status_code == 200


def test_a_file_is_not_taken(here: House) -> None:
    headers = {**here.known("anna"), "origin": ADDRESS}
    for path in ("/forums/water/breakouts/b1", "/join", "/sign-in", "/language"):
        answer = here.http.post(path, files={"text": b"x"}, headers=headers)
        assert answer.status_code == 400
