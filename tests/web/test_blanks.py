"""What is filled in stands where its blank was, in the plain page and in the packed one."""

from gzip import decompress

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from facilitate.web.blanks import BLOCK, Blanks, FreshIds, blank

VALUES = st.fixed_dictionaries({"me": st.text(), "after": st.text(max_size=5)})


@given(
    st.lists(st.sampled_from(["<p>Words</p>" * 40, "é", "", blank("me"), blank("after")])), VALUES
)
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
    assert page.filled({"fresh-0": "a", "fresh-1": "b"}) == b"a b"


def test_nobody_can_write_a_blank() -> None:
    """Without the mark, which is drawn by lot when the server starts, it is words like others."""
    assert Blanks("blank-me; {{ me }}").names == ()
