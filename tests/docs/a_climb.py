"""docs/a-climb.md: the year of one referral of the demo that everybody forgets.

`make docs` writes it. The sweeps, who is told and all that they read are the services' own.
"""

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from services.referral.demo.area import DEMO, build_area
from services.referral.demo.cast import Child, cast
from services.referral.demo.living import Living
from services.referral.demo.timetable import Days
from services.referral.demo.waiting import Run, as_at, let_old_news_rest, let_time_pass, runs
from services.referral.domain.concern import Ask, AskKind
from services.referral.main import MIGRATIONS
from services.referral.policies.reader import read_policies
from services.referral.records.store import Records
from services.referral.records.tasks import is_ask
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.escalation_report import escalation_report
from services.referral.use_cases.keep_in_touch import keep_in_touch
from services.referral.use_cases.workplace import Workplace
from shared.bank_holidays import bank_holidays
from shared.database import Database, migrate
from tests.docs.climb_page import Step, page
from tests.docs.letters import letters

#: The morning on which everybody stops looking.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
#: Longer than any ladder is.
UNTIL = NOW + timedelta(weeks=60)
#: This child of the demo waits for one service alone.
NUMBER = 91
_SECOND = timedelta(seconds=1)


def main() -> None:
    sys.stdout.write(a_climb())


def a_climb() -> str:
    """The page; the same on every machine and day."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        migrate(url, MIGRATIONS)
        with closing(Database(url)) as database:
            rules = Rulebook(policies=read_policies(), holidays=bank_holidays())
            return page(_left_alone(Records(database), rules))


def _left_alone(records: Records, rules: Rulebook) -> Iterator[Step]:
    """Each run that does something, until the leaders know."""
    child = _live(records, rules)
    for run in runs(records, until=UNTIL):
        at = as_at(run.at, records, rules)
        step = _step(run, child, at)
        let_old_news_rest(records, before=run.at + _SECOND)
        yield step
        if step.level == 4:
            return


def _live(records: Records, rules: Rulebook) -> Child:
    """The county, and in it one child as in every demo."""
    places = rules.policies.places
    child = cast(places)[NUMBER]
    build_area(records, places, now=NOW)
    Living(records, rules).live(child, Days(child, NOW, rules.holidays).timetable())
    let_time_pass(records, rules, until=NOW)
    let_old_news_rest(records, before=NOW)
    return child


def _step(run: Run, child: Child, at: Workplace) -> Step:
    if run.is_contact:
        keep_in_touch(at=at)
        report: list[str] = []
    else:
        report = escalation_report(run.at.isoformat(), at=at)
    task, level, asked = _found(at)
    return Step(
        at=run.at,
        level=None if run.is_contact else level,
        report=tuple(line.replace(task, "…") for line in report),
        letters=tuple(letters(child, at=at)),
        asked=asked,
    )


def _found(at: Workplace) -> tuple[str, int, tuple[Ask, ...]]:
    """The referral, its level, and what people are asked to do since this instant."""
    with at.records.reading(DEMO, now=at.clock()) as record:
        (task,) = (one.id for one in record.of_type("Task") if not is_ask(one.json))
        concern = record.concern_of_task(task).concern
    (referral,) = concern.referrals
    new = [one for one in concern.asks if one.made_at == at.clock()]
    return task, referral.level, tuple(one for one in new if one.kind is AskKind.ACTION)


if __name__ == "__main__":
    main()
