"""Drafts and amendments of any length for the measuring, each time others and always the same."""

from collections.abc import Mapping
from itertools import product
from random import Random

SMALL = ("the", "of", "and", "to", "in", "for", "with", "by", "on", "all", "their", "that", "are")
TELLING = ("should", "shall", "may", "not", "two", "three", "5", "%", "2030", "every")
SYLLABLES = ("ba", "cul", "do", "ent", "fi", "gra", "lin", "mo", "por", "tur", "ven", "zo")
CONTENT = ["".join(three) for three in product(SYLLABLES, repeat=3)]

SENTENCE, PARAGRAPH = 20, 100  # words


def text(words: int, chance: Random) -> str:
    """Half small words, as in any text; the rest from 1,728 words, the first ones most often."""
    said = [_word(chance) for _ in range(words)]
    for end in range(SENTENCE - 1, words, SENTENCE):
        said[end] += "."
    for start in range(PARAGRAPH, words, PARAGRAPH):
        said[start] = f"\n\n{said[start]}"
    return " ".join(said).replace(" \n\n", "\n\n")


def _word(chance: Random) -> str:
    turn = chance.random()
    if turn < 0.5:
        return chance.choice(SMALL if turn < 0.45 else TELLING)
    return CONTENT[int(len(CONTENT) * chance.random() ** 3)]


def variant(base: str, changes: int, chance: Random) -> str:
    """With so many places where up to two words are put in, left out or replaced."""
    said = base.split(" ")
    for _ in range(changes):
        at = chance.randrange(len(said))
        said[at : at + chance.randrange(3)] = [_word(chance) for _ in range(chance.randrange(3))]
    return " ".join(said)


def drafts(number: int, words: int, chance: Random) -> Mapping[str, str]:
    """Of one recommendation: of every ten words one place differs from what they have in common."""
    base = text(words, chance)
    return {f"draft {n}": variant(base, words // 10, chance) for n in range(number)}
