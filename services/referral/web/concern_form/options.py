"""Lists to choose from, with the codes that go into the record."""

from services.referral.web.forms.questions import Option, options

#: `area-of-need` of the project's code systems.
AREAS = options(
    Option(
        value="communication-interaction",
        label="Communication and interaction",
        hint="Talking, understanding, playing and being with others",
    ),
    Option(
        value="cognition-learning",
        label="Learning",
        hint="Learning through play, attention, remembering, problem solving",
    ),
    Option(
        value="semh",
        label="Feelings and behaviour",
        hint="Worries, big feelings, sleep, settling, relationships",
    ),
    Option(
        value="sensory-physical",
        label="Body and senses",
        hint="Moving, hearing, seeing, touch, eating",
    ),
)

#: `concern` of the project's code systems, but for those that stop the form.
CONCERNS = options(
    Option(
        value="speech-language",
        label="Talking or understanding",
        hint="Few words, hard to understand, does not seem to follow what is said",
    ),
    ("stammer", "Stammering, or a voice that worries you"),
    ("eating-swallowing", "Eating, drinking or swallowing"),
    ("social-communication", "Being with others, or possible autism"),
    ("learning-play-attention", "Learning, play or attention"),
    ("global-delay", "Behind in several areas"),
    ("emotions-behaviour", "Feelings or behaviour"),
    ("hearing", "Hearing"),
    ("vision", "Seeing"),
    ("motor", "Moving, balance or using hands"),
    Option(
        value="lost-skills",
        label="Has lost words or skills they had",
        hint="Tell us even if you are not sure",
    ),
    ("family-stress", "The family is under strain: housing, money, parenting, health"),
    ("long-term-complex", "Long-term needs that several services already know about"),
)

#: UKCore-EthnicCategoryEngland.
ETHNIC_CATEGORIES = options(
    ("A", "White: British"),
    ("B", "White: Irish"),
    ("C", "White: any other background"),
    ("D", "Mixed: White and Black Caribbean"),
    ("E", "Mixed: White and Black African"),
    ("F", "Mixed: White and Asian"),
    ("G", "Mixed: any other background"),
    ("H", "Asian or Asian British: Indian"),
    ("J", "Asian or Asian British: Pakistani"),
    ("K", "Asian or Asian British: Bangladeshi"),
    ("L", "Asian or Asian British: any other background"),
    ("M", "Black or Black British: Caribbean"),
    ("N", "Black or Black British: African"),
    ("P", "Black or Black British: any other background"),
    ("R", "Chinese"),
    ("S", "Any other ethnic group"),
    ("Z", "The family prefers not to say"),
    ("99", "I do not know"),
)

#: v3-RoleCode where it has one; `guardian` and `carer` are UK Core's additional roles.
RELATIONSHIPS = options(
    ("MTH", "Mother"),
    ("FTH", "Father"),
    ("STPPRN", "Step-parent"),
    ("GRPRN", "Grandparent"),
    ("PRNFOST", "Foster carer"),
    ("ADOPTP", "Adoptive parent"),
    ("guardian", "Guardian"),
    ("carer", "Another carer or relative"),
)

#: A box of its own, so that “none” stays different from a question nobody answered.
NONE = Option(value="none", label="None of these", alone=True)
NOT_KNOWN = Option(value="not-known", label="I do not know", alone=True)

LEGAL_STATUSES = options(
    Option(value="looked-after", label="Looked after by a council (in care)"),
    ("child-in-need", "Child in need plan"),
    ("child-protection", "Child protection plan"),
    ("special-guardianship", "Special guardianship"),
    ("adopted", "Adopted"),
    ("court-order", "A court order about who may see or decide for the child"),
    NONE,
    NOT_KNOWN,
)
LEGAL_YES = tuple(option.value for option in LEGAL_STATUSES if not option.alone)

#: What the Accessible Information Standard asks to be recorded, for the child and for the family.
ADJUSTMENTS = options(
    ("interpreter", "A spoken-language interpreter"),
    ("bsl-interpreter", "A British Sign Language interpreter"),
    ("makaton", "Makaton"),
    ("easy-read", "Easy Read"),
    ("large-print", "Large print"),
    ("read-aloud", "Someone to read letters aloud"),
    ("advocate", "An advocate"),
    ("step-free", "Step-free access"),
    ("quiet-space", "A quiet place to wait"),
    ("longer-appointment", "A longer appointment, or one at home or in the setting"),
    NONE,
)
