"""Erasing a person: the name goes, and what they said; that somebody took part stays.

What remains of an event names the person by an id that leads nowhere, and of their own words only
:data:`STRUCK`. Texts that the forum deals with (drafts, amendments, recommendations) are the
forum's, whoever wrote them, and so are the reasons that officers give: these stay.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar, assert_never

from immutables import Map
from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from facilitate.meeting import comments, contributions
from facilitate.meeting.amendments import AmendmentProposed, AmendmentRevised
from facilitate.meeting.comments import CommentMade
from facilitate.meeting.contributions import ContributionMade, Standing
from facilitate.meeting.floor import Floor, without
from facilitate.meeting.forms import STRUCK, Act, Digest, Fact, Id
from facilitate.meeting.forums import Forum
from facilitate.meeting.people import Person, Role, refuse_to_lose_the_secretariat
from facilitate.meeting.recommendations import ObjectionMade
from facilitate.meeting.refusals import NotEntitled

Happened = TypeVar("Happened", bound=Fact)
Thing = TypeVar("Thing")

# The fields of events in which ids of people stand.
OF_PEOPLE = frozenset({"by", "person", "speaker", "taken_down_by", "answers"})


class ErasureAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class ErasePerson(ErasureAct, frozen=True):
    """Oneself; the secretariat also somebody else, who has asked for it."""

    person: Id


Command = ErasePerson


class ErasureFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class Remains(Struct, frozen=True):
    """What an earlier event was rewritten to: its number, and SHA-256 of the body as it now is."""

    seq: int
    digest: Digest


class PersonErased(ErasureFact, frozen=True):
    """``person`` is the id under which the record now knows whoever it was."""

    person: str
    remains: tuple[Remains, ...] = ()


Event = PersonErased


def decide(forum: Forum, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    """The record gives the event its remains, and the person the new id, when it is written."""
    match command:
        case ErasePerson(person):
            if person != by.id and Role.SECRETARIAT not in by.roles:
                raise NotEntitled()
            if not known(forum, person):
                return ()
            if person in forum.people:
                refuse_to_lose_the_secretariat(forum.people, person, frozenset())
            return (PersonErased(person, at=at, by=by.id),)
        case _:
            assert_never(command)


def known(forum: Forum, person: str) -> bool:
    """Somebody takes part, did so until removed, or has spoken through a rapporteur."""
    if person in forum.people or person in forum.removed:
        return True
    if any(
        made.by == person and made.standing is not Standing.ERASED
        for made in forum.contributions.by_id.values()
    ):
        return True
    return any(person in (*floor.hands, *floor.turns) for floor in forum.floors.values())


def evolve(forum: Forum, event: Event) -> Forum:
    match event:
        case PersonErased(person=id):
            return replace(
                forum,
                people=_without(forum.people, id),
                removed=_without(forum.removed, id),
                contributions=contributions.struck(forum.contributions, id),
                comments=comments.struck(forum.comments, id),
                floors=Map({place: _left(floor, id) for place, floor in forum.floors.items()}),
            )
        case _:
            assert_never(event)


def _without(there: Map[str, Thing], id: str) -> Map[str, Thing]:
    return there.delete(id) if id in there else there


def _left(floor: Floor, id: str) -> Floor:
    """Who is erased stands in no queue and speaks no more."""
    speaks = floor.speaking is not None and floor.speaking.person == id
    return replace(
        without(floor, id),
        turns=_without(floor.turns, id),
        speaking=None if speaks else floor.speaking,
    )


# --- what remains of an event --------------------------------------------------


def remains(event: Happened, person: str, instead: str) -> Happened:
    """The event without the person: known as ``instead``, and their own words struck.

    An event that has nothing to do with the person is given back as it is.
    """
    fields = to_builtins(_struck(event, person))
    return convert(_renamed(fields, person, instead), type(event))


def _struck(event: Happened, person: str) -> Happened:
    match event:
        case ContributionMade(speaker=said_by) | CommentMade(by=said_by) if said_by == person:
            return replace(event, text=STRUCK)
        case (
            AmendmentProposed(by=by, reason=said)
            | AmendmentRevised(by=by, reason=said)
            | ObjectionMade(by=by, reason=said)
        ) if by == person and said:
            return replace(event, reason=STRUCK)
        case _:
            return event


def _renamed(fields: Mapping[str, object], person: str, instead: str) -> dict[str, object]:
    return {
        name: instead if name in OF_PEOPLE and value == person else _within(value, person, instead)
        for name, value in fields.items()
    }


def _within(value: object, person: str, instead: str) -> object:
    """Runs of words, for one, say who wrote them."""
    match value:
        case {}:
            return _renamed(value, person, instead)
        case list() | tuple():
            return [_within(each, person, instead) for each in value]
        case _:
            return value
