"""What the plenary accepts: several amendments at once, and what becomes of those still open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from facilitate.meeting.amendments import (
    WHERE_IT_STANDS,
    AcceptAmendments,
    Amendment,
    AmendmentAccepted,
    AmendmentCarriedOver,
    AmendmentHandedBack,
    AmendmentLapsed,
    Amendments,
    Event,
    Stage,
    open_ones,
    refuse_other_words,
    refuse_unless_under_discussion,
    source_of,
)
from facilitate.meeting.people import Person
from facilitate.meeting.recommendations import Recommendation, digest_of, refuse_another_text
from facilitate.meeting.refusals import N_, OutOfOrder, Unknown
from facilitate.text.amendments import apply_together, rebase
from facilitate.text.conflicts import conflicts
from facilitate.text.provenance import carried


def accept(
    amendments: Amendments,
    recommendation: Recommendation,
    command: AcceptAmendments,
    by: Person,
    at: datetime,
) -> tuple[Event, ...]:
    chosen = chosen_of(amendments, recommendation, command.amendments)
    if all(amendment.stage is Stage.ACCEPTED for amendment in chosen):
        return ()
    for amendment in chosen:
        if amendment.stage is not Stage.OPEN:
            raise OutOfOrder(WHERE_IT_STANDS[amendment.stage])
    refuse_unless_under_discussion(recommendation)
    refuse_another_text(recommendation, command.version, command.digest)
    text = together(recommendation, chosen)
    if text is None:
        raise OutOfOrder(N_("These amendments change the same words. Choose among them first."))
    refuse_other_words(command.result, digest_of(recommendation.addressee, text))
    made = tuple(_accepted_in_turn(recommendation, chosen, by, at))
    ids = {amendment.id for amendment in chosen}
    others = (a for a in open_ones(amendments, recommendation.id) if a.id not in ids)
    version = recommendation.version + len(chosen)
    return (*made, *_others_follow(others, chosen, text, version, by, at))


def chosen_of(
    amendments: Amendments, recommendation: Recommendation, ids: Iterable[str]
) -> tuple[Amendment, ...]:
    """These amendments to the text of this recommendation, in the order they were proposed."""
    chosen = {id: amendments.get(id) for id in ids}
    found = [a for a in chosen.values() if a is not None and not a.deletes and not a.adds]
    if not chosen or len(found) < len(chosen):
        raise Unknown(N_("This amendment is not there."))
    if any(amendment.recommendation != recommendation.id for amendment in found):
        raise Unknown(N_("This amendment is not there."))
    return tuple(sorted(found, key=lambda amendment: amendment.number))


def together(recommendation: Recommendation, chosen: Iterable[Amendment]) -> str | None:
    """The text with all of these open amendments, or None where they change the same words."""
    amended = {amendment.id: amendment.text for amendment in chosen}
    text = apply_together(recommendation.text, amended)
    return text.strip() or None if isinstance(text, str) else None


def acceptance(recommendation: Recommendation, chosen: Sequence[Amendment]) -> AcceptAmendments:
    """What the chair asks for who has seen what comes of these together; they must go together."""
    ids = tuple(amendment.id for amendment in chosen)
    result = digest_of(recommendation.addressee, together(recommendation, chosen) or "")
    return AcceptAmendments(
        recommendation.id, ids, recommendation.version, recommendation.digest, result
    )


def _accepted_in_turn(
    recommendation: Recommendation, chosen: Sequence[Amendment], by: Person, at: datetime
) -> Iterator[AmendmentAccepted]:
    runs = recommendation.runs
    for amendment in chosen:
        upto = chosen[: chosen.index(amendment) + 1]
        text = together(recommendation, upto) or ""
        runs = carried(runs, text, source_of(amendment.id))
        yield AmendmentAccepted(amendment.id, recommendation.id, runs, at=at, by=by.id)


def _others_follow(
    others: Iterable[Amendment],
    chosen: Sequence[Amendment],
    text: str,
    version: int,
    by: Person,
    at: datetime,
) -> Iterator[Event]:
    """Each open amendment is carried over to the new text, or handed back to its sponsor.

    One to delete the whole asks for the same whatever the text is.
    """
    accepted = tuple(amendment.id for amendment in chosen)
    for other in others:
        id = other.id
        after = "" if other.deletes else follows(other, chosen, text)
        if after is None:
            contained = _with(other, chosen) == text
            yield AmendmentHandedBack(id, contained, accepted, at=at, by=by.id)
        else:
            apart = other.deletes or not conflicts(other.base, {"": text, id: other.text})
            yield AmendmentCarriedOver(id, version, text, after, accepted, apart, at=at, by=by.id)


def follows(amendment: Amendment, chosen: Iterable[Amendment], text: str) -> str | None:
    """What the amendment makes of the text that the chosen ones come to, as if it were accepted
    together with them; None if it goes back to its sponsor."""
    after = _with(amendment, chosen)
    return None if after == text else after


def _with(amendment: Amendment, chosen: Iterable[Amendment]) -> str | None:
    rebased = rebase(amendment.base, amendment.text, *(each.text for each in chosen))
    return None if rebased is None else rebased.strip() or None


def lapse(
    amendments: Amendments, recommendation: str, by: Person, at: datetime
) -> tuple[Event, ...]:
    """What is still open when its recommendation is deferred or not adopted."""
    there = open_ones(amendments, recommendation)
    return tuple(AmendmentLapsed(amendment.id, at=at, by=by.id) for amendment in there)
