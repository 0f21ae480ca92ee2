from datetime import timedelta
from pathlib import Path

import pytest

from facilitate.live.forum import now
from facilitate.meeting import Forum, replay
from facilitate.meeting.plenary import Sitting
from facilitate.record.engines import open_database
from facilitate.record.log import Log
from facilitate.record.sessions import Sessions
from facilitate.rehearsal import PARTS
from facilitate.rehearsal.day import Act
from facilitate.rehearsal.demo import staged


@pytest.mark.parametrize("act", Act)
def test_at_every_hour_there_is_a_link_for_every_part(act: Act, tmp_path: Path) -> None:
    at = now()
    plan, links = staged(str(tmp_path / "demo.db"), act, 0, at)
    assert set(PARTS.values()) <= set(links)

    engine = open_database(str(tmp_path / "demo.db"))
    events = Log(engine).read(plan.id)
    engine.dispose()
    assert all(event.at <= at + timedelta(minutes=1) for event in events)
    sits = replay(Forum(plan.id), events).plenary.sitting
    assert (sits is Sitting.OPEN) is (act is Act.PLENARY)


def test_a_demo_that_was_kept_goes_on_from_where_it_stands(tmp_path: Path) -> None:
    database = str(tmp_path / "demo.db")
    plan, _ = staged(database, Act.PLENARY, 0, now())
    engine = open_database(database)
    before = Log(engine).head(plan.id)

    _, links = staged(database, Act.OPENING, 0, now())
    assert Log(engine).head(plan.id) == before
    exchanged = Sessions(engine).exchange(links["chair"], now(), timedelta(hours=1))
    engine.dispose()
    assert exchanged is not None
    assert exchanged[1].person == "chair"
