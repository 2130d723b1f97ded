"""Say which Tasks a client may see at this moment: asked just before its system is told of them."""

from services.referral.domain.scopes import Interaction, allows
from services.referral.records.clients import active_client
from services.referral.use_cases.workplace import Workplace
from shared.subscribing import Sight, SightQuery

UNKNOWN = Sight(known=False, seen=())


def say_sight(query: SightQuery, *, at: Workplace) -> Sight:
    """What a family took back a minute ago is not seen any more. Each that is seen is noted: the
    client is about to hear of it."""
    with at.records.database.read() as session:
        known = active_client(session, query.client)
    if known is None or not allows(known[0].scope, "Task", Interaction.READ):
        return UNKNOWN
    with at.records.reading(known[1], now=at.clock()) as record:
        found = [record.find("Task", task) for task in query.tasks]
        for task in filter(None, {one.id: one for one in found if one}.values()):
            record.note("system-told", task)
    return Sight(known=True, seen=tuple(one is not None for one in found))


def seen_by(client: str, tasks: tuple[str, ...], *, at: Workplace) -> frozenset[str]:
    """Those that this client may see."""
    sight = say_sight(SightQuery(client=client, tasks=tasks), at=at)
    return frozenset(task for task, seen in zip(tasks, sight.seen, strict=False) if seen)
