import pytest

from facilitate.meeting import Refused
from facilitate.meeting.breakouts import BreakoutOpened, ExtendBreakout, OpenBreakout
from facilitate.meeting.codec import command, command_of, decode, encode
from facilitate.meeting.floor import LowerHand
from tests.meeting.playbook import NOON, ONE, PLANNED, SAMI

OPENED = BreakoutOpened("b1", ONE, at=NOON, by=SAMI)


def test_a_command_is_named_by_what_it_does() -> None:
    assert command(b'{"do":"OpenBreakout","breakout":"b1","minutes":60}') == OpenBreakout("b1", 60)
    extend = ExtendBreakout("b1", 10, ONE)
    assert command(encode(extend)) == extend


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"do":"Sing"}',
        b'{"breakout":"b1","minutes":60}',
        b'{"do":"OpenBreakout","breakout":"b1"}',
        b'{"do":"OpenBreakout","breakout":"b1","minutes":"60"}',
        b'{"do":"OpenBreakout","breakout":"b1","minutes":60,"loud":true}',
        b'{"do":"OpenBreakout","breakout":"b1","minutes":0}',
        b'{"do":"OpenBreakout","breakout":"b1","minutes":1441}',
        b'{"do":"OpenBreakout","breakout":"","minutes":60}',
        b'{"do":"OpenBreakout","breakout":"b 1","minutes":60}',
        b'{"do":"OpenBreakout","breakout":"b1\\n","minutes":60}',
        b'{"do":"OpenBreakout","breakout":"%s","minutes":60}' % (b"b" * 65),
        b'{"do":"SetMemberAside","member":"b1","reason":"No."}',
        b'{"do":"SetMemberAside","member":"b1/d1\\n","reason":"No."}',
        b'{"do":"Adopt","recommendation":"r1","version":-1,"digest":"%s"}' % (b"0" * 64),
        b'{"do":"Adopt","recommendation":"r1","version":1,"digest":"%s\\n"}' % (b"0" * 64),
        b'{"do":"Announce","id":"m1","text":"\\ud800"}',
    ],
)
def test_what_is_no_command_is_refused_as_malformed(body: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        command(body)
    assert refusal.value.code == "malformed"


def test_a_forms_fields_are_a_command_with_numbers_in_words() -> None:
    fields: dict[str, object] = {"do": "OpenBreakout", "breakout": "b1", "minutes": "60"}
    assert command_of(fields) == OpenBreakout("b1", 60)
    assert command_of({"do": "LowerHand", "place": "b1"}) == LowerHand("b1")
    with pytest.raises(Refused) as refusal:
        command_of(fields | {"minutes": "an hour"})
    assert refusal.value.code == "malformed"


def test_an_event_has_one_form_whatever_the_order_it_came_in() -> None:
    body = encode(OPENED)
    assert body == (
        b'{"type":"BreakoutOpened","breakout":"b1","closes_at":"2030-06-01T13:00:00Z",'
        b'"at":"2030-06-01T12:00:00Z","by":"sami"}'
    )
    assert decode(body) == decode(body.decode()) == OPENED
    assert encode(decode(encode(PLANNED))) == encode(PLANNED)


def test_characters_that_a_database_refuses_are_escaped() -> None:
    said = command(b'{"do":"Announce","id":"m1","text":"a\\u0000b"}')
    assert b"\x00" not in encode(said)
