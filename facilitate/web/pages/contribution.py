"""One contribution: its words, who said them, and where they went, run by run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from facilitate.exports.reports import DraftLine, ReportedWay, Text
from facilitate.meeting import Event, Forum
from facilitate.meeting.contributions import (
    Contribution,
    ContributionEndorsed,
    EndorsementWithdrawn,
)
from facilitate.meeting.fates import AMENDMENT
from facilitate.text.collation import Run
from facilitate.web.pages.followed import followed
from facilitate.web.pages.traces import contributions_told
from facilitate.web.parts import Context
from facilitate.web.reporting import Copy, copy_of
from facilitate.web.scenes import Scene


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a recommendation; ``marked`` if they are also those of the draft in question."""

    text: str
    marked: bool
    sources: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A draft recommendation that cites the contribution, and the text it stands behind.

    ``runs`` are the text run by run, ``stretches`` the same with one mark to each passage. In the
    ``words`` of the draft those are marked that were taken from the contribution.
    """

    told: str
    draft: DraftLine
    text: Text | None
    runs: tuple[Stretch, ...]
    words: tuple[tuple[bool, str], ...]

    @property
    def stretches(self) -> Iterator[tuple[bool, str]]:
        for marked, runs in groupby(self.runs, key=lambda run: run.marked):
            yield marked, "".join(run.text for run in runs)


def context(scene: Scene) -> Context:
    return {
        "contribution": scene.forum.contributions.by_id[scene.place],
        "copy": partial(copy_of, scene),
        "ways": partial(ways, scene),
    }


def ways(scene: Scene, copy: Copy) -> Iterator[Traced]:
    for way in copy.voices[scene.place].ways:
        yield _traced(scene, copy, way)


def _traced(scene: Scene, copy: Copy, way: ReportedWay) -> Traced:
    draft = copy.drafts_by_label[way.draft]
    text = copy.texts_by_label.get(way.recommendation)
    runs = scene.forum.recommendations.by_id[text.id].runs if text else ()
    return Traced(
        copy.say.way(way),
        draft,
        text,
        tuple(_stretch(scene, copy, run, draft.id) for run in runs),
        tuple(_words(scene.forum, draft, scene.place)),
    )


def _stretch(scene: Scene, copy: Copy, run: Run, member: str) -> Stretch:
    sources = copy.say.list(source(scene, each) for each in run.sources)
    return Stretch(run.text, member in run.sources, sources)


def _words(forum: Forum, draft: DraftLine, contribution: str) -> Iterator[tuple[bool, str]]:
    """Of a draft that was submitted with its runs; any other is one stretch."""
    id = draft.id.partition("/")[2]
    runs = forum.drafts[draft.breakout].runs.get(id, ())
    if "".join(run.text for run in runs) != draft.text:
        yield False, draft.text
        return
    for taken, together in groupby(runs, key=lambda run: run.contribution == contribution):
        yield taken, "".join(run.text for run in together)


def source(scene: Scene, named: str) -> str:
    """An amendment by its number; a draft by its breakout, and its place in its draft."""
    if named.startswith(AMENDMENT):
        amendment = scene.forum.amendments[named.removeprefix(AMENDMENT)]
        return scene._("amendment %(number)s") % {"number": amendment.number}
    breakout, _, id = named.partition("/")
    number = [b.id for b in scene.forum.in_order()].index(breakout) + 1
    place = scene.forum.drafts[breakout].order.index(id) + 1
    return scene._("draft %(label)s") % {"label": f"{number}-{place}"}


def _told(event: Event, forum: Forum) -> Iterable[str]:
    match event:
        case ContributionEndorsed(contribution=id) | EndorsementWithdrawn(contribution=id):
            return (id,)
        case _:
            return contributions_told(event, forum)


def _find(forum: Forum, id: str) -> Contribution | None:
    return forum.contributions.by_id.get(id)


def exists(forum: Forum, place: str) -> bool:
    return place in forum.contributions.by_id


PAGE = followed("contribution", "traced", context, find=_find, exists=exists, told=_told)
