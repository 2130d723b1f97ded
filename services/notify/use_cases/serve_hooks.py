"""Serve all subscriptions side by side, so that a slow one holds up nobody else."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from services.notify.use_cases.deliver_hooks import LEASE, Serving, Turn

#: Those who answered slowly the last time wait for each other, and for nobody else.
QUICK_LANES = 8
SLOW_LANES = 4

log = structlog.get_logger(__name__)


@dataclass
class _Lane:
    slow: bool
    width: int
    pool: ThreadPoolExecutor
    busy: dict[str, Future[None]] = field(default_factory=dict)

    def free(self) -> int:
        self.busy = {id: turn for id, turn in self.busy.items() if not turn.done()}
        return self.width - len(self.busy)


@dataclass(frozen=True)
class HookService:
    """Each call is one pass, which waits for nobody."""

    serving: Serving
    lanes: tuple[_Lane, ...]

    def __call__(self) -> int:
        """How many subscriptions it began to serve."""
        return sum(self._fill(lane) for lane in self.lanes)

    def wait(self) -> None:
        """Until every turn that has begun is over."""
        wait([turn for lane in self.lanes for turn in lane.busy.values()])

    def _fill(self, lane: _Lane) -> int:
        free = lane.free()
        if free <= 0:
            return 0
        claim, now = str(uuid4()), self.serving.clock()
        claimed = self.serving.hooks.claim(
            slow=lane.slow, limit=free, claim=claim, now=now, lease=LEASE
        )
        for id in claimed:
            lane.busy[id] = lane.pool.submit(_take, Turn(self.serving, id, claim))
        return len(claimed)


@contextmanager
def hook_service(serving: Serving) -> Iterator[HookService]:
    """When the block ends, what is under way ends as well."""
    with (
        ThreadPoolExecutor(QUICK_LANES, "hook") as quick,
        ThreadPoolExecutor(SLOW_LANES, "slow-hook") as slow,
    ):
        lanes = (_Lane(False, QUICK_LANES, quick), _Lane(True, SLOW_LANES, slow))
        yield HookService(serving, lanes)


def _take(turn: Turn) -> None:
    try:
        turn.take()
    except Exception as failure:  # one that breaks must not end the others' thread unseen
        log.error("subscription broke", subscription=turn.id, why=type(failure).__name__)
