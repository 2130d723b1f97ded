"""What a message in the inbox is about, by the key of its words: `<audience>/<moment>`."""

from shared.contract import Audience, Moment

#: What everybody reads.
TITLES: dict[str, str] = {
    Moment.MADE: "A referral was made",
    Moment.RECEIVED: "A service has received a referral",
    Moment.ACCEPTED: "A service has accepted a referral",
    Moment.QUESTION_ASKED: "A service has a question",
    Moment.QUESTION_ANSWERED: "A question was answered",
    Moment.PAUSED: "A referral is paused, as the family asked",
    Moment.RESUMED: "A referral goes on after a pause",
    Moment.APPOINTMENT_OFFERED: "An appointment was offered",
    Moment.APPOINTMENT_CHANGED: "An appointment was changed",
    Moment.APPOINTMENT_REMINDER: "A family was reminded of an appointment",
    Moment.APPOINTMENT_MISSED: "An appointment was missed",
    Moment.STARTED: "An assessment has started",
    Moment.SUPPORTING: "Support has started",
    Moment.COMPLETED: "A referral was closed with an outcome",
    Moment.RETURNED: "A referral was returned, with a next step",
    Moment.REDIRECTED: "A referral was passed to another service",
    Moment.WITHDRAWN: "A referral was withdrawn",
    Moment.ENTERED_IN_ERROR: "A referral was marked as recorded in error",
    Moment.ESCALATED: "A referral has waited too long",
    Moment.NEXT_STEP_DONE: "A next step was taken",
    Moment.INVITED: "A carer was shown where to follow the referral",
    Moment.WAY_IN_ASKED: "A carer asked for a link to come in by",
    Moment.REASSIGNED: "A referral is yours now, because a colleague has left",
    Moment.OPENED_IN_EMERGENCY: "A record was opened in an emergency",
    Moment.KEEP_IN_TOUCH: "A family was told how long it may take",
    Moment.REMINDED: "A family was reminded of a question",
    Moment.MESSAGE: "There is a message for you",
    Moment.THINGS_CHANGED: "Somebody said that things have changed",
    Moment.REACH_FAMILY: "A family has not answered",
    Moment.UNDELIVERED: "A message did not reach a family",
}

#: What only some read, because it asks something of them or is theirs.
OWN_TITLES: dict[str, str] = {
    f"{Audience.REFERRER}/{Moment.MADE}": "Your concern was sent",
    f"{Audience.REFERRER}/{Moment.QUESTION_ASKED}": "A service has a question: please answer",
    f"{Audience.SERVICE}/{Moment.MADE}": "A new referral is waiting for you",
    f"{Audience.SERVICE}/{Moment.QUESTION_ANSWERED}": "Your question was answered",
    f"{Audience.COORDINATOR}/{Moment.MADE}": "A referral needs a coordinator",
    f"{Audience.COORDINATOR}/{Moment.OPENED_IN_EMERGENCY}": "Emergency access: please review it",
    f"{Audience.NEXT_STEP}/{Moment.RETURNED}": "A referral came back: the next step is yours",
    f"{Audience.SERVICE}/{Moment.ESCALATED}": "A referral of yours is due soon, or overdue",
    f"{Audience.MANAGER}/{Moment.ESCALATED}": "A referral was raised to you",
    f"{Audience.COORDINATOR}/{Moment.ESCALATED}": "A referral was raised to you",
    f"{Audience.AREA}/{Moment.ESCALATED}": "A referral was raised to you for the area",
    f"{Audience.LEADERS}/{Moment.ESCALATED}": "A referral was raised to you as a leader",
    f"{Audience.SERVICE}/{Moment.THINGS_CHANGED}": "Things have changed: please look today",
    f"{Audience.KEY_CONTACT}/{Moment.THINGS_CHANGED}": "Things have changed: please look today",
    f"{Audience.KEY_CONTACT}/{Moment.REACH_FAMILY}": "Please reach a family another way",
    f"{Audience.KEY_CONTACT}/{Moment.UNDELIVERED}": "Please tell a family another way",
}


def title_of(template: str) -> str:
    """In words; for a key that is not known, that something happened."""
    moment = template.rpartition("/")[2]
    return OWN_TITLES.get(template) or TITLES.get(moment, "Something happened to a referral")
