"""How far a draft is: what is answered, what is missing, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.referral.web.concern_form.form import STEPS
from services.referral.web.forms.checking import Checked, Choices, check
from services.referral.web.forms.questions import Step, Typed, Values


class StepState(StrEnum):
    """The words of the task list."""

    NOT_STARTED = "Not yet started"
    OPTIONAL = "Optional"
    IN_PROGRESS = "In progress"
    DONE = "Completed"


#: States that do not stop the form from being sent.
ENOUGH = frozenset({StepState.DONE, StepState.OPTIONAL})


@dataclass(frozen=True)
class Progress:
    """The state of each step that is asked, in order, and the answers of those that are good."""

    states: Mapping[str, StepState]
    answers: Mapping[str, Values]

    @property
    def is_complete(self) -> bool:
        return all(state in ENOUGH for state in self.states.values())

    @property
    def unfinished(self) -> list[str]:
        return [key for key, state in self.states.items() if state not in ENOUGH]

    def after(self, key: str) -> str | None:
        """The step that is asked after this one; None after the last."""
        asked = list(self.states)
        later = asked[asked.index(key) + 1 :] if key in asked else []
        return later[0] if later else None


def progress(typed: Mapping[str, Typed], *, today: date, choices: Choices) -> Progress:
    """Checks a whole draft; a step counts as asked when the answers before it make it so."""
    states: dict[str, StepState] = {}
    answers: dict[str, Values] = {}
    for step in STEPS:
        if step.when and not step.when.holds(answers.get(step.when.step, {})):
            continue
        checked = check_step(step, typed.get(step.key, {}), today=today, choices=choices)
        states[step.key] = _state(checked, was_typed=bool(typed.get(step.key)))
        if checked.is_good and checked.values:
            answers[step.key] = checked.values
    return Progress(states, answers)


def check_step(step: Step, typed: Typed, *, today: date, choices: Choices) -> Checked:
    """Checks one step, or each of its items; the problems of items are those of the first bad."""
    if step.repeat is None:
        return check(step, typed, today=today, choices=choices)
    items = [check(step, item, today=today, choices=choices) for item in typed.get("items", [])]
    bad = next((item for item in items if not item.is_good), None)
    if bad or len(items) < step.repeat.at_least:
        return bad or check(step, {}, today=today, choices=choices)
    return Checked(values={"items": [item.values for item in items]})


def _state(checked: Checked, *, was_typed: bool) -> StepState:
    if was_typed:
        return StepState.DONE if checked.is_good else StepState.IN_PROGRESS
    return StepState.OPTIONAL if checked.is_good else StepState.NOT_STARTED
