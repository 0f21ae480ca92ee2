"""What is chosen at the sites of a consolidated text, kept when a draft joins or leaves it."""

from collections.abc import Iterator, Mapping

import msgspec

from facilitate.text.collation import ConsolidatedText, Site, read_for
from facilitate.text.tokens import tokenize

BRIEF = 4  # words; leaving out so few is a choice of words, more is leaving out what somebody said


class Worded(msgspec.Struct, frozen=True):
    """Words of one's own, made of these readings (by number) and no others."""

    text: str
    readings: tuple[int, ...]


# A reading by its number; words of one's own, made of all; several readings in brackets; or words.
Choice = int | str | tuple[int, ...] | Worded


def kept(
    old: ConsolidatedText, new: ConsolidatedText, choices: Mapping[int, Choice]
) -> dict[int, tuple[int, Choice]]:
    """For sites of the new text: the site of the old one, and what was chosen there, renumbered.

    A choice is kept where nothing is said that was not said before and all that was chosen still
    is. A site is known by its place in a draft that stands behind both texts.
    """
    shared = sorted(_sources(old) & _sources(new))
    if not shared:
        return {}
    before = next((source for source in old.base if source in shared), shared[0])
    places: dict[int, list[Site]] = {}
    for place, site in _placed(old, before):
        places.setdefault(place, []).append(site)
    carried: dict[int, tuple[int, Choice]] = {}
    for place, site in _placed(new, before):
        for was in places.get(place, ()):
            if was.id in choices and _texts(site) <= _texts(was):
                choice = _renumbered(choices[was.id], was, site)
                if choice is not None:
                    carried[site.id] = was.id, choice
    return carried


def _sources(text: ConsolidatedText) -> set[str]:
    return {
        source for each in sites(text) for reading in each.readings for source in reading.sources
    }


def sites(text: ConsolidatedText) -> Iterator[Site]:
    return (segment for segment in text.segments if isinstance(segment, Site))


def _placed(text: ConsolidatedText, source: str) -> Iterator[tuple[int, Site]]:
    """Each site with the number of characters before it in the draft of this source."""
    for at, segment in enumerate(text.segments):
        if isinstance(segment, Site):
            yield len(read_for(ConsolidatedText(text.segments[:at]), source)), segment


def _texts(site: Site) -> set[str]:
    return {reading.text for reading in site.readings}


def _renumbered(choice: Choice, was: Site, now: Site) -> Choice | None:
    numbers = {reading.text: number for number, reading in enumerate(now.readings)}

    def renumbered(chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        texts = [was.readings[number].text for number in chosen]
        return tuple(numbers[t] for t in texts) if all(t in numbers for t in texts) else None

    match choice:
        case str():
            return choice
        case int():
            found = renumbered((choice,))
            return found and found[0]
        case tuple():
            return renumbered(choice)
        case Worded(text=text, readings=readings):
            found = renumbered(readings)
            return None if found is None else Worded(text, found)


def left_out(text: ConsolidatedText, choices: Mapping[int, Choice]) -> tuple[Site, ...]:
    """Where nothing stands now although some draft said more than a few words.

    Words that others have elsewhere are not left out as long as something stands there.
    """
    silent = {site.id for site in sites(text) if _silent(site, choices.get(site.id))}
    return tuple(
        site
        for site in sites(text)
        if site.id in silent
        and any(_words(r.text) > BRIEF and set(r.moved) <= silent for r in site.readings)
    )


def _silent(site: Site, choice: Choice | None) -> bool:
    match choice:
        case int():
            return not site.readings[choice].text.strip()
        case str(text) | Worded(text=text):
            return not text
        case _:
            return False


def _words(text: str) -> int:
    return sum(token.word[:1].isalnum() for token in tokenize(text))
