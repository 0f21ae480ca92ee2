"""What the secretariat says to all rooms at once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from facilitate.meeting.forms import REASON_LENGTH, Act, Fact, Id, plain, worded
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


class MessageAct(Act, frozen=True):
    """What is asked here: by it the procedure tells the commands of this noun."""


class Announce(MessageAct, frozen=True):
    id: Id
    text: str


class TakeDownMessage(MessageAct, frozen=True):
    message: Id


Command = Announce | TakeDownMessage


class MessageFact(Fact, frozen=True):
    """What happens here: by it the procedure tells the events of this noun."""


class Announced(MessageFact, frozen=True):
    id: str
    text: str


class MessageTakenDown(MessageFact, frozen=True):
    message: str


Event = Announced | MessageTakenDown


def decide(messages: Messages, command: Command, by: Person, at: datetime) -> tuple[Event, ...]:
    known = {message.id: message for message in messages}
    match command:
        case Announce(id=id, text=text):
            if id in known and known[id].text == plain(text):
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
