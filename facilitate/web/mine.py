"""What is one's own in a drawing that all share: keys that a style sheet of one person lights up.

An element with ``data-mine="endorsed-c1"`` shows its ``.mine`` and hides its ``.not-mine`` for
those who hold that key; ``data-by`` does the same for what a person said or did by name.
"""

from collections.abc import Iterator

from facilitate.meeting import Forum


def mine(forum: Forum, person: str) -> str:
    """What selects the keys that a person holds, to go on with in a list of selectors."""
    return "".join(f",[data-mine={key}]" for key in _held(forum, person))


def _held(forum: Forum, person: str) -> Iterator[str]:
    for contribution in forum.contributions.by_id.values():
        if person in contribution.endorsements:
            yield f"endorsed-{contribution.id}"
    for amendment in forum.amendments.values():
        if person in amendment.supporters:
            yield f"supported-{amendment.id}"
    for recommendation in forum.recommendations.by_id.values():
        if person in recommendation.objections:
            yield f"objected-{recommendation.id}"
