"""What the page needs before a move is made, or something that was asked is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.referral.domain import access
from services.referral.domain.agreement import why_not_ask
from services.referral.domain.concern import Ask, AskState, Concern
from services.referral.domain.minding import may_be_excused
from services.referral.domain.moves import Move
from services.referral.domain.referral import MoveRefused, Referral, ReferralId
from services.referral.domain.rungs import ClockRules
from services.referral.domain.running import HelpPart
from services.referral.domain.service_directory import ServiceEntry
from services.referral.records.reading import MISSING, Loaded, Reading
from services.referral.use_cases.sharing import agreements_of
from services.referral.use_cases.workplace import Workplace
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.fhir.reading import usual_name
from shared.identity import Principal

NOT_EXCUSED = "No limit that runs on this referral knows an exception."


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Whom it is about, the version that is seen now, and what could be named: the services, the
    clocks that may be excused, each with its words, and the parts of the help that are not recorded
    yet."""

    child: str
    version: int
    services: tuple[ServiceEntry, ...]
    clocks: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[HelpPart, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PreparedAnswer(Prepared):
    """`asked_by` is the name of the service that asked."""

    ask: Ask
    asked_by: str


def prepare_move(task: str, move: Move, *, who: Principal, at: Workplace) -> Prepared:
    """Raises NotFound, NotAllowed, MoveRefused when the state does not allow it any more, and
    Invalid where no limit knows an exception."""
    with at.records.reading(who, now=at.clock()) as record:
        loaded = record.concern_of_task(task)
        referral = next((one for one in loaded.concern.referrals if one.id == task), None)
        if referral is None:
            raise NotFound(MISSING)
        access.check_move(who, move, loaded.concern, referral)
        if not referral.can(move):
            raise MoveRefused(referral, move)
        clocks = _excusable(referral, at.rules.clock_rules(record))
        if move is Move.EXCEPTION and not clocks:
            raise Invalid(NOT_EXCUSED)
        record.note("form", loaded.tasks[task], move)
        return Prepared(
            child=_child(record, loaded.concern),
            version=referral.version,
            services=_services(record, at, loaded.concern, without=referral.service),
            clocks=clocks,
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


def _excusable(referral: Referral, rules: ClockRules) -> Mapping[str, str]:
    rows = {one.clock: rules.version(one) for one in may_be_excused(referral, rules)}
    return {id: f"{id}, until {row.stops}" for id, row in rows.items() if row}


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
