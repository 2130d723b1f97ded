"""A process that sweeps, and kills itself before the statement of that number: see the tests.

python -m tests.referral.turns.killed DATABASE-URL INSTANT NUMBER
"""

import os
import signal
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import event

from services.referral.policies.reader import read_policies
from services.referral.records.store import Records
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.escalate_overdue import escalate_overdue
from services.referral.use_cases.workplace import Workplace
from shared.bank_holidays import bank_holidays
from shared.database import Database


def main(url: str, instant: str, number: int) -> None:
    now = datetime.fromisoformat(instant)
    database = Database(url)
    done = 0

    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    at = Workplace(
        records=Records(database),
        rules=Rulebook(policies=read_policies(), holidays=bank_holidays()),
        clock=lambda: now,
    )
    escalate_overdue(at=at, now=now, size=2)
    database.close()
    sys.stdout.write(str(done))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
