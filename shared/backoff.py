"""How long to wait before trying again: longer each time, and never all at once."""

from datetime import timedelta

FIRST = timedelta(seconds=15)
LONGEST = timedelta(minutes=5)
DOUBLINGS = 10  # beyond these `LONGEST` holds anyway, and 2**attempts would grow without end


def wait_after(attempts: int, *, chance: float) -> timedelta:
    """The wait after so many failed attempts (from 1): up to 15 s, doubling to 5 min.

    `chance`, from 0 to 1, picks the point between none and all of it ("full jitter",
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    doublings: int = min(attempts - 1, DOUBLINGS)
    return chance * min(LONGEST, FIRST * (1 << doublings))
