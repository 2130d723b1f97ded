"""What systems can subscribe to: each topic by its canonical URL, and the moments it is about."""

from enum import StrEnum

from shared.contract import Fate, Moment


class Topic(StrEnum):
    """The end of the topic's canonical URL."""

    MADE = "referral-made"
    MOVED = "referral-moved"
    ESCALATED = "referral-escalated"
    MESSAGE_FAILED = "message-failed"

    @property
    def url(self) -> str:
        return f"{TOPICS}{self.value}"


TOPICS = "https://sooner.example/fhir/SubscriptionTopic/"

#: What is told to people alone, and is no move of a referral, has no topic.
_MOVES = frozenset(
    {
        Moment.RECEIVED,
        Moment.ACCEPTED,
        Moment.QUESTION_ASKED,
        Moment.QUESTION_ANSWERED,
        Moment.PAUSED,
        Moment.RESUMED,
        Moment.APPOINTMENT_OFFERED,
        Moment.STARTED,
        Moment.SUPPORTING,
        Moment.COMPLETED,
        Moment.RETURNED,
        Moment.REDIRECTED,
        Moment.WITHDRAWN,
        Moment.ENTERED_IN_ERROR,
    }
)

TOPIC_OF: dict[Moment, Topic] = {
    Moment.MADE: Topic.MADE,
    Moment.ESCALATED: Topic.ESCALATED,
    **dict.fromkeys(_MOVES, Topic.MOVED),
}

#: These say that a person may not have been told.
NOT_TOLD = frozenset({Fate.FAILED, Fate.UNCERTAIN})


def topic_at(url: str) -> Topic | None:
    """The topic of a canonical URL; None where it is none of ours."""
    return next((topic for topic in Topic if topic.url == url), None)
