"""The words of a text, each with the white space before it."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

import msgspec


class Token(msgspec.Struct, frozen=True):
    """A word, a number or a sign, as written; `space` is what stands before it.

    The mark of an item of a list, "(a)" or "-" at the beginning of a line, counts as white space:
    a list says what the same words say in prose.
    """

    space: str
    word: str


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut a text into words; joined again they are the text, to the character.

    White space behind the last word is kept in a last token without a word. Scripts written
    without spaces (Chinese, Japanese, Thai, ...) are cut by character, with its marks.
    """
    return tuple(Token(space, word) for space, word in _TOKEN.findall(text) if space or word)


@lru_cache(maxsize=100_000)
def normal(word: str) -> str:
    """The word as it is compared: without case, one form of quotes, dashes, digits and accents."""
    plain = unicodedata.normalize("NFC", word).casefold().translate(_EQUAL)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    return unicodedata.normalize("NFC", plain)


@lru_cache(maxsize=100_000)
def solo(word: str) -> bool:
    """Whether the word is a character of a script that is written without spaces."""
    return _SOLO_WORD.match(word) is not None


def _ranges(points: list[int]) -> str:
    """Code points as the inside of a character class."""
    runs = [
        [point for _, point in run]
        for _, run in groupby(enumerate(points), lambda pair: pair[1] - pair[0])
    ]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)


# Zero-width joiners bind like marks: words of Persian and Hindi, families of emoji.
_MARKS = _ranges(
    [p for p in range(0x300, 0x20000) if unicodedata.category(chr(p))[0] == "M"]
    + [0x200C, 0x200D, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0)]
)
_SPACE = r"\s\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_SOLO = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"  # Han and Kana
    r"\u0e01-\u0e4f\u0e80-\u0ecf\u1000-\u103f\u1050-\u108f\u1780-\u17d3"  # Thai, Lao, Burmese ...
)
_LETTER = rf"[^\W_{_SOLO}]"
_LETTERS = rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*"
_NUMBER = rf"(?:(?<!\w)[-+\u2212])?\d[{_MARKS}]*(?:[.,:/\u066b\u066c\u2010-\u2013-]?\d)*"
_ELISION = r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['\u2019](?=\w|\Z)"  # l'avis, d'ici, qu'elle
_WORD = rf"{_LETTERS}(?:[\u00ad'\u2019\u02bc\u2010\u2011\u00b7-]{_LETTERS})*"
# Chinese words in which no character says not, may or how many, as it does when it stands alone.
_COMPOUND = (
    "可持续|非洲|非物质|未来|不同(?!意)|不断|不仅|必要|无障碍|[响反供相适]应|进一步|[统同唯]一"
    "|一[致些切起般体律]"
)
_SOLO_NUMBER = r"[零一二两三四五六七八九十百千万亿]{2,}"
_CHARACTER = rf"[{_SOLO}][{_MARKS}\u0e33\u0eb3]*"
_FLAG = r"[\U0001f1e6-\U0001f1ff]{2}"
_SIGN = rf"[^{_SPACE}][{_MARKS}]*(?:(?<=\u200d)[^\w{_SPACE}][{_MARKS}]*)*"
_ITEM = rf"[{_SPACE}]*\n[{_SPACE}]*(?:\(?(?:[a-zа-я]|[ivx]+|\d{{1,2}})[.)]|[-*•·–—])"
_TOKEN = re.compile(
    rf"((?:{_ITEM}(?=[{_SPACE}]))?[{_SPACE}]*)((?i:{_ELISION})|{_NUMBER}(?![{_MARKS}]|{_LETTER})|{_WORD}"
    rf"|{_COMPOUND}|{_SOLO_NUMBER}|{_CHARACTER}|{_FLAG}|{_SIGN}|)"
)
_SOLO_WORD = re.compile(f"[{_SOLO}]")
_EQUAL = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u0640"), "") | str.maketrans(
    "\u2018\u2019\u02bc\u201b\u2032\u201c\u201d\u201e\u201f\u00ab\u00bb\u2010\u2011\u2012\u2013\u2014ё\u066b\u066c",
    "'''''" + '"' * 6 + "-----е.,",
)
