"""The voices of a breakout beside its draft: which are shown, and which the draft cites.

Every voice is on the page; ``data-show`` on the list says which are seen, so that what comes
live falls under the same choice, with and without JavaScript.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from facilitate.web.parts import Items


def cited(forum: Forum, breakout: str) -> frozenset[str]:
    draft = forum.drafts.get(breakout, Draft())
    return frozenset(id for paragraph in draft.in_order() for id in paragraph.cites)


@dataclass(frozen=True, slots=True)
class Count:
    """How many voices that stand there are under a choice."""

    of: str
    many: int


def counts(forum: Forum, breakout: str, choices: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(choice, _many(forum, breakout, choice)) for choice in choices)


def uncited(forum: Forum, breakout: str) -> int:
    """Asked at every voice, so it looks at what the draft cites, not at all there is."""
    by_id = forum.contributions.by_id
    quoted = [by_id[id] for id in cited(forum, breakout)]
    there = [c for c in quoted if c.breakout == breakout and c.standing is Standing.STANDS]
    return forum.contributions.standing(breakout) - len(there)


def _many(forum: Forum, breakout: str, choice: str) -> int:
    match choice:
        case "uncited":
            return uncited(forum, breakout)
        case "all":
            return forum.contributions.standing(breakout)
        case _:
            return forum.contributions.standing(breakout, (Kind(choice),))


COUNTED: frozenset[type[Event]] = frozenset(
    {ContributionMade, ContributionWithdrawn, ContributionHidden, ContributionShown}
)


def counted_by(choices: Sequence[str]) -> Items:
    """What stands behind each choice, of which only the ones an event moves are drawn anew."""

    def touched(event: Event, forum: Forum, breakout: str) -> Iterable[str]:
        if not of_this_breakout(event, breakout):
            return ()
        match event:
            case ContributionMade(kind=kind):
                return (choice for choice in choices if choice in ("uncited", "all", kind))
            case ContributionWithdrawn() | ContributionHidden() | ContributionShown():
                return choices
            case _ if type(event) in WRITES_A_DRAFT and "uncited" in choices:
                return ("uncited",)
            case _:
                return ()

    def find(forum: Forum, breakout: str, choice: str) -> Count:
        return Count(choice, _many(forum, breakout, choice))

    return Items("", "count", "count", "parts/count.html", touched, find)


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
