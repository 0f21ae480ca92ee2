"""What it costs when all come at once: after a break of the network, or to one code on the wall."""

from collections.abc import Mapping
from functools import partial
from random import Random

from benchmarks.contenders import LOOP, MISSED, NODE_WS, OURS, Peer, Stage, others, ours
from benchmarks.figures import Figure, figure
from benchmarks.servers import Seen

DEVICES = 2  # with which each of all comes at once
BESIDE = (LOOP, NODE_WS)
BACK, COME = "coming back", "coming to the page and its socket"

Row = Mapping[tuple[str, str], Seen]  # what, and to whom


def measure(stage: Stage) -> list[Figure]:
    rows = [_repetition(stage, n) for n in range(stage.repetitions)]
    figures = [figure("what who was away is told", [stage.missed.stat().st_size], "bytes")]
    for key in sorted(rows[0]):
        rates = [row[key].opened / row[key].processor for row in rows]
        least = 4000 if key == (BACK, OURS) else None
        figures.append(figure(", ".join(key), rates, "/s a core", at_least=least))
    return figures


def _repetition(stage: Stage, number: int) -> Row:
    runs = {OURS: partial(_ours, stage)}
    runs |= {
        peer.name: partial(_other, stage, peer) for peer in others(stage) if peer.name in BESIDE
    }
    order = list(runs)
    Random(number).shuffle(order)
    row: dict[tuple[str, str], Seen] = {}
    for name in order:
        stage.progress(f"Crowds, {number + 1} of {stage.repetitions}: {name} …")
        row |= runs[name]()
    return row


def _ours(stage: Stage) -> Row:
    crowd = DEVICES * stage.people
    with ours(stage) as our:
        our.load("open", connections=1)
        back = our.load("storm", connections=crowd, chunk=crowd, missed=MISSED)
        pages = stage.file("pages", stage.forum.pages(our.server.port))
        come = our.load("storm", connections=crowd, chunk=crowd, pages=pages, silent=1)
    return {(BACK, OURS): back, (COME, OURS): come}


def _other(stage: Stage, peer: Peer) -> Row:
    crowd = DEVICES * stage.people
    with peer.telling(stage, stage.missed, "greet") as telling:
        telling.load("open", connections=1)
        return {(BACK, peer.name): telling.load("storm", connections=crowd, chunk=crowd)}
