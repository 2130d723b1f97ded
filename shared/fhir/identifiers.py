"""The numbers by which children and practices are known."""

import re

from nhs_number.validate import is_valid

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"

_NATIONAL_INSURANCE = re.compile(r"[A-Z]{2}\d{6}[A-D]?", re.ASCII)
_TEN_DIGITS = re.compile(r"\d{10}", re.ASCII)


def is_system(system: object, wanted: str) -> bool:
    """Whether it names the identifier system; senders write `/id/` for `/Id/`."""
    return isinstance(system, str) and system.lower() == wanted.lower()


def normal_nhs_number(value: str) -> str | None:
    """The ten digits without the spaces and dashes people write; None if it is not a number."""
    digits = _without_gaps(value)
    return digits if _TEN_DIGITS.fullmatch(digits) else None


def nhs_number_problem(value: str) -> str | None:
    """What is wrong with an NHS number as somebody typed it, in words for a form; None if nothing.

    The check digit is the modulus 11 of https://www.datadictionary.nhs.uk/attributes/nhs_number.html.
    """
    written = _without_gaps(value).upper()
    if _NATIONAL_INSURANCE.fullmatch(written):
        return "This is a National Insurance number. The NHS number has 10 digits."
    digits = normal_nhs_number(value)
    if digits is None:
        return "An NHS number has 10 digits, like 999 000 0018."
    if not is_valid(digits):
        return "This is not an NHS number: one of its digits must be wrong."
    return None


def _without_gaps(value: str) -> str:
    return re.sub(r"[\s-]", "", value)
