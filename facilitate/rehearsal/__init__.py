"""A forum that can be tried out: its plan, its people and all that they say, invented."""

from collections.abc import Mapping
from pathlib import Path

PLAN = Path(__file__).with_name("forum.toml")

# For each part that can be tried out, the person of the plan who plays it.
PARTS: Mapping[str, str] = {
    "remote participant": "remote",
    "in-hall participant": "hall",
    "rapporteur": "rapporteur-good",
    "chair": "chair",
    "secretariat": "secretariat",
    "projector": "projector",
}
