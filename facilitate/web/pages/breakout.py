"""A breakout, for those who take part in it: the question, the voices, the floor, the draft."""

from functools import partial

from facilitate.meeting.breakouts import Stage
from facilitate.meeting.drafts import Draft
from facilitate.web.pages.choices import cited, counted_by, counts, voices_with_fate
from facilitate.web.pages.floors import called, floor
from facilitate.web.pages.shared import (
    COMMENT_ON,
    COMMENTS,
    DRAFT,
    MESSAGES,
    MOVES_A_BREAKOUT,
    PRESENT,
    STANDING,
    commented,
)
from facilitate.web.parts import Context, Page, Part, a_breakout, all_who_joined, here
from facilitate.web.scenes import Scene

CHOICES = ("all", "concern", "experience", "gap", "possibility")


def context(scene: Scene) -> Context:
    breakout = scene.forum.breakouts[scene.place]
    return {
        "called": partial(called, scene.forum, scene.place),
        "breakout": breakout,
        "topic": scene.forum.topic(breakout.topic),
        "draft": scene.forum.drafts.get(scene.place, Draft()),
        "cited": cited(scene.forum, scene.place),
        "counts": partial(counts, scene.forum, scene.place, CHOICES),
        "comments": partial(commented, scene.forum, scene.place),
        "answers": False,
        "shown_first": "all",
        "choices": CHOICES,
        "sits": breakout.stage in (Stage.OPEN, Stage.DRAFTING),
    }


PAGE = Page(
    name="breakout",
    template="breakout.html",
    may_see=all_who_joined,
    context=context,
    parts=(
        MESSAGES,
        STANDING,
        counted_by(CHOICES),
        voices_with_fate("parts/contribution.html"),
        floor("parts/hand.html"),
        Part("raise", "parts/raise.html", MOVES_A_BREAKOUT, here),
        DRAFT,
        COMMENTS,
        COMMENT_ON,
        PRESENT,
    ),
    exists=a_breakout,
)
