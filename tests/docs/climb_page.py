"""How the year of a referral is told on a page."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from services.notify.templates.wording import write
from services.referral.demo.people import PEOPLE
from services.referral.domain.concern import Ask
from services.referral.domain.dated import in_words
from services.referral.domain.working_days import london_date
from shared.contract import Audience, Figures
from tests.docs.letters import PAGES, Letter

_PREFACE = """# A climb

What happens to one referral of the demo when everybody forgets it. A nursery has raised a concern,
the service has accepted it, and the child waits; nobody opens it any more. `make docs` writes this
page, and a test asserts that a fresh demo yields it. The county is that of the demo, without its
other children, so that what a sweep prints is about this one alone.

Two things run by themselves: the sweep, each minute, as `escalate` does it for an instant that is
named; and each hour in the daytime the run that keeps in touch with families. What a rung asked
of somebody is late as well, meanwhile, and those above are told of that too, on and on: such runs
are left out here, but for those in which it climbs.
"""
_TITLES = {
    0: "A nudge",
    1: "Overdue",
    2: "To the service's manager",
    3: "To those who answer for the area",
    4: "To the leaders",
    None: "The family hears from us",
}
_AS = {
    Audience.FAMILY: "the family",
    Audience.SERVICE: "the service",
    Audience.REFERRER: "who asked for help",
    Audience.MANAGER: "the manager",
    Audience.COORDINATOR: "the coordinator",
    Audience.AREA: "the area",
    Audience.LEADERS: "the leaders",
}
_FIGURES = Figures(half_waited=9, most_waited=20, sample=41, again_in=8)
_END = """## What the family reads where there are figures

In a fresh demo too few children have been seen by this service (fewer than 20 in 12 months) to say
anything about the wait. With figures of 41 families, invented here, the same message is:
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One run: the level after a sweep, and None where the family was kept in touch with."""

    at: datetime
    level: int | None
    report: tuple[str, ...]
    letters: tuple[Letter, ...]
    asked: tuple[Ask, ...]


def page(steps: Iterable[Step]) -> str:
    told = list(steps)
    lines = [_PREFACE]
    read: dict[str, str] = {}
    for step in told:
        lines += _told(step, read)
    return "\n".join([*lines, _END, *_quoted(_with_figures())]) + "\n"


def _told(step: Step, read: dict[str, str]) -> Iterator[str]:
    day = in_words(london_date(step.at))
    yield f"## {day}: {_TITLES[step.level]}\n"
    yield from _command(step)
    for letter in step.letters:
        yield f"**To {letter.to}** ({_AS[letter.audience]})\n"
        words = f"{letter.subject}\n\n{letter.body}"
        since = read.setdefault(words, day)
        if since == day:
            yield from _quoted(words)
        else:
            yield f"> {letter.subject}\n>\n> (the same words as on {since})\n"
    for ask in step.asked:
        by = in_words(london_date(ask.due_at))
        yield f"**{_name(ask.person or '')} is asked, by {by}:** {ask.text}\n"


def _command(step: Step) -> Iterator[str]:
    if step.report:
        instant = f"{step.at:%Y-%m-%dT%H:%M:%SZ}"
        yield f"```\n$ python -m services.referral escalate --as-of {instant}"
        for line in step.report:
            yield textwrap.fill(line, 100, subsequent_indent="    ", break_long_words=False)
        yield "```\n"


def _quoted(words: str) -> Iterator[str]:
    """As a quotation, each line of it kept."""
    lines = words.strip().splitlines()
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        yield f"> {line}\\" if line and after else f"> {line}".rstrip()
    yield ""


def _name(person: str) -> str:
    return next(one.name for one in PEOPLE if person.endswith(one.id))


def _with_figures() -> str:
    words = write(
        "family/keep-in-touch", link=f"{PAGES}/family", urgent=False, level=0, figures=_FIGURES
    )
    return f"{words.subject}\n\n{words.body}"
