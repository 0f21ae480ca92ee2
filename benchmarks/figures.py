"""What was measured: figures, what they are to reach, and how they are shown."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

Progress = Callable[[str], None]  # is told what is being measured now

START, END = "<!-- {suite} -->", "<!-- /{suite} -->"


@dataclass(frozen=True, slots=True)
class Figure:
    """A median, with the least and the greatest that was seen; ``unit`` may be empty: a ratio.

    ``at_most`` and ``at_least`` say what it is to reach, where it is to reach something.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool:
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )


def figure(
    name: str,
    seen: Sequence[float],
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Figure:
    """Of all that was seen, one repetition after the other."""
    return Figure(name, median(seen), unit, min(seen), max(seen), at_most, at_least)


def as_json(figures: Iterable[Figure]) -> str:
    """One object: figure -> value, unit, low, high."""
    told = {
        each.name: {"value": each.value, "unit": each.unit, "low": each.low, "high": each.high}
        for each in figures
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


HEAD = ("what", "median", "least", "most", "unit", "to reach", "")


def as_table(figures: Iterable[Figure]) -> str:
    """In Markdown, with columns that also stand in a terminal."""
    rows = [HEAD, *(_row(each) for each in figures)]
    wide = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in wide) + "|"
    return "\n".join((lines[0], rule, *lines[1:]))


def _row(one: Figure) -> tuple[str, ...]:
    numbers = (short(each) for each in (one.value, one.low, one.high))
    aims = " ".join(_aims(one))
    return (one.name, *numbers, one.unit, aims, _verdict(one) if aims else "")


def _aims(one: Figure) -> Iterator[str]:
    if one.at_most is not None:
        yield f"≤ {short(one.at_most)}"
    if one.at_least is not None:
        yield f"≥ {short(one.at_least)}"


def _verdict(one: Figure) -> str:
    return "reached" if one.reached else "missed"


def short(number: float) -> str:
    """Three digits that count, and no more of them than that: 1,234,567 is 1,230,000."""
    if number == 0:
        return "0"
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"


def written(page: str, suite: str, told: str) -> str:
    """The page with what is told between the two markers of the suite. Raises ``ValueError``."""
    start, end = START.format(suite=suite), END.format(suite=suite)
    before, found, rest = page.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"There is no place for this between {start} and {end}.")
    return f"{before}{start}\n{told}\n{end}{after}"
