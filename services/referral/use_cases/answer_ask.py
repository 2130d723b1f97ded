"""Answer a question, or say that the next step after a return has been taken."""

from services.referral.domain import access
from services.referral.domain.changes import finish_action, finish_next_step
from services.referral.domain.concern import TO_DO, Ask, AskKind, AskState
from services.referral.domain.moves import Move
from services.referral.records.reading import Loaded
from services.referral.records.resource import Json, Resource
from services.referral.records.writing import Writing
from services.referral.use_cases.circumstances import Rulebook, circumstances, target
from services.referral.use_cases.concern_changes import write_change
from services.referral.use_cases.facts import home_district
from services.referral.use_cases.move_referral import Said, check_unchanged, move_referral
from services.referral.use_cases.sharing import check_may_ask
from shared.errors import Conflict, Invalid, Issue, NotAllowed


def answer_ask(
    id: str,
    text: str | None,
    *,
    record: Writing,
    rules: Rulebook,
    send_to: str | None = None,
    version: int | None = None,
    sent: Json | None = None,
) -> Resource:
    """The ask's Task, done. `send_to` sends the concern to a service again after a return.

    Raises NotFound, NotAllowed, Stale, Conflict (answered already) and Invalid (nothing was said).
    """
    loaded = record.concern_of_task(id)
    ask = next((one for one in loaded.concern.asks if one.id == id), None)
    if ask is None:
        raise Conflict("This Task is a referral; it is moved, not answered.")
    if not access.may_finish(record.who, ask, loaded.concern):
        raise NotAllowed("Only whoever was asked may answer this.")
    check_unchanged(record, loaded.tasks[id], version)
    if ask.state is not AskState.OPEN:
        raise Conflict(f"This is {ask.state} already; nobody waits for an answer.")
    if not text:
        raise Invalid(Issue("Write the answer, or what was done.", "Task.output", "required"))
    if ask.kind is AskKind.QUESTION:
        said = Said(text=text)
        move_referral(ask.referral, Move.ANSWER, said, record=record, rules=rules)
        return record.written("Task", id)
    if ask.kind in TO_DO:
        change = finish_action(loaded.concern, ask.id, text)
        bodies = {id: sent} if sent else {}
        return write_change(
            record, loaded, change, move=f"{ask.kind}-done", text=text, sent=bodies
        )[id]
    return _next_step_done(loaded, ask, text, send_to, record, rules, sent)


def _next_step_done(
    loaded: Loaded,
    ask: Ask,
    text: str,
    send_to: str | None,
    record: Writing,
    rules: Rulebook,
    sent: Json | None,
) -> Resource:
    child = record.resource("Patient", loaded.concern.child).json
    district = home_district(child, rules.policies.places)
    given = circumstances(rules, record, areas=(district,) if district else (), now=record.now)
    to = None
    if send_to:
        entry = rules.directory.entry(record, send_to)
        if entry is None:
            raise Invalid(
                Issue("There is no such service in the directory.", "Task.output", "value")
            )
        check_may_ask(record, loaded.concern.id, entry.id)
        to = target(record, entry)
    change = finish_next_step(loaded.concern, ask.id, text, to, given)
    bodies = {str(ask.id): sent} if sent else {}
    written = write_change(record, loaded, change, move="next-step-done", text=text, sent=bodies)
    return written[ask.id]
