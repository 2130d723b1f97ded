"""The one named person who knows a child's case, or whoever stands in for them."""

from services.referral.domain.referral import OrganisationId
from services.referral.records.accounts import accounts, people_at
from services.referral.records.reading import Reading
from services.referral.records.staff import covers

_AT_WORK = "Practitioner/"


def key_contact_of(record: Reading, concern: str, setting: OrganisationId) -> str | None:
    """Their reference: the newest key contact if that is somebody who still works here, else the
    first of the setting; whoever covers, while they are away. None where nobody works there."""
    named = _named(record, concern)
    colleagues = (one for one in people_at(record, setting, set()) if one.organisation == setting)
    person = named or next((one.reference for one in colleagues), None)
    return covers(record).get(person, person) if person else None


def _named(record: Reading, concern: str) -> str | None:
    teams = record.of_concern(concern, "CareTeam")
    members = teams[-1].json.get("participant", []) if teams else []
    found = [one.get("member", {}).get("reference", "") for one in members]
    at_work = [one for one in found if one.startswith(_AT_WORK)]
    known = accounts(record, [one.removeprefix(_AT_WORK) for one in at_work])
    active = {f"{_AT_WORK}{id}" for id, account in known.items() if account.active}
    return next((one for one in at_work if one in active), None)
