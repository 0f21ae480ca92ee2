"""Which clocks are in a set, kept as few spans as can be: what of a document is deleted."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from facilitate.live.drafts.updates import Span


class Spans:
    def __init__(self) -> None:
        self._starts: dict[int, list[int]] = {}
        self._ends: dict[int, list[int]] = {}

    def missing(self, spans: Iterable[Span]) -> Iterator[Span]:
        """What of ``spans`` is not in the set yet."""
        for span in spans:
            start = span.start
            starts, ends = self._starts.get(span.client, []), self._ends.get(span.client, [])
            for place in range(bisect_right(ends, start), len(starts)):
                if starts[place] >= span.end:
                    break
                if start < starts[place]:
                    yield Span(span.client, start, starts[place])
                start = ends[place]
            if start < span.end:
                yield Span(span.client, start, span.end)

    def add(self, span: Span) -> None:
        if span.start == span.end:
            return
        starts = self._starts.setdefault(span.client, [])
        ends = self._ends.setdefault(span.client, [])
        first, last = bisect_left(ends, span.start), bisect_right(starts, span.end)
        start = min([span.start, *starts[first:last]])
        end = max([span.end, *ends[first:last]])
        starts[first:last], ends[first:last] = [start], [end]
