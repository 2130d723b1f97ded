"""The first question: is this something that cannot wait for a form?"""

from services.referral.web.forms.questions import Kind, Option, Question, Step, options

DANGER = "danger"
SAFEGUARDING = "safeguarding"
CRISIS = "crisis"

SAFE_NOW = Step(
    key="safe-now",
    title="Is the child safe now?",
    questions=(
        Question(
            key="safe",
            label="Is the child safe now?",
            hint="This form is read on working days. Some things must not wait for it.",
            kind=Kind.RADIOS,
            missing="Choose what is true now",
            options=options(
                Option(
                    value="danger",
                    label="No: the child is in danger or badly hurt",
                    stop=DANGER,
                ),
                Option(
                    value="abuse",
                    label="I think someone may be harming or neglecting the child",
                    hint="You do not need to be sure",
                    stop=SAFEGUARDING,
                ),
                Option(
                    value="crisis",
                    label="The child may hurt themselves or others today, or is very unwell",
                    stop=CRISIS,
                ),
                ("safe", "Yes: the child is safe, and I want to ask for help"),
            ),
        ),
    ),
)
