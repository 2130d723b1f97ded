"""Questions about what has been tried and who else is involved."""

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

SECTION = Section(title="Help so far", steps=(TRIED, CYCLES, OTHERS, INVOLVED))
