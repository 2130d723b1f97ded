"""What people say with each move of a referral in the demo."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from services.referral.demo.cast import Child
from services.referral.demo.lives import BETTER, PLACED, Step
from services.referral.demo.places import NORTH, SERVICES
from services.referral.demo.texts import Letters, Return, fill, letters, returns, turns
from services.referral.domain.concern import Taker
from services.referral.domain.moves import Move
from services.referral.domain.referral import Referral
from services.referral.domain.service_directory import ServiceKind
from services.referral.use_cases.move_referral import Said

_OUTCOMES = {
    "plan": "plan-agreed",
    "met": "need-met",
    "advice": "advice-given",
    "assessed": "assessed-no-further-need",
    "moved": "moved-on",
    "handed": "redirected",
}
#: From this age on the early years team thinks of school.
_SCHOOL_FROM = 50


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A child whose referral is about to move.

    `appointment_at` is when they are seen, once a time is offered. `before` is the kind of service
    that had the concern before the desk.
    """

    child: Child
    referral: Referral
    appointment_at: datetime
    before: ServiceKind | None

    @property
    def kind(self) -> ServiceKind:
        return kind_of(self.referral.service)

    @property
    def letters(self) -> Letters:
        return letters()[self.kind]

    def one_of(self, texts: tuple[str, ...]) -> str:
        return self.fill(texts[self.child.number % len(texts)])

    def fill(self, text: str) -> str:
        return fill(text, self.child.words)


def said(scene: Scene, step: Step) -> Said:
    """The words of one move, with what else it needs."""
    if step.move is None:
        raise ValueError("A next step is taken, not moved.")
    say = _SAID.get(step.move)
    return say(scene, step) if say else Said()


def next_step_words(scene: Scene, step: Step) -> tuple[str, str]:
    """What was done after a return, and the id of the service that is asked then."""
    if step.say == "elsewhere":
        better = _service_of(_better(scene), scene.child)
        return scene.one_of(turns()["elsewhere"]), better
    return scene.fill(_first_return(scene.child).done), scene.referral.service


def kind_of(service: str) -> ServiceKind:
    return next(one.entry.kind for one in SERVICES if one.entry.id == service)


def _ask(scene: Scene, step: Step) -> Said:
    if step.say == "asks":
        return Said(text=scene.one_of(tuple(ask for ask, _ in scene.letters.asks)))
    texts = scene.letters.family
    text = scene.fill(texts[0]) if step.say == "at home" else scene.one_of(texts)
    return Said(text=text, ask_whom=Taker.FAMILY)


def _answer(scene: Scene, step: Step) -> Said:
    if step.say == "asks":
        return Said(text=scene.one_of(tuple(answer for _, answer in scene.letters.asks)))
    return _turn(scene, step)


def _offer(scene: Scene, _step: Step) -> Said:
    return Said(text=scene.one_of(scene.letters.offers), starts_at=scene.appointment_at)


def _complete(scene: Scene, step: Step) -> Said:
    of_service = {
        "plan": scene.letters.plan,
        "met": scene.letters.met,
        "advice": scene.letters.advice,
        "assessed": scene.letters.assessed,
    }
    text = of_service.get(step.say) or scene.one_of(turns()[step.say])
    return Said(outcome=_OUTCOMES[step.say], text=scene.fill(text))


def _return(scene: Scene, step: Step) -> Said:
    again = returns("second")
    given = again[scene.child.number % len(again)]
    if step.say == "returned":
        given = _first_return(scene.child)
    return Said(
        reason=given.reason, text=scene.fill(given.why), next_step=scene.fill(given.next_step)
    )


def _first_return(child: Child) -> Return:
    """A hearing test first, where there was none; advice first, where others are asked later."""
    test, advice, agreement = returns("returned")
    steps = child.life.steps if child.life else ()
    if any(step.say == "elsewhere" for step in steps):
        return advice
    return agreement if child.story.hearing else test


def _redirect(scene: Scene, step: Step) -> Said:
    return _to(_better(scene), scene, step)


def _place(scene: Scene, step: Step) -> Said:
    kind = PLACED[scene.before] if scene.before else ServiceKind.SCHOOL
    return _to(kind, scene, step)


def _to(kind: ServiceKind, scene: Scene, step: Step) -> Said:
    return replace(_turn(scene, step), service=_service_of(kind, scene.child))


def _better(scene: Scene) -> ServiceKind:
    child = scene.child
    at_school_soon = child.age_months >= _SCHOOL_FROM and child.family.district == NORTH
    if scene.kind is ServiceKind.EARLY_YEARS and at_school_soon:
        return ServiceKind.SCHOOL
    return BETTER[scene.kind]


def _service_of(kind: ServiceKind, child: Child) -> str:
    """The service of that kind where the child's doctor is."""
    district = child.family.practice.district
    services = (one.entry for one in SERVICES if one.entry.kind is kind)
    return next(entry.id for entry in services if entry.covers(district))


def _turn(scene: Scene, step: Step) -> Said:
    return Said(text=scene.one_of(turns()[step.say]))


_SAID: dict[Move, Callable[[Scene, Step], Said]] = {
    Move.ASK: _ask,
    Move.ANSWER: _answer,
    Move.OFFER: _offer,
    Move.COMPLETE: _complete,
    Move.RETURN: _return,
    Move.REDIRECT: _redirect,
    Move.PLACE: _place,
    Move.PAUSE: _turn,
    Move.WITHDRAW: _turn,
    Move.ENTER_IN_ERROR: _turn,
}
