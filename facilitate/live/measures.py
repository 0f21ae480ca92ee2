"""What is counted while forums sit: of the process, never by name, id or content.

Each figure is counted beside the code it is about, and read by whoever watches over the server.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

QUICK = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # s
CROWDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)

disable_created_metrics()  # type: ignore[no-untyped-call]
FIGURES = CollectorRegistry()
ProcessCollector(registry=FIGURES)

CONNECTIONS = Gauge(
    "facilitate_connections",
    "Connections that listen, by representation.",
    ["representation"],
    registry=FIGURES,
)
TOLD_BYTES = Counter(
    "facilitate_told_bytes",
    "Bytes of the frames told, by representation, without what the line adds.",
    ["representation"],
    registry=FIGURES,
)
TURN_COMMANDS = Histogram(
    "facilitate_turn_commands",
    "Commands decided in one turn.",
    buckets=CROWDS,
    registry=FIGURES,
)
TURN_SECONDS = Histogram(
    "facilitate_turn_seconds",
    "Time of one turn, from its beginning to when it can be told, or has failed.",
    buckets=QUICK,
    registry=FIGURES,
)
COMMIT_SECONDS = Histogram(
    "facilitate_commit_seconds",
    "The part of a turn in which it is written down and committed.",
    buckets=QUICK,
    registry=FIGURES,
)
REFUSALS = Counter(
    "facilitate_refusals",
    "What was refused, by code.",
    ["code"],
    registry=FIGURES,
)
LAGGING = Gauge(
    "facilitate_lagging_readers",
    "Readers who have more waiting than they may, and are not written to until they have read.",
    registry=FIGURES,
)
STALLED = Counter(
    "facilitate_stalled_readers",
    "Readers whose line was cut because nothing moved on it.",
    registry=FIGURES,
)
LOOP_DELAY = Histogram(
    "facilitate_loop_delay_seconds",
    "How late the event loop was, looked at four times a second.",
    buckets=QUICK,
    registry=FIGURES,
)
