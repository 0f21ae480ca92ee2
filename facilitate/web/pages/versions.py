"""Earlier versions of a draft, for those who write it: who changed what, and the way back."""

from functools import partial

from facilitate.meeting.breakouts import Stage
from facilitate.meeting.drafts import Draft, DraftRecommendation
from facilitate.meeting.versions import Changed, Version, versions
from facilitate.text.differences import Piece, marked_up
from facilitate.web.pages.desk import its_rapporteurs
from facilitate.web.pages.shared import MESSAGES, MOVES_A_BREAKOUT, WRITES_A_DRAFT
from facilitate.web.parts import Context, Page, Part, a_breakout, here
from facilitate.web.scenes import Scene


def context(scene: Scene) -> Context:
    breakout = scene.forum.breakouts[scene.place]
    return {
        "breakout": breakout,
        "draft": scene.forum.drafts.get(scene.place, Draft()),
        "versions": partial(told, scene),
        "marks": marks,
        "moved": moved,
        "sits": breakout.stage in (Stage.OPEN, Stage.DRAFTING),
    }


def told(scene: Scene) -> tuple[Version, ...]:
    """The last first."""
    return versions(scene.live.events[: scene.seq], scene.place)[::-1]


def marks(changed: Changed) -> tuple[Piece, ...]:
    return marked_up(_words(changed.before), _words(changed.after))


def _words(there: DraftRecommendation | None) -> str:
    return there.text if there else ""


def moved(version: Version) -> bool:
    """What stands in both has another order."""
    old, new = version.before.order, version.draft.order
    return [id for id in old if id in new] != [id for id in new if id in old]


PAGE = Page(
    name="versions",
    template="versions.html",
    may_see=its_rapporteurs,
    context=context,
    parts=(
        MESSAGES,
        Part("changes", "parts/changes.html", WRITES_A_DRAFT | MOVES_A_BREAKOUT, here),
    ),
    exists=a_breakout,
)
