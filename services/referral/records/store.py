"""Records in and out of the database.

A resource, its history, its queue and search rows, the audit and the events are written together
or not at all. Writes are gathered and sent in one go, each table once.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, and_, delete, insert, literal, update
from sqlmodel import col, select
from uuid_utils import uuid7

from services.referral.domain import access
from services.referral.domain.access import AUDIT
from services.referral.domain.concern import Concern
from services.referral.domain.emergency import EMERGENCY
from services.referral.records import tables
from services.referral.records.chain import Line, append
from services.referral.records.guard import GuardedSession
from services.referral.records.index import search_rows
from services.referral.records.marking import marked
from services.referral.records.queue import About, queue_row
from services.referral.records.resource import (
    Json,
    Place,
    Resource,
    is_restricted,
    to_resource,
    to_text,
    to_version,
    with_server_parts,
)
from services.referral.records.row_security import locks_in_words
from services.referral.records.tables import HistoryRow, QueueRow, ResourceRow
from services.referral.records.tags import Overlap, spelt
from services.referral.records.tasks import to_concern
from services.referral.records.waiting import keep_waiting
from shared import outbox
from shared.contract import Moment, ReferralEvent
from shared.database import Database, pipelined
from shared.errors import NotAllowed, NotFound, Stale
from shared.identity import Principal, Role, job
from shared.wire import REFERRAL, read_referral_event, referral_to_cloudevent

Found = TypeVar("Found")

#: Widens who may see a record, and rewrites queue lines, for a principal who sees less.
STORE = job("store")

MISSING = "There is no such record, or none that you may see."


def new_id() -> str:
    """A UUIDv7 as text: sorts about as time does."""
    return str(uuid7())


class Records:
    """The way to the records; every transaction is somebody's."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._here = _Here()

    @contextmanager
    def reading(self, who: Principal, *, now: datetime) -> Iterator["Reading"]:
        opened: list[Reading] = []
        with self._refusals_noted(opened), self.database.read_as(GuardedSession) as session:
            session.see_as(who)
            record = Reading(session, who, now)
            opened.append(record)
            yield record
        self._keep([emergency_marked(line, who) for line in record.noted])

    @contextmanager
    def writing(self, who: Principal, *, now: datetime) -> Iterator["Writing"]:
        """Emergency access is to read: what it has opened is closed to whoever writes."""
        who = replace(who, opened=frozenset())
        opened: list[Reading] = []
        with (
            self._looks_kept_after(),
            self._refusals_noted(opened),
            locks_in_words(),
            self.database.write_as(GuardedSession) as session,
        ):
            session.see_as(who)
            record = Writing(session, who, now)
            opened.append(record)
            yield record
            record.flush()

    @contextmanager
    def _refusals_noted(self, opened: "list[Reading]") -> Iterator[None]:
        """That somebody asked for a record that is not theirs stands in the audit too; it is noted
        once the transaction that refused it is over."""
        try:
            yield
        except (NotFound, NotAllowed) as refusal:
            record = opened[0]
            if record.who.role is not Role.JOB and record.sought:
                why = "not-allowed" if isinstance(refusal, NotAllowed) else "not-found"
                line = self._refused(record, *record.sought) | {"detail": why}
                self._keep([line])
            raise

    @contextmanager
    def _looks_kept_after(self) -> Iterator[None]:
        """What is looked at beside a transaction that writes is kept when it has ended, however it
        did: on SQLite the look would wait for it, and it for the look."""
        if self._here.looks is not None:
            raise RuntimeError("A transaction that writes is open here already.")
        looks: list[Line] = []
        self._here.looks = looks
        try:
            yield
        finally:
            self._here.looks = None
            self._keep(looks)

    def _keep(self, looks: Sequence[Line]) -> None:
        if self._here.looks is not None:
            self._here.looks += looks
        elif looks:
            keep_waiting(self.database, looks)

    def _refused(self, record: "Reading", type: str, id: str) -> Line:
        """The id only of what is kept: anything else could be written in its place."""
        with self.database.read_as(GuardedSession) as session:
            session.see_as(STORE)
            wanted = select(ResourceRow).where(ResourceRow.type == type, ResourceRow.id == id)
            row = session.exec(wanted).one_or_none()
        return record.line("refuse", to_resource(row) if row else None, type=type)


class _Here(threading.local):
    """In each thread the looks that wait for the end of its transaction; None without one."""

    looks: list[Line] | None = None


class Reading:
    """What one principal may see, as it is now."""

    def __init__(self, session: GuardedSession, who: Principal, now: datetime) -> None:
        self.session = session
        self.who = who
        self.now = now
        self.noted: list[Line] = []
        self.sought: tuple[str, str] | None = None
        self._looked_up: dict[str, object] = {}

    def resource(self, type: str, id: str) -> Resource:
        """The newest version; NotFound when there is none that the principal may see."""
        self.sought = self.sought or (type, id)
        found = self.find(type, id)
        if found is None:
            raise NotFound(MISSING)
        return found

    def note(self, action: str, about: Resource | None = None, detail: str = "") -> None:
        """Put in the audit what was done or looked at. `detail` holds ids and codes only."""
        self.noted.append(self.line(action, about) | {"detail": detail})

    def note_several(self, action: str, found: Sequence[Resource], detail: str, type: str) -> None:
        """A look at many at once: one line, which names the child when they are all one child's.
        Whoever answers for their area may see it."""
        children = {one.place.child for one in found}
        areas = {tag for one in found for tag in one.place.tags if tag.startswith("area:")}
        line = self.line(action, type=type)
        line["detail"], line["tags"] = detail, sorted(areas.union(line["tags"]))
        line["child_id"] = children.pop() if len(children) == 1 else None
        self.noted.append(line)

    def line(self, action: str, about: Resource | None = None, type: str | None = None) -> Line:
        """One line of the audit, by whoever this record is opened for."""
        return {
            "id": new_id(),
            "at": self.now,
            "who": self.who.reference,
            "client": self.who.client,
            "action": action,
            "type": about.type if about else type,
            "resource_id": about.id if about else None,
            "version": about.version if about else None,
            "child_id": child_of(about) if about else None,
            "detail": "",
            "tags": sorted({AUDIT, *about.place.tags} if about else {AUDIT}),
        }

    @contextmanager
    def seeing_as(self, who: Principal) -> Iterator[None]:
        """Look with the eyes of one of the service's own jobs, and then with one's own again."""
        self.session.see_as(who)
        try:
            yield
        finally:
            self.session.see_as(self.who)

    def once(self, key: str, look_up: Callable[[], Found]) -> Found:
        """What was looked up under this key, asked of the database once a transaction."""
        if key not in self._looked_up:
            self._looked_up[key] = look_up()
        return cast("Found", self._looked_up[key])

    def find(self, type: str, id: str) -> Resource | None:
        wanted = select(ResourceRow).where(ResourceRow.type == type, ResourceRow.id == id)
        row = self.session.exec(wanted).one_or_none()
        return to_resource(row) if row else None

    def version(self, type: str, id: str, version: int) -> Resource:
        current = self.resource(type, id)
        wanted = select(HistoryRow).where(
            HistoryRow.type == type, HistoryRow.id == id, HistoryRow.version == version
        )
        row = self.session.exec(wanted).one_or_none()
        if row is None:
            raise NotFound(MISSING)
        return to_version(row, current.place)

    def history(self, type: str, id: str) -> list[Resource]:
        """Every version, newest first."""
        current = self.resource(type, id)
        wanted = (
            select(HistoryRow)
            .where(HistoryRow.type == type, HistoryRow.id == id)
            .order_by(col(HistoryRow.version).desc())
        )
        return [to_version(row, current.place) for row in self.session.exec(wanted)]

    def of_concern(self, concern: str, *types: str) -> list[Resource]:
        """All resources of one concern, oldest first; of these types if any are named."""
        wanted = select(ResourceRow).where(
            ResourceRow.concern_id == concern, col(ResourceRow.deleted).is_(False)
        )
        if types:
            wanted = wanted.where(col(ResourceRow.type).in_(types))
        return [to_resource(row) for row in self.session.exec(wanted.order_by(ResourceRow.id))]

    def of_child(self, child: str, *types: str) -> list[Resource]:
        """All resources about one child that the principal may see, oldest first."""
        wanted = select(ResourceRow).where(
            ResourceRow.child_id == child, col(ResourceRow.deleted).is_(False)
        )
        if types:
            wanted = wanted.where(col(ResourceRow.type).in_(types))
        return [to_resource(row) for row in self.session.exec(wanted.order_by(ResourceRow.id))]

    def of_type(self, type: str) -> list[Resource]:
        wanted = select(ResourceRow).where(
            ResourceRow.type == type, col(ResourceRow.deleted).is_(False)
        )
        return [to_resource(row) for row in self.session.exec(wanted.order_by(ResourceRow.id))]

    def concern(self, id: str) -> "Loaded":
        """A concern with its referrals; NotFound when the principal may not see it."""
        found = self.of_concern(id, "ServiceRequest", "Task")
        request = next((one for one in found if one.type == "ServiceRequest"), None)
        if request is None:
            self.sought = self.sought or ("ServiceRequest", id)
            raise NotFound(MISSING)
        return Loaded(request, [one for one in found if one.type == "Task"])

    def concern_of_task(self, task: str) -> "Loaded":
        row = self.session.exec(select(QueueRow).where(QueueRow.task_id == task)).one_or_none()
        self.sought = self.sought or ("Task", task)
        if row is None:
            raise NotFound(MISSING)
        return self.concern(row.concern_id)


class Loaded:
    """A concern as the rules see it, with the resources that it was read from."""

    def __init__(self, request: Resource, tasks: list[Resource]) -> None:
        self.request = request
        self.tasks = {task.id: task for task in tasks}
        self.concern: Concern = to_concern(request, tasks)


class Writing(Reading):
    """Gathers what one use case writes; `flush` sends it."""

    def __init__(self, session: GuardedSession, who: Principal, now: datetime) -> None:
        super().__init__(session, who, now)
        self._inserts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._updates: list[Resource] = []
        self._retagged: dict[str, frozenset[str]] = {}
        self._events: list[ReferralEvent] = []
        self._held: dict[str, datetime] = {}
        self._queued: dict[str, dict[str, Any]] = {}
        self._requeued: list[str] = []
        self._created: dict[str, Resource] = {}

    def create(self, sent: Json, place: Place, *, id: str | None = None) -> Resource:
        """Version 1 of a new resource. NotAllowed where the principal would not see it."""
        made = self._versioned(sent, place, id=id or new_id(), version=1)
        self._created[made.id] = made
        self._inserts["resource"].append(_columns(made))
        self._inserts["resource_history"].append(self._history(made))
        self._inserts["search_value"] += search_rows(made.json)
        return made

    def update(self, old: Resource, sent: Json, place: Place | None = None) -> Resource:
        """The next version; Stale at flush when somebody wrote one since `old` was read."""
        access.check_keeps(self.who, old.place.tags)
        made = self._versioned(sent, place or old.place, id=old.id, version=old.version + 1)
        self._updates.append(made)
        self._inserts["resource_history"].append(self._history(made))
        self._inserts["search_value"] += search_rows(made.json)
        return made

    def find(self, type: str, id: str) -> Resource | None:
        """What this transaction is about to make counts as kept."""
        made = self._created.get(id)
        return made if made and made.type == type else super().find(type, id)

    def created(self, type: str) -> list[Resource]:
        """What this transaction is about to make, of one type."""
        return [one for one in self._created.values() if one.type == type]

    def written(self, type: str, id: str) -> Resource:
        """The version that this transaction is about to write."""
        return next(one for one in self._updates if (one.type, one.id) == (type, id))

    def concern(self, id: str) -> "Loaded":
        """As when reading; until the end of this transaction nobody else changes the concern."""
        request = select(ResourceRow.id).where(
            ResourceRow.type == "ServiceRequest", ResourceRow.id == id
        )
        self.session.exec(request.with_for_update()).one_or_none()
        return super().concern(id)

    def queue(self, task: Resource, facts: About) -> None:
        """Put a Task in the queue, in place of the line that it may have there."""
        self._queued[task.id] = queue_row(task, facts)
        if task.id not in self._created:
            self._requeued.append(task.id)

    def retag(self, concern: str, tags: frozenset[str]) -> None:
        """Let more, or fewer, see everything of a concern. Not a new version: nothing was said."""
        self._retagged[concern] = tags

    def let_see(self, known: Resource, tags: frozenset[str]) -> None:
        """Let more see one resource that is kept already: also one that is another's so far."""
        table = _table("resource")
        is_known = and_(table.c.type == known.type, table.c.id == known.id)
        with self.seeing_as(STORE):
            held = self.session.execute(select(table.c.tags).where(is_known).with_for_update())
            both = sorted(tags.union(held.scalar_one()))
            self.session.execute(update(table).where(is_known).values(tags=both))

    def retag_child(self, child: str, *, add: frozenset[str], remove: frozenset[str]) -> None:
        """Let more, or fewer, see what is kept of a child outside of any concern."""
        table = _table("resource")
        besides = and_(table.c.child_id == child, table.c.concern_id.is_(None))
        held = select(table.c.type, table.c.id, table.c.tags).where(besides).with_for_update()
        for type, id, tags in self.session.execute(held).all():
            of_row = and_(table.c.type == type, table.c.id == id)
            changed = sorted(add.union(tags) - remove)
            self.session.execute(update(table).where(of_row).values(tags=changed))

    def tell(self, events: Sequence[ReferralEvent], *, held_until: datetime | None = None) -> None:
        """In the outbox with what is written; passed on at once, or not before a time."""
        self._events += events
        if held_until:
            self._held |= {event.id: held_until for event in events}

    def take_back(self, moment: Moment, tasks: Sequence[str]) -> dict[str, list[ReferralEvent]]:
        """For each Task the events of this moment that have not left yet; they will not leave."""
        subjects = [f"Task/{task}" for task in tasks]
        type = f"{REFERRAL}{moment}"
        found = outbox.take_back(self.session, tables.outbox, type=type, subjects=subjects)
        taken: dict[str, list[ReferralEvent]] = defaultdict(list)
        for event in map(read_referral_event, found):
            taken[event.task].append(event)
        return taken

    def flush(self) -> None:
        """Send what was gathered. What each statement changes is named by its key, and was made
        from what the principal saw: nothing is looked for, so nothing can be shown."""
        with self.seeing_as(STORE):
            self._retag()
            self._leave_queue()
        with self.session.reviewed():
            for changed in self._updates:
                self._replace(changed)
            self._insert()

    def _leave_queue(self) -> None:
        """Also for Tasks of concerns that the principal may not see."""
        if self._requeued:
            queue = _table("queue")
            self.session.execute(delete(queue).where(queue.c.task_id.in_(self._requeued)))

    def _insert(self) -> None:
        if self._queued:
            self._inserts["queue"] = list(self._queued.values())
        with pipelined(self.session):
            for name, rows in self._inserts.items():
                if rows:
                    self.session.connection().execute(_INSERTS[name], rows)
            events = [referral_to_cloudevent(event) for event in self._events]
            outbox.put(self.session, tables.outbox, events, held=self._held)
        if self.noted:
            append(self.session.connection(), self.noted)

    def _versioned(self, sent: Json, place: Place, *, id: str, version: int) -> Resource:
        json = with_server_parts(marked(sent), id=id, version=version, now=self.now)
        place = _seen_from(json, place)
        access.check_keeps(self.who, place.tags)
        made = Resource(
            type=json["resourceType"],
            id=id,
            version=version,
            last_updated=self.now,
            body=to_text(json),
            place=place,
        )
        made.__dict__["json"] = json  # what was just written need not be parsed again
        return made

    def _history(self, made: Resource) -> dict[str, Any]:
        return {
            "type": made.type,
            "id": made.id,
            "version": made.version,
            "last_updated": made.last_updated,
            "deleted": made.deleted,
            "by": self.who.reference,
            "body": made.body,
        }

    def _replace(self, changed: Resource) -> None:
        """Only the version it was made from is replaced: of two writers, one is told."""
        table, search = _table("resource"), _table("search_value")
        unchanged = update(table).where(
            table.c.type == changed.type,
            table.c.id == changed.id,
            table.c.version == changed.version - 1,
        )
        columns = _columns(changed)
        if not is_restricted(changed.json):
            del columns["tags"]  # whoever lets others see it meanwhile makes no new version
        result: Any = self.session.execute(unchanged.values(**columns))
        if result.rowcount != 1:
            raise Stale("Somebody else changed this after you opened it. Nothing was written.")
        self.session.execute(
            delete(search).where(search.c.type == changed.type, search.c.id == changed.id)
        )

    def _retag(self) -> None:
        """What is restricted stays so: an area that it is told apart by never leaves a concern."""
        resource, queue = _table("resource"), _table("queue")
        for concern, tags in self._retagged.items():
            closed = access.tags_of_restricted(tags)
            known_by = literal(spelt(closed, self.session.get_bind().dialect.name))
            is_closed = Overlap(resource.c.tags, known_by)
            of_concern = update(resource).where(resource.c.concern_id == concern)
            in_queue = update(queue).where(queue.c.concern_id == concern)
            self.session.execute(of_concern.where(~is_closed).values(tags=sorted(tags)))
            self.session.execute(of_concern.where(is_closed).values(tags=sorted(closed)))
            self.session.execute(in_queue.values(tags=sorted(tags)))


def _seen_from(sent: Json, place: Place) -> Place:
    """The place of what is marked as restricted is one that fewer see into."""
    if not is_restricted(sent):
        return place
    return replace(place, tags=access.tags_of_restricted(place.tags))


def emergency_marked(line: Line, who: Principal) -> Line:
    """A look that only emergency access allowed says so in its detail."""
    if line["child_id"] not in who.opened:
        return line
    return line | {"detail": f"{EMERGENCY} {line['detail']}".strip()}


def child_of(about: Resource) -> str | None:
    return about.id if about.type == "Patient" else about.place.child


def _columns(made: Resource) -> dict[str, Any]:
    return {
        "type": made.type,
        "id": made.id,
        "version": made.version,
        "last_updated": made.last_updated,
        "deleted": made.deleted,
        "child_id": made.place.child,
        "concern_id": made.place.concern,
        "origin_id": made.place.origin,
        "tags": sorted(made.place.tags),
        "body": made.body,
    }


_INSERTS = {name: insert(table) for name, table in tables.metadata.tables.items()}


def _table(name: str) -> Table:
    return tables.metadata.tables[name]
