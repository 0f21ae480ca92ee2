"""Whose words each passage of a submitted draft is, and where those of a contribution went."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from facilitate.meeting.drafts import Draft, Written


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words at ``start`` of a draft recommendation, counted in characters."""

    breakout: str
    recommendation: str
    start: int
    written: Written

    @property
    def end(self) -> int:
        return self.start + len(self.written.text)


Index = Mapping[str, tuple[Passage, ...]]


def passages(drafts: Mapping[str, Draft]) -> Iterator[Passage]:
    """All of them: each draft in its order, each recommendation from its beginning to its end."""
    for breakout, draft in drafts.items():
        for id in draft.order:
            start = 0
            for run in draft.runs.get(id, ()):
                yield Passage(breakout, id, start, run)
                start += len(run.text)


def taken_from_contributions(drafts: Mapping[str, Draft]) -> Index:
    """For each contribution whose words stand anywhere, where they do, in whatever drafts."""
    index: dict[str, tuple[Passage, ...]] = {}
    for passage in passages(drafts):
        if (contribution := passage.written.contribution) is not None:
            index[contribution] = (*index.get(contribution, ()), passage)
    return index


def written_at(draft: Draft, recommendation: str, character: int) -> Written | None:
    """Who wrote this character, and from which contribution; None where nobody knows."""
    for run in draft.runs.get(recommendation, ()):
        if character < len(run.text):
            return run
        character -= len(run.text)
    return None
