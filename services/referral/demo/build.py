"""Build the whole demo in an empty database."""

from datetime import datetime, timedelta

from services.referral.demo.area import build_area
from services.referral.demo.cast import cast
from services.referral.demo.living import Living
from services.referral.demo.people import PEOPLE
from services.referral.demo.timetable import Days
from services.referral.demo.waiting import let_old_news_rest, let_time_pass
from services.referral.records.accounts import account_of_email
from services.referral.records.store import Records
from services.referral.use_cases.circumstances import Rulebook

#: What happened in these days is still news.
_NEWS = timedelta(days=2)


def build_demo(records: Records, rules: Rulebook, *, now: datetime) -> int:
    """The area, its people and 200 children with their stories; how many concerns were made.

    Does nothing, and answers 0, where the demo's people have accounts already. A build that was
    stopped half way must be thrown away: each step is a transaction of its own.
    """
    if is_lived_in(records):
        return 0
    build_area(records, rules.policies.places, now=now)
    living = Living(records, rules)
    children = cast(rules.policies.places)
    for child in children:
        living.live(child, Days(child, now, rules.holidays).timetable())
        let_time_pass(records, rules, until=now)
    let_old_news_rest(records, before=now - _NEWS)
    return len(children)


def is_lived_in(records: Records) -> bool:
    """Whether the demo's people have accounts in this database."""
    with records.database.read() as session:
        return account_of_email(session, PEOPLE[0].email) is not None
