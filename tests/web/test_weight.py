"""What a poor line has to carry."""

import re
from pathlib import Path

import pytest

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind
from facilitate.meeting.drafts import AddDraftRecommendation, Addressee
from facilitate.web.identity import LANGUAGE_COOKIE
from tests.web.house import PLAN, House, house

FIRST_PAGE = 60_000  # bytes as they come, all that the page asks for included
DESK = {"en": 40_000, "fr": 40 * 1024}  # its words are longer
NAMED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def weight(here: House, path: str, by: str, language: str = "en") -> int:
    """Of a page and all it asks for, in bytes, as a browser gets them that has nothing yet."""
    cookie = f"{here.known(by)['cookie']}; {LANGUAGE_COOKIE}={language}"
    page = here.http.get(f"/forums/{PLAN.id}{path}", headers={"cookie": cookie})
    assert f'<html lang="{language}"' in page.text
    assert page.headers["content-encoding"] == "gzip"
    assert "@import" not in page.text
    answers = [
        here.http.get(name, headers={"accept-encoding": "br"}) for name in NAMED.findall(page.text)
    ]
    assert all(answer.headers["content-encoding"] == "br" for answer in answers)
    return sum(int(answer.headers["content-length"]) for answer in (page, *answers))


def test_a_breakout_with_many_voices_is_a_light_page(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        for number in range(25):
            words = f"Contribution {number}: the river is nobody's and everybody's."
            here.ask("anna", Contribute("b1", f"c{number}", Kind.GAP, words, "en"))
        assert weight(here, "/breakouts/b1", "hugo") < FIRST_PAGE


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_desk_with_its_editor_is_light(tmp_path: Path, language: str) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        for number in range(4):
            words = f"Parties should pay for river {number}, and say by when."
            here.ask("rita", AddDraftRecommendation("b1", f"d{number}", Addressee.PARTIES, words))
        size = weight(here, "/breakouts/b1/desk", "rita", language)
        assert size < DESK[language]


def test_the_editor_comes_with_the_desk_alone(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        assert "desk.js" in here.get("/breakouts/b1/desk", "rita").text
        assert "desk.js" not in here.get("/breakouts/b1", "rita").text
