"""The secretariat's desk and the people of the forum, as the secretariat uses them."""

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec import json
from starlette.websockets import WebSocketDisconnect

from facilitate.meeting import Attendance, Role
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout, Stage
from facilitate.meeting.contributions import (
    Contribute,
    HideContribution,
    Kind,
    ShowContribution,
    Standing,
    WithdrawContribution,
)
from facilitate.meeting.floor import RaiseHand
from facilitate.meeting.messages import Announce, TakeDownMessage
from facilitate.meeting.people import AssignRoles, Person, RemovePerson
from facilitate.web.frames import Frame, HtmlView
from facilitate.web.pages import secretariat
from tests.web.elements import Document
from tests.web.house import ADDRESS, House, frame, framed, house

SECRETARIAT = frozenset({Role.SECRETARIAT})
ENDED = (4401, 4403)  # signed out, or in another capacity: either way the page is fetched anew
ALL = ("anna", "rita", "clara", "wall", "sam")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        yield there


class Forms(HTMLParser):
    """The forms of a page as they stand: where each goes, and its fields as they are filled in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, object]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
        ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
        name = given.get("name")
        if tag == "input" and name and ticked:
            self.found[-1][1][name] = given.get("value") or ""

    def of(self, do: str) -> list[dict[str, object]]:
        return [fields for _, fields in self.found if fields.get("do") == do]


def forms(here: House, path: str) -> Forms:
    return Forms(here.get(path, "sam").text)


def say(here: House, by: str, id: str, text: str, breakout: str = "b1") -> None:
    here.ask(by, Contribute(breakout, id, Kind.GAP, text, "en"))


def stage(here: House) -> str:
    return here.state.breakouts["b1"].stage.value


@pytest.mark.parametrize("path", ["/secretariat", "/people", "/people/anna"])
@pytest.mark.parametrize("who", ALL)
def test_only_the_secretariat_sees_its_pages(here: House, path: str, who: str) -> None:
    assert here.get(path, who).status_code == (200 if who == "sam" else 403)


def test_every_form_of_the_desk_is_accepted_as_it_stands(here: House) -> None:
    opened = forms(here, "/secretariat").of("OpenBreakout")
    assert [fields["minutes"] for fields in opened] == ["60", "60"]  # from the plan
    for fields in opened:
        assert here.post("/secretariat", "sam", fields).status_code == 303
    before = here.state.breakouts["b1"].closes_at
    five = forms(here, "/secretariat").of("ExtendBreakout")[0]
    assert here.post("/secretariat", "sam", five).status_code == 303
    after = here.state.breakouts["b1"].closes_at
    assert before is not None
    assert after == before + timedelta(minutes=5)
    close = forms(here, "/secretariat").of("CloseContributions")[0]
    assert here.post("/secretariat", "sam", close).status_code == 303
    assert stage(here) == Stage.DRAFTING
    reopen = forms(here, "/secretariat").of("ReopenContributions")[0]
    assert here.post("/secretariat", "sam", reopen).status_code == 303
    assert stage(here) == Stage.OPEN


def test_an_end_that_was_moved_meanwhile_is_not_moved_twice(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60))
    five = forms(here, "/secretariat").of("ExtendBreakout")[0]
    here.post("/secretariat", "sam", five)
    again = here.post("/secretariat", "sam", five)
    assert again.status_code == 409
    assert "The end has been moved already." in again.text


def test_closing_says_first_what_is_still_going_on(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60))
    here.ask("anna", RaiseHand("b1"))
    page = Document(here.get("/secretariat", "sam").text)
    asked = page.element("close-b1")
    assert asked is not None
    assert "1 hand is raised and has not been heard" in asked
    assert "Close contributions now" in asked


def test_a_message_is_said_to_all_rooms_and_taken_down(here: House) -> None:
    announce = forms(here, "/secretariat").of("Announce")[0]
    here.post("/secretariat", "sam", {**announce, "text": "Lunch in the garden"})
    assert "Lunch in the garden" in here.get("/breakouts/b2", "anna").text
    down = forms(here, "/secretariat").of("TakeDownMessage")[0]
    here.post("/secretariat", "sam", down)
    assert "Lunch in the garden" not in here.get("/breakouts/b2", "anna").text


def test_words_are_hidden_with_a_reason_and_shown_again(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60))
    say(here, "anna", "c1", "He is ill.")
    hide = forms(here, "/secretariat").of("HideContribution")[0]
    assert here.post("/secretariat", "sam", {**hide, "reason": ""}).status_code == 409
    here.post("/secretariat", "sam", {**hide, "reason": "It names an illness"})
    seen_by_all = here.get("/breakouts/b1", "hugo").text
    assert "He is ill." not in seen_by_all
    assert "It names an illness" in seen_by_all
    assert "He is ill." in here.get("/secretariat", "sam").text
    here.post("/secretariat", "sam", forms(here, "/secretariat").of("ShowContribution")[0])
    assert here.state.contributions.by_id["c1"].standing is Standing.STANDS


def test_a_search_looks_at_words_names_and_organisations(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60), OpenBreakout("b2", 60))
    say(here, "anna", "c1", "Dams harm fish.")
    say(here, "hugo", "c2", "Wells run dry.", "b2")

    def shown(q: str) -> list[str]:
        page = Document(here.get(f"/secretariat?q={q}", "sam").text)
        return page.children.get("found" if q else "voices", [])

    assert shown("") == ["contribution-c2", "contribution-c1"]
    assert shown("DAMS") == shown("river") == ["contribution-c1"]
    assert shown("hugo") == ["contribution-c2"]
    assert shown("nothing") == []


def test_the_desk_of_an_hour_ago_with_what_was_heard_since_is_the_desk_of_now(here: House) -> None:
    for by, command in (
        ("sam", OpenBreakout("b1", 60)),
        ("anna", Contribute("b1", "c1", Kind.GAP, "Dams harm fish.", "en")),
        ("hugo", Contribute("b1", "c2", Kind.GAP, "So do weirs.", "en")),
        ("hugo", RaiseHand("b1")),
        ("sam", HideContribution("c1", "A name")),
        ("sam", ShowContribution("c1")),
        ("hugo", WithdrawContribution("c2")),
        ("sam", Announce("m1", "Lunch")),
        ("sam", TakeDownMessage("m1")),
        ("sam", CloseContributions("b1")),
    ):
        before = Document(here.get("/secretariat", "sam").text)
        after = here.live.seq
        here.ask(by, command)
        view = HtmlView(here.live, secretariat.PAGE, "", "en", SECRETARIAT)
        told = json.decode(framed(view.frame(after, presence=False)), type=Frame)
        for part in told.parts:
            before.put(part.id, part.html.strip(), part.into)
        fresh = Document(here.get("/secretariat", "sam").text)
        live = [
            id
            for id in fresh.spans
            if id.startswith(("stands-", "acts-", "going-on-", "contribution-"))
        ]
        for id in (*live, "announced"):
            assert before.element(id) == fresh.element(id), (command, id)


def test_who_comes_and_goes_is_counted_in_the_row_of_the_breakout(here: House) -> None:
    view = HtmlView(here.live, secretariat.PAGE, "", "en", SECRETARIAT)
    with here.live.presence.here("b1", "anna"), here.live.presence.here("b1", "wall"):
        told = json.decode(framed(view.frame(here.live.seq, presence=True)), type=Frame)
    counted = {part.id: part.html for part in told.parts}
    assert "remotely</span> 1" in counted["stands-b1"]
    assert "in the hall</span> 0" in counted["stands-b1"]  # a projector is nobody
    assert "remotely</span> 0" in counted["stands-b2"]


# --- people --------------------------------------------------------------


def signed_in(here: House, link: str) -> int:
    secret = link.rpartition("#")[2]
    answer = here.http.post(
        "/sign-in", data={"link": secret}, headers={"origin": ADDRESS}, follow_redirects=False
    )
    return answer.status_code


def link_in(page: str) -> str:
    return page.partition('data-text="')[2].partition('"')[0]


def test_a_new_link_is_shown_once_and_ends_the_one_before(here: House) -> None:
    assert signed_in(here, here.links["anna"]) == 303
    answer = here.post("/people/anna/link", "sam", {})
    assert answer.headers["cache-control"] == "no-store"
    assert link_in(answer.text).startswith(f"{ADDRESS}/sign-in#")
    assert signed_in(here, here.links["anna"]) == 404
    assert signed_in(here, link_in(answer.text)) == 303
    assert link_in(answer.text) not in here.get("/people/anna", "sam").text
    assert here.get("/people/anna/link", "sam").status_code == 303


@pytest.mark.parametrize("who", [who for who in ALL if who != "sam"])
def test_nobody_else_hands_out_links_or_admits(here: House, who: str) -> None:
    assert here.post("/people/sam/link", who, {}).status_code == 403
    assert here.post("/people", who, {"id": "x", "name": "X"}).status_code == 403
    assert signed_in(here, here.links["sam"]) == 303


def test_somebody_new_is_admitted_with_a_part_and_a_link(here: House) -> None:
    action, fields = next(
        form
        for form in forms(here, "/people").found
        if form[0].endswith("people") and "id" in form[1]
    )
    given = {**fields, "name": "Nora", "roles": ["participant", "rapporteur"], "breakouts": ["b2"]}
    answer = here.post("/people", "sam", given)
    assert action == "/forums/water/people"
    assert answer.status_code == 200
    id = str(fields["id"])
    assert here.state.people[id] == Person(
        id,
        Attendance.HALL,
        frozenset({Role.PARTICIPANT, Role.RAPPORTEUR}),
        frozenset({"b2"}),
    )
    assert here.live.names[id].name == "Nora"
    assert signed_in(here, link_in(answer.text)) == 303
    assert "Nora" in here.get("/people?who=nor", "sam").text
    assert "Nora" not in here.get("/people?who=anna", "sam").text


def test_nobody_is_admitted_without_a_name_or_with_a_part_there_is_not(here: House) -> None:
    given: dict[str, object] = {
        "id": "n1",
        "name": " ",
        "attendance": "hall",
        "roles": "participant",
    }
    assert here.post("/people", "sam", given).status_code == 409
    assert here.post("/people", "sam", {**given, "name": "N", "roles": "king"}).status_code == 400
    assert here.post("/people/nobody/link", "sam", {}).status_code == 404
    assert "n1" not in here.live.names


def test_a_person_is_given_another_part(here: House) -> None:
    fields = forms(here, "/people/anna").of("AssignRoles")[0]
    assert fields["roles"] == "participant"
    here.post("/people/anna", "sam", {**fields, "roles": ["rapporteur"], "breakouts": ["b1"]})
    assert here.state.people["anna"].roles == {Role.RAPPORTEUR}
    assert here.state.people["anna"].breakouts == {"b1"}


@pytest.mark.parametrize("who", ["anna", "wall"])
def test_who_is_removed_hears_no_more_and_does_not_come_back(here: House, who: str) -> None:
    with here.listening(who, "forum") as line:
        frame(line)  # who is here
        fields = forms(here, f"/people/{who}").of("RemovePerson")[0]
        here.post("/secretariat", "sam", fields)
        with pytest.raises(WebSocketDisconnect) as ended:
            frame(line)
        assert ended.value.code in ENDED
    assert here.get("", who).status_code == 303  # signed out
    assert signed_in(here, here.links[who]) == 404
    assert who not in here.state.people


def test_who_was_removed_while_connected_cannot_ask_to_join_again(here: House) -> None:
    with here.listening("anna", "forum") as line:
        frame(line)
        here.ask("sam", RemovePerson("anna"))
        line.send_json({"do": "Join", "attendance": "remote"})
        with pytest.raises(WebSocketDisconnect) as ended:
            frame(line)
        assert ended.value.code in ENDED
    assert "anna" not in here.state.people
    answer = here.sent("/commands", "anna", {"do": "Join", "attendance": "remote"})
    assert "done" not in answer
    assert "anna" not in here.state.people


def test_who_loses_a_part_is_shown_the_page_anew(here: House) -> None:
    with here.listening("rita", "breakout", "b1") as line:
        frame(line)
        here.ask("sam", AssignRoles("rita", (Role.PARTICIPANT,)))
        with pytest.raises(WebSocketDisconnect) as ended:
            frame(line)
        assert ended.value.code in ENDED
