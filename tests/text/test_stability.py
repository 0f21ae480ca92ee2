"""A draft that joins or a word that changes changes the consolidated text there and only there."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from facilitate.text.collation import ConsolidatedText, Run, Site, collate
from tests.text.texts import ROOMS, drafts, variants

DISTINCT = re.findall(
    " [a-zA-Z]+",
    " Parties should fund libraries that lend recorded music to every school and pay performers"
    " fairly with regular reports about young singers in rural regions",
)
Readings = frozenset[tuple[str, tuple[str, ...]]]


class Place(NamedTuple):
    """A site by where it stands in the base, in characters, and what is read there."""

    start: int
    end: int
    readings: Readings


def places(text: ConsolidatedText) -> list[Place]:
    found: list[Place] = []
    at = 0
    for segment in text.segments:
        match segment:
            case Run():
                at += len(segment.text)
            case Site():
                said = [r for r in segment.readings if text.base[0] in r.sources]
                end = at + sum(len(reading.text) for reading in said if not segment.whole)
                found.append(
                    Place(at, end, frozenset((r.text, r.sources) for r in segment.readings))
                )
                at = end
    return found


def without(place: Place, source: str) -> Place:
    """The site as it is without this source."""
    said = ((text, tuple(s for s in sources if s != source)) for text, sources in place.readings)
    return Place(place.start, place.end, frozenset(each for each in said if each[1]))


def differs(place: Place, source: str, base: str) -> bool:
    """Whether the source says something else here than the base."""
    return not any(source in sources and base in sources for _, sources in place.readings)


def beside(place: Place, others: Iterable[Place]) -> bool:
    return any(place.start <= other.end and other.start <= place.end for other in others)


@given(drafts(longest=30), st.data())
def test_a_draft_that_joins_changes_the_text_only_where_it_differs(
    drafts: dict[str, str], data: st.DataObject
) -> None:
    joins = data.draw(st.sampled_from(sorted(drafts)))
    before = {name: text for name, text in drafts.items() if name != joins}
    assume(before)
    old = collate(before)
    new = collate(drafts, base=old.base)
    assume(not any(isinstance(s, Site) and s.whole for s in (*old.segments, *new.segments)))

    base = old.base[0]
    changed = [place for place in places(new) if differs(place, joins, base)]
    kept = [without(p, joins) for p in places(new) if not beside(p, changed)]
    assert kept == [place for place in places(old) if not beside(place, changed)]


MOST = 4  # sites that one changed word touches: those beside it, drawn into one or parted again


@given(st.permutations(DISTINCT), st.data())
def test_one_changed_word_changes_the_text_only_there(
    words: list[str], data: st.DataObject
) -> None:
    """Where each word stands once in the base; found in forums' texts: one site, at most three."""
    names = data.draw(st.sampled_from(["ab", "abc", "abcd"]))
    drafts = {name: data.draw(variants(words)).strip() for name in names}
    old = collate(drafts)
    source = data.draw(st.sampled_from(names))
    said = drafts[source].split(" ")
    said[data.draw(st.integers(0, len(said) - 1))] = "zebra"
    new = collate(drafts | {source: " ".join(said)}, base=old.base)
    assume(not any(isinstance(s, Site) and s.whole for s in (*old.segments, *new.segments)))

    assert len(touched(shown(old), shown(new))) <= MOST
    assert len(touched(shown(new), shown(old))) <= MOST


def shown(text: ConsolidatedText) -> list[str | Readings]:
    """Word by word, and the sites among them."""
    found: list[str | Readings] = []
    for segment in text.segments:
        match segment:
            case Run():
                found += segment.text.split()
            case Site():
                found.append(frozenset((r.text, r.sources) for r in segment.readings))
    return found


def touched(old: list[str | Readings], new: list[str | Readings]) -> list[str | Readings]:
    """The sites of the old text between the first and the last place where the new one differs."""
    head = same_from_the_start(old, new)
    tail = same_from_the_start(old[head:][::-1], new[head:][::-1])
    return [each for each in old[head : len(old) - tail] if not isinstance(each, str)]


def same_from_the_start(old: list[str | Readings], new: list[str | Readings]) -> int:
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def test_a_base_that_has_left_is_replaced_by_the_middle_one() -> None:
    without_amber = {name: text for name, text in ROOMS.items() if name != "Amber"}
    assert collate(ROOMS).base == ("Amber",)
    assert collate(without_amber, base=("Amber",)) == collate(without_amber)
    assert collate(ROOMS | {"Amber": ""}, base=("Amber",)) == collate(without_amber)
    assert collate(ROOMS, base=("Ember",)).base == ("Ember",)
