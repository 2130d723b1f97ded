"""How long it may take, in words that promise nothing that the figures do not say."""

from services.referral.domain.dated import in_words
from services.referral.domain.expected_wait import ExpectedWait, Spread

NOT_KNOWN = (
    "There is not enough information to say how long it may take: fewer than 20 families have "
    "been seen here in the last year."
)


def wait_words(wait: ExpectedWait) -> list[str]:
    """One sentence a line, with how many families they are from and of which day."""
    lines = [_completed(wait.completed)] if wait.completed else [NOT_KNOWN]
    if wait.waiting:
        lines.append(
            f"{wait.waiting.count} families wait here now. Half of them have waited "
            f"{_weeks(wait.waiting.half)} or more so far."
        )
    return [*lines, f"These figures are of {in_words(wait.on)}. Your wait may be different."]


def _completed(spread: Spread) -> str:
    return (
        f"Of {spread.count} families who were seen here in the last year, half waited up to "
        f"{_weeks(spread.half)} and nine in ten waited up to {_weeks(spread.most)}."
    )


def _weeks(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"
