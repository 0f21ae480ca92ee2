"""Style sheets and scripts come packed as the browser takes them."""

import gzip
from pathlib import Path

import pytest

from facilitate.places import STATIC
from facilitate.web.files import ENDINGS
from tests.web.house import house

DESK = STATIC / "dist" / "desk.js"


@pytest.mark.parametrize(
    ("taken", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP;q=1.0, identity", "gzip"),
        ("identity", None),
        ("br;q=0.000", None),
        ("", None),
        ("utter; nonsense;;q=,", None),
    ],
)
def test_a_bundle_comes_as_the_browser_takes_it(
    tmp_path: Path, taken: str, coding: str | None
) -> None:
    with house(tmp_path) as here:
        asked = here.http.build_request(
            "GET", "/static/dist/desk.js", headers={"accept-encoding": taken}
        )
        answer = here.http.send(asked, stream=True)
        body = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert body == (DESK.with_name(f"desk.js{ENDINGS[coding]}") if coding else DESK).read_bytes()


def test_what_lies_beside_a_bundle_is_the_bundle() -> None:
    packed = sorted(STATIC.glob("dist/*.gz"))
    assert packed
    for file in packed:
        assert gzip.decompress(file.read_bytes()) == file.with_suffix("").read_bytes()


def test_a_packed_bundle_that_is_there_already_is_not_sent_again(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        known = {"accept-encoding": "br"}
        first = here.http.get("/static/dist/common.css", headers=known)
        again = here.http.get(
            "/static/dist/common.css", headers={**known, "if-none-match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert "Accept-Encoding" in again.headers["vary"]
