"""What is filled in stands where its blank was, in the plain page and in the packed one."""

from gzip import decompress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from facilitate.web.blanks import BLOCK, FRESH, WIDTH, Blanks, FreshIds, blank

ids = st.text("0123456789abcdef", min_size=WIDTH, max_size=WIDTH)
VALUES = st.fixed_dictionaries(
    {"me": st.text(), "after": st.text(max_size=5), f"{FRESH}0": ids, f"{FRESH}1": ids}
)
PIECES = ["<p>Words</p>" * 40, "é", "", "0123", *map(blank, ("me", "after", "fresh-0", "fresh-1"))]


@given(st.lists(st.sampled_from(PIECES)), VALUES)
def test_a_packed_page_is_the_filled_one(pieces: list[str], values: dict[str, str]) -> None:
    page = Blanks("".join(pieces))
    whole = "".join(pieces)
    for name, value in values.items():
        whole = whole.replace(blank(name), str(escape(value)))
    assert page.filled(values).decode() == whole
    assert decompress(page.packed(values)).decode() == whole


def test_what_is_filled_in_may_be_longer_than_a_block() -> None:
    page = Blanks(f"<p>{blank('me')}</p>")
    long = "x" * (BLOCK + 1)
    assert decompress(page.packed({"me": long})).decode() == f"<p>{long}</p>"


def test_each_fresh_id_has_a_blank_of_its_own() -> None:
    new_id = FreshIds()
    page = Blanks(f"{new_id()} {new_id()}")
    one, other = "a" * WIDTH, "b" * WIDTH
    assert page.filled({"fresh-0": one, "fresh-1": other}).decode() == f"{one} {other}"


def test_words_on_both_sides_of_a_fresh_id_are_packed_together() -> None:
    """Not so around what is of any length."""
    words = "".join(f"<li>Voice {number}</li>" for number in range(100))
    ids = {"fresh-0": "a" * WIDTH, "me": "anna"}
    around = {name: Blanks(f"{words}{blank(name)}{words}").packed(ids) for name in ids}
    assert len(around["fresh-0"]) < len(around["me"]) * 0.7
    with pytest.raises(ValueError, match="width"):
        Blanks(blank("fresh-0")).packed({"fresh-0": "short"})


def test_nobody_can_write_a_blank() -> None:
    """Without the mark, which is drawn by lot when the server starts, it is words like others."""
    assert Blanks("blank-me; {{ me }}").names == ()
