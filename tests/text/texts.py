"""Texts in several scripts, and variants of one text, for the laws of text."""

import re
from collections.abc import Mapping

import hypothesis.strategies as st

from facilitate.text.choices import Choice
from facilitate.text.collation import ConsolidatedText
from facilitate.text.provenance import settled

WORDS = re.split(
    " ",
    "the and of should shall not may Parties artists local l’accès n'est co-operation 2005 30 1,000"
    " % , . ; « » – — é e\u0301 Ünïted يجب الأطراف العالَم لا ٢٠٠٥ می\u200cخواهم नागरिक संस्कृति"
    " 应 不 应促进文化多样性 文化。 ประเทศควร น้ำ こんにちは 👩‍👩‍👧 🇫🇷🇸🇳 👍🏽 [x] a/b ’ -5",
)
SPACES = ("", " ", " ", " ", " ", "\u00a0", "  ", "\n\n", "\n(a) ", "\n- ", "\t", "\u200f")

ROOMS = {
    "Amber": "Parties should set up and finance libraries of recorded music that are open to all,"
    " including schemes for teachers in rural schools. The schemes should pay the performers"
    " fairly and be reviewed every 2 years together with the trade unions.",
    "Birch": "Parties are encouraged to set up libraries of recorded music that are open to all,"
    " including schemes for teachers in rural schools. These schemes should pay the performers"
    " fairly and be reviewed every 2 years together with the trade unions.",
    "Cedar": "Parties should set up and finance libraries of recorded music that are open to all,"
    " including grants for teachers in rural schools. The schemes should pay performers"
    " fairly and be reviewed every 3 years together with the trade unions. Small island States"
    " should be helped first.",
    "Delta": "Parties should set up libraries of recorded music open to all. The schemes should"
    " pay the performers fairly.",
    "Ember": "Parties should set up and finance libraries of recorded and printed music that are"
    " open to all, including schemes for teachers in rural schools. The schemes should not pay"
    " the performers fairly and be reviewed every 2 years together with the trade unions.",
    "Fjord": "Parties should set up and finance libraries of recorded music that are open to all,"
    " including schemes for teachers and singers in rural schools. The schemes should pay the"
    " performers fairly and be reviewed every 2 years together with the trade unions.",
}

words = st.sampled_from(WORDS)
spaces = st.sampled_from(SPACES)
spaced = st.tuples(spaces, words).map("".join)
texts = st.builds(lambda parts, end: "".join([*parts, end]), st.lists(spaced, max_size=14), spaces)
any_texts = st.text(max_size=30)


def settled_text(text: ConsolidatedText, choices: Mapping[int, Choice]) -> str:
    """The consolidated text as it goes to the plenary: open sites in [square brackets]."""
    return "".join(run.text for run in settled(text, choices))


@st.composite
def variants(draw: st.DrawFn, base: list[str]) -> str:
    """The base with some words left out, put in or replaced."""
    parts = list(base)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(parts)))
        length = draw(st.integers(0, 3))
        parts[at : at + length] = draw(st.lists(spaced, max_size=3))
    return "".join(parts) + draw(st.sampled_from(["", "", "", " "]))


@st.composite
def drafts(draw: st.DrawFn, longest: int = 16) -> dict[str, str]:
    """Drafts of one recommendation, by their sources."""
    base = draw(st.lists(spaced, min_size=4, max_size=longest))
    names = draw(st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=5, unique=True))
    return {name: draw(variants(base)) for name in names}


@st.composite
def amended(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A base and what its amendments would make of it, by name."""
    base = draw(st.lists(spaced, min_size=4, max_size=16))
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
    return "".join(base), {name: draw(variants(base)) for name in names}
