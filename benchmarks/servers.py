"""A server under measurement on one core, and the load driver on another."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct, json

SERVER, DRIVER = 0, 1  # cores
STARTING = 30.0  # s
PATIENCE = 300.0  # s for the driver, which gives up before
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, section 1.3; the floor knows the answer to it
AS_BROWSERS = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


class NotMeasured(Exception):
    """A server or the driver did not do its part; ``str()`` is for people."""


class Seen(Struct, frozen=True):
    """What the driver tells, in bytes and seconds; times on the way are microseconds."""

    wanted: int
    came: int
    opened: int
    dead: int
    closed: int
    refused: int
    rounds: int
    seconds: float
    processor: float
    delivered: int
    answered: int
    frames: int
    bytes: int
    memory_before: int
    memory_open: int
    memory_after: int
    answer_p50: int = 0
    answer_p99: int = 0
    answer_most: int = 0
    delivery_p50: int = 0
    delivery_p99: int = 0
    delivery_most: int = 0
    arrival_p50: int = 0
    arrival_p99: int = 0
    arrival_most: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int


def refuse_other_machines() -> None:
    """Raises :class:`NotMeasured` where the kernel does not count as we need it."""
    if not Path("/proc/self/schedstat").exists():
        raise NotMeasured("Processor time is read from /proc/PID/schedstat, which only Linux has.")
    if len(os.sched_getaffinity(0)) < 2:
        raise NotMeasured("Two cores are needed: one for the server, one for the load driver.")


@contextmanager
def running(name: str, command: Sequence[str | Path], port: int, log: Path) -> Iterator[Server]:
    """Raises :class:`NotMeasured`."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, preexec_fn=lambda: os.sched_setaffinity(0, {SERVER})
        )
    try:
        _wait_for(process, port, name, log)
        yield Server(name, port, process.pid)
    finally:
        process.kill()
        process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int, name: str, log: Path) -> None:
    end = time.monotonic() + STARTING
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                said = log.read_text("utf-8", "replace")[-1000:]
                raise NotMeasured(f"{name} did not start:\n{said}") from None
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def opening(port: int, path: str = "/", more: str = "") -> str:
    """The request that opens a socket; ``more`` are header lines, each with its end."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n{more}\r\n"
    )


def loaded(driver: Path, server: Server, mode: str, **settings: int | Path) -> Seen:
    """Run the driver against a server. Raises :class:`NotMeasured`."""
    given = {"port": server.port, "pid": server.pid, **settings}
    try:
        done = subprocess.run(
            [driver, mode, *(f"{name}={value}" for name, value in given.items())],
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            preexec_fn=lambda: os.sched_setaffinity(0, {DRIVER}),
        )
    except subprocess.TimeoutExpired as late:
        raise NotMeasured(f"{server.name}: the driver did not end within {PATIENCE} s.") from late
    if done.returncode:
        raise NotMeasured(f"{server.name}: {done.stderr.strip()}")
    seen = json.decode(done.stdout, type=Seen)
    lacking = seen.wanted - seen.came
    if lacking > 0 or seen.refused:
        raise NotMeasured(
            f"{server.name}: {lacking} connections did not open, {seen.refused} commands were"
            f" refused: {done.stderr.strip()}"
        )
    return seen
