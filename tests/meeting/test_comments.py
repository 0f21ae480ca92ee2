"""What is said about a paragraph of a draft is answered before the draft is submitted."""

from facilitate.meeting import Attendance
from facilitate.meeting.comments import (
    AnswerComment,
    AnswersRequired,
    Comment,
    CommentAnswered,
    CommentMade,
    CommentOnDraft,
    CommentWithdrawn,
    Outcome,
    RequireAnswers,
    WithdrawComment,
)
from facilitate.meeting.drafts import RemoveDraftRecommendation, SubmitDraft
from facilitate.meeting.erasures import PersonErased
from facilitate.meeting.forms import STRUCK
from tests.meeting.playbook import (
    ANNA,
    CHIDI,
    HUGO,
    NOON,
    OLGA,
    OPENING,
    RAUL,
    REPORTING,
    ROSA,
    SAMI,
    VOICES,
    WRITING,
    Playbook,
    day,
)

SAY = CommentOnDraft("b1", "m1", "d1", "Say how much.")
SAID = CommentMade("b1", "m1", "d1", Attendance.REMOTE, "Say how much.", at=NOON, by=ANNA)
REASON = "Other forums asked for no figure."
ANSWER = AnswerComment("m1", Outcome.NOT_TAKEN_UP, REASON)
ANSWERED = CommentAnswered("b1", "m1", Outcome.NOT_TAKEN_UP, REASON, at=NOON, by=ROSA)
SUBMIT = SubmitDraft("b1", 1)


def written() -> Playbook:
    """Both drafts are there, and contributions are closed."""
    return day(OPENING, VOICES, WRITING)


def commented() -> Playbook:
    return written().having((ANNA, SAY))


def test_a_comment_is_made_on_a_paragraph_and_sent_again_stands_once() -> None:
    written().when(SAY, by=ANNA).then(SAID)
    commented().when(SAY, by=ANNA).then()
    there = commented().forum.comments.of("b1")
    assert there == (Comment("m1", 1, "b1", "d1", "Say how much.", ANNA, Attendance.REMOTE, NOON),)
    commented().when(CommentOnDraft("b1", "m1", "d1", "Other words."), by=ANNA).refused(
        "already-taken"
    )


def test_a_comment_has_words_and_at_most_300_characters() -> None:
    written().when(CommentOnDraft("b1", "m1", "d1", "  "), by=ANNA).refused("empty")
    written().when(CommentOnDraft("b1", "m1", "d1", "x" * 301), by=ANNA).refused("too-long")
    longest = written().having((ANNA, CommentOnDraft("b1", "m1", "d1", "x" * 300)))
    assert [comment.text for comment in longest.forum.comments.of("b1")] == ["x" * 300]


def test_a_paragraph_that_is_gone_takes_no_comment() -> None:
    gone = written().having((ROSA, RemoveDraftRecommendation("b1", "d1", 1)))
    gone.when(SAY, by=ANNA).refused("unknown")
    written().when(CommentOnDraft("b1", "m1", "e1", "Elsewhere."), by=ANNA).refused("unknown")


def test_a_submitted_draft_takes_no_comment() -> None:
    day(OPENING, VOICES, WRITING, REPORTING).when(SAY, by=ANNA).refused("out-of-order")


def test_every_comment_is_answered_before_the_draft_is_submitted() -> None:
    commented().when(SUBMIT, by=ROSA).refused("out-of-order", "no answer yet: 1")
    answered = commented().having((ROSA, ANSWER))
    assert answered.forum.comments.waiting("b1") == ()
    assert answered.having((ROSA, SUBMIT)).forum.drafts["b1"].submitted_by == ROSA


def test_a_comment_in_another_breakout_holds_nobody_up() -> None:
    elsewhere = written().having((ANNA, CommentOnDraft("b2", "m1", "e1", "Say how much.")))
    assert elsewhere.having((ROSA, SUBMIT)).forum.drafts["b1"].submitted_by == ROSA


def test_the_secretariat_lifts_the_rule_and_puts_it_back() -> None:
    lift, lifted = RequireAnswers(False), AnswersRequired(False, at=NOON, by=SAMI)
    commented().when(lift, by=SAMI).then(lifted)
    without = commented().having((SAMI, lift))
    assert without.having((ROSA, SUBMIT)).forum.drafts["b1"].submitted_by == ROSA
    again = without.having((SAMI, RequireAnswers(True)))
    again.when(SUBMIT, by=ROSA).refused("out-of-order")
    for other in (ANNA, ROSA, CHIDI, OLGA):
        commented().when(lift, by=other).refused("not-entitled")


def test_only_the_rapporteurs_of_the_breakout_answer_and_with_a_word_why() -> None:
    commented().when(ANSWER, by=ROSA).then(ANSWERED)
    commented().when(ANSWER, by=RAUL).refused("not-entitled", "Only the rapporteurs")
    commented().when(ANSWER, by=HUGO).refused("not-entitled")
    commented().when(AnswerComment("m1", Outcome.TAKEN_UP, ""), by=ROSA).refused("empty")
    commented().when(AnswerComment("m9", Outcome.TAKEN_UP, "Yes."), by=ROSA).refused("unknown")


def test_answered_again_the_later_answer_counts() -> None:
    later = AnswerComment("m1", Outcome.TAKEN_UP, "It says 30 % now.")
    twice = commented().having((ROSA, ANSWER), (ROSA, later))
    answer = twice.forum.comments.by_id["m1"].answer
    assert answer is not None
    assert (answer.outcome, answer.reason) == (Outcome.TAKEN_UP, "It says 30 % now.")


def test_a_comment_taken_back_waits_for_nothing() -> None:
    taken_back = CommentWithdrawn("b1", "m1", at=NOON, by=ANNA)
    commented().when(WithdrawComment("m1"), by=ANNA).then(taken_back)
    commented().when(WithdrawComment("m1"), by=HUGO).refused("not-entitled")
    without = commented().having((ANNA, WithdrawComment("m1")))
    without.when(ANSWER, by=ROSA).refused("out-of-order", "taken back")
    assert without.having((ROSA, SUBMIT)).forum.drafts["b1"].submitted_by == ROSA


def test_what_was_said_about_a_paragraph_that_is_gone_still_waits() -> None:
    gone = commented().having((ROSA, RemoveDraftRecommendation("b1", "d1", 1)))
    assert [comment.id for comment in gone.forum.comments.waiting("b1")] == ["m1"]
    gone.when(ANSWER, by=ROSA).then(ANSWERED)


def test_with_the_person_go_the_words_and_nobody_has_to_answer_them() -> None:
    erased = Playbook((*commented().past, PersonErased(ANNA, at=NOON, by=ANNA)))
    assert erased.forum.comments.by_id["m1"].text == STRUCK
    assert erased.forum.comments.waiting("b1") == ()
