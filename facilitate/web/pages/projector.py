"""The projector: what the hall looks at, read from the last row, never scrolled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import (
    Amendment,
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentProposed,
    AmendmentRejected,
    AmendmentSupported,
    AmendmentWithdrawn,
    SupportWithdrawn,
    open_ones,
)
from facilitate.meeting.breakouts import Stage as BreakoutStage
from facilitate.meeting.consolidation import GroupPut, GroupTakenBack
from facilitate.meeting.contributions import (
    Contribution,
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
    Standing,
)
from facilitate.meeting.floor import PLENARY
from facilitate.meeting.people import Attendance, AttendanceChanged
from facilitate.meeting.plenary import PlenaryClosed, PlenaryOpened, Sitting
from facilitate.meeting.recommendations import (
    ConsensusCalled,
    ObjectionMade,
    ObjectionWithdrawn,
    Recommendation,
    RecommendationDecided,
    RecommendationLaidAside,
    RecommendationMoved,
    RecommendationOpened,
)
from facilitate.text.differences import Piece, marked_up
from facilitate.web.excerpts import around_changes, excerpt, fit
from facilitate.web.pages.shared import MESSAGES, MOVES_A_BREAKOUT, MOVES_THE_FLOOR
from facilitate.web.parts import Context, Page, Part, all_who_joined
from facilitate.web.scenes import Scene

VOICES = 3  # on the wall at once, as many as fit
VOICE_LENGTH = 220  # characters
TEXT_LENGTH = 1000  # characters in letters that the last row can read
SHORTER = 700  # characters, where an outcome or an amendment needs a line of its own

CHANGES_THE_WALL: frozenset[type[Event]] = (
    MOVES_A_BREAKOUT
    | MOVES_THE_FLOOR
    | MESSAGES.touched_by
    | {
        AttendanceChanged,
        ContributionMade,
        ContributionWithdrawn,
        ContributionHidden,
        ContributionShown,
        PlenaryOpened,
        PlenaryClosed,
        GroupPut,
        GroupTakenBack,
        RecommendationMoved,
        RecommendationOpened,
        RecommendationLaidAside,
        ConsensusCalled,
        ObjectionMade,
        ObjectionWithdrawn,
        RecommendationDecided,
        AmendmentProposed,
        AmendmentSupported,
        SupportWithdrawn,
        AmendmentWithdrawn,
        AmendmentAccepted,
        AmendmentRejected,
        AmendmentCarriedOver,
        AmendmentHandedBack,
    }
)


# --- a breakout ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voices:
    """The latest that can be read, the newest first, and how many stand in all."""

    latest: Sequence[Contribution]
    hall: int
    remote: int


def _voices(scene: Scene) -> Voices:
    standing = [c for c in scene.contributions() if c.standing is Standing.STANDS]
    hall = sum(c.attendance is Attendance.HALL for c in standing)
    return Voices(standing[: -VOICES - 1 : -1], hall, len(standing) - hall)


# --- the plenary -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the recommendations before the plenary, how many are decided; ``last`` the latest one."""

    total: int
    decided: int
    last: Recommendation | None
    next: Recommendation | None


@dataclass(frozen=True, slots=True)
class Text:
    """What stands on the wall, in letters of a size; ``cut`` says that it is not the whole."""

    pieces: Sequence[Piece]
    fit: str
    cut: bool


def _progress(forum: Forum) -> Progress:
    ordered = forum.recommendations.in_order()
    decided = [each for each in ordered if each.decision is not None]
    waiting = [each for each in ordered if each.decision is None]
    return Progress(
        total=len(ordered),
        decided=len(decided),
        last=max(decided, key=_decided_at, default=None),
        next=waiting[0] if waiting else None,
    )


def _decided_at(recommendation: Recommendation) -> datetime:
    decision = recommendation.decision
    return decision.at if decision else datetime.min.replace(tzinfo=UTC)


def _text(text: str, limit: int) -> Text:
    shown = excerpt(text, limit)
    return Text((Piece("same", shown),), fit(len(shown)), shown != text)


def _amended(amendment: Amendment, limit: int) -> Text:
    whole = marked_up(amendment.base, amendment.text)
    shown = around_changes(whole, limit)
    return Text(shown, fit(sum(len(piece.text) for piece in shown)), shown != whole)


def _plenary(scene: Scene) -> Context:
    forum = scene.forum
    current = forum.recommendations.by_id.get(forum.plenary.current or "")
    progress = _progress(forum)
    proposed = open_ones(forum.amendments, current.id) if current else ()
    on_the_wall = current or progress.last
    if proposed:
        text = _amended(proposed[0], SHORTER)
    elif on_the_wall:
        text = _text(on_the_wall.text, TEXT_LENGTH if current else SHORTER)
    else:
        text = None
    return {"current": current, "proposed": proposed, "progress": progress, "text": text}


# --- the page ----------------------------------------------------------------


def _view(scene: Scene) -> str:
    """With no place given it follows the day: the plenary when that sits, else the forum."""
    sits = scene.forum.plenary.sitting is Sitting.OPEN
    if scene.place == PLENARY or (not scene.place and sits):
        return "plenary"
    return "breakout" if scene.place else "forum"


def context(scene: Scene) -> Context:
    view = _view(scene)
    shared = {"view": view, "excerpt": excerpt, "voice_length": VOICE_LENGTH}
    match view:
        case "plenary":
            return {**shared, "floor_at": PLENARY, **_plenary(scene)}
        case "breakout":
            breakout = scene.forum.breakouts[scene.place]
            topic = scene.forum.topic(breakout.topic)
            here = {"breakout": breakout, "topic": topic, "voices": _voices(scene)}
            return {**shared, "floor_at": scene.place, **here}
        case _:
            rooms = sorted(scene.forum.in_order(), key=lambda b: b.stage is not BreakoutStage.OPEN)
            made = {id: len(there) for id, there in scene.forum.contributions.numbered.items()}
            return {**shared, "rooms": rooms, "made": made, "progress": _progress(scene.forum)}


def _concerns(event: Event, place: str) -> bool:
    """A breakout's wall shows that breakout alone; the others show whatever happens."""
    about = getattr(event, "breakout", "") or getattr(event, "place", "")
    return place in ("", PLENARY) or about in ("", place)


def _a_wall(forum: Forum, place: str) -> bool:
    return place in ("", PLENARY) or place in forum.breakouts


PAGE = Page(
    name="projector",
    template="projector.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        Part("wall-head", "parts/wall-head.html", CHANGES_THE_WALL, _concerns, presence=True),
        Part("wall-main", "parts/wall-main.html", CHANGES_THE_WALL, _concerns),
        Part("wall-foot", "parts/wall-foot.html", CHANGES_THE_WALL, _concerns),
    ),
    exists=_a_wall,
)
