from concurrent.futures import ThreadPoolExecutor

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, text

from facilitate.meeting.messages import Announced
from facilitate.record.chain import beginning, faults
from facilitate.record.engines import open_database
from facilitate.record.log import AlreadyThere, Head, Log, NoSuchForum, NotWrittenDown
from tests.record.samples import numbered, said


@pytest.fixture
def log(engine: Engine) -> Log:
    log = Log(engine)
    log.start("forum", "RIVER-7", said("welcome"))
    return log


def test_what_is_appended_is_read_back_in_order(log: Log) -> None:
    with log.turn("forum") as turn:
        assert turn.seq == 1
        assert turn.append(said("a", "b")) == 3
        assert turn.append([]) == 3
        assert turn.append(said("c")) == turn.seq == 4

    assert log.read("forum") == said("welcome", "a", "b", "c")
    assert log.read("forum", after=2) == said("b", "c")
    assert log.read("forum", after=4) == []
    assert log.head("forum").seq == 4


def test_a_turn_in_which_nothing_is_said_changes_nothing(log: Log) -> None:
    before = log.head("forum")
    with log.turn("forum"):
        pass
    assert log.head("forum") == before


def test_a_forum_is_found_by_its_join_code(log: Log) -> None:
    log.start("other", "LAKE-2", [])

    assert log.forums() == ["forum", "other"]
    assert log.forum_of("LAKE-2") == "other"
    assert log.forum_of("SEA-1") is None
    assert log.join_code("forum") == "RIVER-7"
    assert log.head("other") == Head(0, beginning("other"))


@pytest.mark.parametrize(("forum", "code"), [("forum", "LAKE-2"), ("other", "RIVER-7")])
def test_a_forum_or_a_join_code_is_there_once(log: Log, forum: str, code: str) -> None:
    with pytest.raises(AlreadyThere, match=forum):
        log.start(forum, code, said("again"))
    assert log.forums() == ["forum"]
    assert log.read("forum") == said("welcome")


def test_a_forum_that_was_never_started_has_no_turns(log: Log) -> None:
    with pytest.raises(NoSuchForum, match="nowhere"), log.turn("nowhere"):
        pytest.fail("there was a turn")
    with pytest.raises(NoSuchForum):
        log.head("nowhere")
    with pytest.raises(NoSuchForum):
        log.join_code("nowhere")


def test_a_turn_that_fails_leaves_nothing(log: Log) -> None:
    before = log.head("forum")

    def fail() -> None:
        with log.turn("forum") as turn:
            turn.append(said("lost"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert log.read("forum") == said("welcome")
    assert log.head("forum") == before


def test_a_turn_reads_on_from_what_another_node_has_written(log: Log) -> None:
    with log.turn("forum") as turn:
        turn.append(said("from elsewhere"))

    with log.turn("forum") as turn:
        assert turn.behind(1) == said("from elsewhere")
        turn.append(said("mine"))
        assert turn.behind(2) == []


def test_two_writers_never_share_a_place(database: str, log: Log) -> None:
    nodes = [open_database(database) for _ in range(3)]

    def speak(speaker: int) -> None:
        node = Log(nodes[speaker % len(nodes)])
        for number in range(10):
            with node.turn("forum") as turn:
                turn.append(said(f"{speaker}.{number} a", f"{speaker}.{number} b"))

    with ThreadPoolExecutor(6) as speakers:
        list(speakers.map(speak, range(6)))

    heard = [event.text for event in log.read("forum", after=1) if isinstance(event, Announced)]
    assert heard[0::2] == [words.replace(" b", " a") for words in heard[1::2]]  # turns are whole
    assert sorted(heard) == sorted(
        f"{speaker}.{number} {part}"
        for speaker in range(6)
        for number in range(10)
        for part in "ab"
    )
    assert faults(log.engine, "forum") == []
    for node in nodes:
        node.dispose()


def test_forums_take_their_turns_apart(log: Log) -> None:
    log.start("other", "LAKE-2", [])
    with log.turn("other") as turn:
        turn.append(said("over here"))

    assert log.read("other") == said("over here")
    assert log.read("forum") == said("welcome")


READ_ONLY = {
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    ),
}


def test_a_database_that_cannot_be_written_is_told_and_read_all_the_same(log: Log) -> None:
    forbid, allow = READ_ONLY[log.engine.dialect.name]
    tell_all_connections(log.engine, forbid)

    with pytest.raises(NotWrittenDown, match=r"read-?only"), log.turn("forum") as turn:
        turn.append(said("lost"))
    assert log.read("forum") == said("welcome")

    tell_all_connections(log.engine, allow)
    with log.turn("forum") as turn:
        turn.append(said("kept"))
    assert log.read("forum") == said("welcome", "kept")


def tell_all_connections(engine: Engine, statement: str) -> None:
    """The pool holds one connection here, which every transaction of this thread gets."""
    with engine.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


IMPATIENT = {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SET lock_timeout = 50"}  # ms


def test_a_forum_that_another_node_holds_too_long_is_told(database: str, log: Log) -> None:
    other = Log(open_database(database))
    tell_all_connections(other.engine, IMPATIENT[other.engine.dialect.name])

    with log.turn("forum") as turn:
        turn.append(said("slow"))
        with pytest.raises(NotWrittenDown, match="lock"), other.turn("forum"):
            pytest.fail("two turns at once")

    with other.turn("forum") as turn:
        assert turn.behind(1) == said("slow")
    other.engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_lost_in_a_turn_is_told(log: Log) -> None:
    def be_cut_off() -> None:
        with log.turn("forum") as turn:
            turn.append(said("lost"))
            end_all_connections(log.engine)

    with pytest.raises(NotWrittenDown, match="terminat"):
        be_cut_off()

    assert log.read("forum") == said("welcome")
    end_all_connections(log.engine)
    with log.turn("forum") as turn:
        turn.append(said("kept"))
    assert log.read("forum") == said("welcome", "kept")


def end_all_connections(engine: Engine) -> None:
    own = open_database(engine.url.render_as_string(hide_password=False))
    with own.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    own.dispose()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9))))
def test_sequence_numbers_have_no_gap_and_no_repeat(engine: Engine, turns: list[list[str]]) -> None:
    log = Log(engine)
    forum = f"forum {len(log.forums())}"
    log.start(forum, forum, [])

    for texts in turns:
        with log.turn(forum) as turn:
            turn.append(said(*texts))

    all_said = said(*(words for texts in turns for words in texts))
    assert log.read(forum) == all_said
    assert log.head(forum).seq == len(all_said)
    assert faults(engine, forum) == []


def test_a_long_record_is_read_in_order(log: Log) -> None:
    with log.turn("forum") as turn:
        turn.append(numbered(2, 2500))
    assert log.read("forum", after=1) == numbered(2, 2500)
