"""The short reference of a concern: what people say to each other on the telephone."""

import re

from services.referral.domain.referral import ConcernId

_WRITTEN = re.compile(r"(?:SN)?([0-9A-F]{4})([0-9A-F]{4})")


def reference_of(concern: ConcernId | str) -> str:
    """ "SN-6D78-E7F9": the last eight digits of the concern's id, which are its random ones.

    The same for the setting, the family and every service that was asked.
    """
    digits = concern[-8:].upper()
    return f"SN-{digits[:4]}-{digits[4:]}"


def end_of_id(typed: str) -> str | None:
    """How the id of the concern with this reference ends; None when it is no reference."""
    found = _WRITTEN.fullmatch(re.sub(r"[\s\-]", "", typed).upper())
    return (found[1] + found[2]).lower() if found else None
