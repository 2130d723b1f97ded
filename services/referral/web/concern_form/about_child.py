"""Questions about who the child is."""

from services.referral.web.concern_form.options import ETHNIC_CATEGORIES
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

CHILD = Step(
    key="child",
    title="The child",
    questions=(
        Question(key="given", label="First names", missing="Enter the child's first name"),
        Question(key="family", label="Last name", missing="Enter the child's last name"),
        Question(
            key="preferred",
            label="What the child likes to be called",
            hint="If it is different from their first name",
            need=Need.MAY,
        ),
        Question(
            key="born",
            label="Date of birth",
            kind=Kind.PAST_DATE,
            hint="For example, 27 3 2023",
            missing="Enter the child's date of birth",
        ),
        Question(
            key="sex",
            label="Sex",
            kind=Kind.RADIOS,
            missing="Choose the child's sex, or that you do not know",
            options=options(("female", "Female"), ("male", "Male"), ("unknown", "I do not know")),
        ),
        Question(
            key="gender",
            label="Gender, if the family describes it differently",
            need=Need.MAY,
        ),
    ),
)

NUMBERS = Step(
    key="numbers",
    title="Numbers that help to find the child",
    intro="You do not need either to send this form.",
    questions=(
        Question(
            key="nhs_number",
            label="NHS number",
            kind=Kind.NHS_NUMBER,
            need=Need.SHOULD,
            hint="10 digits, like 999 123 4567. It is in the red book and on letters.",
            width=20,
        ),
        Question(
            key="upn",
            label="Unique pupil number",
            need=Need.MAY,
            hint="Most children under 5 have none",
            width=20,
            longest=13,
        ),
    ),
)

ADDRESS = Step(
    key="address",
    title="Where the child lives",
    questions=(
        Question(key="line1", label="Address line 1", missing="Enter the first line of address"),
        Question(key="line2", label="Address line 2", need=Need.MAY),
        Question(key="town", label="Town or village", missing="Enter the town or village"),
        Question(
            key="postcode",
            label="Postcode",
            kind=Kind.POSTCODE,
            missing="Enter the postcode",
            width=10,
        ),
        Question(
            key="district",
            label="Council area",
            kind=Kind.SELECT,
            choices="districts",
            hint="It decides which council services can help",
            missing="Choose the council area",
        ),
        Question(
            key="keep_private",
            label="Could anyone be at risk if this address became known?",
            hint="If yes, it is hidden from everyone but the people who must visit or write",
            kind=Kind.RADIOS,
            missing="Choose yes if anyone could be at risk",
            options=YES_NO,
        ),
    ),
)

GP = Step(
    key="gp",
    title="The child's doctor",
    questions=(
        Question(
            key="practice",
            label="Which GP practice is the child with?",
            kind=Kind.SELECT,
            choices="practices",
            need=Need.SHOULD,
            hint="It decides which health services can help. Leave it blank if you do not know.",
        ),
    ),
)

BACKGROUND = Step(
    key="background",
    title="Language and background",
    questions=(
        Question(
            key="languages",
            label="Languages spoken with the child at home",
            hint="Put the main one first, for example: Dari, English",
            missing="Enter the languages spoken at home",
        ),
        Question(
            key="interpreter",
            label="Does the child need an interpreter or signer?",
            kind=Kind.RADIOS,
            missing="Choose whether the child needs an interpreter or signer",
            options=YES_NO,
        ),
        Question(
            key="interpreter_language",
            label="Language or sign system",
            missing="Enter the language or sign system",
            when=When("interpreter", ("yes",)),
        ),
        Question(
            key="ethnic_category",
            label="Ethnic background, as the family describes it",
            kind=Kind.SELECT,
            need=Need.SHOULD,
            hint="It helps us check that every group is treated fairly",
            options=ETHNIC_CATEGORIES,
        ),
        Question(key="religion", label="Religion or belief", need=Need.MAY),
        Question(
            key="household",
            label="Brothers, sisters and others at home",
            kind=Kind.TEXTAREA,
            need=Need.SHOULD,
            rows=3,
            hint="Names and ages, if you know them",
        ),
    ),
)

SECTION = Section(title="The child", steps=(CHILD, NUMBERS, ADDRESS, GP, BACKGROUND))
