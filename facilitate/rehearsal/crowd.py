"""Simulated participants: they sign in, hold a real WebSocket each, listen, and speak now and then.

    python -m facilitate.rehearsal.crowd http://127.0.0.1:8000 civil-society-forum < PEOPLE

Each line of the input is a person's id and the secret of a personal link.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection
from random import Random
from urllib.parse import urlencode, urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from facilitate.meeting import Command, Forum, evolve
from facilitate.meeting.amendments import SupportAmendment, open_ones
from facilitate.meeting.breakouts import Stage
from facilitate.meeting.codec import decode, encode
from facilitate.meeting.contributions import Contribute, Endorse, Standing
from facilitate.meeting.floor import PLENARY, EndTurn, Floor, RaiseHand
from facilitate.meeting.plenary import Sitting
from facilitate.rehearsal.voices import Said, voices
from facilitate.web.sockets import JSON

THOUGHT = 45.0  # s between two things that one person does, on average
TURN = 12.0  # s that somebody speaks who has the floor
ARRIVING = 0.05  # s between two arrivals
HANDS = 0.12  # how often a hand goes up instead of anything else
FEW = 4  # hands in a queue, above which nobody adds one
PAUSE = 2.0  # s before a dropped line is tried again


class Frame(msgspec.Struct):
    """What a person hears; fields that are of no interest are passed over."""

    seq: int = 0
    events: tuple["Heard", ...] = ()


class Heard(msgspec.Struct):
    seq: int
    event: msgspec.Raw


_frames = msgspec.json.Decoder(Frame)


class Crowd:
    """All of them share one picture of the forum, which the first of them keeps."""

    def __init__(self, address: str, forum: str, *, pace: float, seed: int) -> None:
        self.address = address
        self.forum = Forum(forum)
        self.seq = 0
        self.pace = pace
        self.random = Random(seed)  # noqa: S311 - who speaks next is no secret
        self.to_say = to_say()

    async def come(self, people: Sequence[tuple[str, str]]) -> None:
        """``people`` are ids, each with the secret of a personal link; they stay until the end."""
        async with asyncio.TaskGroup() as everyone:
            for place, (person, secret) in enumerate(people):
                everyone.create_task(self._take_part(person, secret, first=place == 0))
                await asyncio.sleep(ARRIVING)

    async def _take_part(self, person: str, secret: str, *, first: bool) -> None:
        cookie = await asyncio.to_thread(signed_in, self.address, secret)
        while True:
            try:
                await self._sit(person, cookie, first=first)
            except* (OSError, ConnectionClosed, InvalidHandshake):
                await asyncio.sleep(PAUSE * (0.5 + self.random.random()))

    async def _sit(self, person: str, cookie: str, *, first: bool) -> None:
        way = f"{self.address.replace('http', 'ws', 1)}/forums/{self.forum.id}/live"
        after = f"?after={self.seq}" if first else ""
        async with (
            connect(
                way + after,
                origin=Origin(self.address),
                additional_headers={"cookie": cookie},
                subprotocols=[Subprotocol(JSON)],
                max_size=None,
            ) as line,
            asyncio.TaskGroup() as both,
        ):
            both.create_task(self._hear(line, first=first))
            both.create_task(self._act(line, person))

    async def _hear(self, line: ClientConnection, *, first: bool) -> None:
        async for message in line:
            if first:
                frame = _frames.decode(message)
                for heard in frame.events:
                    self.forum = evolve(self.forum, decode(bytes(heard.event)))
                self.seq = max(self.seq, frame.seq)
        raise ConnectionResetError  # the server said goodbye: come back

    async def _act(self, line: ClientConnection, person: str) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(self.pace / THOUGHT))
            for command in self._next(person):
                await line.send(encode(command).decode())
                await asyncio.sleep(TURN / self.pace if isinstance(command, RaiseHand) else 0)

    def _next(self, person: str) -> Iterator[Command]:
        """What the person does next, as things stand: perhaps nothing."""
        place = self._given_the_floor(person)
        if place is not None:
            yield EndTurn(place, person)
            return
        open_rooms = [b.id for b in self.forum.in_order() if b.stage is Stage.OPEN]
        own = [(room, said) for room, said in self.to_say.get(person, ()) if room in open_rooms]
        unsaid = [each for each in own if each[1].id not in self.forum.contributions.by_id]
        if unsaid:
            room, said = unsaid[0]
            yield Contribute(room, said.id, said.kind, said.text, said.language)
        elif open_rooms:
            yield from self._attend(self.random.choice(open_rooms), person)
        elif self.forum.plenary.sitting is Sitting.OPEN:
            yield from self._in_plenary(person)

    def _given_the_floor(self, person: str) -> str | None:
        for place, floor in self.forum.floors.items():
            if floor.speaking is not None and floor.speaking.person == person:
                return place
        return None

    def _attend(self, room: str, person: str) -> Iterator[Command]:
        if self.random.random() < HANDS and len(self._floor(room).hands) < FEW:
            yield RaiseHand(room)
            return
        heard = [
            made
            for made in self.forum.contributions.of(room)
            if made.standing is Standing.STANDS and person not in (made.by, *made.endorsements)
        ]
        if heard:
            yield Endorse(self.random.choice(heard).id)

    def _in_plenary(self, person: str) -> Iterator[Command]:
        current = self.forum.plenary.current
        if self.random.random() < HANDS and len(self._floor(PLENARY).hands) < FEW:
            yield RaiseHand(PLENARY)
        elif current is not None:
            for amendment in open_ones(self.forum.amendments, current):
                if person not in (amendment.by, *amendment.supporters):
                    yield SupportAmendment(amendment.id)
                    return

    def _floor(self, place: str) -> Floor:
        return self.forum.floors.get(place, Floor())


def to_say() -> Mapping[str, Sequence[tuple[str, Said]]]:
    """What each person still has to say in which room: the second half of all contributions."""
    own: dict[str, list[tuple[str, Said]]] = {}
    for room, spoken in voices().contributions.items():
        for said in spoken[len(spoken) // 2 :]:
            if not said.proxy:
                own.setdefault(said.by, []).append((room, said))
    return own


class NotSignedIn(Exception):
    """A personal link was refused."""


def signed_in(address: str, secret: str) -> str:
    """Exchange a personal link for a session; gives the cookie as a header's value."""
    where = urlsplit(address)
    line = HTTPConnection(where.hostname or "", where.port)
    body = urlencode({"link": secret})
    headers = {"origin": address, "content-type": "application/x-www-form-urlencoded"}
    try:
        line.request("POST", "/sign-in", body, headers)
        cookie = line.getresponse().getheader("set-cookie")
    finally:
        line.close()
    if cookie is None:
        raise NotSignedIn(secret)
    return cookie.partition(";")[0]


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
