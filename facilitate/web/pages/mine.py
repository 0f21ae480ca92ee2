"""What became of what I said, endorsed, proposed and objected to.

Each fate is drawn once for all who read this page; a page holds those of one person, and what it
does not hold is passed over there. What one adds elsewhere stands here when the page is opened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from facilitate.exports.sentences import AMENDED
from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import (
    Amendment,
)
from facilitate.meeting.comments import Comment, CommentAnswered, CommentWithdrawn
from facilitate.meeting.contributions import Contribution
from facilitate.meeting.recommendations import (
    ObjectionMade,
    ObjectionWithdrawn,
    Recommendation,
)
from facilitate.text.differences import Piece
from facilitate.web.pages.recommendations import amended, marks, numbers
from facilitate.web.pages.shared import MESSAGES, commented
from facilitate.web.pages.traces import contributions_told, recommendations_told
from facilitate.web.parts import Context, Items, Page, all_who_joined, no_place
from facilitate.web.reporting import REPORTED, copy_of, prepared
from facilitate.web.scenes import Scene


@dataclass(frozen=True, slots=True)
class Objected:
    """``reserved``: the text was adopted, and the objection stands beside it."""

    id: str
    recommendation: Recommendation
    reason: str
    reserved: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """What one person has brought in; ``written_down`` is for others, who have no device."""

    said: tuple[Contribution, ...]
    written_down: tuple[Contribution, ...]
    endorsed: tuple[Contribution, ...]
    proposed: tuple[Amendment, ...]
    objected: tuple[Objected, ...]
    commented: tuple[Comment, ...]

    @property
    def nothing(self) -> bool:
        return not any(
            (
                self.said,
                self.written_down,
                self.endorsed,
                self.proposed,
                self.objected,
                self.commented,
            )
        )


def context(scene: Scene) -> Context:
    return {
        "mine_of": partial(mine_of, scene.forum),
        "copy": partial(copy_of, scene),
        "changes": changes,
        "marks": marks,
        "numbers": partial(numbers, scene.forum),
        "AMENDED": AMENDED,
    }


def changes(amendment: Amendment) -> tuple[Piece, ...]:
    """What its sponsor would have changed, in the sponsor's own words."""
    return marks(amendment.base, amendment.text)


def mine_of(forum: Forum, person: str) -> Mine:
    """Each contribution stands once."""
    made = [c for room in forum.in_order() for c in forum.contributions.of(room.id)]
    amendments = sorted(forum.amendments.values(), key=lambda amendment: amendment.number)
    return Mine(
        tuple(c for c in made if c.by == person),
        tuple(c for c in made if c.taken_down_by == person and c.by != person),
        tuple(
            c for c in made if person in c.endorsements and person not in (c.by, c.taken_down_by)
        ),
        tuple(amendment for amendment in amendments if amendment.by == person),
        tuple(o for o in objections(forum) if o.id == _objection(o.recommendation.id, person)),
        tuple(c for room in forum.in_order() for c in commented(forum, room.id) if c.by == person),
    )


def objections(forum: Forum) -> Iterator[Objected]:
    """Those that stand, or stood beside the text when it was adopted."""
    for there in forum.recommendations.in_order():
        reserved = there.decision.reservations if there.decision else ()
        kept = {reservation.by for reservation in reserved}
        for objection in (*reserved, *there.objections.values()):
            if objection in reserved or objection.by not in kept:
                id = _objection(there.id, objection.by)
                yield Objected(id, there, objection.reason, objection.by in kept)


def _objection(recommendation: str, person: str) -> str:
    return f"{recommendation}-{person}"


# --- what is told of it while it is read -----------------------------------------


def _fates(event: Event, forum: Forum, place: str) -> Iterable[str]:
    return contributions_told(event, forum)


def _contribution(forum: Forum, place: str, id: str) -> Contribution | None:
    return forum.contributions.by_id.get(id)


def _amended(event: Event, forum: Forum, place: str) -> Iterable[str]:
    told = recommendations_told(event, forum)
    beside = (a.id for a in forum.amendments.values() if a.recommendation in told)
    return (*amended(event, forum), *beside)


def _amendment(forum: Forum, place: str, id: str) -> Amendment | None:
    return forum.amendments.get(id)


def _objected(event: Event, forum: Forum, place: str) -> Iterable[str]:
    match event:
        case ObjectionMade(recommendation=id, by=by) | ObjectionWithdrawn(recommendation=id, by=by):
            return (_objection(id, by),)
        case _:
            told = recommendations_told(event, forum)
            return (o.id for o in objections(forum) if o.recommendation.id in told)


def _answered(event: Event, forum: Forum, place: str) -> Iterable[str]:
    match event:
        case CommentAnswered(comment=id) | CommentWithdrawn(comment=id):
            return (id,)
        case _:
            return ()


def _comment(forum: Forum, place: str, id: str) -> Comment | None:
    comment = forum.comments.by_id.get(id)
    return None if comment is None or comment.withdrawn else comment


def _objection_of(forum: Forum, place: str, id: str) -> Objected | None:
    return next((objected for objected in objections(forum) if objected.id == id), None)


PAGE = Page(
    name="mine",
    template="mine.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        Items("", "fate", "contribution", "parts/fate.html", _fates, _contribution),
        Items("", "amended", "amendment", "parts/amended.html", _amended, _amendment),
        Items("", "commented", "comment", "parts/commented.html", _answered, _comment),
        Items("", "objected", "objected", "parts/objected.html", _objected, _objection_of),
    ),
    exists=no_place,
    own=True,
    ready=prepared,
    calm=REPORTED,
)
