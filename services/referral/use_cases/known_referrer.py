"""What is known of whoever is about to raise a concern, so that they need not type it."""

from services.referral.records.accounts import accounts
from services.referral.records.reading import Reading
from services.referral.records.search import Criterion, Query, search


def known_referrer(record: Reading) -> dict[str, str]:
    """Their `name`, `role`, `organisation` and `contact`, as far as the directory has them."""
    who = record.who
    account = accounts(record, [who.id]).get(who.id)
    employer = record.find("Organization", who.organisation or "")
    found = {
        "name": who.name,
        "role": _role(record),
        "organisation": employer.json.get("name") if employer else None,
        "contact": account.email if account else None,
    }
    return {key: value for key, value in found.items() if value}


def _role(record: Reading) -> str | None:
    of_person = Criterion(name="practitioner", values=(record.who.reference,))
    found = search(record, Query(type="PractitionerRole", criteria=(of_person,), size=1)).resources
    codes = found[0].json.get("code", []) if found else []
    return next((code["text"] for code in codes if "text" in code), None)
