"""Amendments meet one another, and no one's words are lost."""

from collections.abc import Iterable, Mapping
from itertools import chain, product
from random import Random

import hypothesis.strategies as st
from hypothesis import assume, given

from facilitate.text.amendments import apply_together, rebase
from facilitate.text.differences import Edit, edits
from tests.text.texts import amended, any_texts, texts

BASE = "Parties should adopt laws and fund libraries that lend recorded music to every school."
distinct = st.lists(st.integers(0, 99), min_size=1, max_size=20, unique=True)

Case = tuple[str, dict[str, str]]


@given(texts | any_texts, st.sets(st.sampled_from("abc")))
def test_rejecting_all_amendments_gives_the_base(base: str, names: set[str]) -> None:
    assert apply_together(base, {}) == base
    assert apply_together(base, dict.fromkeys(names, base)) == base


@given(st.tuples(texts | any_texts, texts | any_texts))
def test_accepting_one_amendment_gives_what_its_author_wrote(pair: tuple[str, str]) -> None:
    base, text = pair
    assert apply_together(base, {"a": text}) == text
    assert rebase(base, text, base) == text
    assert rebase(base, base, text) == text
    assert rebase(base, text, text) == text


def test_words_that_stand_again_and_again_are_told_apart() -> None:
    lengths = [product(("a", "a."), repeat=length) for length in range(6)]
    again = [" ".join(words) for words in chain.from_iterable(lengths)]
    for base, text in product(again, again):
        assert apply_together(base, {"a": text}) == text


@given(amended())
def test_accepting_only_one_of_many_gives_what_its_author_wrote(case: Case) -> None:
    base, all_amended = case
    for text in all_amended.values():
        assert apply_together(base, {"it": text} | dict.fromkeys("xyz", base)) == text


@given(amended(), st.randoms())
def test_the_order_of_amendments_does_not_matter(case: Case, chance: Random) -> None:
    base, all_amended = case
    names = list(all_amended)
    chance.shuffle(names)
    shuffled = {name: all_amended[name] for name in names}
    assert apply_together(base, shuffled) == apply_together(base, all_amended)


@given(amended())
def test_amendments_go_together_exactly_when_every_two_of_them_do(case: Case) -> None:
    base, all_amended = case
    together = apply_together(base, all_amended)
    apart = {
        frozenset({a, b})
        for a in all_amended
        for b in all_amended
        if a < b and not isinstance(apply_together(base, {n: all_amended[n] for n in (a, b)}), str)
    }
    assert (set() if isinstance(together, str) else set(together)) == apart


@given(amended())
def test_rebasing_and_then_accepting_is_accepting_together(case: Case) -> None:
    base, all_amended = case
    for one in all_amended.values():
        for other in all_amended.values():
            together = apply_together(base, {"one": one, "other": other})
            assert rebase(base, one, other) == (together if isinstance(together, str) else None)
            assert rebase(base, one, other) == rebase(base, other, one)


@given(amended(), st.randoms())
def test_compatible_amendments_associate_and_give_what_was_previewed(
    case: Case, chance: Random
) -> None:
    """Accepted one by one or several at once, the others each time carried over."""
    text, waiting = case
    assume(isinstance(apply_together(text, waiting), str))
    preview = applied(text, waiting)
    while waiting:
        names = chance.sample(sorted(waiting), chance.randint(1, len(waiting)))
        accepted = {name: waiting.pop(name) for name in names}
        following = {n: rebase(text, waiting[n], *accepted.values()) for n in waiting}
        text = applied(text, accepted)
        waiting = {name: after for name, after in following.items() if after is not None}
        assert waiting == following
    assert text == preview


def applied(base: str, compatible: Mapping[str, str]) -> str:
    text = apply_together(base, compatible)
    assert isinstance(text, str)
    return text


@given(distinct, st.data())
def test_disjoint_amendments_commute(numbers: list[int], data: st.DataObject) -> None:
    words = [f"w{number}" for number in numbers]
    places = data.draw(st.lists(st.sampled_from(range(0, len(words), 2)), unique=True))
    ours = [f"our-{w}" if i in places else w for i, w in enumerate(words)]
    theirs = [f"their-{w}" if i % 2 == 0 and i not in places else w for i, w in enumerate(words)]
    both = [a if a != w else b for a, b, w in zip(ours, theirs, words, strict=True)]
    base, one, other = " ".join(words), " ".join(ours), " ".join(theirs)
    assert rebase(base, one, other) == " ".join(both) == rebase(base, other, one)


@given(distinct, st.data())
def test_accepted_deletions_are_united(numbers: list[int], data: st.DataObject) -> None:
    words = [f"w{number}" for number in numbers]
    kept = {name: data.draw(st.sets(st.sampled_from(words))) for name in "abc"}
    amended = {name: " ".join(w for w in words if w in kept[name]) for name in kept}
    together = apply_together(" ".join(words), amended)
    if isinstance(together, str):
        assert together.split() == [w for w in words if all(w in k for k in kept.values())]
    else:
        assert all(crossed(words, kept[a], kept[b]) for a, b in map(sorted, together))


def crossed(words: list[str], one: set[str], other: set[str]) -> bool:
    """Whether some run of words deleted by one overlaps one deleted by the other, neither in it."""
    return any(
        ours & theirs and ours - theirs and theirs - ours
        for ours in runs_deleted(words, one)
        for theirs in runs_deleted(words, other)
    )


def runs_deleted(words: list[str], kept: set[str]) -> list[set[str]]:
    runs: list[set[str]] = [set()]
    for word in words:
        if word in kept:
            runs.append(set())
        else:
            runs[-1].add(word)
    return runs


@given(distinct, st.data())
def test_carried_over_an_amendment_changes_the_same_words_where_they_now_stand(
    numbers: list[int], data: st.DataObject
) -> None:
    words = ["Parties", *(f"w{number}" for number in numbers), "schools."]
    base = " ".join(words)

    def changed(kinds: str, by: str) -> str:
        """Of each word: kept, replaced, deleted, or another inserted behind it."""
        made = {"=": "{0}", "/": "{1}-{0}", "-": "", "+": "{0} {1}+{0}"}
        drawn = [made[data.draw(st.sampled_from(kinds))].format(word, by) for word in words]
        return " ".join(word for word in drawn if word)

    amended, current = changed("===/-+", "ours"), changed("===/+", "theirs")
    carried_over = rebase(base, amended, current)
    assume(carried_over is not None)
    assert carried_over is not None
    accepted = edits(base, current)
    assert [
        (each.start + moved_by(accepted, each.start), base[each.start : each.end], each.replacement)
        for each in edits(base, amended)
    ] == [
        (each.start, current[each.start : each.end], each.replacement)
        for each in edits(current, carried_over)
    ]


def moved_by(accepted: Iterable[Edit], place: int) -> int:
    """How far what stands at a place moves when what is before it changes."""
    return sum(len(e.replacement) - (e.end - e.start) for e in accepted if e.end <= place)


def test_of_words_that_stand_twice_the_one_is_changed_that_the_sponsor_changed() -> None:
    base = "Parties should pay artists, and cities should pay teachers."
    second = base.replace("cities should", "cities shall")
    assert [base[edit.start - 7 : edit.end] for edit in edits(base, second)] == ["cities should"]
    current = base.replace("Parties should", "Parties, in time, should")
    assert rebase(base, second, current) == current.replace("cities should", "cities shall")


def test_of_two_sentences_alike_either_may_go_and_nothing_is_decided_unseen() -> None:
    base = "Pay them. Pay them. Report."
    fewer, soon = "Pay them. Report.", "Pay them. Pay them soon. Report."
    assert apply_together(base, {"fewer": fewer, "soon": soon}) in (
        "Pay them soon. Report.",
        (frozenset({"fewer", "soon"}),),
    )


def test_amendments_to_different_words_are_applied_together() -> None:
    amended = {
        "Chile": BASE.replace("should", "shall"),
        "Ghana": BASE.replace(" recorded", " recorded and printed"),
        "Japan": BASE.replace(" and fund libraries", ""),
    }
    assert apply_together(BASE, amended) == (
        "Parties shall adopt laws that lend recorded and printed music to every school."
    )


def test_the_end_of_a_sentence_and_a_sentence_behind_it_are_different_words() -> None:
    base = "Pay the artists very soon. Report on it."
    shorter = "Pay the artists. Report on it."
    longer = "Pay the artists very soon. Ask them first. Report on it."
    both = "Pay the artists. Ask them first. Report on it."
    assert apply_together(base, {"a": shorter, "b": longer}) == both
    assert apply_together(longer, {"a": both, "b": base}) == shorter


def test_amendments_to_the_same_or_neighbouring_words_conflict() -> None:
    amended = {
        "Chile": BASE.replace("should", "shall"),
        "Ghana": BASE.replace("should", "may"),
        "Japan": BASE.replace("adopt", "consider"),
        "Kenya": BASE.replace("school", "town"),
    }
    assert apply_together(BASE, amended) == (
        frozenset({"Chile", "Ghana"}),
        frozenset({"Chile", "Japan"}),
        frozenset({"Ghana", "Japan"}),
    )


def test_what_two_ask_for_alike_is_done_once() -> None:
    shall = BASE.replace("should", "shall")
    assert apply_together(BASE, {"Chile": shall, "Ghana": shall}) == shall
    capital, more = BASE.replace("should", "Should"), BASE.replace("should", "now Should")
    assert apply_together(BASE, {"Chile": capital, "Ghana": more}) == more


def test_an_amendment_is_carried_over_or_handed_back() -> None:
    current = BASE.replace("adopt laws", "adopt fair laws")
    assert rebase(BASE, BASE.replace("every", "each"), current) == current.replace("every", "each")
    assert rebase(BASE, BASE.replace("adopt laws", "adopt good laws"), current) is None
    assert rebase(BASE, "", current) is None


def test_rival_ways_to_settle_a_bracket_are_a_conflict() -> None:
    base = "over at least [3 / 5] years."

    assert rebase(base, "over at least 3 years.", "over at least 5 years.") is None
    assert rebase(base, "over at least 3 years.", "over [at least] 3 years") is None
    assert rebase("over [3 / 5 / 7] years", "over 3 years", "over [3 / 5] years") is None


def test_deletions_that_cross_are_a_conflict() -> None:
    assert rebase("within 2 or 3 years", "within 2 years", "within 3 years") is None
    assert rebase("within 2 or 3 full years", "within 2 years", "within 2 or 3 years") == (
        "within 2 years"
    )
