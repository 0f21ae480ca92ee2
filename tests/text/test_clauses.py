"""Clauses that say otherwise what another says are told to people with the words that differ."""

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from facilitate.text.alignment import Words
from facilitate.text.clauses import alike, clauses, contradictions, known_by, stems
from tests.text.texts import any_texts, texts


@given(texts | any_texts)
def test_the_clauses_of_a_text_joined_are_the_text(text: str) -> None:
    found = clauses(text)
    assert "".join(clause.text for clause in found) == (text if text.strip() else "")
    assert all(clause.text == text[clause.start : clause.end] for clause in found)


@given(texts | any_texts, texts | any_texts)
def test_what_one_clause_contradicts_the_other_contradicts_too(one: str, other: str) -> None:
    there = {(c.about, c.one, c.other) for c in contradictions(one, other)}
    assert {(c.about, c.other, c.one) for c in contradictions(other, one)} == there


@given(texts | any_texts)
def test_no_clause_contradicts_itself(text: str) -> None:
    assert contradictions(text, text) == ()


LIBRARIES = "Parties should devote 5 % of their culture budget to community libraries."


@pytest.mark.parametrize(
    ("one", "other", "about", "words"),
    [
        (
            LIBRARIES,
            "The 3 % of the culture budget devoted to community libraries are reviewed yearly.",
            "number",
            ("5 %", "3 %"),
        ),
        (
            "Parties shall not tax community radio stations.",
            "Community radio stations shall be taxed like all others.",
            "negation",
            ("not tax community", "taxed Community"),
        ),
        (
            "Parties report to the Fund on its use by 2030.",
            "All Parties report to the Fund before 2027 on the use.",
            "number",
            ("2030", "2027"),
        ),
        (
            "Parties report on fair pay of artists under article 5.",
            "Every spring Parties report on pay of artists, under article 7.",
            "number",
            ("article 5", "article 7"),
        ),
        (
            "Community radio stations get a share of 5.",
            "Of the fees, community radio stations get a share of 7.",
            "number",
            ("share of 5", "share of 7"),
        ),
        (
            "Public libraries lend 5 e-books to each reader.",
            "To readers, public libraries lend 7 e-books.",
            "number",
            ("5 e-books", "7 e-books"),
        ),
        (
            "Parties shall publish their quotas for local music.",
            "Parties may publish quotas for local music each spring.",
            "modal",
            ("shall publish their quotas", "may publish quotas"),
        ),
        (
            "Les Parties devraient consacrer 5 pour cent du budget de la culture aux bibliothèques",
            "Les 3 % du budget de la culture consacrés aux bibliothèques sont revus.",
            "number",
            ("5 %", "3 %"),
        ),
        (
            "Las Partes consagrarán el 5 por ciento del presupuesto de cultura a bibliotecas.",
            "El 3 % del presupuesto de cultura para bibliotecas se revisa.",
            "number",
            ("5 %", "3 %"),
        ),
        (
            "Стороны выделяют 5 % бюджета культуры библиотекам.",
            "Стороны выделяют 3 процента бюджета культуры сельским библиотекам.",
            "number",
            ("5 %", "3 %"),
        ),
        (
            "تخصص الأطراف 5 في المئة من ميزانية الثقافة للمكتبات",
            "تراجع نسبة 3 في المئة من ميزانية الثقافة المخصصة للمكتبات",
            "number",
            ("5 %", "3 %"),
        ),
        (
            "缔约方将文化预算的百分之五用于社区图书馆。",
            "文化预算中用于社区图书馆的百分之三每两年审查。",
            "number",
            ("五 %", "三 %"),
        ),
    ],
)
def test_clauses_of_the_same_thing_that_differ_are_told(
    one: str, other: str, about: str, words: tuple[str, str]
) -> None:
    assert [(c.about, c.one, c.other) for c in contradictions(one, other)] == [(about, *words)]
    back = [(c.about, c.other, c.one) for c in contradictions(other, one)]
    assert back == [(about, *words)]


@pytest.mark.parametrize(
    "other",
    [
        "Parties should devote 3 % of their culture budget to museums.",  # of another thing
        "Governments should devote 3 % of their culture budget to community libraries.",  # others
        "Community libraries open 3 days a week.",  # little shared
        "Schools devote 3 % of their time to sport.",  # even where the same is counted
        "The 5 % of the culture budget for community libraries are reviewed after 3 years.",
        "Each year 5 % of the culture budget goes to community libraries and 3 % to schools.",
    ],
)
def test_clauses_of_other_things_or_other_people_do_not_contradict(other: str) -> None:
    assert contradictions(LIBRARIES, other) == ()


few = st.frozensets(st.sampled_from("abcdefgh"))
HALF_OF_THE_SHORTER = [frozenset("abcdef")], [frozenset("abcghij")]


@example(*HALF_OF_THE_SHORTER)
@example(*HALF_OF_THE_SHORTER[::-1])
@given(st.lists(few, max_size=4), st.lists(few, max_size=4))
def test_clauses_are_alike_that_share_three_words_and_half_of_the_shorter(
    some: list[frozenset[str]], others: list[frozenset[str]]
) -> None:
    assert set(alike(some, others)) == {
        (i, j)
        for i, one in enumerate(some)
        for j, other in enumerate(others)
        if len(one & other) >= 3 and 2 * len(one & other) >= min(len(one), len(other))
    }


@given(texts)
def test_a_clause_is_known_by_the_same_words_whether_cut_out_or_not(text: str) -> None:
    assert known_by(text) == stems(Words(text).normals)


def test_an_arabic_word_is_known_with_its_article_and_without() -> None:
    words = ("مكتبات", "المكتبات", "للمكتبات", "والمكتبات", "بالمكتبات")
    assert {known_by(word) for word in words} == {frozenset({"مكتبا"})}


def test_what_a_negation_is_said_of_must_be_said_in_the_other_clause() -> None:
    one = "Parties shall not tax community radio stations in rural regions."
    assert contradictions(one, "Community radio stations in rural regions shall be heard.") == ()


def test_a_negation_in_other_words_is_no_contradiction() -> None:
    one = "Parties shall not tax community radio stations."
    assert contradictions(one, one.replace("not", "never")) == ()


@pytest.mark.parametrize(
    ("named", "dated"),
    [
        (
            "As the 2005 Convention asks, Parties report on quotas for local music.",
            "Parties report on quotas for local music by 2030.",
        ),
        (
            "As Agenda 2030 asks, Parties report on quotas for local music.",
            "Parties report on quotas for local music by 2027.",
        ),
        (
            "Conforme a la Convención de 2005, las Partes informan sobre cuotas de música.",
            "Las Partes informan antes de 2030 sobre cuotas de música.",
        ),
    ],
)
def test_a_year_that_is_part_of_a_name_is_no_date(named: str, dated: str) -> None:
    assert contradictions(named, dated) == contradictions(dated, named) == ()


def test_a_number_of_years_is_no_date() -> None:
    one = "Parties report on quotas for local music every 3 years."
    assert contradictions(one, "Parties report on quotas for local music by 2030.") == ()
    assert [(c.one, c.other) for c in contradictions(one, one.replace("3", "2"))] == [
        ("3 years", "2 years")
    ]
