"""What a poor line has to carry."""

import gzip
import re
from pathlib import Path

from facilitate.meeting.breakouts import OpenBreakout
from facilitate.meeting.contributions import Contribute, Kind
from tests.web.house import house

FIRST_PAGE = 60_000  # bytes compressed, all that the page asks for included
IMPORTED = re.compile(r'from "\./([^"]+)"')
NAMED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def test_a_breakout_with_many_voices_is_a_light_page(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        for number in range(25):
            words = f"Contribution {number}: the river is nobody's and everybody's."
            here.ask("anna", Contribute("b1", f"c{number}", Kind.GAP, words, "en"))
        page = here.get("/breakouts/b1", "hugo")
        assert page.headers["content-encoding"] == "gzip"
        weight = len(gzip.compress(page.content))
        asked_for = set(NAMED.findall(page.text))
        while asked_for:
            body = here.http.get(asked_for.pop())
            asked_for |= {f"/static/{module}" for module in IMPORTED.findall(body.text)}
            weight += len(gzip.compress(body.content))
        assert weight < FIRST_PAGE
