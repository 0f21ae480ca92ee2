"""Comments on a draft, as those who follow it, its rapporteurs and the secretariat see them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import WebSocketTestSession

from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.comments import AnswerComment, CommentOnDraft, Outcome, WithdrawComment
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee
from tests.web.elements import Document
from tests.web.forms import Form, forms
from tests.web.house import House, frame, house

SAY = CommentOnDraft("b1", "m1", "d1", "Say how much.")
WHY = "Other forums asked for no figure."


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    """A draft of one paragraph; contributions are closed."""
    with house(tmp_path) as there:
        there.ask("sam", OpenBreakout("b1", 60))
        there.ask(
            "rita", AddDraftRecommendation("b1", "d1", Addressee.PARTIES, "Parties should pay.")
        )
        there.ask("sam", CloseContributions("b1"))
        yield there


def element(here: House, path: str, by: str, id: str) -> str:
    return Document(here.get(path, by).text).element(id) or ""


def form(here: House, path: str, by: str, do: str) -> Form:
    return forms(here.get(path, by).text, do)[0]


def test_a_comment_is_made_by_the_form_as_it_stands_and_answered_at_the_desk(here: House) -> None:
    fields = {**form(here, "/breakouts/b1", "anna", "CommentOnDraft").fields, "text": SAY.text}
    assert fields["paragraph"] == "d1"
    assert here.post("/breakouts/b1", "anna", fields).status_code == 303
    (comment,) = here.state.comments.of("b1")
    said = element(here, "/breakouts/b1", "hugo", f"comment-{comment.id}")
    assert "Say how much." in said
    assert "On recommendation 1" in said
    assert "Waits for an answer" in said

    answer = form(here, "/breakouts/b1/desk", "rita", "AnswerComment")
    assert answer.buttons == [("outcome", "taken-up"), ("outcome", "not-taken-up")]
    fields = {**answer.fields, "outcome": "not-taken-up", "reason": WHY}
    assert here.post("/breakouts/b1/desk", "rita", fields).status_code == 303

    answered = element(here, "/breakouts/b1", "anna", f"comment-{comment.id}")
    assert ("Not taken up" in answered, WHY in answered) == (True, True)
    assert WHY in element(here, "/mine", "anna", f"commented-{comment.id}")


def test_the_desk_says_what_keeps_the_draft_from_being_submitted(here: House) -> None:
    assert "SubmitDraft" in element(here, "/breakouts/b1/desk", "rita", "draft-submit")
    here.ask("anna", SAY)
    held_up = element(here, "/breakouts/b1/desk", "rita", "draft-submit")
    assert "1 comment has no answer yet." in held_up
    assert "SubmitDraft" not in held_up
    here.ask("rita", AnswerComment("m1", Outcome.TAKEN_UP, "It says 30 % now."))
    assert "SubmitDraft" in element(here, "/breakouts/b1/desk", "rita", "draft-submit")


def test_the_secretariat_lifts_the_rule_by_a_form_and_puts_it_back(here: House) -> None:
    here.ask("anna", SAY)
    lift = form(here, "/secretariat", "sam", "RequireAnswers").fields
    assert here.post("/secretariat", "sam", lift).status_code == 303
    assert "SubmitDraft" in element(here, "/breakouts/b1/desk", "rita", "draft-submit")
    again = form(here, "/secretariat", "sam", "RequireAnswers").fields
    assert here.post("/secretariat", "sam", again).status_code == 303
    assert here.state.comments.required


def test_it_comes_live_and_goes_when_it_is_taken_back(here: House) -> None:
    with here.listening("hugo", "breakout", "b1") as socket:
        here.ask("anna", SAY)
        made = about_it(socket)
        here.ask("anna", WithdrawComment("m1"))
        gone = about_it(socket)
    assert "Say how much." in str(made)
    assert gone["parts"] == [{"id": "comment-m1", "into": "comments"}]


def about_it(socket: WebSocketTestSession) -> dict[str, object]:
    """The next frame that is about the comment."""
    while "comment-m1" not in str(told := frame(socket)):
        pass
    return told


def test_what_the_paragraph_was_about_is_said_when_it_is_gone(here: House) -> None:
    here.ask("anna", SAY)
    fields = {"do": "RemoveDraftRecommendation", "breakout": "b1", "id": "d1", "version": "1"}
    assert here.post("/breakouts/b1/desk", "rita", fields).status_code == 303
    said = element(here, "/breakouts/b1/desk", "rita", "comment-m1")
    assert "On a recommendation that is no longer in the draft" in said
    assert "AnswerComment" in said


def test_whoever_only_looks_on_sees_comments_and_makes_none(here: House) -> None:
    here.ask("anna", SAY)
    page = here.get("/breakouts/b1", "wall").text
    assert ("Say how much." in page, "CommentOnDraft" in page) == (True, False)
