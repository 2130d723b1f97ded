"""Questions about development, health, what has been tried and who else is involved."""

from services.referral.web.concern_form.options import NONE, NOT_KNOWN
from services.referral.web.forms.questions import (
    YES_NO,
    YES_NO_UNSURE,
    Kind,
    Need,
    Question,
    Repeat,
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

TRIED = Step(
    key="tried",
    title="What has been tried",
    questions=(
        Question(
            key="tried",
            label="Has anything been tried to help?",
            kind=Kind.RADIOS,
            missing="Choose whether anything has been tried",
            options=YES_NO,
        ),
        Question(
            key="why_not",
            label="Why not yet?",
            missing="Say why nothing has been tried yet",
            when=When("tried", ("no",)),
        ),
        Question(
            key="offer",
            label="Groups, workshops or advice the family was offered",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.SHOULD,
        ),
    ),
)

CYCLES = Step(
    key="cycles",
    title="What was done, and what changed",
    when=When("tried", ("yes",), step="tried"),
    repeat=Repeat(one="thing tried", more="things tried"),
    questions=(
        Question(
            key="what",
            label="What was done, and what for?",
            kind=Kind.TEXTAREA,
            rows=3,
            hint="For example: picture cards at snack time, so that Zoya can ask",
            missing="Say what was done",
        ),
        Question(key="who", label="Who did it?", missing="Say who did it"),
        Question(
            key="weeks",
            label="For how many weeks?",
            kind=Kind.NUMBER,
            missing="Enter for how many weeks",
            lowest=1,
            highest=260,
            width=3,
        ),
        Question(
            key="result",
            label="What changed?",
            kind=Kind.TEXTAREA,
            rows=3,
            missing="Say what changed, even if nothing did",
        ),
    ),
)

OTHERS = Step(
    key="others",
    title="Others who help already",
    questions=(
        Question(
            key="involved",
            label="Is any other service helping the child or family, or has one before?",
            kind=Kind.RADIOS,
            missing="Choose whether any other service is or was involved",
            options=YES_NO_UNSURE,
        ),
        Question(
            key="plans",
            label="Does the child have a plan?",
            kind=Kind.CHECKBOXES,
            missing="Choose the plans the child has, or none of these",
            options=options(
                ("sen-support", "Special educational needs support"),
                ("ehc-requested", "An education, health and care plan has been asked for"),
                ("ehc-plan", "Education, health and care plan"),
                ("early-help", "Early help plan"),
                ("child-in-need", "Child in need plan"),
                ("child-protection", "Child protection plan"),
                NONE,
                NOT_KNOWN,
            ),
        ),
    ),
)

INVOLVED = Step(
    key="involved",
    title="Services involved",
    when=When("involved", ("yes",), step="others"),
    repeat=Repeat(one="service", more="services"),
    questions=(
        Question(key="service", label="Service", missing="Enter the name of the service"),
        Question(key="person", label="Person to speak to", need=Need.SHOULD),
        Question(
            key="open",
            label="Are they helping now?",
            kind=Kind.RADIOS,
            missing="Choose whether they are helping now",
            options=options(
                ("open", "Yes"), ("closed", "No, it has ended"), ("waiting", "Waiting")
            ),
        ),
        Question(
            key="when",
            label="From when to when?",
            hint="For example: since March 2026",
            need=Need.SHOULD,
        ),
        Question(
            key="reports",
            label="Reports they wrote",
            need=Need.MAY,
            hint="What each is about, and its date",
        ),
    ),
)

SECTION = Section(
    title="Development and help so far",
    steps=(CHECKS, ASQ_DONE, ASQ_SCORES, HEALTH, TRIED, CYCLES, OTHERS, INVOLVED),
)
