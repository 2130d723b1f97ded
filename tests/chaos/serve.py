"""One service as its own process, with a clock that a test moves on.

python -m tests.chaos.serve referral|notify|naive: the last is notify with a sender that after a
crash sends again without asking.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import FastAPI

from services.notify.channels.one_provider import OneProvider
from services.notify.domain.channel import Dedup, Outgoing, Provider, Sent
from services.notify.main import create_app as notify_app
from services.notify.settings import Settings as NotifySettings
from services.notify.ways_out import WaysOut, ways_out
from services.referral.main import create_app as referral_app
from services.referral.settings import Settings as ReferralSettings
from shared.contract import Channel
from shared.database import Database
from shared.serving import run
from tests.chaos.virtual_time import clock_of

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Forgetful:
    """Says of its provider that sending twice is harmless, which is not so."""

    provider: Provider
    dedup: Dedup = Dedup.UNIQUE

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def channel(self) -> Channel:
        return self.provider.channel

    def send(self, message: Outgoing) -> Sent:
        return self.provider.send(message)


def naive_ways(
    settings: NotifySettings, database: Database, *, smtp: object, clock: Clock
) -> WaysOut:
    """E-mail goes out without looking back."""
    found = ways_out(settings, database, smtp=None, clock=clock)
    mail = found.channels[Channel.EMAIL].named("govuk-email")
    if mail is None:
        raise RuntimeError("GOV.UK Notify is not set up.")
    return replace(found, channels={**found.channels, Channel.EMAIL: OneProvider(Forgetful(mail))})


def notify(clock: Clock) -> tuple[FastAPI, int]:
    settings = NotifySettings()
    return notify_app(settings, clock=clock), settings.notify_port


def naive(clock: Clock) -> tuple[FastAPI, int]:
    settings = NotifySettings()
    return notify_app(settings, clock=clock, find_ways=naive_ways), settings.notify_port


def referral(clock: Clock) -> tuple[FastAPI, int]:
    settings = ReferralSettings()
    return referral_app(settings, clock=clock), settings.referral_port


SERVICES = {"notify": notify, "naive": naive, "referral": referral}


def main() -> None:
    wrong_by = float(os.environ.get("CHAOS_WRONG_BY", "0"))
    app, port = SERVICES[sys.argv[1]](clock_of(os.environ["CHAOS_CLOCK"], wrong_by=wrong_by))
    run(app, host="127.0.0.1", port=port, proxies="")


if __name__ == "__main__":
    main()
