from hypothesis import given
from hypothesis import strategies as st

from facilitate.text.differences import Piece, marked_up
from facilitate.web.excerpts import around_changes, excerpt, fit, height, room_for

THREE = "One sentence. Another one! And a third."


def test_a_text_that_fits_is_left_alone() -> None:
    assert excerpt(THREE, len(THREE)) == THREE


def test_a_text_is_cut_where_a_sentence_ends() -> None:
    assert excerpt(THREE, 30) == "One sentence. Another one! […]"
    assert excerpt("المياه حق. الأنهار لنا؟ نعم هي لنا", 25) == "المياه حق. الأنهار لنا؟ […]"


def test_a_long_sentence_is_cut_between_words() -> None:
    assert excerpt("No end to these words in sight", 12) == "No end to …"
    assert excerpt("Nowordshere", 4) == "Nowo …"


def test_what_changes_is_shown_with_some_words_around_it() -> None:
    before = "word " * 100
    pieces = marked_up(f"{before}shall pay {before}now.", f"{before}should pay {before}now.")
    shown = around_changes(pieces, 500)
    assert [piece for piece in shown if piece.kind != "same"] == [
        Piece("deleted", "shall"),
        Piece("inserted", "should"),
    ]
    assert sum(len(piece.text) for piece in shown) <= 500
    assert shown[0].text.startswith("…")
    assert shown[-1].text.endswith("…")


def test_the_fewer_words_the_larger_the_letters() -> None:
    sizes = [fit("a" * length, 38) for length in (100, 350, 700, 1100, 3000)]
    assert sizes == ["short", "plain", "long", "longest", None]


def test_chinese_needs_twice_the_width() -> None:
    assert height("水" * 40, "longest") == height("a" * 80, "longest")


@given(st.text("abc .\n", max_size=2000), st.integers(5, 40))
def test_what_is_left_room_for_fits(text: str, room: int) -> None:
    shown = excerpt(text.replace("\n", " "), room_for(room))
    assert fit(shown, room + 3) is not None  # a line more, for the ellipsis


@given(st.text("ab .", max_size=400), st.text("ab .", max_size=400), st.integers(1, 200))
def test_a_marked_up_text_is_never_longer_than_asked(old: str, new: str, limit: int) -> None:
    shown = around_changes(marked_up(old, new), limit)
    assert sum(len(piece.text) for piece in shown) <= limit + len(" […]")
