"""What somebody wrote on a page that could not be taken, so that it is not lost to them."""

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from services.referral.web.forms.checking import typed_in
from services.referral.web.forms.dates import PARTS
from services.referral.web.forms.questions import Question, Step


@dataclass(frozen=True)
class Written:
    """One question, and the answer to it in words."""

    label: str
    text: str


def written(step: Step, posted: FormData) -> list[Written]:
    """Every answer that was given, in the order of the page."""
    typed = typed_in(posted, step.questions)
    found = (Written(one.label, _in_words(one, typed[one.key])) for one in step.questions)
    return [one for one in found if one.text]


def _in_words(question: Question, answer: Any) -> str:
    if isinstance(answer, dict):
        return " ".join(answer[part] for part in PARTS if answer[part])
    chosen = answer if isinstance(answer, list) else [answer]
    labels = {option.value: option.label for option in question.options}
    return ", ".join(labels.get(one, "" if question.choices else one) for one in chosen)
