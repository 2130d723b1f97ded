"""A family stops sharing with one service: it loses sight at once, and gets it back by no move."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from services.referral.domain.agreement import Choice
from services.referral.domain.moves import Move, State
from services.referral.records.agreements import Decision
from services.referral.records.resource import Json
from services.referral.records.store import Records
from services.referral.records.tables import QueueRow, ResourceRow
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.resolve_recipients import resolve_recipients
from services.referral.use_cases.sent_concern import Part, SentConcern
from services.referral.use_cases.sharing import decide
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment, RecipientQuery
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.identity import Principal
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import (
    CHILD,
    a_carer,
    a_concern,
    a_family,
    as_,
    service_id,
    the_example,
)
from tests.referral.fakes import FRIDAY
from tests.referral.use_cases.reading import EARLY_YEARS, SPEECH, audits, child_of

CAMHS = service_id("camhs")


def say(anyshire: Anyshire, raised: Raised, choice: Choice, service: str = SPEECH,
        by: str | Principal = "", **more: Any) -> None:  # fmt: skip
    who = as_(by) if isinstance(by, str) and by else by or a_family(child_of(raised))
    decision = Decision(choice=choice, service=service_id(service), said_by="Laila Rahimi", **more)
    with anyshire.records.writing(who, now=anyshire.clock()) as record:
        decide(raised.concern, decision, record=record, rules=anyshire.rules)


def by_law(anyshire: Anyshire, raised: Raised, *, safe: bool = True) -> None:
    say(anyshire, raised, Choice.BY_LAW, by="coordinator", law="safeguarding",
        reason="A new injury", decided_as="coordinator", is_safe_to_tell=safe)  # fmt: skip


def seen_by(records: Records, who: Principal) -> set[tuple[str, str]]:
    """All records of children that somebody sees, and lines of the queue."""
    with records.reading(who, now=FRIDAY) as record:
        rows = record.session.exec(select(ResourceRow))
        found = {(row.type, row.id) for row in rows if row.child_id}
        return found | {("queue", row.task_id) for row in record.session.exec(select(QueueRow))}


def consent_of(anyshire: Anyshire, raised: Raised) -> Json:
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        (consent,) = record.of_concern(raised.concern, "Consent")
    return consent.json


def test_the_service_loses_sight_of_everything_at_once(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    anyshire.move(task, Move.ASK, text="Since when?")
    speech, adviser = as_("speech"), as_("early.years")
    before, others = seen_by(anyshire.records, speech), seen_by(anyshire.records, adviser)
    assert ("queue", task) in before
    say(anyshire, raised, Choice.STOP)
    assert seen_by(anyshire.records, speech) == set()
    assert others <= seen_by(anyshire.records, adviser)
    assert before <= seen_by(anyshire.records, as_("nursery"))
    assert before <= seen_by(anyshire.records, as_("coordinator"))


def test_its_referral_ends_with_the_reason_and_the_others_go_on(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, raised, Choice.STOP)
    ended = anyshire.referral(raised, task)
    assert (ended.state, ended.reason) == (State.WITHDRAWN, "agreement-withdrawn")
    other = anyshire.referral(raised, anyshire.referral_at(EARLY_YEARS, raised))
    assert other.is_open


def test_the_consent_says_so_as_a_new_version_and_keeps_the_old_one(anyshire: Anyshire) -> None:
    raised = anyshire.raise_(the_example())
    say(anyshire, raised, Choice.STOP)
    consent = consent_of(anyshire, raised)
    assert consent["meta"]["versionId"] == "2"
    (denied,) = consent["provision"]["provision"]
    assert denied["type"] == "deny"
    assert f"HealthcareService/{service_id(SPEECH)}" in str(denied["extension"])
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        first = record.version("Consent", consent["id"], 1).json
        traces = [one.json for one in record.of_concern(raised.concern, "Provenance")]
    assert "provision" not in first["provision"]
    assert f"Consent/{consent['id']}/_history/2" in str(traces)
    assert [one.action for one in audits(anyshire.records)][-1] == "stop-sharing"


@pytest.mark.parametrize("move", [Move.REDIRECT, Move.RETURN])
def test_no_move_brings_it_back(anyshire: Anyshire, raised: Raised, move: Move) -> None:
    say(anyshire, raised, Choice.STOP)
    other = anyshire.referral_at(EARLY_YEARS, raised)
    more: dict[str, Any] = {"reason": "wrong-age"} if move is Move.RETURN else {}
    with pytest.raises(Invalid, match="stopped sharing with this service"):
        anyshire.move(other, move, by="early.years", service=service_id(SPEECH), text="x", **more)
    anyshire.move(other, Move.REDIRECT, by="early.years", service=CAMHS, text="Better there")
    anyshire.move(anyshire.referral_at("camhs", raised), Move.ACCEPT, by="camhs")
    assert seen_by(anyshire.records, as_("speech")) == set()
    assert seen_by(anyshire.records, as_("camhs"))


def again(*, told: bool, **more: Any) -> SentConcern:
    """A new concern about the same child; `told` says whether the family agreed to speech."""
    agreed = {
        "resourceType": "Consent",
        "status": "active",
        "patient": {"reference": CHILD},
        "extension": [
            {
                "url": "https://sooner.example/fhir/StructureDefinition/shared-with",
                "valueReference": {"reference": f"HealthcareService/{service_id(SPEECH)}"},
            }
        ],
    }
    whole = a_concern(is_new=True, **more)
    part = Part(place="Bundle.entry[9].resource", resource=agreed, full_url="urn:uuid:agreed")
    return replace(whole, parts=(*whole.parts, part)) if told else whole


def test_another_concern_that_names_the_service_shows_the_child_and_not_this_concern(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, raised, Choice.STOP)
    other = anyshire.raise_(again(told=True))
    seen = seen_by(anyshire.records, as_("speech"))
    assert ("Patient", child_of(raised)) in seen
    assert ("queue", task) not in seen
    assert ("ServiceRequest", raised.concern) not in seen
    say(anyshire, other, Choice.STOP)
    assert seen_by(anyshire.records, as_("speech")) == set()


def test_another_concern_does_not_go_to_the_service_by_itself(
    anyshire: Anyshire, raised: Raised
) -> None:
    say(anyshire, raised, Choice.STOP)
    other = anyshire.raise_(again(told=False))
    assert service_id(SPEECH) not in {
        one.service for one in anyshire.concern(other.concern).referrals
    }
    with pytest.raises(Invalid, match="stopped sharing with this service"):
        anyshire.raise_(again(told=False, services=frozenset({service_id(SPEECH)})))
    assert seen_by(anyshire.records, as_("speech")) == set()


def test_a_new_agreement_opens_it_again(anyshire: Anyshire, raised: Raised, task: str) -> None:
    say(anyshire, raised, Choice.STOP)
    say(anyshire, raised, Choice.AGREE, by="nursery")
    assert ("Task", task) in seen_by(anyshire.records, as_("speech"))
    other = anyshire.referral_at(EARLY_YEARS, raised)
    to = service_id(SPEECH)
    anyshire.move(other, Move.REDIRECT, by="early.years", service=to, text="They agree now")


def test_stopping_everything_ends_the_concern_for_every_service(
    anyshire: Anyshire, raised: Raised
) -> None:
    say(anyshire, raised, Choice.STOP_ALL)
    assert seen_by(anyshire.records, as_("speech")) == set()
    assert seen_by(anyshire.records, as_("early.years")) == set()
    assert not anyshire.concern(raised.concern).open_referrals
    assert seen_by(anyshire.records, as_("nursery"))
    assert seen_by(anyshire.records, a_family(child_of(raised)))


def test_the_law_can_let_a_service_see_it_with_reason_and_decider(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    say(anyshire, raised, Choice.STOP)
    by_law(anyshire, raised, safe=False)
    assert ("Task", task) in seen_by(anyshire.records, as_("speech"))
    consent = consent_of(anyshire, raised)
    assert "A new injury" in str(consent)
    assert consent["meta"]["security"][0]["code"] == "R"


@pytest.mark.parametrize(
    ("by", "choice", "error"),
    [
        ("speech", Choice.BY_LAW, NotAllowed), ("nursery", Choice.BY_LAW, NotAllowed),
        ("nursery2", Choice.STOP, NotFound), ("camhs", Choice.STOP, NotFound),
        ("early.years", Choice.STOP, NotAllowed), ("early.years", Choice.STOP_ALL, NotAllowed),
    ],
)  # fmt: skip
def test_nobody_else_decides_it(
    anyshire: Anyshire, raised: Raised, by: str, choice: Choice, error: type[Exception]
) -> None:
    with pytest.raises(error):
        say(anyshire, raised, choice, by=by)


def test_a_service_writes_down_that_the_family_left_and_is_blind_then(
    anyshire: Anyshire, raised: Raised
) -> None:
    say(anyshire, raised, Choice.STOP, by="speech", how="on the phone")
    assert seen_by(anyshire.records, as_("speech")) == set()


def test_saying_it_twice_changes_nothing(anyshire: Anyshire, raised: Raised) -> None:
    say(anyshire, raised, Choice.STOP)
    with pytest.raises(Conflict, match="decided already"):
        say(anyshire, raised, Choice.STOP)


def test_queued_messages_about_the_service_stop_and_its_end_is_told(
    anyshire: Anyshire, raised: Raised, task: str
) -> None:
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    carer = next(one.reference for one in raised.kept if one.type == "RelatedPerson")

    def sent(who: str, moment: Moment, of: str = task) -> bool:
        query = RecipientQuery(recipient=who, child=child_of(raised), task=of, moment=moment)
        return resolve_recipients([query], at=at)[0].may_send

    therapist = as_("speech").reference
    assert sent(therapist, Moment.MADE)
    say(anyshire, raised, Choice.STOP)
    assert not sent(therapist, Moment.MADE)
    assert sent(therapist, Moment.WITHDRAWN)
    assert not sent(carer, Moment.APPOINTMENT_OFFERED)
    assert sent(carer, Moment.RECEIVED, of=anyshire.referral_at(EARLY_YEARS, raised))


@pytest.mark.parametrize(
    ("extension", "reason"),
    [
        ({"url": "knows-about-concern", "valueBoolean": False}, "does-not-know"),
        (
            {"url": "safe-to-contact", "extension": [{"url": "answer", "valueCode": "no"}]},
            "not-safe",
        ),
    ],
)
def test_each_carer_has_a_rule_of_their_own(
    anyshire: Anyshire, extension: Json, reason: str
) -> None:
    base = "https://sooner.example/fhir/StructureDefinition"
    said = {**extension, "url": f"{base}/{extension['url']}"}
    raised = anyshire.raise_(a_concern(carer=a_carer(extension=[said])))
    carer = next(one.reference for one in raised.kept if one.type == "RelatedPerson")
    at = Workplace(records=anyshire.records, rules=anyshire.rules, clock=anyshire.clock)
    task = anyshire.referral_at(SPEECH, raised)
    query = RecipientQuery(recipient=carer, child=child_of(raised), task=task)
    assert resolve_recipients([query], at=at)[0].reason == reason


def test_what_is_shared_in_secret_is_not_there_for_the_family(anyshire: Anyshire) -> None:
    base = "https://sooner.example/fhir/StructureDefinition"
    said = [
        {"url": "reason", "valueString": "The child may be harmed"},
        {"url": "decided-by", "valueString": "Jo Hill"},
        {"url": "safe-to-tell", "valueBoolean": False},
    ]
    secret = {
        "resourceType": "Consent",
        "status": "rejected",
        "patient": {"reference": CHILD},
        "extension": [{"url": f"{base}/sharing-without-agreement", "extension": said}],
    }
    whole = a_concern()
    agreement = Part(place="Bundle.entry[9].resource", resource=secret, full_url="urn:uuid:secret")
    raised = anyshire.raise_(replace(whole, parts=(*whole.parts, agreement)))
    assert seen_by(anyshire.records, a_family(child_of(raised))) == set()
    other = anyshire.referral_at(EARLY_YEARS, raised)
    anyshire.move(other, Move.REDIRECT, by="early.years", service=CAMHS, text="Better there")
    assert seen_by(anyshire.records, a_family(child_of(raised))) == set()
    assert seen_by(anyshire.records, as_("camhs"))
