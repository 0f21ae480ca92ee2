"""Whatever people do, in whatever order: what must stay true of the meeting and of its record."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from random import Random
from typing import assert_never

import hypothesis.strategies as st
import pytest
from hypothesis import note, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Column, ColumnElement, select, update

from facilitate.meeting import Command, Event, Forum, replay
from facilitate.meeting.codec import command as command_in
from facilitate.meeting.codec import decode, encode
from facilitate.meeting.contributions import Standing
from facilitate.meeting.erasures import ErasePerson, remains
from facilitate.meeting.recommendations import Object, Stage
from facilitate.record.chain import faults
from facilitate.record.engines import open_database, reading, writing
from facilitate.record.log import Head, Log
from facilitate.record.tables import events as rows
from facilitate.record.tables import forums
from tests.meeting.laws import LAWS_OF_TEXTS
from tests.meeting.playbook import (
    ANNA,
    DAY,
    FAIR,
    HUGO,
    NOON,
    OPENING,
    REPORTING,
    TOGETHER,
    VOICES,
    WRITING,
    given,
    proposing,
)
from tests.properties.meetings import PEOPLE, commands, heard, in_order, up_to_date, wishes

names = count(1)
AMENDED = (
    *DAY,
    proposing(FAIR.replace("artists", "all artists")),
    proposing(FAIR.replace("digital", "digital and analogue"), "a2", by=HUGO),
    (ANNA, Object("r1", "Too weak.")),
)
DRAFTED = OPENING + VOICES + WRITING + REPORTING
MOMENTS = (  # the later, the more there is to ask for
    *(AMENDED,) * 4,
    *(DAY,) * 4,
    *(DRAFTED + TOGETHER,) * 4,
    *(DAY[:passed] for passed in range(len(DAY))),
)

CHAINED = ("seq", "kind", "body", "salt", "digest", "link")  # all that a row of a forum holds
PLACES = st.integers(0, 99_999)

Value = int | str | bytes | None
Stored = Column[Value]


def other(value: Value, at: int) -> Value:
    """The least that differs: one bit, one letter; a number that no row has."""
    match value:
        case None:
            return b""
        case int():
            return -value - at
        case str():
            here = at % len(value)
            return value[:here] + chr(ord(value[here]) ^ 1) + value[here + 1 :]
        case bytes():
            here = at % len(value)
            return value[:here] + bytes([value[here] ^ 1]) + value[here + 1 :]
        case _:
            assert_never(value)


class AnyMeeting(RuleBasedStateMachine):
    """A forum at any moment of its day, in which anybody asks for anything."""

    nodes: tuple[Log, Log]

    @initialize(seed=st.integers(0, 99_999))
    def the_day_has_come_so_far(self, seed: int) -> None:
        so_far = Random(seed).choice(MOMENTS)
        self.id = f"forum-{next(names)}"
        self.log, self.elsewhere = self.nodes
        self.now = NOON
        self.told: list[Event] = list(given().having(*so_far).past)
        self.forum = replay(Forum(self.id), self.told)
        self.log.start(self.id, self.id, self.told)

    @rule(command=commands, by=st.sampled_from(PEOPLE), aimed=st.booleans(), late=st.booleans())
    def anybody_asks(self, command: Command, by: str, aimed: bool, late: bool) -> None:
        if aimed:
            command = up_to_date(self.forum, command)
        self.now += timedelta(seconds=late)
        self.ask(by, command)

    @rule(seed=st.integers(0, 99_999))
    def people_ask_for_what_is_in_order(self, seed: int) -> None:
        for kind, start in wishes(seed):
            if found := in_order(self.forum, kind, start, self.now):
                self.ask(*found)

    def ask(self, by: str, command: Command) -> None:
        command = command_in(encode(command))
        before, head = self.forum, self.log.head(self.id)
        events = heard(before, command, by, self.now)
        note(f"{by}: {command} -> {[type(event).__name__ for event in events]}")
        with self.log.turn(self.id) as turn:
            assert turn.append(events) == len(self.told) + len(events)
        if not events:
            self.a_refusal_changes_nothing(head)
        self.told += events
        self.forum = replay(before, events)
        if events and isinstance(command, ErasePerson):
            self.somebody_is_gone(command.person)
        self.a_command_sent_again_changes_nothing(command, by)

    def somebody_is_gone(self, person: str) -> None:
        """The record was rewritten, and nothing in it is of that person any more."""
        self.told = self.log.read(self.id)
        self.forum = replay(Forum(self.id), self.told)
        for event in self.told:
            assert remains(event, person, "somebody") == event
        assert faults(self.log.engine, self.id) == []

    def a_refusal_changes_nothing(self, head: Head) -> None:
        assert self.log.head(self.id) == head
        assert replay(Forum(self.id), self.log.read(self.id)) == self.forum

    def a_command_sent_again_changes_nothing(self, command: Command, by: str) -> None:
        assert heard(self.forum, command, by, self.now) == ()

    @invariant()
    def replay_equals_state(self) -> None:
        assert replay(Forum(self.id), self.log.read(self.id)) == self.forum

    @rule(share=st.floats(0, 1))
    def joining_late_equals_having_been_there(self, share: float) -> None:
        half = int(len(self.told) * share)
        joined = replay(Forum(self.id), self.told[:half])
        assert replay(joined, self.log.read(self.id, after=half)) == self.forum

    @rule()
    def two_nodes_never_hold_different_records(self) -> None:
        """What one wrote the other has read; from here on it is the other that writes."""
        self.log, self.elsewhere = self.elsewhere, self.log
        assert self.log.head(self.id) == self.elsewhere.head(self.id)
        assert self.log.read(self.id) == self.told

    @rule(share=st.floats(0, 1, exclude_max=True), column=st.sampled_from(CHAINED), at=PLACES)
    def the_chain_breaks_at_any_change_of_any_row(self, share: float, column: str, at: int) -> None:
        seq = 1 + int(share * len(self.told))
        row = (rows.c.forum == self.id) & (rows.c.seq == seq)
        moved = (rows.c.forum == self.id) & (rows.c.seq == other(seq, at))
        self.put_and_taken_back(rows.c[column], at, row, moved if column == "seq" else row)

    @rule(column=st.sampled_from([forums.c.seq, forums.c.link]), at=PLACES)
    def the_chain_breaks_at_any_change_of_its_head(self, column: Stored, at: int) -> None:
        row = forums.c.id == self.id
        self.put_and_taken_back(column, at, row, row)

    def put_and_taken_back(
        self, column: Stored, at: int, row: ColumnElement[bool], then: ColumnElement[bool]
    ) -> None:
        """Something else is put in a column of ``row``, which is found as ``then`` from then on."""
        with reading(self.log.engine) as connection:
            written = connection.execute(select(column).where(row)).scalar_one()
        self.put(column, other(written, at), row)
        assert faults(self.log.engine, self.id) != []
        self.put(column, written, then)
        assert faults(self.log.engine, self.id) == []

    def put(self, column: Stored, value: Value, row: ColumnElement[bool]) -> None:
        with writing(self.log.engine) as connection:
            done = connection.execute(update(column.table).where(row).values({column: value}))
        assert done.rowcount == 1

    @invariant()
    def sequence_numbers_have_no_gap_and_no_repeat(self) -> None:
        assert self.log.head(self.id).seq == len(self.told)
        assert self.log.read(self.id, after=len(self.told) - 1) == self.told[-1:]

    def teardown(self) -> None:
        if hasattr(self, "id"):
            assert faults(self.log.engine, self.id) == []

    @invariant()
    def events_survive_the_codec(self) -> None:
        last = self.told[-3:]
        assert [decode(encode(event)) for event in last] == last

    @invariant()
    def what_stands_in_a_breakout_is_counted(self) -> None:
        by_id = self.forum.contributions.by_id.values()
        standing = [made for made in by_id if made.standing is Standing.STANDS]
        there = Counter((made.breakout, made.kind, made.attendance) for made in standing)
        assert +Counter(dict(self.forum.contributions.counted)) == there

    @invariant()
    def the_laws_of_texts_hold(self) -> None:
        for law in LAWS_OF_TEXTS:
            law(self.forum)

    @invariant()
    def what_is_under_discussion_is_what_the_plenary_has_before_it(self) -> None:
        discussed = [
            there.id
            for there in self.forum.recommendations.by_id.values()
            if there.stage is Stage.UNDER_DISCUSSION
        ]
        assert discussed == [id for id in [self.forum.plenary.current] if id is not None]

    @invariant()
    def whoever_has_the_floor_has_no_hand_up(self) -> None:
        for floor in self.forum.floors.values():
            assert floor.speaking is None or floor.speaking.person not in floor.hands


@pytest.fixture
def nodes(database: str) -> Iterator[tuple[Log, Log]]:
    one, other = open_database(database), open_database(database)
    yield Log(one), Log(other)
    one.dispose()
    other.dispose()


FEWER = {"postgresql": 4}  # all that is learnt there is whether the record is the same


def test_any_meeting(nodes: tuple[Log, Log]) -> None:
    class Here(AnyMeeting):
        pass

    Here.nodes = nodes
    usual = settings()
    examples = 2 * usual.max_examples // FEWER.get(nodes[0].engine.dialect.name, 1)
    longer = settings(max_examples=examples, stateful_step_count=2 * usual.stateful_step_count)
    run_state_machine_as_test(Here, settings=longer)
