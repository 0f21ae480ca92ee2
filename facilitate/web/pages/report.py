"""The report: what was adopted and what was not, each line with its sources, and who was heard."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import get_args

from facilitate.exports.sentences import ADDRESSEE, ATTENDANCE
from facilitate.meeting import Event, Forum
from facilitate.meeting.amendments import (
    AmendmentAccepted,
    AmendmentProposed,
    DeletionAccepted,
    RecommendationTakenUp,
)
from facilitate.meeting.contributions import (
    Contribution,
    ContributionEndorsed,
    EndorsementWithdrawn,
)
from facilitate.meeting.floor import FloorGiven, TurnEnded
from facilitate.meeting.people import (
    AttendanceChanged,
    PersonJoined,
    PersonRemoved,
    RolesAssigned,
)
from facilitate.meeting.plenary import PlenaryClosed, PlenaryOpened, Sitting
from facilitate.meeting.recommendations import Recommendation, Stage
from facilitate.web.pages.shared import MESSAGES, WRITES_A_DRAFT
from facilitate.web.pages.traces import (
    MOVES_A_FATE,
    MOVES_THE_PLENARY,
    STANDS,
    contributions_told,
    is_unheard,
    recommendations_told,
    unheard,
)
from facilitate.web.parts import Context, Items, Page, Part, all_who_joined, no_place
from facilitate.web.reporting import REPORTED, copy_of, prepared
from facilitate.web.scenes import Scene

ANY: frozenset[type[Event]] = frozenset(get_args(Event))
SITS: frozenset[type[Event]] = frozenset({PlenaryOpened, PlenaryClosed})
PEOPLE: frozenset[type[Event]] = frozenset(
    {PersonJoined, AttendanceChanged, RolesAssigned, PersonRemoved}
)
HEARD: frozenset[type[Event]] = frozenset(
    {
        ContributionEndorsed,
        EndorsementWithdrawn,
        FloorGiven,
        TurnEnded,
        AmendmentProposed,
        AmendmentAccepted,
        DeletionAccepted,
        RecommendationTakenUp,
    }
)
COUNTS = SITS | PEOPLE | HEARD | MOVES_A_FATE
SECTIONS = {
    "adopted": frozenset({Stage.ADOPTED, Stage.ADOPTED_WITH_RESERVATIONS}),
    "deferred": frozenset({Stage.DEFERRED}),
    "not-adopted": frozenset({Stage.NOT_ADOPTED}),
    "undecided": frozenset({Stage.WAITING, Stage.UNDER_DISCUSSION}),
}


def begun(forum: Forum) -> bool:
    """The report stands from the opening of the plenary on; before, it would say little."""
    return forum.plenary.sitting is not Sitting.PLANNED


def context(scene: Scene) -> Context:
    return {
        "begun": begun(scene.forum),
        "ended": scene.forum.plenary.sitting is Sitting.CLOSED,
        "copy": partial(copy_of, scene),
        "section": partial(section, scene.forum),
        "unheard": partial(unheard, scene.forum),
        "ADDRESSEE": ADDRESSEE,
        "ATTENDANCE": ATTENDANCE,
        "head": scene.head,
    }


def section(forum: Forum, name: str) -> tuple[Recommendation, ...]:
    """The recommendations with one outcome, in the order of the plenary."""
    if not begun(forum):
        return ()
    return tuple(r for r in forum.recommendations.in_order() if r.stage in SECTIONS[name])


def _outcomes(name: str) -> Items:
    def told(event: Event, forum: Forum, place: str) -> Iterable[str]:
        return recommendations_told(event, forum)

    def find(forum: Forum, place: str, id: str) -> Recommendation | None:
        return next((r for r in section(forum, name) if r.id == id), None)

    def order(forum: Forum, place: str) -> Sequence[str]:
        return tuple(r.id for r in section(forum, name))

    return Items(name, name, "outcome", f"parts/outcome-{name}.html", told, find, order)


def _unheard_told(event: Event, forum: Forum, place: str) -> Iterable[str]:
    if isinstance(event, PlenaryOpened):
        return unheard(forum)
    return contributions_told(event, forum) if begun(forum) else ()


def _find_unheard(forum: Forum, place: str, id: str) -> Contribution | None:
    there = begun(forum) and is_unheard(forum, id)
    return forum.contributions.by_id[id] if there else None


def _unheard_in_order(forum: Forum, place: str) -> Sequence[str]:
    return unheard(forum) if begun(forum) else ()


PAGE = Page(
    name="report",
    template="report.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        Part("report-standing", "parts/report-standing.html", SITS | PEOPLE | MOVES_THE_PLENARY),
        *(_outcomes(name) for name in SECTIONS),
        Part("drafts-left", "parts/drafts-left.html", SITS | MOVES_A_FATE),
        Part("unheard-count", "parts/unheard-count.html", SITS | STANDS | WRITES_A_DRAFT),
        Items(
            "unheard",
            "unheard",
            "contribution",
            "parts/unheard.html",
            _unheard_told,
            _find_unheard,
            _unheard_in_order,
        ),
        Part("figures", "parts/figures.html", COUNTS),
        Part("end-of-record", "parts/end-of-record.html", ANY),
    ),
    exists=no_place,
    ready=prepared,
    calm=REPORTED,
)
