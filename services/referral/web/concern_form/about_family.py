"""Questions about parents, carers and who may decide for the child."""

from services.referral.web.concern_form.options import LEGAL_STATUSES, LEGAL_YES, RELATIONSHIPS
from services.referral.web.forms.questions import (
    YES_NO,
    YES_NO_UNSURE,
    Kind,
    Need,
    Question,
    Repeat,
    Section,
    Step,
    Values,
    When,
    options,
)


def reachable(values: Values) -> dict[str, str]:
    """Somebody who may be contacted needs a way to be."""
    if values.get("safe_to_contact") == "no" or values.get("phone") or values.get("email"):
        return {}
    return {"phone": "Enter a phone number or an email address"}


CARERS = Step(
    key="carers",
    title="Parents and carers",
    repeat=Repeat(one="parent or carer", more="parents and carers"),
    rules=(reachable,),
    questions=(
        Question(key="name", label="Full name", missing="Enter the parent or carer's name"),
        Question(
            key="relationship",
            label="Who they are to the child",
            kind=Kind.RADIOS,
            missing="Choose who they are to the child",
            options=RELATIONSHIPS,
        ),
        Question(
            key="responsibility",
            label="Do they hold parental responsibility?",
            kind=Kind.RADIOS,
            hint="The legal right to decide for the child. Foster carers usually do not hold it.",
            missing="Choose whether they hold parental responsibility",
            options=YES_NO_UNSURE,
        ),
        Question(
            key="responsibility_evidence",
            label="How do you know?",
            hint="For example: named on the birth certificate, court order seen",
            missing="Say how you know that they hold parental responsibility",
            when=When("responsibility", ("yes",)),
        ),
        Question(
            key="lives_with_child",
            label="Do they live with the child?",
            kind=Kind.RADIOS,
            missing="Choose whether they live with the child",
            options=options(*YES_NO, ("some", "Some of the time")),
        ),
        Question(
            key="safe_to_contact",
            label="Is it safe to contact them?",
            kind=Kind.RADIOS,
            hint="Think of who else could see a message or answer the phone",
            missing="Choose whether it is safe to contact them",
            options=options(
                ("yes", "Yes"),
                ("limited", "Only in some ways or at some times"),
                ("no", "No: do not contact them"),
            ),
        ),
        Question(
            key="safe_ways",
            label="Which ways and times are safe?",
            hint="For example: text only, weekday mornings",
            missing="Say which ways and times are safe",
            when=When("safe_to_contact", ("limited",)),
        ),
        Question(
            key="phone",
            label="Phone number",
            kind=Kind.PHONE,
            need=Need.SHOULD,
            width=20,
            hint="Give a phone number, an email address, or both",
        ),
        Question(key="email", label="Email address", kind=Kind.EMAIL, need=Need.SHOULD),
        Question(
            key="language",
            label="Language they prefer",
            missing="Enter the language they prefer",
            hint="For example: English",
        ),
        Question(
            key="communication_needs",
            label="Anything that makes it easier to talk or write to them",
            hint="For example: interpreter, large print, someone to read letters aloud",
            need=Need.SHOULD,
        ),
        Question(
            key="knows",
            label="Do they know that you are asking for help?",
            kind=Kind.RADIOS,
            missing="Choose whether they know that you are asking for help",
            options=YES_NO,
        ),
    ),
)

LEGAL = Step(
    key="legal",
    title="Care and court orders",
    questions=(
        Question(
            key="status",
            label="Are any of these true for the child?",
            kind=Kind.CHECKBOXES,
            hint="It changes who may agree, and some services see these children first",
            missing="Choose what is true for the child, or none of these",
            options=LEGAL_STATUSES,
        ),
    ),
)

LEGAL_DETAILS = Step(
    key="legal-details",
    title="Who decides for the child",
    when=When("status", LEGAL_YES, step="legal"),
    questions=(
        Question(
            key="decides",
            label="Who may agree to help for the child?",
            kind=Kind.TEXTAREA,
            rows=3,
            hint="Say what any order allows and does not allow",
            missing="Say who may agree to help for the child",
        ),
        Question(key="social_worker", label="Social worker's name", need=Need.SHOULD),
        Question(
            key="social_worker_contact",
            label="Social worker's phone number or email",
            need=Need.SHOULD,
        ),
    ),
)

SECTION = Section(title="The family", steps=(CARERS, LEGAL, LEGAL_DETAILS))
