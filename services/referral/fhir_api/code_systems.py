"""All code systems of Sooner's own: the shared ones, and those that stand in the rules' tables."""

from services.referral.domain.moves import MOVES
from services.referral.domain.service_directory import KIND_WORDS
from shared.fhir.codes import CODE_SYSTEMS, MOVE, SERVICE_KIND

_OTHER_DEEDS = {
    "raise": "Raise a concern",
    "draft": "Keep a concern as a draft",
    "next-step-done": "Take the next step after a return",
    "action-done": "Say what was done because a referral waited too long",
    "things-changed-done": "Say what was done because things have changed",
    "reach-family-done": "Say how the family was reached",
    "stop-sharing": "Stop sharing with a service",
    "agree-to-share": "Agree to share with a service",
    "share-by-law": "Share because the law says so",
}

OWN: dict[str, dict[str, str]] = {
    **CODE_SYSTEMS,
    SERVICE_KIND: {kind.value: words for kind, words in KIND_WORDS.items()},
    MOVE: _OTHER_DEEDS | {move.value: rule.label for move, rule in MOVES.items()},
}
