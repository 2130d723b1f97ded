"""Every message there are words for, in every way in which it can be said."""

from datetime import date
from itertools import product

from services.notify.domain.plan import DIGEST, template_for
from services.notify.domain.sms import LONGEST_ORIGIN
from services.notify.domain.words import Words, channels_of
from services.notify.templates.wording import write
from shared.contract import Audience, Channel, Figures, Moment

#: What only families are ever told.
THEIRS = {
    Moment.INVITED,
    Moment.WAY_IN_ASKED,
    Moment.KEEP_IN_TOUCH,
    Moment.REMINDED,
    Moment.APPOINTMENT_REMINDER,
}
TEMPLATES = sorted(
    {DIGEST}
    | {
        template_for(moment, audience)
        for moment, audience in product(Moment, Audience)
        if audience is Audience.FAMILY or moment not in THEIRS
    }
)
FOR_FAMILIES = [name for name in TEMPLATES if name.startswith("family/")]
FOR_STAFF = [name for name in TEMPLATES if name not in FOR_FAMILIES]
BY_CHANNEL = [(name, channel) for name in TEMPLATES for channel in channels_of(name)]

FIGURES = {
    "none": Figures(),
    "late": Figures(due=date(2026, 3, 3)),
    "waiting": Figures(half_waited=9, most_waited=20, sample=41, again_in=4),
    "alone": Figures(half_waited=1, most_waited=1, sample=1, again_in=1),
}
LEVELS = range(5)
LEVELS = range(5)
BY_CHANNEL_FOR_FAMILIES = [one for one in BY_CHANNEL if one[0] in FOR_FAMILIES]

ORIGIN = "https://" + "s" * (LONGEST_ORIGIN - len("https://"))
PHONE = "01632 960 000"
LATELY = [("service/made", 3), ("coordinator/escalated", 12)]


def link_to(template: str, origin: str = ORIGIN) -> str:
    """As long as it can be."""
    if template == "family/way-in-asked":
        return f"{origin}/family/link/{'t' * 43}"
    return f"{origin}/family" if template in FOR_FAMILIES else f"{origin}/referrals/{'0' * 36}"


def say(
    template: str,
    channel: Channel = Channel.EMAIL,
    level: int = 2,
    figures: str = "none",
    *,
    urgent: bool = False,
    language: str = "en",
    phone: str = PHONE,
) -> Words:
    return write(
        template,
        link=link_to(template),
        urgent=urgent,
        level=level,
        figures=FIGURES[figures],
        channel=channel,
        language=language,
        phone=phone,
        digest=LATELY,
    )


def text_of(words: Words) -> str:
    return f"{words.subject}\n{words.body}"


def ways(template: str, channel: Channel) -> list[Words]:
    """What it says may hang on how far a referral has climbed, and on figures."""
    return [say(template, channel, level, figures) for level, figures in product(LEVELS, FIGURES)]
