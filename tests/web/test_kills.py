"""Whatever was shown as saved is there after the server was killed, once, whoever sent it how."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from msgspec import json
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from facilitate.live.forum import now
from facilitate.meeting import Attendance, Forum, replay
from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.codec import encode
from facilitate.meeting.contributions import Contribute, ContributionMade, Kind
from facilitate.meeting.people import PersonJoined
from facilitate.record.chain import faults
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.web.sockets import JSON
from tests.postgres import Server
from tests.web.house import PLAN
from tests.web.serving import Door, at_a_free_port, planned, process

CLIENTS = 50
BY_POST = 5  # of them
ENOUGH = 80  # contributions saved before the server is killed


@dataclass
class Round:
    """What the clients of one round were told is saved, and what they never heard of."""

    saved: dict[str, str] = field(default_factory=dict)
    unheard: dict[str, str] = field(default_factory=dict)
    enough: threading.Event = field(default_factory=threading.Event)

    def answered(self, id: str) -> None:
        self.saved[id] = self.unheard.pop(id)
        if len(self.saved) >= ENOUGH:
            self.enough.set()


def guests() -> tuple[str, ...]:
    return tuple(f"guest-{n}" for n in range(CLIENTS))


def a_forum_with_guests(database: str) -> Door:
    door = planned(at_a_free_port(database), guests())
    engine = open_database(database)
    with Log(engine).turn(PLAN.id) as turn:
        turn.append([PersonJoined(id, Attendance.REMOTE, at=now(), by=id) for id in guests()])
    engine.dispose()
    return door


async def speak(door: Door, by: str, told: Round, round: int) -> None:
    """Over a WebSocket, each contribution after the last was answered; until the line drops."""
    with suppress(OSError, ConnectionClosed, InvalidHandshake):
        async with connect(
            door.live,
            origin=Origin(door.address),
            additional_headers=door.known(by),
            subprotocols=[Subprotocol(JSON)],
            close_timeout=0.1,
        ) as line:
            for n in range(20):
                said = Contribute("b1", f"{by}-{round}-{n}", Kind.GAP, f"{by} says {n}.", "en")
                told.unheard[said.id] = said.text
                await line.send(encode(said).decode())
                while not (answer := json.decode(await line.recv())).keys() & {"done", "refused"}:
                    continue
                if "done" in answer:
                    told.answered(said.id)


def post(door: Door, by: str, told: Round, round: int) -> None:
    """By the form of the page, as without a script."""
    for n in range(20):
        id, words = f"{by}-{round}-{n}", f"{by} posts {n}."
        form = {"do": "Contribute", "breakout": "b1", "id": id, "kind": "gap", "language": "en"}
        told.unheard[id] = words
        line = HTTPConnection(door.settings.host, door.settings.port, timeout=10)
        kind = {"content-type": "application/x-www-form-urlencoded", "origin": door.address}
        try:
            path = f"/forums/{PLAN.id}/breakouts/b1"
            body = urlencode({**form, "text": words})
            line.request("POST", path, body, {**kind, **door.known(by)})
            status = line.getresponse().status
        except (OSError, HTTPException):
            return
        finally:
            line.close()
        if status == 303:
            told.answered(id)


async def all_speak_until_killed(door: Door, log: Path, round: int) -> Round:
    told = Round()
    with process(door, log) as running:
        speaking = [
            asyncio.create_task(
                asyncio.to_thread(post, door, by, told, round)
                if place < BY_POST
                else speak(door, by, told, round)
            )
            for place, by in enumerate(guests())
        ]
        await asyncio.to_thread(told.enough.wait, 60)
        running.kill()
        await asyncio.gather(*speaking)
    return told


def hold(door: Door, rounds: Sequence[Round]) -> None:
    """The record has all that was saved, once, in an unbroken chain, and nothing nobody said."""
    engine = open_database(door.settings.database)
    log = Log(engine)
    events = log.read(PLAN.id)
    assert log.head(PLAN.id).seq == len(events)
    assert faults(engine, PLAN.id) == []
    made = [event for event in events if isinstance(event, ContributionMade)]
    stored = {event.id: event.text for event in made}
    assert len(stored) == len(made)
    saved = {id: words for round in rounds for id, words in round.saved.items()}
    unheard = {id: words for round in rounds for id, words in round.unheard.items()}
    assert len(saved) >= ENOUGH * len(rounds)
    assert saved.items() <= stored.items()
    assert stored.items() <= saved.items() | unheard.items()
    numbers = [c.number for c in replay(Forum(PLAN.id), events).contributions.of("b1")]
    assert numbers == list(range(1, len(made) + 1))
    engine.dispose()


@pytest.mark.parametrize("kills", [2])
def test_killing_the_server_loses_nothing_that_was_shown_as_saved(
    tmp_path: Path, kills: int
) -> None:
    killed_while_all_speak(str(tmp_path / "killed.db"), tmp_path / "log", kills)


def test_nor_does_it_on_postgresql(postgres: Server, tmp_path: Path) -> None:
    database = postgres.fresh_database()
    killed_while_all_speak(database, tmp_path / "log", 1)
    postgres.drop(database)


def killed_while_all_speak(database: str, log: Path, kills: int) -> None:
    door = a_forum_with_guests(database)
    with process(door, log), door.line("sam") as line:
        line.send(encode(OpenBreakout("b1", 60)).decode())
        while "done" not in str(line.recv(timeout=10)):
            continue
    rounds = []
    for round in range(kills):
        rounds.append(asyncio.run(all_speak_until_killed(door, log, round)))
        hold(door, rounds)
    again(door, log, rounds)


def again(door: Door, log: Path, rounds: Sequence[Round]) -> None:
    """After the restart whatever was not answered is sent again, and stands once."""
    with process(door, log):
        for id, words in [(id, w) for round in rounds for id, w in round.unheard.items()][:20]:
            by = id.rsplit("-", 2)[0]
            with door.line(by) as line:
                line.send(encode(Contribute("b1", id, Kind.GAP, words, "en")).decode())
                while "done" not in str(line.recv(timeout=10)):
                    continue
            rounds[-1].saved[id] = words
    hold(door, rounds)
