"""What all tests share: profiles for hypothesis, and the databases the record is kept in.

Quick is for every save, with hundreds of examples where they cost little (texts, and whatever is
read off a meeting without a database or a browser), and the same for everybody, so that a failure
is the doing of a change; long goes on searching in the night (`--hypothesis-profile=long`).
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from facilitate.places import CHECKOUT
from facilitate.record.engines import open_database
from hatch_build import bundle
from tests.postgres import Server

pytest_plugins = ["tests.browser"]

settings.register_profile(
    "quick", max_examples=20, stateful_step_count=15, deadline=None, derandomize=True
)
settings.register_profile("texts", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=500, stateful_step_count=50, deadline=None)
settings.load_profile("quick")
HUNDREDS = {"text", "meeting", "exports"}  # folders whose laws meet as many as texts


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A test takes the profile that holds when its module is read."""
    profile = settings.get_current_profile_name()
    if profile == "quick" and collector.path.parent.name in HUNDREDS:
        settings.load_profile("texts")
    try:
        return (yield)
    finally:
        settings.load_profile(profile)


def pytest_sessionstart() -> None:
    """The checkout may have moved on since it was installed; pages are tested as they are now."""
    bundle(CHECKOUT)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    server = Server("fsync=off")  # no test cuts the power
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'record.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.fresh_database()
    yield url
    server.drop(url)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """The same database, opened and migrated."""
    engine = open_database(database)
    yield engine
    engine.dispose()
