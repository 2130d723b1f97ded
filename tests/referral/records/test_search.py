"""Searches find what fits, by every kind of parameter, and page by page."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral.records.resource import Json
from services.referral.records.search import Criterion, Query, search
from services.referral.records.search_params import QUEUE_PARAMS, Kind, find_param
from services.referral.records.store import Records
from shared.errors import Invalid
from tests.referral.fakes import FRIDAY
from tests.referral.records.shelves import (
    HERE,
    KEEPER,
    NOTHING_KNOWN,
    an_observation,
    keep,
    keep_child_and_task,
    keep_task,
)

CHILD: Json = {
    "resourceType": "Patient",
    "meta": {
        "profile": ["https://example.org/Child"],
        "tag": [{"system": "https://example.org/tags", "code": "pilot"}],
        "source": "https://example.org/nursery-system",
    },
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "active": True,
    "name": [
        {"use": "official", "family": "Ó Briain", "given": ["Zoë", "Mary_Ann"]},
        {"text": "Zo 100%"},
    ],
    "telecom": [
        {"system": "phone", "value": "07700 900461"},
        {"system": "email", "value": "z@example.org"},
    ],
    "gender": "female",
    "birthDate": "2023-07-19",
    "address": [{"line": ["14 Quarry Rise"], "city": "Millbrook", "postalCode": "ZZ99 3CZ"}],
    "generalPractitioner": [
        {
            "reference": "Organization/gp-1",
            "identifier": {"system": "https://example.org/ods", "value": "Z99901"},
        }
    ],
}
BODIES: dict[str, Json] = {
    "Patient": CHILD,
    "Observation": an_observation(
        code={
            "coding": [
                {"system": "http://snomed.info/sct", "code": "953311000000105"},
                {"code": "local-words"},
            ]
        },
        effectivePeriod={"start": "2026-02-01", "end": "2026-02-28"},
        method={"text": "by ear"},
        performer=[{"display": "Her grandmother"}],
    ),
    "ServiceRequest": {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/child-1"},
        "authoredOn": "2026-11-19T09:10:00+00:00",
        "occurrencePeriod": {"start": "2026-11-20"},
        "requester": {"reference": "Organization/nursery"},
    },
}

#: Type, parameter with its modifier, value; whether the resource above is found.
ASKED: list[tuple[str, str, str, bool]] = [
    # Tokens: a code, a system with a code, a code of no system, all of a system.
    ("Patient", "identifier", "9990000018", True),
    ("Patient", "identifier", "https://fhir.nhs.uk/Id/nhs-number|9990000018", True),
    ("Patient", "identifier", "https://fhir.nhs.uk/Id/nhs-number|", True),
    ("Patient", "identifier", "https://elsewhere.example|9990000018", False),
    ("Patient", "identifier", "|9990000018", False),
    ("Patient", "identifier", "999", False),
    ("Patient", "active", "true", True),
    ("Patient", "active", "false", False),
    ("Patient", "gender", "female", True),
    ("Patient", "gender:not", "female", False),
    ("Patient", "gender:not", "male", True),
    ("Patient", "phone", "07700 900461", True),
    ("Patient", "phone", "z@example.org", False),
    ("Patient", "email", "z@example.org", True),
    ("Observation", "code", "953311000000105", True),
    ("Observation", "code", "http://snomed.info/sct|953311000000105", True),
    ("Observation", "code", "|local-words", True),
    ("Observation", "code", "http://snomed.info/sct|local-words", False),
    ("Patient", "email", "Z@Example.org", True),
    ("Patient", "telecom", "email|z@example.org", True),
    ("Patient", "identifier", "9990000018\\,1", False),
    ("Observation", "code", "http://snomed.info/sct|", True),
    ("Observation", "code", "|", False),
    ("Observation", "code:missing", "false", True),
    ("Observation", "method:missing", "false", True),
    ("Observation", "method:missing", "true", False),
    ("Observation", "method", "by ear", False),
    ("Patient", "deceased", "false", True),
    # Strings: the beginning, whatever the case; whole; anywhere.
    ("Patient", "family", "ó b", True),
    ("Patient", "family", "Ó BRIAIN", True),
    ("Patient", "family", "Briain", False),
    ("Patient", "family", "o  briain", True),
    ("Patient", "given", "zoe", True),
    ("Patient", "family:exact", "ó briain", False),
    ("Patient", "family:contains", "brIA", True),
    ("Patient", "family:exact", "Ó Briain", True),
    ("Patient", "family:exact", "Ó", False),
    ("Patient", "given", "mary_", True),
    ("Patient", "given", "maryX", False),
    ("Patient", "given:contains", "y_a", True),
    ("Patient", "given:contains", "%", False),
    ("Patient", "name:contains", "100%", True),
    ("Patient", "address", "14 quarry", True),
    ("Patient", "address-postalcode", "zz99", True),
    ("Patient", "family:missing", "true", False),
    ("Patient", "family:missing", "false", True),
    ("Patient", "organization:missing", "true", True),
    # References: with the type, or the id alone.
    ("ServiceRequest", "patient", "child-1", True),
    ("ServiceRequest", "patient", "Patient/child-1", True),
    ("ServiceRequest", "patient", "child", False),
    ("ServiceRequest", "patient", "Group/child-1", False),
    ("ServiceRequest", "subject", "child-1", True),
    ("ServiceRequest", "requester", "Organization/nursery", True),
    ("ServiceRequest", "requester", "Practitioner/nursery", False),
    ("Patient", "general-practitioner", "gp-1", True),
    ("Patient", "general-practitioner:Organization", "gp-1", True),
    ("Patient", "general-practitioner:Practitioner", "gp-1", False),
    ("Patient", "general-practitioner:identifier", "https://example.org/ods|Z99901", True),
    ("Patient", "general-practitioner:identifier", "Z99901", True),
    ("Patient", "general-practitioner:identifier", "https://example.org/gmc|Z99901", False),
    ("Observation", "performer:missing", "false", True),
    # Dates: a day covers the day; a period fits by where its ends lie.
    ("Patient", "birthdate", "2023-07-19", True),
    ("Patient", "birthdate", "2023-07", True),
    ("Patient", "birthdate", "2023", True),
    ("Patient", "birthdate", "2023-07-20", False),
    ("Patient", "birthdate", "ne2023-07-19", False),
    ("Patient", "birthdate", "gt2023-07-18", True),
    ("Patient", "birthdate", "gt2023-07-19", False),
    ("Patient", "birthdate", "ge2023-07-19", True),
    ("Patient", "birthdate", "lt2023-07-19", False),
    ("Patient", "birthdate", "le2023-07-19", True),
    ("Patient", "birthdate", "sa2023-07-18", True),
    ("Patient", "birthdate", "eb2023-07-20", True),
    ("ServiceRequest", "authored", "2026-11-19", True),
    ("ServiceRequest", "authored", "2026-11-19T10:10:00+01:00", True),
    ("ServiceRequest", "authored", "2026-11-19T09:10:01Z", False),
    ("Observation", "date", "2026-02", True),
    ("Observation", "date", "2026-02-10", False),
    ("Observation", "date", "ge2026-02-28", True),
    ("Observation", "date", "sa2026-01-31", True),
    ("Observation", "date", "eb2026-02-28", False),
    ("Observation", "date", "ap2026-03-10", True),
    ("Observation", "date", "ap2024", False),
    ("ServiceRequest", "occurrence", "gt2999", True),
    ("ServiceRequest", "occurrence", "lt2026-11-20", False),
    ("ServiceRequest", "authored", "2026-11-19T09:10Z", True),
    # An address of something, whole.
    ("Patient", "_profile", "https://example.org/Child", True),
    ("Patient", "_profile", "https://example.org/", False),
    # What every type has.
    ("Patient", "_tag", "https://example.org/tags|pilot", True),
    ("Patient", "_tag:not", "pilot", False),
    ("Patient", "_security:missing", "true", True),
    ("Patient", "_source", "https://example.org/nursery-system", True),
    ("Patient", "_id", "one", True),
    ("Patient", "_id", "two", False),
    ("Patient", "_lastUpdated", "2026-11-20", True),
    ("Patient", "_lastUpdated", "gt2026-11-20", False),
]


def a_role(service: str) -> Json:
    return {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": "Practitioner/sue"},
        "healthcareService": [{"reference": f"HealthcareService/{service}"}],
    }


SPEECH_OF_TRUST: tuple[tuple[Json, str], ...] = (
    (
        {
            "resourceType": "HealthcareService",
            "name": "Speech and language",
            "providedBy": {"reference": "Organization/trust"},
        },
        "speech",
    ),
    (a_role("speech"), "sue-at-speech"),
    (a_role("camhs"), "sue-elsewhere"),
)


def a_criterion(asked: str, *values: str) -> Criterion:
    name, _, modifier = asked.partition(":")
    return Criterion(name=name, modifier=modifier, values=values)


def found(records: Records, type: str, *criteria: Criterion, **more: Any) -> list[str]:
    with records.reading(KEEPER, now=FRIDAY) as record:
        page = search(record, Query(type=type, criteria=criteria, **more))
    return [one.id for one in page.resources]


def test_each_kind_of_parameter_finds_what_fits_and_nothing_else(records: Records) -> None:
    keep(records, *((body, "one") for body in BODIES.values()))
    wrong = [
        (type, asked, value)
        for type, asked, value, fits in ASKED
        if (found(records, type, a_criterion(asked, value)) == ["one"]) != fits
    ]
    assert wrong == []


def test_the_table_above_asks_by_every_kind() -> None:
    asked = {(type, name.partition(":")[0]) for type, name, _, _ in ASKED}
    kinds = {find.kind for type, name in asked if (find := find_param(type, name))}
    assert kinds == set(Kind) - {Kind.NUMBER}


def test_one_of_several_values_is_enough_and_all_criteria_must_fit(records: Records) -> None:
    keep(records, (CHILD, "one"))
    either = a_criterion("gender", "male", "female")
    assert found(records, "Patient", either) == ["one"]
    assert found(records, "Patient", either, a_criterion("family", "nobody")) == []
    assert found(records, "Patient", either, a_criterion("family", "ó")) == ["one"]


def test_a_new_version_is_found_by_what_it_says_now(records: Records) -> None:
    (kept,) = keep(records, (CHILD, "one"))
    with records.writing(KEEPER, now=FRIDAY) as record:
        record.update(kept, {**CHILD, "gender": "unknown"})
    assert found(records, "Patient", a_criterion("gender", "female")) == []
    assert found(records, "Patient", a_criterion("gender", "unknown")) == ["one"]


#: Of Task, from the queue: "urgent" is due on Saturday at speech, "asked" is its own.
OF_QUEUE: list[tuple[str, str, set[str]]] = [
    ("owner", "HealthcareService/speech", {"urgent"}),
    ("owner", "speech", {"urgent"}),
    ("owner", "HealthcareService/camhs", {"late"}),
    ("owner:HealthcareService", "speech", {"urgent"}),
    ("owner", "Organization/trust", {"urgent"}),
    ("owner", "Organization/other", set()),
    ("owner", "Practitioner/sue", {"urgent"}),
    ("owner", "PractitionerRole/sue-at-speech", {"urgent"}),
    ("owner", "PractitionerRole/sue-elsewhere", set()),
    ("requester", "Organization/nursery", {"urgent", "late"}),
    ("requester", "nursery", {"urgent", "late"}),
    ("focus", "ServiceRequest/concern-1", {"urgent", "late"}),
    ("patient", "child-1", {"urgent", "late"}),
    ("subject", "Patient/child-2", set()),
    ("status", "requested", {"urgent", "late"}),
    ("status:not", "requested", set()),
    ("status", "http://hl7.org/fhir/task-status|requested", {"urgent", "late"}),
    ("business-status", "awaiting-receipt", {"urgent", "late"}),
    ("priority", "urgent", {"urgent"}),
    ("priority:not", "urgent", {"late"}),
    ("level", "2", {"late"}),
    ("level", "ge1", {"late"}),
    ("level", "lt1", {"urgent"}),
    ("due", "2026-11-21", {"urgent"}),
    ("due", "gt2026-11-21", {"late"}),
    ("due", "le2026-11-21", {"urgent"}),
    ("authored-on", "2026-11-20", {"urgent", "late"}),
    ("concern", "hearing", set()),
    ("code", "fulfill", {"urgent", "late"}),
    ("modified", "2026-11-20", {"urgent", "late"}),
    ("modified", "lt2026-11-20", set()),
    ("area:missing", "true", {"urgent", "late"}),
    ("part-of:missing", "false", set()),
    ("status", "http://hl7.org/fhir/task-status|", {"urgent", "late"}),
    ("status", "https://example.org/status|requested", set()),
    ("status", "|requested", set()),
    ("_lastUpdated", "2026-11-20", {"urgent", "late"}),
    ("_id", "late", {"late"}),
]


@pytest.mark.parametrize(("asked", "value", "fitting"), OF_QUEUE)
def test_tasks_are_found_by_what_the_queue_knows(
    records: Records, asked: str, value: str, fitting: set[str]
) -> None:
    keep(records, *SPEECH_OF_TRUST)
    keep_child_and_task(
        records,
        "urgent",
        priority="urgent",
        due_at=FRIDAY + timedelta(days=1),
        assigned_to="Practitioner/sue",
    )
    with records.writing(KEEPER, now=FRIDAY) as record:
        keep_task(record, "late", service="camhs", level=2, due_at=FRIDAY + timedelta(days=9))
    assert set(found(records, "Task", a_criterion(asked, value))) == fitting


def test_every_parameter_of_the_queue_can_be_asked(records: Records) -> None:
    dates = ("due", "authored-on", "modified", "next-escalation")
    values = {"level": "0"} | dict.fromkeys(dates, "2026")
    for param in QUEUE_PARAMS:
        found(records, "Task", a_criterion(param.name, values.get(param.name, "x")))


def test_the_pages_hold_everything_once_while_more_comes_in(records: Records) -> None:
    keep(records, *((an_observation(), f"observation-{n:02}") for n in range(10, 30)))
    seen: list[str] = []
    after = None
    for page_number in range(99):
        with records.reading(KEEPER, now=FRIDAY) as record:
            page = search(record, Query(type="Observation", size=3, after=after, counted=True))
        seen += [one.id for one in page.resources]
        assert page.total == 20 + page_number
        if page.next is None:
            break
        after = page.next
        keep(records, (an_observation(), f"observation-0{page_number}"))
    assert seen == [f"observation-{n:02}" for n in range(10, 30)]


@pytest.mark.parametrize(
    ("type", "asked", "value"),
    [
        ("Patient", "birthdate", "last week"),
        ("Patient", "birthdate", "2023-13"),
        ("Patient", "_lastUpdated", "noon"),
        ("Task", "due", "2026-02-30"),
        ("Task", "level", "high"),
        ("Patient", "favourite-colour", "blue"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(
    records: Records, type: str, asked: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        found(records, type, a_criterion(asked, value))
    assert value in str(refused.value) or asked in str(refused.value)


def test_a_provenance_is_found_by_what_it_is_about_whatever_the_version(records: Records) -> None:
    target = [{"reference": "Task/task-1/_history/3"}, {"reference": "Patient/child-1/_history/1"}]
    keep(records, ({"resourceType": "Provenance", "target": target}, "provenance-1"))
    for asked, value in (("target", "Task/task-1"), ("patient", "child-1")):
        assert found(records, "Provenance", a_criterion(asked, value)) == ["provenance-1"]


def test_a_task_that_has_no_business_status_is_not_in_any(records: Records) -> None:
    keep_child_and_task(records)
    with records.writing(KEEPER, now=FRIDAY) as record:
        from_error = keep_task(record, "wrong", place=HERE, state="in-error", reason_text="x")
        record.queue(from_error, NOTHING_KNOWN)
    others = a_criterion("business-status:not", "awaiting-receipt")
    assert found(records, "Task", others) == ["wrong"]
