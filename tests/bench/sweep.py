"""A sweep with 100 due, with few and with a great many open referrals, side by side."""

import statistics
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.bench.clones import Mould, make_mould
from tests.bench.sweeper import Cost, Sweeper, sweeper

DUE, ROUNDS = 100, 7
STARTED = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Result:
    backend: str
    few: Cost
    many: Cost

    @property
    def ratio(self) -> float:
        return self.many.seconds / self.few.seconds

    @property
    def rate(self) -> float:
        """Referrals a second with the great many."""
        return self.many.climbed / self.many.seconds


def measure_sweep(backend: str, urls: tuple[str, str], sizes: tuple[int, int]) -> Result:
    """Both sweep in turns, so that whatever else the machine does meets both. In each turn another
    100 take a rung at which the service, the referrer and the family are told."""
    with ExitStack() as opened:
        pairs = []
        for url, size in zip(urls, sizes, strict=True):
            mould = make_mould(url, STARTED)
            opened.enter_context(closing(mould.database))
            mould.copy(size)
            mould.analyze()
            pairs.append((mould, opened.enter_context(sweeper(url))))
        turns = [[_turn(mould, one, turn) for mould, one in pairs] for turn in range(ROUNDS + 1)]
    few, many = zip(*turns[1:], strict=True)
    return Result(backend, _median(few), _median(many))


def _turn(mould: Mould, sweeper: Sweeper, turn: int) -> Cost:
    now = mould.due + turn * MINUTE
    mould.copy(DUE, due=now)
    cost = sweeper.sweep(now)
    assert cost.climbed >= DUE, cost
    return cost


def _median(costs: tuple[Cost, ...]) -> Cost:
    return Cost(
        climbed=DUE,
        seconds=statistics.median(one.seconds for one in costs),
        cpu_seconds=statistics.median(one.cpu_seconds for one in costs),
        memory=max(one.memory for one in costs),
    )
