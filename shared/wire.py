"""The words between the services as JSON: events in their envelopes, answers and questions."""

from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter

from shared.cloudevents import CloudEvent, read_json
from shared.contract import (
    Answer,
    MessageEvent,
    RecipientQuery,
    RecipientResult,
    ReferralEvent,
    Totals,
)
from shared.errors import Invalid

REFERRAL = "sooner.referral."
MESSAGE = "sooner.message."


@dataclass(frozen=True)
class _Queries:
    recipients: list[RecipientQuery]


@dataclass(frozen=True)
class _Results:
    results: list[RecipientResult]


_REFERRAL_EVENT = TypeAdapter(ReferralEvent)
_MESSAGE_EVENT = TypeAdapter(MessageEvent)
_ANSWERS = TypeAdapter(list[Answer])
_QUERIES = TypeAdapter(_Queries)
_RESULTS = TypeAdapter(_Results)
_TOTALS = TypeAdapter(Totals)


def referral_to_cloudevent(event: ReferralEvent) -> CloudEvent:
    return CloudEvent(
        id=event.id,
        source="/referral",
        type=REFERRAL + event.moment,
        subject=f"Task/{event.task}",
        time=event.at,
        data=_facts(event, without=("id", "at", "moment")),
    )


def message_to_cloudevent(event: MessageEvent) -> CloudEvent:
    return CloudEvent(
        id=event.id,
        source="/notify",
        type=MESSAGE + event.fate,
        subject=f"Task/{event.task}",
        time=event.at,
        data=_facts(event, without=("id", "fate")),
    )


def read_referral_event(event: CloudEvent) -> ReferralEvent:
    """Raise Invalid when the event is of another kind, or its facts are not as agreed."""
    moment = _ending(event, REFERRAL)
    facts = {**event.data, "id": event.id, "at": event.time, "moment": moment}
    return read_json(_REFERRAL_EVENT, orjson.dumps(facts))


def read_message_event(event: CloudEvent) -> MessageEvent:
    """Raise Invalid when the event is of another kind, or its facts are not as agreed."""
    facts = {**event.data, "id": event.id, "fate": _ending(event, MESSAGE)}
    return read_json(_MESSAGE_EVENT, orjson.dumps(facts))


def write_answers(answers: list[Answer]) -> bytes:
    return orjson.dumps(answers)


def read_answers(body: bytes) -> list[Answer]:
    return read_json(_ANSWERS, body)


def write_queries(queries: list[RecipientQuery]) -> bytes:
    return orjson.dumps(_Queries(queries))


def read_queries(body: bytes) -> list[RecipientQuery]:
    return read_json(_QUERIES, body).recipients


def write_results(results: list[RecipientResult]) -> bytes:
    return orjson.dumps(_Results(results))


def read_results(body: bytes) -> list[RecipientResult]:
    return read_json(_RESULTS, body).results


def write_totals(totals: Totals) -> bytes:
    return orjson.dumps(totals)


def read_totals(body: bytes) -> Totals:
    return read_json(_TOTALS, body)


def _facts(event: ReferralEvent | MessageEvent, *, without: tuple[str, ...]) -> dict[str, object]:
    facts: dict[str, object] = orjson.loads(orjson.dumps(event))
    return {name: fact for name, fact in facts.items() if name not in without}


def _ending(event: CloudEvent, kind: str) -> str:
    if not event.type.startswith(kind):
        raise Invalid(f"type: an event of {kind}* was expected.")
    return event.type.removeprefix(kind)
