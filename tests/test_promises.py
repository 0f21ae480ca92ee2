import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_promise_stands_beside_a_test_that_is_there() -> None:
    named = NAMED.findall((ROOT / "docs" / "promises.md").read_text("utf-8"))

    assert len(named) > 30
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file} has no {name}"
