"""Where the words of a text come from: runs with their sources, kept through every change."""

import re
from collections.abc import Iterable, Iterator, Mapping

from facilitate.text.collation import PARAGRAPH, ConsolidatedText, Reading, Run, Site
from facilitate.text.differences import marked_up

ALTERNATIVES = " / "
OMITTED = "—"
OPEN = re.compile(r"\[[^\[\]]* / [^\[\]]*\]")  # "[sic]" and "[1]" are not alternatives
CLAUSE_END = re.compile(r"(?<=[.!?;:])\s+|(?<=[。！？；؟۔।])\s*|\n+")


def settled(text: ConsolidatedText, choices: Mapping[int, int | str]) -> tuple[Run, ...]:
    """The consolidated text with its sites settled as chosen, each run with its sources.

    A site that nobody has settled stands in [square brackets] with all its readings; an editorial
    one takes the reading of most sources. Words of one's own have all the site's sources.
    """
    runs: list[Run] = []
    for segment in text.segments:
        here = merged(_segment(segment, choices))
        if runs and here and isinstance(segment, Site) and segment.whole:
            runs.append(Run(PARAGRAPH, here[0].sources))
        runs += here
    return merged(runs)


def _segment(segment: Run | Site, choices: Mapping[int, int | str]) -> Iterable[Run]:
    if isinstance(segment, Run):
        return (segment,)
    match choices.get(segment.id):
        case int(reading):
            chosen = segment.readings[reading]
            return (Run(chosen.text, chosen.sources),)
        case str(words):
            return (_own_words(segment, words),)
        case None if segment.flag == "editorial":
            usual = max(segment.readings, key=lambda r: (len(r.sources), r.text))
            return (Run(usual.text, usual.sources),)
        case None:
            return _brackets(segment)


def _own_words(site: Site, words: str) -> Run:
    return Run(f"{_space_before(site.readings)}{words}" if words else "", _all_sources(site))


def _space_before(readings: Iterable[Reading]) -> str:
    first = next((r.text for r in readings if r.text.strip()), "")
    return first[: len(first) - len(first.lstrip())]


def _all_sources(site: Site) -> tuple[str, ...]:
    return tuple(sorted({source for reading in site.readings for source in reading.sources}))


def _brackets(site: Site) -> Iterator[Run]:
    everyone = _all_sources(site)
    yield Run(f"{_space_before(site.readings)}[", everyone)
    for place, reading in enumerate(site.readings):
        if place:
            yield Run(ALTERNATIVES, everyone)
        yield Run(reading.text.strip() or OMITTED, reading.sources)
    yield Run("]", everyone)


def unsettled(text: str) -> bool:
    """Whether alternatives still stand in square brackets, as ``settled`` writes them."""
    return OPEN.search(text) is not None


def carried(runs: Iterable[Run], text: str, source: str) -> tuple[Run, ...]:
    """The runs of ``text``, made from these runs by ``source``: what stayed keeps its sources."""
    old = tuple(runs)
    letters = [run.sources for run in old for _ in run.text]
    place = 0
    carried_over: list[Run] = []
    for piece in marked_up("".join(run.text for run in old), text):
        if piece.kind == "inserted":
            carried_over.append(Run(piece.text, (source,)))
            continue
        if piece.kind == "same":
            kept = letters[place : place + len(piece.text)]
            carried_over += [Run(letter, of) for letter, of in zip(piece.text, kept, strict=True)]
        place += len(piece.text)
    return merged(carried_over)


def merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The same text in as few runs as can be; none is empty."""
    together: list[Run] = []
    for run in runs:
        if together and together[-1].sources == run.sources:
            together[-1] = Run(together[-1].text + run.text, run.sources)
        elif run.text:
            together.append(run)
    return tuple(together)


def clauses(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The text sentence by sentence (semicolons end one too), each with all its sources."""
    runs = tuple(runs)
    text = "".join(run.text for run in runs)
    letters = [run.sources for run in runs for _ in run.text]
    ends = [*(match.end() for match in CLAUSE_END.finditer(text)), len(text)]
    start = 0
    found: list[Run] = []
    for end in ends:
        if text[start:end].strip():
            of = {s for place in range(start, end) for s in letters[place]}
            found.append(Run(text[start:end], tuple(sorted(of))))
            start = end
    return tuple(found)
