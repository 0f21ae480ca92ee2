"""Several drafts of one recommendation as one text: agreed runs, and sites where they differ."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import msgspec
from msgspec import structs

from facilitate.text.alignment import Words
from facilitate.text.columns import Column, columns
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
    """What all drafts say, to the character."""

    text: str
    sources: tuple[str, ...]


class Site(msgspec.Struct, frozen=True, tag="site"):
    """Where drafts differ: the reading with most sources first; every source has one reading."""

    id: int
    readings: tuple[Reading, ...]
    flag: Flag


Segment = Run | Site


class ConsolidatedText(msgspec.Struct, frozen=True):
    segments: tuple[Segment, ...]


def collate(drafts: Mapping[str, str]) -> ConsolidatedText:
    """One text out of several, in which every character knows its sources (the keys).

    Neither the order of the drafts nor the names of the sources bear on the result.
    """
    sources: dict[str, tuple[str, ...]] = {
        text: tuple(sorted(names))
        for text, names in _grouped((text, name) for name, text in drafts.items())
    }
    everyone = tuple(sorted(drafts))
    texts = {text: Words(text) for text in sources}
    language = language_of(word for text in texts.values() for word in text.normals)
    segments: list[Segment] = []
    site = 0
    for column in columns(texts, {text: len(names) for text, names in sources.items()}):
        readings = _readings(column, sources)
        if len(readings) == 1:
            segments.append(Run(readings[0].text, everyone))
        else:
            flag = flag_of(tuple(reading.text for reading in readings), language)
            segments.append(Site(site, readings, flag))
            site += 1
    return ConsolidatedText(_with_moves(segments))


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    return [
        (key, [value for _, value in group])
        for key, group in groupby(sorted(pairs), lambda pair: pair[0])
    ]


def _readings(column: Column, sources: Mapping[str, tuple[str, ...]]) -> tuple[Reading, ...]:
    readings = [
        Reading(text, tuple(sorted(name for draft in texts for name in sources[draft])))
        for text, texts in _grouped((text, draft) for draft, text in column.items())
    ]
    return tuple(sorted(readings, key=lambda r: (-len(r.sources), not r.text, r.text)))


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
            return segment.text
        case Site():
            return next(r.text for r in segment.readings if source in r.sources)


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
            case Site():
                shown = _followed_by(segment, shown, chosen, omission)
    return shown


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
