"""The report says what became of everything, and the record alone is enough to make it again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given

from facilitate.exports import as_html, as_json, as_markdown
from facilitate.exports.reports import (
    PARTICIPANT,
    VOICE,
    Change,
    Gavel,
    ReportedClause,
    ReportedWay,
    Reservation,
    Who,
    report,
    without_names,
)
from facilitate.meeting import Attendance, Forum, replay
from facilitate.meeting.amendments import Stage as AmendmentStage
from facilitate.meeting.codec import decode, encode
from facilitate.meeting.fates import Fate, How
from facilitate.meeting.measures import Tally, measures
from tests.exports.samples import DAY, NAMES, REPORT, Head
from tests.meeting.any_days import any_days
from tests.meeting.days import Day, planned

VOICES = {voice.id: voice for voice in REPORT.contributions}
ANNA = Who("name", "Anna Okonkwo", "Music Without Borders")


def test_recommendations_stand_under_their_outcome_numbered_in_the_order_of_the_plenary() -> None:
    outcomes = {
        "adopted": [(text.label, text.id) for text in REPORT.adopted],
        "deferred": [(text.label, text.id) for text in REPORT.deferred],
        "not adopted": [(text.label, text.id) for text in REPORT.not_adopted],
        "undecided": [(text.label, text.id) for text in REPORT.undecided],
    }
    assert outcomes == {
        "adopted": [("1", "streaming"), ("2", "local")],
        "deferred": [("D1", "quotas")],
        "not adopted": [("N1", "tax")],
        "undecided": [("P1", "archives")],
    }


def test_an_adopted_text_is_the_one_the_chair_saw() -> None:
    text, there = REPORT.adopted[0], DAY.forum.recommendations.by_id["streaming"]
    assert (text.text, text.version, text.digest) == (there.text, there.version, there.digest)
    assert there.decision is not None
    assert (there.decision.version, there.decision.digest) == (text.version, text.digest)


def test_a_decision_carries_the_gavel_and_the_reservations_with_their_reasons() -> None:
    assert REPORT.adopted[0].decision == Gavel(
        datetime(2023, 6, 5, 12, 6, tzinfo=ZoneInfo("Europe/Paris")),
        Who("name", "The Chair"),
        hall=5,
        remote=2,
        reason="",
        reservations=(Reservation(ANNA, "Two years are too long.", version=2),),
    )


def test_every_source_of_every_clause_is_in_the_report() -> None:
    for text in (*REPORT.adopted, *REPORT.deferred, *REPORT.not_adopted, *REPORT.undecided):
        assert "".join(clause.text for clause in text.clauses) == text.text
        for clause in text.clauses:
            assert clause.drafts or clause.amendments
            assert set(clause.drafts) <= {draft.id for draft in text.drafts}
            assert set(clause.amendments) <= {change.id for change in text.amendments}
            assert set(clause.contributions) <= set(VOICES)


def test_a_clause_names_its_sources() -> None:
    assert REPORT.adopted[0].clauses[1] == ReportedClause(
        "they should report on it every two years.",
        ("b1/d1", "b2/e1"),
        ("a1",),
        ("taken-up", "taken-up-proxy"),
    )


def test_sources_are_listed_in_the_order_they_were_contributed() -> None:
    cited = DAY.forum.drafts["b2"].recommendations["e1"].cites
    assert cited == ("taken-up-proxy", "taken-up")
    (_, line) = REPORT.adopted[0].drafts
    assert line.cites == ("taken-up", "taken-up-proxy")


def test_amendments_stand_with_their_sponsors_and_outcome_and_withdrawn_ones_do_not() -> None:
    accepted, rejected = REPORT.adopted[0].amendments
    assert accepted == Change(
        "a1",
        1,
        ANNA,
        Attendance.REMOTE,
        Tally(hall=1),
        DAY.forum.amendments["a1"].proposed,
        "Feasible",
        AmendmentStage.ACCEPTED,
        "",
    )
    assert (rejected.id, rejected.outcome_reason) == ("a2", "No support")


def test_every_contribution_stands_once_with_its_fate() -> None:
    assert [voice.label for voice in REPORT.contributions] == [
        *(f"1.{number}" for number in range(1, 6)),
        *(f"2.{number}" for number in range(1, 6)),
    ]
    assert VOICES["deferred"].ways == (
        ReportedWay("2-2", Fate.DEFERRED, "D1", "For the next forum", 4, How.IN_OTHER_WORDS),
    )
    assert VOICES["set-aside"].ways[0].reason == "Outside the Convention"


def test_of_what_was_withdrawn_or_hidden_neither_words_nor_person_are_given() -> None:
    assert DAY.forum.contributions.by_id["withdrawn"].text == "I was told a secret."
    assert VOICES["not-addressed"].who == Who("name", "Omar H.")
    assert (VOICES["withdrawn"].text, VOICES["withdrawn"].who) == ("", PARTICIPANT)
    assert (VOICES["hidden"].text, VOICES["hidden"].who) == ("", PARTICIPANT)
    assert VOICES["hidden"].reason == "An insult"


def test_who_is_not_in_the_directory_is_a_participant_and_who_was_not_named_a_voice() -> None:
    assert VOICES["taken-up"].who == ANNA
    assert VOICES["before-plenary"].who == PARTICIPANT
    assert VOICES["taken-up-proxy"].who == VOICE
    assert VOICES["taken-up-proxy"].proxy


def test_drafts_that_reached_no_recommendation_are_not_lost() -> None:
    assert [(d.label, d.reason) for d in REPORT.set_aside] == [("2-5", "Outside the Convention")]
    assert [(d.label, d.text) for d in REPORT.left_in_drafts] == [
        ("2-4", "Schools should teach it.")
    ]


def test_every_draft_recommendation_stands_in_exactly_one_place() -> None:
    texts = (*REPORT.adopted, *REPORT.deferred, *REPORT.not_adopted, *REPORT.undecided)
    behind = [draft.id for text in texts for draft in text.drafts]
    left = [draft.id for draft in (*REPORT.set_aside, *REPORT.left_in_drafts)]
    there = [f"{room}/{id}" for room in ("b1", "b2") for id in DAY.forum.drafts[room].order]
    assert sorted(behind + left) == sorted(there)


def test_titles_are_in_the_language_of_the_report_or_in_the_first_there_is() -> None:
    french = report(DAY.forum, NAMES, "fr", Head())
    assert french.title == "Quatrième Forum"
    assert french.breakouts[0].title == "Digital"


def test_the_report_names_the_end_of_the_record_and_carries_the_figures() -> None:
    assert (REPORT.seq, REPORT.hash) == (99, "ab" * 32)
    assert REPORT.figures == measures(DAY.forum)


def test_the_report_of_a_forum_equals_the_report_of_its_replay() -> None:
    again = replay(Forum("f"), [decode(encode(event)) for event in DAY.record])
    assert report(again, NAMES, "en", Head()) == REPORT


def test_a_forum_where_nothing_has_happened_yet_has_an_empty_report() -> None:
    empty = report(planned().forum, {}, "en", Head())
    assert (empty.adopted, empty.contributions, empty.left_in_drafts) == ((), (), ())
    assert [breakout.number for breakout in empty.breakouts] == [1, 2]


@given(any_days)
def test_the_report_of_any_day_equals_that_of_its_replay_in_every_rendering(day: Day) -> None:
    here = report(day.forum, NAMES, "en", Head())
    again = replay(Forum("f"), [decode(encode(event)) for event in day.record])
    there = report(again, NAMES, "en", Head())
    assert here == there
    assert as_json.read(as_json.render(here)) == here
    assert as_html.render(as_json.read(as_json.render(there)), str) == as_html.render(here, str)
    assert as_markdown.render(there, str) == as_markdown.render(here, str)


def test_without_names_it_is_the_report_of_an_empty_directory() -> None:
    assert "Anna Okonkwo" in as_json.render(REPORT).decode()
    assert without_names(REPORT) == report(DAY.forum, {}, "en", Head())
