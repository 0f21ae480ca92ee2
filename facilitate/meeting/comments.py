"""What those in a breakout say about a paragraph of its draft, and what its rapporteurs answer.

Every comment needs an answer before the draft is submitted: taken up, or not, with a word why. So
do citizens' juries, where whoever writes the text accounts for it to those who spoke. The
secretariat can lift that rule for a forum.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from immutables import Map

from facilitate.meeting.breakouts import Breakout, Stage, refuse_out_of_order
from facilitate.meeting.drafts import Draft
from facilitate.meeting.forms import STRUCK, Act, Fact, Id, plain, worded
from facilitate.meeting.people import Attendance, Person
from facilitate.meeting.refusals import N_, AlreadyTaken, NotEntitled, OutOfOrder, Unknown

COMMENT_LENGTH = 300  # characters, of a comment and of the word why


class Outcome(StrEnum):
    TAKEN_UP = "taken-up"
    NOT_TAKEN_UP = "not-taken-up"


# --- state ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """``number`` counts all comments of the forum, from 1; ``paragraph`` is a draft recommendation,
    which may be gone from the draft since."""

    id: str
    number: int
    breakout: str
    paragraph: str
    text: str
    by: str
    attendance: Attendance
    at: datetime
    answer: Answer | None = None
    withdrawn: bool = False

    @property
    def waits(self) -> bool:
        """For an answer."""
        return self.answer is None and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Comments:
    """``required`` says that a draft waits for its answers."""

    by_id: Map[str, Comment] = Map()
    required: bool = True

    def of(self, breakout: str) -> tuple[Comment, ...]:
        """In the order they were made."""
        here = (comment for comment in self.by_id.values() if comment.breakout == breakout)
        return tuple(sorted(here, key=lambda comment: comment.number))

    def waiting(self, breakout: str) -> tuple[Comment, ...]:
        return tuple(comment for comment in self.of(breakout) if comment.waits)


# --- commands ------------------------------------------------------------


class CommentAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class CommentOnDraft(CommentAct, frozen=True):
    breakout: Id
    id: Id
    paragraph: Id
    text: str


class WithdrawComment(CommentAct, frozen=True):
    comment: Id


class AnswerComment(CommentAct, frozen=True):
    """Answered again, the later answer counts."""

    comment: Id
    outcome: Outcome
    reason: str


class RequireAnswers(CommentAct, frozen=True):
    """Whether a draft waits for the answers to its comments, in the whole forum."""

    required: bool


Command = CommentOnDraft | WithdrawComment | AnswerComment | RequireAnswers


# --- events --------------------------------------------------------------


class CommentFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class CommentMade(CommentFact, frozen=True):
    breakout: str
    id: str
    paragraph: str
    attendance: Attendance
    text: str


class CommentWithdrawn(CommentFact, frozen=True):
    breakout: str
    comment: str


class CommentAnswered(CommentFact, frozen=True):
    breakout: str
    comment: str
    outcome: Outcome
    reason: str


class AnswersRequired(CommentFact, frozen=True):
    required: bool


Event = CommentMade | CommentWithdrawn | CommentAnswered | AnswersRequired

_WHILE_THE_DRAFT_IS_WRITTEN: frozenset[type[Command]] = frozenset(
    {CommentOnDraft, WithdrawComment, AnswerComment}
)
IN_ORDER: Mapping[Stage, frozenset[type[Command]]] = {
    Stage.PLANNED: frozenset(),
    Stage.OPEN: _WHILE_THE_DRAFT_IS_WRITTEN,
    Stage.DRAFTING: _WHILE_THE_DRAFT_IS_WRITTEN,
    Stage.REPORTED: frozenset(),
}


# --- decide: command -> events ---------------------------------------------


def decide(
    comments: Comments,
    breakout: Breakout | None,
    draft: Draft,
    command: Command,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    """``breakout`` and ``draft`` are those the command is about, if it is about one."""
    if isinstance(command, RequireAnswers):
        changed = command.required != comments.required
        return (AnswersRequired(command.required, at=at, by=by.id),) * changed
    assert breakout is not None, "the procedure looks it up and refuses what is unknown"
    if _already_so(comments, command, by):
        return ()
    refuse_out_of_order(breakout, type(command) in IN_ORDER[breakout.stage])
    match command:
        case CommentOnDraft(id=id, paragraph=paragraph, text=text):
            if id in comments.by_id:
                raise AlreadyTaken()
            if paragraph not in draft.recommendations:
                raise Unknown(N_("This draft recommendation is no longer there."))
            text = worded(text, COMMENT_LENGTH)
            return (CommentMade(breakout.id, id, paragraph, by.attendance, text, at=at, by=by.id),)
        case WithdrawComment(comment=id):
            if comments.by_id[id].by != by.id:
                raise NotEntitled(N_("Only those who made a comment can take it back."))
            return (CommentWithdrawn(breakout.id, id, at=at, by=by.id),)
        case AnswerComment(comment=id, outcome=outcome, reason=reason):
            if breakout.id not in by.breakouts:
                raise NotEntitled(N_("Only the rapporteurs of this breakout answer comments."))
            if comments.by_id[id].withdrawn:
                raise OutOfOrder(N_("This comment was taken back."))
            reason = worded(reason, COMMENT_LENGTH)
            return (CommentAnswered(breakout.id, id, outcome, reason, at=at, by=by.id),)
        case _:
            assert_never(command)


def _already_so(comments: Comments, command: Command, by: Person) -> bool:
    """Sent again after a lost answer: what it asks for is the case."""
    match command:
        case CommentOnDraft(id=id, breakout=breakout, paragraph=paragraph, text=text):
            there = comments.by_id.get(id)
            said = (by.id, breakout, paragraph, plain(text))
            return there is not None and (
                (there.by, there.breakout, there.paragraph, there.text) == said
            )
        case WithdrawComment(comment=id):
            there = comments.by_id[id]
            return there.withdrawn and there.by == by.id
        case AnswerComment(comment=id, outcome=outcome, reason=reason):
            answer = comments.by_id[id].answer
            answered = answer is not None and (answer.outcome, answer.reason)
            return answered == (outcome, plain(reason)) and comments.by_id[id].breakout in (
                by.breakouts
            )
        case RequireAnswers(required=required):
            return comments.required == required
        case _:
            assert_never(command)


def refuse_while_comments_wait(comments: Comments, breakout: str) -> None:
    """Before a draft is submitted."""
    waiting = comments.waiting(breakout)
    if comments.required and waiting:
        raise OutOfOrder(
            N_(
                "Comments on the draft that have no answer yet: %(count)s. "
                "Answer each, taken up or not, with a word why; then submit."
            ),
            count=len(waiting),
        )


# --- evolve: event -> state ------------------------------------------------


def evolve(comments: Comments, event: Event) -> Comments:
    match event:
        case CommentMade(id=id, breakout=room):
            made = Comment(
                id,
                len(comments.by_id) + 1,
                room,
                event.paragraph,
                event.text,
                event.by,
                event.attendance,
                event.at,
            )
            return _with(comments, made)
        case CommentWithdrawn(comment=id):
            return _with(comments, replace(comments.by_id[id], withdrawn=True))
        case CommentAnswered(comment=id, outcome=outcome, reason=reason, by=by, at=at):
            answer = Answer(outcome, reason, by, at)
            return _with(comments, replace(comments.by_id[id], answer=answer))
        case AnswersRequired(required=required):
            return replace(comments, required=required)
        case _:
            assert_never(event)


def struck(comments: Comments, person: str) -> Comments:
    """Without the words of a person who is erased from the record; nobody has to answer them."""
    theirs = {
        made.id: replace(made, text=STRUCK, withdrawn=True)
        for made in comments.by_id.values()
        if made.by == person
    }
    return replace(comments, by_id=comments.by_id.update(theirs))


def _with(comments: Comments, made: Comment) -> Comments:
    return replace(comments, by_id=comments.by_id.set(made.id, made))
