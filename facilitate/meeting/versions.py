"""Earlier versions of a draft: how it stood after each change, and who changed what."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from facilitate.meeting.drafts import (
    Draft,
    DraftFact,
    DraftRecommendation,
    DraftRecommendationRevised,
    DraftSubmitted,
    DraftTakenBack,
    evolve,
)
from facilitate.meeting.drafts import Event as DraftEvent
from facilitate.meeting.procedure import Event

ONE_GO = timedelta(seconds=15)  # between two savings of one hand that are told as one change


@dataclass(frozen=True, slots=True)
class Changed:
    """A recommendation before and after a change; ``None`` where it did not stand."""

    id: str
    before: DraftRecommendation | None
    after: DraftRecommendation | None


@dataclass(frozen=True, slots=True)
class Version:
    """``number`` is that of the last event of the change; ``draft`` is how it stood then."""

    number: int
    at: datetime
    by: str
    fact: DraftEvent
    before: Draft
    draft: Draft

    @property
    def changed(self) -> tuple[Changed, ...]:
        """In their order, those taken out last."""
        old, new = self.before.recommendations, self.draft.recommendations
        ids = dict.fromkeys((*self.draft.order, *self.before.order))
        both = (Changed(id, old.get(id), new.get(id)) for id in ids)
        return tuple(each for each in both if each.before != each.after)


def versions(events: Iterable[Event], breakout: str) -> tuple[Version, ...]:
    """All of the draft of one breakout, the first first.

    What is written live is saved every few seconds: savings of one recommendation by one hand that
    follow each other are one version. Words that are restored are one of their own.
    """
    told: list[Version] = []
    texts: set[tuple[str, str]] = set()  # all that a recommendation has read
    draft = Draft()
    for number, event in enumerate(events, 1):
        if not isinstance(event, DraftFact) or event.breakout != breakout:
            continue
        before, draft = draft, evolve(draft, event)
        if isinstance(event, DraftSubmitted | DraftTakenBack):
            continue
        if told and _goes_on(told[-1], event, texts):
            before = told.pop().before
        texts |= {(each.id, each.text) for each in draft.recommendations.values()}
        told.append(Version(number, event.at, event.by, event, before, draft))
    return tuple(told)


def _goes_on(last: Version, event: DraftEvent, texts: Collection[tuple[str, str]]) -> bool:
    match last.fact, event:
        case DraftRecommendationRevised(id=id, by=by), DraftRecommendationRevised():
            same = (id, by) == (event.id, event.by) and event.at - last.at <= ONE_GO
            return same and (id, event.text) not in texts
        case _:
            return False
