from facilitate.meeting.messages import (
    Announce,
    Announced,
    Message,
    MessageTakenDown,
    TakeDownMessage,
)
from tests.meeting.playbook import CHIDI, NOON, SAMI, given

SAID = Announced("m1", "Lunch is served.", at=NOON, by=SAMI)
TAKEN_DOWN = MessageTakenDown("m1", at=NOON, by=SAMI)
SAY = Announce("m1", " Lunch is served. ")


def test_the_secretariat_tells_all_rooms() -> None:
    given().when(SAY, by=SAMI).then(SAID)
    given(SAID).when(SAY, by=SAMI).then()
    assert given(SAID).forum.messages == (Message("m1", "Lunch is served.", SAMI, NOON),)


def test_another_message_needs_another_id() -> None:
    given(SAID).when(Announce("m1", "Lunch is late."), by=SAMI).refused("already-taken")


def test_a_message_has_words_but_not_too_many() -> None:
    given().when(Announce("m1", " "), by=SAMI).refused("empty")
    given().when(Announce("m1", "x" * 501), by=SAMI).refused("too-long")


def test_a_message_is_taken_down_once() -> None:
    given(SAID).when(TakeDownMessage("m1"), by=SAMI).then(TAKEN_DOWN)
    given(SAID, TAKEN_DOWN).when(TakeDownMessage("m1"), by=SAMI).then()
    given().when(TakeDownMessage("m1"), by=SAMI).refused("unknown")
    assert given(SAID, TAKEN_DOWN).forum.messages[0].taken_down


def test_messages_are_the_secretariats() -> None:
    given().when(SAY, by=CHIDI).refused("not-entitled")
    given(SAID).when(TakeDownMessage("m1"), by=CHIDI).refused("not-entitled")
