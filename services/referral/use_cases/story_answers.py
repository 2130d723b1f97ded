"""Which card of the story each answer of a questionnaire belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.referral.records.resource import Json
from services.referral.use_cases.story_words import value_in_words

#: The cards in the order in which they are read, each with the groups of our own form and the
#: single questions of other systems that stand on it.
CARDS: dict[str, tuple[str, ...]] = {
    "What has been noticed": (
        "about-worry", "about-where", "about-risk",
        "worry", "examples", "since", "where", "impact", "lost-skills",
    ),
    "What the child is good at": ("about-strengths", "strengths"),
    "In their own words": (
        "about-child-voice", "about-parent-voice",
        "child-voice", "parent-voice", "hoped-for",
    ),
    "Development and health": (
        "about-checks", "about-health", "hearing-checked", "vision-checked",
    ),
    "What has been tried": ("about-tried", "about-cycles", "tried"),
    "Who helps already": ("about-others", "about-involved"),
    "Who sees the child each day": ("about-setting", "about-setting-details", "about-referrer"),
    "Care and court orders": ("about-legal", "about-legal-details", "legal-status"),
    "What makes appointments easier": ("about-adjustments",),
    "More that was told": (),
}  # fmt: skip

#: Not for a family's own page: it may say what one parent must not learn about the other.
STAFF_ONLY = frozenset({"Care and court orders", "Who helps already", "More that was told"})

#: Told by the child's, the carers', the agreement's and the request's own resources.
_TOLD_ELSEWHERE = frozenset(
    f"about-{page}"
    for page in (
        "safe-now", "child", "numbers", "address", "gp", "background", "carers", "concern",
        "asq", "asq-scores", "services", "agreement", "agreed", "not-agreed", "basis",
    )
)  # fmt: skip

_CARD_OF = {link: title for title, links in CARDS.items() for link in links}
_REST = "More that was told"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One question as it was asked, what was answered, and the title of its card."""

    card: str
    label: str
    lines: tuple[str, ...]


def card_of(link: str) -> str:
    """The title of the card on which a group, or a question that is in none, stands; empty for
    what other resources tell."""
    return "" if link in _TOLD_ELSEWHERE else _CARD_OF.get(link, _REST)


def sorted_answers(items: Sequence[Json]) -> list[Answer]:
    """Every answer of a QuestionnaireResponse that no other resource tells, in its order."""
    return [answer for item in items for answer in _answers(item, "")]


def _answers(item: Json, group: str) -> Iterator[Answer]:
    link = item.get("linkId", "")
    if link in _TOLD_ELSEWHERE:
        return
    card = group or _CARD_OF.get(link, "")
    lines = tuple(value_in_words(answer) for answer in item.get("answer", []))
    if lines:
        label = item.get("text") or link.replace("-", " ").capitalize()
        yield Answer(card=card or _REST, label=label, lines=lines)
    for inner in item.get("item", []):
        yield from _answers(inner, card)
