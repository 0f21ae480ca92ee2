"""Commands and events to JSON and back. All that is untrusted becomes typed here."""

import msgspec

from facilitate.meeting.procedure import Command, Event
from facilitate.meeting.refusals import Malformed

_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_encoder = msgspec.json.Encoder(order="deterministic")


def encode(value: Command | Event) -> bytes:
    """Canonical: the same value always gives the same bytes, so that they can be hashed."""
    return _encoder.encode(value)


def decode(body: bytes | str) -> Event:
    """An event of the record."""
    return _events.decode(body)


def command(body: bytes | str) -> Command:
    """A command off the wire; raises :class:`Malformed`."""
    try:
        return _commands.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Malformed() from wrong


def command_of(fields: dict[str, object]) -> Command:
    """A command from a form's fields, where numbers arrive as text; raises :class:`Malformed`."""
    try:
        asked: Command = msgspec.convert(fields, Command, strict=False)
    except msgspec.ValidationError as wrong:
        raise Malformed() from wrong
    return asked
