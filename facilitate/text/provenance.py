"""Where the words of a text come from: runs with their sources, kept through every change."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from facilitate.text.choices import Choice, Worded
from facilitate.text.clauses import clauses as clauses_of
from facilitate.text.collation import PARAGRAPH, ConsolidatedText, Reading, Run, Site
from facilitate.text.differences import marked_up
from facilitate.text.sites import meanings
from facilitate.text.tokens import tokenize

ALTERNATIVES = " / "
OMITTED = "—"
CLOSING = frozenset(",.;:!?)،؛؟，。；：")
OPEN = re.compile(r"\[[^\[\]]* / [^\[\]]*\]")  # "[sic]" and "[1]" are not alternatives


def settled(text: ConsolidatedText, choices: Mapping[int, Choice]) -> tuple[Run, ...]:
    """The consolidated text with its sites settled as chosen, each run with its sources.

    A site that nobody has settled stands in [square brackets] with all its readings; an editorial
    one takes the reading of most sources. Words of one's own have the sources of the readings that
    they were made of.
    """
    runs: list[Run] = []
    for segment in text.segments:
        here = merged(_segment(segment, choices))
        if runs and here and isinstance(segment, Site) and segment.whole:
            runs.append(Run(PARAGRAPH, here[0].sources))
        if runs and isinstance(segment, Site) and _left_out(choices.get(segment.id)):
            runs[-1] = Run(runs[-1].text.removesuffix(" "), runs[-1].sources)
        runs += here
    return merged(runs)


def _left_out(choice: Choice | None) -> bool:
    """Nothing, by words of one's own: the white space that was for the words goes too."""
    match choice:
        case str(words) | Worded(text=words):
            return not words.strip()
        case _:
            return False


def _segment(segment: Run | Site, choices: Mapping[int, Choice]) -> Iterable[Run]:
    if isinstance(segment, Run):
        return (segment,)
    match choices.get(segment.id):
        case int(reading):
            chosen = segment.readings[reading]
            return (Run(chosen.text, chosen.sources),)
        case str(words):
            return (_own_words(segment, words, segment.readings),)
        case Worded(text=words, readings=numbers):
            return (_own_words(segment, words, [segment.readings[n] for n in numbers]),)
        case tuple(numbers):
            return _brackets(segment, [segment.readings[n] for n in numbers])
        case None if segment.flag == "editorial":
            usual = segment.readings[0]
            return (Run(usual.text, usual.sources),)
        case None:
            return _brackets(segment, segment.readings)


def _own_words(site: Site, words: str, made_of: Iterable[Reading]) -> Run:
    before, after = _space_around(site.readings)
    words = words.strip()
    if words[:1] in CLOSING:
        before = ""
    return Run(f"{before}{words}{after}" if words else "", _all_sources(made_of))


def _space_around(readings: Iterable[Reading]) -> tuple[str, str]:
    """The white space that the first reading with words has before and behind them.

    The mark of an item of a list goes with it, if all that say something here begin with the same.
    """
    texts = [reading.text for reading in readings if reading.text.strip()]
    text = next(iter(texts), "")
    marked = {text[: _start(text)] for text in texts}
    before = text[: len(text) - len(text.lstrip())] if len(marked) > 1 else "".join(marked)
    return before, text[len(text.rstrip()) :]


def _start(text: str) -> int:
    """Behind the white space, and the mark of an item of a list in it, with which it begins."""
    space = next((token.space for token in tokenize(text)), "")
    return max((n for n, sign in enumerate(space, 1) if sign.isspace()), default=0)


def _all_sources(readings: Iterable[Reading]) -> tuple[str, ...]:
    return tuple(sorted({source for reading in readings for source in reading.sources}))


def _brackets(site: Site, readings: Sequence[Reading]) -> Iterator[Run]:
    """Spellings of one reading once, as most write it; leaving the words out comes last."""
    everyone = _all_sources(readings)
    before, after = _space_around(site.readings)
    said: dict[tuple[str, ...], list[Reading]] = {}
    for reading in sorted(readings, key=lambda reading: not reading.text.strip()):
        said.setdefault(meanings(reading.text), []).append(reading)
    yield Run(f"{before}[", everyone)
    for place, spellings in enumerate(said.values()):
        text = spellings[0].text
        if place:
            yield Run(ALTERNATIVES, everyone)
        yield Run(text.removeprefix(before).strip() or OMITTED, _all_sources(spellings))
    yield Run(f"]{after}", everyone)


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
    letters = [run.sources for run in runs for _ in run.text]
    return tuple(
        Run(
            clause.text, tuple(sorted({s for of in letters[clause.start : clause.end] for s in of}))
        )
        for clause in clauses_of("".join(run.text for run in runs))
    )
