"""The voices of a breakout beside its draft: which are shown, and which the draft cites.

Every voice is on the page; ``data-show`` on the list says which are seen, so that what comes
live falls under the same choice, with and without JavaScript.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from facilitate.meeting import Event, Forum
from facilitate.meeting.contributions import (
    ContributionHidden,
    ContributionMade,
    ContributionShown,
    ContributionWithdrawn,
    Kind,
    Standing,
)
from facilitate.meeting.drafts import (
    Draft,
    DraftRecommendationAdded,
    DraftRecommendationRemoved,
    DraftRecommendationRestored,
    DraftRecommendationsJoined,
    DraftRecommendationSplit,
)
from facilitate.web.pages.shared import WRITES_A_DRAFT, of_this_breakout, voices
from facilitate.web.parts import Items, Part
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


_COUNTED: frozenset[type[Event]] = frozenset(
    {ContributionMade, ContributionWithdrawn, ContributionHidden, ContributionShown}
)
CHOICES = Part(
    "choices", "parts/choices.html", _COUNTED | WRITES_A_DRAFT, concerns=of_this_breakout
)


def voices_with_fate(template: str) -> Items:
    """The contributions of a breakout, drawn anew also when the draft begins or ceases to cite."""
    plain = voices(template)

    def touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
        return (*plain.touches(event, forum, place), *_quoted(event, forum, place))

    return Items(plain.into, plain.prefix, plain.name, template, touched, plain.find)


def _quoted(event: Event, forum: Forum, place: str) -> Iterable[str]:
    match event:
        case (
            DraftRecommendationAdded(breakout=room, id=id)
            | DraftRecommendationRemoved(breakout=room, id=id)
            | DraftRecommendationRestored(breakout=room, id=id)
            | DraftRecommendationSplit(breakout=room, id=id)
            | DraftRecommendationsJoined(breakout=room, next=id)
        ) if room == place:
            draft = forum.drafts[place]
            paragraph = draft.recommendations.get(id) or draft.removed[id]
            return (c for c in paragraph.cites if forum.contributions.by_id[c].breakout == place)
        case _:
            return ()
