"""What became of every contribution, and the way back from every recommendation to its sources.

All of it is read off the forum as it stands, in one walk: nothing here is recorded.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from facilitate.meeting import amendments
from facilitate.meeting.amendments import Amendment
from facilitate.meeting.consolidation import member_of
from facilitate.meeting.contributions import Contribution, Standing
from facilitate.meeting.drafts import Draft, DraftRecommendation
from facilitate.meeting.forums import Forum
from facilitate.meeting.recommendations import Recommendation, Stage
from facilitate.text.provenance import clauses
from facilitate.text.tokens import normal, tokenize

AMENDMENT = "amendment/"  # how a source that is an amendment begins; any other is a member


class Fate(StrEnum):
    """Of several ways a contribution went, the first in this order is its fate."""

    TAKEN_UP = "taken-up"
    BEFORE_PLENARY = "before-plenary"
    DEFERRED = "deferred"
    NOT_ADOPTED = "not-adopted"
    IN_DRAFT = "in-draft"
    SET_ASIDE = "set-aside"
    NOT_ADDRESSED = "not-addressed"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    ERASED = "erased"


# The words of these are told to nobody, whatever became of them.
WITHHELD = frozenset({Fate.WITHDRAWN, Fate.HIDDEN, Fate.ERASED})


class How(StrEnum):
    """What stands of a contribution in a recommendation whose draft cites it."""

    WORD_FOR_WORD = "word-for-word"
    MERGED = "merged"
    IN_OTHER_WORDS = "in-other-words"


PHRASE = 5  # words in a row that two texts share are no chance any more
SHORT = 3  # words of a contribution at least that can stand somewhere word for word

BEST_FIRST: Mapping[Fate, int] = {fate: place for place, fate in enumerate(Fate)}

BY_STAGE: Mapping[Stage, Fate] = {
    Stage.WAITING: Fate.BEFORE_PLENARY,
    Stage.UNDER_DISCUSSION: Fate.BEFORE_PLENARY,
    Stage.ADOPTED: Fate.TAKEN_UP,
    Stage.ADOPTED_WITH_RESERVATIONS: Fate.TAKEN_UP,
    Stage.DEFERRED: Fate.DEFERRED,
    Stage.NOT_ADOPTED: Fate.NOT_ADOPTED,
    Stage.TAKEN_BACK: Fate.IN_DRAFT,
}


# --- forward: from a contribution to what became of it ----------------------


@dataclass(frozen=True, slots=True)
class Way:
    """A draft recommendation that cites the contribution (``member``), and what became of that.

    ``words`` is how many words of the recommendation are also this draft's: with none, the draft
    stands behind the recommendation, but other words were chosen. ``how`` is said of the
    contribution itself: a phrase of it stands there, or words that were made of several drafts, or
    of this one alone.
    """

    member: str
    fate: Fate
    recommendation: str | None = None
    reason: str = ""
    words: int = 0
    how: How | None = None


@dataclass(frozen=True, slots=True)
class Became:
    """``ways`` are all citations, best fate first, also those of what was withdrawn or hidden."""

    contribution: str
    fate: Fate
    reason: str = ""
    ways: tuple[Way, ...] = ()


def fates(forum: Forum) -> dict[str, Became]:
    """Every contribution once, by breakout as planned and then in the order they were made."""
    cited = _citations(forum)
    return {made.id: _became(made, cited.get(made.id, [])) for made in made_in_order(forum)}


def made_in_order(forum: Forum) -> Iterator[Contribution]:
    for breakout in forum.in_order():
        yield from forum.contributions.of(breakout.id)


def _citations(forum: Forum) -> dict[str, list[Way]]:
    cited: dict[str, list[Way]] = {}
    for way, draft in members(forum):
        for id in draft.cites:
            how = _how(forum, forum.contributions.by_id[id].text, way)
            cited.setdefault(id, []).append(replace(way, how=how))
    return cited


def _how(forum: Forum, said: str, way: Way) -> How | None:
    if way.recommendation is None:
        return None
    there = forum.recommendations.by_id[way.recommendation]
    length = min(PHRASE, len(_words(said)))
    if length >= SHORT and _phrases(said, length) & _phrases(there.text, length):
        return How.WORD_FOR_WORD
    return How.MERGED if len(there.members) > 1 else How.IN_OTHER_WORDS


@lru_cache(maxsize=4096)
def _phrases(text: str, length: int) -> frozenset[tuple[str, ...]]:
    """All runs of so many words."""
    words = _words(text)
    return frozenset(zip(*(words[n:] for n in range(length)), strict=False))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(normal(token.word) for token in tokenize(text) if _tells(token.word))


def members(forum: Forum) -> Iterator[tuple[Way, DraftRecommendation]]:
    """Every draft recommendation there is, and where it stands."""
    put = {
        member: recommendation
        for recommendation in forum.recommendations.in_order()
        for member in recommendation.members
    }
    words = {id: _words_of(forum.recommendations.by_id[id]) for id in forum.recommendations.order}
    for breakout in forum.in_order():
        for draft in forum.drafts.get(breakout.id, Draft()).in_order():
            member = member_of(breakout.id, draft.id)
            there = put.get(member)
            if there is None:
                yield _left(forum, member), draft
            else:
                yield _put(member, there, words[there.id][member]), draft


def _put(member: str, there: Recommendation, words: int) -> Way:
    reason = there.decision.reason if there.decision else ""
    return Way(member, BY_STAGE[there.stage], there.id, reason, words)


def _left(forum: Forum, member: str) -> Way:
    aside = forum.consolidation.aside_of(member)
    if aside is None:
        return Way(member, Fate.IN_DRAFT)
    return Way(member, Fate.SET_ASIDE, reason=aside.reason)


def _became(made: Contribution, cited: Iterable[Way]) -> Became:
    ways = tuple(sorted(cited, key=lambda way: BEST_FIRST[way.fate]))
    match made.standing:
        case Standing.WITHDRAWN:
            return Became(made.id, Fate.WITHDRAWN, ways=ways)
        case Standing.HIDDEN:
            return Became(made.id, Fate.HIDDEN, made.reason, ways)
        case Standing.ERASED:
            return Became(made.id, Fate.ERASED, ways=ways)
        case Standing.STANDS if ways:
            return Became(made.id, ways[0].fate, ways[0].reason, ways)
        case Standing.STANDS:
            return Became(made.id, Fate.NOT_ADDRESSED)


# --- back: from a recommendation to where it comes from ----------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """A draft recommendation behind a recommendation; ``words`` as in :class:`Way`."""

    member: str
    breakout: str
    draft: DraftRecommendation
    words: int


@dataclass(frozen=True, slots=True)
class Clause:
    """``contributions`` are those that ``members`` cite; an amendment cites none."""

    text: str
    members: tuple[str, ...]
    amendments: tuple[str, ...]
    contributions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayBack:
    """``amendments`` are the accepted ones; one that only struck words out has no clause."""

    recommendation: str
    origins: tuple[Origin, ...]
    contributions: tuple[str, ...]
    amendments: tuple[Amendment, ...]
    clauses: tuple[Clause, ...]


def ways_back(forum: Forum) -> dict[str, WayBack]:
    """Of every recommendation before the plenary, in its order."""
    accepted: dict[str, list[Amendment]] = {}
    for amendment in accepted_ones(forum):
        accepted.setdefault(amendment.recommendation, []).append(amendment)
    return {
        there.id: _way_back(forum, there, accepted.get(there.id, []))
        for there in forum.recommendations.in_order()
    }


def way_back(forum: Forum, recommendation: str) -> WayBack:
    """Of one recommendation, for a page that shows just this one."""
    accepted = [a for a in accepted_ones(forum) if a.recommendation == recommendation]
    return _way_back(forum, forum.recommendations.by_id[recommendation], accepted)


def accepted_ones(forum: Forum) -> list[Amendment]:
    """In the order they were proposed."""
    accepted = (a for a in forum.amendments.values() if a.stage is amendments.Stage.ACCEPTED)
    return sorted(accepted, key=lambda amendment: amendment.number)


def _way_back(forum: Forum, there: Recommendation, accepted: Iterable[Amendment]) -> WayBack:
    words = _words_of(there)
    origins = tuple(_origin(forum, member, words[member]) for member in there.members)
    cites = {origin.member: origin.draft.cites for origin in origins}
    return WayBack(
        there.id,
        origins,
        _each_once(id for cited in cites.values() for id in cited),
        tuple(accepted),
        tuple(_clause(run.text, run.sources, cites) for run in clauses(there.runs)),
    )


def _origin(forum: Forum, member: str, words: int) -> Origin:
    breakout, id = member.split("/")
    draft = forum.drafts[breakout]
    written = draft.recommendations.get(id) or draft.removed[id]
    return Origin(member, breakout, written, words)


def _clause(text: str, sources: tuple[str, ...], cites: Mapping[str, tuple[str, ...]]) -> Clause:
    drafted = tuple(source for source in sources if source in cites)
    amended = tuple(s.removeprefix(AMENDMENT) for s in sources if s not in cites)
    cited = _each_once(id for member in drafted for id in cites[member])
    return Clause(text, drafted, amended, cited)


def _each_once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _words_of(there: Recommendation) -> Counter[str]:
    """How many words of the text come from each source; a shared word counts for each."""
    words: Counter[str] = Counter()
    for run in there.runs:
        here = words_in(run.text)
        for source in run.sources:
            words[source] += here
    return words


def words_in(text: str) -> int:
    """Words and numbers; signs do not count."""
    return sum(_tells(token.word) for token in tokenize(text))


def _tells(word: str) -> bool:
    return any(map(str.isalnum, word))
