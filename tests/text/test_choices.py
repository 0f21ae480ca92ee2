"""A choice outlives a draft that joins or leaves only where it says the same as before."""

import hypothesis.strategies as st
from hypothesis import given

from facilitate.text.choices import Choice, Worded, kept, left_out, sites
from facilitate.text.collation import ConsolidatedText, Site, collate
from facilitate.text.provenance import settled
from tests.text.texts import drafts


def choice_at(site: Site) -> st.SearchStrategy[Choice]:
    number = st.integers(0, len(site.readings) - 1)
    several = st.lists(number, min_size=2, unique=True).map(lambda ns: tuple(sorted(ns)))
    own = st.just(Worded("words", (0,)))
    return st.one_of(number, st.just("words"), several, own)


def stands(site: Site, choice: Choice) -> list[str]:
    """What is read at a site, without the spaces around it."""
    runs = settled(ConsolidatedText((site,)), {site.id: choice})
    return sorted("".join(run.text for run in runs).replace("[", " ").replace("]", " ").split())


@given(drafts(), st.data())
def test_what_is_kept_says_the_same_and_nothing_new_stands_beside_it(
    written: dict[str, str], data: st.DataObject
) -> None:
    names = sorted(written)
    left = data.draw(st.sampled_from(names))
    old = collate(written)
    new = collate({name: written[name] for name in names if name != left}, base=old.base)
    for before, after in ((old, new), (new, old)):
        choices = {
            site.id: data.draw(choice_at(site))
            for site in sites(before)
            if data.draw(st.booleans())
        }
        there = {site.id: site for site in sites(before)}
        now = {site.id: site for site in sites(after)}
        for id, (was, choice) in kept(before, after, choices).items():
            said = {reading.text for reading in there[was].readings}
            assert {reading.text for reading in now[id].readings} <= said
            assert stands(now[id], choice) == stands(there[was], choices[was])


@given(drafts())
def test_nothing_is_kept_twice_and_nothing_is_left_out_before_anybody_chose(
    written: dict[str, str],
) -> None:
    text = collate(written)
    choices: dict[int, Choice] = {site.id: 0 for site in sites(text)}
    again = kept(text, text, choices)
    assert {id: was for id, (was, _) in again.items()} == {id: id for id in choices}
    assert left_out(text, {}) == ()


def test_when_a_draft_leaves_what_was_chosen_of_the_others_is_kept_by_its_words() -> None:
    written = {"a": "Pay soon.", "b": "Pay late.", "c": "Pay now."}
    before = collate(written)
    after = collate({name: written[name] for name in "ab"}, base=before.base)
    (was,), (site,) = sites(before), sites(after)
    late, now, soon = range(3)
    assert [reading.text for reading in was.readings] == ["late", "now", "soon"]
    assert [reading.text for reading in site.readings] == ["late", "soon"]

    def found(chosen: Choice) -> Choice | None:
        return kept(before, after, {was.id: chosen}).get(site.id, (was.id, None))[1]

    assert found(soon) == 1
    assert found(now) is None
    assert found((late, soon)) == (0, 1)
    assert found((late, now)) is None
    assert found("in time") == "in time"
    assert found(Worded("in time", (soon,))) == Worded("in time", (1,))
    assert found(Worded("in time", (now, soon))) is None


def test_a_choice_is_found_again_when_the_draft_it_was_collated_against_leaves() -> None:
    written = {
        "a": "Parties should pay artists soon.",
        "b": "All Parties in the region should pay artists late.",
        "c": "Parties in the region should pay artists soon.",
    }
    before = collate(written, base=("b",))
    after = collate({name: written[name] for name in "ac"}, base=before.base)
    assert after.base != before.base
    choices: dict[int, Choice] = {site.id: 0 for site in sites(before)}
    there = {site.id: [r.text for r in site.readings] for site in sites(before)}
    found = kept(before, after, choices)
    assert [there[was] for was, _ in found.values()] == [[" in the region", ""]]


def test_up_to_four_words_are_a_choice_of_words_and_more_are_left_out() -> None:
    for added, missing in (("for all their works", 0), ("for all of their works", 1)):
        text = collate({"a": "Pay artists.", "b": f"Pay artists {added}."})
        (site,) = sites(text)
        silent = next(n for n, reading in enumerate(site.readings) if not reading.text.strip())
        assert len(left_out(text, {site.id: silent})) == missing


def test_leaving_out_a_clause_is_not_leaving_out_a_word() -> None:
    short = collate({"a": "Pay artists.", "b": "Pay artists now."})
    (site,) = sites(short)
    silent = next(n for n, reading in enumerate(site.readings) if not reading.text.strip())
    assert left_out(short, {site.id: silent}) == ()
    long = collate({"a": "Pay artists.", "b": "Pay artists for every single use of works online."})
    (site,) = sites(long)
    silent = next(n for n, reading in enumerate(site.readings) if not reading.text.strip())
    assert left_out(long, {site.id: silent}) == (site,)
    assert left_out(long, {site.id: ""}) == (site,)
