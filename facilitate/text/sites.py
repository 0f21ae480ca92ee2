"""What kind of difference stands at a site: editorial, or a contradiction people must settle."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Literal

from facilitate.text.languages import (
    PLURAL_IN_S,
    SMALL,
    addressed,
    counts,
    meaning,
    negates,
    obliges,
)
from facilitate.text.tokens import normal, tokenize

Flag = Literal["", "editorial", "number", "negation", "modal", "addressee"]

BRIEF = 4  # words; leaving out so few is compared with keeping them
_CONTRADICTIONS: tuple[tuple[Flag, Callable[[str], bool]], ...] = (
    ("negation", negates),
    ("number", counts),
    ("modal", obliges),
)


def flag_of(readings: Sequence[str], language: str) -> Flag:
    """Editorial are small words, plurals, spelling, case and punctuation; never a contradiction."""
    words = _without_vowel_signs([meanings(text) for text in readings])
    same_content = len({content(reading, language) for reading in words}) == 1
    said = [reading for reading in words if reading]
    brief = max(map(len, said), default=0) <= BRIEF
    compared = words if same_content or brief else said
    for flag, tells in _CONTRADICTIONS:
        if len({tuple(filter(tells, reading)) for reading in compared}) > 1:
            return flag
    if _different_addressees(said):
        return "addressee"
    return "editorial" if same_content else ""


def meanings(text: str) -> tuple[str, ...]:
    """The words of a text, those that are only written otherwise alike."""
    return tuple(meaning(normal(token.word)) for token in tokenize(text) if token.word)


def _without_vowel_signs(readings: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Arabic with and without vowel signs is one word, as long as no two vocalise it otherwise."""
    vocalised: defaultdict[str, set[str]] = defaultdict(set)
    for word in chain(*readings):
        if (bare := VOWEL_SIGNS.sub("", word)) != word:
            vocalised[bare].add(word)
    bared = {min(words): bare for bare, words in vocalised.items() if len(words) == 1}
    return [tuple(bared.get(word, word) for word in reading) for reading in readings]


def _different_addressees(readings: Sequence[tuple[str, ...]]) -> bool:
    named = [addressed(reading) for reading in readings]
    return all(named) and len(set(named)) > 1


def same_contradiction(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether both say how much, or whether not, or how strongly."""
    return any(any(map(tells, one)) and any(map(tells, other)) for _, tells in _CONTRADICTIONS)


def contradictions(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a text that tell it from another, however alike: not, 3, should, ..."""
    words = meanings(text)
    return tuple(tuple(filter(tells, words)) for _, tells in _CONTRADICTIONS)


def content(words: Sequence[str], language: str) -> tuple[str, ...]:
    """The words that carry what is asked, without plural endings."""
    return tuple(
        _singular(word, language)
        for word in words
        if word not in SMALL[language] and not _punctuation(word)
    )


def _singular(word: str, language: str) -> str:
    long_enough = len(word) > 4 and word.isalpha()
    return word[:-1] if language in PLURAL_IN_S and long_enough and word[-1] == "s" else word


def _punctuation(word: str) -> bool:
    """Signs that set words apart; not those that say something: %, /, ?, currencies."""
    return word not in _TELLING and all(unicodedata.category(c)[0] in "PZC" for c in word)


_TELLING = frozenset("%‰/?؟？#@&*§†‡")
VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")
