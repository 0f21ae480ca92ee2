"""The record that the state is measured by, and what is told of it."""

from itertools import islice
from pathlib import Path

from benchmarks import records, state
from facilitate.meeting import Forum, replay
from facilitate.plans import read_plan
from facilitate.record.chain import faults
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.rehearsal import PLAN


def test_a_day_of_any_length_is_always_the_same_and_can_be_replayed() -> None:
    plan = read_plan(PLAN)
    first, again = (list(islice(records.day(plan), 2000)) for _ in range(2))
    assert first == again
    forum = replay(Forum(plan.id), first)
    voices = forum.contributions.by_id.values()
    assert len(forum.people) > 150
    assert len(voices) > 100
    assert sum(len(voice.endorsements) for voice in voices) > 1000


def test_a_record_is_written_as_long_as_it_is_wished(tmp_path: Path) -> None:
    database = str(tmp_path / "state.db")
    id = records.write(database, records.TURN + 100)
    engine = open_database(database)
    assert Log(engine).head(id).seq == records.TURN + 100
    assert faults(engine, id) == []
    engine.dispose()
    told = state.restart(database)
    assert told["events"] == records.TURN + 100
    assert told["seconds"] >= 0
