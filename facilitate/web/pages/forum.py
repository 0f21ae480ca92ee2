"""The forum: the day, its topics, where everything stands, and what to do now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from facilitate.meeting import Event
from facilitate.meeting.amendments import RecommendationTakenUp
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.consolidation import GroupPut, GroupTakenBack
from facilitate.meeting.forums import Agendum, ForumPlanned
from facilitate.meeting.plenary import PlenaryClosed, PlenaryOpened, Sitting
from facilitate.meeting.recommendations import RecommendationDecided, RecommendationOpened
from facilitate.web.pages.shared import MESSAGES, MOVES_A_BREAKOUT, PRESENT
from facilitate.web.parts import Context, Page, Part, all_who_joined, no_place
from facilitate.web.scenes import Scene

PLENARY_MOVES: frozenset[type[Event]] = frozenset(
    {
        PlenaryOpened,
        PlenaryClosed,
        GroupPut,
        RecommendationTakenUp,
        GroupTakenBack,
        RecommendationOpened,
        RecommendationDecided,
    }
)


def context(scene: Scene) -> Context:
    forum = scene.forum
    return {
        "breakouts": forum.in_order(),
        "open_breakouts": [b for b in forum.in_order() if b.stage is Stage.OPEN],
        "plenary_sits": forum.plenary.sitting is Sitting.OPEN,
        "day": tuple(day(scene.plan, scene.live.clock())),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """What begins and ends together; ``when`` is ``past``, ``now``, or nothing for what comes."""

    agenda: tuple[Agendum, ...]
    start: datetime
    end: datetime
    when: str


def day(plan: ForumPlanned, now: datetime) -> Iterator[Line]:
    zone = ZoneInfo(plan.timezone)
    for (begins, ends), agenda in groupby(plan.agenda, lambda each: (each.start, each.end)):
        start, end = (
            datetime.fromisoformat(f"{plan.date}T{time}").replace(tzinfo=zone)
            for time in (begins, ends)
        )
        today = now.astimezone(zone).date() == start.date()
        yield Line(tuple(agenda), start, end, _when(start, end, now) if today else "")


def _when(start: datetime, end: datetime, now: datetime) -> str:
    if now >= end:
        return "past"
    return "now" if now >= start else ""


PAGE = Page(
    name="forum",
    template="forum.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        Part("topics", "parts/topics.html", MOVES_A_BREAKOUT),
        Part("plenary-stands", "parts/plenary-stands.html", PLENARY_MOVES),
        Part("next-step", "parts/next-step.html", MOVES_A_BREAKOUT | PLENARY_MOVES),
        PRESENT,
    ),
    exists=no_place,
)
