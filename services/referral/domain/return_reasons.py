"""Why a service may return a referral, and what usually comes next: nobody is left with a no.

Sources: the national reasons (duplicate, inappropriate, incomplete) and our own.
"""

from dataclasses import dataclass

from services.referral.domain.concern import Taker


@dataclass(frozen=True)
class Usual:
    """The next step that follows from a reason when the service names no other."""

    next_step: str
    taker: Taker


RETURN_REASONS: dict[str, Usual] = {
    "duplicate": Usual("Follow the referral that is open already.", Taker.REFERRER),
    "inappropriate": Usual("Find a service that can help better.", Taker.COORDINATOR),
    "incomplete": Usual("Add what is missing and send it again.", Taker.REFERRER),
    "wrong-age": Usual("Find a service for this age.", Taker.COORDINATOR),
    "wrong-area": Usual("Find the service where the child lives.", Taker.COORDINATOR),
    "below-threshold-advice-given": Usual(
        "Try the advice, and send it again if it does not help.", Taker.REFERRER
    ),
    "not-agreed": Usual("Talk with the family about what they want.", Taker.REFERRER),
    "needs-earlier-step": Usual("Take the earlier step, then send it again.", Taker.REFERRER),
    "open-elsewhere": Usual("Ask the service that is helping already.", Taker.REFERRER),
    "other": Usual("Talk with the family about what to do next.", Taker.REFERRER),
}
