"""Each kind of tampering with a record is found, and where it was done."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from facilitate.record.chain import Fault, NoSuchForum, Tampering, faults
from facilitate.record.engines import writing
from facilitate.record.log import Log
from facilitate.record.tables import events, forums
from tests.record.samples import numbered, said

LENGTH = 9
ASIDE = 1_000_000  # where rows are put while others are moved

CHANGED, REMOVED, SWAPPED = Tampering.CHANGED, Tampering.REMOVED, Tampering.SWAPPED
ADDED, CUT_OFF, HEAD = Tampering.ADDED, Tampering.CUT_OFF, Tampering.HEAD

Deed = Callable[[Connection], None]


@pytest.fixture
def log(engine: Engine) -> Log:
    """One forum that is tampered with, and another whose rows can be taken."""
    log = Log(engine)
    log.start("forum", "RIVER-7", numbered(1, LENGTH))
    log.start("other", "LAKE-2", numbered(1, LENGTH))
    return log


def changed(seq: int, **columns: str | bytes | None) -> Deed:
    row = update(events).where(events.c.forum == "forum", events.c.seq == seq)
    return lambda connection: wrote(connection.execute(row.values(columns)).rowcount)


def wrote(rows: int) -> None:
    assert rows, "there was nothing to tamper with"


def removed(*seqs: int) -> Deed:
    rows = delete(events).where(events.c.forum == "forum", events.c.seq.in_(seqs))
    return lambda connection: wrote(connection.execute(rows).rowcount)


def moved(old: int, new: int) -> Deed:
    row = update(events).where(events.c.forum == "forum", events.c.seq == old)
    return lambda connection: wrote(connection.execute(row.values(seq=new)).rowcount)


def in_turn(*deeds: Deed) -> Deed:
    def all_of_them(connection: Connection) -> None:
        for deed in deeds:
            deed(connection)

    return all_of_them


def swapped(one: int, other: int) -> Deed:
    return in_turn(moved(one, ASIDE), moved(other, one), moved(ASIDE, other))


def contents_swapped(*columns: str) -> Deed:
    """Rows 3 and 6 keep their links and exchange these columns."""

    def exchange(connection: Connection) -> None:
        query = select(*(events.c[name] for name in columns)).where(events.c.forum == "forum")
        third = connection.execute(query.where(events.c.seq == 3)).one()._asdict()
        sixth = connection.execute(query.where(events.c.seq == 6)).one()._asdict()
        in_turn(changed(3, **sixth), changed(6, **third))(connection)

    return exchange


def taken_from_the_other_forum(its: int, ours: int) -> Deed:
    def take(connection: Connection) -> None:
        query = select(events).where(events.c.forum == "other", events.c.seq == its)
        row = connection.execute(query).one()._asdict()
        connection.execute(insert(events), {**row, "forum": "forum", "seq": ours})

    return take


def put_between(seq: int) -> Deed:
    """What stands at ``seq`` and behind it makes room for a row of the other forum."""
    back = [moved(place, place + 1) for place in range(LENGTH, seq - 1, -1)]
    return in_turn(*back, taken_from_the_other_forum(2, seq))


def closed_up(*seqs: int) -> Deed:
    """The rows are removed, and those behind take their numbers."""
    behind = range(max(seqs) + 1, LENGTH + 1)
    return in_turn(removed(*seqs), *(moved(seq, seq - len(seqs)) for seq in behind))


def head_changed(**columns: int | bytes) -> Deed:
    row = update(forums).where(forums.c.id == "forum").values(columns)
    return lambda connection: wrote(connection.execute(row).rowcount)


TAMPERINGS: dict[str, tuple[Deed, list[Fault]]] = {
    "body": (changed(4, body='{"type":"Announced"}'), [Fault(4, CHANGED)]),
    "salt": (changed(4, salt=b"0" * 16), [Fault(4, CHANGED)]),
    "kind": (changed(4, kind="Gavel"), [Fault(4, CHANGED)]),
    "digest": (changed(4, digest=b"0" * 32), [Fault(4, CHANGED)]),
    "link": (changed(4, link=b"0" * 32), [Fault(4, CHANGED)]),
    "body of the first": (changed(1, body="{}"), [Fault(1, CHANGED)]),
    "kind of the first": (changed(1, kind="Gavel"), [Fault(1, CHANGED)]),
    "kind of the last": (changed(LENGTH, kind="Gavel"), [Fault(LENGTH, CHANGED)]),
    "link of the last": (changed(LENGTH, link=b"0"), [Fault(LENGTH, CHANGED)]),
    "kinds of two neighbours": (
        in_turn(changed(4, kind="Gavel"), changed(5, kind="Gavel")),
        [Fault(4, CHANGED), Fault(5, CHANGED)],
    ),
    "body and salt gone": (changed(4, body=None, salt=None), [Fault(4, CHANGED)]),
    "rewritten without an erasure": (changed(4, body="{}", salt=None), [Fault(4, CHANGED)]),
    "removed": (removed(4), [Fault(4, REMOVED)]),
    "the first removed": (removed(1), [Fault(1, REMOVED)]),
    "three removed": (removed(4, 5, 6), [Fault(4, REMOVED)]),
    "two removed apart": (removed(4, 7), [Fault(4, REMOVED), Fault(7, REMOVED)]),
    "removed and closed up": (closed_up(4), [Fault(4, REMOVED)]),
    "three removed and closed up": (closed_up(4, 5, 6), [Fault(4, REMOVED)]),
    "neighbours swapped": (swapped(4, 5), [Fault(4, SWAPPED), Fault(5, SWAPPED)]),
    "swapped over one": (swapped(4, 6), [Fault(4, SWAPPED), Fault(6, SWAPPED)]),
    "swapped over many": (swapped(2, 7), [Fault(2, SWAPPED), Fault(7, SWAPPED)]),
    "first and last swapped": (swapped(1, LENGTH), [Fault(1, SWAPPED), Fault(LENGTH, SWAPPED)]),
    "last two swapped": (swapped(8, 9), [Fault(8, SWAPPED), Fault(9, SWAPPED)]),
    "all but the links swapped": (
        contents_swapped("kind", "body", "salt", "digest"),
        [Fault(3, SWAPPED), Fault(6, SWAPPED)],
    ),
    "bodies swapped": (contents_swapped("body", "salt"), [Fault(3, CHANGED), Fault(6, CHANGED)]),
    "added": (taken_from_the_other_forum(2, LENGTH + 1), [Fault(LENGTH + 1, ADDED)]),
    "added far behind": (taken_from_the_other_forum(2, 99), [Fault(99, ADDED)]),
    "added before the first": (taken_from_the_other_forum(2, 0), [Fault(0, ADDED)]),
    "put between": (put_between(4), [Fault(4, ADDED)]),
    "put before all": (put_between(1), [Fault(1, ADDED)]),
    "put in the place of another": (
        in_turn(removed(4), taken_from_the_other_forum(4, 4)),
        [Fault(4, CHANGED), Fault(5, CHANGED)],  # what 5 followed is gone
    ),
    "tail cut off": (removed(8, 9), [Fault(8, CUT_OFF)]),
    "all cut off": (removed(*range(1, LENGTH + 1)), [Fault(1, CUT_OFF)]),
    "number of the head lowered": (head_changed(seq=7), [Fault(7, HEAD)]),
    "number of the head raised": (head_changed(seq=12), [Fault(12, HEAD)]),
    "link of the head": (head_changed(link=b"0" * 32), [Fault(LENGTH, HEAD)]),
    "tail cut off and the head lowered": (
        in_turn(removed(8, 9), head_changed(seq=7)),
        [Fault(7, HEAD)],
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_chain_breaks_at_any_change_of_any_row(log: Log, tampering: str) -> None:
    deed, found = TAMPERINGS[tampering]
    assert faults(log.engine, "forum") == []

    with writing(log.engine) as connection:
        deed(connection)

    assert faults(log.engine, "forum") == found
    assert faults(log.engine, "other") == []


def test_every_column_of_an_event_is_under_the_chain(log: Log) -> None:
    """A new column must be put under the chain, or be named here with the reason why not."""
    assert set(events.c.keys()) == {"forum", "seq", "kind", "body", "salt", "digest", "link"}


def test_a_record_of_nothing_is_without_fault(log: Log) -> None:
    log.start("empty", "SEA-1", [])
    assert faults(log.engine, "empty") == []


def test_a_forum_that_was_never_started_cannot_be_verified(log: Log) -> None:
    with pytest.raises(NoSuchForum):
        faults(log.engine, "nowhere")


def test_the_same_words_leave_no_trace_that_could_be_recognised(log: Log) -> None:
    with log.turn("forum") as turn:
        turn.append(said("again", "again"))

    query = select(func.count(events.c.digest.distinct())).where(events.c.seq > LENGTH)
    with log.engine.connect() as connection:
        assert connection.scalar(query) == 2
