"""A plan file, read key by key, so that all that is wrong can be said at once, and where."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from facilitate.meeting.forms import Id, Language, Words
from facilitate.meeting.refusals import N_
from facilitate.web.names import plain

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Fault:
    """``where`` is a key of the file such as ``breakouts[2].topic``, counted from 1, or nothing.

    ``sentence`` says in English what to do, with ``%(name)s`` places for ``values``.
    """

    where: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None

    def __str__(self) -> str:
        at = f"line {self.line}" if self.line else ""
        place = ", ".join(part for part in (at, self.where) if part)
        said = self.sentence % self.values
        return f"{place}: {said}" if place else said


class BadPlan(Exception):
    """Nothing was made of this file: all its faults, in the order of the file."""

    def __init__(self, path: Path, faults: Iterable[Fault]) -> None:
        self.path = path
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
        super().__init__("\n".join(f"{path}: {fault}" for fault in self.faults))


def load(path: Path) -> tuple[str, dict[str, object]]:
    """The file's text and its tables; raises :class:`BadPlan` if it is not TOML at all."""
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fault = Fault("", N_("The file could not be read: %(reason)s."), {"reason": reason})
    except UnicodeDecodeError:
        fault = Fault("", N_("The file is not UTF-8 text. Save it again as UTF-8."))
    except tomllib.TOMLDecodeError as error:
        fault = _not_toml(str(error))
    raise BadPlan(path, (fault,))


def _not_toml(message: str) -> Fault:
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place is None:
        return Fault("", N_("This is not TOML: %(reason)s."), {"reason": message})
    values = {"reason": message[: place.start()], "column": place[2]}
    return Fault("", N_("This is not TOML (column %(column)s): %(reason)s."), values, int(place[1]))


def line_of(text: str, where: str) -> int | None:
    """The line of a key, or of the [[header]] of the table where it is missing; None if unsure."""
    place = re.match(r"(?:(\w+)\[(\d+)\]\.?)?([\w-]*)", where)
    lines = text.splitlines()
    if place is None:
        return None
    table, number, key = place.groups()
    headers = [n for n, line in enumerate(lines, 1) if re.match(rf"\s*\[\[\s*{table}\s*\]\]", line)]
    if not headers:
        return _line_of_key(lines, 0, table or key)
    if int(number) > len(headers):
        return None
    header = headers[int(number) - 1]
    return _line_of_key(lines, header, key) or header


def _line_of_key(lines: list[str], start: int, key: str) -> int | None:
    for n, line in enumerate(lines[start:], start + 1):
        if line.startswith("["):
            return None
        if re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", line):
            return n
    return None


LONGEST = 1_000  # characters of a title, a question, a place
NAMES_OF_THINGS: Mapping[type, str] = {
    str: N_("text in quotes"),
    int: N_("a whole number"),
    list: N_("a list"),
}


@dataclass(slots=True)
class Table:
    """One table of the file. Each reading of a key notes a fault and goes on with a stand-in."""

    values: dict[str, object]
    faults: list[Fault]
    languages: tuple[str, ...] = ()
    where: str = ""
    read: set[str] = field(default_factory=set)

    def fault(self, key: str, sentence: str, /, **values: object) -> None:
        self.faults.append(Fault(self._at(key), sentence, values))

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self.where, key) if part)

    def has(self, key: str) -> bool:
        self.read.add(key)
        return key in self.values

    def text(self, key: str, otherwise: str | None = None, most: int = LONGEST) -> str:
        """``otherwise`` stands for a key that is left out; without it the key must be there."""
        if not self._given(key, otherwise is not None):
            return otherwise or ""
        said = self._a(str, key)
        if said is None:
            return ""
        if not said.strip():
            self.fault(key, N_("There are no words here. Write a few, or leave the key out."))
        self._refuse_what_is_not_read(key, said, most)
        return said.strip()

    def _refuse_what_is_not_read(self, key: str, said: str, most: int = LONGEST) -> None:
        """Too much to read, or characters that steer the device or turn the line around."""
        if len(said) > most:
            sentence = N_("This has %(length)s characters; %(limit)s is the most.")
            self.fault(key, sentence, length=len(said), limit=most)
        if plain(said) != " ".join(said.split()):
            self.fault(key, N_("Leave out the characters in this that cannot be seen."))

    def id(self, key: str, otherwise: str | None = None) -> str:
        said = self.text(key, otherwise)
        if said and not _is(said, Id):
            self.fault(key, N_("“%(id)s” is no id: use up to 64 of A-Z a-z 0-9 _ - only."), id=said)
        return said

    def language(self, key: str, otherwise: str) -> str:
        said = self.text(key, otherwise)
        if self.has(key):
            self.refuse_no_language(key, said)
        return said

    def refuse_no_language(self, key: str, said: str) -> None:
        if said and not _is(said, Language):
            self.fault(key, N_("“%(code)s” is no language code such as en, fr or ar."), code=said)

    def number(self, key: str, least: int, most: int, *, otherwise: int) -> int:
        if not self._given(key, True):
            return otherwise
        said = self._a(int, key)
        if said is not None and not least <= said <= most:
            self.fault(
                key, N_("Write a number from %(least)s to %(most)s."), least=least, most=most
            )
        return otherwise if said is None else said

    def words(self, key: str) -> Words:
        """Text, or a table of texts by language."""
        if not self._given(key, False):
            return Words({"en": ""})
        return self._worded(key, self.values[key])

    def all_words(self, key: str) -> tuple[Words, ...]:
        return tuple(self._worded(f"{key}[{n}]", said) for n, said in self._numbered(key))

    def texts(self, key: str) -> tuple[str, ...]:
        for n, said in self._numbered(key):
            if not isinstance(said, str):
                self.fault(f"{key}[{n}]", N_("Write text in quotes here."))
        return tuple(said for _, said in self._numbered(key) if isinstance(said, str))

    def choices(self, key: str, of: type[StrEnum], otherwise: str) -> tuple[str, ...]:
        """One word, or a list of words, out of those there are."""
        single = isinstance(self.values.get(key, otherwise), str)
        said = (self.text(key, otherwise),) if single else self.texts(key)
        return tuple(word for word in said if self.known(key, word, tuple(of)))

    def known(self, key: str, said: str, there: Iterable[str]) -> bool:
        """Notes a fault, and those there are, if what is said is none of them."""
        there = tuple(dict.fromkeys(map(str, there)))
        if said and said not in there:
            sentence = N_("There is no “%(said)s”. There are: %(there)s.%(near)s")
            self.fault(key, sentence, said=said, there=", ".join(there), near=_near(said, there))
        return said in there

    def tables(self, key: str) -> "tuple[Table, ...]":
        tables = []
        for n, values in self._numbered(key):
            where = f"{key}[{n}]"
            if isinstance(values, dict):
                tables.append(Table(values, self.faults, self.languages, where))
            else:
                self.fault(where, N_("Write a table here, under [[%(key)s]]."), key=key)
        return tuple(tables)

    def refuse_what_was_not_read(self) -> None:
        for key in self.values.keys() - self.read:
            sentence = N_("There is no such key here. There are: %(there)s.%(near)s")
            near = _near(key, self.read)
            self.fault(key, sentence, there=", ".join(sorted(self.read)), near=near)

    def _given(self, key: str, may_be_left_out: bool) -> bool:
        given = self.has(key)
        if not given and not may_be_left_out:
            self.fault(key, N_("This is missing. Add a line that begins with: %(key)s ="), key=key)
        return given

    def _a(self, kind: type[Thing], key: str) -> Thing | None:
        said = self.values[key]
        if isinstance(said, kind) and not isinstance(said, bool):
            return said
        self.fault(key, N_("Write %(thing)s here."), thing=NAMES_OF_THINGS[kind])
        return None

    def _numbered(self, key: str) -> list[tuple[int, object]]:
        if not self.has(key):
            return []
        said = self._a(list, key)
        return list(enumerate(said or [], start=1))

    def _worded(self, key: str, said: object) -> Words:
        match said:
            case str() if said.strip():
                self._refuse_what_is_not_read(key, said)
                return Words({self.languages[0]: said.strip()})
            case dict() if said and all(isinstance(s, str) and s.strip() for s in said.values()):
                for language, words in said.items():
                    self.known(key, language, self.languages)
                    self._refuse_what_is_not_read(key, words)
                return Words({language: s.strip() for language, s in said.items()})
            case _:
                sentence = N_('Write text here, or texts by language: { %(language)s = "…" }.')
                self.fault(key, sentence, language=self.languages[0])
                return Words({"en": ""})


def _is(said: str, form: object) -> bool:
    try:
        msgspec.convert(said, form)
    except msgspec.ValidationError:
        return False
    return True


def _near(said: str, there: Iterable[str]) -> str:
    near = get_close_matches(said, list(there), n=1)
    return f" (“{near[0]}”?)" if near else ""
