"""The day of the rehearsal, act by act: who asks for what, given the forum as it then is."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain, zip_longest
from typing import NamedTuple

from facilitate.meeting import amendments, recommendations
from facilitate.meeting.acceptances import acceptance
from facilitate.meeting.amendments import (
    ProposeAmendment,
    ProposeDeletion,
    ProposeRecommendation,
    RejectAmendment,
    ReviseAmendment,
    SupportAmendment,
    WithdrawAmendment,
)
from facilitate.meeting.breakouts import CloseContributions, OpenBreakout
from facilitate.meeting.consolidation import FormGroup, PutToPlenary, SetMemberAside
from facilitate.meeting.contributions import (
    Contribute,
    Endorse,
    HideContribution,
    ShowContribution,
    TakeDown,
    WithdrawContribution,
)
from facilitate.meeting.drafts import (
    AddDraftRecommendation,
    CiteContribution,
    ReviseDraftRecommendation,
    SubmitDraft,
)
from facilitate.meeting.floor import PLENARY, EndTurn, GiveFloor, RaiseHand
from facilitate.meeting.forums import Forum
from facilitate.meeting.groups import (
    ChooseReading,
    ExplainLeavingOut,
    Group,
    KeepBrackets,
    WordSite,
)
from facilitate.meeting.messages import Announce, TakeDownMessage
from facilitate.meeting.people import Join, Role
from facilitate.meeting.plenary import ClosePlenary, OpenPlenary
from facilitate.meeting.procedure import Command, Event, decide, evolve, replay
from facilitate.meeting.recommendations import (
    Adopt,
    AdoptWithReservations,
    CallForConsensus,
    Defer,
    DoNotAdopt,
    Object,
    OpenRecommendation,
    WithdrawObjection,
)
from facilitate.plans import Plan, events
from facilitate.rehearsal.voices import Drafted, Proposed, Said, Treated, Voices
from facilitate.text.choices import sites
from facilitate.text.collation import Site

PACE = timedelta(seconds=8)  # from one line to the next


class Act(StrEnum):
    OPENING = "opening"
    CONTRIBUTIONS = "contributions"
    DRAFTING = "drafting"
    CONSOLIDATION = "consolidation"
    PLENARY = "plenary"
    REPORT = "report"


STARTS: Mapping[Act, timedelta] = {
    Act.OPENING: timedelta(minutes=50),
    Act.CONTRIBUTIONS: timedelta(hours=1, minutes=5),
    Act.DRAFTING: timedelta(hours=2, minutes=15),
    Act.CONSOLIDATION: timedelta(hours=3, minutes=30),
    Act.PLENARY: timedelta(hours=5),
    Act.REPORT: timedelta(hours=7, minutes=45),
}


class Line(NamedTuple):
    """What somebody asks for."""

    by: str
    command: Command


# Yields one line after another, and is sent the forum as it is after each of them.
Script = Generator[Line, Forum, None]


@dataclass(frozen=True, slots=True)
class Scene:
    """``start`` counts from the beginning of the day; ``script`` takes the forum as it then is."""

    act: Act
    start: timedelta
    script: Callable[[Forum], Script]


def day(voices: Voices) -> tuple[Scene, ...]:
    scripts: Mapping[Act, Callable[[Voices, Forum], Script]] = {
        Act.OPENING: _opening,
        Act.CONTRIBUTIONS: _contributions,
        Act.DRAFTING: _drafting,
        Act.CONSOLIDATION: _consolidation,
        Act.PLENARY: _plenary,
        Act.REPORT: _report,
    }
    return tuple(Scene(act, STARTS[act], partial(scripts[act], voices)) for act in Act)


def play(scene: Scene, forum: Forum, at: datetime) -> Iterator[Event]:
    """What happens in this scene if nobody else speaks, a line every ``PACE`` from ``at`` on."""
    script = scene.script(forum)
    line = next(script, None)
    while line is not None:
        for event in decide(forum, line.command, line.by, at):
            forum = evolve(forum, event)
            yield event
        at += PACE
        try:
            line = script.send(forum)
        except StopIteration:
            return


def rehearsed(
    plan: Plan, voices: Voices, morning: datetime, until: Act = Act.REPORT
) -> tuple[Event, ...]:
    """The whole record of the day as planned and played, up to the end of the act ``until``."""
    record = list(events(plan, morning))
    forum = replay(Forum(plan.id), record)
    for scene in day(voices):
        happened = tuple(play(scene, forum, morning + scene.start))
        forum = replay(forum, happened)
        record += happened
        if scene.act is until:
            break
    return tuple(record)


# --- who -------------------------------------------------------------------------


def _officer(forum: Forum, role: Role) -> str:
    return min(person.id for person in forum.people.values() if role in person.roles)


def _secretariat(forum: Forum) -> str:
    return _officer(forum, Role.SECRETARIAT)


def _rapporteurs(forum: Forum, breakout: str) -> list[str]:
    return sorted(person.id for person in forum.people.values() if breakout in person.breakouts)


def _announced(voices: Voices, forum: Forum, act: Act) -> Iterator[Line]:
    """The hour of what was said before is over then."""
    yield from _taken_down(forum)
    yield Line(_secretariat(forum), Announce(f"message-{act}", voices.messages[act]))


def _taken_down(forum: Forum) -> Iterator[Line]:
    for message in forum.messages:
        if not message.taken_down:
            yield Line(_secretariat(forum), TakeDownMessage(message.id))


# --- the morning -----------------------------------------------------------------


def _opening(voices: Voices, forum: Forum) -> Script:
    for voice in voices.people:
        yield Line(voice.id, Join(voice.attendance))
    for breakout in forum.in_order():
        yield Line(_secretariat(forum), OpenBreakout(breakout.id, breakout.minutes))
    yield from _announced(voices, forum, Act.OPENING)


def _contributions(voices: Voices, forum: Forum) -> Script:
    everyone = [voice.id for voice in voices.people]
    for n, (room, said) in enumerate(_in_turns(voices.contributions)):
        yield spoken(room, said)
        for by in _endorsers(everyone, n, said.by):
            yield Line(by, Endorse(said.id))
    for hands in voices.hands:
        if hands.place != PLENARY:
            yield from _floor(hands.place, hands.people, _rapporteurs(forum, hands.place)[0])
    yield from _second_thoughts(voices, forum)
    yield from _announced(voices, forum, Act.CONTRIBUTIONS)


def _in_turns(rooms: Mapping[str, Iterable[Said]]) -> Iterator[tuple[str, Said]]:
    """All rooms speak at the same time."""
    lists = [[(room, said) for said in spoken] for room, spoken in rooms.items()]
    return (turn for turns in zip_longest(*lists) for turn in turns if turn is not None)


def spoken(room: str, said: Said) -> Line:
    speak = TakeDown if said.proxy else Contribute
    return Line(said.by, speak(room, said.id, said.kind, said.text, said.language))


def _endorsers(everyone: list[str], n: int, speaker: str) -> list[str]:
    """From none to seven people, always the same ones, spread over the list."""
    some = (everyone[(7 * n + 11 * k) % len(everyone)] for k in range(n * (n + 1) // 2 % 8))
    return [by for by in some if by != speaker]


def _floor(place: str, people: Iterable[str], given_by: str) -> Iterator[Line]:
    people = tuple(people)
    for person in people:
        yield Line(person, RaiseHand(place))
    for person in people[:-1]:  # one hand is still up when the next act begins
        yield Line(given_by, GiveFloor(place, person))
        yield Line(person, EndTurn(place, person))


def _second_thoughts(voices: Voices, forum: Forum) -> Iterator[Line]:
    said = {said.id: said for said in chain.from_iterable(voices.contributions.values())}
    for withdrawn in voices.withdrawn:
        id = withdrawn.contribution
        yield Line(said[id].by, WithdrawContribution(id))
    for hidden in voices.hidden:
        id = hidden.contribution
        yield Line(_secretariat(forum), HideContribution(id, hidden.reason))
        if hidden.shown:
            yield Line(_secretariat(forum), ShowContribution(id))


# --- noon ------------------------------------------------------------------------


def _drafting(voices: Voices, forum: Forum) -> Script:
    for breakout in forum.in_order():
        yield Line(_secretariat(forum), CloseContributions(breakout.id))
    yield from _announced(voices, forum, Act.DRAFTING)
    for room, drafted in voices.drafts.items():
        writers = _rapporteurs(forum, room)
        for n, recommendation in enumerate(drafted):
            writer, reader = writers[n % len(writers)], writers[(n + 1) % len(writers)]
            forum = yield from _written(room, recommendation, writer, reader)
        yield Line(writers[0], SubmitDraft(room, forum.drafts[room].version))


def _written(
    room: str, drafted: Drafted, writer: str, reader: str
) -> Generator[Line, Forum, Forum]:
    """One rapporteur writes, another adds the last citation and improves the text."""
    *cites, last = drafted.cites
    id, addressee = drafted.id, drafted.addressee
    text = drafted.first or drafted.text
    add = AddDraftRecommendation(room, id, addressee, text, cites=tuple(cites))
    yield Line(writer, add)
    forum = yield Line(reader, CiteContribution(room, id, last))
    if drafted.first:
        version = forum.drafts[room].recommendations[id].version
        revise = ReviseDraftRecommendation(room, id, version, addressee, drafted.text)
        forum = yield Line(reader, revise)
    return forum


def _consolidation(voices: Voices, forum: Forum) -> Script:
    by = _secretariat(forum)
    yield from _announced(voices, forum, Act.CONSOLIDATION)
    for aside in voices.set_aside:
        yield Line(by, SetMemberAside(aside.member, aside.reason))
    for treated in voices.recommendations:
        forum = yield Line(by, FormGroup(treated.id, treated.members))
    for treated in voices.recommendations:
        for site in sites(forum.consolidation.groups[treated.id].text):
            if site.flag != "editorial":
                group = forum.consolidation.groups[treated.id]
                forum = yield Line(by, _settling(treated, site, group.version))
        for site in forum.consolidation.groups[treated.id].unexplained():
            forum = yield Line(by, _explained(treated, site, forum.consolidation.groups))
        version = forum.consolidation.groups[treated.id].version
        forum = yield Line(by, PutToPlenary(treated.id, version, treated.id))


def _settling(treated: Treated, site: Site, version: int) -> Command:
    """A draft that stands whole behind the text says nothing at its sites: most others do then."""
    readings = [reading.text.strip() for reading in site.readings]
    if set(readings) & set(treated.leave):
        return KeepBrackets(treated.id, version, site.id)
    for reading, words in treated.say.items():
        if reading in readings:
            return WordSite(treated.id, version, site.id, words)
    chosen = [n for n, reading in enumerate(readings) if reading in treated.choose]
    followed = [n for n, r in enumerate(site.readings) if treated.follow in r.sources]
    return ChooseReading(treated.id, version, site.id, (*chosen, *followed, 0)[0])


def _explained(treated: Treated, site: Site, groups: Mapping[str, Group]) -> Command:
    version = groups[treated.id].version
    return ExplainLeavingOut(treated.id, version, site.id, treated.left_out)


# --- the afternoon ---------------------------------------------------------------


def _plenary(voices: Voices, forum: Forum) -> Script:
    chair = _officer(forum, Role.CHAIR)
    yield from _taken_down(forum)
    forum = yield Line(chair, OpenPlenary())
    everyone = [voice.id for voice in voices.people]
    put = ((treated, p) for treated in voices.recommendations for p in treated.amendments)
    for n, (treated, proposed) in enumerate(put):
        yield _proposal(forum, treated, proposed)
        for by in _endorsers(everyone, n, proposed.by):
            yield Line(by, SupportAmendment(proposed.id))
        if proposed.first:
            yield _revision(forum, treated, proposed)
    for added in voices.added:
        new = ProposeRecommendation(added.id, added.addressee, added.text, added.reason)
        yield Line(added.by, new)
    for hands in voices.hands:
        if hands.place == PLENARY:
            yield from _floor(PLENARY, hands.people, chair)
    for treated in voices.recommendations:
        yield from _discussed(treated, chair)
    yield Line(chair, ClosePlenary())


def _proposal(forum: Forum, treated: Treated, proposed: Proposed) -> Line:
    there = forum.recommendations.by_id[treated.id]
    if not proposed.old:
        delete = ProposeDeletion(treated.id, proposed.id, there.version, proposed.reason)
        return Line(proposed.by, delete)
    text = _changed(there.text, proposed, proposed.first or proposed.new)
    command = ProposeAmendment(treated.id, proposed.id, there.version, text, proposed.reason)
    return Line(proposed.by, command)


def _revision(forum: Forum, treated: Treated, proposed: Proposed) -> Line:
    there = forum.recommendations.by_id[treated.id]
    text = _changed(there.text, proposed, proposed.new)
    return Line(proposed.by, ReviseAmendment(proposed.id, there.version, text, proposed.reason))


def _changed(text: str, proposed: Proposed, new: str) -> str:
    assert proposed.old in text, f"{proposed.id} changes words that are not in: {text}"
    return text.replace(proposed.old, new)


def _discussed(treated: Treated, chair: str) -> Script:
    id = treated.id
    forum = yield Line(chair, OpenRecommendation(id))
    for proposed in treated.amendments:
        for line in _dealt_with(forum, treated, proposed, chair):
            forum = yield line
    there = forum.recommendations.by_id[id]
    seen = (there.version, there.digest)
    match treated.outcome:
        case recommendations.Stage.DEFERRED:
            yield Line(chair, Defer(id, *seen, treated.reason))
        case recommendations.Stage.NOT_ADOPTED:
            yield Line(chair, DoNotAdopt(id, *seen, treated.reason))
        case recommendations.Stage.ADOPTED:
            yield Line(chair, CallForConsensus(id, *seen))
            yield from _objections(treated)
            yield Line(chair, Adopt(id, *seen))
        case recommendations.Stage.ADOPTED_WITH_RESERVATIONS:
            yield Line(chair, CallForConsensus(id, *seen))
            yield from _objections(treated)
            yield Line(chair, AdoptWithReservations(id, *seen))
        case _:
            raise AssertionError(f"The plenary does not end with {treated.outcome}.")


def _dealt_with(forum: Forum, treated: Treated, proposed: Proposed, chair: str) -> Iterator[Line]:
    """One line, or none for an amendment that is left or has gone back to its sponsor."""
    id = proposed.id
    there = forum.recommendations.by_id[treated.id]
    if forum.amendments[id].stage is not amendments.Stage.OPEN:
        return
    match proposed.fate:
        case "accepted":
            yield Line(chair, acceptance(there, (forum.amendments[id],)))
        case "rejected":
            yield Line(chair, RejectAmendment(id, proposed.why))
        case "withdrawn":
            yield Line(proposed.by, WithdrawAmendment(id))
        case "left":
            return


def _objections(treated: Treated) -> Iterator[Line]:
    for objected in treated.objections:
        yield Line(objected.by, Object(treated.id, objected.reason))
        if objected.withdrawn:
            yield Line(objected.by, WithdrawObjection(treated.id))


def _report(voices: Voices, forum: Forum) -> Script:
    yield from _announced(voices, forum, Act.REPORT)
