"""Where a message may be sent to at all: what is no address is not tried."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

HOME, BRITISH = "GB", 44
NOT_TEXTABLE = (
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
    phonenumbers.PhoneNumberType.PAGER,
)
#: https://www.gov.uk/government/publications/bulk-data-transfer-for-sponsors-xml-schema
POSTCODE = re.compile(r"(GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})", re.IGNORECASE)
FEWEST_LINES, MOST_LINES = 3, 7
#: The printing service refuses lines that begin with one of these.
NOT_FIRST = tuple('@()=[]"”\\/,<>')


def email_of(address: str) -> str | None:
    """The address in ASCII, as every server takes it."""
    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None


def mobile_of(number: str) -> str | None:
    """The number as `+447700900123`; None for what cannot get a text message."""
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or not _is_textable(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _is_textable(number: phonenumbers.PhoneNumber) -> bool:
    """British mobiles begin with 7. The library does not know the numbers kept for drama, which are
    the invented families' own, so that it is not asked whether a number is in use."""
    if number.country_code == BRITISH and not str(number.national_number).startswith("7"):
        return False
    return phonenumbers.number_type(number) not in NOT_TEXTABLE


def postal_lines_of(address: str) -> list[str] | None:
    """The lines of a British postal address, the postcode last."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    if not FEWEST_LINES <= len(lines) <= MOST_LINES or not POSTCODE.fullmatch(lines[-1]):
        return None
    return None if any(line.startswith(NOT_FIRST) for line in lines) else lines
