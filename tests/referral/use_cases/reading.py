"""What a test reads from the records after something was done."""

import json
from typing import Any

from sqlalchemy import select

from services.referral.demo.places import SERVICES
from services.referral.records.store import Records
from services.referral.records.tables import AuditRow, outbox
from services.referral.records.waiting import chain_waiting
from services.referral.use_cases.raise_concern import Raised

SPEECH, EARLY_YEARS, DESK = "north-speech-language-therapy", "early-years", "desk"
_KEYS = {str(one.entry.id): one.key for one in SERVICES}


def key_of(reference: str) -> str:
    return _KEYS[reference.removeprefix("HealthcareService/")]


def asked(raised: Raised) -> set[str]:
    """The keys of the services that were asked."""
    return {key_of(task.json["owner"]["reference"]) for task in raised.referrals}


def child_of(raised: Raised) -> str:
    return next(one.id for one in raised.kept if one.type == "Patient")


def events(records: Records) -> list[dict[str, Any]]:
    """The events in the outbox as they go out, oldest first."""
    with records.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.created_at, outbox.c.id))
        return [json.loads(body) for body in bodies]


def audience(event: dict[str, Any]) -> set[tuple[str, str]]:
    """Who is told, and as whom."""
    return {(one["id"], one["audience"]) for one in event["data"]["recipients"]}


def audits(records: Records) -> list[AuditRow]:
    """All of the audit, what waited for the chain too, in the order in which it was noted."""
    chain_waiting(records.database)
    with records.database.read() as session:
        return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))
