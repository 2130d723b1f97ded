"""Why somebody may look at a child's referrals, in words for the family."""

from collections.abc import Mapping

from services.referral.domain.access import Tags
from services.referral.records.tables import AccountRow
from shared.identity import Role

REFUSED = "They were not let in. Nothing was shown to them."
JOB = "The computer does this by itself, to send messages and keep things on time."
GONE = "We cannot tell from here. Ask us, and a person will find out."


def why_may(
    account: AccountRow | None, employer: str, services: Mapping[str, str], tags: Tags
) -> str:
    """`services` are names by id; `tags` are of the records that were looked at."""
    if account is None:
        return GONE
    asked = [services[one] for one in account.services if f"svc:{one}" in tags and one in services]
    match Role(account.role):
        case Role.FAMILY:
            return "They are family, or care for your child."
        case Role.COORDINATOR:
            return "They make sure that nobody in this area waits too long."
        case Role.AUDITOR | Role.ADMIN:
            return "They look after this service. They check that it is used rightly."
        case _ if asked:
            return f"They work in {asked[0]}, which was asked to help."
        case _ if f"org:{account.organisation_id}" in tags:
            return f"They work at {employer}, which asked for help for your child."
    return GONE
