"""What the page needs before a move is made, or something that was asked is answered."""

from dataclasses import dataclass, replace

from services.referral.domain import access
from services.referral.domain.agreement import why_not_ask
from services.referral.domain.concern import Ask, AskState, Concern
from services.referral.domain.moves import Move
from services.referral.domain.referral import MoveRefused, ReferralId
from services.referral.domain.running import HelpPart
from services.referral.domain.service_directory import ServiceEntry
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.use_cases.sharing import agreements_of
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, NotAllowed, NotFound
from shared.fhir.reading import usual_name
from shared.identity import Principal


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Whom it is about, the version that is seen now, and what could be named: the services, the
    clocks that run, and the parts of the help that are not recorded yet."""

    child: str
    version: int
    services: tuple[ServiceEntry, ...]
    clocks: tuple[str, ...] = ()
    parts: tuple[HelpPart, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PreparedAnswer(Prepared):
    """`asked_by` is the name of the service that asked."""

    ask: Ask
    asked_by: str


def prepare_move(task: str, move: Move, *, who: Principal, at: Workplace) -> Prepared:
    """Raises NotFound, NotAllowed, and MoveRefused when the state does not allow it any more."""
    with at.records.reading(who, now=at.clock()) as record:
        loaded = record.concern_of_task(task)
        referral = next((one for one in loaded.concern.referrals if one.id == task), None)
        if referral is None:
            raise NotFound(MISSING)
        access.check_move(who, move, loaded.concern, referral)
        if not referral.can(move):
            raise MoveRefused(referral, move)
        record.note("form", loaded.tasks[task], move)
        return Prepared(
            child=_child(record, loaded.concern),
            version=referral.version,
            services=_services(record, at, loaded.concern, without=referral.service),
            clocks=tuple(sorted({one.clock for one in referral.clocks if one.is_running})),
            parts=tuple(referral.unrecorded),
        )


def prepare_answer(task: str, *, who: Principal, at: Workplace) -> PreparedAnswer:
    """Raises NotFound, NotAllowed, and Conflict when it is answered already."""
    with at.records.reading(who, now=at.clock()) as record:
        loaded = record.concern_of_task(task)
        ask = _open_ask(task, loaded, who)
        record.note("form", loaded.tasks[task], Move.ANSWER)
        service = loaded.concern.referral(ReferralId(ask.referral)).service
        asking = at.rules.directory.entry(record, service)
        return PreparedAnswer(
            child=_child(record, loaded.concern),
            version=ask.version,
            services=_services(record, at, loaded.concern, without=""),
            ask=ask,
            asked_by=asking.name if asking else "A service",
        )


def _open_ask(task: str, loaded: Loaded, who: Principal) -> Ask:
    ask = next((one for one in loaded.concern.asks if one.id == task), None)
    if ask is None:
        raise NotFound(MISSING)
    if not access.may_finish(who, ask, loaded.concern):
        raise NotAllowed("Only whoever was asked may answer this.")
    if ask.state is not AskState.OPEN:
        raise Conflict("This has been answered, or is not asked any more.")
    return ask


def _child(record: Reading, concern: Concern) -> str:
    return usual_name(record.resource("Patient", concern.child).json) or ""


def _services(
    record: Reading, at: Workplace, concern: Concern, *, without: str
) -> tuple[ServiceEntry, ...]:
    """Those that take a referral, by name; those that the family must agree to first say so. A desk
    is never named: it is where help is found."""
    agreements = agreements_of(record, concern.id)
    entries = at.rules.directory.entries(record)
    found = (one for one in entries if one.id != without and one.accepting and not one.is_desk)
    named = (
        replace(one, name=f"{one.name} (ask the family first)")
        if why_not_ask(one.id, agreements)
        else one
        for one in found
    )
    return tuple(sorted(named, key=lambda one: one.name))
