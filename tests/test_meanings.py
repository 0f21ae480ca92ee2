"""Across languages what is meant counts, where the extra for it is installed."""

import pytest

from facilitate.meanings import MODEL, meanings
from facilitate.text.likeness import propose_groups, unheard

PAY = {
    "en": "Parties should pay performers fairly when their recordings are played in public.",
    "fr": "Les Parties devraient rémunérer équitablement les artistes interprètes lorsque leurs"
    " enregistrements sont diffusés en public.",
    "es": "Las Partes deberían remunerar de forma justa a los intérpretes cuando sus grabaciones"
    " se emiten en público.",
    "ru": "Сторонам следует справедливо оплачивать труд исполнителей, когда их записи звучат"
    " публично.",
    "ar": "ينبغي للأطراف أن تدفع للفنانين أجرا عادلا عند بث تسجيلاتهم علنا.",
    "zh": "各缔约方应在公开播放录音时公平支付表演者报酬。",
}
TEACH = {
    "en teach": "Schools should teach young people to recognise synthetic images.",
    "fr teach": "Les écoles devraient apprendre aux jeunes à reconnaître les images de synthèse.",
}
VISA = {
    "en visa": "Small island States should be exempted from visa fees for touring musicians.",
    "zh visa": "应免除小岛屿国家巡演音乐家的签证费。",
}


def test_the_line_is_drawn_between_one_meaning_and_another() -> None:
    pytest.importorskip(MODEL)
    ask = meanings()
    assert ask is not None
    table = ask([*PAY.values(), TEACH["en teach"], VISA["en visa"]])
    same = [near for row in table[:6] for near in row[:6]]
    other = [near for row in table[:6] for near in row[6:]]
    assert 0.57 < min(same) < 0.59
    assert max(other) < 0.46


def test_drafts_in_six_languages_are_one_group_and_another_subject_is_not_in_it() -> None:
    pytest.importorskip(MODEL)
    texts = PAY | TEACH | VISA
    proposed = propose_groups(texts, meanings=meanings())
    assert proposed == (tuple(sorted(PAY)), tuple(TEACH), tuple(VISA))
    assert propose_groups(texts) == ()


def test_a_contribution_is_heard_in_another_language() -> None:
    pytest.importorskip(MODEL)
    said = {"zh": PAY["zh"], "fr": TEACH["fr teach"]}
    assert unheard(said, {"draft": PAY["en"]}) == ("zh", "fr")
    assert unheard(said, {"draft": PAY["en"]}, meanings=meanings()) == ("fr",)


def test_nothing_is_no_table() -> None:
    pytest.importorskip(MODEL)
    ask = meanings()
    assert ask is not None
    assert ask([]) == []
