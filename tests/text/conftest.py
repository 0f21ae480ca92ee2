"""The laws of texts meet hundreds of examples, and each test begins with nothing remembered.

No mutant hides behind a cache.
"""

import sys
from collections.abc import Generator

import pytest
from hypothesis import settings


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A test takes the profile that holds when its module is read."""
    profile = settings.get_current_profile_name()
    if profile == "quick":
        settings.load_profile("texts")
    try:
        return (yield)
    finally:
        settings.load_profile(profile)


def pytest_runtest_setup() -> None:
    for name, module in tuple(sys.modules.items()):
        if name.startswith("facilitate.text."):
            for value in vars(module).values():
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
