"""CloudEvents 1.0 as JSON, one or many at a time (https://github.com/cloudevents/spec)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import orjson
from pydantic import AwareDatetime, StringConstraints, TypeAdapter, ValidationError

from shared.errors import Invalid, Issue

BATCH_TYPE = "application/cloudevents-batch+json"
LARGEST_BATCH = 1000

Word = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class CloudEvent:
    """Something that happened, in an envelope any receiver can read; `data` is a JSON object."""

    id: Word
    source: Word
    type: Word
    subject: Word
    time: AwareDatetime
    data: dict[str, Any]
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """An entry of a batch that has an id, but is not an event we can read."""

    id: str
    reason: str


_EVENT = TypeAdapter(CloudEvent)


def to_json(event: CloudEvent) -> str:
    return orjson.dumps(event).decode()


def from_json(written: str) -> CloudEvent:
    """One that `to_json` wrote."""
    return read_json(_EVENT, written.encode())


def join(events: Iterable[str]) -> bytes:
    """A batch out of events that are JSON already."""
    return f"[{','.join(events)}]".encode()


def read_batch(body: bytes) -> list[CloudEvent | Unreadable]:
    """The events of a batch in its order; Invalid when one has no id to answer by."""
    try:
        entries = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        raise Invalid("The batch is not JSON.") from wrong
    if not isinstance(entries, list) or len(entries) > LARGEST_BATCH:
        raise Invalid(f"A batch is an array of at most {LARGEST_BATCH} events.")
    return [_read(entry, f"[{place}]") for place, entry in enumerate(entries)]


def read_json(adapter: TypeAdapter[T], body: bytes) -> T:
    """What the JSON says, checked strictly; Invalid names each place but never repeats its value,
    which may be personal."""
    try:
        return adapter.validate_json(body, strict=True)
    except ValidationError as wrong:
        raise Invalid(*(_issue(error["loc"], error["msg"]) for error in wrong.errors())) from None


def _read(entry: Any, place: str) -> CloudEvent | Unreadable:
    id = entry.get("id") if isinstance(entry, dict) else None
    if not isinstance(id, str) or not id:
        raise Invalid(Issue("An event needs an id.", expression=place))
    try:
        return read_json(_EVENT, orjson.dumps(entry))
    except orjson.JSONEncodeError:
        return Unreadable(id=id, reason="This event is nested too deep.")
    except Invalid as wrong:
        return Unreadable(id=id, reason=str(wrong))


def _issue(loc: tuple[int | str, ...], message: str) -> Issue:
    place = ".".join(str(step) for step in loc)
    message = message.removeprefix("Value error, ")
    return Issue(f"{place}: {message}." if place else f"{message}.", expression=place)
