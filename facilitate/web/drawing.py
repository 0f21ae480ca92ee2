"""Templates into pages and fragments, one environment a language."""

from asyncio import sleep
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from secrets import token_hex
from time import perf_counter

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from facilitate.places import STATIC, TEMPLATES
from facilitate.web.languages import LANGUAGES, direction, translations
from facilitate.web.parts import Items, Page, Part
from facilitate.web.qr import qr
from facilitate.web.scenes import Scene

SLICE = 0.002  # s for which the drawing of a long page may hold up everybody else


class OneGlobals(Environment):
    """All templates share what all know; no template adds to it.

    Jinja would put a chain of mappings in between, which is asked at every word that is drawn.
    """

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        return super().make_globals(d) if d else self.globals


@cache
def environment(language: str) -> Environment:
    there = OneGlobals(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # a look at each file for each voice is a sixth of a long page
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    there.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
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
