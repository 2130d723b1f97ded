"""Families who come in by a link, and the mail that carries it."""

from typing import Any

from services.referral.domain.minimum import SAFE_TO_CONTACT
from services.referral.records.form_resources_family import (
    KNOWS,
    LIVES_WITH_CHILD,
    PARENTAL_RESPONSIBILITY,
)
from services.referral.records.resource import Json, Resource
from services.referral.use_cases.keep_resource import update_resource
from services.referral.use_cases.mail_way_in import resolve_with_links
from services.referral.use_cases.raise_concern import Raised
from services.referral.use_cases.workplace import Workplace
from shared.contract import Moment, RecipientQuery, RecipientResult
from tests.referral.anyshire import ONLOOKER, Anyshire
from tests.referral.builders import a_carer, as_
from tests.referral.use_cases.reading import events

EMAIL = "ada.okoro@example.org"


def a_carer_who(
    held: str = "yes", safe: str = "yes", knows: bool = True, lives: str = "yes", **changes: Any
) -> Json:
    """As our own form writes a carer."""
    extensions = [
        {"url": PARENTAL_RESPONSIBILITY, "extension": [{"url": "held", "valueCode": held}]},
        {"url": SAFE_TO_CONTACT, "extension": [{"url": "answer", "valueCode": safe}]},
        {"url": LIVES_WITH_CHILD, "valueCode": lives},
        {"url": KNOWS, "valueBoolean": knows},
    ]
    return a_carer(extension=extensions, active=True, **changes)


def carer_of(raised: Raised) -> Resource:
    return next(one for one in raised.kept if one.type == "RelatedPerson")


def change_carer(anyshire: Anyshire, id: str, **changes: Any) -> None:
    """By the nursery, as the record is now."""
    with anyshire.records.reading(ONLOOKER, now=anyshire.clock()) as record:
        now = record.resource("RelatedPerson", id).json
    with anyshire.records.writing(as_("nursery"), now=anyshire.clock()) as record:
        update_resource("RelatedPerson", id, {**now, **changes}, record=record, version=None)


def links_asked(at: Workplace) -> list[RecipientQuery]:
    """What notify asks before it sends the links, oldest first."""
    wanted = f"sooner.referral.{Moment.WAY_IN_ASKED}"
    return [
        RecipientQuery(
            recipient=event["data"]["recipients"][0]["id"],
            child=event["data"]["child"],
            task=event["data"]["task"],
            event=event["id"],
        )
        for event in events(at.records)
        if event["type"] == wanted
    ]


def mails(at: Workplace) -> list[RecipientResult]:
    """Where each link goes, and where it leads, if it were sent now."""
    return resolve_with_links(links_asked(at), at=at)


def token(mail: RecipientResult) -> str:
    assert mail.path is not None, mail
    return mail.path.rpartition("/")[2]
