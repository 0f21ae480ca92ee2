"""What is counted about hall and home is what the day was."""

from dataclasses import astuple

from hypothesis import given

from facilitate.meeting.fates import Fate, How, words_in
from facilitate.meeting.measures import ADOPTED, AdoptedWords, LedBack, Tally, endorsed, measures
from tests.meeting.any_days import any_days
from tests.meeting.days import Day, whole_day

FORUM = whole_day().forum
FIGURES = measures(FORUM)


def test_what_was_said_is_counted_by_attendance_and_by_breakout() -> None:
    assert FIGURES.heard.contributions == Tally(hall=6, remote=4)
    assert FIGURES.by_breakout["b1"].contributions == Tally(hall=4, remote=1)
    assert FIGURES.by_breakout["b2"].contributions == Tally(hall=2, remote=3)
    assert FIGURES.proxy_entries == 1


def test_contributions_are_counted_by_language_the_most_spoken_first() -> None:
    assert list(FIGURES.by_language.items()) == [("en", 9), ("fr", 1)]


def test_every_contribution_is_counted_under_one_fate() -> None:
    assert FIGURES.by_fate[Fate.TAKEN_UP] == Tally(hall=1, remote=1)
    assert FIGURES.by_fate[Fate.DEFERRED] == Tally(remote=1)
    assert sum(tally.total for tally in FIGURES.by_fate.values()) == 10


def test_endorsements_are_counted_by_attendance_and_those_who_left_as_unknown() -> None:
    assert endorsed(FORUM, FORUM.contributions.by_id["taken-up"]) == Tally(hall=2, unknown=1)
    assert FIGURES.heard.endorsements == Tally(hall=2, remote=1, unknown=1)


def test_turns_at_the_floor_are_counted_in_rooms_and_in_all() -> None:
    assert FIGURES.by_breakout["b1"].turns == Tally(remote=1, unknown=1)
    assert FIGURES.heard.turns == Tally(hall=1, remote=1, unknown=1)


def test_those_who_take_part_are_counted_without_those_who_left() -> None:
    assert FIGURES.people == Tally(hall=5, remote=1)


def test_amendments_are_counted_by_the_attendance_of_their_sponsor() -> None:
    assert FIGURES.amendments_proposed == Tally(hall=2, remote=1)
    assert FIGURES.amendments_accepted == Tally(remote=1)


def test_adopted_words_are_counted_by_the_voices_they_lead_back_to() -> None:
    assert FIGURES.adopted_words == AdoptedWords(hall=0, remote=2, both=18, neither=6)


def test_adopted_words_lead_back_to_topics_breakouts_and_languages() -> None:
    assert FIGURES.led_back == LedBack(
        total=26, by_topic={"t1": 18}, by_breakout={"b1": 18, "b2": 0}, by_language={"en": 18}
    )


def test_recommendations_without_any_contribution_are_named() -> None:
    assert FIGURES.without_voice == ("local",)


def test_what_was_taken_up_is_counted_by_how() -> None:
    assert sum(tally.total for tally in FIGURES.by_how.values()) == 2
    assert FIGURES.by_how[How.MERGED] == Tally(hall=1, remote=1)


@given(any_days)
def test_on_any_day_everything_is_counted_once(day: Day) -> None:
    figures, made = measures(day.forum), len(day.forum.contributions.by_id)
    adopted = (r for r in day.forum.recommendations.in_order() if r.stage in ADOPTED)
    assert figures.heard.contributions.total == made
    assert sum(tally.total for tally in figures.by_fate.values()) == made
    assert sum(heard.contributions.total for heard in figures.by_breakout.values()) == made
    assert sum(figures.by_language.values()) == made
    assert sum(t.total for t in figures.by_how.values()) == figures.by_fate[Fate.TAKEN_UP].total
    assert max(figures.led_back.by_breakout.values()) <= figures.led_back.total
    assert sum(astuple(figures.adopted_words)) == sum(
        words_in(run.text) for recommendation in adopted for run in recommendation.runs
    )
