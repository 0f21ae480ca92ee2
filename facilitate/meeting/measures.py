"""Hall and home are equals, and it is measured: who was heard, and whose words were adopted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from facilitate.meeting.contributions import Contribution
from facilitate.meeting.fates import (
    AMENDMENT,
    Became,
    Fate,
    How,
    accepted_ones,
    fates,
    made_in_order,
    members,
    words_in,
)
from facilitate.meeting.floor import Floor
from facilitate.meeting.forums import Forum
from facilitate.meeting.people import Attendance, Role
from facilitate.meeting.recommendations import Stage
from facilitate.text.collation import Run


@dataclass(frozen=True, slots=True)
class Tally:
    """``unknown``: of people who have left the forum since, or whose hand was raised for them."""

    hall: int = 0
    remote: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.hall + self.remote + self.unknown


@dataclass(frozen=True, slots=True)
class AdoptedWords:
    """Words of adopted recommendations by the voices they lead back to.

    A word leads back to the contributions that its draft recommendations cite and to the sponsors
    of its amendments; ``neither``: nothing was cited.
    """

    hall: int = 0
    remote: int = 0
    both: int = 0
    neither: int = 0


@dataclass(frozen=True, slots=True)
class LedBack:
    """Words of adopted recommendations by where the contributions were made that they lead back to.

    A word that leads back to several counts for each of them, so these do not add up to ``total``.
    """

    total: int
    by_topic: Mapping[str, int]
    by_breakout: Mapping[str, int]
    by_language: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said in one place, or in all; ``turns`` are turns at the floor."""

    contributions: Tally = Tally()
    endorsements: Tally = Tally()
    turns: Tally = Tally()


@dataclass(frozen=True, slots=True)
class Measures:
    """``contributions`` are all that were made, the withdrawn and hidden among them.

    A person's attendance is as of now, a contribution's and an amendment's as of when it was made.
    ``by_how`` are those that were taken up, ``without_voice`` the recommendations before the
    plenary behind which no contribution stands.
    """

    people: Tally
    heard: Heard
    by_breakout: Mapping[str, Heard]
    by_language: Mapping[str, int]
    by_fate: Mapping[Fate, Tally]
    by_how: Mapping[How, Tally]
    proxy_entries: int
    amendments_proposed: Tally
    amendments_accepted: Tally
    adopted_words: AdoptedWords
    led_back: LedBack
    without_voice: tuple[str, ...]


def measures(forum: Forum) -> Measures:
    made = list(made_in_order(forum))
    became = fates(forum)
    languages = Counter(contribution.language for contribution in made)
    taking_part = (p for p in forum.people.values() if p.roles != {Role.OBSERVER})
    return Measures(
        people=tally(person.attendance for person in taking_part),
        heard=_heard(forum, made, forum.floors.values()),
        by_breakout={
            breakout.id: _heard(
                forum,
                forum.contributions.of(breakout.id),
                (forum.floors.get(breakout.id, Floor()),),
            )
            for breakout in forum.in_order()
        },
        by_language=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        by_fate=_by_fate(made, became),
        by_how=_by_how(made, became),
        proxy_entries=sum(contribution.taken_down_by is not None for contribution in made),
        amendments_proposed=tally(a.attendance for a in forum.amendments.values()),
        amendments_accepted=tally(a.attendance for a in accepted_ones(forum)),
        adopted_words=_adopted_words(forum),
        led_back=_led_back(forum),
        without_voice=_without_voice(forum),
    )


def tally(attendances: Iterable[Attendance | None]) -> Tally:
    count = Counter(attendances)
    return Tally(count[Attendance.HALL], count[Attendance.REMOTE], count[None])


def endorsed(forum: Forum, made: Contribution) -> Tally:
    return tally(_attendance(forum, person) for person in made.endorsements)


def _attendance(forum: Forum, person: str) -> Attendance | None:
    there = forum.people.get(person)
    return there.attendance if there else None


def _heard(forum: Forum, made: Iterable[Contribution], floors: Iterable[Floor]) -> Heard:
    made = tuple(made)
    return Heard(
        tally(contribution.attendance for contribution in made),
        tally(_attendance(forum, person) for c in made for person in c.endorsements),
        tally(
            _attendance(forum, person)
            for floor in floors
            for person, turns in floor.turns.items()
            for _ in range(turns)
        ),
    )


def _by_fate(made: Iterable[Contribution], became: Mapping[str, Became]) -> dict[Fate, Tally]:
    sorted_out: dict[Fate, list[Attendance]] = {fate: [] for fate in Fate}
    for contribution in made:
        sorted_out[became[contribution.id].fate].append(contribution.attendance)
    return {fate: tally(attendances) for fate, attendances in sorted_out.items()}


def _by_how(made: Iterable[Contribution], became: Mapping[str, Became]) -> dict[How, Tally]:
    """Of several ways that were taken up, the one in which most of its words stand."""
    sorted_out: dict[How, list[Attendance]] = {how: [] for how in How}
    for contribution in made:
        there = became[contribution.id]
        if there.fate is Fate.TAKEN_UP:
            ways = {way.how for way in there.ways if way.fate is Fate.TAKEN_UP}
            best = next(how for how in How if how in ways)
            sorted_out[best].append(contribution.attendance)
    return {how: tally(attendances) for how, attendances in sorted_out.items()}


def _adopted_runs(forum: Forum) -> Iterator[Run]:
    for there in forum.recommendations.in_order():
        if there.stage in ADOPTED:
            yield from there.runs


def _led_back(forum: Forum) -> LedBack:
    cited = {way.member: draft.cites for way, draft in members(forum)}
    total = 0
    topics: Counter[str] = Counter()
    breakouts: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for run in _adopted_runs(forum):
        words = words_in(run.text)
        ids = {id for source in run.sources for id in cited.get(source, ())}
        behind = [forum.contributions.by_id[id] for id in ids]
        rooms = {made.breakout for made in behind}
        total += words
        breakouts.update(dict.fromkeys(rooms, words))
        topics.update(dict.fromkeys({forum.breakouts[room].topic for room in rooms}, words))
        languages.update(dict.fromkeys({made.language for made in behind}, words))
    planned = [breakout.id for breakout in forum.in_order()]
    return LedBack(
        total,
        {forum.breakouts[id].topic: topics[forum.breakouts[id].topic] for id in planned},
        {id: breakouts[id] for id in planned},
        dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _without_voice(forum: Forum) -> tuple[str, ...]:
    cited = {way.member: draft.cites for way, draft in members(forum)}
    return tuple(
        there.id
        for there in forum.recommendations.in_order()
        if not any(cited.get(member) for member in there.members)
    )


def _adopted_words(forum: Forum) -> AdoptedWords:
    voices = _voices(forum)
    words: Counter[frozenset[Attendance]] = Counter()
    for run in _adopted_runs(forum):
        behind = frozenset(how for source in run.sources for how in voices[source])
        words[behind] += words_in(run.text)
    return AdoptedWords(
        hall=words[frozenset({Attendance.HALL})],
        remote=words[frozenset({Attendance.REMOTE})],
        both=words[frozenset(Attendance)],
        neither=words[frozenset()],
    )


ADOPTED = frozenset({Stage.ADOPTED, Stage.ADOPTED_WITH_RESERVATIONS})


def _voices(forum: Forum) -> dict[str, frozenset[Attendance]]:
    """Of each source, how those take part whose voices it carries."""
    made = forum.contributions.by_id
    drafted = {
        way.member: frozenset(made[id].attendance for id in draft.cites)
        for way, draft in members(forum)
    }
    sponsored = {
        f"{AMENDMENT}{amendment.id}": frozenset({amendment.attendance})
        for amendment in forum.amendments.values()
    }
    return drafted | sponsored
