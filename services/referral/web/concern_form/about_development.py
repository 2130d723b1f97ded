"""Questions about development and health."""

from services.referral.web.forms.questions import (
    YES_NO,
    YES_NO_UNSURE,
    Kind,
    Need,
    Question,
    Section,
    Step,
    When,
    options,
)

CHECKS = Step(
    key="checks",
    title="Checks the child has had",
    questions=(
        Question(
            key="two_year",
            label="Has the child had the progress check at 2 years?",
            kind=Kind.RADIOS,
            need=Need.SHOULD,
            options=YES_NO_UNSURE,
        ),
        Question(
            key="two_year_found",
            label="When, and what did it find?",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.SHOULD,
            when=When("two_year", ("yes",)),
        ),
        Question(
            key="hearing",
            label="Has hearing been checked?",
            kind=Kind.RADIOS,
            need=Need.SHOULD,
            hint="If a child cannot hear well, talking is harder",
            options=YES_NO_UNSURE,
        ),
        Question(
            key="hearing_found",
            label="When, and what did it find?",
            need=Need.SHOULD,
            when=When("hearing", ("yes",)),
        ),
        Question(
            key="vision",
            label="Has eyesight been checked?",
            kind=Kind.RADIOS,
            need=Need.SHOULD,
            options=YES_NO_UNSURE,
        ),
        Question(
            key="vision_found",
            label="When, and what did it find?",
            need=Need.SHOULD,
            when=When("vision", ("yes",)),
        ),
    ),
)

ASQ_DONE = Step(
    key="asq",
    title="Ages and Stages questionnaire",
    questions=(
        Question(
            key="done",
            label="Do you have scores of an Ages and Stages questionnaire (ASQ-3)?",
            kind=Kind.RADIOS,
            need=Need.SHOULD,
            hint="The health visitor often does it at about 2 years",
            options=YES_NO,
        ),
    ),
)


def _score(key: str, label: str) -> Question:
    return Question(
        key=key,
        label=label,
        kind=Kind.NUMBER,
        need=Need.SHOULD,
        highest=60,
        step_of=5,
        width=3,
    )


ASQ_SCORES = Step(
    key="asq-scores",
    title="Ages and Stages scores",
    intro="Each score is from 0 to 60, in fives. Leave blank what you do not have.",
    when=When("done", ("yes",), step="asq"),
    questions=(
        Question(
            key="date",
            label="Date it was done",
            kind=Kind.PAST_DATE,
            missing="Enter the date it was done",
        ),
        Question(
            key="months",
            label="Which questionnaire?",
            kind=Kind.SELECT,
            missing="Choose the questionnaire",
            options=options(
                *((str(m), f"{m} months") for m in (18, 20, 22, 24, 27, 30, 33, 36, 42, 48, 54, 60))
            ),
        ),
        _score("communication", "Communication"),
        _score("gross_motor", "Gross motor"),
        _score("fine_motor", "Fine motor"),
        _score("problem_solving", "Problem solving"),
        _score("personal_social", "Personal-social"),
    ),
)

HEALTH = Step(
    key="health",
    title="Health and daily life",
    intro="Only what helps. Leave blank what you do not know.",
    questions=(
        Question(
            key="observations",
            label="What you have observed, with dates",
            kind=Kind.TEXTAREA,
            need=Need.SHOULD,
            hint="Words and sounds used, what is understood, play, movement",
        ),
        Question(
            key="daily",
            label="Eating, sleeping and toileting",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.SHOULD,
        ),
        Question(
            key="medical",
            label="Birth, illness, medicine and allergies",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.MAY,
        ),
        Question(
            key="family_history",
            label="Anything similar in the family",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.MAY,
        ),
    ),
)

SECTION = Section(title="Development and health", steps=(CHECKS, ASQ_DONE, ASQ_SCORES, HEALTH))
