"""A report in somebody's hand is true, or the record says what is wrong with it."""

import msgspec
import pytest
from sqlalchemy import Engine, update

from facilitate.exports import as_json
from facilitate.exports.reports import Report, report
from facilitate.meeting import Attendance, Forum, replay
from facilitate.meeting.people import PersonJoined
from facilitate.record.chain import NoSuchForum
from facilitate.record.engines import writing
from facilitate.record.log import Log
from facilitate.record.tables import events
from facilitate.record.verdicts import Verdict, printed_at, verdict
from tests.exports.samples import NAMES
from tests.meeting.days import whole_day
from tests.record.samples import NOON


@pytest.fixture
def held(engine: Engine) -> Report:
    """The report of a whole day, from a file."""
    day = whole_day()
    log = Log(engine)
    log.start("f", "ABCD", day.record)
    made = report(day.forum, NAMES, "en", log.head("f"))
    return as_json.read(as_json.render(made))


def test_the_report_of_the_record_is_true(engine: Engine, held: Report) -> None:
    assert held.contributions[0].who.name == "Anna Okonkwo"  # whom this database does not list
    assert verdict(engine, held) is Verdict.TRUE


def test_a_report_stays_true_when_the_record_goes_on(engine: Engine, held: Report) -> None:
    with Log(engine).turn("f") as turn:
        turn.append([PersonJoined("late", Attendance.HALL, at=NOON, by="late")])
    people = replay(Forum("f"), Log(engine).read("f")).people
    assert len(people) == held.figures.people.total + 1
    assert verdict(engine, held) is Verdict.TRUE


def test_a_changed_word_is_found(engine: Engine, held: Report) -> None:
    text = held.adopted[0]
    softer = msgspec.structs.replace(text, text=text.text.replace("should", "may"))
    changed = msgspec.structs.replace(held, adopted=(softer, *held.adopted[1:]))
    assert verdict(engine, changed) is Verdict.ANOTHER_REPORT


def test_a_dropped_reservation_is_found(engine: Engine, held: Report) -> None:
    text = held.adopted[0]
    assert text.decision is not None
    unanimous = msgspec.structs.replace(
        text, decision=msgspec.structs.replace(text.decision, reservations=())
    )
    changed = msgspec.structs.replace(held, adopted=(unanimous, *held.adopted[1:]))
    assert verdict(engine, changed) is Verdict.ANOTHER_REPORT


@pytest.mark.parametrize("change", [{"hash": "00" * 32}, {"seq": 1}, {"seq": 10_000}])
def test_a_report_of_another_record_is_found(
    engine: Engine, held: Report, change: dict[str, object]
) -> None:
    assert verdict(engine, msgspec.structs.replace(held, **change)) is Verdict.ANOTHER_RECORD


def test_nothing_is_true_by_a_record_that_was_tampered_with(engine: Engine, held: Report) -> None:
    with writing(engine) as connection:
        connection.execute(update(events).where(events.c.seq == 7).values(kind="Other"))
    assert verdict(engine, held) is Verdict.RECORD_CHANGED


def test_a_report_of_no_forum_here_is_refused(engine: Engine, held: Report) -> None:
    with pytest.raises(NoSuchForum):
        verdict(engine, msgspec.structs.replace(held, forum="elsewhere"))


def test_a_hash_on_paper_is_found_in_the_record_it_was_printed_from(
    engine: Engine, held: Report
) -> None:
    assert printed_at(engine, held.forum, f" {held.hash.upper()} ") == held.seq
    assert printed_at(engine, held.forum, "00" * 32) is None
    assert printed_at(engine, held.forum, "no hash at all") is None
