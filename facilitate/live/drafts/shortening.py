"""The log of a draft made shorter, so that it still tells who wrote what and who put it back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import groupby

from pycrdt import Doc, merge_updates
from pycrdt._base import BaseType

from facilitate.live.drafts.frames import state_vector
from facilitate.live.drafts.gate import MOST_HANDS
from facilitate.live.drafts.papers import Paper, Stroke, new_client
from facilitate.live.drafts.runs import Hand
from facilitate.live.drafts.updates import parsed
from facilitate.record.draft_updates import DraftUpdate

LARGEST = 32 * 1024  # bytes above which a row takes no more


def shortened(rows: Sequence[DraftUpdate]) -> Sequence[DraftUpdate]:
    """What can stand in the place of the first of them; nothing, if nothing can.

    All structure becomes one row, which leans on nothing. What one hand wrote without another
    between becomes one row, but where words were put back, which is seen only by itself; if it
    should be seen otherwise all the same, words stay as they are. What is behind the last word on
    the record stays: it may be on its way there, and is known by its words.
    """
    held = max((place for place, row in enumerate(rows, 1) if row.seq is not None), default=0)
    old = rows[:held]
    paper = Paper(new_client())
    putting_back = frozenset(row.number for row in old if _puts_back(paper, row))
    words = [replace(row, seq=None) for row in old if not _is_structure(row)]
    structure = list(_structure(old))
    shortest = [*structure, *_together(words, putting_back)]
    fewer = shortest if _tells_the_same(shortest, paper) else [*structure, *words]
    if len(fewer) >= len(old):
        return ()
    last, seq = old[-1].number, max(row.seq for row in old if row.seq is not None)
    numbered = [replace(row, number=last - behind) for behind, row in enumerate(reversed(fewer))]
    return [*reversed(numbered[1:]), replace(numbered[0], seq=seq)]


def _puts_back(paper: Paper, row: DraftUpdate) -> bool:
    paper.apply(Stroke(_hand(row), row.body))
    return paper.put_back


def _is_structure(row: DraftUpdate) -> bool:
    return _hand(row) == Hand("")


def _hand(row: DraftUpdate) -> Hand:
    return Hand(row.person, row.contribution)


def _structure(rows: Iterable[DraftUpdate]) -> Iterator[DraftUpdate]:
    """A document forgets what was there before; what is merged would not."""
    structure = [row for row in rows if _is_structure(row)]
    if structure:
        doc: Doc[BaseType] = Doc()
        for row in structure:
            doc.apply_update(row.body)
        yield replace(structure[-1], body=doc.get_update(), seq=None)


def _together(words: Iterable[DraftUpdate], alone: frozenset[int]) -> Iterator[DraftUpdate]:
    """What is typed and what is deleted is not mixed: what was deleted can be put back."""
    for (_, what), theirs in groupby(words, lambda row: (_hand(row), _does(row, alone))):
        if what is Does.BOTH:
            yield from theirs
        else:
            yield from _in_one(theirs)


class Does(Enum):
    """What a row does, as far as it can be seen with others in one."""

    TYPE = auto()
    DELETE = auto()
    BOTH = auto()  # or puts back what was deleted


def _does(row: DraftUpdate, alone: frozenset[int]) -> Does:
    update = parsed(row.body)
    if row.number in alone or (update.items and update.deleted):
        return Does.BOTH
    return Does.DELETE if update.deleted else Does.TYPE


def _in_one(rows: Iterable[DraftUpdate]) -> Iterator[DraftUpdate]:
    """Not more in one row than the gate lets through at once."""
    waiting: list[DraftUpdate] = []
    clients: set[int] = set()
    for row in rows:
        its = {item.at.client for item in parsed(row.body).items}
        large = sum(len(each.body) for each in waiting) + len(row.body) > LARGEST
        if waiting and (large or len(clients | its) > MOST_HANDS):
            yield _one(waiting)
            waiting, clients = [], set()
        waiting.append(row)
        clients |= its
    if waiting:
        yield _one(waiting)


def _one(rows: Sequence[DraftUpdate]) -> DraftUpdate:
    bodies = [row.body for row in rows]
    body = merge_updates(*bodies) if len(bodies) > 1 else bodies[0]
    return replace(rows[-1], body=body)


def _tells_the_same(rows: Iterable[DraftUpdate], paper: Paper) -> bool:
    other = Paper(new_client())
    for row in rows:
        other.apply(Stroke(_hand(row), row.body))
    return _reached(other) == _reached(paper) and all(
        other.runs(id) == paper.runs(id) and other.text(id) == paper.text(id)
        for id in paper.paragraphs()
    )


def _reached(paper: Paper) -> Mapping[int, int]:
    """How far each client is; their order in a state is any."""
    return state_vector(paper.doc.get_state())
