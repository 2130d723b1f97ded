"""Whatever is asked, a search finds what looking at every resource finds, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.referral.domain.moves import State
from services.referral.fhir_api.search_words import read_criterion
from services.referral.records.resource import Json, Resource
from services.referral.records.search import Criterion, Query, search
from services.referral.records.search_params import MODIFIERS as KINDS_MODIFIERS
from services.referral.records.search_params import Kind, find_param
from services.referral.records.search_query import Order
from services.referral.records.search_sort import sorts_of
from services.referral.records.store import Records
from services.referral.records.tasks import new_task
from services.referral.records.writing import Writing
from tests.referral.builders import a_referral, an_open_concern
from tests.referral.fakes import FRIDAY
from tests.referral.records.brute_force import ELEMENTS, Question, fits, spelled
from tests.referral.records.shelves import HERE, KEEPER, NOTHING_KNOWN

SYSTEMS = ["https://example.org/a", "https://example.org/b"]
CODES = ["one", "ONE", "two", "a|b", "x,y", "back\\slash"]
FAMILIES = ["Ó Briain", "O'Neil, the elder", "okoro", "Okoro", "Ok%ro", "  Okoro-Smith ", "Zoë_A"]
GIVEN = ["Zoë", "zoe", "Mary  Ann", "İlker", "a$b"]
DATES = ["2023", "2023-07", "2023-07-19", "2023-08-01", "2024-02-29"]
TIMES = ["2023-07-19T09:10:00Z", "2023-07-19T10:10:00+01:00", "2023-07-19T09:10:00.500Z", *DATES]
INSTANTS = [datetime(2026, 11, 20, 10, 0, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(4)]
STATES = [State.SUBMITTED, State.RECEIVED, State.ACCEPTED, State.CLOSED, State.IN_ERROR]
PRIORITIES = ["routine", "urgent", "stat"]
GROUPS = ["Organization/o-1", "Organization/o-2", "Practitioner/o-1"]
ids = count()


def some_of(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Each part may be left out."""
    return st.fixed_dictionaries({}, optional=parts)


def lists(*values: st.SearchStrategy[Any] | Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(values[0], min_size=1, max_size=2)


codings = st.builds(
    lambda system, code: {"code": code} | ({"system": system} if system else {}),
    st.sampled_from([None, *SYSTEMS]),
    st.sampled_from(CODES),
)
concepts = st.one_of(
    st.builds(lambda found: {"coding": found}, lists(codings)), st.just({"text": "in words"})
)
identifiers = st.builds(
    lambda one: {("value" if key == "code" else key): one[key] for key in one}, codings
)
references = st.one_of(
    st.builds(lambda to: {"reference": to}, st.sampled_from(GROUPS)),
    st.builds(lambda one: {"identifier": one}, identifiers),
)
names = some_of(
    family=st.sampled_from(FAMILIES),
    given=lists(st.sampled_from(GIVEN)),
    text=st.sampled_from(FAMILIES),
).filter(bool)
contacts = st.builds(
    lambda system, value: {"system": system, "value": value},
    st.sampled_from(["phone", "email"]),
    st.sampled_from(["07700 900461", "Z@example.org", "z@example.org"]),
)
periods = some_of(start=st.sampled_from(TIMES[:4]), end=st.just("2024-02-29")).filter(bool)
patients = some_of(
    meta=some_of(tag=lists(codings), profile=lists(st.sampled_from(SYSTEMS))),
    identifier=lists(identifiers),
    active=st.booleans(),
    gender=st.sampled_from(["female", "male"]),
    name=lists(names),
    telecom=lists(contacts),
    birthDate=st.sampled_from(DATES),
    generalPractitioner=lists(references),
    managingOrganization=references.filter(
        lambda one: not one.get("reference", "").startswith("Practitioner/")
    ),
)
observations = st.builds(
    lambda when, rest: {"status": "final", **when, **rest},
    st.one_of(
        st.builds(lambda at: {"effectiveDateTime": at}, st.sampled_from(TIMES)),
        st.builds(lambda period: {"effectivePeriod": period}, periods),
        st.just({}),
    ),
    some_of(
        code=concepts,
        category=lists(concepts),
        valueString=st.sampled_from(FAMILIES),
        performer=lists(references),
    ),
)
referrals = st.fixed_dictionaries(
    {
        "service": st.sampled_from(["s-1", "s-2"]),
        "state": st.sampled_from(STATES),
        "priority": st.sampled_from(PRIORITIES),
        "level": st.integers(0, 3),
        "due_at": st.sampled_from(INSTANTS),
        "made_at": st.sampled_from(INSTANTS),
    }
)


@st.composite
def questions(draw: st.DrawFn, type: str) -> Question:
    """Of one type: plain, along a reference, or back along one."""
    along = {"Observation": ("subject", "patient"), "Task": ("patient",)}
    if type == "Patient" and draw(st.integers(0, 3)) == 0:
        source = draw(st.sampled_from(["Observation", "Task"]))
        return Question(type, "", chain=draw(plain_questions(source)), back_by="patient")
    if type in along and draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(along[type]))
        modifier = "Patient" if name == "subject" else draw(st.sampled_from(["", "Patient"]))
        return Question(type, name, modifier, chain=draw(plain_questions("Patient")))
    return draw(plain_questions(type))


@st.composite
def plain_questions(draw: st.DrawFn, type: str) -> Question:
    name = draw(st.sampled_from(sorted(ELEMENTS[type])))
    kind, _ = ELEMENTS[type][name]
    types = TYPES.get(name, ()) if kind == "reference" else ()
    modifier = draw(st.sampled_from([*MODIFIERS[kind], *types]))
    if modifier == "missing":
        return Question(type, name, modifier, (draw(st.sampled_from(["true", "false"])),))
    values = _tokens if modifier == "identifier" else VALUES[kind]
    return Question(type, name, modifier, tuple(draw(st.lists(values, min_size=1, max_size=2))))


MODIFIERS = {
    "token": ["", "", "not", "missing"],
    "contact": ["", "not", "missing"],
    "string": ["", "", "exact", "contains", "missing"],
    "reference": ["", "", "identifier", "missing"],
    "uri": ["", "missing"],
    "number": ["", "missing"],
    "date": ["", "", "missing"],
}
#: Types that a reference may be said to lead to.
TYPES = {
    "general-practitioner": ("Organization", "Practitioner"),
    "performer": ("Organization", "Practitioner"),
    "organization": ("Organization",),
    "owner": ("HealthcareService",),
    "patient": ("Patient",),
}
PREFIXES = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]
WORDS = [*FAMILIES, *GIVEN, "o", "OKORO", "zo", "%", "_", "mary ann", "ne", "A"]
_tokens = st.one_of(
    st.tuples(
        st.sampled_from([None, "", *SYSTEMS]),
        st.sampled_from([*CODES, "female", "true", "final", "requested", "routine", "fulfill"]),
    ),
    st.tuples(st.sampled_from(SYSTEMS), st.just("")),
    st.tuples(
        st.sampled_from(["http://hl7.org/fhir/task-status", None]),
        st.sampled_from(["requested", "completed", "awaiting-receipt", "urgent"]),
    ),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "token": _tokens,
    "contact": st.tuples(
        st.sampled_from([None, "", "phone", "email"]),
        st.sampled_from(["07700 900461", "z@EXAMPLE.org", "07700"]),
    ),
    "string": st.sampled_from(WORDS),
    "reference": st.sampled_from(
        [*GROUPS, "o-1", "HealthcareService/s-1", "s-2", "Patient/nobody", "concern-1", "nursery"]
    ),
    "uri": st.sampled_from(SYSTEMS),
    "number": st.tuples(st.sampled_from(PREFIXES), st.sampled_from(["0", "1", "3"])),
    "date": st.tuples(
        st.sampled_from(PREFIXES),
        st.sampled_from([*TIMES, "2026-11-20", "2026-11", "2026-11-20T17:00:00Z"]),
    ),
}
several_questions = st.lists(
    st.sampled_from(sorted(ELEMENTS)).flatmap(
        lambda type: st.lists(questions(type), min_size=1, max_size=2)
    ),
    min_size=10,
    max_size=20,
)
worlds = st.tuples(
    st.lists(patients, min_size=2, max_size=4), st.lists(observations, min_size=2, max_size=4)
)


def written(
    records: Records, children: Sequence[Json], seen: Sequence[Json], tasks: Sequence[Json]
) -> list[Json]:
    """These resources kept, each observation and Task about one of the children."""
    with records.writing(KEEPER, now=FRIDAY) as record:
        kept = [
            record.create({"resourceType": "Patient", **child}, HERE, id=f"p-{next(ids):05}")
            for child in children
        ]
        for index, one in enumerate(seen):
            about = {"subject": {"reference": kept[index % len(children)].reference}}
            body = {"resourceType": "Observation", **one, **(about if index % 3 else {})}
            kept.append(record.create(body, HERE, id=f"o-{next(ids):05}"))
        for index, one in enumerate(tasks):
            child = kept[index % len(children)].id
            kept.append(a_task(record, child, f"t-{next(ids):05}", one))
    return [one.json for one in kept]


def a_task(record: Writing, child: str, id: str, parts: Json) -> Resource:
    referral = a_referral(id=id, **parts)
    concern = an_open_concern(referral, child=child)
    made = record.create(new_task(referral, concern), replace(HERE, child=child), id=id)
    record.queue(made, NOTHING_KNOWN)
    return made


def found(records: Records, asked: Sequence[Question], kept: Sequence[Json]) -> set[str]:
    """By the search, of these resources: others are left of the worlds before."""
    type = asked[0].type
    criteria = [read_criterion(type, *spelled(one)) for one in asked]
    assert all(criteria), [spelled(one) for one in asked]
    known = tuple(one for one in criteria if one)
    with records.reading(KEEPER, now=FRIDAY) as record:
        page = search(record, Query(type=type, criteria=known, size=1000, counted=True))
    assert page.total == len(page.resources)
    return {one.id for one in page.resources} & {one["id"] for one in kept}


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds, tasks=st.lists(referrals, min_size=1, max_size=4), every=several_questions)
def test_a_search_finds_what_looking_at_everything_finds(
    records: Records, world: tuple[list[Json], list[Json]], tasks: list[Json], every: list[Any]
) -> None:
    kept = written(records, *world, tasks)
    for asked in every:
        expected = {
            one["id"]
            for one in kept
            if one["resourceType"] == asked[0].type
            and all(fits(one, question, kept) for question in asked)
        }
        assert found(records, asked, kept) == expected, [spelled(one) for one in asked]


def test_the_questions_above_ask_by_every_kind_and_modifier() -> None:
    kinds = {
        find.kind
        for type in ELEMENTS
        for name in ELEMENTS[type]
        if (find := find_param(type, name))
    }
    assert kinds == set(Kind)
    assert set().union(*MODIFIERS.values()) >= set().union(*KINDS_MODIFIERS.values())


ORDERS = {
    "Patient": sorts_of("Patient"),
    "Observation": sorts_of("Observation"),
    "Task": sorts_of("Task"),
}


@st.composite
def orders(draw: st.DrawFn, type: str) -> tuple[Order, ...]:
    names = draw(st.lists(st.sampled_from(ORDERS[type]), max_size=2, unique=True))
    return tuple(Order(name, draw(st.booleans())) for name in names)


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    tasks=st.lists(referrals, min_size=4, max_size=9),
    seen=st.lists(observations, min_size=3, max_size=6),
    more=st.lists(referrals, min_size=3, max_size=3),
    data=st.data(),
)
def test_paging_holds_what_was_there_once_however_it_is_sorted_while_more_comes_in(
    records: Records, tasks: list[Json], seen: list[Json], more: list[Json], data: st.DataObject
) -> None:
    kept = written(records, [{"gender": "female"}], seen, tasks)
    for type, size in (("Task", 2), ("Observation", 2)):
        order = data.draw(orders(type))
        owners = Criterion(name="owner", values=("HealthcareService/s-1", "HealthcareService/s-2"))
        query = Query(
            type=type, size=size, order=order, criteria=(owners,) if type == "Task" else ()
        )
        shown: list[str] = []
        for page_number in range(1000):
            with records.reading(KEEPER, now=FRIDAY) as record:
                page = search(record, query)
            shown += [one.id for one in page.resources]
            if page.next is None:
                break
            if page_number < len(more):
                written(records, [{}], seen[:1], [more[page_number]])
            query = replace(query, after=page.next)
        assert len(shown) == len(set(shown))
        assert set(shown) >= {one["id"] for one in kept if one["resourceType"] == type}
