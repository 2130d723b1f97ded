"""Put a message into words, ready for any provider of its channel."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.notify.domain.addresses import address_hash
from services.notify.domain.channel import Outgoing
from services.notify.domain.digests import TEMPLATE
from services.notify.domain.message import Message
from services.notify.templates.wording import write
from shared.contract import Audience, Channel, RecipientResult


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
    """`pages_url` is where the links of messages lead."""

    pages_url: str

    def __call__(self, message: Message, to: RecipientResult, address: str) -> Composed:
        """Raises whatever is wrong with a template: then nothing has left."""
        if message.channel is Channel.IN_APP:  # the record has words of its own for it
            return Composed(message=message, outgoing=_outgoing(message, address, "", "", {}))
        link = self.pages_url + (to.path or page_for(message))
        words = write(
            message.template,
            link=link,
            urgent=message.urgent,
            level=message.level,
            figures=to.figures,
        )
        named = replace(
            message,
            address_hash=address_hash(address),
            version=words.version,
            hash=words.hash,
        )
        fields = {"subject": words.subject, "body": words.body, "link": link}
        return Composed(
            message=named,
            outgoing=_outgoing(message, address, words.subject, words.body, fields),
        )

    def digest(self, messages: Sequence[Message], address: str) -> Digest:
        """All of one person's, which say only how many of what wait to be read."""
        link = f"{self.pages_url}/messages"
        counted = Counter(message.template for message in messages)
        words = write(TEMPLATE, link=link, urgent=False, level=0, digest=counted.most_common())
        named = [
            replace(
                message,
                address_hash=address_hash(address),
                version=words.version,
                hash=words.hash,
            )
            for message in messages
        ]
        fields = {"subject": words.subject, "body": words.body, "link": link}
        outgoing = Outgoing(
            id=messages[0].carrier,
            address=address,
            subject=words.subject,
            text=words.body,
            personalisation=fields,
            template=TEMPLATE,
        )
        return Digest(messages=tuple(named), outgoing=outgoing)


def page_for(message: Message) -> str:
    """Where a message leads by itself. A family's never names what it is about: whoever comes asks
    to be let in there."""
    is_family = message.audience is Audience.FAMILY
    return "/family" if is_family else f"/referrals/{message.task}"


def _outgoing(
    message: Message, address: str, subject: str, text: str, fields: Mapping[str, str]
) -> Outgoing:
    return Outgoing(
        id=message.id,
        address=address,
        subject=subject or None,
        text=text,
        personalisation=fields,
        template=message.template,
    )
