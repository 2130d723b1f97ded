"""Puts a message into words. No fact about a child comes near a template."""

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from services.notify.domain.mail import Words

SUBJECT = "Subject: "

# Plain text that no browser reads: escaping would show "&#39;" to people.
WORDS = SandboxedEnvironment(
    loader=PackageLoader("services.notify", "templates/email"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(template: str, *, link: str, urgent: bool, level: int) -> Words:
    """The words of `template`, such as "family/made": its first line is the subject."""
    text = WORDS.get_template(f"{template}.txt").render(link=link, urgent=urgent, level=level)
    subject, _, body = text.partition("\n")
    if not subject.startswith(SUBJECT):
        raise ValueError(f"The words of {template} do not begin with a subject.")
    return Words(subject.removeprefix(SUBJECT), body.strip() + "\n")
