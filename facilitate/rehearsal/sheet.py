"""The sheet for the organiser: may the day begin on this server, and what would break first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from facilitate.rehearsal.histories import Fault, Wrong

ACKNOWLEDGED_WITHIN = 1.0  # s, for 99 of 100 commands
HEARD_WITHIN = 2.0  # s, for 99 of 100 deliveries
LET_IN_WITHIN = 15.0  # s, for 99 of 100 people: the promise for a poor line
LATE = 0.25  # s that our own loop may be late, 99 times of 100, to be believed
FULL = 0.8  # of one core, above which turns begin to queue
FAULTS_SHOWN = 10
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Server:
    """``processor`` and ``busiest`` (of any second) are shares of one core; memory is bytes."""

    processor: float
    busiest: float
    memory_before: int
    memory: int
    memory_left: int | None
    files: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """All that a rehearsal came to. Times are seconds, sorted.

    ``broken`` are lines that the server dropped though they were good, ``cut_off`` poor ones.
    """

    address: str
    forum: str
    people: int
    seconds: float
    seed: int
    pace: float
    came: int
    at_once: int
    turned_away: int
    came_back: int
    slow: int
    never: int
    broken: int
    cut_off: int
    said: int
    saved: int
    refused: Mapping[str, int]
    pages: int
    deliveries: int
    arriving: Sequence[float]
    acknowledging: Sequence[float]
    hearing: Sequence[float]
    delays: Sequence[float]
    own_processor: float
    server: Server | None
    faults: Sequence[Fault]


def go(measured: Measured) -> bool:
    return not any(reasons(measured))


def reasons(measured: Measured) -> Iterator[str]:
    """Why not, in plain words; nothing where the day may begin."""
    found = Counter(fault.what for fault in measured.faults)
    for what, number in found.items():
        yield f"{AGAINST[what]}: {number}."
    if measured.came < measured.people:
        yield f"{measured.people - measured.came} of {measured.people} people never got in."
    if not measured.saved:
        yield "Nothing that anybody said was acknowledged: there was nothing to judge by."
    if measured.broken:
        yield f"The server, or the line to it, dropped {measured.broken} good connections."
    if late(measured):
        yield (
            "This rehearsal itself could not keep up, so its times say little about the server: "
            "rehearse fewer people, or from a machine with nothing else to do."
        )
    yield from _long_waits(measured)


def _long_waits(measured: Measured) -> Iterator[str]:
    for waited, times, within in (
        ("to be let in", measured.arriving, LET_IN_WITHIN),
        ("for an acknowledgement", measured.acknowledging, ACKNOWLEDGED_WITHIN),
        ("to hear what was said", measured.hearing, HEARD_WITHIN),
    ):
        if times and of(times, 0.99) > within:
            longest = told(of(times, 0.99))
            yield f"1 in 100 waited {longest} or longer {waited} (at most {told(within)})."


AGAINST: Mapping[Wrong, str] = {
    Wrong.LOST: "Acknowledged, and not in the record",
    Wrong.GAP: "Events that somebody never heard",
    Wrong.REPEAT: "Events that somebody heard twice, or out of order",
    Wrong.DISAGREEMENT: "Events that somebody heard otherwise than the record has them",
    Wrong.TWICE: "Contributions that are in the record twice",
    Wrong.BEHIND: "People who had not heard the end when all was quiet",
}


def late(measured: Measured) -> bool:
    return bool(measured.delays) and of(measured.delays, 0.99) > LATE


def of(times: Sequence[float], share: float) -> float:
    """The percentile of sorted times: the least that so many of them do not exceed."""
    return times[min(len(times) - 1, max(0, -int(-len(times) * share // 1) - 1))]


def told(time: float) -> str:
    return f"{time:.1f} s" if time >= 1 else f"{time * 1000:.1f} ms"


# --- the sheet -----------------------------------------------------------------


def sheet(measured: Measured) -> str:
    why = tuple(reasons(measured))
    lines = [
        f"{'NO-GO' if why else 'GO'}: a rehearsal of “{measured.forum}” at {measured.address}",
        *(f"  - {each}" for each in why),
        "",
        *(f"{name:<20}{value}" for name, value in _rows(measured)),
        "",
        f"What would break first: {first_to_break(measured)}",
    ]
    return "\n".join(lines)


def _rows(measured: Measured) -> Iterator[tuple[str, str]]:
    lost = sum(fault.what is Wrong.LOST for fault in measured.faults)
    minutes = f"{measured.seconds / 60:g} min"
    yield "Rehearsed", f"{minutes}, seed {measured.seed}, pace {measured.pace:g}"
    yield (
        "People",
        f"{measured.came} of {measured.people}, {measured.at_once} of them at once; "
        f"{measured.pages} look at a page, the others hear the events",
    )
    yield (
        "Their lines",
        f"{measured.came_back} dropped and came back, {measured.slow} slow, "
        f"{measured.never} never read; the server dropped {measured.broken} good ones, "
        f"{measured.cut_off} slow ones",
    )
    yield "Let in", f"{_percentiles(measured.arriving)}; tried again {measured.turned_away}"
    refused = ", ".join(f"{code} {n}" for code, n in sorted(measured.refused.items())) or "0"
    doubtful = measured.said - measured.saved - sum(measured.refused.values())
    yield (
        "Said",
        f"{measured.said}, acknowledged {measured.saved}, refused {refused}, "
        f"unanswered when a line dropped {doubtful}",
    )
    yield "Acknowledged in", _percentiles(measured.acknowledging)
    yield "Deliveries", f"{measured.deliveries:,}"
    yield "Heard in", f"{_percentiles(measured.hearing)} (from sending to hearing)"
    yield "Lost", f"{lost}"
    yield "Histories", _faults(measured.faults)
    yield from _server(measured.server)
    yield (
        "This rehearsal",
        f"{measured.own_processor:.0%} of one core; its loop late by p99 "
        f"{told(of(measured.delays, 0.99)) if measured.delays else 'unknown'}",
    )


def _percentiles(times: Sequence[float]) -> str:
    if not times:
        return "nothing to measure"
    named = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    return ", ".join(f"{name} {told(of(times, share))}" for name, share in named)


def _faults(faults: Sequence[Fault]) -> str:
    """The first of them, each with whom it befell."""
    if not faults:
        return "no gap, no repeat, nobody behind; all agree with the record"
    some = [f"{f.what} at {f.seq} ({f.said}), {f.person}" for f in faults[:FAULTS_SHOWN]]
    more = [f"and {len(faults) - len(some)} more"] if len(faults) > len(some) else []
    return ("\n" + " " * 20).join([*some, *more])


def _server(server: Server | None) -> Iterator[tuple[str, str]]:
    if server is None:
        yield "Server", "not measured: give its process with --pid, on the same machine"
        return
    yield "Server's processor", f"{server.processor:.0%} of one core, {server.busiest:.0%} at most"
    before, after = server.memory_before / MB, server.memory / MB
    yield "Server's memory", f"{before:.0f} MB before, {after:.0f} MB at most"


# --- what would break first --------------------------------------------------------


def first_to_break(measured: Measured) -> str:
    """The least number of people at which one of the means is used up, reckoned from here."""
    if late(measured):
        return "this rehearsal did, before the server."
    if any(_long_waits(measured)):
        return f"people's patience, already with {measured.people} of them: see above."
    if measured.server is None:
        return "not known without --pid."
    people, what = min(_ends(measured, measured.server))
    if people <= measured.people:
        return f"{what}, and it is used up already with {measured.people} people."
    return f"{what}, with about {_round(people):,} people at this pace."


def _ends(measured: Measured, server: Server) -> Iterator[tuple[int, str]]:
    """Deliveries grow with the square of the people, what one person takes with their number."""
    n = measured.people
    share = max(server.processor, 0.001)
    yield int(n * sqrt(FULL / share)), f"the processor (one core, {FULL:.0%} of it)"
    if server.memory_left is not None:
        each = max((server.memory - server.memory_before) / n, 1024)
        yield n + int(server.memory_left / each), "memory"
    if server.files is not None:
        yield server.files - 64, f"the number of open files ({server.files}; see `ulimit -n`)"


def _round(people: int) -> int:
    """To two digits: it is no more than a reckoning."""
    digits = max(0, len(str(people)) - 2)
    return int(people / 10**digits) * int(10**digits)
