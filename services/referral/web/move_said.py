"""From the checked answers of a move's form to what was said with the move."""

from datetime import UTC, date, datetime, time, timedelta

from services.referral.domain.concern import Taker
from services.referral.domain.running import HelpPart
from services.referral.domain.working_days import LONDON
from services.referral.use_cases.move_referral import Excuse, Said
from services.referral.web.forms.questions import Option, Question, Values


def said(values: Values, questions: tuple[Question, ...]) -> Said:
    """`values` as `web.move_forms` names them; `questions` give the words for how to meet."""
    taker, ask_whom = values.get("taker"), values.get("ask_whom")
    return Said(
        reason=values.get("reason"),
        text=_appointment_text(values, questions) if "how" in values else values.get("text"),
        next_step=values.get("next_step"),
        taker=Taker(taker) if taker else None,
        service=values.get("to"),
        ask_whom=Taker(ask_whom) if ask_whom else Taker.REFERRER,
        outcome=values.get("outcome"),
        starts_at=starts_at(values),
        lasts=timedelta(minutes=int(values["minutes"])) if "minutes" in values else None,
        excuse=_excuse(values) if "evidence" in values else None,
        recorded=frozenset({HelpPart(values["part"])} if "part" in values else ()),
    )


def _excuse(values: Values) -> Excuse:
    return Excuse(
        code=values["code"],
        clock=values["clock"],
        from_=date.fromisoformat(values["from"]),
        to=date.fromisoformat(values["until"]),
        evidence=values["evidence"],
        asked_on=date.fromisoformat(values["asked"]) if "asked" in values else None,
    )


def starts_at(values: Values) -> datetime | None:
    """The appointment's instant, from a date and a time of day in London."""
    if "date" not in values:
        return None
    day, hour = date.fromisoformat(values["date"]), time.fromisoformat(values["time"])
    return datetime.combine(day, hour, LONDON).astimezone(UTC)


def _appointment_text(values: Values, questions: tuple[Question, ...]) -> str:
    options: list[Option] = [option for question in questions for option in question.options]
    how = next(option.label for option in options if option.value == values["how"])
    return f"{how}, {values['minutes']} minutes. {values['place']}"
