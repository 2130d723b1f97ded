"""Questions about what the child is good at and what worries people."""

from services.referral.web.concern_form.about_safety import CRISIS
from services.referral.web.concern_form.options import AREAS, CONCERNS
from services.referral.web.forms.questions import (
    YES_NO_UNSURE,
    Kind,
    Need,
    Option,
    Question,
    Section,
    Step,
    When,
    options,
)

SIGNPOST = (
    "People read this on working days. If you think someone is harming the child, do not wait for "
    "this form: call children's services, or 999 if it is happening now."
)


STRENGTHS = Step(
    key="strengths",
    title="What the child is good at",
    questions=(
        Question(
            key="strengths",
            label="What is the child good at, and what do they enjoy?",
            kind=Kind.TEXTAREA,
            missing="Say what the child is good at and enjoys",
        ),
    ),
)

CONCERN = Step(
    key="concern",
    title="What it is about",
    questions=(
        Question(
            key="areas",
            label="Which parts of life is it about?",
            kind=Kind.CHECKBOXES,
            missing="Choose at least one part of life",
            options=AREAS,
        ),
        Question(
            key="concerns",
            label="What worries you?",
            kind=Kind.CHECKBOXES,
            hint="Choose all that fit. They decide which services we suggest.",
            missing="Choose at least one worry",
            options=CONCERNS,
        ),
    ),
)

WORRY = Step(
    key="worry",
    title="What you have noticed",
    intro=SIGNPOST,
    questions=(
        Question(
            key="worry",
            label="What worries you most, in your own words?",
            kind=Kind.TEXTAREA,
            hint="Two or three sentences are enough",
            missing="Say what worries you most",
        ),
        Question(
            key="examples",
            label="Give an example or two",
            kind=Kind.TEXTAREA,
            hint="What you saw or heard, and how often it happens",
            missing="Give an example of what you saw or heard",
        ),
        Question(
            key="since",
            label="How long have you noticed it?",
            hint="For example: since January, little change since the summer",
            missing="Say how long you have noticed it",
        ),
    ),
)

WHERE = Step(
    key="where",
    title="Where it happens",
    questions=(
        Question(
            key="where",
            label="Where is it seen?",
            kind=Kind.RADIOS,
            hint="Some children, girls above all, hide in one place what is hard for them",
            missing="Choose where it is seen",
            options=options(
                ("both", "At home and at nursery or school"),
                ("home", "At home"),
                ("setting", "At nursery or school"),
                ("not-known", "I do not know"),
            ),
        ),
        Question(
            key="at_home",
            label="What is it like at home?",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.SHOULD,
        ),
        Question(
            key="at_setting",
            label="What is it like at nursery or school?",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.SHOULD,
        ),
        Question(
            key="impact",
            label="What difference does it make to the child, the family and others?",
            kind=Kind.TEXTAREA,
            rows=3,
            missing="Say what difference it makes",
        ),
    ),
)

RISK = Step(
    key="risk",
    title="Lost skills, risk and how soon",
    questions=(
        Question(
            key="lost_skills",
            label="Has the child lost words or skills they had before?",
            kind=Kind.RADIOS,
            hint="If yes, a doctor should see the child soon",
            missing="Choose whether the child has lost words or skills",
            options=YES_NO_UNSURE,
        ),
        Question(
            key="lost_what",
            label="Which, and since when?",
            missing="Say what the child has lost, and since when",
            when=When("lost_skills", ("yes",)),
        ),
        Question(
            key="risk",
            label="Is there a risk of harm to the child or to others?",
            kind=Kind.RADIOS,
            missing="Choose whether there is a risk of harm",
            options=options(
                ("no", "No"),
                ("some", "Some, and we know how to keep everyone safe for now"),
                Option(value="now", label="Yes, today", stop=CRISIS),
            ),
        ),
        Question(
            key="risk_what",
            label="What is the risk, and what keeps everyone safe?",
            kind=Kind.TEXTAREA,
            rows=3,
            missing="Say what the risk is",
            when=When("risk", ("some",)),
        ),
        Question(
            key="urgency",
            label="How soon does the child need help?",
            kind=Kind.RADIOS,
            missing="Choose how soon the child needs help",
            options=options(
                ("routine", "In the usual time"), ("urgent", "Sooner than the usual time")
            ),
        ),
        Question(
            key="urgency_why",
            label="Why sooner?",
            missing="Say why the child needs help sooner",
            when=When("urgency", ("urgent",)),
        ),
    ),
)

SECTION = Section(title="What you have noticed", steps=(STRENGTHS, CONCERN, WORRY, WHERE, RISK))
