"""Somebody is erased from a forum that sits: by themselves, or by the secretariat for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind, Standing
from facilitate.meeting.erasures import ErasePerson
from facilitate.meeting.people import RemovePerson
from facilitate.record.chain import faults
from facilitate.web.sockets import JSON
from tests.web.elements import Document
from tests.web.house import PLAN, House, frame, house

SAID = "On our island the river is dry."
SURE = {"sure": "yes"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        there.ask("anna", Contribute("b1", "c1", Kind.GAP, SAID, "en"))
        yield there


def erase(here: House, person: str, by: str, path: str = "/mine") -> int:
    fields = {"do": "ErasePerson", "person": person, **SURE}
    return here.post(path, by, fields).status_code


def test_one_erases_oneself_and_is_told_what_is_gone(here: House) -> None:
    assert "Anna" in here.get("/breakouts/b1", "hugo").text
    assert "Erase me for good" in here.get("/mine", "anna").text

    answer = here.post("/mine", "anna", {"do": "ErasePerson", "person": "anna", **SURE})

    assert answer.status_code == 200
    assert "You are erased from this forum" in answer.text
    assert answer.headers["clear-site-data"] == '"storage"'
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert here.get("/mine", "anna").headers["location"] == "/join"
    page = here.get("/breakouts/b1", "hugo").text
    assert (SAID in page, "Anna" in page) == (False, False)
    assert "The words of contribution 1 were erased" in page


def test_nothing_of_it_is_left_in_the_house(here: House) -> None:
    erase(here, "anna", by="anna")
    files = Path(here.settings.database).parent
    assert not any(SAID.encode() in path.read_bytes() for path in files.iterdir())
    assert "anna" not in here.live.names
    assert here.live.events == here.live.log.read(PLAN.id)
    assert faults(here.engine, PLAN.id) == []


def test_the_secretariat_erases_whoever_asked_for_it(here: House) -> None:
    assert "Erase Anna for good" in here.get("/people/anna", "sam").text
    assert erase(here, "anna", by="sam", path="/secretariat") == 303
    assert here.state.contributions.by_id["c1"].standing is Standing.ERASED
    assert here.get("/people/anna", "sam").status_code == 404


def test_nobody_else_can(here: House) -> None:
    for other in ("hugo", "rita", "clara", "wall"):
        assert erase(here, "anna", by=other) == 403
    assert here.state.contributions.by_id["c1"].text == SAID


def test_whoever_was_removed_is_still_to_be_found_and_erased(here: House) -> None:
    here.ask("sam", RemovePerson("anna"))
    assert "Erase Anna for good" in here.get("/people/anna", "sam").text
    assert erase(here, "anna", by="sam", path="/secretariat") == 303
    assert here.get("/people/anna", "sam").status_code == 404


def test_a_voice_from_the_floor_leads_to_the_one_who_said_it(here: House) -> None:
    taken = {"do": "TakeDown", "breakout": "b1", "id": "c2", "kind": "gap", "text": "Dust."}
    named = {"language": "en", "speaker_name": "Amadou of the well"}
    assert here.post("/breakouts/b1/desk", "rita", {**taken, **named}).status_code == 303
    voice = Document(here.get("/secretariat", "sam").text).element("contribution-c2")
    assert voice is not None
    assert "Who said it" in voice
    speaker = here.state.contributions.by_id["c2"].by
    assert "Erase Amadou of the well for good" in here.get(f"/people/{speaker}", "sam").text
    assert erase(here, str(speaker), by="sam", path="/secretariat") == 303
    page = here.get("/breakouts/b1", "hugo").text
    assert ("Amadou" in page, "Dust." in page) == (False, False)


def test_every_open_page_is_fetched_anew(here: House) -> None:
    with here.listening("hugo", "breakout", "b1") as socket:
        here.ask("sam", ErasePerson("anna"))
        with pytest.raises(WebSocketDisconnect) as closed:
            hears_on(socket)
    assert closed.value.code == 4403


def hears_on(socket: WebSocketTestSession) -> None:
    while True:
        assert SAID not in str(frame(socket))


def test_a_program_that_reads_from_the_beginning_reads_what_remains(here: House) -> None:
    with here.line("hugo", "?after=0", JSON) as line:
        assert SAID in str(frame(line))
    here.ask("sam", ErasePerson("anna"))
    with here.line("hugo", "?after=0", JSON) as line:
        told = str(frame(line))
    assert (SAID in told, "PersonErased" in told, "'anna'" in told) == (False, True, False)


def test_the_last_of_the_secretariat_is_told_to_hand_over_first(here: House) -> None:
    answer = here.post("/mine", "sam", {"do": "ErasePerson", "person": "sam", **SURE})
    assert answer.status_code == 409
    assert "only person of the secretariat" in answer.text


def test_without_the_tick_nobody_is_erased(here: House) -> None:
    answer = here.post("/mine", "anna", {"do": "ErasePerson", "person": "anna"})
    assert answer.status_code == 409
    assert "Nothing was erased." in answer.text
    assert here.state.contributions.by_id["c1"].text == SAID
