"""One recommendation: each sentence with the voices behind it, and run by run in every version."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from facilitate.exports.sentences import ADDRESSEE, ATTENDANCE
from facilitate.meeting import Forum
from facilitate.meeting.recommendations import Recommendation
from facilitate.text.collation import Run
from facilitate.text.differences import Piece
from facilitate.web.pages.contribution import source
from facilitate.web.pages.followed import followed
from facilitate.web.pages.recommendations import marks
from facilitate.web.pages.traces import recommendations_told
from facilitate.web.parts import Context
from facilitate.web.reporting import Copy, copy_of
from facilitate.web.scenes import Scene


@dataclass(frozen=True, slots=True)
class Version:
    """``changes`` since the version before; ``runs`` are words with their sources in words."""

    number: int
    changes: tuple[Piece, ...]
    runs: tuple[tuple[str, str], ...]


def context(scene: Scene) -> Context:
    return {
        "recommendation": scene.forum.recommendations.by_id[scene.place],
        "copy": partial(copy_of, scene),
        "versions": partial(versions, scene),
        "ADDRESSEE": ADDRESSEE,
        "ATTENDANCE": ATTENDANCE,
    }


def versions(scene: Scene, copy: Copy) -> list[Version]:
    """The latest first."""
    there = scene.forum.recommendations.by_id[scene.place]
    return list(_versions(scene, copy, there))[::-1]


def _versions(scene: Scene, copy: Copy, there: Recommendation) -> Iterator[Version]:
    before = None
    for number, runs in enumerate((*there.earlier, there.runs), start=1):
        text = "".join(run.text for run in runs)
        changes = () if before is None else marks(before, text)
        yield Version(number, changes, tuple(_told(scene, copy, run) for run in runs))
        before = text


def _told(scene: Scene, copy: Copy, run: Run) -> tuple[str, str]:
    return run.text, copy.say.list(source(scene, each) for each in run.sources)


def _find(forum: Forum, id: str) -> Recommendation | None:
    return forum.recommendations.by_id.get(id)


def exists(forum: Forum, place: str) -> bool:
    return place in forum.recommendations.order


PAGE = followed(
    "recommendation", "origins", context, find=_find, exists=exists, told=recommendations_told
)
