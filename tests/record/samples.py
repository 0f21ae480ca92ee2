"""A few events to write down. What they say does not matter here; that it stays does."""

from datetime import UTC, datetime

from facilitate.meeting.messages import Announced

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


def said(*texts: str) -> list[Announced]:
    return [Announced(f"m{text}", text, at=NOON, by="anna") for text in texts]


def numbered(first: int, last: int) -> list[Announced]:
    return said(*(f"{number}" for number in range(first, last + 1)))
