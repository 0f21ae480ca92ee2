"""One server at a time has a draft, and the others find out when it is gone."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from facilitate.record.draft_leases import NOBODY, DraftLeases, Lease
from facilitate.record.log import Log
from tests.record.samples import said


@pytest.fixture
def ours(engine: Engine) -> DraftLeases:
    Log(engine).start("water", "RIVER-7", said("one"))
    return DraftLeases(engine, "water", "ours")


@pytest.fixture
def theirs(ours: DraftLeases) -> DraftLeases:
    return replace(ours, holder="theirs")


def test_the_first_has_it_and_nobody_else(ours: DraftLeases, theirs: DraftLeases) -> None:
    assert ours.seen("b1") is None
    assert ours.take("b1", None)
    assert not theirs.take("b1", None)
    assert theirs.seen("b1") == Lease("ours", 1)
    assert theirs.take("b2", None)


def test_whoever_counts_on_keeps_it(ours: DraftLeases, theirs: DraftLeases) -> None:
    ours.take("b1", None)
    seen = theirs.seen("b1")
    assert ours.count_on() == {"b1"}
    assert not theirs.take("b1", seen)
    assert ours.count_on() == {"b1"}


def test_whoever_stands_still_loses_it(ours: DraftLeases, theirs: DraftLeases) -> None:
    ours.take("b1", None)
    assert theirs.take("b1", theirs.seen("b1"))
    assert ours.count_on() == frozenset()
    assert theirs.count_on() == {"b1"}


def test_what_was_let_go_is_anybodys(ours: DraftLeases, theirs: DraftLeases) -> None:
    for id in ("b1", "b2"):
        ours.take(id, None)
    theirs.let_go("b1")
    assert ours.count_on() == {"b1", "b2"}
    ours.let_go("b1")
    seen = theirs.seen("b1")
    assert seen is not None
    assert seen.holder == NOBODY
    assert theirs.take("b1", seen)
    assert ours.count_on() == {"b2"}
