"""The rapporteur's desk: voices beside the draft, for the rapporteurs of the breakout alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from facilitate.meeting import Role
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind, WithdrawContribution
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    Addressee,
    CiteContribution,
    Draft,
    MoveDraftRecommendation,
    ReviseDraftRecommendation,
    SubmitDraft,
)
from facilitate.meeting.floor import RaiseHand
from facilitate.web.frames import HtmlView
from facilitate.web.pages import PAGES
from tests.web.forms import Form, forms
from tests.web.house import House, framed, house

DESK = "/breakouts/b1/desk"
SAVED_FIRST = "Parties shall pay within sixty days."
SAVED_SECOND = "Parties shall pay within ninety days."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    """The breakout is open, two voices are heard, and one recommendation cites the first."""
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        there.ask(
            "anna", Contribute("b1", "c1", Kind.GAP, "Nobody pays us.", "en"), RaiseHand("b1")
        )
        there.ask("hugo", Contribute("b1", "c2", Kind.CONCERN, "Dams harm fish.", "en"))
        there.ask("rita", add("d1", "Parties should pay.", "c1"), add("d2", "One.\n\nTwo."))
        yield there


def add(id: str, text: str, *cites: str) -> AddDraftRecommendation:
    return AddDraftRecommendation("b1", id, Addressee.PARTIES, text, cites=cites)


def draft(here: House) -> Draft:
    return here.state.drafts["b1"]


def texts(here: House) -> list[str]:
    return [paragraph.text for paragraph in draft(here).in_order()]


def stage(here: House) -> str:
    return here.state.breakouts["b1"].stage.value


def offered(here: House, do: str) -> list[Form]:
    return forms(here.get(DESK, "rita").text, do)


def press(here: House, form: Form, **typed: str) -> int:
    """Send a form as it stands, with its first button and what was typed."""
    button = {name: value for name, value in form.buttons[:1] if name}
    return here.post(DESK, "rita", {**form.fields, **button, **typed}).status_code


def fragments(here: House, after: int) -> str:
    roles = here.state.people["rita"].roles
    view = HtmlView(here.live, PAGES["/breakouts/{place}/desk"], "b1", "en", roles)
    return framed(view.frame(after, presence=False))


@pytest.mark.parametrize("who", ["anna", "hugo", "ramon", "clara", "sam", "wall"])
def test_the_desk_is_for_the_rapporteurs_of_the_breakout_alone(here: House, who: str) -> None:
    assert here.get(DESK, "rita").status_code == 200
    assert here.get(DESK, who).status_code == 403


@pytest.mark.parametrize(
    "do",
    [
        "AddDraftRecommendation",
        "MoveDraftRecommendation",
        "JoinDraftRecommendations",
        "SplitDraftRecommendation",
        "RemoveDraftRecommendation",
        "DropCitation",
        "GiveFloor",
        "LowerHand",
    ],
)
def test_every_form_is_accepted_as_it_stands(here: House, do: str) -> None:
    form = next(f for f in offered(here, do) if not f.hidden or any(name for name, _ in f.buttons))
    before = here.live.seq
    assert press(here, form) == 303
    assert here.live.seq > before


def test_a_voice_is_cited_where_the_choice_says(here: House) -> None:
    (cite,) = offered(here, "CiteContribution")
    assert [value for _, value in cite.buttons] == ["c1", "c2"]
    here.post(DESK, "rita", {**cite.fields, "id": "d2", "contribution": "c2"})
    assert draft(here).recommendations["d2"].cites == ("c2",)


def test_a_new_recommendation_cites_the_voice_it_is_made_from(here: House) -> None:
    make = next(form for form in offered(here, "AddDraftRecommendation") if form.id == "new-from")
    here.post(DESK, "rita", {**make.fields, "cites": "c2"})
    assert draft(here).in_order()[-1].cites == ("c2",)


def test_a_voice_from_the_floor_is_marked_as_taken_down(here: House) -> None:
    (take,) = offered(here, "TakeDown")
    assert press(here, take, text="I have no phone.", speaker_name="Old Maria") == 303
    page = here.get(DESK, "rita").text
    assert "I have no phone." in page
    assert "Old Maria" in page
    assert "Said in the room; written down by Rita" in page


def test_a_hand_in_the_hall_comes_into_the_queue(here: House) -> None:
    (hand,) = offered(here, "RaiseHandFor")
    assert press(here, hand, speaker_name="Old Maria") == 303
    assert "asked through Rita" in here.get(DESK, "rita").text


def test_what_was_taken_out_can_be_put_back(here: House) -> None:
    assert offered(here, "RestoreDraftRecommendation") == []
    press(here, offered(here, "RemoveDraftRecommendation")[0])
    assert texts(here) == ["One.\n\nTwo."]
    press(here, offered(here, "RestoreDraftRecommendation")[0])
    assert texts(here) == ["One.\n\nTwo.", "Parties should pay."]


def test_splitting_is_offered_where_there_is_an_empty_line(here: House) -> None:
    assert [form.hidden for form in offered(here, "SplitDraftRecommendation")] == [True, False]
    press(here, offered(here, "SplitDraftRecommendation")[1])
    assert texts(here) == ["Parties should pay.", "One.", "Two."]


def test_a_stale_save_shows_both_texts_and_can_be_made_over_what_stands(here: House) -> None:
    first, second = offered(here, "ReviseDraftRecommendation")[0], Form("", "")
    second.fields = dict(first.fields)
    assert press(here, first, text=SAVED_FIRST) == 303
    refused = here.post(DESK, "rita", {**second.fields, "text": SAVED_SECOND})
    assert refused.status_code == 409
    assert SAVED_FIRST in refused.text
    assert texts(here)[0] == SAVED_FIRST
    (again,) = forms(refused.text, "ReviseDraftRecommendation")
    assert again.fields["text"] == SAVED_SECOND
    assert again.action == f"/forums/water{DESK}"
    assert press(here, again) == 303
    assert texts(here)[0] == SAVED_SECOND


def test_the_filter_keeps_every_voice_on_the_page(here: House) -> None:
    page = here.get(f"{DESK}?show=concern", "rita").text
    assert 'data-show="concern"' in page
    assert "Nobody pays us." in page
    assert 'data-show="uncited"' in here.get(f"{DESK}?show=nonsense", "rita").text


def test_submitting_says_how_many_voices_nobody_cites(here: House) -> None:
    assert offered(here, "SubmitDraft") == []
    here.ask("sam", CloseContributions("b1"))
    page = here.get(DESK, "rita").text
    assert "1 voice is cited nowhere yet." in page
    (submit,) = forms(page, "SubmitDraft")
    assert press(here, submit) == 303
    assert stage(here) == "reported"
    page = here.get(DESK, "rita").text
    assert forms(page, "ReviseDraftRecommendation") == []
    assert press(here, forms(page, "TakeBackDraft")[0]) == 303
    assert stage(here) == "drafting"


def test_a_draft_submitted_from_an_old_page_is_refused(here: House) -> None:
    here.ask("sam", CloseContributions("b1"))
    (submit,) = offered(here, "SubmitDraft")
    here.ask("rita", CiteContribution("b1", "d2", "c2"))
    assert press(here, submit) == 409
    assert stage(here) == "drafting"


def test_a_voice_is_drawn_anew_when_it_is_cited_and_when_its_paragraph_goes(here: House) -> None:
    seq = here.live.seq
    here.ask("rita", CiteContribution("b1", "d2", "c2"))
    cited = fragments(here, seq)
    assert '"id":"contribution-c2"' in cited
    assert '"id":"paragraph-d2"' in cited
    assert '"id":"paragraph-d1"' not in cited
    seq = here.live.seq
    press(here, offered(here, "RemoveDraftRecommendation")[1])
    gone = fragments(here, seq)
    assert 'data-cited=\\"no\\"' in gone
    assert '{"id":"paragraph-d2","into":"draft-list"}' in gone


def test_a_new_order_is_told_as_an_order(here: House) -> None:
    seq = here.live.seq
    here.ask("rita", MoveDraftRecommendation("b1", "d2"))
    assert '"ids":["paragraph-d2","paragraph-d1"]' in fragments(here, seq)


def test_saving_one_paragraph_redraws_it_and_the_one_that_can_be_joined_to_it(here: House) -> None:
    here.ask("rita", add("d3", "Three."))
    seq = here.live.seq
    here.ask("rita", ReviseDraftRecommendation("b1", "d3", 1, Addressee.OTHERS, "Three!"))
    heard = fragments(here, seq)
    told = [id for id in ("d1", "d2", "d3") if f'"id":"paragraph-{id}"' in heard]
    assert told == ["d2", "d3"]


def test_a_citation_of_a_voice_that_was_withdrawn_says_so(here: House) -> None:
    assert "(no longer stands)" not in here.get(DESK, "rita").text
    seq = here.live.seq
    here.ask("anna", WithdrawContribution("c1"))
    assert "(no longer stands)" in here.get(DESK, "rita").text
    assert '"id":"paragraph-d1"' in fragments(here, seq)


def test_hostile_words_stay_words(here: House) -> None:
    here.ask("rita", add("d9", "</textarea><script>alert(1)</script>"))
    page = here.get(DESK, "rita").text
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


def test_only_rapporteurs_have_a_desk_among_their_places(here: House) -> None:
    assert DESK in here.get("", "rita").text
    assert DESK not in here.get("", "anna").text
    assert "/breakouts/b2/desk" in here.get("", "ramon").text
    assert Role.RAPPORTEUR in here.state.people["ramon"].roles


def test_the_draft_is_submitted_once(here: House) -> None:
    here.ask("sam", CloseContributions("b1"))
    submit = SubmitDraft("b1", draft(here).version)
    here.ask("rita", submit, submit)
    assert stage(here) == "reported"
