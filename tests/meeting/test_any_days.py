"""On any day: no text is without its sources, no draft without its place, no amendment lost."""

from collections.abc import Iterator
from itertools import groupby

from hypothesis import given

from facilitate.meeting import Event, Forum, replay
from facilitate.meeting.amendments import (
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentProposed,
    AmendmentRevised,
    Stage,
    open_ones,
)
from facilitate.meeting.consolidation import left_behind, submitted
from facilitate.meeting.plenary import PlenaryClosed
from tests.meeting.any_days import any_days
from tests.meeting.days import Day
from tests.meeting.laws import LAWS_OF_TEXTS

Turn = tuple[Forum, tuple[Event, ...], Forum]


def turns(day: Day) -> Iterator[Turn]:
    """What one command came to, between the forum before and the forum after."""
    before = Forum("f")
    for _, group in groupby(day.record, key=lambda event: event.at):
        events = tuple(group)
        after = replay(before, events)
        yield before, events, after
        before = after


@given(any_days)
def test_the_laws_of_texts_hold_after_every_turn_of_any_day(day: Day) -> None:
    for _, _, after in turns(day):
        for law in LAWS_OF_TEXTS:
            law(after)


@given(any_days)
def test_when_amendments_are_accepted_each_open_one_is_carried_over_or_handed_back(
    day: Day,
) -> None:
    for before, events, after in turns(day):
        accepted = {e.amendment for e in events if isinstance(e, AmendmentAccepted)}
        if not accepted:
            continue
        (there,) = {e.recommendation for e in events if isinstance(e, AmendmentAccepted)}
        others = {a.id for a in open_ones(before.amendments, there)} - accepted
        carried = {e.amendment for e in events if isinstance(e, AmendmentCarriedOver)}
        back = {e.amendment for e in events if isinstance(e, AmendmentHandedBack)}
        assert carried | back == others
        assert not carried & back
        assert carried == {a.id for a in open_ones(after.amendments, there)}
        assert all(after.amendments[id].stage is Stage.HANDED_BACK for id in back)


@given(any_days)
def test_when_the_plenary_closes_every_draft_was_before_it_or_has_a_reason(day: Day) -> None:
    for _, events, after in turns(day):
        if any(isinstance(event, PlenaryClosed) for event in events):
            assert not left_behind(after.consolidation, submitted(after.drafts))


@given(any_days)
def test_no_words_of_an_amendment_are_lost_on_any_day(day: Day) -> None:
    for event in day.record:
        match event:
            case AmendmentProposed(id=id, text=text) | AmendmentRevised(amendment=id, text=text):
                there = day.forum.amendments[id]
                assert text in (there.text, *(wording.text for wording in there.earlier))
            case _:
                pass
