"""What a plan file gives, and what is said of one that is wrong."""

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from facilitate.meeting import Attendance, Forum, Role, replay
from facilitate.meeting.forms import Words
from facilitate.meeting.forums import Agendum, Document, ForumPlanned, PlannedBreakout, Topic
from facilitate.meeting.people import PersonJoined
from facilitate.plans import BadPlan, Fault, Plan, PlannedPerson, events, read_plan

PLAN = """\
id = "water"
title = { en = "Forum on Water", fr = "Forum sur l’eau" }
date = 2030-06-01
timezone = "Europe/Paris"
languages = ["en", "fr"]

[[topics]]
id = "rivers"
title = "Rivers"
questions = ["Whose rivers?"]

[[breakouts]]
id = "b1"
topic = "rivers"

[[agenda]]
start = "09:30"
end = 10:15:00
title = "Breakouts"
place = "b1"

[[documents]]
title = "The river code"
url = "https://rivers.example/"

[[people]]
name = "Anna"
roles = "secretariat"

[[people]]
id = "ben"
name = "Ben"
attendance = "hall"
roles = ["rapporteur", "participant"]
breakouts = ["b1"]
"""
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(text, "utf-8")
        return path

    return write


Written = Callable[[str], Path]


def faults(path: Path) -> list[tuple[int | None, str, str]]:
    with pytest.raises(BadPlan) as bad:
        read_plan(path)
    return [(f.line, f.where, f.sentence % f.values) for f in bad.value.faults]


def test_a_plan_is_read_whole_and_what_is_left_out_has_a_plain_meaning(written: Written) -> None:
    rivers = Words({"en": "Rivers"})
    assert read_plan(written(PLAN)) == Plan(
        id="water",
        join_code=None,
        title=Words({"en": "Forum on Water", "fr": "Forum sur l’eau"}),
        date="2030-06-01",
        venue="",
        timezone="Europe/Paris",
        languages=("en", "fr"),
        topics=(Topic("rivers", rivers, (Words({"en": "Whose rivers?"}),)),),
        breakouts=(PlannedBreakout("b1", "rivers", rivers, "en", "", 60),),
        agenda=(Agendum("09:30", "10:15", Words({"en": "Breakouts"}), "b1"),),
        documents=(Document(Words({"en": "The river code"}), "https://rivers.example/"),),
        people=(
            PlannedPerson("p1", "Anna", roles=(Role.SECRETARIAT,)),
            PlannedPerson(
                "ben",
                "Ben",
                attendance=Attendance.HALL,
                roles=(Role.PARTICIPANT, Role.RAPPORTEUR),
                breakouts=("b1",),
            ),
        ),
    )


def test_a_plan_is_the_first_lines_of_a_record_and_names_stay_out_of_it(written: Written) -> None:
    plan = read_plan(written(PLAN))
    planned, *joined = events(plan, NOON)
    assert isinstance(planned, ForumPlanned)
    assert planned.breakouts == plan.breakouts
    assert [j.person for j in joined if isinstance(j, PersonJoined)] == ["p1", "ben"]
    assert "Anna" not in repr(joined)
    forum = replay(Forum(plan.id), events(plan, NOON))
    assert set(forum.breakouts) == {"b1"}
    assert forum.people["ben"].breakouts == {"b1"}


def test_every_fault_is_named_at_once_with_its_line(written: Written) -> None:
    text = PLAN.replace('topic = "rivers"', 'topic = "riverz"\nminuts = 20')
    text = text.replace("2030-06-01", "2030-06-31").replace("Europe/Paris", "Europe/Pari")
    text = text.replace("date = 2030-06-31", 'date = "2030-06-31"')
    there = "There are: id, language, minutes, place, title, topic."
    assert faults(written(text)) == [
        (3, "date", "Write the day as year-month-day, such as 2023-06-05."),
        (4, "timezone", "“Europe/Pari” is no time zone such as Europe/Paris."),
        (14, "breakouts[1].topic", "There is no “riverz”. There are: rivers. (“rivers”?)"),
        (15, "breakouts[1].minuts", f"There is no such key here. {there} (“minutes”?)"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "where", "words"),
    [
        ('id = "water"', 'id = "on water"', 1, "id", "“on water” is no id"),
        ('id = "water"\n', "", None, "id", "This is missing. Add a line that begins with: id ="),
        ('"en", "fr"]', '"en", "fr", "en"]', 5, "languages[3]", "stands at languages[1] already"),
        ('["en", "fr"]', '["English", "fr", "en"]', 5, "languages[1]", "is no language code"),
        ("fr = ", "es = ", 2, "title", "There is no “es”. There are: en, fr."),
        ("title = { en", "title = 4 # { en", 2, "title", "Write text here, or texts by language"),
        ('"Rivers"', '" "', 9, "topics[1].title", "Write text here"),
        ('id = "b1"', 'id = "plenary"', 13, "breakouts[1].id", "has a meaning of its own"),
        ('id = "b1"', 'id = "b1"\nminutes = 0', 14, "breakouts[1].minutes", "from 1 to 1440"),
        ('id = "b1"', 'id = "b1"\nminutes = true', 14, "breakouts[1].minutes", "a whole number"),
        ("10:15:00", '"9 h"', 18, "agenda[1].end", "hours and minutes"),
        ("10:15:00", '"09:00"', 18, "agenda[1].end", "ends at 09:00, but begins at 09:30"),
        ('place = "b1"', 'place = "b2"', 20, "agenda[1].place", "There are: plenary, b1."),
        ("https://", "javascript:", 24, "documents[1].url", "begins with https://"),
        ('name = "Anna"\n', "", 26, "people[1].name", "This is missing"),
        ('"secretariat"', '"participant"', None, "people", "Somebody has to run the day"),
        ('"secretariat"', '"secretary"', 28, "people[1].roles", "There is no “secretary”"),
        ('id = "ben"', 'id = "p1"', 31, "people[2].id", "stands at people[1].id already"),
        ('"hall"', '"hal"', 33, "people[2].attendance", "There are: hall, remote. (“hall”?)"),
        ('["b1"]', '["b2"]', 35, "people[2].breakouts[1]", "There is no “b2”"),
        ('"rapporteur", ', "", 35, "people[2].breakouts", "Only a rapporteur has breakouts"),
        ('breakouts = ["b1"]\n', "", 30, "people[2].breakouts", "Say which breakouts"),
        ("date =", 'join_code = "a b"\ndate =', 3, "join_code", "without spaces"),
    ],
)
def test_a_fault_says_where_it_is_and_what_to_do(
    right: str, wrong: str, line: int | None, where: str, words: str, written: Written
) -> None:
    assert right in PLAN
    found = faults(written(PLAN.replace(right, wrong, 1)))
    assert [(at, key) for at, key, said in found if words in said] == [(line, where)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("A" * 121, "This has 121 characters; 120 is the most."),
        (r"Anna\u202EannA", "Leave out the characters in this that cannot be seen."),
        (r"Anna\u0000", "Leave out the characters in this that cannot be seen."),
    ],
)
def test_a_name_that_nobody_could_read_is_refused(written: Written, words: str, said: str) -> None:
    with pytest.raises(BadPlan, match=re.escape(said)):
        read_plan(written(PLAN.replace('"Anna"', f'"{words}"')))


def test_two_lines_of_the_agenda_are_not_in_one_place_at_one_time(written: Written) -> None:
    more = '[[agenda]]\nstart = "10:00"\nend = "11:00"\ntitle = "More"\nplace = "b1"\n'
    said = "At this time agenda[1] is in the same place."
    assert faults(written(PLAN + more)) == [(37, "agenda[2].start", said)]


def test_what_is_not_toml_is_refused_with_line_and_column(written: Written) -> None:
    said = "This is not TOML (column 6): Invalid value."
    assert faults(written('title = "A"\nid = \n')) == [(2, "", said)]


def test_a_file_that_is_not_there_or_not_text_is_said_to_be_so(tmp_path: Path) -> None:
    gone, binary = tmp_path / "gone.toml", tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert faults(gone) == [(None, "", "The file could not be read: No such file or directory.")]
    assert faults(binary) == [(None, "", "The file is not UTF-8 text. Save it again as UTF-8.")]


def test_an_empty_file_is_told_all_that_a_forum_needs(written: Written) -> None:
    keys = {where for _, where, _ in faults(written(""))}
    assert keys == {
        "id", "title", "date", "timezone", "languages", "topics", "breakouts", "people",
    }  # fmt: skip


def test_a_bad_plan_reads_line_by_line_with_the_file_in_front(written: Written) -> None:
    path = written(PLAN.replace('topic = "rivers"', 'topic = "lakes"'))
    with pytest.raises(BadPlan) as bad:
        read_plan(path)
    said = "There is no “lakes”. There are: rivers."
    assert str(bad.value) == f"{path}: line 14, breakouts[1].topic: {said}"
    assert str(Fault("", "Not %(what)s.", {"what": "this"})) == "Not this."


STRINGS = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=6)
KEYS = st.sampled_from(["en", "fr", "id", "title", "topic", "roles", "start", "x"])
JUNK = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | STRINGS | st.floats(),
    lambda parts: st.lists(parts, max_size=2) | st.dictionaries(KEYS, parts, max_size=2),
    max_leaves=4,
)
PLACES: list[tuple[str | int, ...]] = [
    ("id",), ("title",), ("title", "en"), ("date",), ("timezone",), ("languages",),
    ("languages", 0), ("venue",), ("join_code",), ("topics",), ("topics", 0), ("topics", 0, "id"),
    ("topics", 0, "questions"), ("topics", 0, "questions", 0), ("breakouts",), ("breakouts", 0),
    ("breakouts", 0, "id"), ("breakouts", 0, "topic"), ("breakouts", 0, "title"),
    ("breakouts", 0, "language"), ("breakouts", 0, "minutes"), ("agenda",), ("agenda", 0),
    ("agenda", 0, "start"), ("agenda", 0, "end"), ("agenda", 0, "place"), ("documents",),
    ("documents", 0, "url"), ("people",), ("people", 0), ("people", 0, "name"),
    ("people", 0, "roles"), ("people", 0, "attendance"), ("people", 0, "breakouts"), ("new",),
]  # fmt: skip


@given(st.sampled_from(PLACES), JUNK)
def test_whatever_stands_in_the_file_it_is_a_plan_or_a_bad_plan(
    place: tuple[str | int, ...], junk: object
) -> None:
    plan = {
        "id": "water", "title": {"en": "Water"}, "date": "2030-06-01", "timezone": "Europe/Paris",
        "languages": ["en", "fr"],
        "topics": [{"id": "rivers", "title": "Rivers", "questions": ["Whose?"]}],
        "breakouts": [{"id": "b1", "topic": "rivers"}],
        "agenda": [{"start": "09:30", "end": "10:15", "title": "Breakouts", "place": "b1"}],
        "documents": [{"title": "Code", "url": "https://rivers.example/"}],
        "people": [{"name": "Anna", "roles": "secretariat"}],
    }  # fmt: skip
    written = with_junk(plan, place, junk)
    assert isinstance(written, dict)
    text = "".join(f"{key} = {toml(said)}\n" for key, said in written.items())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        path.write_text(text, "utf-8")
        with suppress(BadPlan):
            replay(Forum("water"), events(read_plan(path), NOON))


def with_junk(there: object, place: tuple[str | int, ...], junk: object) -> object:
    """The same value, but for the junk in this place."""
    if not place:
        return junk
    step, *way = place
    match there:
        case dict():
            return {**there, step: with_junk(there.get(step), tuple(way), junk)}
        case list():
            return [
                with_junk(part, tuple(way), junk) if n == step else part
                for n, part in enumerate(there)
            ]
        case _:
            raise AssertionError(f"there is no {step} in {there}")


def toml(said: object) -> str:
    match said:
        case dict():
            return f"{{{', '.join(f'{key} = {toml(value)}' for key, value in said.items())}}}"
        case list():
            return f"[{', '.join(map(toml, said))}]"
        case float():
            return repr(said).replace("e+", "e")
        case _:
            return json.dumps(said, ensure_ascii=False)
