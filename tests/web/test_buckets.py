"""A bucket gives its burst at once, then its rate, and the memory of all of them is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from facilitate.web.limits import Buckets


def test_a_burst_passes_at_once_and_then_no_more() -> None:
    buckets = Buckets(burst=3, rate=1)
    assert [buckets.take("anna", 0) for _ in range(5)] == [True, True, True, False, False]


def test_what_was_taken_comes_back_at_the_rate() -> None:
    buckets = Buckets(burst=2, rate=0.5)
    assert [buckets.take("anna", at) for at in (0, 0, 1, 2, 3, 4)] == [
        *(True, True),
        *(False, True),
        *(False, True),
    ]


def test_who_waits_long_has_no_more_than_a_burst() -> None:
    buckets = Buckets(burst=2, rate=10)
    buckets.take("anna", 0)
    assert [buckets.take("anna", 1000) for _ in range(3)] == [True, True, False]


def test_one_is_not_slowed_by_another() -> None:
    buckets = Buckets(burst=1, rate=0)
    assert buckets.take("anna", 0)
    assert not buckets.take("anna", 0)
    assert buckets.take("hugo", 0)


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    buckets = Buckets(burst=1, rate=1)
    assert buckets.take("anna", 100)
    assert not buckets.take("anna", 50)
    assert not buckets.take("anna", 50.5)


def test_of_many_keys_those_seen_last_are_remembered() -> None:
    buckets = Buckets(burst=1, rate=0, kept=100)
    for n in range(1000):
        buckets.take(f"key {n}", 0)
    assert not buckets.take("key 999", 0)
    assert buckets.take("key 1", 0)  # forgotten, so it begins anew


@given(
    st.integers(1, 20),
    st.floats(0, 10),
    st.lists(st.floats(0, 2, allow_nan=False), min_size=1, max_size=100),
)
def test_no_more_passes_than_the_burst_and_the_rate(
    burst: int, rate: float, pauses: list[float]
) -> None:
    buckets, at, passed = Buckets(burst=burst, rate=rate), 0.0, 0
    for pause in pauses:
        at += pause
        passed += buckets.take("anna", at)
    assert passed <= burst + rate * (at - pauses[0]) + 1e-6
