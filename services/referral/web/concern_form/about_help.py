"""Questions about who should help, who agreed, and what makes help reachable."""

from services.referral.web.concern_form.options import ADJUSTMENTS
from services.referral.web.forms.questions import (
    YES_NO,
    Kind,
    Need,
    Question,
    Section,
    Step,
    When,
    options,
)

SERVICES = Step(
    key="services",
    title="Who should help",
    template="concern/services.html",
    questions=(
        Question(
            key="chosen",
            label="Which services should see this?",
            kind=Kind.CHECKBOXES,
            choices="services",
            missing="Choose at least one service",
        ),
        Question(
            key="question",
            label="What should they answer or do?",
            kind=Kind.TEXTAREA,
            rows=3,
            hint="For example: does Zoya need speech therapy, and what can we do at nursery now?",
            missing="Say what the services should answer or do",
        ),
    ),
)

AGREEMENT = Step(
    key="agreement",
    title="Agreement",
    questions=(
        Question(
            key="agreed",
            label="Has somebody with parental responsibility agreed to this?",
            kind=Kind.RADIOS,
            missing="Choose whether somebody with parental responsibility has agreed",
            options=options(
                ("yes", "Yes"),
                ("no", "No: I need to share without agreement"),
            ),
        ),
    ),
)

AGREED = Step(
    key="agreed",
    title="What was agreed",
    when=When("agreed", ("yes",), step="agreement"),
    questions=(
        Question(key="who", label="Who agreed?", missing="Enter who agreed"),
        Question(
            key="date",
            label="Date they agreed",
            kind=Kind.PAST_DATE,
            missing="Enter the date they agreed",
        ),
        Question(
            key="how",
            label="How did they agree?",
            kind=Kind.RADIOS,
            missing="Choose how they agreed",
            options=options(
                ("in-person", "In person"), ("phone", "On the phone"), ("written", "In writing")
            ),
        ),
        Question(
            key="told_services",
            label="Were they told which services will see this?",
            kind=Kind.RADIOS,
            hint="The services you chose are told to the family as well",
            missing="Choose whether they were told which services will see this",
            options=YES_NO,
        ),
        Question(
            key="other_holder",
            label="Does anybody else with parental responsibility know?",
            kind=Kind.RADIOS,
            missing="Choose whether anybody else with parental responsibility knows",
            options=options(
                ("told", "Yes"),
                ("not-told", "No"),
                ("not-safe", "No: telling them is not safe"),
                ("nobody-else", "There is nobody else"),
            ),
        ),
    ),
)

NOT_AGREED = Step(
    key="not-agreed",
    title="Sharing without agreement",
    intro="Your safeguarding lead should know about this. If a child may be harmed, stop and call.",
    when=When("agreed", ("no",), step="agreement"),
    questions=(
        Question(
            key="reason",
            label="Why must this be shared without agreement?",
            kind=Kind.TEXTAREA,
            missing="Say why this must be shared without agreement",
        ),
        Question(
            key="decided_by",
            label="Who decided it?",
            hint="Name and role",
            missing="Enter who decided it",
        ),
        Question(
            key="safe_to_tell",
            label="Is it safe to tell the family?",
            kind=Kind.RADIOS,
            missing="Choose whether it is safe to tell the family",
            options=options(("yes", "Yes"), ("no", "No: do not send the family anything")),
        ),
    ),
)

BASIS = Step(
    key="basis",
    title="Why we may share this",
    questions=(
        Question(
            key="basis",
            label="What allows this to be shared?",
            kind=Kind.RADIOS,
            hint="Agreement keeps a family involved; the law that allows sharing is one of these",
            missing="Choose what allows this to be shared",
            options=options(
                ("public-task", "It is part of my organisation's public work for children"),
                ("legal-obligation", "A law says that we must"),
                ("vital-interests", "To protect somebody's life"),
                ("legitimate-interests", "My organisation has a good reason, and checked it"),
            ),
        ),
    ),
)

ADJUST = Step(
    key="adjustments",
    title="Making it easier",
    questions=(
        Question(
            key="child",
            label="What does the child need at appointments?",
            kind=Kind.CHECKBOXES,
            missing="Choose what the child needs, or none of these",
            options=ADJUSTMENTS,
        ),
        Question(
            key="family",
            label="What does the family need?",
            kind=Kind.CHECKBOXES,
            missing="Choose what the family needs, or none of these",
            options=ADJUSTMENTS,
        ),
        Question(
            key="more",
            label="Anything else",
            kind=Kind.TEXTAREA,
            rows=3,
            need=Need.MAY,
            hint="For example: prefers texts in the morning, two buses from home",
        ),
    ),
)

SECTION = Section(
    title="Help and agreement",
    steps=(SERVICES, AGREEMENT, AGREED, NOT_AGREED, BASIS, ADJUST),
)
