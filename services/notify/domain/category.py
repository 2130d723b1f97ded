"""What a message is about, as far as people may choose how they hear of it."""

from enum import StrEnum

from shared.contract import Audience, Moment


class Category(StrEnum):
    """What somebody can set a wish for."""

    ACCESS = "access"  # a way in, which somebody asked for this minute
    APPOINTMENTS = "appointments"
    DECISIONS = "decisions"  # not accepted, closed
    QUESTIONS = "questions"
    WAITING = "waiting"  # how long it may take, that it is late
    NEWS = "news"  # it was received, accepted, started …
    NEW_WORK = "new-work"
    OVERDUE = "overdue"
    SAFETY = "safety"  # things have changed, a family was not reached, an emergency


_FAMILY: dict[str, Category] = {
    Moment.INVITED: Category.ACCESS,
    Moment.WAY_IN_ASKED: Category.ACCESS,
    Moment.APPOINTMENT_OFFERED: Category.APPOINTMENTS,
    Moment.RETURNED: Category.DECISIONS,
    Moment.COMPLETED: Category.DECISIONS,
    Moment.QUESTION_ASKED: Category.QUESTIONS,
    Moment.REMINDED: Category.QUESTIONS,
    Moment.ESCALATED: Category.WAITING,
    Moment.KEEP_IN_TOUCH: Category.WAITING,
}
_STAFF: dict[str, Category] = {
    Moment.MADE: Category.NEW_WORK,
    Moment.RETURNED: Category.NEW_WORK,
    Moment.REASSIGNED: Category.NEW_WORK,
    Moment.QUESTION_ASKED: Category.QUESTIONS,
    Moment.QUESTION_ANSWERED: Category.QUESTIONS,
    Moment.ESCALATED: Category.OVERDUE,
    Moment.OPENED_IN_EMERGENCY: Category.SAFETY,
    Moment.THINGS_CHANGED: Category.SAFETY,
    Moment.REACH_FAMILY: Category.SAFETY,
}

FOR_FAMILIES = (
    *(Category.APPOINTMENTS, Category.QUESTIONS, Category.DECISIONS),
    *(Category.WAITING, Category.NEWS),
)
FOR_STAFF = (
    *(Category.NEW_WORK, Category.QUESTIONS, Category.OVERDUE),
    *(Category.SAFETY, Category.NEWS),
)
#: Nobody can do without these: whoever does not want them by one way gets them by another.
NEEDED = frozenset(
    {Category.ACCESS, Category.APPOINTMENTS, Category.DECISIONS, Category.QUESTIONS}
    | {Category.SAFETY}
)


class Doubt(StrEnum):
    """What happens with a message of which nobody can know whether it went."""

    ASK_A_PERSON = "ask-a-person"  # the record says so, and for a family it becomes work
    SEND_AGAIN = "send-again"  # twice does no harm


#: Even what is about safety is not sent twice: staff have it in their inbox too, without a doubt.
WHEN_IN_DOUBT: dict[Category, Doubt] = {
    **dict.fromkeys(Category, Doubt.ASK_A_PERSON),
    Category.ACCESS: Doubt.SEND_AGAIN,  # a second link replaces the first
}


def category_of(moment: Moment, audience: Audience) -> Category:
    """News where nothing else is said."""
    known = _FAMILY if audience is Audience.FAMILY else _STAFF
    return known.get(moment, Category.NEWS)
