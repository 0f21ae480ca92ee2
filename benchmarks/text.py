"""Collation, likeness and amendments: how long they take, how that grows, and beside whom.

All is CPU time, of texts that were never seen before; nothing is left in a cache from the last
repetition but single words.
"""

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from gc import collect
from importlib import import_module
from random import Random
from time import process_time

from benchmarks.figures import Figure, Progress, figure
from benchmarks.texts import drafts, text, variant
from facilitate.text.amendments import apply_together, rebase
from facilitate.text.collation import collate
from facilitate.text.conflicts import conflicts
from facilitate.text.differences import edits
from facilitate.text.likeness import propose_groups

GROWTH = (10, 50, 200, 1000)
LONG = 6000  # words
QUICK, SLOW = 3, 9  # repetitions

Prepare = Callable[[Random], Callable[[], object]]
PEERS = "pip install merge3 diff-match-patch"


def measure(quick: bool, progress: Progress) -> list[Figure]:
    times = QUICK if quick else SLOW

    def timed(name: str, prepare: Prepare, at_most: float | None = None) -> Figure:
        progress(name)
        seen = [milliseconds(prepare(Random(f"{name}, {turn}"))) for turn in range(times)]
        return figure(name, seen, "ms", at_most=at_most)

    found = [
        timed("20 drafts of 120 words collated", _collating(20), 50),
        timed("300 draft recommendations grouped", _grouping(300), 1000),
        timed(
            "200 amendments to 6,000 words applied, compared, rebased", _amending(200, LONG), 100
        ),
    ]
    sizes = GROWTH[:-1] if quick else GROWTH
    for n in sizes:
        found.append(timed(f"{n} drafts of 120 words collated", _collating(n)))
    for n in sizes:
        found.append(timed(f"{n} draft recommendations grouped", _grouping(n)))
    for n in sizes:
        found.append(timed(f"{n} amendments to {30 * n:,} words", _amending(n, 30 * n)))
    for name, prepare in _side_by_side(progress):
        found.append(timed(name, prepare))
    return found


def milliseconds(work: Callable[[], object]) -> float:
    collect()  # what the last one left behind is not looked through in this one's time
    began = process_time()
    work()
    return (process_time() - began) * 1000


def _collating(number: int) -> Prepare:
    def prepare(chance: Random) -> Callable[[], object]:
        written = drafts(number, 120, chance)
        return lambda: collate(written)

    return prepare


def _grouping(number: int) -> Prepare:
    """In a fifth as many subjects, so that there is something to group."""

    def prepare(chance: Random) -> Callable[[], object]:
        subjects = [text(60, chance) for _ in range(max(number // 5, 1))]
        written = {
            f"draft {n}": variant(subjects[n % len(subjects)], 12, chance) for n in range(number)
        }
        return lambda: propose_groups(written)

    return prepare


def _amending(number: int, words: int) -> Prepare:
    """Applied together, looked at for conflicts, and, when one is adopted, all others rebased."""

    def prepare(chance: Random) -> Callable[[], object]:
        base = text(words, chance)
        amended = {f"amendment {n}": variant(base, 1, chance) for n in range(number)}
        adopted = variant(base, 1, chance)

        def work() -> None:
            apply_together(base, amended)
            conflicts(base, amended)
            for each in amended.values():
                rebase(base, each, adopted)

        return work

    return prepare


def _side_by_side(progress: Progress) -> Iterator[tuple[str, Prepare]]:
    """Where others can do the job at all. Nobody else collates, or finds what conflicts."""
    yield "two texts of 6,000 words compared", _comparing(edits)
    yield "the same by difflib", _comparing(_difflib)
    yield "one amendment to 6,000 words carried over", _carrying(rebase)
    for name, carry in (("merge3", _merge3), ("diff-match-patch", _diff_match_patch)):
        try:
            yield f"the same by {name}", _carrying(carry())
        except ImportError:
            progress(f"{name} is not installed, and is left out: {PEERS}")


def _comparing(compare: Callable[[str, str], object]) -> Prepare:
    def prepare(chance: Random) -> Callable[[], object]:
        base = text(LONG, chance)
        other = variant(base, LONG // 100, chance)
        return lambda: compare(base, other)

    return prepare


def _difflib(old: str, new: str) -> object:
    return SequenceMatcher(None, old.split(" "), new.split(" "), autojunk=False).get_opcodes()


def _carrying(carry: Callable[[str, str, str], object]) -> Prepare:
    def prepare(chance: Random) -> Callable[[], object]:
        base = text(LONG, chance)
        one, other = variant(base, 1, chance), variant(base, 1, chance)
        return lambda: carry(base, one, other)

    return prepare


def _merge3() -> Callable[[str, str, str], object]:
    merge = import_module("merge3").Merge3
    return lambda base, one, other: list(
        merge(*(each.split(" ") for each in (base, one, other))).merge_regions()
    )


def _diff_match_patch() -> Callable[[str, str, str], object]:
    peer = import_module("diff_match_patch").diff_match_patch()
    return lambda base, one, other: peer.patch_apply(peer.patch_make(base, one), other)
