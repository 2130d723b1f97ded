"""The few ways a request can fail. Rules raise these; the answers modules turn them into HTTP."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """One thing wrong with what was asked: where (a FHIRPath), which kind, and in words."""

    text: str
    expression: str = ""
    code: str = "invalid"
    severity: str = "error"


class Failure(Exception):
    """Something the person asking can understand, and often put right."""


class NotFound(Failure):
    """There is no such thing, or none that this person may know of."""


class Gone(NotFound):
    """It was here, and this person may know that; it has been deleted."""


class NotAllowed(Failure):
    """This person may not do that."""


class Conflict(Failure):
    """It could have been done once, but not in the state the thing is in now."""


class Stale(Conflict):
    """Somebody else changed the thing after it was read; nothing was written."""


class Invalid(Failure):
    """The request itself is wrong; `issues` holds everything that is wrong with it."""

    def __init__(self, *issues: Issue | str) -> None:
        self.issues = [Issue(issue) if isinstance(issue, str) else issue for issue in issues]
        super().__init__(" ".join(issue.text for issue in self.issues))
