"""The lives that referrals have in the demo: which moves were made, and how long ago."""

from dataclasses import dataclass, replace

from services.referral.domain.moves import Move, Part
from services.referral.domain.service_directory import ServiceKind


@dataclass(frozen=True, kw_only=True)
class Step:
    """One move, about `days` after the one before. `move` None: the next step is taken.

    `say` chooses the words, and with COMPLETE the outcome.
    """

    move: Move | None
    days: int
    by: Part = Part.SERVICE
    say: str = ""


@dataclass(frozen=True, kw_only=True)
class Life:
    """`times` referrals have made these steps, the last of them so many days ago.

    `alone` means that one service only was asked. `desk` lives begin at the coordinator's desk;
    `passed_on` and `returned` ones fit some kinds of service only.
    """

    key: str
    times: int
    steps: tuple[Step, ...]
    since: tuple[int, int]
    alone: bool = False
    desk: bool = False
    passed_on: bool = False
    returned: bool = False

    @property
    def needs_setting(self) -> bool:
        """Whether the setting that raised the concern has a move of its own to make."""
        return self.returned or any(
            step.by is Part.REFERRER or step.say == "asks" for step in self.steps
        )


_RECEIVE = Step(move=Move.RECEIVE, days=1)
_ACCEPT = Step(move=Move.ACCEPT, days=3)
_ASK = Step(move=Move.ASK, days=1, say="asks")
_ASK_FAMILY = Step(move=Move.ASK, days=1, say="family")
_ANSWER = Step(move=Move.ANSWER, days=2, by=Part.REFERRER, say="asks")
_ASK_ABOUT_HOME = Step(move=Move.ASK, days=2, say="at home")
_ANSWER_FROM_HOME = Step(move=Move.ANSWER, days=3, by=Part.FAMILY, say="home")
_OFFER = Step(move=Move.OFFER, days=38, say="offers")
_START = Step(move=Move.START, days=15)
_SUPPORT = Step(move=Move.SUPPORT, days=16)
_PAUSE = Step(move=Move.PAUSE, days=12, by=Part.REFERRER, say="pause")
_RESUME = Step(move=Move.RESUME, days=25, by=Part.REFERRER)
_REDIRECT = Step(move=Move.REDIRECT, days=3, say="redirected")
_RETURN = Step(move=Move.RETURN, days=3, say="returned")
_RETURN_AGAIN = Step(move=Move.RETURN, days=3, say="second")
_SEND_AGAIN = Step(move=None, days=16, by=Part.REFERRER, say="same")
_SEND_ELSEWHERE = Step(move=None, days=35, by=Part.REFERRER, say="elsewhere")
_WITHDRAW = Step(move=Move.WITHDRAW, days=20, by=Part.REFERRER, say="withdraw")
_ERROR = Step(move=Move.ENTER_IN_ERROR, days=1, by=Part.REFERRER, say="error")
_PLACE = Step(move=Move.PLACE, days=1, say="placed")

_TAKEN_ON = (_RECEIVE, _ACCEPT)
_ASKED = (_RECEIVE, _ASK)
_SEEN = (*_TAKEN_ON, _OFFER, _START)
_HELPED = (*_SEEN, _SUPPORT)
_RETURNED_TWICE = (_RECEIVE, _RETURN, _SEND_ELSEWHERE, _RECEIVE, _RETURN_AGAIN)


def _close(outcome: str, days: int = 28) -> Step:
    return Step(move=Move.COMPLETE, days=days, say=outcome)


LIVES = (
    Life(key="sent", times=9, steps=(), since=(1, 2)),
    Life(key="sent, late", times=3, steps=(), since=(9, 13)),
    Life(key="received", times=11, steps=(_RECEIVE,), since=(1, 4)),
    Life(key="received, late", times=3, steps=(_RECEIVE,), since=(8, 14)),
    Life(key="asked", times=9, steps=_ASKED, since=(1, 4)),
    Life(key="asked, late", times=2, steps=_ASKED, since=(16, 22)),
    Life(key="family asked", times=4, steps=(_RECEIVE, _ASK_FAMILY), since=(1, 4)),
    Life(key="waiting", times=32, steps=_TAKEN_ON, since=(3, 110)),
    Life(
        key="answered", times=10, steps=(*_ASKED, _ANSWER, replace(_ACCEPT, days=2)),
        since=(5, 90),
    ),
    Life(key="waiting, late", times=8, steps=_TAKEN_ON, since=(135, 190)),
    Life(key="offered", times=14, steps=(*_TAKEN_ON, _OFFER), since=(1, 9)),
    Life(key="assessing", times=11, steps=_SEEN, since=(2, 25)),
    Life(key="supporting", times=10, steps=_HELPED, since=(3, 50)),
    Life(key="paused", times=5, steps=(*_TAKEN_ON, _PAUSE), since=(3, 24)),
    Life(
        key="paused early", times=2, steps=(_RECEIVE, replace(_PAUSE, days=2)), since=(2, 15),
        alone=True,
    ),
    Life(key="went on", times=2, steps=(*_TAKEN_ON, _PAUSE, _RESUME), since=(2, 40)),
    Life(
        key="passed on", times=5, steps=(_RECEIVE, _REDIRECT, *_TAKEN_ON), since=(3, 70),
        alone=True, passed_on=True,
    ),
    Life(
        key="just passed on", times=2, steps=(_RECEIVE, _REDIRECT), since=(1, 3),
        alone=True, passed_on=True,
    ),
    Life(
        key="returned", times=5, steps=(_RECEIVE, _RETURN), since=(1, 4),
        alone=True, returned=True,
    ),
    Life(
        key="sent again", times=3, steps=(_RECEIVE, _RETURN, _SEND_AGAIN, *_TAKEN_ON),
        since=(3, 60), alone=True, returned=True,
    ),
    Life(
        key="returned twice", times=2, steps=_RETURNED_TWICE, since=(1, 2),
        alone=True, returned=True,
    ),
    Life(
        key="at the desk", times=2, steps=(*_RETURNED_TWICE, _RECEIVE), since=(1, 3),
        alone=True, returned=True,
    ),
    Life(
        key="being placed", times=3, steps=(*_RETURNED_TWICE, _RECEIVE, _PLACE), since=(1, 3),
        alone=True, returned=True,
    ),
    Life(
        key="found a place", times=2, steps=(*_RETURNED_TWICE, _RECEIVE, _PLACE, *_TAKEN_ON),
        since=(2, 40), alone=True, returned=True,
    ),
    Life(key="new at the desk", times=1, steps=(), since=(1, 1), desk=True),
    Life(key="desk is looking", times=1, steps=(_RECEIVE,), since=(1, 2), desk=True),
    Life(key="to school", times=1, steps=(_RECEIVE, _PLACE), since=(1, 3), desk=True),
    Life(
        key="at school", times=2, steps=(_RECEIVE, _PLACE, *_TAKEN_ON, _SUPPORT), since=(2, 30),
        desk=True,
    ),
    Life(key="withdrawn", times=2, steps=(*_TAKEN_ON, _WITHDRAW), since=(5, 80)),
    Life(key="withdrawn early", times=3, steps=(_RECEIVE, _WITHDRAW), since=(5, 80)),
    Life(key="in error", times=3, steps=(_ERROR,), since=(4, 120)),
    Life(key="plan agreed", times=7, steps=(*_SEEN, _close("plan")), since=(3, 60)),
    Life(key="need met", times=5, steps=(*_HELPED, _close("met", 40)), since=(3, 40)),
    Life(key="advice given", times=6, steps=(*_TAKEN_ON, _OFFER, _close("advice")), since=(3, 80)),
    Life(key="no further need", times=4, steps=(*_SEEN, _close("assessed")), since=(3, 60)),
    Life(key="moved on", times=2, steps=(*_TAKEN_ON, _close("moved")), since=(3, 90)),
    Life(key="handed on", times=1, steps=(*_TAKEN_ON, _close("handed")), since=(3, 90)),
)  # fmt: skip

#: The child whose father has an account: two questions, two answers, and a date to look forward to.
OF_THE_ACCOUNT = Life(
    key="the family's own",
    times=1,
    steps=(
        *_ASKED, _ANSWER, _ASK_ABOUT_HOME, _ANSWER_FROM_HOME, _ACCEPT, replace(_OFFER, days=21),
    ),
    since=(3, 3),
)  # fmt: skip

#: What the other services that were asked do meanwhile, as far as time has gone.
BESIDE = (replace(_ACCEPT, days=2), replace(_START, days=33), _close("advice", 55))

#: To which kind a service passes a child on, and where a setting turns after a return.
BETTER: dict[ServiceKind, ServiceKind] = {
    ServiceKind.SPEECH: ServiceKind.EARLY_YEARS,
    ServiceKind.NEURODEVELOPMENTAL: ServiceKind.SPEECH,
    ServiceKind.EARLY_YEARS: ServiceKind.HEALTH_VISITING,
    ServiceKind.OCCUPATIONAL_THERAPY: ServiceKind.PHYSIOTHERAPY,
    ServiceKind.HEALTH_VISITING: ServiceKind.EARLY_HELP,
    ServiceKind.PAEDIATRICS: ServiceKind.OCCUPATIONAL_THERAPY,
}
#: Where the desk finds a place in the end.
PLACED: dict[ServiceKind, ServiceKind] = {
    ServiceKind.EARLY_YEARS: ServiceKind.EDUCATIONAL_PSYCHOLOGY,
    ServiceKind.HEALTH_VISITING: ServiceKind.EARLY_HELP,
    ServiceKind.SPEECH: ServiceKind.EDUCATIONAL_PSYCHOLOGY,
    ServiceKind.SCHOOL: ServiceKind.EDUCATIONAL_PSYCHOLOGY,
}
