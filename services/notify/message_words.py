"""What operators read instead of states and codes."""

from services.notify.domain.message import Message, MessageState
from shared.contract import Audience, Channel, Fate

CHANNELS = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "text message",
    Channel.LETTER: "letter",
    Channel.IN_APP: "Sooner",
}
AUDIENCES = {
    Audience.FAMILY: "the family",
    Audience.REFERRER: "who asked for help",
    Audience.SERVICE: "the service",
    Audience.COORDINATOR: "the coordinator",
    Audience.NEXT_STEP: "who takes the next step",
    Audience.KEY_CONTACT: "the key contact",
    Audience.MANAGER: "the manager",
    Audience.AREA: "who answers for the area",
    Audience.LEADERS: "the leaders",
}
STATES = {
    MessageState.CREATED: "Waiting to go",
    MessageState.HELD: "Held until its hour",
    MessageState.SENDING: "Being sent",
    MessageState.SENT: "Sent",
    MessageState.DELIVERED: "Arrived",
    MessageState.TEMPORARY_FAILURE: "Did not go yet, is tried again",
    MessageState.PERMANENT_FAILURE: "Could not be delivered",
    MessageState.TECHNICAL_FAILURE: "Could not be sent, for technical reasons",
    MessageState.UNCERTAIN: "May have gone or not",
    MessageState.CANCELLED: "Stopped",
    MessageState.SUPERSEDED: "Not needed: another one says it",
    MessageState.EXPIRED: "Too late to send",
}
#: What a try came to: the outcomes of domain.channel, and what was found out later.
OUTCOMES = {
    "accepted": "the provider took it",
    "temporary": "not now, perhaps later",
    "permanent": "this address never gets it",
    "technical": "we or the provider are set up wrongly",
    "uncertain": "nobody knows whether it went",
    "sent": "the provider has it",
    "delivered": "it has arrived",
    "temporary-failure": "it did not go",
    "permanent-failure": "it was not delivered",
    "technical-failure": "it could not be sent",
}
FATES = {
    Fate.ACCEPTED: "it was sent",
    Fate.DELIVERED: "it has arrived",
    Fate.FAILED: "it failed",
    Fate.UNCERTAIN: "nobody knows whether it went",
}
_REASONS = {
    "hours": "not at this hour",
    "digest": "it goes with the daily e-mail",
    "cap": "enough for one day",
    "no-address": "there is no address",
    "no-address-works": "no address works",
    "no-safe-time": "there is no hour at which it is safe",
    "no-words": "its words could not be made",
    "no-provider": "no provider can be reached",
    "not-wanted": "they do not want such messages",
    "not-safe": "it is not safe to write to them",
    "not-a-carer": "they are not a carer of this child any more",
    "does-not-know": "they do not know of it yet",
    "agreement-withdrawn": "the family has withdrawn its agreement",
    "left": "they do not work here any more",
    "too-late": "the appointment is over",
    "its-moment-passed": "its moment has passed",
    "its-moment-passes": "its moment passes before it may go",
    "came-late": "something newer was told already",
    "same-address": "the same went to this address already",
    "recipients-unknown": "the referral service does not answer",
    "recipients-mixed-up": "the referral service answered something else",
    "provider-has-not-got-it": "the provider has not got it",
    "address-not-valid": "the address cannot be right",
    "to-post": "on the desk, to be printed and posted",
    "posted": "somebody posted it",
    "not-posted": "it cannot be posted",
    "came-back": "it came back",
    "caught": "kept here: the demo sends nothing",
    "stopped while sending": "the service stopped while it was being sent",
}
_GIVEN_UP = "given-up: "
_BY = "by-"


def title_of(message: Message) -> str:
    """“Question asked: to the family by e-mail”."""
    return f"{moment_words(message.moment)}: to {AUDIENCES[message.audience]} {way_of(message)}"


def way_of(message: Message) -> str:
    preposition = "in" if message.channel is Channel.IN_APP else "by"
    return f"{preposition} {CHANNELS[message.channel]}"


def moment_words(moment: str) -> str:
    return moment.replace("-", " ").capitalize()


def why(code: str) -> str:
    """In words; a provider's own code stays as it is."""
    if code.startswith(_GIVEN_UP):
        return f"given up after three days: {why(code.removeprefix(_GIVEN_UP))}"
    by = code.removeprefix(_BY)
    if by != code:
        way = CHANNELS.get(Channel(by)) if by in set(Channel) else None
        return f"it goes by {way}" if way else f"something newer was told: {by.replace('-', ' ')}"
    return _REASONS.get(code, code)
