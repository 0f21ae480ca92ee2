"""The forum: the day, its topics, where everything stands, and what to do now."""

from facilitate.meeting import Event, Role
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.consolidation import GroupPut, GroupTakenBack
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
        "desk": next((role for role in Role if role in scene.roles), Role.PARTICIPANT),
    }


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
