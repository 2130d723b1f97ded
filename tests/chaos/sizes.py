"""How much is done: less on every change, all of it by `make chaos`."""

import os

IS_FULL = os.environ.get("SOONER_CHAOS") == "full"


def size(small: int, full: int) -> int:
    return full if IS_FULL else small


#: In every storm in which the services are killed.
KILLS = size(8, 50)
