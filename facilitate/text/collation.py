"""Several drafts of one recommendation as one text: agreed runs, and sites where they differ."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby

import msgspec
from msgspec import structs

from facilitate.text.alignment import Words
from facilitate.text.columns import Column, columns, middle
from facilitate.text.languages import language_of
from facilitate.text.moves import moves_among
from facilitate.text.sites import Flag, flag_of


class Reading(msgspec.Struct, frozen=True):
    """What some drafts say at a site; an empty text is an omission.

    `moved` are the other sites, by id, at which other drafts say the same words.
    """

    text: str
    sources: tuple[str, ...]
    moved: tuple[int, ...] = ()


class Run(msgspec.Struct, frozen=True, tag="run"):
    """What all drafts say, to the character; all but those that stand whole behind the text."""

    text: str
    sources: tuple[str, ...]


class Site(msgspec.Struct, frozen=True, tag="site"):
    """Where drafts differ: the reading with most sources first; every source has one reading.

    `whole`: not in the text but an alternative to it, a paragraph of its own behind it; the
    drafts that are read in the text have an empty reading here.
    """

    id: int
    readings: tuple[Reading, ...]
    flag: Flag
    whole: bool = False


Segment = Run | Site
Sources = Mapping[str, tuple[str, ...]]  # draft -> who wrote it

PARAGRAPH = "\n\n"  # what stands before a whole alternative


class ConsolidatedText(msgspec.Struct, frozen=True):
    """`base` are the sources of the draft with which the others were compared."""

    segments: tuple[Segment, ...]
    base: tuple[str, ...] = ()


def collate(drafts: Mapping[str, str], base: Iterable[str] = ()) -> ConsolidatedText:
    """One text out of several, in which every character knows its sources (the keys).

    Neither the order of the drafts nor the names of the sources bear on the result. All are
    compared with one of them, the nearest to all; a text to which a draft is added stays the same
    elsewhere if its `base` is kept. A draft too different from it stands whole behind the text, one
    without a word nowhere.
    """
    sources = {
        text: tuple(sorted(names))
        for text, names in _grouped((text, name) for name, text in drafts.items() if text)
    }
    if not sources:
        return ConsolidatedText(())
    texts = {text: Words(text) for text in sources}
    voices = {text: len(names) for text, names in sources.items()}
    kept = min((drafts[name] for name in base if drafts.get(name)), default=None)
    chosen = middle(texts, voices) if kept is None else kept
    language = language_of(texts[chosen].normals)
    cut, whole = columns(texts, voices, chosen)
    segments = [
        *(_segment(column, sources, chosen, language) for column in cut),
        *(_alternative(column, sources, chosen, language) for column in whole),
    ]
    return ConsolidatedText(_with_moves(_numbered(segments)), sources[chosen])


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    return [
        (key, [value for _, value in group])
        for key, group in groupby(sorted(pairs), lambda pair: pair[0])
    ]


def _segment(column: Column, sources: Sources, base: str, language: str) -> Segment:
    readings = _readings(column, sources, base)
    if len(readings) == 1:
        return Run(readings[0].text, readings[0].sources)
    return Site(0, readings, flag_of([reading.text for reading in readings], language))


def _alternative(column: Column, sources: Sources, base: str, language: str) -> Segment:
    """Texts of different subjects do not contradict each other, whatever their figures."""
    readings = _readings(column, sources, base)
    rivals = [reading.text for reading in readings] if not column[base] else []
    return Site(0, readings, flag_of(rivals, language) if rivals else "", whole=True)


def _readings(column: Column, sources: Sources, base: str) -> tuple[Reading, ...]:
    """What most drafts say first; among equals what the base says, then by the alphabet."""
    readings = [
        Reading(text, tuple(sorted(name for draft in texts for name in sources[draft])))
        for text, texts in _grouped((text, draft) for draft, text in column.items())
    ]
    said = column.get(base)
    return tuple(
        sorted(readings, key=lambda r: (-len(r.sources), r.text != said, not r.text, r.text))
    )


def _numbered(segments: Iterable[Segment]) -> Iterator[Segment]:
    site = count()
    for segment in segments:
        match segment:
            case Run():
                yield segment
            case Site():
                yield structs.replace(segment, id=next(site))


def _with_moves(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    segments = tuple(segments)
    said = [
        (segment.id, reading)
        for segment in segments
        if isinstance(segment, Site)
        for reading in segment.readings
    ]
    moves = moves_among([(site, reading.text, reading.sources) for site, reading in said])
    return tuple(
        segment
        if isinstance(segment, Run)
        else structs.replace(
            segment,
            readings=tuple(
                structs.replace(reading, moved=moves.get((segment.id, reading.text), ()))
                for reading in segment.readings
            ),
        )
        for segment in segments
    )


def read_for(text: ConsolidatedText, source: str) -> str:
    """The draft of this source, to the character."""
    return "".join(_said(segment, source) for segment in text.segments)


def _said(segment: Segment, source: str) -> str:
    match segment:
        case Run():
            return segment.text if source in segment.sources else ""
        case Site():
            return next((r.text for r in segment.readings if source in r.sources), "")
