"""The clauses of a text, and where one says otherwise what another says of the same thing."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import chain, groupby
from typing import Literal

import msgspec

from facilitate.text.alignment import Words
from facilitate.text.languages import LIGHT, addressed, counts, meaning, negates, obliges
from facilitate.text.matching import between, matches

About = Literal["number", "negation", "modal"]

END = re.compile(r"[.!?;:。！？；؟۔।؛\n](?:(?<=[。！？；؟۔।؛\n])|(?=\s))\s*")
SHARED = 3  # words of content at least that two clauses of the same thing share,
HALF = 0.5  # and this part of what the shorter one says
STEM = 5  # letters by which forms of one word are known: devote, devoted
TURN = 2  # words of content behind a "not" or a "should": what it is said of
YEAR = re.compile(r"(?:19|20)\d\d")
A_YEAR = "YYYY"  # no word in normal form: "every 3 years" tells no date
PERCENT = re.compile(
    r"(\d) ?(?:per ?cent|pour cent|por ciento|في الم[ئا]?ئة|процент\w*)"
    r"|百分之([\d零一二三四五六七八九十百]+)"
)
UNITS = frozenset("%‰€$£¥")
ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$")  # taxed is tax, and taxes too
ARTICLE = re.compile(r"^[وفبلك]?(?:ال|لل)(?=\w{3})")


class Clause(msgspec.Struct, frozen=True):
    """Characters start to end of a text: a sentence, or a part of one that a semicolon ends."""

    start: int
    end: int
    text: str


class Contradiction(msgspec.Struct, frozen=True):
    """What one clause says and what the other says of the same thing: 5 %, 3 %."""

    about: About
    one: str
    other: str


def clauses(text: str) -> tuple[Clause, ...]:
    """Each with the white space behind it: joined again they are the text."""
    found: list[Clause] = []
    start = 0
    for end in (*(match.end() for match in END.finditer(text)), len(text)):
        if text[start:end].strip():
            found.append(Clause(start, end, text[start:end]))
            start = end
    return tuple(found)


def contradictions(one: str, other: str) -> tuple[Contradiction, ...]:
    """Where two clauses of the same thing differ in a figure, a "not" or a "should".

    Of the same thing they are if they share half of their words and name nobody else to do it, and
    if neither has other words where the shared ones stand. A hint to people: what is said in other
    words, or in another language, is not found.
    """
    ours, theirs = _said(one), _said(other)
    found = tuple(dict.fromkeys(_contradictions(ours, theirs)))
    return found if found and _of_the_same_thing(ours, theirs) else ()


class _Told(msgspec.Struct, frozen=True):
    """A figure, a "not" or a "should", what it is said of, and both as written."""

    about: About
    value: tuple[str, ...]
    of: tuple[str, ...]
    shown: str


class _Said(msgspec.Struct, frozen=True):
    """What a clause is about (stems, and each as written), who is to act, and what is told."""

    content: tuple[str, ...]
    written: tuple[str, ...]
    addressees: frozenset[str]
    told: tuple[_Told, ...]


def known_by(clause: str) -> frozenset[str]:
    """The words of content of a clause, each in a short form."""
    return frozenset(_said(clause).content)


def stems(words: Iterable[str]) -> frozenset[str]:
    """The same, of words in normal form: where a text has been cut into words already."""
    return frozenset(_stem(word) for word in words if _about(word) is None and _bears_content(word))


def alike(some: Sequence[Set[str]], others: Sequence[Set[str]]) -> Iterator[tuple[int, int]]:
    """The places of those, of some clauses and of others, that may be of the same thing."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, theirs in enumerate(others):
        for stem in theirs:
            places[stem].append(place)
    halves = [HALF * len(theirs) for theirs in others]
    for at, ours in enumerate(some):
        half = HALF * len(ours)
        shared = Counter(chain.from_iterable(places[stem] for stem in ours))
        for place, times in shared.items():
            if times >= SHARED and (times >= half or times >= halves[place]):
                yield at, place


def _of_the_same_thing(ours: _Said, theirs: _Said) -> bool:
    known, known_too = set(ours.content), set(theirs.content)
    if not list(alike([known], [known_too])):
        return False
    if ours.addressees and theirs.addressees and not ours.addressees & theirs.addressees:
        return False
    places = matches(ours.content, theirs.content)
    gaps = between(places, len(ours.content), len(theirs.content))
    return not any(
        start  # who begins the clause is told by the addressees
        and set(ours.content[start:end]) - known_too
        and set(theirs.content[other_start:other_end]) - known
        for start, end, other_start, other_end in gaps
    )


def _contradictions(ours: _Said, theirs: _Said) -> Iterator[Contradiction]:
    for one in ours.told:
        rivals = _of_the_same(one, theirs)
        if rivals and one.about != "negation" and not _agreed(_of_the_same(one, ours), rivals):
            yield Contradiction(one.about, one.shown, rivals[0].shown)
        elif not rivals and one.about == "negation" and set(one.of) <= set(theirs.content):
            yield Contradiction(one.about, one.shown, _as_written(theirs, one.of))
    for other in theirs.told:
        denied = other.about == "negation" and set(other.of) <= set(ours.content)
        if denied and not _of_the_same(other, ours):
            yield Contradiction(other.about, _as_written(ours, other.of), other.shown)


def _of_the_same(told: _Told, said: _Said) -> list[_Told]:
    return [each for each in said.told if each.about == told.about and set(each.of) & set(told.of)]


def _agreed(ours: Sequence[_Told], theirs: Sequence[_Told]) -> bool:
    return bool({told.value for told in ours} & {told.value for told in theirs})


def _as_written(said: _Said, of: Sequence[str]) -> str:
    return " ".join(said.written[said.content.index(stem)] for stem in of)


@lru_cache(maxsize=10_000)
def _said(clause: str) -> _Said:
    words = Words(PERCENT.sub(r"\1\2 %", clause))
    normals = words.normals
    telling = [_about(word) for word in normals]
    carrying = [i for i, word in enumerate(normals) if telling[i] is None and _bears_content(word)]
    return _Said(
        tuple(_stem(normals[i]) for i in carrying),
        tuple(words.tokens[i].word for i in carrying),
        addressed(normals),
        tuple(_told(words, telling, carrying)),
    )


@lru_cache(maxsize=100_000)
def _about(word: str) -> About | None:
    if negates(word):
        return "negation"
    if counts(word):
        return "number"
    return "modal" if obliges(word) else None


@lru_cache(maxsize=100_000)
def _bears_content(word: str) -> bool:
    return word in UNITS or (word[:1].isalnum() and word not in LIGHT)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if YEAR.fullmatch(word):
        return A_YEAR
    return (ENDING.sub("", word) if word.isascii() else ARTICLE.sub("", word))[:STEM]


def _told(
    words: Words, telling: Sequence[About | None], carrying: Sequence[int]
) -> Iterator[_Told]:
    for about, first, last in _runs(telling):
        value = tuple(map(meaning, words.normals[first : last + 1]))
        of = _counted(words, carrying, first, last) if about == "number" else _next(carrying, last)
        if of:
            start, end = min(first, *of), max(last, *of)
            yield _Told(
                about,
                value,
                tuple(_stem(words.normals[i]) for i in of),
                words.text[words.offsets[2 * start + 1] : words.offsets[2 * end + 2]],
            )


def _runs(telling: Sequence[About | None]) -> Iterator[tuple[About, int, int]]:
    """Telling words of one kind that follow one another: 3 million."""
    at = 0
    for about, run in groupby(telling):
        length = len(list(run))
        if about is not None:
            yield about, at, at + length - 1
        at += length


def _next(carrying: Sequence[int], at: int) -> list[int]:
    return [i for i in carrying if i > at][:TURN]


def _counted(words: Words, carrying: Sequence[int], first: int, last: int) -> list[int]:
    """What is counted: the word behind a figure (5 %, 3 years), or before it (article 5)."""
    if YEAR.fullmatch(words.normals[last]):
        return [_named_with(words, carrying, last)]
    before = next((i for i in range(first)[::-1] if words.normals[i] not in LIGHT), -1)
    return [i for i in (last + 1, before) if i in carrying][:1]


def _named_with(words: Words, carrying: Sequence[int], year: int) -> int:
    """A year stands for itself (by 2030), unless it is part of a name (2005 Convention)."""
    before = year - 2 if words.normals[year - 1 : year] == ("de",) else year - 1
    names = (i for i in (year + 1, before) if i in carrying and words.tokens[i].word[0].isupper())
    return next(names, year)
