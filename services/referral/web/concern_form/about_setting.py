"""Questions about where the child spends the day, and about the person who is asking."""

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

SETTING = Step(
    key="setting",
    title="Nursery, childminder or school",
    questions=(
        Question(
            key="attends",
            label="Does the child go to a nursery, childminder or school?",
            kind=Kind.RADIOS,
            missing="Choose whether the child goes to a nursery, childminder or school",
            options=YES_NO,
        ),
    ),
)

SETTING_DETAILS = Step(
    key="setting-details",
    title="The nursery, childminder or school",
    when=When("attends", ("yes",), step="setting"),
    questions=(
        Question(
            key="setting",
            label="Which one?",
            kind=Kind.SELECT,
            choices="settings",
            missing="Choose the nursery, childminder or school",
        ),
        Question(
            key="key_person",
            label="Key person or teacher",
            missing="Enter the name of the key person or teacher",
        ),
        Question(
            key="senco",
            label="SENCO",
            hint="The person there who coordinates support for special educational needs",
            need=Need.SHOULD,
        ),
        Question(key="started", label="Started on", kind=Kind.PAST_DATE, need=Need.MAY),
        Question(
            key="hours",
            label="Hours a week",
            kind=Kind.NUMBER,
            need=Need.MAY,
            highest=60,
            width=4,
        ),
        Question(
            key="attendance",
            label="Attendance",
            need=Need.MAY,
            hint="For example: most days, often late, away for 3 weeks in October",
        ),
        Question(
            key="funding",
            label="Funding the child has",
            kind=Kind.CHECKBOXES,
            need=Need.MAY,
            options=options(
                ("two-year", "Early learning for 2-year-olds"),
                ("daf", "Disability access fund"),
                ("senif", "Special needs inclusion fund"),
            ),
        ),
    ),
)

REFERRER = Step(
    key="referrer",
    title="About you",
    intro="We filled in what we know from your account. Change it if it is not right.",
    questions=(
        Question(key="name", label="Your name", missing="Enter your name", autocomplete="name"),
        Question(key="role", label="Your role", missing="Enter your role"),
        Question(key="organisation", label="Where you work", missing="Enter where you work"),
        Question(
            key="contact",
            label="Best way to reach you",
            hint="A work email or phone number, and when you can be reached",
            missing="Enter a work email or phone number",
        ),
        Question(
            key="knows_child",
            label="How do you know the child?",
            hint="For example: key person since January, 3 days a week",
            missing="Say how you know the child",
        ),
        Question(
            key="talked",
            label="Who have you talked with about this?",
            kind=Kind.CHECKBOXES,
            hint="You must have seen the child yourself",
            missing="Choose who you have talked with",
            options=options(
                ("parent", "A parent or carer"),
                ("child", "The child, in a way that suits their age"),
                ("senco", "The SENCO or a senior colleague"),
            ),
        ),
    ),
)

SECTION = Section(title="Who sees the child each day", steps=(SETTING, SETTING_DETAILS, REFERRER))
