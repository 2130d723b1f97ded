"""Writing the records: what a use case changes is gathered and sent in one go, each table once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Update, and_, bindparam, delete, literal, update
from sqlmodel import select

from services.referral.domain import access
from services.referral.records import tables
from services.referral.records.chain import Line, append
from services.referral.records.guard import GuardedSession
from services.referral.records.ids import new_id
from services.referral.records.index import search_rows
from services.referral.records.marking import marked
from services.referral.records.queue import About, queue_row
from services.referral.records.reading import Loaded, Reading
from services.referral.records.resource import (
    Json,
    Place,
    Resource,
    is_restricted,
    to_text,
    with_server_parts,
)
from services.referral.records.tables import ResourceRow
from services.referral.records.tags import Overlap, spelt
from shared import outbox
from shared.contract import Moment, ReferralEvent
from shared.database import pipelined
from shared.errors import Stale
from shared.identity import Principal, job
from shared.many_rows import insert_rows
from shared.wire import REFERRAL, read_referral_event, referral_to_cloudevent

#: Widens who may see a record, and rewrites queue lines, for a principal who sees less.
STORE = job("store")


class Writing(Reading):
    """Gathers what one use case writes; `flush` sends it."""

    def __init__(self, session: GuardedSession, who: Principal, now: datetime) -> None:
        super().__init__(session, who, now)
        self._gather_anew()

    def _gather_anew(self) -> None:
        self._inserts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._updates: list[Resource] = []
        self._retagged: dict[str, frozenset[str]] = {}
        self._events: list[ReferralEvent] = []
        self._held: dict[str, datetime] = {}
        self._queued: dict[str, dict[str, Any]] = {}
        self._requeued: list[str] = []
        self._created: dict[str, Resource] = {}
        self._writes_as = self.who

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
        access.check_keeps(self.eyes, old.place.tags)
        made = self._versioned(sent, place or old.place, id=old.id, version=old.version + 1)
        self._updates.append(made)
        self._inserts["resource_history"].append(self._history(made))
        self._inserts["search_value"] += search_rows(made.json)
        return made

    def delete(self, old: Resource) -> Resource:
        """The version that says it is deleted; Stale at flush as for an update. Older versions, and
        who may see them, stay."""
        access.check_keeps(self.eyes, old.place.tags)
        nothing: Json = {"resourceType": old.type}
        made = self._versioned(nothing, old.place, id=old.id, version=old.version + 1, deleted=True)
        self._updates.append(made)
        self._inserts["resource_history"].append(self._history(made))
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
        with self.seeing_as(STORE):
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

    def settle(self) -> None:
        """Send what was gathered so far, for what follows in this transaction to find. The audit
        waits for the end: whoever adds to it makes all others wait."""
        self._send()
        self.session.flush()
        self.session.expunge_all()
        self._looked_up.clear()
        self._gather_anew()

    def flush(self) -> None:
        """Send what was gathered, and the audit."""
        self._send(self.noted)

    def _send(self, noted: Sequence[Line] = ()) -> None:
        """What each statement changes is named by its key, and was made from what the principal
        saw: nothing is looked for, so nothing can be shown. Who may see it changes last: a
        principal may be about to lose sight of what they write."""
        with self.seeing_as(STORE):
            self._leave_queue()
        with self.seeing_as(self._writes_as), self.session.reviewed():
            self._replace()
            self._insert(noted)
        with self.seeing_as(STORE):
            self._retag()

    def _leave_queue(self) -> None:
        """Also for Tasks of concerns that the principal may not see."""
        if self._requeued:
            queue = _table("queue")
            self.session.execute(delete(queue).where(queue.c.task_id.in_(self._requeued)))

    def _insert(self, noted: Sequence[Line]) -> None:
        if self._queued:
            self._inserts["queue"] = list(self._queued.values())
        connection = self.session.connection()
        with pipelined(connection):
            for name, rows in self._inserts.items():
                if rows:
                    insert_rows(connection, _table(name), rows)
            events = [referral_to_cloudevent(event) for event in self._events]
            outbox.put(self.session, tables.outbox, events, held=self._held)
        if noted:
            append(connection, noted)

    def _versioned(
        self, sent: Json, place: Place, *, id: str, version: int, deleted: bool = False
    ) -> Resource:
        json = with_server_parts(marked(sent), id=id, version=version, now=self.now)
        place = _seen_from(json, place)
        access.check_keeps(self.eyes, place.tags)
        if self.eyes is not self.who:
            self._writes_as = STORE  # what was made with other eyes is written with them
        made = Resource(
            type=json["resourceType"],
            id=id,
            version=version,
            last_updated=self.now,
            body=to_text(json),
            place=place,
            deleted=deleted,
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

    def _replace(self) -> None:
        """Only the versions they were made from are replaced: of two writers, one is told.
        Whoever lets others see it meanwhile makes no new version, so the tags stay as they are."""
        closed = [one for one in self._updates if is_restricted(one.json)]
        others = [one for one in self._updates if not is_restricted(one.json)]
        self._put(_REPLACE_CLOSED, [_columns(one) | _replaced(one) for one in closed])
        self._put(_REPLACE, [_untagged(one) | _replaced(one) for one in others])
        if self._updates:
            self.session.execute(_UNSEARCHED, [_replaced(one) for one in self._updates])

    def _put(self, statement: Update, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        result: Any = self.session.execute(statement, rows)
        if result.rowcount != len(rows):
            raise Stale("Somebody else changed this after you opened it. Nothing was written.")

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


def _untagged(changed: Resource) -> dict[str, Any]:
    return {name: value for name, value in _columns(changed).items() if name != "tags"}


def _replaced(changed: Resource) -> dict[str, Any]:
    """The key of what a new version replaces, under names that are not those of columns."""
    return {"old_type": changed.type, "old_id": changed.id, "old_version": changed.version - 1}


# Built once: building them costs more than the database takes to do what they say.
_RESOURCE = tables.metadata.tables["resource"].c
_SEARCH = tables.metadata.tables["search_value"].c
_UNCHANGED = update(tables.metadata.tables["resource"]).where(
    _RESOURCE.type == bindparam("old_type"),
    _RESOURCE.id == bindparam("old_id"),
    _RESOURCE.version == bindparam("old_version"),
)
_REPLACE_CLOSED = _UNCHANGED.values({one.name: bindparam(one.name) for one in _RESOURCE})
_REPLACE = _UNCHANGED.values(
    {one.name: bindparam(one.name) for one in _RESOURCE if one.name != "tags"}
)
_UNSEARCHED = delete(tables.metadata.tables["search_value"]).where(
    _SEARCH.type == bindparam("old_type"), _SEARCH.id == bindparam("old_id")
)


def _table(name: str) -> Table:
    return tables.metadata.tables[name]
