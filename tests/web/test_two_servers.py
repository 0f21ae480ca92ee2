"""Two servers over one PostgreSQL: what is said on one is heard on both, and a draft is written on
one of them at a time."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from urllib.error import HTTPError

import pytest
from websockets.exceptions import ConnectionClosed

from facilitate.live.drafts.frames import Sync, sync
from facilitate.meeting.breakouts import CloseContributions
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import Addressee, ReviseDraftRecommendation, SubmitDraft
from tests.postgres import Server, free_port
from tests.web.serving import Door, at_a_free_port, planned, process
from tests.web.test_desk_writes import ask
from tests.web.test_drafting import FIRST, Pen, begin, line, pen, posted, standing
from tests.web.test_sockets import until

Process = Popen[bytes]


@pytest.fixture
def door(postgres: Server) -> Iterator[Door]:
    database = postgres.fresh_database()
    yield planned(at_a_free_port(database))
    postgres.drop(database)


@contextmanager
def two(door: Door, folder: Path) -> Iterator[tuple[Door, Process, Door]]:
    other = replace(door, settings=replace(door.settings, port=free_port()))
    with process(door, folder / "one") as one, process(other, folder / "two"):
        begin(door)
        yield door, one, other


def turned_away(door: Door, by: str) -> tuple[int, str]:
    with line(door, by) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


@contextmanager
def taken_over(door: Door, by: str) -> Iterator[Pen]:
    """As a page does: again and again until one is let in."""
    end = time.monotonic() + 60
    while turned_away_for_now(door, by):
        assert time.monotonic() < end
        time.sleep(0.2)
    with pen(door, by) as writer:
        yield writer


def turned_away_for_now(door: Door, by: str) -> bool:
    try:
        with pen(door, by):
            return False
    except ConnectionClosed:
        return True


def test_a_draft_is_written_on_one_server_and_the_other_says_so(door: Door, tmp_path: Path) -> None:
    with two(door, tmp_path) as (here, _, there), pen(here) as rita:
        rita.type(0, "Here. ")
        rita.until_saved()
        assert turned_away(there, "ramon") == (1013, "written-elsewhere")
        with pytest.raises(HTTPError) as refused:
            posted(there, "ramon")
        assert refused.value.code == 503
        assert refused.value.read() == b"written-elsewhere"
        rita.type(0, "Still ")
        rita.until_saved()
        rita.until_settled(f"Still Here. {FIRST}")


def test_forms_on_the_other_server_go_into_the_same_draft(door: Door, tmp_path: Path) -> None:
    with two(door, tmp_path) as (here, _, there), pen(here) as rita:
        text = f"{FIRST} By form."
        ask(there, "ramon", ReviseDraftRecommendation("b1", "d1", 1, Addressee.PARTIES, text))
        rita.type(0, "Typed. ")
        rita.until(lambda: rita.text == f"Typed. {FIRST} By form.")
        ask(there, "sam", CloseContributions("b1"))
        with pytest.raises(HTTPError) as refused:
            ask(there, "rita", SubmitDraft("b1", 3))
        assert b"on another server" in refused.value.read()


def test_where_a_server_is_killed_another_takes_its_drafts_over(door: Door, tmp_path: Path) -> None:
    with two(door, tmp_path) as (here, one, there):
        with pen(here) as rita:
            rita.type(0, "Saved. ")
            rita.until_saved()
            one.kill()
            one.wait()
        with taken_over(there, "ramon") as ramon:
            assert ramon.text == f"Saved. {FIRST}"
            ramon.type(0, "Gone on. ")
            ramon.until_saved()
        with process(here, tmp_path / "again"):
            assert turned_away(here, "rita") == (1013, "written-elsewhere")
            with taken_over(here, "rita") as rita:  # nobody writes there any more
                assert rita.text == f"Gone on. Saved. {FIRST}"


def test_who_sits_on_a_server_that_was_frozen_is_told_to_come_again(
    door: Door, tmp_path: Path
) -> None:
    with two(door, tmp_path) as (here, one, there), pen(here) as rita:
        one.send_signal(signal.SIGSTOP)
        try:
            with taken_over(there, "ramon"):
                one.send_signal(signal.SIGCONT)
                assert rita.ended() == 1012
        finally:
            one.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("meanwhile", [True, False])
def test_a_server_that_was_frozen_writes_nothing_over_the_other(
    door: Door, tmp_path: Path, meanwhile: bool
) -> None:
    with two(door, tmp_path) as (here, one, there), pen(here) as rita:
        rita.type(0, "Before. ")
        rita.until_saved()
        one.send_signal(signal.SIGSTOP)
        try:
            with taken_over(there, "ramon") as ramon:
                rita.type(0, "Unheard. ")
                if meanwhile:
                    ramon.type(0, "Meanwhile. ")
                    ramon.until_saved()
                one.send_signal(signal.SIGCONT)
                assert rita.ended() in (1011, 1012)
                if not meanwhile:  # its row would have been in the way of nobody's
                    ramon.type(0, "Meanwhile. ")
                    ramon.until_saved()
                ramon.until_settled(f"Meanwhile. Before. {FIRST}")
        finally:
            one.send_signal(signal.SIGCONT)
        with pen(there) as again:  # with the copy that holds what nobody has heard
            theirs, again.copy = again.copy.state(), rita.copy
            again.update(rita.copy.lacks(theirs))
            again.say(sync(Sync.WHAT_I_HAVE, rita.copy.state()))
            words = {f"Unheard. Meanwhile. Before. {FIRST}", f"Meanwhile. Unheard. Before. {FIRST}"}
            again.until(lambda: again.text in words)
            again.until_saved()
            assert standing(there) == again.text


# --- all else is told on both ---------------------------------------------------------------


def test_who_listens_on_one_server_hears_what_is_said_on_the_other(
    door: Door, tmp_path: Path
) -> None:
    with two(door, tmp_path) as (here, _, there), there.line("hugo", "?after=0") as hugo:
        ask(here, "anna", Contribute("b1", "c1", Kind.GAP, "Nobody pays us.", "en"))
        until(hugo, "Nobody pays us.")


def test_what_was_said_while_the_database_was_away_is_told_when_it_is_back(tmp_path: Path) -> None:
    server = Server("fsync=off")
    try:
        door = planned(at_a_free_port(server.fresh_database()))
        with two(door, tmp_path) as (here, _, there), there.line("hugo", "?after=0") as hugo:
            server.kill()
            server.start()
            said = Contribute("b1", "c1", Kind.GAP, "Nobody pays us.", "en")
            again(lambda: ask(here, "anna", said))
            until(hugo, "Nobody pays us.")
    finally:
        server.close()


def again(tried: Callable[[], object]) -> None:
    """Until it is done: a server may not have noticed yet that its database is back."""
    end = time.monotonic() + 60
    while not done(tried):
        assert time.monotonic() < end
        time.sleep(0.2)


def done(tried: Callable[[], object]) -> bool:
    try:
        tried()
    except HTTPError as refused:
        refused.close()
        return False
    return True
