"""A page that follows one thing through the forum: a contribution, or a recommendation."""

from collections.abc import Callable, Iterable

from facilitate.meeting import Event, Forum
from facilitate.web.pages.shared import MESSAGES
from facilitate.web.parts import Context, Items, Page, all_who_joined
from facilitate.web.reporting import REPORTED, prepared
from facilitate.web.scenes import Scene


def followed(
    name: str,
    part: str,
    context: Callable[[Scene], Context],
    *,
    find: Callable[[Forum, str], object | None],
    exists: Callable[[Forum, str], bool],
    told: Callable[[Event, Forum], Iterable[str]],
) -> Page:
    """``find`` gives the thing of an id; ``told`` the ids of those an event says something new of.

    Who reads it is neither in a breakout nor in the plenary.
    """

    def touched(event: Event, forum: Forum, place: str) -> Iterable[str]:
        return (place,) if place in told(event, forum) else ()

    def item(forum: Forum, place: str, id: str) -> object | None:
        return find(forum, id)

    return Page(
        name=name,
        template=f"{name}.html",
        may_see=all_who_joined,
        context=context,
        parts=(MESSAGES, Items("", part, name, f"parts/{part}.html", touched, item)),
        exists=exists,
        sits_at=lambda place: "",
        ready=prepared,
        calm=REPORTED,
    )
