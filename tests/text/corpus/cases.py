"""The cases of the corpus: one file each, drafts under `== ROOM`, then what is expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from facilitate.text.collation import ConsolidatedText, Site, collate
from facilitate.text.provenance import OMITTED, settled
from facilitate.text.sites import meanings

HERE = Path(__file__).parent
SECTION = re.compile(r"^== (.+)\n", re.MULTILINE)
EXPECTED = ("consolidated", "contradictions", "moved")


@dataclass(frozen=True, slots=True)
class Case:
    """`expected` and `found` are pages of the same shape, so that they can be compared."""

    name: str
    about: str
    drafts: Mapping[str, str]
    expected: str

    @property
    def found(self) -> str:
        text = collate(self.drafts)
        return page(
            "".join(run.text for run in settled(text, {})), contradictions(text), moved(text)
        )


def cases() -> tuple[Case, ...]:
    return tuple(_read(path) for path in sorted(HERE.glob("*.txt")))


def _read(path: Path) -> Case:
    about, *sections = SECTION.split(path.read_text("utf-8"))
    written = {
        name: words.strip("\n") for name, words in zip(sections[::2], sections[1::2], strict=True)
    }
    consolidated, *lists = (written.pop(name, "") for name in EXPECTED)
    expected = page(consolidated, *(tuple(listed.splitlines()) for listed in lists))
    return Case(path.stem, about.strip(), written, expected)


def page(text: str, contradictions: tuple[str, ...], moved: tuple[str, ...]) -> str:
    """The consolidated text, what of it must be settled first, and what stands in two places."""
    return "\n".join((text, "== contradictions", *contradictions, "== moved", *moved))


def contradictions(text: ConsolidatedText) -> tuple[str, ...]:
    return tuple(
        f"{site.flag}: {' / '.join(words(site))}"
        for site in _sites(text)
        if site.flag not in ("", "editorial")
    )


def words(site: Site) -> list[str]:
    said = {meanings(reading.text): reading.text.strip() for reading in reversed(site.readings)}
    shown = [said[meant] for meant in dict.fromkeys(meanings(r.text) for r in site.readings)]
    return [each for each in shown if each] + [OMITTED] * ("" in shown)


def moved(text: ConsolidatedText) -> tuple[str, ...]:
    """As they stand at the last of their places."""
    found = {
        each.moved: each.text.strip()
        for site in _sites(text)
        for each in site.readings
        if each.moved and min(each.moved) < site.id
    }
    return tuple(found.values())


def _sites(text: ConsolidatedText) -> list[Site]:
    return [segment for segment in text.segments if isinstance(segment, Site)]
