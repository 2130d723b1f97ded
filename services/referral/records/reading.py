"""Reading the records: what one principal may see, as it is now."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar, cast

from sqlmodel import col, select

from services.referral.domain.access import AUDIT
from services.referral.domain.concern import Concern
from services.referral.records.chain import Line
from services.referral.records.guard import GuardedSession
from services.referral.records.ids import new_id
from services.referral.records.resource import Resource, to_resource, to_version
from services.referral.records.tables import HistoryRow, QueueRow, ResourceRow
from services.referral.records.tasks import to_concern
from shared.errors import Failure, Gone, NotAllowed, NotFound
from shared.identity import Principal

Found = TypeVar("Found")

MISSING = "There is no such record, or none that you may see."
DELETED = "This was deleted. Its older versions can still be read."


class Reading:
    """What one principal may see, as it is now."""

    def __init__(self, session: GuardedSession, who: Principal, now: datetime) -> None:
        self.session = session
        self.who = self.eyes = who
        self.now = now
        self.noted: list[Line] = []
        self.sought: tuple[str, str] | None = None
        self.refused: list[tuple[str, str, str]] = []
        self._looked_up: dict[str, object] = {}

    def resource(self, type: str, id: str) -> Resource:
        """The newest version; NotFound when there is none that the principal may see, Gone when it
        was deleted."""
        self.sought = self.sought or (type, id)
        found = self.find(type, id)
        if found is None:
            raise NotFound(MISSING) if self.newest(type, id) is None else Gone(DELETED)
        return found

    def note(self, action: str, about: Resource | None = None, detail: str = "") -> None:
        """Put in the audit what was done or looked at. `detail` holds ids and codes only."""
        self.noted.append(self.line(action, about) | {"detail": detail})

    def refuse(self, refusal: Failure) -> None:
        """What was asked for last is not theirs: that stands in the audit too, once the transaction
        is over."""
        if self.sought and isinstance(refusal, NotFound | NotAllowed):
            why = "not-allowed" if isinstance(refusal, NotAllowed) else "not-found"
            self.refused.append((*self.sought, why))
        self.sought = None

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
        before, self.eyes = self.eyes, who
        self.session.see_as(who)
        try:
            yield
        finally:
            self.eyes = before
            self.session.see_as(before)

    def once(self, key: str, look_up: Callable[[], Found]) -> Found:
        """What was looked up under this key, asked of the database once a transaction."""
        if key not in self._looked_up:
            self._looked_up[key] = look_up()
        return cast("Found", self._looked_up[key])

    def find(self, type: str, id: str) -> Resource | None:
        """What is kept now: nothing that was deleted."""
        found = self.newest(type, id)
        return None if found is None or found.deleted else found

    def newest(self, type: str, id: str) -> Resource | None:
        """The newest version, also where that says that it was deleted."""
        wanted = select(ResourceRow).where(ResourceRow.type == type, ResourceRow.id == id)
        row = self.session.exec(wanted).one_or_none()
        return to_resource(row) if row else None

    def _ever(self, type: str, id: str) -> Resource:
        """The newest version of what was ever kept; NotFound."""
        self.sought = self.sought or (type, id)
        found = self.newest(type, id)
        if found is None:
            raise NotFound(MISSING)
        return found

    def version(self, type: str, id: str, version: int) -> Resource:
        """One version, also of what was deleted since; Gone for the deletion itself."""
        current = self._ever(type, id)
        wanted = select(HistoryRow).where(
            HistoryRow.type == type, HistoryRow.id == id, HistoryRow.version == version
        )
        row = self.session.exec(wanted).one_or_none()
        if row is None:
            raise NotFound(MISSING)
        if row.deleted:
            raise Gone(DELETED)
        return to_version(row, current.place)

    def history(self, type: str, id: str) -> list[Resource]:
        """Every version, newest first; one that is marked as deleted says no more than that."""
        current = self._ever(type, id)
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


def child_of(about: Resource) -> str | None:
    return about.id if about.type == "Patient" else about.place.child
