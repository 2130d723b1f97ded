"""The questions about how somebody wants to hear from us, and their answers as wishes."""

from typing import Any

from services.referral.web.forms.questions import YES_NO, Kind, Need, Question, Step, options
from shared.contract import Channel
from shared.identity import Principal, Role
from shared.wishes import Wish, Wishes

OFF, DAILY, AT_ONCE = "off", "daily", "at-once"

_WAYS = (("email", "E-mail"), ("sms", "Text message"), ("letter", "Letter"))
_OR_NOT = (*_WAYS, (OFF, "I do not need this"))
_SOON = ((AT_ONCE, "At once"), (DAILY, "Once a day, in one e-mail in the morning"))
_OR_INBOX = (*_SOON, (OFF, "No e-mail: I read it in Sooner"))

#: By category: its question, and the answers there are. Some messages everybody needs.
_FAMILY = {
    "appointments": ("Appointments", _WAYS),
    "questions": ("Questions to you", _WAYS),
    "decisions": ("What a service has decided", _WAYS),
    "waiting": ("How long it may take", _OR_NOT),
    "news": ("Other news of your child's referrals", _OR_NOT),
}
_STAFF = {
    "new-work": ("New referrals", _SOON),
    "questions": ("Questions and answers", _SOON),
    "overdue": ("Referrals that are late", _OR_INBOX),
    "news": ("Other news", _OR_INBOX),
}
_DAYS = {"any": range(7), "week": range(5), "weekend": range(5, 7)}
_LANGUAGES = (
    ("", "As it stands in the record"),
    ("en", "English"),
    ("cy", "Cymraeg (Welsh)"),
    ("pl", "Polski (Polish)"),
    ("ur", "اردو (Urdu)"),
)


def _choice(key: str, label: str, answers: tuple[tuple[str, str], ...]) -> Question:
    return Question(
        key=key,
        label=label,
        kind=Kind.RADIOS,
        missing=f"Choose how you want to hear: {label.lower()}",
        options=options(*answers),
    )


_ABOUT_SAFETY = (
    Question(
        key="language",
        label="Which language should we write in?",
        kind=Kind.SELECT,
        need=Need.MAY,
        options=options(*_LANGUAGES),
    ),
    Question(
        key="large_print",
        label="Do you need letters in large print?",
        kind=Kind.RADIOS,
        missing="Say whether you need large print",
        options=YES_NO,
    ),
    Question(
        key="shared_phone",
        label="Does anybody else read the texts on your telephone?",
        kind=Kind.RADIOS,
        hint="Then we send no decisions to it.",
        missing="Say whether anybody else reads your texts",
        options=YES_NO,
    ),
    Question(
        key="days",
        label="On which days is it safe to write to you?",
        kind=Kind.RADIOS,
        missing="Choose the days on which it is safe",
        options=options(
            ("any", "On any day"), ("week", "Monday to Friday"), ("weekend", "At weekends")
        ),
    ),
    Question(
        key="safe_from",
        label="From what time is it safe?",
        kind=Kind.TIME,
        need=Need.MAY,
        hint="For example 09:30. Leave it empty if any time is safe.",
    ),
    Question(
        key="safe_until",
        label="Until what time is it safe?",
        kind=Kind.TIME,
        need=Need.MAY,
    ),
)

#: By whether it is for a family.
PREFERENCES = {
    True: Step(
        key="preferences",
        title="How we write to you",
        intro="We write by e-mail unless you choose another way, never at night, and never with "
        "your child's name.",
        questions=(*(_choice(key, *asked) for key, asked in _FAMILY.items()), *_ABOUT_SAFETY),
    ),
    False: Step(
        key="preferences",
        title="How you hear from Sooner",
        intro="All of it is in your inbox in Sooner at once. This is about e-mail. What is urgent "
        "always comes at once.",
        questions=tuple(_choice(key, *asked) for key, asked in _STAFF.items()),
    ),
}


def as_typed(wishes: Wishes) -> dict[str, Any]:
    """The answers that stand, as they would have been typed."""
    is_family = wishes.recipient.startswith("RelatedPerson/")
    asked = _FAMILY if is_family else _STAFF
    typed: dict[str, Any] = {key: "email" if is_family else AT_ONCE for key in asked}
    for one in wishes.wishes:
        if one.category not in typed:
            continue
        if not is_family or one.pace == OFF:
            typed[one.category] = one.pace
        else:
            typed[one.category] = one.channel.value
    if is_family:
        typed |= _safety(wishes)
    return typed


def _safety(wishes: Wishes) -> dict[str, Any]:
    days = next((key for key, one in _DAYS.items() if tuple(one) == wishes.days), "any")
    return {
        "language": wishes.language,
        "large_print": "yes" if wishes.large_print else "no",
        "shared_phone": "yes" if wishes.shared_phone else "no",
        "days": days,
        "safe_from": wishes.safe_from,
        "safe_until": wishes.safe_until,
    }


def as_wishes(who: Principal, values: dict[str, Any]) -> Wishes:
    """What notify is told."""
    if who.role is not Role.FAMILY:
        soon = tuple(Wish(category=key, channel=Channel.EMAIL, pace=values[key]) for key in _STAFF)
        return Wishes(recipient=who.reference, by=who.reference, wishes=soon)
    return Wishes(
        recipient=who.reference,
        by=who.reference,
        wishes=tuple(_wish(key, values[key]) for key in _FAMILY),
        language=values.get("language", ""),
        large_print=values["large_print"] == "yes",
        shared_phone=values["shared_phone"] == "yes",
        days=tuple(_DAYS[values["days"]]),
        safe_from=values.get("safe_from", ""),
        safe_until=values.get("safe_until", ""),
    )


def _wish(category: str, answer: str) -> Wish:
    if answer == OFF:
        return Wish(category=category, channel=Channel.EMAIL, pace=OFF)
    return Wish(category=category, channel=Channel(answer), pace=AT_ONCE)
