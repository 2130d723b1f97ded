"""The ways out that the settings ask for: the providers of every channel."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notify.channels.caught_texts import CaughtTexts
from services.notify.channels.desk import NAME as DESK
from services.notify.channels.desk import Desk
from services.notify.channels.govuk import Account, GovukNotify
from services.notify.channels.inbox import Inbox
from services.notify.channels.one_provider import OneProvider
from services.notify.channels.providers import WeightedProviders
from services.notify.channels.smtp import Smtp
from services.notify.domain.channel import Answering, Provider, Providers
from services.notify.messages.breakers import Breakers
from services.notify.messages.caught_mail import CaughtMail
from services.notify.messages.letters import Letters
from services.notify.messages.receipts import Receipts
from services.notify.provider_settings import Govuk
from services.notify.settings import Settings
from services.notify.use_cases.poll_receipts import Polling
from shared.contract import Channel
from shared.database import Database

Clock = Callable[[], datetime]

#: Where a printing service is set up, the desk only stands in for it.
STANDS_IN = {DESK: 0.0}


@dataclass(frozen=True, kw_only=True)
class WaysOut:
    """`usable` are the channels that have a provider."""

    channels: Mapping[Channel, Providers]
    usable: frozenset[Channel]
    polling: Polling


class FindWays(Protocol):
    """What finds the ways out: `ways_out`, or what a test puts in its place."""

    def __call__(
        self, settings: Settings, database: Database, *, smtp: Smtp | None, clock: Clock
    ) -> WaysOut: ...


def ways_out(settings: Settings, database: Database, *, smtp: Smtp | None, clock: Clock) -> WaysOut:
    """Each channel tries those of its providers that are set up."""
    found: list[Provider] = [smtp] if smtp else []
    for name, account in settings.govuk_accounts.items():
        found += govuk_providers(name, account)
    found.append(Desk(keep=Letters(database).keep, clock=clock))
    if settings.catches_texts:
        found.append(CaughtTexts(keep=CaughtMail(database).keep, clock=clock))
    weights = {**STANDS_IN, **settings.weights}
    breakers = Breakers(database)
    channels: dict[Channel, Providers] = {
        channel: WeightedProviders(
            providers=[one for one in found if one.channel is channel],
            breakers=breakers,
            weights=weights,
        )
        for channel in (Channel.EMAIL, Channel.SMS, Channel.LETTER)
    }
    channels[Channel.IN_APP] = OneProvider(Inbox())
    usable = frozenset({Channel.IN_APP, *(one.channel for one in found)})
    asked = [one for one in found if isinstance(one, Answering)]
    polling = Polling(providers=asked, receipts=Receipts(database), chance=random.random)
    return WaysOut(channels=channels, usable=usable, polling=polling)


def govuk_providers(name: str, asked: Govuk) -> list[Provider]:
    """Of the account of that name, for each channel that it has a template for: `govuk-sms`."""
    account = Account(key=asked.key, url=asked.url)
    return [
        GovukNotify(name=f"{name}-{channel}", channel=channel, account=account, template=template)
        for channel, template in asked.templates.items()
    ]
