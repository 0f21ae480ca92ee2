"""Templates, compiled for one language: its sentences are put in once, and calls go straight.

What is the same for every voice is not looked up again for each of them.
"""

from collections.abc import Callable, MutableMapping
from gettext import NullTranslations
from keyword import iskeyword
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from facilitate.places import TEMPLATES

SAYING = ("_", "gettext")


class Sentences(NodeTransformer):
    """Puts the translation in the place of each sentence; only its blanks are filled later."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Call(self, call: nodes.Call) -> nodes.Expr:
        self.generic_visit(call)
        match call:
            case nodes.Call(
                node=nodes.Name(name=name),
                args=[nodes.Const(value=str(sentence))],
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in SAYING:
                return self._said(sentence, call.kwargs)
            case _:
                return call

    def _said(self, sentence: str, blanks: list[nodes.Keyword]) -> nodes.Expr:
        said = self._translate(sentence)
        if not blanks:
            return nodes.TemplateData(said % {})
        values = [nodes.Pair(nodes.Const(blank.key), blank.value) for blank in blanks]
        return nodes.Mod(nodes.TemplateData(said), nodes.Dict(values))


class Straight(CodeGenerator):
    """Nothing that a template may call asks for its context, as jinja2 would look at each call."""

    environment: "Compiled"

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        Sentences(self.environment.spoken.gettext).visit(node)
        super().visit_Template(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if node.dyn_args or node.dyn_kwargs or any(iskeyword(each.key) for each in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


class Compiled(Environment):
    """The templates in the language of a catalogue. All share what all know: ``globals``."""

    code_generator_class: ClassVar[type[CodeGenerator]] = Straight  # type: ignore[misc]
    newstyle_gettext = True  # what is filled into a sentence is escaped

    def __init__(self, spoken: NullTranslations) -> None:
        self.spoken = spoken
        super().__init__(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # a look at each file for each voice is a sixth of a long page
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self.globals |= {"_": self._say, "gettext": self._say, "ngettext": self._say_how_many}

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        """Jinja would put a chain of mappings in between, which is asked at every word."""
        return super().make_globals(d) if d else self.globals

    def _say(self, sentence: str, **blanks: object) -> str:
        """A sentence that is known only when it is drawn."""
        return Markup(self.spoken.gettext(sentence)) % blanks  # noqa: S704 - from a catalogue

    def _say_how_many(self, one: str, many: str, num: int, **blanks: object) -> str:
        said = Markup(self.spoken.ngettext(one, many, num))  # noqa: S704 - from a catalogue
        return said % {"num": num, **blanks}
