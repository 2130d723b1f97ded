"""Puts a message into words: those of its moment, in the frame of its audience and channel."""

import re
from collections.abc import Callable, Sequence

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notify.domain.words import Words, channels_of
from services.notify.templates.kept import Kept, hash_of, newest
from services.notify.templates.languages import ENGLISH, Language, find_language, is_right_to_left
from services.notify.templates.placeholders import Said, filled
from services.notify.templates.voice import English, Translated, Voice
from shared.contract import Channel, Figures

SUBJECT = "Subject: "
_GAP = re.compile(r"\n{3,}")

# Plain text that no browser reads: escaping would show "&#39;" to people.
WORDS = ImmutableSandboxedEnvironment(
    loader=PackageLoader("services.notify", "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
    auto_reload=False,
)
WORDS.policies["ext.i18n.trimmed"] = True
WORDS.newstyle_gettext = True  # type: ignore[attr-defined]  # values are filled in by the voice


def write(
    template: str,
    *,
    link: str,
    urgent: bool,
    level: int,
    figures: Figures | None = None,
    channel: Channel = Channel.EMAIL,
    language: str = ENGLISH,
    phone: str = "",
    digest: Sequence[tuple[str, int]] = (),
) -> Words:
    """The words of `template`, such as "family/made", for one channel.

    In `language` (a tag of BCP 47) where people have translated all of them, otherwise in English,
    to families with a line that says how to ask. `phone` is a number that families can call;
    `digest` says which templates make up a digest, and how many messages of each. KeyError for a
    template or a channel that there are no words for.
    """
    subjects = tuple((subject_of(name), number) for name, number in digest)
    said = Said(
        link=link,
        urgent=urgent,
        level=level,
        phone=phone,
        figures=figures or Figures(),
        digest=subjects,
    )
    return write_in(template, said, channel=channel, language=language)


def write_in(
    template: str,
    said: Said,
    *,
    channel: Channel,
    language: str,
    find: Callable[[str], Language | None] = find_language,
) -> Words:
    """As `write`, with everything a message may say gathered; `find` gives the catalogues."""
    files = files_of(template, channel)
    code = language.partition("-")[0].lower()
    if code == ENGLISH or not template.startswith("family/"):
        return _words(template, files, render(files, said, English(), ENGLISH))
    spoken = find(code)
    if spoken and (text := translate(files, said, spoken)):
        return _words(template, files, text, spoken)
    text = render(files, said, English(spoken), ENGLISH, asks_in=language)
    return _words(template, files, text)


def subject_of(template: str) -> str:
    """As it stands in a digest, where nothing is urgent any more."""
    said = Said(link="", level=1)
    return write_in(template, said, channel=Channel.EMAIL, language=ENGLISH).subject


def files_of(template: str, channel: Channel) -> tuple[Kept, Kept]:
    """The words and their frame; KeyError where the channel does not carry them."""
    if channel not in channels_of(template):
        raise KeyError(f"{template} by {channel}")
    audience = "family" if template.startswith("family/") else "staff"
    return newest(f"words/{template}"), newest(f"frames/{audience}-{channel}")


def translate(files: tuple[Kept, Kept], said: Said, spoken: Language) -> str | None:
    """None unless people have translated everything that this message says."""
    voice = Translated(spoken)
    text = render(files, said, voice, spoken.code)
    return None if voice.lacked else text


def render(
    files: tuple[Kept, Kept], said: Said, voice: Voice, language: str, *, asks_in: str = ""
) -> str:
    """The text with its subject as the first line, if it has one."""
    words, frame = files
    text = WORDS.get_template(words.path).render(
        filled(said, language, asks_in=asks_in),
        frame=frame.path,
        gettext=voice.gettext,
        ngettext=voice.ngettext,
        pgettext=voice.pgettext,
    )
    return _GAP.sub("\n\n", text).strip()


def _words(
    template: str, files: tuple[Kept, Kept], text: str, spoken: Language | None = None
) -> Words:
    subject, _, body = text.partition("\n") if text.startswith(SUBJECT) else ("", "", text)
    version = f"{files[0].version}.{files[1].version}"
    code, used = ENGLISH, files
    if spoken:
        code, version = spoken.code, f"{version}-{spoken.code}{spoken.version}"
    catalogues = (newest(f"languages/{code}", "po"),) if spoken else ()
    return Words(
        subject=subject.removeprefix(SUBJECT).strip(),
        body=body.strip() + "\n",
        template=template,
        version=version,
        hash=hash_of(*used, *catalogues),
        language=code,
        is_right_to_left=is_right_to_left(code),
    )
