"""Simulated participants: they sign in, sit in a room with a real WebSocket each, and take part.

    python -m facilitate.rehearsal.crowd http://127.0.0.1:8000 civil-society-forum < PEOPLE

Each line of the input is a person's id and the secret of a personal link.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from datetime import timedelta
from random import Random

from facilitate.live.forum import now
from facilitate.meeting import Command, Role
from facilitate.meeting.amendments import SupportAmendment, open_ones
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.codec import decode
from facilitate.meeting.comments import CommentOnDraft
from facilitate.meeting.contributions import Endorse, Standing
from facilitate.meeting.floor import PLENARY, EndTurn, FloorGiven, GiveFloor, RaiseHand
from facilitate.meeting.people import Person, stranger
from facilitate.rehearsal.clients import DROPPED, Device, NotLetIn, Told, signed_in
from facilitate.rehearsal.day import spoken
from facilitate.rehearsal.pictures import Picture
from facilitate.rehearsal.voices import Said, Voices, voices

# All times are those of a crowd with a pace of 1.
MOMENT = 1.0  # s between two looks at whether there is something to do
THOUGHT = 45.0  # s between two things that one person does, on average
TURN = 30.0  # s that somebody speaks who has the floor, on average
PATIENCE = timedelta(seconds=40)  # that a hand waits before one of ours gives the floor
GIVING = 8.0  # s until it is given then, on average
ARRIVING = 0.05  # s between two arrivals
BRISK = 2.0  # how much faster than evenly the voices come at first
LAST = 60.0  # s within which the voices come that are left at the end of a breakout
HANDS = 0.12  # how often a hand goes up instead of anything else
COMMENTS = 0.2  # how often it is a comment, where there is a draft to comment on
GUESTS_SPEAK = "en"
CHAIRS = frozenset({Role.CHAIR})
FEW = 4  # hands in a queue, above which nobody adds one
UNANSWERED = 2  # comments on a draft, above which nobody adds one
PAUSE = 2.0  # s before a dropped line is tried again
ATTENDED = frozenset({Stage.OPEN, Stage.DRAFTING})  # of a room in which people sit


class Moved(Exception):
    """Somebody goes to sit elsewhere."""


class Crowd:
    """Who takes part with a personal link, for as long as the server runs."""

    def __init__(
        self, address: str, forum: str, people: Mapping[str, str], *, pace: float, seed: int
    ) -> None:
        """``people`` are ids, each with the secret of a personal link."""
        self.address = address
        self.picture = Picture(forum)
        self.people = people
        self.numbers = {person: n for n, person in enumerate(people)}
        self.pace = pace
        self.random = Random(seed)  # noqa: S311 - who speaks next is no secret
        self.cast = voices()
        self.languages = {voice.id: voice.language for voice in self.cast.people}
        self.invented = frozenset({*people, *self.languages})
        self.to_say = to_say(self.cast, tuple(people))
        self.run_by_others: set[str] = set()  # places where a visitor gives the floor

    async def come(self) -> None:
        """They stay until the end."""
        async with asyncio.TaskGroup() as everyone:
            for person in self.people:
                everyone.create_task(self._take_part(person))
                await asyncio.sleep(ARRIVING)

    async def _take_part(self, person: str) -> None:
        cookie = ""
        while True:
            try:
                cookie = cookie or await signed_in(self.address, self.people[person])
                await self._sit(person, cookie)
            except* Moved:
                pass
            except* (*DROPPED, NotLetIn):
                await asyncio.sleep(PAUSE * (0.5 + self.random.random()))

    async def _sit(self, person: str, cookie: str) -> None:
        """From where the picture ends, so that whoever hears first can draw on it."""
        forum, after, seat = self.picture.forum.id, self.picture.seq, self.seat(person)
        page = {"place": seat} if seat else {}
        device = Device(self.address, forum, cookie, self.hear, after, page)
        async with device.line(), asyncio.TaskGroup() as both:
            both.create_task(device.listen())
            both.create_task(self._act(device, person, seat))

    async def _act(self, device: Device, person: str, seat: str) -> None:
        while self.seat(person) == seat:
            await asyncio.sleep(MOMENT / self.pace)
            for command in self.next(person, seat):
                await device.ask(command)
        raise Moved

    def hear(self, told: Told) -> None:
        """A visitor who runs a place and does anything is not helped in giving the floor there."""
        known = self.picture.seq
        self.picture.hear(told)
        for event in (decode(bytes(e.event)) for e in told.events if 0 < known < e.seq):
            if event.by not in self.invented:
                given = (event.place,) if isinstance(event, FloorGiven) else ()
                self.run_by_others |= {*given, *places_of(self._person(event.by))}

    def seat(self, person: str) -> str:
        """The plenary, or the room where the person has something to say, or belongs; or none."""
        if self.picture.plenary_sits():
            return PLENARY
        unsaid = self._unsaid(person)
        home = unsaid[0][0] if unsaid else self._home(person)
        room = self.picture.forum.breakouts.get(home)
        return home if room is not None and room.stage in ATTENDED else ""

    def _home(self, person: str) -> str:
        who = self._person(person)
        rooms = sorted(who.breakouts) or [room.id for room in self.picture.forum.in_order()]
        if not rooms or Role.PARTICIPANT not in who.roles:
            return ""
        return rooms[self.numbers[person] % len(rooms)]

    def _unsaid(self, person: str) -> list[tuple[str, Said]]:
        made, rooms = self.picture.forum.contributions.by_id, self.picture.open_rooms()
        return [e for e in self.to_say[person] if e[0] in rooms and e[1].id not in made]

    def _person(self, id: str) -> Person:
        return self.picture.forum.people.get(id, stranger(id))

    # --- what somebody does next ------------------------------------------------

    def next(self, person: str, seat: str) -> Iterator[Command]:
        """In this moment, as things stand: mostly nothing."""
        for place, floor in self.picture.forum.floors.items():
            if floor.speaking is not None and floor.speaking.person == person:
                if self._one_in(TURN):
                    yield EndTurn(place, person)
                return
        unsaid = self._unsaid(person)
        here = [said for room, said in unsaid if room == seat]
        if here and self._one_in(self._left(seat) / BRISK / len(unsaid)):
            yield spoken(seat, here[0]).command
        elif self._person(person).roles != {Role.PARTICIPANT}:
            yield from self._give_floor(person, seat)
        elif self._one_in(THOUGHT):
            yield from self._attend(person, seat)

    def _one_in(self, seconds: float) -> bool:
        """True once in so many seconds, on average."""
        return self.random.random() < MOMENT / seconds

    def _left(self, room: str) -> float:
        """Seconds of the breakout."""
        closes = self.picture.forum.breakouts[room].closes_at
        return max(LAST, (closes - now()).total_seconds()) if closes else LAST

    def _give_floor(self, person: str, seat: str) -> Iterator[Command]:
        """To who has waited long, as nobody else does it; and end the turn of who is not here."""
        if seat in self.run_by_others or seat not in self.picture.places():
            return
        if seat not in places_of(self._person(person), CHAIRS | {Role.SECRETARIAT}):
            return
        floor = self.picture.floor(seat)
        if floor.speaking is not None:
            absent = floor.speaking.person in self.invented - self.people.keys()
            if absent and self._one_in(TURN):
                yield EndTurn(seat, floor.speaking.person)
            return
        waiting = [h for h in floor.queue[:1] if now() - h.at >= PATIENCE / self.pace]
        if waiting and self._one_in(GIVING):
            yield GiveFloor(seat, waiting[0].person)

    def _attend(self, person: str, seat: str) -> Iterator[Command]:
        hands = len(self.picture.floor(seat).hands)
        chance = self.random.random()
        if chance < HANDS and hands < FEW and seat in self.picture.places():
            yield RaiseHand(seat)
        elif chance > 1 - COMMENTS and (comments := self._comments(person, seat)):
            yield self.random.choice(comments)
        elif heard := self._unendorsed(person, seat):
            yield Endorse(self.random.choice(heard))
        elif seat == PLENARY:
            yield from self._support(person)

    def _comments(self, person: str, room: str) -> list[CommentOnDraft]:
        """None of those who wait for an answer would have to wait for long."""
        forum = self.picture.forum
        draft = forum.drafts.get(room)
        if draft is None or len(forum.comments.waiting(room)) >= UNANSWERED:
            return []
        language = self.languages.get(person, GUESTS_SPEAK)
        return [
            CommentOnDraft(room, f"{room}-{remark.id}", paragraph, remark.text)
            for remark in self.cast.remarks
            if remark.language == language and f"{room}-{remark.id}" not in forum.comments.by_id
            for paragraph in draft.recommendations
        ]

    def _unendorsed(self, person: str, room: str) -> list[str]:
        return [
            made.id
            for made in self.picture.forum.contributions.of(room)
            if made.standing is Standing.STANDS and person not in (made.by, *made.endorsements)
        ]

    def _support(self, person: str) -> Iterator[Command]:
        current = self.picture.forum.plenary.current
        if current is not None:
            for amendment in open_ones(self.picture.forum.amendments, current):
                if person not in (amendment.by, *amendment.supporters):
                    yield SupportAmendment(amendment.id)
                    return


def to_say(cast: Voices, people: Sequence[str]) -> Mapping[str, Sequence[tuple[str, Said]]]:
    """What each of the people has to say in which room, beginning with their own room.

    Who is not among them is spoken for by one who is, and has the same language. Proxy entries
    are their rapporteur's alone.
    """
    languages = {voice.id: voice.language for voice in cast.people}
    speakers = [person for person in people if person in languages]
    own: dict[str, list[tuple[str, Said]]] = {person: [] for person in people}
    for room, prepared in cast.contributions.items():
        for said in prepared:
            others = [p for p in speakers if languages[p] == said.language and not said.proxy]
            if said.by in own or others:
                by = said.by if said.by in own else min(others, key=lambda person: len(own[person]))
                own[by].append((room, said))
    rooms = list(cast.contributions)
    for n, person in enumerate(people):
        own[person].sort(key=lambda each: (rooms.index(each[0]) - n) % len(rooms))
    return own


def places_of(person: Person, roles: Set[Role] = CHAIRS) -> Set[str]:
    """Where the person gives the floor: a rapporteur's rooms, and with such a role the plenary."""
    return person.breakouts | ({PLENARY} if person.roles & roles else frozenset())


def main() -> None:
    parser = ArgumentParser("python -m facilitate.rehearsal.crowd")
    parser.add_argument("address")
    parser.add_argument("forum")
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    lines = (line.strip().partition(" ") for line in sys.stdin)
    people = {id: secret for id, _, secret in lines}
    with suppress(KeyboardInterrupt):
        crowd = Crowd(asked.address, asked.forum, people, pace=asked.pace, seed=asked.seed)
        asyncio.run(crowd.come())


if __name__ == "__main__":
    main()
