"""The words about subscriptions as JSON."""

import orjson
from pydantic import TypeAdapter

from shared.cloudevents import read_json
from shared.subscribing import Ask, Reply, Sight, SightQuery

_ASK = TypeAdapter(Ask)
_REPLY = TypeAdapter(Reply)
_QUERY = TypeAdapter(SightQuery)
_SIGHT = TypeAdapter(Sight)


def write(words: Ask | Reply | SightQuery | Sight) -> bytes:
    return orjson.dumps(words)


def read_ask(body: bytes) -> Ask:
    return read_json(_ASK, body)


def read_reply(body: bytes) -> Reply:
    return read_json(_REPLY, body)


def read_sight_query(body: bytes) -> SightQuery:
    return read_json(_QUERY, body)


def read_sight(body: bytes) -> Sight:
    return read_json(_SIGHT, body)
