"""Find the children who could be the one that somebody describes. The look is noted, without what
was asked by."""

from services.referral.domain.same_child import Grade, Match, match
from services.referral.records.matching import could_be, particulars
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.leaving import all_leaving
from services.referral.use_cases.workplace import Workplace
from shared.errors import Invalid, Issue
from shared.identity import Principal

TOO_LITTLE = (
    "This is too little to tell one child from another: send an NHS number, or two of family name, "
    "first name, day of birth and postcode."
)


def find_child(
    described: Json, *, certain_only: bool, place: str, who: Principal, at: Workplace
) -> list[tuple[Resource, Match]]:
    """Those whom the principal may see, the likeliest first. With `certain_only` one or nobody: of
    two who are both certain neither is.

    They are compared as they are shown: nobody finds out by trying what is kept from them.
    Raises Invalid for too little.
    """
    sought = particulars(described)
    if not sought.is_enough:
        raise Invalid(Issue(TOO_LITTLE, place, "required"))
    with at.records.reading(who, now=at.clock()) as record:
        shown = all_leaving(could_be(record, sought), record)
        graded = [(one, match(sought, particulars(one.json))) for one in shown]
        found = sorted((one for one in graded if one[1].grade is not Grade.NOT), key=_likeliest)
        record.note_several("match", [one for one, _ in found], f"{len(found)} found", "Patient")
    certain = [one for one in found if one[1].grade is Grade.CERTAIN]
    return (certain if len(certain) == 1 else []) if certain_only else found


def _likeliest(found: tuple[Resource, Match]) -> tuple[int, float, str]:
    return list(Grade).index(found[1].grade), -found[1].score, found[0].id
