"""The sheet says go where the day may begin, and otherwise why not, in words."""

from dataclasses import replace

import pytest

from facilitate.rehearsal.histories import Fault, Wrong
from facilitate.rehearsal.sheet import MB, Measured, Server, first_to_break, go, of, reasons, sheet

SERVER = Server(
    processor=0.2,
    busiest=0.5,
    memory_before=70 * MB,
    memory=100 * MB,
    memory_left=1000 * MB,
    files=100_000,
)
FINE = Measured(
    address="http://127.0.0.1:8000",
    forum="water",
    people=300,
    seconds=60,
    seed=5,
    pace=1,
    came=300,
    at_once=100,
    turned_away=0,
    came_back=15,
    slow=9,
    never=1,
    broken=0,
    cut_off=2,
    said=401,
    saved=399,
    refused={"too-fast": 1},
    pages=150,
    deliveries=120_000,
    arriving=(0.1, 0.2),
    acknowledging=(0.01, 0.02),
    hearing=(0.02, 0.03),
    delays=(0.001,),
    own_processor=0.3,
    server=SERVER,
    faults=(),
)


def test_a_day_without_a_fault_may_begin() -> None:
    assert go(FINE)
    told = sheet(FINE)
    assert told.startswith("GO: a rehearsal of “water” at http://127.0.0.1:8000\n")
    for line in (
        "People              300 of 300, 100 of them at once; "
        "150 look at a page, the others hear the events",
        "Their lines         15 dropped and came back, 9 slow, 1 never read; "
        "the server dropped 0 good ones, 2 slow ones",
        "Said                401, acknowledged 399, refused too-fast 1, "
        "unanswered when a line dropped 1",
        "Acknowledged in     p50 10.0 ms, p95 20.0 ms, p99 20.0 ms, max 20.0 ms",
        "Deliveries          120,000",
        "Lost                0",
        "Server's processor  20% of one core, 50% at most",
        "Server's memory     70 MB before, 100 MB at most",
    ):
        assert line in told.splitlines()


@pytest.mark.parametrize("what", Wrong)
def test_a_single_fault_is_a_no_go_that_names_whom_it_befell(what: Wrong) -> None:
    broken = replace(FINE, faults=(Fault(what, "anna", 41, "contribution c1"),))
    assert not go(broken)
    told = sheet(broken)
    assert told.startswith("NO-GO: ")
    assert f"{what} at 41 (contribution c1), anna" in told
    assert ("Lost                1" in told) == (what is Wrong.LOST)


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        (replace(FINE, came=298), "2 of 300 people never got in."),
        (replace(FINE, saved=0), "Nothing that anybody said was acknowledged"),
        (replace(FINE, broken=3), "dropped 3 good connections"),
        (replace(FINE, delays=(0.3,)), "This rehearsal itself could not keep up"),
        (replace(FINE, arriving=(20.0,)), "1 in 100 waited 20.0 s or longer to be let in"),
        (replace(FINE, acknowledging=(1.5,)), "waited 1.5 s or longer for an acknowledgement"),
        (replace(FINE, hearing=(2.5,)), "waited 2.5 s or longer to hear what was said"),
    ],
)
def test_each_reason_against_it_is_said(worse: Measured, why: str) -> None:
    (reason,) = reasons(worse)
    assert why in reason
    assert reason in sheet(worse)


def test_many_faults_are_counted_and_only_the_first_are_shown() -> None:
    many = tuple(Fault(Wrong.GAP, "anna", n) for n in range(1, 26))
    told = sheet(replace(FINE, faults=many))
    assert "Events that somebody never heard: 25." in told
    assert told.count("gap at") == 10
    assert "and 15 more" in told


def test_percentiles_are_the_least_that_so_many_do_not_exceed() -> None:
    times = [float(n) for n in range(1, 101)]
    assert [of(times, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert of([7.0], 0.5) == of([7.0], 0.99) == 7


def test_what_breaks_first_is_reckoned_from_what_was_measured() -> None:
    # 20 % for 300 people, growing with their square: 80 % for twice as many.
    assert first_to_break(FINE) == (
        "the processor (one core, 80% of it), with about 600 people at this pace."
    )
    few = replace(SERVER, files=564)
    assert first_to_break(replace(FINE, server=few)).startswith("the number of open files (564;")
    # 30 MB for 300 people, and 10 MB are left: a hundred more.
    full = replace(SERVER, memory_left=10 * MB)
    assert (
        first_to_break(replace(FINE, server=full)) == "memory, with about 400 people at this pace."
    )
    busy = replace(SERVER, processor=0.9)
    assert "used up already with 300 people" in first_to_break(replace(FINE, server=busy))


def test_where_people_wait_too_long_already_nothing_else_breaks_first() -> None:
    assert first_to_break(replace(FINE, hearing=(2.5,))) == (
        "people's patience, already with 300 of them: see above."
    )


def test_without_the_servers_process_nothing_is_made_up() -> None:
    blind = replace(FINE, server=None)
    assert first_to_break(blind) == "not known without --pid."
    assert "Server              not measured" in sheet(blind)
    assert first_to_break(replace(FINE, delays=(0.3,))) == "this rehearsal did, before the server."
