"""A template says its sentences in its language, as those say who call the catalogue themselves."""

from gettext import NullTranslations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from facilitate.web.compiling import Compiled


class Mirrored(NullTranslations):
    """A language in which every sentence stands between marks."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{msgid1 if n == 1 else msgid2}»"


def drawn(template: str, **context: object) -> str:
    return Compiled(Mirrored()).from_string(template).render(context)


def test_a_sentence_is_said_in_the_language() -> None:
    assert drawn('{{ _("All") }}') == "«All»"
    assert drawn('<a title="{{ _("100 %% sure") }}">') == '<a title="«100 % sure»">'


def test_a_sentence_may_hold_markup_and_what_fills_it_may_not() -> None:
    said = '{{ _("<b>%(name)s</b> speaks", name=who) }}'
    assert drawn(said, who="<Anna>") == "«<b>&lt;Anna&gt;</b> speaks»"
    assert drawn(said, who=Markup("<i>Anna</i>")) == "«<b><i>Anna</i></b> speaks»"


def test_a_sentence_is_a_value_too() -> None:
    macro = "{% macro shown(what) %}[{{ what }}]{% endmacro %}"
    assert drawn(macro + '{{ shown(_("Take back")) }}') == "[«Take back»]"
    assert drawn(macro + '{{ shown(_("By %(name)s", name=who)) }}', who="&") == "[«By &amp;»]"


def test_a_sentence_that_is_known_only_when_it_is_drawn_is_said_too() -> None:
    assert drawn("{{ _(told) }}", told="Saved") == "«Saved»"


@pytest.mark.parametrize(("many", "said"), [(1, "«1 voice»"), (3, "«3 voices»")])
def test_how_many_is_said_as_the_language_counts(many: int, said: str) -> None:
    voices = (
        "{% trans count=many %}{{ count }} voice{% pluralize %}{{ count }} voices{% endtrans %}"
    )
    assert drawn(voices, many=many) == said


def test_a_macro_is_called_with_all_it_may_be_given() -> None:
    macro = (
        "{% macro around(id, class='') %}"
        "<p id={{ id }} {{ class }}>{{ caller() }}</p>"
        "{% endmacro %}"
    )
    inside = "{% call around('a', class='quiet') %}{{ words }}{% endcall %}"
    assert drawn(macro + inside, words="<") == "<p id=a quiet>&lt;</p>"
    for given in ("'a', **{'class': 'b'}", "*['a', 'b']", "id='a', class='b'"):
        call = "{% call around(" + given + ") %}x{% endcall %}"
        assert drawn(macro + call) == "<p id=a b>x</p>"


def test_what_is_not_there_is_a_fault() -> None:
    with pytest.raises(UndefinedError):
        drawn("{{ nobody() }}")
