"""What the secretariat says to all rooms at once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from facilitate.meeting.forms import REASON_LENGTH, Act, Fact, Id, worded
from facilitate.meeting.people import Person
from facilitate.meeting.refusals import AlreadyTaken, Unknown


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    text: str
    by: str
    at: datetime
    taken_down: bool = False


Messages = tuple[Message, ...]  # a day's worth: tens, never thousands


class Announce(Act, frozen=True):
    id: Id
    text: str


class TakeDownMessage(Act, frozen=True):
    message: Id


Command = Announce | TakeDownMessage


class Announced(Fact, frozen=True):
    id: str
    text: str


class MessageTakenDown(Fact, frozen=True):
    message: str


Event = Announced | MessageTakenDown


def decide(messages: Messages, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    known = {message.id: message for message in messages}
    match command:
        case Announce(id=id, text=text):
            if id in known and known[id].text == text.strip():
                return ()
            if id in known:
                raise AlreadyTaken()
            return (Announced(id, worded(text, REASON_LENGTH), at=at, by=by.id),)
        case TakeDownMessage(message=id):
            if id not in known:
                raise Unknown()
            return (MessageTakenDown(id, at=at, by=by.id),) * (not known[id].taken_down)
        case _:
            assert_never(command)


def evolve(messages: Messages, event: Event) -> Messages:
    match event:
        case Announced(id=id, text=text, by=by, at=at):
            return (*messages, Message(id, text, by, at))
        case MessageTakenDown(message=id):
            return tuple(replace(m, taken_down=True) if m.id == id else m for m in messages)
        case _:
            assert_never(event)
