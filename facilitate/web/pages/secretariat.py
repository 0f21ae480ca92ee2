"""The secretariat's desk: where every breakout stands, what is next, and what is said to all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from facilitate.meeting import Attendance, Event, Forum, Person, Role
from facilitate.meeting.breakouts import Breakout
from facilitate.meeting.comments import AnswersRequired
from facilitate.meeting.contributions import (
    Contribution,
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
)
from facilitate.meeting.drafts import Draft
from facilitate.meeting.people import AttendanceChanged, PersonRemoved, RolesAssigned
from facilitate.web.pages.shared import (
    MESSAGES,
    MOVES_A_BREAKOUT,
    MOVES_THE_FLOOR,
    PRESENT,
    WRITES_A_DRAFT,
)
from facilitate.web.parts import Context, Items, Page, Part, no_place
from facilitate.web.scenes import Scene

LATEST = 30  # contributions on the desk; a search looks through all
FOUND = 100

SAID: frozenset[type[Event]] = frozenset(
    {ContributionMade, ContributionWithdrawn, ContributionHidden, ContributionShown}
)
WHO_IS_HERE: frozenset[type[Event]] = frozenset({AttendanceChanged, PersonRemoved, RolesAssigned})


def secretariat_only(forum: Forum, person: Person, place: str) -> bool:
    return Role.SECRETARIAT in person.roles


# --- the breakouts -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """A breakout at a glance; what was withdrawn or hidden is not counted."""

    hall: int
    remote: int
    hands: int
    present: Mapping[str, int]
    draft: Draft


def figures(scene: Scene, breakout: Breakout) -> Figures:
    said = scene.forum.contributions
    return Figures(
        hall=said.standing(breakout.id, attendances=(Attendance.HALL,)),
        remote=said.standing(breakout.id, attendances=(Attendance.REMOTE,)),
        hands=len(scene.floor(breakout.id).hands),
        present=scene.present(breakout.id),
        draft=scene.forum.drafts.get(breakout.id, Draft()),
    )


def _every_breakout(forum: Forum, place: str) -> Sequence[str]:
    return tuple(forum.breakouts)


def _of(event: Event, forum: Forum) -> Iterable[str]:
    """The breakout an event is about, or those it may be about."""
    if type(event) in WHO_IS_HERE:
        return _every_breakout(forum, "")
    if (said := getattr(event, "contribution", "")) and type(event) in SAID:
        return (forum.contributions.by_id[said].breakout,)
    room: str = getattr(event, "breakout", "") or getattr(event, "place", "")
    return (room,) if room in forum.breakouts else ()


def _breakouts(
    prefix: str, template: str, touched_by: frozenset[type[Event]], *, with_presence: bool
) -> Items:
    """An element in the row of each breakout; the rows themselves are planned and stay."""

    def touches(event: Event, forum: Forum, place: str) -> Iterable[str]:
        return _of(event, forum) if type(event) in touched_by else ()

    def find(forum: Forum, place: str, id: str) -> Breakout | None:
        return forum.breakouts.get(id)

    presence = _every_breakout if with_presence else None
    return Items("", prefix, "breakout", template, touches, find, presence=presence)


# --- what was said ---------------------------------------------------------


def latest(forum: Forum) -> tuple[Contribution, ...]:
    """The newest of all breakouts first."""
    by_id, newest = forum.contributions.by_id, []
    for numbered in forum.contributions.numbered.values():
        numbers = range(len(numbered), max(len(numbered) - LATEST, 0), -1)
        newest += [by_id[numbered[number]] for number in numbers]
    return tuple(sorted(newest, key=_newest_first)[:LATEST])


def _newest_first(contribution: Contribution) -> tuple[float, str, int]:
    return -contribution.at.timestamp(), contribution.breakout, -contribution.number


def found(scene: Scene, wanted: str) -> tuple[Contribution, ...]:
    """Those with these words in their text, name or organisation, the newest first."""
    wanted = wanted.strip().casefold()
    if not wanted:
        return latest(scene.forum)
    every = scene.forum.contributions.by_id.values()
    hits = [c for c in every if wanted in _searchable(scene, c)]
    return tuple(sorted(hits, key=_newest_first)[:FOUND])


def _searchable(scene: Scene, contribution: Contribution) -> str:
    entry = scene.entry(contribution.by)
    return f"{contribution.text}\n{entry.name}\n{entry.organisation}".casefold()


def _touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
    match event:
        case ContributionMade(id=id, breakout=room):
            made, since = forum.contributions.by_id[id], len(forum.contributions.numbered[room])
            return (id,) if made.number > since - LATEST else ()  # older: not here
        case (
            ContributionWithdrawn(contribution=id)
            | ContributionHidden(contribution=id)
            | ContributionShown(contribution=id)
        ):
            return (id,)
        case _:
            return ()


def _find(forum: Forum, place: str, id: str) -> Contribution | None:
    return forum.contributions.by_id.get(id)


def _in_order(forum: Forum, place: str) -> Sequence[str]:
    return tuple(contribution.id for contribution in latest(forum))


VOICES = Items(
    into="voices",
    prefix="contribution",
    name="contribution",
    template="parts/said.html",
    touches=_touched,
    find=_find,
    order=_in_order,
)


def context(scene: Scene) -> Context:
    return {
        "figures": partial(figures, scene),
        "found": partial(found, scene),
        "titles": {room.id: scene.words(room.title) for room in scene.forum.in_order()},
    }


PAGE = Page(
    name="secretariat",
    template="secretariat.html",
    may_see=secretariat_only,
    context=context,
    parts=(
        _breakouts(
            "stands",
            "parts/room-stands.html",
            MOVES_A_BREAKOUT | SAID | MOVES_THE_FLOOR | WRITES_A_DRAFT | WHO_IS_HERE,
            with_presence=True,
        ),
        _breakouts("acts", "parts/room-acts.html", MOVES_A_BREAKOUT, with_presence=False),
        _breakouts(
            "going-on",
            "parts/room-going-on.html",
            MOVES_A_BREAKOUT | MOVES_THE_FLOOR | WHO_IS_HERE,
            with_presence=True,
        ),
        Part("announced", "parts/announced.html", MESSAGES.touched_by),
        Part("answers-rule", "parts/answers-rule.html", frozenset({AnswersRequired})),
        VOICES,
        PRESENT,
    ),
    exists=no_place,
)
