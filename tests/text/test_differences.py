"""What differs between two texts, read by people and applied by the record."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from facilitate.text.differences import Edit, Piece, edits, marked_up, marked_up_to_read
from tests.text.texts import amended, any_texts, texts

pairs = st.tuples(texts | any_texts, texts | any_texts) | amended().map(
    lambda case: (case[0], next(iter(case[1].values())))
)


@given(pairs)
def test_the_marked_up_view_without_insertions_is_the_old_text(pair: tuple[str, str]) -> None:
    old, new = pair
    pieces = marked_up(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "inserted") == old


@given(pairs)
def test_the_marked_up_view_without_deletions_is_the_new_text(pair: tuple[str, str]) -> None:
    old, new = pair
    pieces = marked_up(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == new


@given(pairs)
def test_the_edits_applied_from_the_end_make_the_new_text(pair: tuple[str, str]) -> None:
    old, new = pair
    text = old
    for edit in reversed(edits(old, new)):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    assert text == new


@given(pairs)
@example(
    (
        ". b a,  c a b, , ,  c a,  c , b b c b d a a d the , d ,. ,.,  b c",
        " d the the a b a,  b c a b, ,  c a,  c , b b c b , the a a d the , d ,. , b c.",
    )
)
def test_between_two_edits_something_stays(pair: tuple[str, str]) -> None:
    found = edits(*pair)
    assert all(one.end < next_one.start for one, next_one in pairwise(found))


@given(texts | any_texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert edits(text, text) == ()
    assert all(piece.kind == "same" for piece in marked_up(text, text))


def shown(old: str, new: str) -> str:
    signs = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in marked_up(old, new))


def test_the_marked_up_view_shows_whole_words() -> None:
    assert shown("States should adopt laws.", "States shall adopt a law.") == (
        "States [-should-][+shall+] adopt [-laws-][+a law+]."
    )


def test_small_words_between_changes_are_drawn_into_the_phrase() -> None:
    assert shown("the rights of artists today", "the duties of platforms today") == (
        "the [-rights of artists-][+duties of platforms+] today"
    )


def test_a_sentence_put_in_is_shown_as_a_sentence() -> None:
    assert shown("Fund museums. Report yearly.", "Fund museums. Ask artists. Report yearly.") == (
        "Fund museums.[+ Ask artists.+] Report yearly."
    )
    assert shown("Fund museums.", "Fund museums. Ask artists.") == "Fund museums.[+ Ask artists.+]"


def test_a_sentence_taken_out_is_shown_as_a_sentence() -> None:
    assert shown("Fund museums. Ask artists.", "Fund museums.") == "Fund museums.[- Ask artists.-]"


def test_a_phrase_put_in_is_shown_with_the_comma_before_it() -> None:
    assert shown("Pay artists, always.", "Pay artists, including women, always.") == (
        "Pay artists[+, including women+], always."
    )
    assert shown("Pay artists now.", "Pay artists, women too, now.") == (
        "Pay artists[+, women too,+] now."
    )


def test_the_first_word_taken_out_goes_with_its_white_space() -> None:
    assert marked_up("Least developed countries", "developed countries") == (
        Piece("deleted", "Least "),
        Piece("same", "developed countries"),
    )


def test_where_a_sentence_ends_in_other_words_and_another_follows_these_are_two_changes() -> None:
    short, long = "Pay artists fairly and well. Now.", "Pay artists. They need it. Now."
    assert marked_up(short, long) == (
        Piece("same", "Pay artists"),
        Piece("deleted", " fairly and well"),
        Piece("same", "."),
        Piece("inserted", " They need it."),
        Piece("same", " Now."),
    )
    assert marked_up(long, short) == (
        Piece("same", "Pay artists"),
        Piece("inserted", " fairly and well"),
        Piece("same", "."),
        Piece("deleted", " They need it."),
        Piece("same", " Now."),
    )


@given(pairs)
@example(("Pay artists soon. End.", "Pay artists. End."))
@example(("Pay artists. End.", "Pay artists soon. End."))
def test_each_edit_changes_something(pair: tuple[str, str]) -> None:
    old, new = pair
    assert all(old[edit.start : edit.end] != edit.replacement for edit in edits(old, new))


def test_an_edit_counts_in_characters_of_the_old_text() -> None:
    assert edits("👩‍👩‍👧 should act", "👩‍👩‍👧 may act") == (Edit(6, 12, "may"),)


BRACKETED = st.lists(
    st.sampled_from(("every", "[2 / 4]", "years", "[all / some of the]", "not,", "[p q / r]", "4")),
    max_size=9,
).map(" ".join)


@given(BRACKETED, BRACKETED)
def test_alternatives_in_brackets_change_as_a_whole_or_not(old: str, new: str) -> None:
    pieces = marked_up_to_read(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "inserted") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == new
    stood = [piece.text for piece in pieces if piece.kind != "inserted"]
    assert all(text.count("[") == text.count("]") for text in stood)


def test_a_bracket_that_is_settled_reads_as_one_change() -> None:
    assert marked_up_to_read("every [2 / 4] years", "every 4 years") == (
        Piece("same", "every"),
        Piece("deleted", " [2 / 4]"),
        Piece("inserted", " 4"),
        Piece("same", " years"),
    )
