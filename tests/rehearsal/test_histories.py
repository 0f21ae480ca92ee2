"""Each fault a history can have is found, and nothing is found where there is none."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from facilitate.live.forum import now
from facilitate.meeting import Attendance, Event
from facilitate.meeting.contributions import (
    Contribute,
    ContributionEndorsed,
    ContributionMade,
    Endorse,
    Kind,
)
from facilitate.meeting.floor import HandLowered, HandRaised, LowerHand, RaiseHand
from facilitate.rehearsal.histories import (
    Asked,
    Fault,
    Heard,
    History,
    Saved,
    Wrong,
    act_asked,
    act_of,
    faults,
)


def heard(seq: int, act: str = "", body: bytes = b"") -> Heard:
    return Heard(seq, act or f"contribution c{seq} by anna", body or f"event {seq}".encode())


def told(last: int, first: int = 1) -> tuple[Heard, ...]:
    return tuple(heard(seq) for seq in range(first, last + 1))


RECORD = History("the record", 0, told(9), until=9)
ANNA = History("anna", 0, told(9), (Saved(3, "contribution c3 by anna"),), until=9)
HUGO = History("hugo", 5, told(9, first=6), until=9)


def found(*histories: History, record: History = RECORD) -> Sequence[Fault]:
    return tuple(faults(record, histories))


def test_where_all_is_well_nothing_is_found() -> None:
    assert found(ANNA, HUGO) == ()


def test_what_was_acknowledged_and_is_not_in_the_record_is_lost() -> None:
    lost = replace(ANNA, saved=(Saved(10, "contribution c10 by anna"),))
    assert found(lost) == (Fault(Wrong.LOST, "anna", 10, "contribution c10 by anna"),)


def test_something_else_under_the_number_of_an_acknowledgement_is_a_loss() -> None:
    lost = replace(ANNA, saved=(Saved(3, "contribution c77 by anna"),))
    assert found(lost) == (Fault(Wrong.LOST, "anna", 3, "contribution c77 by anna"),)


def test_what_was_sent_again_may_be_there_since_before() -> None:
    again = Saved(7, "contribution c3 by anna", again=True)
    assert found(replace(ANNA, saved=(again,))) == ()
    assert found(replace(ANNA, saved=(replace(again, again=False),))) == (
        Fault(Wrong.LOST, "anna", 7, "contribution c3 by anna"),
    )


@pytest.mark.parametrize("act", ["contribution c9 by anna", "contribution c77 by anna"])
def test_what_was_sent_again_and_is_nowhere_before_is_lost(act: str) -> None:
    again = Saved(7, act, again=True)
    assert found(replace(ANNA, saved=(again,))) == (Fault(Wrong.LOST, "anna", 7, act),)


def test_an_event_that_somebody_did_not_hear_is_a_gap() -> None:
    deaf = replace(ANNA, heard=(*told(4), *told(9, first=6)))
    assert found(deaf) == (Fault(Wrong.GAP, "anna", 5, "contribution c5 by anna"),)


def test_the_first_event_behind_the_page_is_not_forgotten() -> None:
    deaf = replace(HUGO, heard=told(9, first=7))
    assert found(deaf) == (Fault(Wrong.GAP, "hugo", 6, "contribution c6 by anna"),)


def test_the_last_event_that_somebody_was_told_to_have_heard_is_not_forgotten() -> None:
    deaf = replace(HUGO, heard=told(8, first=6))
    assert found(deaf) == (Fault(Wrong.GAP, "hugo", 9, "contribution c9 by anna"),)


def test_a_number_that_is_for_other_ears_is_no_gap() -> None:
    without = (*told(4), *told(9, first=6))
    assert found(replace(ANNA, heard=without), record=replace(RECORD, heard=without)) == ()


def test_an_event_heard_twice_is_a_repeat() -> None:
    echo = replace(ANNA, heard=(*told(5), *told(9, first=5)))
    assert found(echo) == (Fault(Wrong.REPEAT, "anna", 5, "contribution c5 by anna"),)


def test_what_the_page_had_already_is_a_repeat() -> None:
    echo = replace(HUGO, heard=told(9, first=5))
    assert found(echo) == (Fault(Wrong.REPEAT, "hugo", 5, "contribution c5 by anna"),)


def test_an_event_out_of_order_is_a_repeat() -> None:
    mixed = replace(ANNA, heard=(*told(3), heard(5), heard(4), *told(9, first=6)))
    assert found(mixed) == (Fault(Wrong.REPEAT, "anna", 4, "contribution c4 by anna"),)


def test_other_words_under_the_same_number_are_a_disagreement() -> None:
    other = heard(5, body=b"something else")
    misled = replace(ANNA, heard=(*told(4), other, *told(9, first=6)))
    assert found(misled) == (Fault(Wrong.DISAGREEMENT, "anna", 5, other.act),)


def test_what_was_heard_and_is_not_in_the_record_is_a_disagreement() -> None:
    ahead = replace(ANNA, heard=told(10), until=10)
    assert found(ahead) == (Fault(Wrong.DISAGREEMENT, "anna", 10, "contribution c10 by anna"),)


def test_a_contribution_that_was_written_down_twice_is_found() -> None:
    twice = (*told(9), heard(10, "contribution c3 by anna"))
    record = replace(RECORD, heard=twice, until=10)
    assert found(record=record) == (
        Fault(Wrong.TWICE, "the record", 10, "contribution c3 by anna"),
    )


def test_other_acts_may_come_again() -> None:
    hands = (*told(9), heard(10, "hand of anna in b1"), heard(11, "hand of anna in b1"))
    assert found(record=replace(RECORD, heard=hands, until=11)) == ()


def test_who_has_not_heard_the_end_is_behind() -> None:
    slow = replace(ANNA, heard=told(8), until=8)
    assert found(slow) == (Fault(Wrong.BEHIND, "anna", 8),)


def test_who_never_read_is_not_behind() -> None:
    assert found(replace(ANNA, heard=told(4), until=4, reads=False)) == ()


def test_who_looks_at_a_page_hears_no_events_and_yet_has_to_come_to_the_end() -> None:
    page = History("anna", 4, (), (Saved(5, "contribution c5 by anna"),), until=9, page=True)
    assert found(page) == ()
    assert found(replace(page, until=8)) == (Fault(Wrong.BEHIND, "anna", 8),)
    assert found(replace(page, saved=(Saved(5, "contribution c6 by anna"),))) == (
        Fault(Wrong.LOST, "anna", 5, "contribution c6 by anna"),
    )


def test_each_act_is_known_again_in_what_came_of_it() -> None:
    at, voice = now(), ("b1", "c1", Kind.GAP, "Words.", "en")
    pairs: list[tuple[Asked, Event]] = [
        (
            Contribute(*voice),
            ContributionMade(
                breakout="b1",
                id="c1",
                speaker="anna",
                taken_down_by=None,
                attendance=Attendance.HALL,
                kind=Kind.GAP,
                text="Words.",
                language="en",
                at=at,
                by="anna",
            ),
        ),
        (Endorse("c1"), ContributionEndorsed("c1", at=at, by="anna")),
        (RaiseHand("b1"), HandRaised("b1", "anna", Attendance.HALL, at=at, by="anna")),
        (LowerHand("b1"), HandLowered("b1", "anna", at=at, by="anna")),
    ]
    acts = [act_of(event) for _, event in pairs]
    assert [act_asked(command, "anna") for command, _ in pairs] == acts
    assert len(set(acts)) == len(pairs)
    assert all(act_asked(command, "hugo") not in acts for command, _ in pairs)
