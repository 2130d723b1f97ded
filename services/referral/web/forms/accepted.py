"""What counts as an answer to each kind of question, as pydantic types."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from nhs_number.validate import is_valid
from pydantic import AfterValidator, BeforeValidator, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from services.referral.web.forms.dates import NotADate, date_of, time_of
from services.referral.web.forms.questions import Kind, Need, Question

LINE_LENGTH = 200
TEXT_LENGTH = 5000

#: Control characters but for tab and line feed: no person types them, and PostgreSQL keeps no NUL.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
NATIONAL_INSURANCE = re.compile(r"^[A-Z]{2}\d{6}[A-D]$")
POSTCODE = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$")
PHONE = re.compile(r"^\+?[\d ()\-]{9,24}$")
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")


def wrong(text: str, parts: str = "") -> PydanticCustomError:
    """An error in our own words; `parts` are the parts of a date to mark, comma-separated."""
    return PydanticCustomError("answer", "{text}", {"text": text, "parts": parts})


def accepted(question: Question) -> Any:
    """The pydantic type of one question: blank is None, which a MUST refuses."""
    kept = TYPES[question.kind](question) | None
    return Annotated[kept, BeforeValidator(none_if_blank), AfterValidator(_needed(question))]


def none_if_blank(typed: Any) -> Any:
    if isinstance(typed, str):
        typed = UNPRINTABLE.sub("", typed.replace("\r\n", "\n")).strip()
    if isinstance(typed, dict) and not any(part.strip() for part in typed.values()):
        return None
    return typed or None


def _needed(question: Question) -> Callable[[Any], Any]:
    def answered(value: Any) -> Any:
        if value is None and question.need is Need.MUST:
            raise wrong(question.missing)
        return value

    return answered


def _text(question: Question) -> Any:
    usual = TEXT_LENGTH if question.kind is Kind.TEXTAREA else LINE_LENGTH
    return Annotated[str, StringConstraints(max_length=question.longest or usual)]


def _matching(
    pattern: re.Pattern[str], message: str, tidy: Callable[[str], str] = str.strip
) -> Callable[[Question], Any]:
    def matching(typed: str) -> str:
        if not pattern.match(tidy(typed)):
            raise wrong(message)
        return tidy(typed)

    return lambda question: Annotated[_text(question), AfterValidator(matching)]


def _nhs_number(question: Question) -> Any:
    return Annotated[_text(question), AfterValidator(real_nhs_number)]


def real_nhs_number(typed: str) -> str:
    """Ten digits whose last one checks the others; spaces and dashes are allowed in between."""
    digits = re.sub(r"[\s\-]", "", typed).upper()
    if NATIONAL_INSURANCE.match(digits):
        raise wrong("This is a National Insurance number. Enter an NHS number, or leave this blank")
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise wrong("An NHS number has 10 digits, like 999 123 4567")
    if not is_valid(digits):
        raise wrong("Check the NHS number: one of its digits is not right")
    return digits


def _number(question: Question) -> Any:
    low, high = question.lowest or 0, question.highest or 1_000_000

    def number(typed: str) -> int:
        text = typed.replace(" ", "")
        if not re.fullmatch(r"[0-9]{1,7}", text) or not low <= int(text) <= high:
            raise wrong(f"{question.label} must be a number from {low} to {high}")
        if int(text) % question.step_of:
            raise wrong(f"{question.label} must be a multiple of {question.step_of}")
        return int(text)

    return Annotated[int, BeforeValidator(number)]


def _one_of(question: Question) -> Any:
    values = frozenset(option.value for option in question.options)

    def known(typed: str) -> str:
        if typed not in values:
            raise wrong(question.missing or "Choose one of the answers")
        return typed

    return Annotated[str, AfterValidator(known)]


def _some_of(question: Question) -> Any:
    order = [option.value for option in question.options]
    alone = {option.value: option.label for option in question.options if option.alone}

    def known(typed: list[str]) -> list[str]:
        if not set(typed) <= set(order):
            raise wrong(question.missing or "Choose from the answers")
        if len(set(typed)) > 1 and (clash := alone.keys() & set(typed)):
            raise wrong(f"Choose “{alone[clash.pop()]}” or the others, not both")
        return sorted(set(typed), key=order.index)

    return Annotated[list[str], AfterValidator(known)]


def _date(question: Question) -> Any:
    def real(parts: dict[str, str], info: ValidationInfo) -> date:
        try:
            found = date_of(parts)
        except NotADate as problem:
            raise wrong(f"{question.label}: {problem}", ",".join(problem.parts)) from problem
        if question.kind is Kind.PAST_DATE and found > (info.context or {})["today"]:
            raise wrong(f"{question.label}: the date must be in the past", "day,month,year")
        return found

    return Annotated[date, BeforeValidator(real)]


def _time(question: Question) -> Any:
    def real(typed: str) -> str:
        found = time_of(typed)
        if found is None:
            raise wrong(f"{question.label}: enter a time, like 9:30am or 14:30")
        return f"{found:%H:%M}"

    return Annotated[_text(question), AfterValidator(real)]


def compact(typed: str) -> str:
    return re.sub(r"\s", "", typed).upper()


def _postcode(question: Question) -> Any:
    matching = _matching(POSTCODE, "Enter a full postcode, like ZZ99 3CZ", compact)(question)
    return Annotated[matching, AfterValidator(lambda code: f"{code[:-3]} {code[-3:]}")]


#: For each kind of question the type its answer must have.
TYPES: dict[Kind, Callable[[Question], Any]] = {
    Kind.TEXT: _text,
    Kind.TEXTAREA: _text,
    Kind.EMAIL: _matching(EMAIL, "Enter an email address, like name@example.org"),
    Kind.PHONE: _matching(PHONE, "Enter a phone number, like 01632 960 001"),
    Kind.POSTCODE: _postcode,
    Kind.NHS_NUMBER: _nhs_number,
    Kind.NUMBER: _number,
    Kind.RADIOS: _one_of,
    Kind.SELECT: _one_of,
    Kind.CHECKBOXES: _some_of,
    Kind.DATE: _date,
    Kind.PAST_DATE: _date,
    Kind.TIME: _time,
}
