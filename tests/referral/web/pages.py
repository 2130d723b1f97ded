"""An example of what each page shows: for tests, and to look at."""

from datetime import UTC, date, datetime
from typing import Any

from services.referral.domain.agreement import Choice
from services.referral.domain.moves import Move
from services.referral.web.error_pages import WORDS
from services.referral.web.forms.checking import Problem, asked
from services.referral.web.move_forms import form_for
from services.referral.web.plain_forms import PlainForm
from services.referral.web.rendering import Page
from services.referral.web.sharing_forms import effects
from services.referral.web.sharing_forms import form_for as form_for_sharing
from tests.referral.web.desks import CHOICES, TODAY

ZOYA = {
    "name": "Zoya Rahimi-Okafor",
    "born": date(2023, 7, 19),
    "nhs_number": "9990000018",
    "district": "North Anyshire",
}
BECAUSE = "Because Zoya has few words at 3 years 4 months, and lives in North Anyshire."
SPEECH = "Speech and language therapy, North Anyshire"

ROWS: list[dict[str, Any]] = [
    {
        "href": f"/referrals/{number}",
        "child": name,
        "reference": f"SN-4K7{number}",
        "born": born,
        "about": about,
        "because": "Few words in either language" if number % 2 else "",
        "due": due,
        "state": state,
        "words": words,
        "urgent": number == 2,
        "owner": "Dr Asha Rao" if number == 3 else "",
    }
    for number, (name, born, about, due, state, words) in enumerate(
        (
            ("Ewan Murray", date(2022, 5, 2), "Talking", date(2026, 11, 9), "received", "Received"),
            (
                "Mei-Lin Featherstonehaugh-Chen",
                date(2024, 1, 30),
                "Talking, hearing",
                TODAY,
                "submitted",
                "New",
            ),
            (
                "Zoya Rahimi-Okafor",
                date(2023, 7, 19),
                "Talking",
                date(2026, 11, 24),
                "question",
                "Waiting for an answer",
            ),
            (
                "Noah Jones",
                date(2023, 6, 22),
                "Stammering",
                date(2026, 12, 4),
                "appointment-offered",
                "Appointment offered",
            ),
        ),
        1,
    )
]

CONCERN: dict[str, Any] = {
    "href": "/concerns/1",
    "child": "Zoya Rahimi-Okafor",
    "born": ZOYA["born"],
    "about": "Talking or understanding",
    "reference": "SN-4K7Q",
    "raised_at": datetime(2026, 11, 19, 9, 10, tzinfo=UTC),
    "todos": [
        {
            "text": "Answer a question from Speech and language therapy",
            "href": "/asks/1",
            "due": date(2026, 12, 3),
        }
    ],
    "referrals": [
        {
            "href": "/referrals/1",
            "service": SPEECH,
            "state": "question",
            "words": "Waiting for your answer",
            "due": date(2026, 12, 3),
        },
        {
            "href": "/referrals/2",
            "service": "Children's hearing service",
            "state": "submitted",
            "words": "Sent",
            "due": date(2026, 11, 18),
        },
    ],
}

REFERRAL: dict[str, Any] = {
    "back": {"href": "/queue", "text": "Referrals"},
    "child": ZOYA,
    "reference": "SN-4K7Q",
    "state": "received",
    "words": "Received",
    "due": date(2026, 11, 26),
    "because": BECAUSE,
    "service": SPEECH,
    "result": {"label": "The family asked to wait", "text": "They are moving house."},
    "asks": [
        {
            "title": f"To do, because it has waited too long at {SPEECH}",
            "late": {"due": date(2026, 11, 19), "until": "the service answers"},
            "is_yours": True,
            "things": [
                {
                    "id": str(number),
                    "text": text,
                    "why": "OUR-TRIAGE of 1 September 2024 was over on 19 November 2026.",
                    "at": date(2026, 11, 20),
                    "by": "To be done by",
                    "due": date(2026, 12, number),
                    "asked": "Asha Rao",
                    "button": "Say what was done",
                    "href": f"/asks/{number}" if number == 1 else "",
                }
                for number, text in enumerate(("Say why it is late.", "Agree a plan."), 1)
            ],
        },
        {
            "title": f"Question from {SPEECH}",
            "late": None,
            "is_yours": True,
            "things": [
                {
                    "id": "3",
                    "text": "How many words does she use at home?\nIn which language?",
                    "why": "",
                    "at": date(2026, 11, 20),
                    "by": "Please answer by",
                    "due": date(2026, 12, 3),
                    "asked": "the setting",
                    "button": "Answer",
                    "href": "/asks/3",
                }
            ],
        },
    ],
    "moves": [
        {"href": "/referrals/1/accept", "text": "Accept the referral", "kind": "primary"},
        {"href": "/referrals/1/ask", "text": "Ask for more information", "kind": "secondary"},
        {"href": "/referrals/1/redirect", "text": "Pass to a better service", "kind": "link"},
        {"href": "/referrals/1/return", "text": "Return it: we cannot help", "kind": "link"},
    ],
    "appointment": {
        "at": datetime(2026, 12, 10, 10, 30, tzinfo=UTC),
        "place": "Millbrook Health Centre, room 2",
    },
    "key_contact": {
        "name": "Sam Lee",
        "organisation": "Little Oaks Nursery",
        "phone": "01632 960011",
    },
    "others": [
        {
            "href": "/referrals/2",
            "service": "Children's hearing service",
            "state": "accepted",
            "words": "Accepted",
            "because": "Because hearing has not been checked.",
            "due": date(2027, 1, 8),
        }
    ],
    "cards": [
        {
            "title": "What worries people",
            "by": "Sam Lee, Little Oaks Nursery",
            "at": date(2026, 11, 19),
            "facts": [
                {
                    "label": "What worries you most",
                    "lines": [
                        "Zoya is three and uses about fifteen single words across Dari and "
                        "English.\nOther children cannot understand her."
                    ],
                },
                {"label": "Where it is seen", "lines": ["At home", "At nursery"]},
                {
                    "label": "What the parent says",
                    "lines": ["She understands me."],
                    "by": "Laila Rahimi, mother",
                    "at": date(2026, 11, 18),
                },
            ],
        },
        {
            "title": "What the child is good at",
            "by": "Sam Lee, Little Oaks Nursery",
            "at": date(2026, 11, 19),
            "facts": [{"label": "Good at and enjoys", "lines": ["Puzzles, water play, songs"]}],
        },
    ],
    "events": [
        {
            "title": "Still not done, so those above were told",
            "by": "Sooner itself",
            "at": datetime(2026, 11, 24, 0, 0, tzinfo=UTC),
            "why": "What was asked was due on 20 November 2026.",
            "told": ["Told: Colin Reyes (by e-mail)"],
            "earlier": [
                {
                    "by": "Sooner itself",
                    "at": datetime(2026, 11, day, 0, 0, tzinfo=UTC),
                    "why": "What was asked was due on 20 November 2026.",
                }
                for day in (23, 22)
            ],
        },
        {
            "title": "Information asked for",
            "by": "Asha Rao",
            "at": datetime(2026, 11, 20, 14, 5, tzinfo=UTC),
            "text": "How many words does she use at home?",
            "service": SPEECH,
            "told": ["Told: Sam Lee (by e-mail and in Sooner)"],
        },
        {
            "title": "Appointment offered",
            "by": "Asha Rao",
            "at": datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
            "offered": datetime(2026, 12, 10, 10, 30, tzinfo=UTC),
        },
        {
            "title": "Received",
            "by": "Asha Rao",
            "at": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        },
        {"title": "Referral sent", "by": "Sam Lee", "at": date(2026, 11, 19)},
    ],
}


def _move(move: Move, **more: Any) -> dict[str, Any]:
    step = form_for(move)
    questions = asked([q for q in step.questions if q.when is None], {}, CHOICES)
    shown = {"back": "/referrals/1", "child": ZOYA["name"], "step": step, "asked": questions}
    return {**shown, "typed": {}, "problems": {}, "version": 3, **more}


_EMPTY_QUEUE = {"service": SPEECH, "rows": [], "total": 0, "states": [], "filters": {}, "chips": []}
_MINE: dict[str, Any] = {"may_raise": True, "page": Page.CONCERNS}
STATES = [("received", "Received"), ("question", "Waiting for an answer")]

#: By name: the template and what it is given.
SHARING: dict[str, Any] = {
    "back": "/referrals/1",
    "here": "/referrals/1/sharing",
    "done": "",
    "is_family": True,
    "child": "Zoya",
    "setting": "Acorn Nursery",
    "services": [
        {
            "id": "1",
            "name": "Speech and language therapy",
            "because": "Because talking is a worry.",
            "since": datetime(2026, 11, 19, 9, 11, tzinfo=UTC),
            "sees": True,
            "is_by_law": False,
        },
        {
            "id": "2",
            "name": "Early years team",
            "because": "Because talking is a worry.",
            "since": datetime(2026, 11, 19, 9, 11, tzinfo=UTC),
            "sees": False,
            "is_by_law": False,
        },
    ],
    "may": {"stop": True, "stop_all": True, "agree": True, "by_law": True},
}


def _deciding(choice: Choice, *, is_family: bool) -> dict[str, Any]:
    step = form_for_sharing(choice, is_family=is_family, names_service=True)
    form = PlainForm(
        step=step,
        back="/referrals/1/sharing",
        button=step.title,
        caption="Zoya",
        about="Speech and language therapy",
        effects=effects(choice, is_family=is_family),
    )
    return {"form": form, "asked": step.questions}


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "sign-in": (
        "sign_in.html",
        {
            "typed": {"email": "nursery@example.org"},
            "problems": {"password": Problem("Enter your password", "#password")},
            "people": [{"email": "nursery@example.org", "who": "Key person, Little Oaks Nursery"}],
            "password": "demo-only",
        },
    ),
    "my-concerns": (
        "concerns.html",
        {
            "drafts": [
                {
                    "href": "/raise/1",
                    "child": "Amina",
                    "saved_at": datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
                    "deleted_on": date(2026, 12, 18),
                }
            ],
            "mine": [CONCERN],
            "others": [{**CONCERN, "todos": [], "child": "Noah Jones"}],
            "next": "?before=x",
            **_MINE,
        },
    ),
    "my-concerns-empty": ("concerns.html", {"drafts": [], "mine": [], "others": [], **_MINE}),
    "family": (
        "concerns.html",
        {"drafts": [], "mine": [], "others": [CONCERN], "may_raise": False, "page": Page.FAMILY},
    ),
    "ended": ("concerns.html", {"drafts": [], "mine": [], "others": [], "ended": True, **_MINE}),
    "family-ask": ("family/ask.html", {"typed": {"email": "ada@example.org"}, "problems": {}}),
    "family-asked": ("family/asked.html", {"code": "123 456"}),
    "family-link": ("family/link.html", {"action": "/family/link/x", "needs_code": False}),
    "family-link-code": ("family/link.html", {"action": "/family/link/x", "needs_code": True}),
    "family-gone": ("family/gone.html", {}),
    "family-not-me": ("family/not_me.html", {}),
    "carers": (
        "carers.html",
        {
            "task": "1",
            "told": "Ada Okoro",
            "carers": [
                {"id": "1", "name": "Ada Okoro", "why_not": "", "verified_at": None},
                {"id": "2", "name": "Ben Okoro", "why_not": "It is not safe.", "verified_at": None},
            ],
        },
    ),
    "directory": (
        "directory.html",
        {
            "services": [
                {
                    "entry": {"name": SPEECH, "areas": ["North Anyshire"], "accepting": False},
                    "run_by": "North Anyshire Community NHS Trust",
                    "phone": "01632 960200",
                }
            ]
        },
    ),
    "queue": (
        "queue.html",
        {
            "service": SPEECH,
            "rows": ROWS,
            "total": 23,
            "states": STATES,
            "filters": {"state": "received"},
            "chips": [{"text": "Received", "href": "/queue"}],
            "next": {"href": "/queue?after=x"},
        },
    ),
    "queue-searched": (
        "queue.html",
        {
            "service": SPEECH,
            "rows": [{**ROWS[0], "service": SPEECH}],
            "total": 500,
            "many": True,
            "states": STATES,
            "filters": {"q": "Ewan"},
            "chips": [{"text": "“Ewan”", "href": "/queue"}],
            "next": {"fields": {"q": "Ewan", "after": "x"}},
            "first": {"fields": {"q": "Ewan"}},
        },
    ),
    "queue-empty": ("queue.html", _EMPTY_QUEUE),
    "referral": ("referral.html", REFERRAL),
    "move-accept": ("move.html", _move(Move.ACCEPT)),
    "move-return": (
        "move.html",
        _move(Move.RETURN, problems={"reason": Problem("Choose why you cannot help", "#reason")}),
    ),
    "move-offer": ("move.html", _move(Move.OFFER)),
    "answer": (
        "move.html",
        _move(Move.ANSWER, quoted="Speech and language therapy:\nHow many words?"),
    ),
    "move-redirect": ("move.html", _move(Move.REDIRECT)),
    "sharing": ("sharing.html", SHARING),
    "sharing-coordinator": ("sharing.html", {**SHARING, "is_family": False, "done": "Done"}),
    "sharing-stop": ("plain_form.html", _deciding(Choice.STOP, is_family=True)),
    "sharing-by-law": ("plain_form.html", _deciding(Choice.BY_LAW, is_family=False)),
    "messages": (
        "messages.html",
        {
            "mark_href": "/messages/read",
            "messages": [
                {
                    "title": "A question about Zoya",
                    "text": "Speech and language therapy asked for more information.",
                    "at": datetime(2026, 11, 20, 14, 5, tzinfo=UTC),
                    "href": "/concerns/1",
                    "is_read": False,
                },
                {
                    "title": "Zoya's concern was received",
                    "text": "You hear by 26 November 2026.",
                    "at": datetime(2026, 11, 19, 9, 11, tzinfo=UTC),
                    "is_read": True,
                },
            ],
        },
    ),
    "messages-empty": ("messages.html", {"messages": []}),
    "not-found": ("error.html", {"words": WORDS[404]}),
    "conflict": (
        "error.html",
        {
            "words": WORDS[409],
            "said": "Asha Rao accepted this referral at 2:05pm.",
            "back": "/referrals/1",
        },
    ),
}
