"""Which voices of a breakout are shown: all, one kind, or those no draft recommendation cites yet.

Every voice is on the page; ``data-show`` on the list says which are seen, so that what comes
live falls under the same choice, with and without JavaScript.
"""

from collections import Counter
from collections.abc import Mapping

from facilitate.meeting import Event, Forum
from facilitate.meeting.contributions import (
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
    Kind,
    Standing,
)
from facilitate.meeting.drafts import Draft
from facilitate.web.pages.shared import WRITES_A_DRAFT
from facilitate.web.parts import Part
from facilitate.web.scenes import Scene


def cited(forum: Forum, breakout: str) -> frozenset[str]:
    draft = forum.drafts.get(breakout, Draft())
    return frozenset(id for paragraph in draft.in_order() for id in paragraph.cites)


def counts(scene: Scene) -> Mapping[str, int]:
    """How many voices that stand there are under each choice."""
    there = [c for c in scene.contributions() if c.standing is Standing.STANDS]
    kinds = Counter(contribution.kind for contribution in there)
    quoted = cited(scene.forum, scene.place)
    return {
        "uncited": sum(contribution.id not in quoted for contribution in there),
        "all": len(there),
        **{kind.value: kinds[kind] for kind in Kind},
    }


def _of_this_breakout(event: Event, place: str) -> bool:
    return getattr(event, "breakout", place) == place


_COUNTED: frozenset[type[Event]] = frozenset(
    {ContributionMade, ContributionWithdrawn, ContributionHidden, ContributionShown}
)
CHOICES = Part(
    "choices", "parts/choices.html", _COUNTED | WRITES_A_DRAFT, concerns=_of_this_breakout
)
