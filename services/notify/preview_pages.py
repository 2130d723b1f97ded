"""Every message as somebody would get it, for whoever words it, translates it or answers for it."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.notify.domain.plan import DIGEST
from services.notify.domain.reading_age import reading_grade
from services.notify.domain.sms import parts, places
from services.notify.domain.words import Words, channels_of
from services.notify.message_words import AUDIENCES, moment_words
from services.notify.operators import Who
from services.notify.showing import show
from services.notify.templates.examples import EXAMPLES, LATELY, Example
from services.notify.templates.kept import kept
from services.notify.templates.languages import PLURALS, language_names
from services.notify.templates.wording import write
from shared.contract import Audience, Channel
from shared.errors import NotFound

CHANNELS = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "Text message",
    Channel.LETTER: "Letter",
    Channel.IN_APP: "In Sooner",
}
_LINK = re.compile(r"https?://\S+")
#: English, those with a catalogue, and one that has none.
LANGUAGES = ("en", *PLURALS, "so")


def preview_router(*, pages_url: str) -> APIRouter:
    """Its people are invented: whoever may see any page of notify may see it."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/words")
    def list_words(_: Who) -> HTMLResponse:
        return show("words.html", groups=_groups(pages_url), audiences=AUDIENCES)

    @router.get("/words/{audience}/{moment}")
    def show_words(
        _: Who,
        audience: str,
        moment: str,
        channel: Channel = Channel.EMAIL,
        language: str = "en",
        example: str = "",
    ) -> HTMLResponse:
        template = f"{audience}/{moment}"
        if template not in templates() or channel not in channels_of(template):
            raise NotFound("There are no such words.")
        people = [one for one in EXAMPLES if one.is_family == _is_family(template)]
        person = next((one for one in people if one.key == example), people[0])
        words = _written(template, person, pages_url, channel, language)
        return show(
            "message.html",
            template=template,
            about=_about(template),
            called=_called(words.language),
            words=words,
            counted=_counted(words, channel),
            chosen={"channel": channel, "language": language, "example": person.key},
            channels={one: CHANNELS[one] for one in channels_of(template)},
            languages={one: _called(one) for one in LANGUAGES} if _is_family(template) else {},
            people={one.key: one.who for one in people},
        )

    return router


def templates() -> list[str]:
    """Every message there are words for, families' first."""
    found = {file.name.removeprefix("words/") for file in kept() if file.name.startswith("words/")}
    return sorted(found, key=lambda name: (not _is_family(name), name))


def _groups(pages_url: str) -> dict[str, list[tuple[Words, str, str]]]:
    """Each message with its grade and, if it can be one, its text message."""
    groups: dict[str, list[tuple[Words, str, str]]] = {}
    for template in templates():
        person = next(one for one in EXAMPLES if one.is_family == _is_family(template))
        words = _written(template, person, pages_url, Channel.EMAIL, "en")
        has_text = Channel.SMS in channels_of(template)
        text = _written(template, person, pages_url, Channel.SMS, "en").body if has_text else ""
        row = (words, _grade(words), text)
        groups.setdefault(template.partition("/")[0], []).append(row)
    return groups


def _written(
    template: str, person: Example, pages_url: str, channel: Channel, language: str
) -> Words:
    path = "/family" if _is_family(template) else "/referrals/0199a7c0-5b1e-7d10-9f3a-5d2b6c1e8f40"
    if template == DIGEST:
        path = "/"
    if template == "family/way-in-asked":
        path = "/family/link/" + "x" * 43
    return write(
        template,
        link=pages_url + path,
        urgent=person.urgent,
        level=person.level,
        figures=person.figures,
        channel=channel,
        language=language,
        phone=person.phone,
        digest=LATELY,
    )


def _counted(words: Words, channel: Channel) -> str:
    if channel is not Channel.SMS:
        return f"reading grade {_grade(words)}"
    text = words.body.strip()
    count = parts(text)
    return f"{places(text)} places, {count} part{'' if count == 1 else 's'}"


def _grade(words: Words) -> str:
    """Without links, whose dots and slashes would pass for short sentences."""
    grade = reading_grade(_LINK.sub("", words.body))
    return f"{grade:.1f}" if grade >= 1 else "under 1"


def _about(template: str) -> str:
    """“Accepted: to the family”."""
    audience, _, moment = template.partition("/")
    to = AUDIENCES.get(Audience(audience)) if audience in set(Audience) else "the staff"
    return f"{moment_words(moment)}: to {to}"


def _is_family(template: str) -> bool:
    return template.startswith("family/")


def _called(language: str) -> str:
    own, english = language_names(language)
    return own if own == english else f"{own} ({english})"
