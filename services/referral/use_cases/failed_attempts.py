"""Slows down whoever guesses passwords, codes or secrets, in all processes together.

The keys are hashes: what a stranger typed for an e-mail may be anything and is not kept.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.referral.domain.slowing import LONGEST, NONE, Limit
from services.referral.records import failed_attempts
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed
from shared.passwords import hash_secret

#: What is counted, by its key; the first is forgotten when an attempt succeeds.
Counted = Mapping[str, Limit]


class TooMany(NotAllowed):
    """There were too many failures; `wait` says how long nobody is heard."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__("There were too many attempts that failed. Wait, and try again.")


@dataclass(frozen=True)
class Attempt:
    """One that is being tried, counted as failed until it succeeds."""

    id: str
    first_key: str

    def succeeded(self, *, at: Workplace) -> None:
        failed_attempts.uncount(at.records.database, self.id, self.first_key)


def key(kind: str, *parts: str) -> str:
    return hash_secret("\n".join((kind, *parts)))


def network(address: str) -> str:
    """Who has one address of IPv6 has the 2^64 beside it."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    return str(ipaddress.ip_network((known, 64), strict=False))


def attempt(counted: Counted, *, at: Workplace) -> Attempt:
    """Begin to try something that can fail. TooMany when it is no use to try now."""
    now, database, keys = at.clock(), at.records.database, list(counted)
    id = failed_attempts.count_attempt(database, keys, now)
    failed = failed_attempts.others(database, keys, id, now - LONGEST)
    wait = max((limit.wait(failed.get(key, []), now) for key, limit in counted.items()))
    if wait > NONE:
        failed_attempts.uncount(database, id)
        raise TooMany(wait)
    return Attempt(id, keys[0])


def forget_old(*, at: Workplace) -> None:
    """Remove what counts no more."""
    failed_attempts.forget_attempts(at.records.database, at.clock() - LONGEST)
