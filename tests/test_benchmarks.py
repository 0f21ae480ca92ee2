"""The benchmarks: what a figure is, and that each suite gives some."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from math import isfinite

import pytest

from benchmarks import drafts, live
from benchmarks.contenders import OURS, Stage, staged
from benchmarks.figures import Figure, as_json, as_table, figure, short, written

FAST = figure("turns", [3, 1, 2], "/s", at_least=2)
SLOW = figure("ratio", [1.5, 1.25], "", at_most=1.3)


def test_a_figure_is_the_median_with_the_least_and_the_most() -> None:
    assert Figure("turns", 2, "/s", 1, 3, None, 2) == FAST


def test_a_figure_is_judged_by_what_it_is_to_reach() -> None:
    assert (FAST.reached, SLOW.reached) == (True, False)


def test_figures_as_json_are_one_object() -> None:
    assert json.loads(as_json([FAST])) == {
        "turns": {"value": 2, "unit": "/s", "low": 1, "high": 3},
    }


def test_the_table_says_what_was_missed() -> None:
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in as_table([SLOW]).split("\n")]
    assert rows[0] == ["what", "median", "least", "most", "unit", "to reach", ""]
    assert rows[2] == ["ratio", "1.38", "1.25", "1.5", "", "≤ 1.3", "missed"]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0"),
        (0.01234, "0.0123"),
        (1.999, "2"),
        (87, "87"),
        (999.7, "1,000"),
        (1234567, "1,230,000"),
    ],
)
def test_a_number_is_told_with_three_digits_that_count(number: float, told: str) -> None:
    assert short(number) == told


def test_a_table_is_written_between_the_markers_of_its_suite_alone() -> None:
    page = "# Top\n<!-- live -->\nold\n<!-- /live -->\n<!-- text -->\nkept\n<!-- /text -->\n"
    assert written(page, "live", "new") == page.replace("old", "new")


def test_a_page_without_the_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        written("# Top\n", "live", "new")


PEOPLE = 6  # enough to listen, far too few to measure


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(quick=True, people=PEOPLE, progress=print) as stage:
        yield stage


@pytest.mark.parametrize("part", live.PARTS)
def test_a_part_gives_figures_of_our_server_that_can_be_compared(part: str, stage: Stage) -> None:
    compared(live.PARTS[part](stage))


def test_drafts_are_typed_into_our_server_and_those_of_others() -> None:
    few = drafts.Scale(writers=3, repetitions=1, paced=4, saturated=32)
    figures = drafts.measured(few, print)
    compared(figures)
    others = {drafts.HOCUSPOCUS, drafts.Y_WEBSOCKET}
    if find_spec("pycrdt.websocket") is not None:  # an extra of its own: benchmarks
        others.add(drafts.Y_ROOMS)
    for who in others:
        assert any(who in each.name for each in figures)


def compared(figures: list[Figure]) -> None:
    assert any(OURS in each.name for each in figures)
    assert len({each.name for each in figures}) == len(figures)
    for each in figures:
        assert isfinite(each.value), each
        assert each.low <= each.value <= each.high, each
