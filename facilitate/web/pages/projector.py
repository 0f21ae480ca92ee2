"""The projector: what the hall looks at, read from the last row, never scrolled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import open_ones
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
from facilitate.text.differences import Piece, marked_up_to_read
from facilitate.web.excerpts import around_changes, excerpt, fit, room_for
from facilitate.web.pages.recommendations import AMENDS
from facilitate.web.pages.shared import MESSAGES, MOVES_A_BREAKOUT, MOVES_THE_FLOOR
from facilitate.web.parts import Context, Page, Part, all_who_joined
from facilitate.web.scenes import Scene

VOICES = 3  # on the wall at once, as many as fit
VOICE_LENGTH = 140  # characters, two lines
ROOMS = 12  # breakouts on the wall at once, the open ones first

# How high it is between head and foot, and what takes of that: see ``excerpts``.
HEIGHT = 38.5
A_LINE, ABOUT, ASKED, OUTCOME, CUT = 3.0, 4.5, 8.0, 10.5, 4.5
MESSAGE_LINE = 75  # characters

CHANGES_THE_WALL: frozenset[type[Event]] = (
    MOVES_A_BREAKOUT
    | MOVES_THE_FLOOR
    | MESSAGES.touched_by
    | AMENDS
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
    said, place = scene.forum.contributions, scene.place
    there = (each for each in said.newest(place) if each.standing is Standing.STANDS)
    return Voices(
        latest=tuple(islice(there, VOICES)),
        hall=said.standing(place, attendances=(Attendance.HALL,)),
        remote=said.standing(place, attendances=(Attendance.REMOTE,)),
    )


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


def _fitted(whole: Sequence[Piece], room: float) -> Text:
    """As large as it can be; what is too long for the smallest letters is cut on purpose."""
    letters = fit("".join(piece.text for piece in whole), room)
    if letters is not None:
        return Text(whole, letters, cut=False)
    return Text(around_changes(whole, room_for(room - CUT)), "longest", cut=True)


def _same(text: str) -> Sequence[Piece]:
    return (Piece("same", text),)


def _plenary(scene: Scene) -> Context:
    forum = scene.forum
    current = forum.recommendations.by_id.get(forum.plenary.current or "")
    progress = _progress(forum)
    proposed = open_ones(forum.amendments, current.id) if current else ()
    here: Context = {"current": current, "proposed": proposed, "progress": progress, "text": None}
    if current is not None:
        room = HEIGHT - ASKED * (current.consensus_called_at is not None)
        first = next(iter(proposed), None)
        whole = marked_up_to_read(first.base, first.text) if first else _same(current.text)
        return {**here, **_beside(scene, whole, room - ABOUT * (first is not None))}
    if progress.last is not None:
        return {**here, **_beside(scene, _same(progress.last.text), HEIGHT - OUTCOME - ABOUT)}
    return here


def _beside(scene: Scene, whole: Sequence[Piece], room: float) -> Context:
    """A message to all rooms stands above the text as long as that can be read whole."""
    message = _message(scene)
    text = _fitted(whole, room - _height_of(message))
    return {"text": _fitted(whole, room), "message": ""} if text.cut else {"text": text}


def _message(scene: Scene) -> str:
    standing = [message.text for message in scene.forum.messages if not message.taken_down]
    return standing[-1] if standing else ""


def _height_of(message: str) -> float:
    if not message:
        return 0
    return 2 * A_LINE if len(message) <= MESSAGE_LINE else 3 * A_LINE


# --- the page ----------------------------------------------------------------


def _view(scene: Scene) -> str:
    """With no place given it follows the day: the plenary when that sits, else the forum."""
    sits = scene.forum.plenary.sitting is Sitting.OPEN
    if scene.place == PLENARY or (not scene.place and sits):
        return "plenary"
    return "breakout" if scene.place else "forum"


def context(scene: Scene) -> Context:
    view = _view(scene)
    shared: Context = {
        "view": view,
        "message": _message(scene),
        "excerpt": excerpt,
        "voice_length": VOICE_LENGTH,
    }
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
            progress = _progress(scene.forum)
            return {
                **shared,
                "rooms": rooms[: ROOMS - 2 * bool(shared["message"])],
                "made": made,
                "progress": progress,
            }


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
