"""Words that stand in one place in some drafts and in another in others are known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitate.text.collation import Reading, Site, collate, read_for
from tests.text.texts import ROOMS, any_texts, drafts, texts

unlike = st.dictionaries(st.sampled_from("ABCDEF"), texts | any_texts, max_size=4)
sentences = st.lists(st.integers(3, 6), min_size=3, max_size=7)


def sites(drafts: dict[str, str]) -> dict[int, Site]:
    return {s.id: s for s in collate(drafts).segments if isinstance(s, Site)}


def moved(drafts: dict[str, str]) -> list[tuple[int, str, tuple[int, ...]]]:
    """The readings that stand elsewhere in other drafts: their site, their words, where."""
    return [
        (site.id, reading.text.strip(), reading.moved)
        for site in sites(drafts).values()
        for reading in site.readings
        if reading.moved
    ]


@given(drafts(longest=30) | unlike)
def test_what_has_moved_is_told_at_both_places(drafts: dict[str, str]) -> None:
    found = sites(drafts)
    for site in found.values():
        for reading in site.readings:
            for other in reading.moved:
                assert other != site.id
                assert any(back(site, reading, there) for there in found[other].readings)


def back(site: Site, reading: Reading, there: Reading) -> bool:
    return site.id in there.moved and not set(there.sources) & set(reading.sources)


@given(sentences, st.data())
def test_a_sentence_that_one_draft_has_elsewhere_is_shown_as_moved(
    lengths: list[int], data: st.DataObject
) -> None:
    said = [
        "".join(f" w{n}{chr(ord('a') + at)}" for at in range(length)) + "."
        for n, length in enumerate(lengths)
    ]
    taken = data.draw(st.integers(0, len(said) - 1))
    rest = said[:taken] + said[taken + 1 :]
    put = data.draw(st.integers(0, len(rest)).filter(lambda at: at != taken))
    one = "All agree." + "".join(said)
    other = "All agree." + "".join([*rest[:put], said[taken], *rest[put:]])

    texts = {"one": one, "too": one, "other": other}
    text = collate(texts)
    assert {source: read_for(text, source) for source in texts} == texts
    at_first, at_last = sorted(moved(texts))
    assert at_first == (0, at_first[1], (1,))
    assert at_last == (1, at_first[1], (0,))


def test_a_clause_put_elsewhere_by_one_room_is_known_again() -> None:
    room = ROOMS["Amber"].replace(" that are open to all", "")
    room = room.replace("The schemes", "The schemes that are open to all")
    assert moved({"Amber": ROOMS["Amber"], "Gale": room}) == [
        (0, "that are open to all", (1,)),
        (1, "that are open to all", (0,)),
    ]


PAY = "Pay every artist of every country in full."


def test_a_clause_adapted_to_its_new_place_is_known_again() -> None:
    drafts = {
        "Birch": f"Ask funds. Require transparency of algorithms. {PAY} Report.",
        "Cedar": f"Ask funds. {PAY} Require the full transparency of algorithms. Report.",
    }
    assert [where for _, _, where in moved(drafts)] == [(1,), (0,)]
    other = drafts["Cedar"].replace("full transparency", "new catalogue")
    assert moved(drafts | {"Cedar": other}) == []


@pytest.mark.parametrize("said", ["Teach music, teach dance, teach drama.", "Lend e-books freely."])
def test_words_said_again_and_words_of_two_parts_are_known_again(said: str) -> None:
    require = "Require transparency of algorithms of every platform in every country."
    drafts = {
        "Birch": f"Ask funds. {require} {said} Report.",
        "Cedar": f"Ask funds. {said} {require} Report.",
    }
    assert moved(drafts) == [(0, said, (1,)), (1, said, (0,))]


def test_what_a_draft_says_twice_has_not_moved() -> None:
    drafts = {
        "Birch": f"Ask funds. {PAY} Require transparency of algorithms. {PAY} Report.",
        "Cedar": "Ask funds. Require transparency of algorithms. Report.",
    }
    assert len(sites(drafts)) == 2
    assert moved(drafts) == []


def test_small_or_single_words_met_again_have_not_moved() -> None:
    assert moved({"a": "Of the arts, we speak today.", "b": "We speak today of the arts."}) == []
    assert moved({"a": "Fund libraries and schools.", "b": "Schools, fund libraries."}) == []
