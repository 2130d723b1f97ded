"""Put a message into words, ready for any provider of its channel."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.notify.domain.addresses import address_hash
from services.notify.domain.channel import Outgoing
from services.notify.domain.message import Message
from services.notify.domain.plan import DIGEST
from services.notify.domain.words import Words
from services.notify.templates.wording import write
from shared.contract import Audience, RecipientResult


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A message that knows its words and where it goes, and what leaves."""

    message: Message
    outgoing: Outgoing


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Messages that leave as one."""

    messages: tuple[Message, ...]
    outgoing: Outgoing


@dataclass(frozen=True, kw_only=True)
class Compose:
    """`pages_url` is where the links of messages lead; `phone` a number that families can call, if
    there is one."""

    pages_url: str
    phone: str = ""

    def __call__(self, message: Message, to: RecipientResult, address: str) -> Composed:
        """Raises whatever is wrong with a template: then nothing has left."""
        link = self.pages_url + (to.path or page_for(message))
        words = write(
            message.template,
            link=link,
            urgent=message.urgent,
            level=message.level,
            figures=to.figures,
            channel=message.channel,
            language=to.language,
            phone=self.phone,
        )
        outgoing = Outgoing(
            id=message.id,
            address=address,
            subject=words.subject or None,
            text=words.body,
            personalisation=_fields(words, link),
            template=message.template,
            language=words.language,
            large_print=to.large_print,
            areas=frozenset(to.areas),
        )
        return Composed(message=_named(message, words, address), outgoing=outgoing)

    def digest(self, messages: Sequence[Message], address: str) -> Digest:
        """All of one person's, which say only how many of what wait to be read."""
        link = f"{self.pages_url}/messages"
        counted = Counter(message.template for message in messages)
        words = write(DIGEST, link=link, urgent=False, level=0, digest=counted.most_common())
        outgoing = Outgoing(
            id=messages[0].carrier,
            address=address,
            subject=words.subject,
            text=words.body,
            personalisation=_fields(words, link),
            template=DIGEST,
        )
        named = tuple(_named(message, words, address) for message in messages)
        return Digest(messages=named, outgoing=outgoing)


def page_for(message: Message) -> str:
    """Where a message leads by itself. A family's never names what it is about: whoever comes asks
    to be let in there."""
    is_family = message.audience is Audience.FAMILY
    return "/family" if is_family else f"/referrals/{message.task}"


def _named(message: Message, words: Words, address: str) -> Message:
    """The message, which knows now what it says and where it goes."""
    return replace(
        message,
        address_hash=address_hash(address),
        version=words.version,
        hash=words.hash,
    )


def _fields(words: Words, link: str) -> dict[str, str]:
    return {"subject": words.subject, "body": words.body, "link": link}
