"""What a person wishes, said on the referral service's pages and kept here."""

from datetime import datetime, time

from services.notify.domain.category import Category
from services.notify.domain.preferences import Pace, Preferences
from services.notify.messages.people import People
from shared.errors import Invalid
from shared.wishes import Wish, Wishes


def wishes_of(recipient: str, *, people: People) -> Wishes:
    kept = people.preferences(recipient)
    return Wishes(
        recipient=recipient,
        wishes=tuple(
            Wish(category=category, channel=channel, pace=pace)
            for (category, channel), pace in kept.wishes.items()
        ),
        language=kept.language,
        large_print=kept.large_print,
        shared_phone=kept.shared_phone,
        days=tuple(sorted(kept.days)),
        safe_from=kept.safe_from.isoformat("minutes") if kept.safe_from else "",
        safe_until=kept.safe_until.isoformat("minutes") if kept.safe_until else "",
    )


def keep_wishes(wishes: Wishes, *, people: People, now: datetime) -> None:
    """From now on, also for what waits already. Who says anew how to be written to is trusted to
    know that it works: addresses where something did not arrive are tried again."""
    try:
        said = Preferences(
            wishes={(Category(w.category), w.channel): Pace(w.pace) for w in wishes.wishes},
            language=wishes.language,
            large_print=wishes.large_print,
            shared_phone=wishes.shared_phone,
            days=frozenset(wishes.days),
            safe_from=_time(wishes.safe_from),
            safe_until=_time(wishes.safe_until),
        )
    except ValueError as wrong:
        raise Invalid("There is no such wish.") from wrong
    if not said.days <= set(range(7)) or not said.days:
        raise Invalid("It must be safe on some day of the week.")
    if said.safe and said.safe.opens >= said.safe.closes:
        raise Invalid("The time from when it is safe must come before the time until when.")
    people.keep(wishes.recipient, said, by=wishes.by, now=now)
    people.trust_again(wishes.recipient)


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
