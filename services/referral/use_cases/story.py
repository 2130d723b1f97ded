"""The story of a child, told once: cards of facts, each with who said it and when."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.referral.domain.carers import Sight
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.read_referral import OpenedReferral
from services.referral.use_cases.story_answers import CARDS, STAFF_ONLY, sorted_answers
from services.referral.use_cases.story_people import agreement_lines, carer_lines, child_facts
from services.referral.use_cases.story_words import value_in_words
from shared.fhir.codes import CONCERN
from shared.fhir.reading import codes, official_name
from shared.identity import Role

Moment = date | datetime | str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that was told; `by` and `at` only where they differ from the card's."""

    label: str
    lines: tuple[str, ...]
    by: str = ""
    at: Moment = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    title: str
    facts: tuple[Fact, ...]
    by: str = ""
    at: Moment = ""


def story(opened: OpenedReferral) -> list[Card]:
    """What was told, what it is about first. A family is not shown what is kept about others of
    the family, nor what staff were told in confidence."""
    if Sight.STORY not in opened.sees:
        return []
    told = [*_request(opened), *_answers(opened), *_papers(opened)]
    if opened.who.role is Role.FAMILY:
        return told
    return [*told, *_child(opened), *_family(opened), *_agreement(opened)]


def _sourced(card: Card, part: Resource, opened: OpenedReferral) -> Card:
    """With the person who wrote it, or else the organisation that it came from."""
    written = part.json.get("author", {}).get("display")
    by = written or opened.people.organisation(part.place.origin)
    said_at = part.json.get("authored") or part.json.get("authoredOn")
    return replace(card, by=by, at=said_at or part.last_updated)


def _request(opened: OpenedReferral) -> Iterator[Card]:
    for part in opened.of_type("ServiceRequest"):
        reasons = [_reason(one) for one in part.json.get("reasonCode", [])]
        notes = [note["text"] for note in part.json.get("note", []) if "text" in note]
        rows = (("The concern", reasons), ("What is asked, and what to know", notes))
        facts = tuple(Fact(label=label, lines=tuple(lines)) for label, lines in rows if lines)
        if facts:
            yield _sourced(Card(title="What it is about", facts=facts), part, opened)


def _reason(concept: Json) -> str:
    return concept.get("text") or ", ".join(codes(concept, CONCERN))


def _answers(opened: OpenedReferral) -> Iterator[Card]:
    hidden = STAFF_ONLY if opened.who.role is Role.FAMILY else frozenset()
    measured = tuple(_observation(part, opened) for part in opened.of_type("Observation"))
    for part in opened.of_type("QuestionnaireResponse"):
        answers = sorted_answers(part.json.get("item", []))
        for title in CARDS:
            facts = tuple(
                Fact(label=one.label, lines=one.lines)
                for one in answers
                if one.card == title and title not in hidden
            )
            if title == MEASURED:
                facts, measured = facts + measured, ()
            if facts:
                yield _sourced(Card(title=title, facts=facts), part, opened)
    if measured:
        yield Card(title=MEASURED, facts=measured)


#: The card on which scores stand.
MEASURED = "Development and health"


def _observation(part: Resource, opened: OpenedReferral) -> Fact:
    json = part.json
    concept = json["code"]
    label = concept.get("text") or next(
        (one["display"] for one in concept.get("coding", []) if "display" in one), "Observation"
    )
    at = json.get("effectiveDateTime", part.last_updated)
    lines = (value_in_words(json),)
    return Fact(label=label, lines=lines, by=opened.people.organisation(part.place.origin), at=at)


def _papers(opened: OpenedReferral) -> Iterator[Card]:
    papers = opened.of_type("DocumentReference")
    facts = tuple(
        Fact(label=_title(one.json), lines=(one.json.get("description", ""),), at=one.last_updated)
        for one in papers
    )
    if facts:
        yield _sourced(Card(title="Papers", facts=facts), papers[0], opened)


def _title(paper: Json) -> str:
    return str(paper.get("type", {}).get("text") or "A paper that was sent along")


def _child(opened: OpenedReferral) -> Iterator[Card]:
    facts = tuple(
        Fact(label=label, lines=lines) for label, lines in child_facts(opened.patient.json)
    )
    if facts:
        yield _sourced(Card(title="The child", facts=facts), opened.patient, opened)


def _family(opened: OpenedReferral) -> Iterator[Card]:
    carers = opened.of_type("RelatedPerson")
    facts = tuple(
        Fact(label=official_name(one.json) or "A carer", lines=carer_lines(one.json))
        for one in carers
    )
    if facts:
        yield _sourced(Card(title="Parents and carers", facts=facts), carers[0], opened)


def _agreement(opened: OpenedReferral) -> Iterator[Card]:
    for part in opened.of_type("Consent"):
        by = _named(part.json.get("performer", []), opened.people.name)
        facts = tuple(
            Fact(label=label, lines=lines) for label, lines in agreement_lines(part.json, by)
        )
        card = _sourced(Card(title="Agreement", facts=facts), part, opened)
        yield replace(card, at=part.json.get("dateTime", part.last_updated))


def _named(performers: Iterable[Json], name: Callable[[str], str]) -> str:
    return ", ".join(filter(None, (name(one.get("reference", "")) for one in performers)))
