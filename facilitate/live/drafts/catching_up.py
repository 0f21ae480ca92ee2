"""A live draft brought up to the record: what others saved, split, joined, or took from a voice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from facilitate.live.drafts.papers import Draughtsman, Layout, Paper, Stroke, Write
from facilitate.live.drafts.rebasing import place_of, rebased
from facilitate.live.drafts.runs import Hand, between, merged
from facilitate.meeting import Event as Anything
from facilitate.meeting.drafts import (
    Draft,
    DraftFact,
    DraftRecommendationAdded,
    DraftRecommendationRevised,
    DraftRecommendationsJoined,
    DraftRecommendationSplit,
    Event,
    Written,
    evolve,
)
from facilitate.meeting.forms import plain
from facilitate.text.differences import marked_up

BETWEEN = "\n\n"  # the two parts of what is split

Change = tuple[Hand, int, int, str]  # who puts which words in place of which characters


def of_draft(events: Iterable[Anything], breakout: str) -> list[Event]:
    return [e for e in events if isinstance(e, DraftFact) and e.breakout == breakout]


def brought_up(
    paper: Paper,
    draft: Draft,
    events: Iterable[Event],
    *,
    own: Mapping[tuple[str, int], Collection[str]],
    voices: Mapping[str, str | None],
) -> tuple[Draft, Sequence[Stroke]]:
    """The draft as it is after ``events``, and what makes the paper, which was at ``draft``, hold
    it.

    ``own`` are the texts that were saved from the paper itself, each over a version of a paragraph:
    these words stand there already. ``voices`` says who made each contribution.
    """
    pen = Draughtsman(paper)
    for event in events:
        base, draft = draft, evolve(draft, event)
        match event:
            case DraftRecommendationAdded(id=id, text=text, by=by):
                _carry(pen, id, "", text, hand=Hand(by))
            case DraftRecommendationRevised(id=id, text=text):
                there = base.recommendations[id]
                if text not in own.get((id, there.version), ()):
                    _carry(pen, id, there.text, text, hand=_hand(event, voices))
            case DraftRecommendationSplit():
                _split(pen, base.recommendations[event.id].text, event)
            case DraftRecommendationsJoined(id=id, next=next, by=by):  # with what is typed in it
                here = base.recommendations[id].text
                both = plain(f"{here} {plain(pen.copy.text(next))}")
                runs = (*pen.copy.runs(id), Written(" ", by), *pen.copy.runs(next))
                _carry(pen, id, here, both, hand=Hand(by), made_of=runs)
            case _:
                continue
    pen.lay_out(lambda sheet: sheet.lay_out(draft))
    return draft, pen.strokes


def _split(pen: Draughtsman, base: str, event: DraftRecommendationSplit) -> None:
    """What is typed in the second part goes with it."""
    hand = Hand(event.by)
    both = f"{event.text}{BETWEEN}{event.new_text}"
    _carry(pen, event.id, base, both, hand=hand)
    typed, runs = pen.copy.text(event.id), pen.copy.runs(event.id)
    start, end = place_of(len(event.text), both, typed), len(typed)
    pen.words(hand, _doing(event.id, [(hand, start, end, "")]))
    second = tuple(between(runs, start, end))
    _carry(pen, event.new, "", plain(typed[start:]), hand=hand, made_of=second)


def _hand(event: DraftRecommendationRevised, voices: Mapping[str, str | None]) -> Hand:
    if event.quotes is None:
        return Hand(event.by)
    return Hand(voices.get(event.quotes) or "", event.quotes)


def _carry(
    pen: Draughtsman,
    paragraph: str,
    base: str,
    target: str,
    *,
    hand: Hand,
    made_of: Sequence[Written] = (),
) -> None:
    """What made ``target`` of ``base``, done to the words that stand; runs keep whose they are."""
    pen.lay_out(lambda sheet: sheet.make_room(paragraph))
    typed = pen.copy.text(paragraph)
    if plain(typed) == target:
        return
    runs = attributed(made_of, target, hand)
    changes: list[Change] = []
    for carried in reversed(rebased(base, typed, target)):
        changes.append((hand, carried.start, carried.end, ""))
        for run in reversed(list(between(runs, carried.first, carried.last))):
            whose = Hand(run.by, run.contribution)
            changes.append((whose, carried.start, carried.start, run.text))
    for whose, together in groupby(changes, lambda change: change[0]):
        pen.words(whose, _doing(paragraph, list(together)))


def _doing(paragraph: str, changes: Iterable[Change]) -> Write:
    def write(sheet: Layout) -> None:
        for _, start, end, words in changes:
            sheet.replace(paragraph, start, end, words)

    return write


def attributed(made_of: Sequence[Written], target: str, hand: Hand) -> tuple[Written, ...]:
    """The runs of ``target``: what was there keeps whose it is, what is new is by ``hand``."""
    runs: list[Written] = []
    at = 0
    for piece in marked_up("".join(run.text for run in made_of), target):
        if piece.kind == "inserted":
            runs.append(Written(piece.text, hand.person, hand.contribution))
            continue
        if piece.kind == "same":
            runs += between(made_of, at, at + len(piece.text))
        at += len(piece.text)
    return merged(runs)
