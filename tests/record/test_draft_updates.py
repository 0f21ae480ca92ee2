"""The log of a live draft: read as it was written, by those who are in the forum."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from facilitate.meeting.erasures import PersonErased
from facilitate.record.backups import backup
from facilitate.record.directory import Directory, Entry
from facilitate.record.draft_leases import DraftLeases
from facilitate.record.draft_updates import DraftLog, DraftUpdate
from facilitate.record.engines import NotWrittenDown, open_database
from facilitate.record.log import Log
from tests.record.samples import NOON, said

UPDATES = (
    DraftUpdate(1, "", NOON, b"\x00", seq=7),
    DraftUpdate(2, "rita", NOON, b"\x01\xff"),
    DraftUpdate(3, "anna", NOON, b"\x02", contribution="c1"),
)


@pytest.fixture
def draft(engine: Engine) -> DraftLog:
    Log(engine).start("water", "RIVER-7", said("one"))
    for person in ("rita", "anna"):
        Directory(engine).add("water", Entry(person, person, "", "en"))
    for id in ("b1", "b2"):
        DraftLeases(engine, "water", "ours").take(id, None)
    return DraftLog(engine, "water", "b1", 1, "ours")


def test_what_was_written_down_is_read_in_its_order(draft: DraftLog) -> None:
    draft.write_down(UPDATES[:1])
    draft.write_down_typed(UPDATES[1:])
    assert draft.read() == list(UPDATES)
    assert replace(draft, draft="b2").read() == replace(draft, epoch=2).read() == []


def test_two_who_write_down_the_same_number_are_not_both_taken(draft: DraftLog) -> None:
    draft.write_down(UPDATES[:1])
    with pytest.raises(IntegrityError):
        draft.write_down(UPDATES[:2])
    assert draft.read() == [UPDATES[0]]


def test_a_server_that_lost_the_draft_writes_nothing_down_any_more(draft: DraftLog) -> None:
    draft.write_down(UPDATES[:1])
    theirs = DraftLeases(draft.engine, "water", "theirs")
    assert theirs.take("b1", theirs.seen("b1"))
    for write in (draft.write_down, draft.write_down_typed, draft.shorten):
        with pytest.raises(NotWrittenDown):
            write(UPDATES[1:2])
    replace(draft, holder="theirs").write_down(UPDATES[1:2])
    assert draft.read() == list(UPDATES[:2])


def test_a_shorter_log_stands_in_the_place_of_its_beginning(draft: DraftLog) -> None:
    draft.write_down(UPDATES)
    shorter = replace(UPDATES[1], body=b"both", seq=7)
    draft.shorten([shorter])
    assert draft.read() == [shorter, UPDATES[2]]


def test_who_is_erased_meanwhile_writes_nothing_down_any_more(draft: DraftLog) -> None:
    draft.write_down(UPDATES[:1])
    draft.write_down_typed(UPDATES[1:2])
    with Log(draft.engine).turn("water") as turn:
        turn.append([PersonErased("rita", at=NOON, by="rita")])
    with pytest.raises(NotWrittenDown):
        draft.write_down_typed((replace(UPDATES[2], number=3), replace(UPDATES[1], number=4)))
    first, second = draft.read()
    assert first == UPDATES[0]
    assert second.person.startswith("erased-")
    assert second.body == UPDATES[1].body


def test_who_was_never_in_the_forum_writes_nothing_down(draft: DraftLog) -> None:
    with pytest.raises(NotWrittenDown):
        draft.write_down_typed((UPDATES[1], replace(UPDATES[2], person="mallory")))
    assert draft.read() == []


def test_a_backup_holds_it(draft: DraftLog, tmp_path: Path) -> None:
    draft.write_down(UPDATES)
    backup(draft.engine, tmp_path / "backup.db", lambda done, total: None)
    copy = open_database(str(tmp_path / "backup.db"))
    assert replace(draft, engine=copy).read() == list(UPDATES)
    copy.dispose()
