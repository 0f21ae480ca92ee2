"""The server's limits, and why it cannot start when it cannot."""

import asyncio
import gc
import re
import socket
from contextlib import closing
from dataclasses import replace
from logging import LogRecord
from pathlib import Path

import pytest
import uvicorn
from msgspec import json

from facilitate.logs import Line, Once
from facilitate.record.engines import Unreachable
from facilitate.serving import (
    COLLECTED_AFTER,
    MESSAGE_LIMIT,
    TESTED,
    NotServed,
    collect_rarely,
    config,
    protocols,
    refuse_taken,
    serve,
)
from facilitate.settings import Settings
from facilitate.web.doorsteps import Doorstep
from facilitate.web.handshakes import SocketLine
from facilitate.web.mishaps import TOLD
from tests.postgres import free_port


async def nothing(scope: object, receive: object, send: object) -> None:
    return


def test_the_loop_is_the_one_the_sockets_were_tested_on() -> None:
    """However many others are installed beside."""
    loop = config(nothing, Settings()).get_loop_factory()
    assert loop is not None
    with closing(loop()) as here:
        assert isinstance(here, asyncio.SelectorEventLoop)


def test_messages_are_bounded_and_nothing_is_compressed_or_logged() -> None:
    set = config(nothing, Settings())
    assert MESSAGE_LIMIT == 64 * 1024
    assert (set.ws_max_size, set.ws_per_message_deflate) == (MESSAGE_LIMIT, False)
    assert (set.access_log, set.server_header) == (False, False)


def test_sockets_leave_their_tasks_under_the_version_that_was_tested_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert uvicorn.__version__.startswith(TESTED)
    assert protocols(uvicorn.__version__) == (Doorstep, SocketLine)
    assert caplog.messages == []
    for version in ("0.53.2", "0.540.0", "1.0.0"):
        assert protocols(version) == ("h11", "auto")
    assert caplog.messages[0] == "Sockets take the plain way: uvicorn is 0.53.2, known is 0.54.x."
    assert len(caplog.messages) == 3


def test_garbage_is_collected_rarely() -> None:
    usual = gc.get_threshold()
    try:
        collect_rarely()
        assert (gc.get_threshold(), gc.get_freeze_count() > 0) == (COLLECTED_AFTER, True)
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(NotServed, match=f"Port {port} .* Choose another with --port"):
            refuse_taken(replace(Settings(), port=port))
    refuse_taken(replace(Settings(), port=port))


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("no.such.host.invalid", 8000)])
def test_an_address_that_cannot_be_is_told(host: str, port: int) -> None:
    with pytest.raises(NotServed, match="cannot be used"):
        refuse_taken(replace(Settings(), host=host, port=port))


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    settings = Settings(database=str(tmp_path / "no" / "folder" / "f.db"), port=free_port())
    with pytest.raises(Unreachable):
        serve(settings)


# --- the log -----------------------------------------------------------------------------------


def raised(error: Exception) -> Exception:
    try:
        try:
            raise KeyError("somebody's words")
        except KeyError as inner:
            raise error from inner
    except Exception as caught:
        return caught


def record(error: Exception, name: str = "uvicorn.error") -> LogRecord:
    said = (type(error), error, error.__traceback__)
    return LogRecord(name, 40, "here.py", 1, "Exception in ASGI application\n", (), said)


def test_a_line_says_where_it_failed_but_not_whose_words() -> None:
    line = Line().format(record(raised(ValueError("a secret"))))
    assert "\n" not in line
    assert "secret" not in line
    assert "words" not in line
    told = json.decode(line)
    assert (told["level"], told["what"]) == ("error", "Exception in ASGI application")
    assert told["error"] == "ValueError"
    assert told["came from"]["error"] == "KeyError"
    assert re.fullmatch(r".*tests/test_serving\.py:\d+ raised", told["where"][-1])


def test_what_was_logged_with_its_id_is_not_logged_again() -> None:
    error = raised(ValueError())
    assert Once().filter(record(error))
    error.add_note(TOLD)
    assert not Once().filter(record(error))
    assert Once().filter(record(error, "facilitate"))
