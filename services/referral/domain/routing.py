"""Which services a concern goes to, and why, in words. It suggests; a person decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.referral.domain.dated import in_force
from services.referral.domain.routing_asks import Asked, Strength, ask, months_in_words
from services.referral.domain.routing_rules import ConcernFacts, Priority, Rule, Stop, applies
from services.referral.domain.running import Risk
from services.referral.domain.service_directory import ServiceEntry, Unavailable, find_desk
from shared.errors import Conflict
from shared.fhir.codes import CODE_SYSTEMS, CONCERN


@dataclass(frozen=True, kw_only=True)
class RuleVersion:
    id: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One service that can help. A desk that steps in where no rule could has no `rules`."""

    service: ServiceEntry
    strength: Strength
    because: str
    rules: tuple[RuleVersion, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Routing:
    """What is suggested for one concern.

    With a `stop` there is nothing else: the form ends, nothing is queued. `not_possible` says what
    a rule asked for and could not get. `applied` names every rule that had a say.
    """

    priority: Priority
    suggestions: tuple[Suggestion, ...] = ()
    tell: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()
    not_possible: tuple[str, ...] = ()
    stop: Stop | None = None
    applied: tuple[RuleVersion, ...] = ()
    risks: frozenset[Risk] = frozenset()


def route(
    facts: ConcernFacts, rules: Sequence[Rule], services: Sequence[ServiceEntry], *, on: date
) -> Routing:
    """Every service that the rules in force on that day suggest, each once.

    Nobody falls through: what no rule covers, and what no service can take, goes to the area
    coordinator's desk with the reason. Conflict when it must and the directory has no desk.
    """
    matching = [rule for rule in rules if in_force(rule, on) and applies(rule.when, facts)]
    for rule in matching:
        if rule.stops:
            return Routing(priority=facts.priority, stop=rule.stops, applied=(_version(rule),))
    asked = [line for rule in matching for line in ask(rule, facts, services)]
    unanswered = [*_uncovered(facts, matching), *_refusals(asked, Strength.FIRST)]
    return Routing(
        priority=_priority(facts, matching),
        risks=facts.risks,
        suggestions=(*_suggestions(asked), *_desk(unanswered, facts, services)),
        tell=_once(words for rule in matching for words in rule.tell),
        meanwhile=_once(words for rule in matching for words in rule.meanwhile),
        not_possible=_once([*unanswered, *_refusals(asked, Strength.CONSIDER)]),
        applied=tuple(_version(rule) for rule in matching),
    )


def priority_of(facts: ConcernFacts, rules: Sequence[Rule], *, on: date) -> Priority:
    """How urgent the rules in force on that day make it, and never less than was said."""
    return _priority(
        facts, [rule for rule in rules if in_force(rule, on) and applies(rule.when, facts)]
    )


def _uncovered(facts: ConcernFacts, matching: Sequence[Rule]) -> list[str]:
    """A reason for each worry that no rule sends anywhere."""
    if not facts.worries:
        return ["no worry was named"]
    covered = {concern for rule in matching if rule.send_to for concern in rule.when.concerns}
    age = "a child whose age is not known"
    if facts.age_months is not None:
        age = f"a child of {months_in_words(facts.age_months)}"
    return [
        f"no rule says who helps with “{CODE_SYSTEMS[CONCERN].get(concern, concern)}” for {age}"
        for concern in sorted(facts.worries - covered)
    ]


def _refusals(asked: Iterable[Asked], strength: Strength) -> list[str]:
    return [
        f"{line.result.why} ({line.rule})"
        for line in asked
        if line.strength is strength and isinstance(line.result, Unavailable)
    ]


def _suggestions(asked: Sequence[Asked]) -> list[Suggestion]:
    """Each service once, with all its reasons; those to ask first stand first."""
    found: dict[ServiceEntry, list[Asked]] = {}
    for line in asked:
        if isinstance(line.result, ServiceEntry):
            found.setdefault(line.result, []).append(line)
    suggestions = [_suggestion(service, lines) for service, lines in found.items()]
    return sorted(suggestions, key=lambda suggestion: suggestion.strength is Strength.CONSIDER)


def _suggestion(service: ServiceEntry, lines: Sequence[Asked]) -> Suggestion:
    first = any(line.strength is Strength.FIRST for line in lines)
    return Suggestion(
        service=service,
        strength=Strength.FIRST if first else Strength.CONSIDER,
        because=_joined(line.because for line in lines),
        rules=tuple(dict.fromkeys(_version(line.rule) for line in lines)),
        questions=_once(line.question for line in lines if line.question),
    )


def _desk(
    unanswered: Sequence[str], facts: ConcernFacts, services: Sequence[ServiceEntry]
) -> list[Suggestion]:
    if not unanswered:
        return []
    desk = find_desk(facts.areas, services)
    if desk is None:
        raise Conflict("There is no coordinator's desk that could take this concern.")
    return [Suggestion(service=desk, strength=Strength.FIRST, because=_joined(unanswered))]


def _priority(facts: ConcernFacts, matching: Sequence[Rule]) -> Priority:
    priority = facts.priority
    for rule in matching:
        priority = priority.or_higher(rule.raise_priority)
    return priority


def _joined(reasons: Iterable[str]) -> str:
    return "because " + "; and because ".join(_once(reasons))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _version(rule: Rule) -> RuleVersion:
    return RuleVersion(id=rule.id, valid_from=rule.valid_from)
