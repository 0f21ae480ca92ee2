"""The projector: what the hall sees, at each moment of the day."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import json

from facilitate.meeting import Command, Role
from facilitate.meeting.amendments import ProposeAmendment, RejectAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup, PutToPlenary
from facilitate.meeting.contributions import Contribute, HideContribution, Kind
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.floor import PLENARY, GiveFloor, RaiseHand
from facilitate.meeting.messages import Announce
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.recommendations import (
    AdoptWithReservations,
    CallForConsensus,
    Object,
    OpenRecommendation,
)
from facilitate.web.frames import Frame, HtmlView
from facilitate.web.pages import projector
from facilitate.web.qr import qr
from tests.web.elements import Document
from tests.web.house import ADDRESS, House, framed, house

OBSERVER = frozenset({Role.OBSERVER})
TEXT = "Parties should pay for clean rivers."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as there:
        yield there


def wall(here: House, place: str = "") -> str:
    page = Document(here.get(f"/projector{place}", "wall").text)
    return "".join(page.element(f"wall-{part}") or "" for part in ("head", "main", "foot"))


def before_the_plenary(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60), CloseContributions("b1"))
    here.ask("rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, TEXT))
    here.ask("rita", SubmitDraft("b1", here.state.drafts["b1"].version))
    here.ask("sam", FormGroup("g1", ("b1/d1",)))
    here.ask("sam", PutToPlenary("g1", here.state.consolidation.groups["g1"].version, "r1"))


def text(here: House) -> tuple[str, int, str]:
    there = here.state.recommendations.by_id["r1"]
    return "r1", there.version, there.digest


@pytest.mark.parametrize("who", ["anna", "rita", "clara", "sam", "wall"])
def test_any_who_joined_may_open_it(here: House, who: str) -> None:
    assert here.get("/projector", who).status_code == 200
    assert here.get("/projector/b1", who).status_code == 200
    assert here.get("/projector/plenary", who).status_code == 200
    assert here.get("/projector/nowhere", who).status_code == 404


def test_the_forum_shows_how_to_join_and_what_is_open(here: House) -> None:
    here.ask("sam", OpenBreakout("b2", 60))
    page = here.get("/projector", "wall").text
    assert "testserver<wbr>/join" in page
    assert "RIVER24" in page
    assert qr(f"{ADDRESS}/join#RIVER24") in page
    shown = wall(here)
    assert shown.index("Breakout on wells") < shown.index("Breakout on rivers")  # open ones first
    assert "Open until" in shown


def test_a_breakout_shows_its_question_and_the_latest_voices(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60))
    for number in range(5):
        said = f"Voice {number}. " + "It is long. " * 30
        here.ask("anna", Contribute("b1", f"c{number}", Kind.GAP, said, "en"))
    here.ask("sam", HideContribution("c4", "No"))
    here.ask("hugo", RaiseHand("b1"))
    here.ask("anna", RaiseHand("b1"))
    here.ask("rita", GiveFloor("b1", "hugo"))
    shown = wall(here, "/b1")
    assert "Who owns a river?" in shown
    assert [f"Voice {n}." in shown for n in range(5)] == [False, True, True, True, False]
    assert "It is long. […]" in shown
    assert "4 contributions" in shown
    assert 'Speaking: <b dir="auto">Hugo</b>' in shown
    assert 'Next: <b dir="auto">Anna</b>' in shown
    assert "data-joins" in shown


def test_the_plenary_is_followed_from_the_first_text_to_the_decision(here: House) -> None:
    before_the_plenary(here)
    assert "Breakout on rivers" in wall(here)  # it does not sit yet
    here.ask("clara", OpenPlenary())
    assert "1 recommendation is before it." in wall(here)
    here.ask("clara", OpenRecommendation("r1"))
    assert TEXT in wall(here)
    assert 'data-fit="short"' in wall(here)
    changed = TEXT.replace("pay for", "care for")
    here.ask("anna", ProposeAmendment("r1", "a1", 1, changed, "Kinder"))
    assert "Amendment 1, by <bdi>Anna</bdi>" in wall(here)
    assert "</span>care</ins>" in wall(here)
    here.ask("clara", RejectAmendment("a1"), CallForConsensus(*text(here)))
    here.ask("anna", Object("r1", "Too dear"))
    assert "Can you agree to this text?" in wall(here)
    assert "1 objection" in wall(here)
    here.ask("clara", AdoptWithReservations(*text(here)))
    shown = wall(here)
    assert "Recommendation 1 was adopted with reservations at" in shown
    assert "Reservations: Anna" in shown
    assert TEXT in shown
    assert "1 of 1 decided" in shown
    here.ask("clara", ClosePlenary())
    assert "Breakout on rivers" in wall(here)
    assert "1 of 1 recommendations decided" in wall(here)


def test_a_text_too_long_for_any_letters_is_cut_on_purpose(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60), CloseContributions("b1"))
    long = AddDraftRecommendation("b1", "d1", Addressee.PARTIES, f"{TEXT} " * 100)
    here.ask("rita", long)
    here.ask("rita", SubmitDraft("b1", here.state.drafts["b1"].version))
    here.ask("sam", FormGroup("g1", ("b1/d1",)))
    here.ask("sam", PutToPlenary("g1", here.state.consolidation.groups["g1"].version, "r1"))
    here.ask("clara", OpenPlenary(), OpenRecommendation("r1"))
    assert "rivers. […]" in wall(here)
    assert "The whole text stands on your own device." in wall(here)


def test_a_message_to_all_rooms_stands_on_the_wall(here: House) -> None:
    here.ask("sam", Announce("m1", "Lunch in the garden"))
    for place in ("", "/b1", "/plenary"):
        assert "Lunch in the garden" in wall(here, place)


def test_the_wall_of_an_hour_ago_with_what_was_heard_since_is_the_wall_of_now(here: House) -> None:
    before_the_plenary(here)
    happens: tuple[tuple[str, Command], ...] = (
        ("sam", OpenBreakout("b2", 60)),
        ("anna", Contribute("b2", "c1", Kind.GAP, "Wells run dry.", "en")),
        ("sam", HideContribution("c1", "No")),
        ("anna", RaiseHand("b2")),
        ("sam", Announce("m1", "Lunch")),
        ("clara", OpenPlenary()),
        ("anna", RaiseHand(PLENARY)),
        ("clara", OpenRecommendation("r1")),
        ("anna", ProposeAmendment("r1", "a1", 1, f"{TEXT} Now.", "Soon")),
        ("clara", RejectAmendment("a1")),
    )
    for by, command in happens:
        pages = {p: Document(here.get(f"/projector/{p}".rstrip("/"), "wall").text) for p in PLACES}
        after = here.live.seq
        here.ask(by, command)
        for place, before in pages.items():
            view = HtmlView(here.live, projector.PAGE, place, "en", OBSERVER)
            for part in json.decode(framed(view.frame(after, presence=False)), type=Frame).parts:
                before.put(part.id, part.html.strip(), part.into)
            fresh = Document(here.get(f"/projector/{place}".rstrip("/"), "wall").text)
            for id in ("wall-head", "wall-main", "wall-foot"):
                assert before.element(id) == fresh.element(id), (command, place)


PLACES = ("", "b1", "b2", PLENARY)


def test_a_message_gives_way_to_a_text_that_needs_the_whole_wall(here: House) -> None:
    here.ask("sam", OpenBreakout("b1", 60), CloseContributions("b1"))
    here.ask("rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, f"{TEXT} " * 30))
    here.ask("rita", SubmitDraft("b1", here.state.drafts["b1"].version))
    here.ask("sam", FormGroup("g1", ("b1/d1",)))
    here.ask("sam", PutToPlenary("g1", here.state.consolidation.groups["g1"].version, "r1"))
    here.ask("sam", Announce("m1", "Lunch in the garden"))
    here.ask("clara", OpenPlenary())
    assert "Lunch in the garden" in wall(here)
    here.ask("clara", OpenRecommendation("r1"))
    assert "Lunch in the garden" not in wall(here)
    assert "[…]" not in wall(here)
