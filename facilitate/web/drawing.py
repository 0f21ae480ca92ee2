"""Templates into pages and fragments, one environment a language."""

from asyncio import sleep
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from secrets import token_hex
from time import perf_counter

from facilitate.places import STATIC
from facilitate.web.compiling import Compiled
from facilitate.web.languages import LANGUAGES, direction, translations
from facilitate.web.parts import Items, Page, Part
from facilitate.web.qr import qr
from facilitate.web.scenes import Scene

SLICE = 0.002  # s for which the drawing of a long page may hold up everybody else


@cache
def environment(language: str) -> Compiled:
    there = Compiled(translations(language))
    there.globals.update(
        asset=asset,
        new_id=new_id,
        qr=qr,
        language=language,
        languages=tuple(LANGUAGES.items()),
        direction=direction(language),
    )
    return there


def new_id() -> str:
    """For a thing that a form will make; sent again, the form makes it only once."""
    return token_hex(8)


@cache
def asset(path: str) -> str:
    """The address of a file in ``static/``, with its digest so that it may be kept for ever."""
    return f"/static/{path}?v={sha256((STATIC / path).read_bytes()).hexdigest()[:10]}"


def frame_of(scene: Scene | None, me: object, nonce: str, path: str) -> dict[str, object]:
    """What the frame around every page is drawn from: see ``templates/base.html``."""
    forum = None if scene is None else Titled(scene.words(scene.plan.title), scene.link())
    return {"scene": scene, "forum": forum, "me": me, "nonce": nonce, "path": path}


@dataclass(frozen=True, slots=True)
class Titled:
    title: str
    home: str


def draw(template: str, language: str, context: Mapping[str, object]) -> str:
    return environment(language).get_template(template).render(context)


async def drawn_in_slices(template: str, language: str, context: Mapping[str, object]) -> str:
    """With a pause after each slice, in which others have their turn."""
    pieces: list[str] = []
    begun = perf_counter()
    for piece in environment(language).get_template(template).generate(context):
        pieces.append(piece)
        if perf_counter() - begun > SLICE:
            await sleep(0)
            begun = perf_counter()
    return "".join(pieces)


def draw_part(page: Page, part: Part, scene: Scene) -> str:
    return draw(part.template, scene.language, {"scene": scene, **page.context(scene)})


def draw_item(page: Page, items: Items, item: object, scene: Scene) -> str:
    context = {"scene": scene, **page.context(scene), items.name: item}
    return draw(items.template, scene.language, context)
