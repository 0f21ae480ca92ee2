"""Drafts of several rooms become one text, and nothing is lost or merged silently."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from facilitate.text.collation import (
    ConsolidatedText,
    Reading,
    Run,
    Site,
    collate,
    read_for,
)
from tests.text.texts import ROOMS, any_texts, drafts, settled_text, texts

unlike = st.dictionaries(st.sampled_from("ABCDEF"), texts | any_texts, max_size=4)


def sites(text: ConsolidatedText) -> list[Site]:
    return [segment for segment in text.segments if isinstance(segment, Site)]


def flags(*readings: str, around: str = "The Parties {} the arts in every country") -> list[str]:
    """The flags of the sites of texts that differ in one place."""
    drafts = {f"room {n}": around.format(reading) for n, reading in enumerate(readings)}
    return [site.flag for site in sites(collate(drafts))]


# --- laws ----------------------------------------------------------------


@given(drafts() | unlike)
def test_the_consolidated_text_read_for_a_source_is_its_draft_to_the_character(
    drafts: dict[str, str],
) -> None:
    text = collate(drafts)
    assert {source: read_for(text, source) for source in drafts} == drafts


@given(drafts() | unlike)
@example({"A": "", "B": "the", "C": "the "})
def test_every_character_knows_its_sources(drafts: dict[str, str]) -> None:
    collated = collate(drafts)
    somewhere = {source for source in drafts if drafts[source]}
    within = tuple(sorted(somewhere - whole(collated)))
    for segment in collated.segments:
        match segment:
            case Run(text, sources):
                assert text
                assert sources == within
            case Site(_, readings):
                named = [source for reading in readings for source in reading.sources]
                assert sorted(named) == sorted(somewhere if segment.whole else within)
                assert len({reading.text for reading in readings}) == len(readings) >= 2


def whole(text: ConsolidatedText) -> set[str]:
    """The sources of the drafts that stand whole behind the text, as alternatives to it."""
    return {
        source
        for site in sites(text)
        if site.whole
        for reading in site.readings
        if reading.text
        for source in reading.sources
    }


@given(drafts(), st.randoms())
def test_the_order_of_the_drafts_does_not_matter(drafts: dict[str, str], chance: Random) -> None:
    names = list(drafts)
    chance.shuffle(names)
    assert collate({name: drafts[name] for name in names}) == collate(drafts)


@given(drafts(), st.permutations("ABCDEF"))
def test_permuting_the_sources_permutes_nothing_but_letters(
    drafts: dict[str, str], letters: list[str]
) -> None:
    text = collate(drafts)
    new = dict(zip("ABCDEF", letters, strict=True))
    renamed = collate({new[name]: text for name, text in drafts.items()})
    expected = tuple(
        Run(segment.text, tuple(sorted(new[s] for s in segment.sources)))
        if isinstance(segment, Run)
        else Site(
            segment.id,
            tuple(
                Reading(r.text, tuple(sorted(new[s] for s in r.sources)), r.moved)
                for r in segment.readings
            ),
            segment.flag,
            segment.whole,
        )
        for segment in text.segments
    )
    base = tuple(sorted(new[source] for source in text.base))
    assert renamed == ConsolidatedText(expected, base)


@given(texts | any_texts, st.integers(1, 4))
def test_collating_a_text_with_itself_has_no_site(text: str, times: int) -> None:
    collated = collate({str(n): text for n in range(times)})
    assert sites(collated) == []
    assert settled_text(collated, {}) == text


@given(drafts() | unlike)
@example({"A": "", "B": "the", "C": "the "})
def test_choosing_the_readings_of_a_source_everywhere_gives_its_draft(
    drafts: dict[str, str],
) -> None:
    text = collate(drafts)
    worded = {source for source in drafts if drafts[source]}
    side_by_side = len(text.segments) == 1
    for source in worded if side_by_side else worded - whole(text):
        chosen = {
            site.id: next(n for n, r in enumerate(site.readings) if source in r.sources)
            for site in sites(text)
        }
        assert settled_text(text, chosen) == drafts[source]


@given(drafts(), st.sampled_from("ABCDEF"))
def test_a_draft_like_one_already_there_moves_nothing_but_the_majority(
    drafts: dict[str, str], name: str
) -> None:
    again = collate(drafts | {"again": drafts.get(name, next(iter(drafts.values())))})
    assert {source: read_for(again, source) for source in drafts} == drafts


# --- contradictions are never merged away --------------------------------


CONTRADICTIONS = [
    ("number", "30", "20"),
    ("number", "-5", "5"),
    ("number", "1.5", "15"),
    ("number", "three", "the"),
    ("number", "٢٠٠٥", "٢٠١٥"),
    ("number", "五", "六"),
    ("negation", "do not", "do"),
    ("negation", "don’t", "do"),
    ("negation", "n'ont pas", "ont"),
    ("negation", "sin", "con"),
    ("negation", "لا", ""),
    ("negation", "не", ""),
    ("negation", "不", ""),
    ("negation", "cannot", "can"),
    ("modal", "should", "shall"),
    ("modal", "may", "should"),
    ("modal", "should", "are encouraged to"),
    ("modal", "devraient", "doivent"),
    ("modal", "deberían", "deben"),
    ("modal", "ينبغي", "يجب"),
    ("modal", "следует", "должны"),
    ("modal", "应", "可"),
]


@pytest.mark.parametrize(("flag", "one", "other"), CONTRADICTIONS)
def test_a_contradiction_is_flagged_and_never_merged_away(flag: str, one: str, other: str) -> None:
    assert set(flags(one, other)) == {flag}


@given(drafts(), st.sampled_from(CONTRADICTIONS), st.data())
def test_a_contradiction_is_never_merged_away(
    drafts: dict[str, str], contradiction: tuple[str, str, str], data: st.DataObject
) -> None:
    _, one, other = contradiction
    source = data.draw(st.sampled_from(sorted(drafts)))
    around = drafts[source]
    text = collate({"one": f"{around} {one} {around}", "other": f"{around} {other} {around}"})
    if one.casefold() not in ("", other.casefold()):
        assert [site for site in sites(text) if site.flag != "editorial"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("protect the artists", "protect artists"),
        ("protect artist", "protect artists"),
        ("protect work", "protect works"),
        ("protect musée", "protect musées"),
        ("protect, always,", "protect always"),
        ("protect “artists”", "protect « artists »"),
        ("Protect", "protect"),
        ("such policies", "these policies"),
        ("caf\u00e9", "cafe\u0301"),
    ],
)
def test_small_words_plurals_and_typography_are_settled_editorially(one: str, other: str) -> None:
    assert set(flags(one, other)) == {"editorial"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the art of music", "the arts of music"),
        ("women and girls", "women or girls"),
        ("paid to them", "paid by them"),
        ("5 %", "5"),
    ],
)
def test_small_words_that_change_who_or_whom_are_left_to_people(one: str, other: str) -> None:
    assert "editorial" not in flags(one, other)


def test_leaving_out_few_words_with_a_figure_contradicts_keeping_them() -> None:
    assert flags("pay within 2 years for", "pay for") == ["number"]
    assert flags("pay within 2 years of asking for", "pay for") == [""]


# --- how it reads ---------------------------------------------------------


def test_six_rooms_become_one_text_that_reads_well() -> None:
    assert settled_text(collate(ROOMS), {}) == (
        "Parties [should / are encouraged to] set up [and finance / —] libraries of recorded"
        " [and printed / —] music that are open to all[, including schemes for teachers in"
        " rural schools / , including grants for teachers in rural schools / , including schemes"
        " for teachers and singers in rural schools / —]. The schemes should [not / —]"
        " pay the performers fairly [and be reviewed every 2 years together with the trade unions"
        " / and be reviewed every 3 years together with the trade unions / —]."
        " [Small island States should be helped first. / —]"
    )


def test_what_contradicts_in_six_rooms_is_flagged() -> None:
    found = [
        (site.flag, *(reading.sources for reading in site.readings))
        for site in sites(collate(ROOMS))
        if site.flag in ("number", "negation", "modal")
    ]
    assert found == [
        ("modal", ("Amber", "Cedar", "Delta", "Ember", "Fjord"), ("Birch",)),
        ("negation", ("Amber", "Birch", "Cedar", "Delta", "Fjord"), ("Ember",)),
        ("number", ("Amber", "Birch", "Ember", "Fjord"), ("Cedar",), ("Delta",)),
    ]


def test_open_sites_stand_in_brackets_and_settled_ones_as_words() -> None:
    text = collate({"a": "We should act now.", "b": "We may act.", "c": "We may act now."})
    assert settled_text(text, {}) == "We [may / should] act [now / —]."
    assert settled_text(text, {0: 1, 1: "without delay"}) == "We should act without delay."
    assert settled_text(text, {0: "", 1: 1}) == "We act."
    assert settled_text(text, {0: 0, 1: ", and not later"}) == "We may act, and not later."


def added(*additions: str) -> str:
    """The text of five rooms that say "We act.", and of others that each add something."""
    drafts = dict.fromkeys("abcde", "We act.")
    drafts |= {f"room {n}": f"We act {addition}." for n, addition in enumerate(additions)}
    return settled_text(collate(drafts), {})


def test_what_two_rooms_add_at_one_place_stands_in_two_sites() -> None:
    assert added("now", "ever") == "We act [ever / —] [now / —]."


def test_of_several_additions_what_most_rooms_say_comes_first() -> None:
    assert added("now", "ever", "now") == "We act [now / —] [ever / —]."


def test_additions_that_share_words_are_rivals() -> None:
    assert added("with all artists", "with all unions", "in schools") == (
        "We act [with all artists / with all unions / —] [in schools / —]."
    )


def test_additions_that_contradict_are_rivals() -> None:
    assert added("twice", "every 2 years") == "We act [every 2 years / twice / —]."
    assert added("twice", "now") == "We act [now / —] [twice / —]."
    assert added("never", "not only once") == "We act [never / not only once / —]."


@given(st.sets(st.sampled_from(["brave", "fair", "local", "open", "public", "rural"])))
def test_independent_additions_are_never_rivals(added: set[str]) -> None:
    drafts = {"base": "Parties fund libraries.", "too": "Parties fund libraries."}
    drafts |= {word: f"Parties fund {word} libraries." for word in added}
    text = collate(drafts)
    expected = [
        (Reading("", tuple(sorted({*drafts} - {w}))), Reading(f" {w}", (w,))) for w in sorted(added)
    ]
    assert [site.readings for site in sites(text)] == expected


def test_spellings_of_one_reading_are_shown_once_as_most_write_it() -> None:
    drafts = {"a": "Ask the Fund today.", "b": "Ask the Fund today."}
    drafts |= {"c": "Ask the fund today.", "d": "Ask the banks today."}
    assert settled_text(collate(drafts), {}) == "Ask the [Fund / banks] today."


def test_drafts_that_differ_too_much_stand_whole_side_by_side() -> None:
    drafts = {"a": "Museums should lend freely.", "b": "The Fund may pay for travel to meetings."}
    assert collate(drafts).segments == (
        Site(
            0,
            (Reading(drafts["a"], ("a",)), Reading(drafts["b"], ("b",))),
            "",
            whole=True,
        ),
    )


def twenty(name: str, shared: int) -> str:
    """Twenty words, the first of which every draft has."""
    said = [f"word{n}" if n < shared else f"{name}{n}" for n in range(20)]
    return " ".join(said)


@pytest.mark.parametrize(("shared", "whole"), [(6, True), (7, False)])
def test_drafts_with_35_words_of_a_hundred_in_common_are_one_text(shared: int, whole: bool) -> None:
    text = collate({"a": twenty("ours", shared), "b": twenty("theirs", shared)})
    assert any(isinstance(s, Site) and s.whole for s in text.segments) == whole


@pytest.mark.parametrize(("shared", "apart"), [(6, 2), (7, 1)])
def test_whole_alternatives_with_as_much_in_common_are_rivals(shared: int, apart: int) -> None:
    alternatives = {"a": twenty("ours", shared), "b": twenty("theirs", shared)}
    text = collate({**alternatives, "x": OTHER, "y": OTHER, "z": f"{OTHER} Soon."})
    assert sum(isinstance(s, Site) and s.whole for s in text.segments) == apart


def test_a_word_that_both_say_twice_counts_twice() -> None:
    said = {"a": "sing sing sing ours1 ours2 ours3 ours4", "b": "sing sing sing b1 b2 b3 b4"}
    text = collate({**said, "x": OTHER, "y": OTHER, "z": f"{OTHER} Soon."})
    assert sum(isinstance(s, Site) and s.whole for s in text.segments) == 1


OTHER = "The Fund may pay for travel to meetings of young composers."


def test_one_draft_too_different_stands_behind_the_text_of_the_others() -> None:
    text = collate(ROOMS | {"Gale": OTHER})
    assert text.segments[:-1] == collate(ROOMS).segments
    assert text.segments[-1] == Site(
        len(sites(text)) - 1,
        (Reading("", tuple(ROOMS)), Reading(OTHER, ("Gale",))),
        "",
        whole=True,
    )
    assert {name: read_for(text, name) for name in ROOMS} == ROOMS
    assert read_for(text, "Gale") == OTHER


def test_a_whole_alternative_is_a_paragraph_of_its_own() -> None:
    alone = settled_text(collate(ROOMS), {})
    text = collate(ROOMS | {"Gale": OTHER})
    last = sites(text)[-1].id
    assert settled_text(text, {}) == f"{alone}\n\n[{OTHER} / —]"
    assert settled_text(text, {last: 1}) == f"{alone}\n\n{OTHER}"
    assert settled_text(text, {last: "Pay for travel."}) == f"{alone}\n\nPay for travel."
    assert settled_text(text, {last: 0}) == settled_text(text, {last: ""}) == alone


def test_whole_alternatives_that_are_alike_are_rivals_of_one_another_alone() -> None:
    others = {
        "Gale": OTHER,
        "Haven": OTHER.replace("young", "all"),
        "Ivory": "Teach children to sing.",
    }
    behind = [site for site in sites(collate(ROOMS | others)) if site.whole]
    assert [[r.text for r in site.readings] for site in behind] == [
        ["", others["Haven"], OTHER],
        ["", others["Ivory"]],
    ]


def test_whole_alternatives_contradict_those_that_are_alike_and_no_others() -> None:
    others = {"Gale": OTHER, "Haven": OTHER.replace("may pay", "may not pay")}
    others["Ivory"] = "Teach 3 children to sing."
    flagged = [site.flag for site in sites(collate(ROOMS | others)) if site.whole]
    assert flagged == ["negation", ""]


def test_nothing_to_collate_is_an_empty_text() -> None:
    assert collate({}) == collate({"a": ""}) == ConsolidatedText(())
    assert collate({"a": "", "b": "Act."}) == collate({"b": "Act."})


def test_every_order_of_six_rooms_gives_the_same_text() -> None:
    for order in list(permutations(ROOMS))[::97]:
        assert collate({name: ROOMS[name] for name in order}) == collate(ROOMS)
