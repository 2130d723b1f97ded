"""One carer is one person, however many concerns and children they stand in the record for."""

from services.referral.records.reading import Reading
from services.referral.records.resource import Resource
from services.referral.records.ways_in import carers_at
from services.referral.use_cases.carer_rule import CARERS, email_hash
from services.referral.use_cases.ways_to_reach import address_of
from shared.fhir.reading import official_name


def same_carer(carer: Resource, record: Reading) -> tuple[str, ...]:
    """References of the other records of this person: of the same name, at the same address.

    Two carers who share a mailbox are two people. Without an address nobody can be told apart from
    somebody of the same name, and so nobody is the same.
    """
    email, name = address_of(carer.json, "email"), _name(carer)
    if not email or not name:
        return ()
    with record.seeing_as(CARERS):
        found = carers_at(record, email.strip())
    return tuple(
        one.reference
        for one in found
        if one.id != carer.id
        and _name(one) == name
        and email_hash(address_of(one.json, "email") or "") == email_hash(email)
    )


def others_of(id: str, record: Reading) -> tuple[str, ...]:
    """The same by the carer's id; none where there is no such carer."""
    with record.seeing_as(CARERS):
        carer = record.find("RelatedPerson", id)
    return same_carer(carer, record) if carer else ()


def _name(carer: Resource) -> str:
    return " ".join((official_name(carer.json) or "").casefold().split())
