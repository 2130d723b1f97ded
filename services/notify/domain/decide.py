"""Whether, where and when a message goes, as things are at the moment when it might leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.notify.domain.addresses import address_hash
from services.notify.domain.category import NEEDED, Category, category_of
from services.notify.domain.hours import Hours, Rule, first_allowed, london_date, on_clock
from services.notify.domain.message import Cause, Message, MessageState
from services.notify.domain.preferences import NONE_SAID, PRIVATE, Pace, Preferences
from shared.contract import Audience, Channel, RecipientResult

#: Who may be told and cannot be is somebody's work; who may not be told is nobody's.
NO_ADDRESS = "no-address"
DIGEST = "digest"
#: By which ways families are written to, the first that they have first.
WAYS = (Channel.EMAIL, Channel.SMS, Channel.LETTER)
#: The most e-mails and texts to one person on one London day; beyond them families hear the next
#: day, and staff in the digest.
CAPS = {True: 5, False: 40}
#: These are asked for, or are about somebody's safety or a day that is fixed.
UNCAPPED = frozenset({Category.ACCESS, Category.APPOINTMENTS, Category.SAFETY})


@dataclass(frozen=True)
class Go:
    """It leaves now, to this address."""

    address: str


@dataclass(frozen=True)
class Hold:
    """It leaves later."""

    until: datetime
    why: str


@dataclass(frozen=True)
class Stop:
    """It never leaves."""

    state: MessageState
    cause: Cause
    why: str


@dataclass(frozen=True)
class By:
    """It leaves by another channel."""

    channel: Channel


Verdict = Go | Hold | Stop | By


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a person: where they may be told by the record, what they wish, which
    addresses do not work (by hash), and how much they were sent today."""

    to: RecipientResult
    wishes: Preferences = NONE_SAID
    suppressed: frozenset[str] = frozenset()
    told_today: int = 0

    def address(self, channel: Channel) -> str | None:
        """None where there is none, or where nothing arrives."""
        found = {
            Channel.EMAIL: self.to.email,
            Channel.SMS: self.to.phone,
            Channel.LETTER: "\n".join(self.to.post),
            Channel.IN_APP: None,
        }.get(channel)
        return None if not found or address_hash(found) in self.suppressed else found


@dataclass(frozen=True, kw_only=True)
class Area:
    """What holds for everybody: the hours, the channels there are, and whether nights, telephone
    hours and caps are kept at all, as in life, or not, as where people try things out."""

    hours: Hours
    channels: frozenset[Channel]
    as_in_life: bool = True
    caps: Mapping[bool, int] = field(default_factory=lambda: CAPS)


def decide(message: Message, standing: Standing, area: Area, *, now: datetime) -> Verdict:
    """The first of these that holds: too late, may not be told, does not want it, another way, not
    now; else it goes."""
    if message.expires_at and now >= message.expires_at:
        return Stop(MessageState.EXPIRED, Cause.TOO_LATE, "its-moment-passed")
    if not standing.to.may_send:
        return _may_not(standing.to.reason)
    if message.channel is Channel.IN_APP:
        return Go("")
    category = category_of(message.moment, message.audience)
    if standing.wishes.is_off(category):
        return Stop(MessageState.CANCELLED, Cause.NOT_ANY_MORE, "not-wanted")
    channel = _way(message, category, standing, area)
    if channel is None:
        why = NO_ADDRESS if not standing.suppressed else "no-address-works"
        return Stop(MessageState.PERMANENT_FAILURE, Cause.NOT_ANY_MORE, why)
    if channel is not message.channel:
        return By(channel)
    later = _later(message, category, standing, area, now)
    return later or Go(standing.address(channel) or "")


def _may_not(reason: str) -> Stop:
    state = MessageState.PERMANENT_FAILURE if reason == NO_ADDRESS else MessageState.CANCELLED
    return Stop(state, Cause.NOT_ANY_MORE, reason)


def _way(message: Message, category: Category, standing: Standing, area: Area) -> Channel | None:
    """Staff are written to by e-mail. Families by the way they want, else by the way
    it was planned, else by the next that works."""
    ways = WAYS if message.audience is Audience.FAMILY and category is not Category.ACCESS else ()
    wishes = standing.wishes
    wanted = [one for one in wishes.wanted(category) if one in ways] or [
        one for one in ways if one is message.channel
    ]
    ordered = dict.fromkeys((*wanted, *(ways or (Channel.EMAIL,))))
    fit = (one for one in ordered if one in area.channels and standing.address(one))
    allowed = (one for one in fit if _is_allowed(one, category, wishes))
    return next(allowed, None)


def _is_allowed(channel: Channel, category: Category, wishes: Preferences) -> bool:
    if channel is Channel.SMS and wishes.shared_phone and category in PRIVATE:
        return False
    return wishes.pace(category, channel) is not Pace.OFF or category in NEEDED


def _later(
    message: Message, category: Category, standing: Standing, area: Area, now: datetime
) -> Hold | Stop | None:
    if category is Category.ACCESS:
        return None  # somebody is waiting for it
    until = first_allowed(now, _rules(message, category, standing, area))
    if until is None:
        return Stop(MessageState.PERMANENT_FAILURE, Cause.NOT_ANY_MORE, "no-safe-time")
    held = Hold(until, "hours") if until > now else None
    if _is_for_digest(message, category, standing.wishes):
        held = Hold(area.hours.next_digest(now), DIGEST)
    elif held is None and _is_over_cap(message, category, standing, area):
        held = _after_cap(message, area, now)
    if held and message.expires_at and held.until >= message.expires_at:
        return Stop(MessageState.EXPIRED, Cause.TOO_LATE, "its-moment-passes")
    return held


def _is_for_digest(message: Message, category: Category, wishes: Preferences) -> bool:
    """One that a digest carries already goes when that goes."""
    if message.audience is Audience.FAMILY or message.urgent or message.carrier:
        return False
    return wishes.pace(category, message.channel) is Pace.DAILY


def _rules(message: Message, category: Category, standing: Standing, area: Area) -> list[Rule]:
    is_family = message.audience is Audience.FAMILY
    rules: list[Rule] = []
    if is_family and standing.wishes.safe:
        rules.append(standing.wishes.safe.next_open)
    if not area.as_in_life or message.channel is Channel.LETTER:
        return rules
    if is_family or (message.channel is Channel.SMS and not message.urgent):
        rules.append(area.hours.awake.next_open)
    if is_family and category is Category.DECISIONS:
        rules.append(area.hours.phone.next_open)
    return rules


def _is_over_cap(message: Message, category: Category, standing: Standing, area: Area) -> bool:
    if not area.as_in_life or message.urgent or category in UNCAPPED:
        return False
    if message.channel is Channel.LETTER or message.carrier:
        return False
    return standing.told_today >= area.caps[message.audience is Audience.FAMILY]


def _after_cap(message: Message, area: Area, now: datetime) -> Hold:
    if message.audience is not Audience.FAMILY:
        return Hold(area.hours.next_digest(now), DIGEST)
    tomorrow = london_date(now) + timedelta(days=1)
    return Hold(on_clock(tomorrow, area.hours.awake.opens), "cap")
