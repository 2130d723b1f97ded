"""A process that takes a transaction, and kills itself before the statement of that number; for 0
it stops where it would commit, and says how many there were.

python -m tests.referral.fhir_api.stopped DATABASE-URL NUMBER < BUNDLE
"""

import json
import os
import signal
import sys
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from services.referral.domain.scopes import EVERYTHING
from services.referral.fhir_api.transactions import take_transaction
from services.referral.policies.reader import read_policies
from services.referral.records.store import Records
from services.referral.use_cases.circumstances import Rulebook
from services.referral.use_cases.workplace import Workplace
from shared.bank_holidays import bank_holidays
from shared.database import Database
from tests.referral.builders import as_
from tests.referral.fakes import FRIDAY


def main(url: str, number: int, sent: Any) -> None:
    database = Database(url)
    done = 0

    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def stop(*_: Any) -> None:
        count()
        if number == 0:
            os.write(1, str(done).encode())
            os._exit(0)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", stop)
    at = Workplace(
        records=Records(database),
        rules=Rulebook(policies=read_policies(), holidays=bank_holidays()),
        clock=lambda: FRIDAY,
    )
    base = "http://127.0.0.1/fhir/"
    who = replace(as_("nursery", client=True), scope=EVERYTHING)
    take_transaction(sent, b"", key=None, wanted=None, base=base, who=who, at=at)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), json.load(sys.stdin))
