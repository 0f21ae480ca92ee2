"""The way in and out: codes, links, names, cookies, and what none of them gives away."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from re import search

import httpx2
import pytest
from msgspec.structs import replace
from sqlalchemy import select
from starlette.testclient import TestClient

from facilitate.beginning import CODE_LETTERS, begin
from facilitate.live.forum import now
from facilitate.meeting import Attendance
from facilitate.meeting.people import RemovePerson
from facilitate.record.engines import open_database
from facilitate.record.sessions import hash_of
from facilitate.record.tables import sessions, sign_in_links
from facilitate.settings import Settings
from facilitate.web.app import create_app
from facilitate.web.names import NAME_LENGTH
from tests.web.house import ADDRESS, PLAN, House, house

CODE = "RIVER24"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        yield there


def form(**fields: str) -> dict[str, str]:
    return {"code": CODE, "name": "Amal", "attendance": "remote", **fields}


def sent(here: House, path: str, fields: Mapping[str, str], **headers: str) -> httpx2.Response:
    """From a browser that has no cookies but those given."""
    here.http.cookies.clear()
    return here.http.post(
        path, data=dict(fields), headers={"origin": ADDRESS, **headers}, follow_redirects=False
    )


def cookie(answer: httpx2.Response, name: str = "__Host-facilitate") -> "Morsel[str]":
    return SimpleCookie(answer.headers["set-cookie"])[name]


def entered(here: House, answer: httpx2.Response) -> str:
    """The id of the person whose session was opened."""
    query = select(sessions.c.person).where(sessions.c.hash == hash_of(cookie(answer).value))
    with here.engine.begin() as connection:
        return str(connection.scalars(query).one())


# --- with the code ------------------------------------------------------------------


def test_with_the_code_one_takes_part(here: House) -> None:
    fields = form(organisation="Nile Basin Voices", attendance="hall", language="fr")
    answer = sent(here, "/join", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/forums/water")
    id = entered(here, answer)
    assert here.state.people[id].attendance is Attendance.HALL
    entry = here.live.names[id]
    assert (entry.name, entry.organisation, entry.language) == ("Amal", "Nile Basin Voices", "fr")


@pytest.mark.parametrize("code", ["river24", "  River24 ", "RIVER24\r\n"])
def test_a_code_is_read_as_people_type_it(here: House, code: str) -> None:
    assert sent(here, "/join", form(code=code)).status_code == 303


@pytest.mark.parametrize("code", ["", "RIVER25", "\0", "RIVER24' OR '1'='1", "%", "x" * 5000])
def test_a_wrong_code_opens_nothing_and_keeps_what_was_typed(here: House, code: str) -> None:
    people = len(here.state.people)
    answer = sent(here, "/join", form(code=code, name="Amal of the Nile"))
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
    assert "Amal of the Nile" in answer.text
    assert len(here.state.people) == people


def test_many_wrong_codes_from_one_address_are_answered_no_more(here: House) -> None:
    answers = [sent(here, "/join", form(code=f"GUESS{n}")).status_code for n in range(60)]
    assert answers[:20] == [404] * 20
    assert answers[-30:] == [429] * 30


def test_nobody_is_locked_out_by_the_guesses_of_a_neighbour(here: House) -> None:
    """All in a hall share one address."""
    for n in range(40):
        sent(here, "/join", form(code=f"GUESS{n}"))
        sent(here, "/sign-in", {"link": f"guess{n}"})
    assert sent(here, "/join", form(code="GUESS")).status_code == 429
    assert sent(here, "/join", form()).status_code == 303
    assert sent(here, "/sign-in", {"link": here.links["hugo"]}).status_code == 303
    assert here.get("", "anna").status_code == 200


def test_ten_thousand_guesses_find_nothing_of_a_code_drawn_by_lot(tmp_path: Path) -> None:
    """Forty bits: so many guesses find one in a hundred million forums."""
    engine = open_database(str(tmp_path / "lot.db"))
    code, _ = begin(engine, replace(PLAN, join_code=""), now())
    engine.dispose()
    assert len(CODE_LETTERS) ** len(code) >= 2**40
    assert set(code) <= set(CODE_LETTERS)


# --- names ------------------------------------------------------------------------------

NAMES = {
    "a NUL": ("Am\0al", "Am al"),
    "control characters": ("\x1b[31mAmal\x07\x9b", "[31mAmal"),
    "lines": ("Amal\r\nset-cookie: a=b", "Amal set-cookie: a=b"),
    "turned around": ("Amal \u202enahc\u202c", "Amal nahc"),
    "isolates": ("\u2066Amal\u2069", "Amal"),
    "a separator of lines": ("Amal\u2028Said", "Amal Said"),
    "spaces": ("  Amal \t  Said ", "Amal Said"),
    "as Persian is written": ("می\u200cخواهم", "می\u200cخواهم"),
    "Arabic": ("أمل", "أمل"),
    "a flag": ("🇪🇬 Amal", "🇪🇬 Amal"),
    "markup": ("<b>Amal</b>", "<b>Amal</b>"),
    "the longest": ("x" * NAME_LENGTH, "x" * NAME_LENGTH),
}


@pytest.mark.parametrize(("typed", "kept"), NAMES.values(), ids=NAMES)
def test_a_name_stands_in_one_line(here: House, typed: str, kept: str) -> None:
    answer = sent(here, "/join", form(name=typed, organisation=typed))
    entry = here.live.names[entered(here, answer)]
    assert (entry.name, entry.organisation) == (kept, kept)


@pytest.mark.parametrize("typed", ["", "   ", "\0", "\u200b", "\u202e", "\u200d\u200c", "\u00ad"])
def test_a_name_that_cannot_be_seen_is_none(here: House, typed: str) -> None:
    answer = sent(here, "/join", form(name=typed, organisation="Nile Basin Voices"))
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers
    assert "Nile Basin Voices" in answer.text


@pytest.mark.parametrize("field", ["name", "organisation"])
def test_what_is_too_long_is_said_beside_its_field(here: House, field: str) -> None:
    answer = sent(here, "/join", form(**{field: "x" * (NAME_LENGTH + 1)}))
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_an_attendance_that_is_none_is_remote(here: House) -> None:
    answer = sent(here, "/join", form(attendance="<by ghost>"))
    assert here.state.people[entered(here, answer)].attendance is Attendance.REMOTE


# --- with a personal link ------------------------------------------------------------------


def test_a_personal_link_is_exchanged_by_post_alone(here: House) -> None:
    secret = here.links["anna"]
    for way in (f"/sign-in?link={secret}", f"/sign-in/{secret}"):
        got = here.http.get(way, follow_redirects=False)
        assert "set-cookie" not in got.headers
        assert secret not in got.text
    answer = sent(here, "/sign-in", {"link": secret})
    assert answer.headers["location"] == "/forums/water"
    assert entered(here, answer) == "anna"


def test_a_whole_link_may_be_pasted(here: House) -> None:
    answer = sent(here, "/sign-in", {"link": f" {ADDRESS}/sign-in#{here.links['anna']} "})
    assert entered(here, answer) == "anna"


@pytest.mark.parametrize("link", ["", "#", "guess", "\0", "x" * 10_000])
def test_a_wrong_link_opens_nothing_and_is_not_shown_again(here: House, link: str) -> None:
    answer = sent(here, "/sign-in", {"link": link})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
    assert 'value=""' in answer.text


def test_the_link_of_somebody_removed_opens_nothing(here: House) -> None:
    here.ask("sam", RemovePerson("anna"))
    assert sent(here, "/sign-in", {"link": here.links["anna"]}).status_code == 404


# --- sessions -----------------------------------------------------------------------------


def test_the_cookie_is_for_this_host_and_no_script(here: House) -> None:
    given = cookie(sent(here, "/join", form()))
    assert (given["secure"], given["httponly"], given["path"]) == (True, True, "/")
    assert given["samesite"] == "lax"
    assert given["domain"] == ""
    assert int(given["max-age"]) == timedelta(days=2).total_seconds()


def test_a_token_has_256_bits_and_is_stored_as_a_hash(here: House) -> None:
    token = cookie(sent(here, "/join", form())).value
    assert search(r"^[A-Za-z0-9_-]{43}$", token)
    stored = b"".join(path.read_bytes() for path in Path(here.settings.database).parent.iterdir())
    assert hash_of(token) in stored
    for secret in (token, *here.cookies.values(), *here.links.values()):
        assert secret.encode() not in stored
    with here.engine.begin() as connection:
        assert {len(row) for row in connection.scalars(select(sign_in_links.c.hash))} == {32}


def test_who_signs_in_again_gets_another_session_and_the_old_one_ends(here: House) -> None:
    first = sent(here, "/sign-in", {"link": here.links["anna"]})
    before = f"__Host-facilitate={cookie(first).value}"
    second = sent(here, "/sign-in", {"link": here.links["anna"]}, cookie=before)
    assert cookie(second).value != cookie(first).value
    page = here.http.get("/forums/water", headers={"cookie": before}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/join")


def test_a_session_that_somebody_chose_is_not_taken_up(here: House) -> None:
    answer = sent(here, "/join", form(), cookie="__Host-facilitate=chosen-by-somebody-else")
    assert cookie(answer).value != "chosen-by-somebody-else"


def test_signing_out_ends_the_session_and_takes_the_cookie(here: House) -> None:
    answer = sent(here, "/sign-out", {}, **here.known("anna"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookie(answer)["max-age"] == "0"
    assert here.get("", "anna").status_code == 303
    assert here.get("", "hugo").status_code == 200


def test_signing_out_twice_or_without_a_session_is_no_fault(here: House) -> None:
    assert sent(here, "/sign-out", {}).status_code == 303
    assert sent(here, "/sign-out", {}, cookie="__Host-facilitate=x").status_code == 303


def test_a_session_of_another_forum_opens_nothing_here(here: House) -> None:
    begin(here.engine, replace(PLAN, id="fire", join_code="FIRE24"), now())
    path = "/forums/fire"
    assert (
        here.http.get(path, headers=here.known("anna"), follow_redirects=False).status_code == 303
    )


def test_a_session_ends_in_its_time(tmp_path: Path) -> None:
    with house(tmp_path, at=now() - timedelta(days=1, seconds=-1)) as here:
        assert here.get("", "anna").status_code == 200
    (tmp_path / "later").mkdir()
    with house(tmp_path / "later", at=now() - timedelta(days=1)) as here:
        assert here.http.get("/forums/water", headers=here.known("anna")).url.path == "/join"


def test_on_a_network_without_tls_the_cookie_is_told_so(tmp_path: Path) -> None:
    settings = Settings(database=str(tmp_path / "plain.db"), plain_http=True)
    engine = open_database(settings.database)
    begin(engine, PLAN, now())
    with TestClient(create_app(engine, settings), base_url="http://10.0.0.5") as http:
        answer = http.post(
            "/join", data=form(), headers={"origin": "http://10.0.0.5"}, follow_redirects=False
        )
        assert not cookie(answer, "facilitate")["secure"]
        assert cookie(answer, "facilitate")["httponly"]
        assert http.get("/forums/water").status_code == 200
    engine.dispose()


# --- the language ------------------------------------------------------------------------


def test_a_language_that_was_chosen_stays(here: House) -> None:
    answer = sent(here, "/language", {"language": "fr", "back": "/forums/water?x=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/forums/water?x=1")
    given = cookie(answer, "language")
    assert (given.value, given["httponly"], given["samesite"]) == ("fr", True, "lax")
    french = here.http.get("/join", headers={"cookie": "language=fr", "accept-language": "en"})
    assert '<html lang="fr"' in french.text


@pytest.mark.parametrize("language", ["", "xx", "<script>", "fr\r\nset-cookie: a=b"])
def test_a_language_we_do_not_have_is_not_kept(here: House, language: str) -> None:
    assert "set-cookie" not in sent(here, "/language", {"language": language}).headers
    odd = {"cookie": "language=../../etc/passwd"}
    assert '<html lang="en"' in here.http.get("/join", headers=odd).text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "javascript:1"]
)
def test_the_choice_of_a_language_leads_nowhere_else(here: House, back: str) -> None:
    assert sent(here, "/language", {"back": back}).headers["location"] == "/"


def test_the_way_in_is_the_same_for_all_but_for_its_nonce(here: House) -> None:
    here.http.cookies.clear()
    first, second = (here.http.get("/join") for _ in range(2))
    policies = [page.headers["content-security-policy"] for page in (first, second)]
    assert policies[0] != policies[1]
    assert first.text == second.text  # no style of anybody's own stands in it
    french = here.http.get("/join", headers={"accept-language": "fr"})
    assert 'lang="fr"' in french.text
    assert 'lang="en"' in here.http.get("/join").text
