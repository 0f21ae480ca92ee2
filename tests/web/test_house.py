from pathlib import Path

from facilitate.meeting.breakouts import OpenBreakout
from tests.web.house import frame, house


def test_what_one_says_all_hear(tmp_path: Path) -> None:
    with house(tmp_path) as here:
        here.ask("sam", OpenBreakout("b1", 60))
        with here.listening("hugo", "breakout", "b1") as hugo:
            frame(hugo)  # who is here
            said = {"do": "Contribute", "breakout": "b1", "id": "c1", "kind": "gap"}
            answer = here.post(
                "/breakouts/b1", "anna", {**said, "text": "Dams harm fish.", "language": "en"}
            )
            assert answer.status_code == 303
            assert answer.headers["location"] == "/forums/water/breakouts/b1"
            heard = frame(hugo)
        assert "Dams harm fish." in str(heard["parts"])
        assert "Dams harm fish." in here.get("/breakouts/b1", "hugo").text
