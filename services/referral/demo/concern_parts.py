"""The concern about a child of the demo, as a setting, a school or a health visitor sends it."""

from datetime import date, datetime, timedelta

from services.referral.demo.cast import Child
from services.referral.demo.child_parts import patient, related_person
from services.referral.demo.people import person
from services.referral.demo.places import SERVICES, demo_id
from services.referral.demo.texts import family_words, fill
from services.referral.domain.working_days import london_date
from services.referral.records.resource import Json, instant
from services.referral.use_cases.sent_concern import Part, SentConcern
from shared.fhir.codes import AREA_OF_NEED, CODE_SYSTEMS, CONCERN

_SNOMED = "http://snomed.info/sct"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_UNITS = "http://unitsofmeasure.org"
_AREAS = {
    "speech-language": "communication-interaction",
    "stammer": "communication-interaction",
    "social-communication": "communication-interaction",
    "lost-skills": "communication-interaction",
    "global-delay": "cognition-learning",
    "learning-play-attention": "cognition-learning",
    "long-term-complex": "cognition-learning",
    "emotions-behaviour": "semh",
    "family-stress": "semh",
    "eating-swallowing": "sensory-physical",
    "hearing": "sensory-physical",
    "vision": "sensory-physical",
    "motor": "sensory-physical",
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")
_LEGAL = {
    "PRNFOST": {"code": "looked-after", "display": "Looked after by a council"},
    "GRPRN": {"code": "special-guardianship", "display": "Special guardianship"},
}
#: The score at 30 months can be told of children from this age on.
_ASQ_MONTHS, _ASQ_FROM = 30, 33


def sent_concern(child: Child, raised_at: datetime) -> SentConcern:
    """All parts of the child's concern, the carers before the agreement that they gave."""
    born = london_date(raised_at) - timedelta(days=child.age_days)
    url = _url(child, "patient")
    carers = [related_person(child, carer, url) for carer in child.family.carers]
    resources = {
        "patient": patient(child, born),
        **{f"carer-{n}": carer for n, carer in enumerate(carers)},
        "consent": _consent(child, url, raised_at),
        "story": _story(child, url, raised_at),
        **_observations(child, url, born),
    }
    resources["request"] = _request(child, url, raised_at, [*resources][1 + len(carers) :])
    return SentConcern(
        parts=tuple(
            Part(place=f"Bundle.entry[{n}].resource", resource=json, full_url=_url(child, name))
            for n, (name, json) in enumerate(resources.items())
        ),
        services=_chosen(child),
    )


def _url(child: Child, part: str) -> str:
    return f"urn:uuid:{demo_id(f'child/{child.number}/{part}')}"


def _chosen(child: Child) -> frozenset[str] | None:
    kinds = {child.story.main} if child.one_service else set(child.story.asks)
    if child.story.desk or not kinds:
        return None
    district = child.family.district
    return frozenset(
        one.entry.id for one in SERVICES if one.entry.kind in kinds and one.entry.covers(district)
    )


def _consent(child: Child, url: str, raised_at: datetime) -> Json:
    carer = child.family.carers[0]
    made: Json = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": f"{_TERMS}/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": f"{_TERMS}/v3-ActCode", "code": "INFA"}]}],
        "patient": {"reference": url},
        "dateTime": instant(raised_at - timedelta(days=1)),
        "provision": {"type": "permit"},
    }
    if child.story.looked_after:
        text = "Agreed by the social worker for the council, which holds parental responsibility. "
        return {**made, "policyRule": {"text": f"{text}{carer.name}, who cares for them, knows."}}
    order = " under a special guardianship order" if carer.relation == "GRPRN" else ""
    agreed = (
        f"Agreed in person with {carer.name}, who holds parental responsibility{order} and has "
    )
    return {
        **made,
        "performer": [{"reference": _url(child, "carer-0")}],
        "policyRule": {"text": f"{agreed}seen which services are asked and what they will read."},
    }


def _story(child: Child, url: str, raised_at: datetime) -> Json:
    story, number = child.story, child.number
    hopes = family_words().hopes["early" if story.by == "health" else story.concern]
    told = (
        ("worry", "What worries you, in your own words?", child.worry),
        ("examples", "Give an example or two", child.example),
        ("since", "How long have you noticed this?", _since(child, raised_at)),
        ("where", "Where do you see it?", story.where),
        ("strengths", "What is the child good at, and what do they enjoy?", story.strengths),
        ("child-voice", "What does the child say or show?", story.child),
        ("parent-voice", "What does the parent say, in their words?", story.parent),
        ("hoped-for", "What does the family hope for?", hopes),
        ("tried", "What has been tried?", story.tried),
    )
    items = [
        _item(link, text, {"valueString": fill(_one_of(said, number), child.words)})
        for link, text, said in told
    ]
    items += [
        _item("lost-skills", "Has the child lost skills?", {"valueBoolean": story.lost}),
        _item("hearing-checked", "Has hearing been checked?", {"valueBoolean": story.hearing}),
    ]
    if legal := _LEGAL.get(child.family.carers[0].relation):
        items.append(_item("legal-status", "Care and court orders", {"valueCoding": legal}))
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": url},
        "authored": instant(raised_at - timedelta(minutes=12)),
        "item": items,
    }


def _one_of(said: str | tuple[str, ...], number: int) -> str:
    return said if isinstance(said, str) else said[number % len(said)]


def _item(link: str, text: str, answer: Json) -> Json:
    return {"linkId": link, "text": text, "answer": [answer]}


def _since(child: Child, raised_at: datetime) -> str:
    """A time that this child has had: no baby is noticed for half a year."""
    months = min(2 + child.number % 6, max(1, child.age_months // 3))
    began = raised_at - timedelta(days=30 * months)
    return (
        f"For about {_NUMBERS[months]} months now." if months > 1 else "For some weeks.",
        f"Since {began:%B} or so, a little more clearly each week.",
        f"We first wrote it down in {began:%B}, and the family had seen it before us.",
    )[child.number % 3]


def _observations(child: Child, url: str, born: date) -> dict[str, Json]:
    """What the health visitor's questionnaire found, for some of those who talk little."""
    told = child.story.concern == "speech-language" and child.number % 2 == 0
    if not told or not _ASQ_FROM <= child.age_months < 60:
        return {}
    display = "ASQ-3 (Ages and Stages Questionnaires Third Edition) 30 month questionnaire - "
    code = {
        "system": _SNOMED,
        "code": "953311000000105",
        "display": f"{display}communication score",
    }
    score = {"value": 10 + 5 * (child.number % 4), "unit": "score", "system": _UNITS, "code": "1"}
    done = born + timedelta(days=_ASQ_MONTHS * 365 // 12)
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [code]},
        "subject": {"reference": url},
        "effectiveDateTime": done.isoformat(),
        "valueQuantity": score,
    }
    return {"asq": observation}


def _request(child: Child, url: str, raised_at: datetime, supporting: list[str]) -> Json:
    story = child.story
    area, code = _AREAS[story.concern], story.concern
    reason = {"coding": [{"system": CONCERN, "code": code, "display": CODE_SYSTEMS[CONCERN][code]}]}
    return {
        "resourceType": "ServiceRequest",
        "meta": {"profile": ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-ServiceRequest"]},
        "status": "active" if child.life else "draft",
        "intent": "order",
        "category": [
            {"coding": [{"system": _SNOMED, "code": "3457005", "display": "Patient referral"}]},
            {"coding": [{"system": AREA_OF_NEED, "code": area}]},
        ],
        "priority": story.priority,
        "subject": {"reference": url},
        "authoredOn": instant(raised_at),
        "requester": {"reference": f"Practitioner/{person(child.teller).id}"},
        "reasonCode": [{**reason, "text": fill(story.headline, child.words)}],
        "supportingInfo": [{"reference": _url(child, part)} for part in supporting],
        "note": [{"text": _wish(child)}],
    }


def _wish(child: Child) -> str:
    wishes = family_words().wishes
    wish = fill(wishes[child.number % len(wishes)], child.words)
    if not child.family.interpreter:
        return wish
    return f"An interpreter for {child.words['language']}, please. {wish}"
