"""What a person wishes about messages, as the services say it to each other."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from shared.cloudevents import read_json
from shared.contract import PERSON, Channel


@dataclass(frozen=True, kw_only=True)
class Wish:
    """`pace` is at-once, daily or off."""

    category: str
    channel: Channel
    pace: str


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Of one person (`recipient`), as `by` said it. `language` is empty where the record's own
    stands; `days` are those on which it is safe to write (0 is Monday), from and until when ("":
    at any time)."""

    recipient: str
    by: str = ""
    wishes: tuple[Wish, ...] = ()
    language: str = ""
    large_print: bool = False
    shared_phone: bool = False
    days: tuple[int, ...] = tuple(range(7))
    safe_from: str = ""
    safe_until: str = ""

    def __post_init__(self) -> None:
        if not PERSON.fullmatch(self.recipient):
            raise ValueError("recipient must be a Practitioner or a RelatedPerson")


_WISHES = TypeAdapter(Wishes)


def write_wishes(wishes: Wishes) -> bytes:
    return _WISHES.dump_json(wishes)


def read_wishes(body: bytes) -> Wishes:
    """Invalid when they are not as agreed."""
    return read_json(_WISHES, body)
