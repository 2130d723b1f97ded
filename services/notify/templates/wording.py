"""Puts a message into words. No fact about a child comes near a template."""

from collections.abc import Sequence
from datetime import date

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from services.notify.domain.mail import Words
from shared.contract import Figures

SUBJECT = "Subject: "

# Plain text that no browser reads: escaping would show "&#39;" to people.
WORDS = SandboxedEnvironment(
    loader=PackageLoader("services.notify", "templates/email"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def in_words(day: date) -> str:
    """ "3 March 2026"."""
    return f"{day.day} {day:%B %Y}"


WORDS.filters["in_words"] = in_words


def write(
    template: str,
    *,
    link: str,
    urgent: bool,
    level: int,
    figures: Figures | None = None,
    digest: Sequence[tuple[str, int]] = (),
) -> Words:
    """The words of `template`, such as "family/made": its first line is the subject."""
    said = {
        "link": link,
        "urgent": urgent,
        "level": level,
        "figures": figures or Figures(),
        "number": sum(number for _, number in digest),
    }
    text = WORDS.get_template(f"{template}.txt").render(said)
    subject, _, body = text.partition("\n")
    if not subject.startswith(SUBJECT):
        raise ValueError(f"The words of {template} do not begin with a subject.")
    return Words(subject.removeprefix(SUBJECT), body.strip() + "\n")
