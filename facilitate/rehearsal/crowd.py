"""Simulated participants: they sign in, hold a real WebSocket each, listen, and speak now and then.

    python -m facilitate.rehearsal.crowd http://127.0.0.1:8000 civil-society-forum < PEOPLE

Each line of the input is a person's id and the secret of a personal link.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from random import Random

from facilitate.meeting import Command
from facilitate.meeting.amendments import SupportAmendment, open_ones
from facilitate.meeting.contributions import Contribute, Endorse, Standing
from facilitate.meeting.floor import PLENARY, EndTurn, RaiseHand
from facilitate.rehearsal.clients import DROPPED, Device, signed_in
from facilitate.rehearsal.pictures import Picture
from facilitate.rehearsal.voices import Said, voices

THOUGHT = 45.0  # s between two things that one person does, on average
TURN = 12.0  # s that somebody speaks who has the floor
ARRIVING = 0.05  # s between two arrivals
HANDS = 0.12  # how often a hand goes up instead of anything else
FEW = 4  # hands in a queue, above which nobody adds one
PAUSE = 2.0  # s before a dropped line is tried again


class Crowd:
    """Who takes part with a personal link, for as long as the server runs."""

    def __init__(self, address: str, forum: str, *, pace: float, seed: int) -> None:
        self.address = address
        self.picture = Picture(forum)
        self.pace = pace
        self.random = Random(seed)  # noqa: S311 - who speaks next is no secret
        self.to_say = to_say()

    async def come(self, people: Sequence[tuple[str, str]]) -> None:
        """``people`` are ids, each with the secret of a personal link; they stay until the end."""
        async with asyncio.TaskGroup() as everyone:
            for person, secret in people:
                everyone.create_task(self._take_part(person, secret))
                await asyncio.sleep(ARRIVING)

    async def _take_part(self, person: str, secret: str) -> None:
        cookie = await signed_in(self.address, secret)
        while True:
            try:
                await self._sit(person, cookie)
            except* DROPPED:
                await asyncio.sleep(PAUSE * (0.5 + self.random.random()))

    async def _sit(self, person: str, cookie: str) -> None:
        """From where the picture ends, so that whoever hears first can draw on it."""
        forum, after = self.picture.forum.id, self.picture.seq
        device = Device(self.address, forum, cookie, self.picture.hear, after)
        async with device.line(), asyncio.TaskGroup() as both:
            both.create_task(device.listen())
            both.create_task(self._act(device, person))

    async def _act(self, device: Device, person: str) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(self.pace / THOUGHT))
            for command in self._next(person):
                await device.ask(command)
                await asyncio.sleep(TURN / self.pace if isinstance(command, RaiseHand) else 0)

    def _next(self, person: str) -> Iterator[Command]:
        """What the person does next, as things stand: perhaps nothing."""
        place = self._given_the_floor(person)
        if place is not None:
            yield EndTurn(place, person)
            return
        open_rooms = self.picture.open_rooms()
        own = [(room, said) for room, said in self.to_say.get(person, ()) if room in open_rooms]
        unsaid = [each for each in own if each[1].id not in self.picture.forum.contributions.by_id]
        if unsaid:
            room, said = unsaid[0]
            yield Contribute(room, said.id, said.kind, said.text, said.language)
        elif open_rooms:
            yield from self._attend(self.random.choice(open_rooms), person)
        elif self.picture.plenary_sits():
            yield from self._in_plenary(person)

    def _given_the_floor(self, person: str) -> str | None:
        for place, floor in self.picture.forum.floors.items():
            if floor.speaking is not None and floor.speaking.person == person:
                return place
        return None

    def _attend(self, room: str, person: str) -> Iterator[Command]:
        if self.random.random() < HANDS and len(self.picture.floor(room).hands) < FEW:
            yield RaiseHand(room)
            return
        heard = [
            made
            for made in self.picture.forum.contributions.of(room)
            if made.standing is Standing.STANDS and person not in (made.by, *made.endorsements)
        ]
        if heard:
            yield Endorse(self.random.choice(heard).id)

    def _in_plenary(self, person: str) -> Iterator[Command]:
        current = self.picture.forum.plenary.current
        if self.random.random() < HANDS and len(self.picture.floor(PLENARY).hands) < FEW:
            yield RaiseHand(PLENARY)
        elif current is not None:
            for amendment in open_ones(self.picture.forum.amendments, current):
                if person not in (amendment.by, *amendment.supporters):
                    yield SupportAmendment(amendment.id)
                    return


def to_say() -> Mapping[str, Sequence[tuple[str, Said]]]:
    """What each person still has to say in which room: the second half of all contributions."""
    own: dict[str, list[tuple[str, Said]]] = {}
    for room, spoken in voices().contributions.items():
        for said in spoken[len(spoken) // 2 :]:
            if not said.proxy:
                own.setdefault(said.by, []).append((room, said))
    return own


def main() -> None:
    parser = ArgumentParser("python -m facilitate.rehearsal.crowd")
    parser.add_argument("address")
    parser.add_argument("forum")
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    people = [(id, secret) for id, _, secret in (line.strip().partition(" ") for line in sys.stdin)]
    with suppress(KeyboardInterrupt):
        crowd = Crowd(asked.address, asked.forum, pace=asked.pace, seed=asked.seed)
        asyncio.run(crowd.come(people))


if __name__ == "__main__":
    main()
