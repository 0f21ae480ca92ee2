"""Who wrote each run of words in a paragraph, and from which contribution: kept as it changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from facilitate.meeting.drafts import Written

MOST = 400  # runs above which those that are deleted are forgotten


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose words they are, and what they were taken from."""

    person: str
    contribution: str | None = None


@dataclass(slots=True)
class Run:
    words: bytes  # UTF-8, in which the document counts
    hand: Hand
    deleted: bool = False


@dataclass(slots=True)
class Runs:
    """The runs of one paragraph in their order.

    Words that were deleted stay in their place for a while: when they are put back there, by an
    undoing for one, they are whose they were.
    """

    _runs: list[Run] = field(default_factory=list)

    def written(self) -> tuple[Written, ...]:
        return merged(
            Written(run.words.decode(errors="replace"), run.hand.person, run.hand.contribution)
            for run in self._runs
            if not run.deleted
        )

    def copied(self) -> "Runs":
        return Runs([Run(run.words, run.hand, run.deleted) for run in self._runs])

    def change(self, delta: Iterable[Mapping[str, object]], hand: Hand) -> bool:
        """``delta`` is what the document tells of a change: retain, delete and insert.

        Whether words were put back that stood there before.
        """
        at = 0
        put_back = False
        for step in delta:
            match step:
                case {"retain": int(size)}:
                    at = self._behind(at, size)
                case {"delete": int(size)}:
                    at = self._delete(at, size)
                case {"insert": str(words)}:
                    back = self._deleted_here(at, words.encode())
                    put_back |= back is not None
                    at = self._put_back(*back) if back else self._insert(at, words.encode(), hand)
                case _:
                    raise ValueError(f"A paragraph holds words alone: {step}")
        if len(self._runs) > MOST:
            self._runs = [run for run in self._runs if not run.deleted]
        return put_back

    def _behind(self, at: int, size: int) -> int:
        """The place behind so many bytes of what stands; a run is cut there if need be."""
        while size:
            run = self._runs[at]
            if not run.deleted:
                self._cut(at, size)
                size -= len(run.words)
            at += 1
        return at

    def _cut(self, at: int, size: int) -> None:
        run = self._runs[at]
        if len(run.words) > size:
            self._runs.insert(at + 1, Run(run.words[size:], run.hand))
            run.words = run.words[:size]

    def _delete(self, at: int, size: int) -> int:
        while size:
            run = self._runs[at]
            if not run.deleted:
                self._cut(at, size)
                size -= len(run.words)
                run.deleted = True
            at += 1
        return at

    def _put_back(self, start: int, end: int) -> int:
        for run in self._runs[start:end]:
            run.deleted = False
        return end

    def _insert(self, at: int, words: bytes, hand: Hand) -> int:
        before = self._runs[at - 1] if at else None
        if before is not None and not before.deleted and before.hand == hand:
            before.words += words
            return at
        self._runs.insert(at, Run(words, hand))
        return at + 1

    def _deleted_here(self, at: int, words: bytes) -> tuple[int, int] | None:
        """Where these very words were deleted, at this place."""
        first = at
        while first and self._runs[first - 1].deleted:
            first -= 1
        for start in range(first, len(self._runs)):
            if not self._runs[start].deleted:
                return None
            end, found = start, b""
            while end < len(self._runs) and self._runs[end].deleted and words.startswith(found):
                found += self._runs[end].words
                end += 1
                if found == words:
                    return start, end
        return None


def merged(runs: Iterable[Written]) -> tuple[Written, ...]:
    """The same words in as few runs as can be; none is empty."""
    together: list[Written] = []
    for run in runs:
        last = together[-1] if together else None
        if last is not None and (last.by, last.contribution) == (run.by, run.contribution):
            together[-1] = Written(last.text + run.text, run.by, run.contribution)
        elif run.text:
            together.append(run)
    return tuple(together)


def between(runs: Sequence[Written], start: int, end: int) -> Iterator[Written]:
    """Characters start to end of what the runs say together."""
    for run in runs:
        words = run.text[max(start, 0) : max(end, 0)]
        if words:
            yield Written(words, run.by, run.contribution)
        start -= len(run.text)
        end -= len(run.text)
