"""Why somebody who comes from another sign-in service is not let in."""

from services.referral.records.tables import AccountRow
from services.referral.use_cases.note_at_door import DOOR
from services.referral.use_cases.workplace import Workplace
from shared.errors import NotAllowed

AGAIN = (
    "Signing in took too long, or was begun in another window. Start again from the sign-in page."
)
NOT_TRUSTED = (
    "The answer of {name} is not one that we can rely on. Start again; if this happens a second "
    "time, tell {whom} and give the code below."
)
WORDS = {
    "cancelled": "You did not finish signing in with {name}.",
    "no-entry": "{name} knows you, but not which part you have in this service. Ask {whom}.",
    "closed": "Your account here is closed. Ask {whom}.",
    "email-taken": "Your email address belongs to an account that you signed in to in another way. "
    "Sign in as before, or ask {whom} to connect the two.",
    "not-set-up": "{name} says where you work, but the place is not set up here. Ask {whom}.",
    "unreachable": "{name} cannot be reached just now. Try again in a few minutes.",
    "assurance": "{name} let you in, but not in a way that is strong enough for this service. "
    "Ask {whom} how to sign in with it more securely.",
}


class Refused(NotAllowed):
    """`code` says which check failed: it stands on the page and in the audit."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"The sign-in is refused: {code}.")

    def words(self, *, name: str, whom: str) -> str:
        """What the page says; `name` is that of the provider, `whom` who can help."""
        said = WORDS.get(self.code, NOT_TRUSTED).format(name=name, whom=whom)
        return said[:1].upper() + said[1:]


def note_refused(provider: str, code: str, *, at: Workplace) -> None:
    with at.records.reading(DOOR, now=at.clock()) as record:
        record.note("sign-in-refused", detail=f"{provider}:{code}")


def check_open(account: AccountRow) -> AccountRow:
    """The account; Refused when an administrator has closed it."""
    if not account.active:
        raise Refused("closed")
    return account
