"""The plenary and the chair's desk: who sees what, what each form does, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import json

from facilitate.meeting.amendments import Amendment, ProposeAmendment
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import (
    FormGroup,
    PutToPlenary,
    SetGroupAside,
    TakeBackFromPlenary,
)
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee, SubmitDraft
from facilitate.meeting.plenary import OpenPlenary, Sitting
from facilitate.meeting.recommendations import (
    CallForConsensus,
    OpenRecommendation,
    Recommendation,
    Stage,
)
from facilitate.web.pages.recommendations import changes_since, key_after, key_of, meets
from tests.web.forms import Form, forms
from tests.web.house import House, frame, house

SHOULD = "Parties should keep rivers clean and report every year."
WELLS = "Parties should dig wells where people ask for them."


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[House]:
    """Two recommendations before an open plenary, the first under discussion."""
    with house(tmp_path) as there:
        before_the_plenary(there)
        there.ask("clara", OpenPlenary(), OpenRecommendation("r1"))
        yield there


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[House]:
    """The same before the plenary opens."""
    with house(tmp_path) as there:
        before_the_plenary(there)
        yield there


def before_the_plenary(there: House) -> None:
    there.ask("sam", OpenBreakout("b1", 60))
    there.ask("rita", draft("d1", SHOULD), draft("d2", WELLS))
    there.ask("sam", CloseContributions("b1"))
    there.ask("rita", SubmitDraft("b1", there.state.drafts["b1"].version))
    for number in (1, 2):
        there.ask("sam", FormGroup(f"g{number}", (f"b1/d{number}",)))
    for number in (1, 2):
        there.ask("sam", PutToPlenary(f"g{number}", 1, f"r{number}"))


def draft(id: str, text: str) -> AddDraftRecommendation:
    return AddDraftRecommendation("b1", id, Addressee.PARTIES, text)


def recommendation(there: House, id: str = "r1") -> Recommendation:
    return there.state.recommendations.by_id[id]


def amendment(there: House, id: str) -> Amendment:
    return there.state.amendments[id]


def sits(there: House) -> Sitting:
    return there.state.plenary.sitting


def propose(there: House, id: str, text: str, by: str = "anna") -> None:
    version = recommendation(there).version
    there.ask(by, ProposeAmendment("r1", id, version, text, "It matters"))


def consensus_called(there: House) -> None:
    there.ask(
        "clara", CallForConsensus("r1", recommendation(there).version, recommendation(there).digest)
    )


def on(there: House, path: str, by: str) -> list[Form]:
    return forms(there.get(path, by=by).text)


def press(there: House, path: str, by: str, do: str, **typed: str) -> str:
    """Fill in the first such form of the page and send it as it stands; gives what is answered."""
    about = typed.get("amendment")
    form = next(
        form
        for form in on(there, path, by)
        if form.do == do and about in (None, form.fields.get("amendment"))
    )
    answer = there.post(path, by, {**form.fields, **form.every, **typed})
    return answer.text if answer.status_code != 303 else ""


# --- who may see it --------------------------------------------------------------


@pytest.mark.parametrize("who", ["anna", "hugo", "rita", "clara", "sam", "wall"])
def test_everybody_sees_the_plenary(sitting: House, who: str) -> None:
    page = sitting.get("/plenary", by=who)
    assert page.status_code == 200
    assert SHOULD in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("clara", 200), ("sam", 200), ("anna", 403), ("rita", 403), ("wall", 403)],
)
def test_only_chair_and_secretariat_see_the_desk(sitting: House, who: str, status: int) -> None:
    assert sitting.get("/chair", by=who).status_code == status


def test_observers_are_offered_nothing_to_do(sitting: House) -> None:
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    assert {form.do for form in on(sitting, "/plenary", "wall")} <= {""}
    assert "SupportAmendment" in {form.do for form in on(sitting, "/plenary", "hugo")}


def test_the_secretariat_orders_but_does_not_decide(sitting: House) -> None:
    consensus_called(sitting)
    chair = {form.do for form in on(sitting, "/chair", "clara")}
    secretariat = {form.do for form in on(sitting, "/chair", "sam")}
    assert {"Adopt", "Defer", "DoNotAdopt", "LayAside", "MoveRecommendation"} <= chair
    assert "MoveRecommendation" in secretariat
    assert not secretariat & {"Adopt", "Defer", "DoNotAdopt", "LayAside", "OpenRecommendation"}


# --- for those who take part ---------------------------------------------------------


def test_an_amendment_can_be_proposed_before_the_plenary_opens(waiting: House) -> None:
    changed = SHOULD.replace("clean", "clean and open")
    press(waiting, "/plenary", "anna", "ProposeAmendment", text=changed, reason="For all")
    assert [a.text for a in waiting.state.amendments.values()] == [changed]
    page = waiting.get("/plenary", by="hugo").text
    assert '<ins><span class="said">[inserted: </span>' in page


def test_an_amendment_is_supported_and_withdrawn_by_its_forms(sitting: House) -> None:
    propose(sitting, "a1", f"{SHOULD} Now.")
    press(sitting, "/plenary", "hugo", "SupportAmendment")
    assert set(amendment(sitting, "a1").supporters) == {"hugo"}
    press(sitting, "/plenary", "hugo", "WithdrawSupport")
    assert not amendment(sitting, "a1").supporters
    press(sitting, "/plenary", "anna", "WithdrawAmendment")
    assert amendment(sitting, "a1").stage == "withdrawn"


def test_an_objection_is_made_with_its_reason_and_withdrawn(sitting: House) -> None:
    consensus_called(sitting)
    press(sitting, "/plenary", "anna", "Object", reason="Too weak")
    assert "Too weak" in sitting.get("/chair", by="clara").text
    press(sitting, "/plenary", "anna", "WithdrawObjection")
    assert not recommendation(sitting).objections


def test_what_was_handed_back_shows_both_texts(sitting: House) -> None:
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    propose(sitting, "a2", SHOULD.replace("every year", "twice a year"), by="hugo")
    press(sitting, "/chair", "clara", "AcceptAmendments")
    assert amendment(sitting, "a2").stage == "handed-back"
    page = sitting.get("/plenary", by="hugo").text
    assert SHOULD.replace("every year", "twice a year") in page
    assert "Another amendment changed the same words" in page


def test_a_stale_amendment_is_refused_and_both_texts_are_shown(sitting: House) -> None:
    form = next(f for f in on(sitting, "/plenary", "hugo") if f.do == "ProposeAmendment")
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    press(sitting, "/chair", "clara", "AcceptAmendments")
    mine = SHOULD.replace("rivers", "rivers and lakes")
    answer = sitting.post("/plenary", "hugo", {**form.fields, "text": mine})
    assert answer.status_code == 409
    assert mine in answer.text
    assert "every two years" in answer.text
    again = next(f for f in forms(answer.text) if f.do == "ProposeAmendment")
    assert sitting.post("/plenary", "hugo", {**again.fields}).status_code == 303
    assert [a.text for a in sitting.state.amendments.values() if a.by == "hugo"] == [mine]


# --- the chair -------------------------------------------------------------------


def test_the_plenary_is_opened_and_closed_from_the_desk(waiting: House) -> None:
    press(waiting, "/chair", "clara", "OpenPlenary")
    assert sits(waiting) is Sitting.OPEN
    press(waiting, "/chair", "clara", "ClosePlenary")
    assert sits(waiting) is Sitting.CLOSED
    assert "The plenary has closed" in waiting.get("/chair", by="clara").text


def test_the_plenary_is_closed_with_a_reason_for_what_was_never_before_it(waiting: House) -> None:
    waiting.ask("sam", TakeBackFromPlenary("g2"))
    press(waiting, "/chair", "clara", "OpenPlenary")
    page = waiting.get("/chair", by="clara").text
    assert "1 draft recommendation is not before the plenary, and nobody has said why." in page
    press(waiting, "/chair", "clara", "ClosePlenary", reason="No time")
    assert sits(waiting) is Sitting.CLOSED
    page = waiting.get("/report", by="anna").text
    assert "Reason: No time" in page


def test_the_chair_hears_that_nothing_is_left_to_be_explained(waiting: House) -> None:
    waiting.ask("sam", TakeBackFromPlenary("g2"))
    waiting.ask("clara", OpenPlenary())
    with waiting.listening("clara", "chair", "plenary") as socket:
        version = waiting.state.consolidation.groups["g2"].version
        waiting.ask("sam", SetGroupAside("g2", version, "Said already"))
        told = ""
        while '"id":"next"' not in told:  # who is here is told for itself
            told = json.encode(frame(socket)).decode()
    assert '"id":"sitting"' in told
    assert "nobody has said why" not in told


def test_a_recommendation_is_opened_laid_aside_and_moved(waiting: House) -> None:
    waiting.ask("clara", OpenPlenary())
    press(waiting, "/chair", "clara", "OpenRecommendation")
    assert waiting.state.plenary.current == "r1"
    press(waiting, "/chair", "clara", "LayAside")
    assert waiting.state.plenary.current is None
    press(waiting, "/chair", "sam", "MoveRecommendation")
    assert waiting.state.recommendations.order == ("r2", "r1")


def test_the_desk_leads_through_amendments_and_consensus_to_the_adoption(sitting: House) -> None:
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    propose(sitting, "a2", f"{SHOULD} Now.")
    assert "CallForConsensus" not in {form.do for form in on(sitting, "/chair", "clara")}
    press(sitting, "/chair", "clara", "AcceptAmendments")
    press(sitting, "/chair", "clara", "RejectAmendment", reason="Said already")
    assert amendment(sitting, "a2").outcome_reason == "Said already"
    press(sitting, "/chair", "clara", "CallForConsensus")
    press(sitting, "/chair", "clara", "Adopt")
    assert recommendation(sitting).stage is Stage.ADOPTED
    page = sitting.get("/chair", by="clara").text
    assert "Recommendation 1 was adopted by consensus at" in page
    assert "in the hall and" in page


def test_with_objections_only_reservations_are_offered(sitting: House) -> None:
    consensus_called(sitting)
    press(sitting, "/plenary", "anna", "Object", reason="Too weak")
    offered = {form.do for form in on(sitting, "/chair", "clara")}
    assert "Adopt" not in offered
    press(sitting, "/chair", "clara", "AdoptWithReservations")
    assert recommendation(sitting).stage is Stage.ADOPTED_WITH_RESERVATIONS
    page = sitting.get("/chair", by="clara").text
    assert "Too weak" in page
    assert "before the text was changed" not in page


def test_a_reservation_made_before_the_text_was_changed_says_so(sitting: House) -> None:
    consensus_called(sitting)
    press(sitting, "/plenary", "anna", "Object", reason="Too weak")
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    press(sitting, "/chair", "clara", "AcceptAmendments")
    press(sitting, "/chair", "clara", "CallForConsensus")
    press(sitting, "/chair", "clara", "AdoptWithReservations")
    page = sitting.get("/chair", by="clara").text
    assert "made to version 1, before the text was changed" in page


@pytest.mark.parametrize(
    ("do", "stage"), [("Defer", Stage.DEFERRED), ("DoNotAdopt", Stage.NOT_ADOPTED)]
)
def test_what_is_not_adopted_says_why(sitting: House, do: str, stage: Stage) -> None:
    press(sitting, "/chair", "clara", do, reason="Nobody knows the cost")
    assert recommendation(sitting).stage is stage
    assert "Nobody knows the cost" in sitting.get("/plenary", by="anna").text


def test_a_text_that_changed_is_not_adopted_and_the_change_is_shown(sitting: House) -> None:
    consensus_called(sitting)
    screen = next(form for form in on(sitting, "/chair", "clara") if form.do == "Adopt")
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    press(sitting, "/chair", "clara", "AcceptAmendments")
    consensus_called(sitting)
    answer = sitting.post("/chair", "clara", {**screen.fields})
    assert answer.status_code == 409
    assert "The text has changed since it was on your screen" in answer.text
    assert "<ins>" in answer.text
    assert recommendation(sitting).stage is Stage.UNDER_DISCUSSION


def test_what_decides_carries_the_text_that_is_shown(sitting: House) -> None:
    consensus_called(sitting)
    there = recommendation(sitting)
    deciding = [f for f in on(sitting, "/chair", "clara") if f.do in ("Adopt", "Defer")]
    assert {(f.fields["version"], f.fields["digest"]) for f in deciding} == {
        (str(there.version), there.digest)
    }
    assert f'data-read="{key_of(there)}"' in sitting.get("/chair", by="clara").text


def test_the_desk_says_which_amendments_would_go_back(sitting: House) -> None:
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    propose(sitting, "a2", SHOULD.replace("every year", "twice a year"), by="hugo")
    propose(sitting, "a3", SHOULD.replace("rivers", "rivers and lakes"), by="hugo")
    first = amendment(sitting, "a1")
    told = [m.other.id for m in meets(sitting.state, first) if m.other and m.goes_back]
    expected = key_after(recommendation(sitting), (first,))
    press(sitting, "/chair", "clara", "AcceptAmendments")
    back = [a.id for a in sitting.state.amendments.values() if a.stage == "handed-back"]
    assert told == back == ["a2"]
    assert key_of(recommendation(sitting)) == expected


def test_the_change_since_a_version_joins_old_and_new(sitting: House) -> None:
    propose(sitting, "a1", SHOULD.replace("every year", "every two years"))
    press(sitting, "/chair", "clara", "AcceptAmendments")
    propose(sitting, "a2", recommendation(sitting).text.replace("clean", "clear"))
    press(sitting, "/chair", "clara", "AcceptAmendments")
    pieces = changes_since(sitting.state, recommendation(sitting), 1)
    assert "".join(p.text for p in pieces if p.kind != "inserted") == SHOULD
    assert "".join(p.text for p in pieces if p.kind != "deleted") == recommendation(sitting).text
    assert changes_since(sitting.state, recommendation(sitting), 3) == ()


# --- several amendments ---------------------------------------------------------------

TWO_YEARS = SHOULD.replace("every year", "every two years")
TWICE = SHOULD.replace("every year", "twice a year")
LAKES = SHOULD.replace("rivers", "rivers and lakes")


@pytest.fixture
def rivals(sitting: House) -> House:
    """The first and the second amendment change the same words; the third stands beside them."""
    propose(sitting, "a1", TWO_YEARS)
    propose(sitting, "a2", TWICE, by="hugo")
    propose(sitting, "a3", LAKES, by="hugo")
    return sitting


def test_the_desk_says_in_words_how_amendments_meet(rivals: House) -> None:
    kinds = {(m.other.id, m.kind) for m in meets(rivals.state, amendment(rivals, "a1")) if m.other}
    assert kinds == {("a2", "same words"), ("a3", "same paragraph")}
    page = rivals.get("/chair", by="clara").text
    assert "changes the same words. Only one of the two can be accepted." in page
    assert "changes the same paragraph. Both can be accepted; look at them together." in page


def test_what_an_amendment_contradicts_elsewhere_is_quoted(sitting: House) -> None:
    two = "Parties should give 5 % of their culture budget to artists.\n\nThey should report."
    propose(sitting, "a1", two)
    press(sitting, "/chair", "clara", "AcceptAmendments")
    contrary = f"{two}\n\nParties should give 3 % of their culture budget to artists."
    propose(sitting, "a2", contrary)
    (met,) = meets(sitting.state, amendment(sitting, "a2"))
    assert (met.other, met.kind) == (None, "contradiction elsewhere")
    page = sitting.get("/chair", by="clara").text
    assert "It contradicts what stands elsewhere in the text" in page


def test_those_that_are_ticked_are_previewed_and_accepted_as_they_were_seen(
    rivals: House,
) -> None:
    asked = rivals.get("/plenary/preview?with=a1&with=a3", by="clara")
    assert asked.headers["location"].endswith("/plenary/preview/a1+a3")
    page = rivals.get("/plenary/preview/a1+a3", by="clara").text
    both = TWO_YEARS.replace("rivers", "rivers and lakes")
    assert both in page
    assert "It would go back to its sponsor." in page
    press(rivals, "/plenary/preview/a1+a3", "clara", "AcceptAmendments")
    assert recommendation(rivals).text == both
    stages = [amendment(rivals, id).stage for id in ("a1", "a2", "a3")]
    assert stages == ["accepted", "handed-back", "accepted"]


def test_those_that_cannot_go_together_are_shown_and_not_offered(rivals: House) -> None:
    page = rivals.get("/plenary/preview/a1+a2", by="clara").text
    assert "These cannot be accepted together." in page
    assert "AcceptAmendments" not in {form.do for form in forms(page)}
    assert rivals.get("/plenary/preview/a1+a9", by="clara").status_code == 404
    nothing = rivals.get("/plenary/preview", by="clara")
    assert nothing.headers["location"].endswith("/plenary")


def test_everybody_previews_and_only_the_chair_accepts(rivals: House) -> None:
    for who in ("anna", "rita", "sam", "wall"):
        page = rivals.get("/plenary/preview/a1+a3", by=who)
        assert page.status_code == 200
        assert {form.do for form in forms(page.text)} <= {""}


def test_what_was_seen_before_its_sponsor_revised_it_is_not_accepted(rivals: House) -> None:
    screen = next(
        f for f in on(rivals, "/plenary/preview/a3", "clara") if f.do == "AcceptAmendments"
    )
    seas = SHOULD.replace("rivers", "rivers and seas")
    press(rivals, "/plenary", "hugo", "ReviseAmendment", amendment="a3", text=seas)
    answer = rivals.post("/plenary/preview/a3", "clara", {**screen.fields})
    assert answer.status_code == 409
    assert "An amendment has changed since it was on your screen" in answer.text
    assert recommendation(rivals).text == SHOULD


def test_a_revised_amendment_shows_what_it_said_and_who_supported_that(rivals: House) -> None:
    press(rivals, "/plenary", "rita", "SupportAmendment")
    press(rivals, "/plenary", "anna", "ReviseAmendment", text=f"{TWO_YEARS} Soon.")
    assert amendment(rivals, "a1").text == f"{TWO_YEARS} Soon."
    assert "supported by 1" in rivals.get("/plenary", by="hugo").text
    mine = rivals.get("/mine", by="anna").text
    assert "You revised it at" in mine
    assert "1 person supported it so." in mine


def test_the_sponsor_reads_what_became_of_an_amendment_step_by_step(rivals: House) -> None:
    press(rivals, "/chair", "clara", "AcceptAmendments")
    mine = rivals.get("/mine", by="hugo").text
    assert "amendment 1 was accepted and yours carried over" in mine
    assert "Handed back to its sponsor" in mine
    assert "As you proposed it" in mine
    again = f"{TWO_YEARS} And twice in the first."
    press(rivals, "/plenary", "hugo", "ReviseAmendment", amendment="a2", text=again)
    assert amendment(rivals, "a2").stage == "open"


def test_to_delete_the_whole_is_proposed_with_a_reason_and_accepted(sitting: House) -> None:
    press(sitting, "/plenary", "anna", "ProposeDeletion", reason="Said in the second")
    assert "deletes the whole recommendation" in sitting.get("/chair", by="clara").text
    press(sitting, "/chair", "clara", "AcceptDeletion")
    assert recommendation(sitting).stage is Stage.NOT_ADOPTED
    assert "Said in the second" in sitting.get("/plenary", by="hugo").text


def test_a_new_recommendation_is_proposed_supported_and_taken_up(sitting: House) -> None:
    press(sitting, "/plenary", "anna", "ProposeRecommendation", text=WELLS, reason="Missing")
    press(sitting, "/plenary", "hugo", "SupportAmendment")
    (new,) = sitting.state.amendments.values()
    assert set(new.supporters) == {"hugo"}
    assert "a new recommendation" in sitting.get("/chair", by="sam").text
    press(sitting, "/chair", "clara", "TakeUpRecommendation")
    assert sitting.state.recommendations.order == ("r1", "r2", new.id)
    assert "Recommendation 3" in sitting.get("/plenary", by="anna").text


def test_an_objection_shows_the_amendment_that_answers_it(sitting: House) -> None:
    press(sitting, "/plenary", "hugo", "Object", reason="Two years are enough")
    press(sitting, "/plenary", "anna", "ProposeAmendment", text=TWO_YEARS, answers="hugo")
    for page in (sitting.get("/plenary", by="hugo"), sitting.get("/chair", by="clara")):
        assert "Amendment 1 answers it" in page.text
    press(sitting, "/chair", "clara", "AcceptAmendments")
    assert "it has been accepted" in sitting.get("/chair", by="clara").text


def test_who_objected_is_asked_again_when_the_text_changes_and_the_chair_is_told(
    sitting: House,
) -> None:
    asked, told = "does your objection still stand?", "raised against an earlier version"
    press(sitting, "/plenary", "hugo", "Object", reason="Two years are enough")
    assert asked not in sitting.get("/plenary", by="hugo").text
    assert told not in sitting.get("/chair", by="clara").text
    press(sitting, "/plenary", "anna", "ProposeAmendment", text=TWO_YEARS, answers="hugo")
    press(sitting, "/chair", "clara", "AcceptAmendments")
    assert asked in sitting.get("/plenary", by="hugo").text
    for page in (sitting.get("/plenary", by="anna"), sitting.get("/chair", by="clara")):
        assert "raised against version 1; the text is now version 2" in page.text
    assert "1 objection was raised against an earlier version" in (
        sitting.get("/chair", by="clara").text
    )


def test_an_objection_to_an_earlier_version_is_kept_or_withdrawn(sitting: House) -> None:
    press(sitting, "/plenary", "hugo", "Object", reason="Two years are enough")
    press(sitting, "/plenary", "anna", "ProposeAmendment", text=TWO_YEARS)
    press(sitting, "/chair", "clara", "AcceptAmendments")
    keep = next(f for f in on(sitting, "/plenary", "hugo") if f.fields.get("reason", "") != "")
    assert (keep.do, keep.fields["reason"]) == ("Object", "Two years are enough")
    sitting.post("/plenary", "hugo", keep.fields)
    assert recommendation(sitting).objections["hugo"].version == 2
    assert "earlier version" not in sitting.get("/chair", by="clara").text
    press(sitting, "/plenary", "hugo", "WithdrawObjection")
    assert not recommendation(sitting).objections


def test_the_chair_sees_whose_words_are_adopted(sitting: House) -> None:
    desk = sitting.get("/chair", by="clara").text
    assert "Whose words these are" in desk
    assert "Recommendations without any contribution: 1 and 2." in desk
    assert "Words adopted: 0 lead back to voices in the hall" in desk
    consensus_called(sitting)
    press(sitting, "/chair", "clara", "Adopt")
    desk = sitting.get("/chair", by="clara").text
    words = len(SHOULD.split())
    assert f"{words} to no contribution that was cited" in desk


def test_before_the_plenary_there_is_nothing_to_measure(waiting: House) -> None:
    assert "Whose words these are" not in waiting.get("/chair", by="clara").text
