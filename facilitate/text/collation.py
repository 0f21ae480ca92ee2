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
from facilitate.text.tokens import normal, tokenize


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
        *(_segment(column, sources, language) for column in cut),
        *(_alternative(column, sources, language) for column in whole),
    ]
    return ConsolidatedText(_with_moves(_numbered(segments)), sources[chosen])


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    return [
        (key, [value for _, value in group])
        for key, group in groupby(sorted(pairs), lambda pair: pair[0])
    ]


def _segment(column: Column, sources: Sources, language: str) -> Segment:
    readings = _readings(column, sources)
    if len(readings) == 1:
        return Run(readings[0].text, readings[0].sources)
    return Site(0, readings, flag_of([reading.text for reading in readings], language))


def _alternative(column: Column, sources: Sources, language: str) -> Segment:
    readings = _readings(column, sources)
    return Site(0, readings, flag_of([reading.text for reading in readings], language), whole=True)


def _readings(column: Column, sources: Sources) -> tuple[Reading, ...]:
    readings = [
        Reading(text, tuple(sorted(name for draft in texts for name in sources[draft])))
        for text, texts in _grouped((text, draft) for draft, text in column.items())
    ]
    return tuple(sorted(readings, key=lambda r: (-len(r.sources), not r.text, r.text)))


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


def bracketed(
    text: ConsolidatedText, chosen: Mapping[int, int | str], omission: str = "delete"
) -> str:
    """The text with open sites as [one reading / another], most sources first.

    `chosen` settles sites by id: with a reading (its place in the site) or with words of one's
    own. Editorial sites are settled by the reading with most sources unless chosen otherwise.
    `omission` is what stands in brackets for leaving the words out.
    """
    shown = ""
    for segment in text.segments:
        match segment:
            case Run():
                shown += segment.text
            case Site() if segment.whole and shown:
                shown += _as_paragraph(_followed_by(segment, "", chosen, omission))
            case Site():
                shown = _followed_by(segment, shown, chosen, omission)
    return shown


def _as_paragraph(words: str) -> str:
    return words and PARAGRAPH + words


def _followed_by(site: Site, before: str, chosen: Mapping[int, int | str], omission: str) -> str:
    match chosen.get(site.id, 0 if site.flag == "editorial" else None):
        case None:
            return before + _spaced(site, _in_brackets(site, omission))
        case int(place):
            return before + site.readings[place].text
        case str(words) if words.strip():
            return before + _spaced(site, words.strip())
        case str():
            return before.removesuffix(" ")  # nothing, and no white space that was for the words


def _in_brackets(site: Site, omission: str) -> str:
    said = {_bare(reading.text): reading.text.strip() for reading in reversed(site.readings)}
    shown = [said[bare] or omission for bare in dict.fromkeys(_bare(r.text) for r in site.readings)]
    shown.sort(key=lambda words: words == omission)
    return "[" + " / ".join(shown) + "]"


def _bare(text: str) -> tuple[str, ...]:
    return tuple(normal(token.word) for token in tokenize(text) if token.word)


def _spaced(site: Site, words: str) -> str:
    """The words with the white space around them that the readings have around theirs."""
    example = next(reading.text for reading in site.readings if reading.text)
    before = example[: len(example) - len(example.lstrip())]
    after = example[len(example.rstrip()) :] if example.strip() else ""
    return (before if words[0] not in ",.;)" else "") + words + after
