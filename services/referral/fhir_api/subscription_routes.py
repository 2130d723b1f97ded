"""Subscriptions over the API: a client makes its own, sees its own, and nobody else's."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from services.referral.domain.scopes import Interaction
from services.referral.fhir_api.answers import bundle, json_answer
from services.referral.fhir_api.asking import At, Id, IfMatch, Sent, Who, check_scope
from services.referral.fhir_api.oauth import WayIn
from services.referral.fhir_api.subscription_form import read_subscription, write_subscription
from services.referral.records.resource import Json
from services.referral.use_cases.ask_notify import AskNotify
from services.referral.use_cases.note_at_door import note_at_door
from services.referral.use_cases.say_sight import seen_by
from shared.errors import Invalid, Issue, NotAllowed
from shared.fhir.json import write_json
from shared.fhir.subscription_status import Kind, notification, status_of, without_names
from shared.identity import Principal
from shared.subscribing import Ask, Content, Kept, Numbered, Verb

router = APIRouter(prefix="/fhir/Subscription")

TYPE = "Subscription"


def asker(request: Request) -> AskNotify:
    ask: AskNotify = request.app.state.ask_notify
    return ask


Notify = Annotated[AskNotify, Depends(asker)]


@router.post("")
def create(sent: Sent, who: Who, at: At, notify: Notify) -> Response:
    owner = _subscriber(who, Interaction.CREATE)
    wish = read_subscription(sent, now=at.clock())
    made = notify(Ask(verb=Verb.CREATE, owner=owner, wish=wish)).found[0]
    note_at_door("subscribe", who, at=at, detail=f"{made.id} {made.topic}")
    return _answer(made, 201)


@router.get("")
def search(request: Request, who: Who, at: At, notify: Notify, gate: WayIn) -> Response:
    owner = _subscriber(who, Interaction.SEARCH)
    wanted = _wanted(request)
    found = [write_subscription(one) for one in notify(Ask(verb=Verb.FIND, owner=owner)).found]
    shown = [one for one in found if _fits(one, wanted)]
    note_at_door("subscriptions", who, at=at, detail=f"{len(shown)} found")
    entries = [
        {"fullUrl": f"{gate.base}/fhir/{TYPE}/{one['id']}", "resource": one} for one in shown
    ]
    return json_answer(write_json(bundle("searchset", entries, total=len(entries))))


@router.get("/$status")
def statuses(request: Request, who: Who, at: At, notify: Notify, gate: WayIn) -> Response:
    """Of those whose `id` is given, or of all; `status` narrows them."""
    owner = _subscriber(who, Interaction.READ)
    ids = request.query_params.getlist("id")
    wanted = request.query_params.getlist("status")
    found = [
        one
        for one in notify(Ask(verb=Verb.FIND, owner=owner)).found
        if (not ids or one.id in ids) and (not wanted or one.status in wanted)
    ]
    note_at_door("subscription-status", who, at=at, detail=f"{len(found)} found")
    return _statuses(found, gate.base)


@router.get("/{id}")
def read(id: Id, who: Who, at: At, notify: Notify) -> Response:
    owner = _subscriber(who, Interaction.READ)
    found = notify(Ask(verb=Verb.FIND, owner=owner, id=id)).found[0]
    note_at_door("subscription", who, at=at, detail=id)
    return _answer(found)


@router.put("/{id}")
def update(id: Id, sent: Sent, who: Who, at: At, version: IfMatch, notify: Notify) -> Response:
    """With `requested` it begins again, also after an error; with `off` it ends."""
    owner = _subscriber(who, Interaction.UPDATE)
    wish = read_subscription(sent, now=at.clock(), id=id)
    ask = Ask(verb=Verb.UPDATE, owner=owner, id=id, version=version, wish=wish)
    changed = notify(ask).found[0]
    note_at_door("subscribe-again" if wish.is_on else "unsubscribe", who, at=at, detail=id)
    return _answer(changed)


@router.delete("/{id}", status_code=204)
def delete(id: Id, who: Who, at: At, notify: Notify) -> Response:
    owner = _subscriber(who, Interaction.DELETE)
    notify(Ask(verb=Verb.DELETE, owner=owner, id=id))
    note_at_door("unsubscribe", who, at=at, detail=id)
    return Response(status_code=204)


@router.get("/{id}/$status")
def status(id: Id, who: Who, at: At, notify: Notify, gate: WayIn) -> Response:
    owner = _subscriber(who, Interaction.READ)
    found = notify(Ask(verb=Verb.FIND, owner=owner, id=id)).found
    note_at_door("subscription-status", who, at=at, detail=id)
    return _statuses(found, gate.base)


@router.get("/{id}/$events")
def events(
    id: Id,
    who: Who,
    at: At,
    notify: Notify,
    gate: WayIn,
    first: Annotated[str, Query(alias="eventsSinceNumber")] = "1",
    last: Annotated[str, Query(alias="eventsUntilNumber")] = "",
    content: str = "",
) -> Response:
    """What was told, once more: what may not be seen any more keeps its number and says nothing."""
    owner = _subscriber(who, Interaction.READ)
    until = _number(last, "eventsUntilNumber") if last else None
    since = _number(first, "eventsSinceNumber")
    reply = notify(Ask(verb=Verb.EVENTS, owner=owner, id=id, since=since, until=until))
    kept = reply.found[0]
    note_at_door("subscription-events", who, at=at, detail=id)
    told = _as_seen(reply.events, owner, at)
    said = Content.EMPTY if Content.EMPTY in (content, kept.content) else Content.ID_ONLY
    shown = without_names(told) if said is Content.EMPTY else told
    state = _status(kept, gate.base, Kind.QUERY_EVENT, shown)
    found = notification(f"{gate.base}/fhir", state, at=at.clock(), told=shown, content=said)
    return json_answer(write_json(found))


def _subscriber(who: Principal, interaction: Interaction) -> str:
    """The client, whose token allows that, and to read what it would be told of."""
    check_scope(who, TYPE, interaction)
    check_scope(who, "Task", Interaction.READ)
    if who.client is None:
        raise NotAllowed("Subscriptions are for systems.")
    return who.client


def _as_seen(told: Sequence[Numbered], owner: str, at: At) -> list[Numbered]:
    tasks = tuple(dict.fromkeys(one.task for one in told))
    seen = seen_by(owner, tasks, at=at) if tasks else frozenset()
    return [one if one.task in seen else without_names([one])[0] for one in told]


def _wanted(request: Request) -> dict[str, str]:
    asked = {k: v for k, v in request.query_params.items() if k not in ("_count", "_format")}
    unknown = asked.keys() - _SEARCHED.keys()
    if unknown:
        raise Invalid(*(Issue(f"{TYPE} cannot be searched by “{name[:80]}”.") for name in unknown))
    return asked


def _fits(one: Json, wanted: dict[str, str]) -> bool:
    return all(_SEARCHED[name](one) in value.split(",") for name, value in wanted.items())


_SEARCHED = {
    "_id": lambda one: one["id"],
    "status": lambda one: one["status"],
    "url": lambda one: one["channel"]["endpoint"],
    "criteria": lambda one: one["criteria"],
    "topic": lambda one: one["criteria"],
}


def _number(written: str, name: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= 9):
        raise Invalid(Issue(f"{name} is a number.", name, "value"))
    return int(written)


def _statuses(found: Sequence[Kept], base: str) -> Response:
    entries = [
        {
            "fullUrl": f"urn:uuid:{state['id']}",
            "resource": state,
            "search": {"mode": "match"},
        }
        for state in (_status(one, base, Kind.QUERY_STATUS) for one in found)
    ]
    return json_answer(write_json(bundle("searchset", entries, total=len(entries))))


def _status(kept: Kept, base: str, kind: Kind, told: Sequence[Numbered] = ()) -> Json:
    return status_of(
        f"{base}/fhir",
        id=kept.id,
        topic=kept.topic,
        status=kept.status,
        kind=kind,
        events=kept.events,
        told=told,
        error=kept.error,
    )


def _answer(kept: Kept, code: int = 200) -> Response:
    written = write_subscription(kept)
    headers = {"ETag": f'W/"{kept.version}"'}
    if code == 201:
        headers["Location"] = f"/fhir/{TYPE}/{kept.id}"
    return json_answer(write_json(written), code, headers)
