"""New ids."""

from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7 as text: sorts about as time does."""
    return str(uuid7())
