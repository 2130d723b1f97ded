"""The queue of the services a person works in, or of a coordinator's desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from services.referral.domain.moves import State
from services.referral.domain.reference import end_of_id
from services.referral.domain.service_directory import ServiceEntry
from services.referral.domain.working_days import LONDON, london_date
from services.referral.records.accounts import accounts
from services.referral.records.look_up import look_up
from services.referral.records.reading import Reading
from services.referral.records.staff import covers
from services.referral.records.tables import AccountRow
from services.referral.records.worklists import After, Line, Sought, actions, count, worklist
from services.referral.use_cases.workplace import Workplace
from shared.identity import Principal

SIZE = 20
#: Counting stops here, so that a long queue is as quick to open as a short one.
MOST_COUNTED = 500


@dataclass(frozen=True, kw_only=True)
class Action:
    """What somebody must do, in the words of whatever asked it of them."""

    line: Line
    text: str


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """One page; `next` is where the one after it begins. `total` is exact up to MOST_COUNTED.

    `assigned` gives the names of the people the lines are assigned to, by their reference.
    """

    services: tuple[ServiceEntry, ...]
    lines: tuple[Line, ...]
    next: After | None
    total: int
    assigned: Mapping[str, str]
    actions: tuple[Action, ...] = ()

    def service(self, line: Line) -> ServiceEntry:
        return next(one for one in self.services if one.id == line.row.service_id)


def list_queue(
    typed: str,
    state: State | None,
    *,
    late: bool,
    after: After | None,
    who: Principal,
    at: Workplace,
) -> QueuePage:
    """Due soonest first. `typed` is words of a child's name, or a reference; `late` leaves only
    what was due before today in London."""
    now = at.clock()
    sought = Sought(
        words=tuple(typed.split()),
        end_of_id=end_of_id(typed),
        state=state,
        due_before=_midnight(now) if late else None,
    )
    with at.records.reading(who, now=now) as record:
        own = [entry for entry in at.rules.directory.entries(record) if entry.id in who.services]
        ids = [entry.id for entry in own]
        found = worklist(record, ids, sought, size=SIZE + 1, after=after)
        record.note_several("queue", [one.patient for one in found[:SIZE]], _shown(found), "Task")
        return QueuePage(
            services=tuple(own),
            lines=tuple(found[:SIZE]),
            next=_behind(found[SIZE - 1]) if len(found) > SIZE else None,
            total=count(record, ids, sought, at_most=MOST_COUNTED),
            assigned=_names(record, found),
            actions=() if after else tuple(_actions(record)),
        )


def _actions(record: Reading) -> Iterator[Action]:
    """Their own, and those of the people for whom they cover today."""
    me = record.who.reference
    covered = [away for away, here in covers(record).items() if here == me]
    lines = actions(record, [me, *covered], size=SIZE)
    tasks = look_up(record, [f"Task/{line.row.task_id}" for line in lines])
    if lines:
        record.note_several(
            "actions", [line.patient for line in lines], f"{len(lines)} shown", "Task"
        )
    for line in lines:
        task = tasks.get(f"Task/{line.row.task_id}")
        yield Action(line=line, text=task.json.get("description", "") if task else "")


def _shown(found: list[Line]) -> str:
    return f"{min(len(found), SIZE)} shown"


def _midnight(now: datetime) -> datetime:
    return datetime.combine(london_date(now), time.min, LONDON)


def _behind(line: Line) -> After:
    return After(due_at=line.row.due_at, task=line.row.task_id)


def _names(record: Reading, lines: list[Line]) -> dict[str, str]:
    ids = {line.row.assigned_to.partition("/")[2] for line in lines if line.row.assigned_to}
    found = accounts(record, ids) if ids else {}
    away = covers(record) if found else {}
    covering = accounts(record, {one.partition("/")[2] for one in away.values()}) if away else {}

    def name(id: str, account: AccountRow) -> str:
        cover = covering.get(away.get(f"Practitioner/{id}", "").partition("/")[2])
        return f"{account.name}, away: {cover.name} covers" if cover else account.name

    return {f"Practitioner/{id}": name(id, account) for id, account in found.items()}
