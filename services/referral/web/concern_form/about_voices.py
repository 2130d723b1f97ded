"""Questions that let the child and the family speak for themselves."""

from services.referral.web.forms.questions import Kind, Question, Section, Step, options

CHILD_VOICE = Step(
    key="child-voice",
    title="The child's voice",
    questions=(
        Question(
            key="says",
            label="What does the child tell us?",
            kind=Kind.TEXTAREA,
            hint="In words, pictures, play or how they are. Their own words if you can.",
            missing="Say what the child tells us",
        ),
        Question(
            key="how",
            label="How do you know?",
            kind=Kind.CHECKBOXES,
            missing="Choose how you know",
            options=options(
                ("talking", "By talking with the child"),
                ("watching", "By watching the child play"),
                ("pictures", "With pictures or drawings"),
                ("carer", "From somebody who knows the child well"),
            ),
        ),
    ),
)

PARENT_VOICE = Step(
    key="parent-voice",
    title="The parent's voice",
    questions=(
        Question(
            key="says",
            label="What does the parent say, in their own words?",
            kind=Kind.TEXTAREA,
            missing="Write what the parent says",
        ),
        Question(
            key="hopes",
            label="What does the family hope for?",
            kind=Kind.TEXTAREA,
            rows=3,
            missing="Say what the family hopes for",
        ),
    ),
)

SECTION = Section(title="In their own words", steps=(CHILD_VOICE, PARENT_VOICE))
