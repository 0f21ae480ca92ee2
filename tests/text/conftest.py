"""Each test of texts begins with nothing remembered: no mutant hides behind a cache."""

import sys


def pytest_runtest_setup() -> None:
    for name, module in tuple(sys.modules.items()):
        if name.startswith("facilitate.text."):
            for value in vars(module).values():
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
