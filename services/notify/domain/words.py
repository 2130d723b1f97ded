"""What a message says, and which words said it."""

from dataclasses import dataclass

from services.notify.domain.plan import DIGEST
from shared.contract import Audience, Channel, Moment

#: What carries words.
WORDED = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.IN_APP)
#: A link that lasts ten minutes cannot be posted, and a digest is longer than a text message.
UNFIT: dict[str, frozenset[Channel]] = {
    f"{Audience.FAMILY}/{Moment.WAY_IN_ASKED}": frozenset({Channel.LETTER, Channel.IN_APP}),
    DIGEST: frozenset({Channel.SMS}),
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """One message in words; `subject` is empty where the channel has none.

    `version` names the files ("2.1": version 2 of the words in version 1 of their frame;
    "2.1-cy3": in Welsh, version 3 of its catalogue) and `hash` is the SHA-256 of their bytes:
    what is kept of a message that was sent. `language` is the one it is written in, which is
    English where there is no translation yet.
    """

    subject: str
    body: str
    template: str
    version: str
    hash: str
    language: str
    is_right_to_left: bool


def channels_of(template: str) -> tuple[Channel, ...]:
    """By which its words can go."""
    return tuple(one for one in WORDED if one not in UNFIT.get(template, frozenset()))
