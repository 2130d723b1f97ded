"""The whole form that raises a concern, in order: the single source of what is asked.

A finished form gives `answers`: for each step that was asked, by its key, the checked values by
question key, in the shapes that `forms.questions.Kind` names; questions left blank are absent, and
so are steps that were not asked or that hold nothing that must be said. A step that is asked
several times gives `{"items": [values, …]}`:

    {"safe-now": {"safe": "safe"},
     "child": {"given": "Zoya", "family": "Rahimi-Okafor", "born": "2023-07-19", "sex": "female"},
     "carers": {"items": [{"name": "Laila Rahimi", "relationship": "MTH", …}]},
     "concern": {"areas": ["communication-interaction"], "concerns": ["speech-language"]},
     "services": {"chosen": ["speech-north"], "question": "…"}, …}
"""

from services.referral.web.concern_form import (
    about_child,
    about_development,
    about_family,
    about_help,
    about_help_so_far,
    about_setting,
    about_voices,
    about_worries,
)
from services.referral.web.concern_form.about_safety import SAFE_NOW
from services.referral.web.forms.questions import Section, Step
from shared.errors import NotFound

FORM: tuple[Section, ...] = (
    about_child.SECTION,
    about_family.SECTION,
    about_setting.SECTION,
    about_worries.SECTION,
    about_voices.SECTION,
    about_development.SECTION,
    about_help_so_far.SECTION,
    about_help.SECTION,
)

#: Every step, the safety question first.
STEPS: tuple[Step, ...] = (SAFE_NOW, *(step for section in FORM for step in section.steps))
BY_KEY = {step.key: step for step in STEPS}


def step_called(key: str) -> Step:
    """The step of this key; NotFound if there is none."""
    if key not in BY_KEY:
        raise NotFound("There is no such page of the form.")
    return BY_KEY[key]


def section_of(step: Step) -> str:
    """The heading a step stands under; empty for the safety question."""
    return next((section.title for section in FORM if step in section.steps), "")
