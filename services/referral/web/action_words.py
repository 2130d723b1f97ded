"""What a person must do because of a climb, apart from the rule, the dates and what comes next."""

import re

#: As `domain.escalation` names the clock and its version at the beginning of the reason.
_RULE = re.compile(r"(?<=\.) (?=[A-Z][A-Z0-9-]+ of \d{1,2} [A-Z][a-z]+ \d{4})")


def what_and_why(text: str) -> tuple[str, str]:
    """The action, and the reason; the reason is empty where the words name no rule."""
    what, *why = _RULE.split(text, maxsplit=1)
    return what, why[0] if why else ""
