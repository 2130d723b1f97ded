"""make bench: measure, and print a table with ratios."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.backlog import measure_backlog
from tests.bench.checks import measure_checks
from tests.bench.concern import measure_concern
from tests.bench.fhir import measure_fhir
from tests.bench.notify import FULL, SMALL, Size, measure_old, measure_pace
from tests.bench.queue import measure_queue
from tests.bench.sweep import DUE, measure_sweep
from tests.bench.worklist import measure_worklist
from tests.databases import fresh_postgres, postgres_server


@contextmanager
def addresses(backend: str) -> Iterator[tuple[str, str]]:
    """Two empty databases of that kind: one for the service, one for its floor."""
    with ExitStack() as opened:
        if backend == "sqlite":
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            yield f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'floor.db'}"
            return
        server = opened.enter_context(postgres_server())
        yield (
            opened.enter_context(fresh_postgres(server)),
            opened.enter_context(fresh_postgres(server)),
        )


MEGABYTE = 1_000_000
#: Open referrals, those of a backlog, and for how many seconds it drains; --small shows in minutes
#: that it all still runs, and its figures say nothing.
SIZES = {False: ((10_000, 1_000_000), 100_000, 180.0), True: ((500, 2_000), 2_000, 10.0)}


def main() -> None:
    """Each database by itself, one after the other: two cores are few."""
    lines = {"concern": concern, "fhir": fhir, "queue": queue, "checks": checks}
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument(
        "lines",
        nargs="*",
        metavar="LINE",
        help="concern, fhir, queue, checks, sweep, backlog, notify; all if none is named",
    )
    asked.add_argument("--small", action="store_true", help="few referrals and few old messages")
    chosen = asked.parse_args()
    sizes, due, seconds = SIZES[chosen.small]
    lines["sweep"] = lambda: sweep(sizes)
    lines["backlog"] = lambda: backlog(due, seconds)
    lines["notify"] = lambda: notify(SMALL if chosen.small else FULL)
    for name, line in lines.items():
        if not chosen.lines or name in chosen.lines:
            line()
            print()


def concern() -> None:
    print("POST /fhir of the example concern, CPU of the server a request (at most 2.5 x floor)")
    print("| database | rows | ours ms | floor ms | ratio | ours p50 ms | floor p50 ms |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (url, floor_url):
            one = measure_concern(backend, url, floor_url)
        print(
            f"| {one.backend} | {one.rows} | {one.ours.cpu_ms:.2f} | {one.floor.cpu_ms:.2f} "
            f"| {one.ratio:.2f} | {one.ours.median_ms:.1f} | {one.floor.median_ms:.1f} |"
        )


def queue() -> None:
    print("A queue page of 20, median time with 1,000 and with 100,000 open Tasks (at most 1.3 x)")
    print("| database | 1,000 ms | 100,000 ms | ratio |")
    print("|---|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (few_url, many_url):
            one = measure_queue(backend, few_url, many_url)
        print(f"| {one.backend} | {one.few_ms:.1f} | {one.many_ms:.1f} | {one.ratio:.2f} |")


def fhir() -> None:
    print("Interactions of the API, CPU of the server a request (at most: reads 1.5 x, writes 2.5)")
    print("| database | interaction | ours ms | floor ms | ratio |")
    print("|---|---|---:|---:|---:|")
    paces = []
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (url, floor_url):
            costs, measured = measure_fhir(backend, url, floor_url)
        paces += measured
        for one in costs:
            against = f"{one.floor_ms:.2f} | {one.ratio:.2f}" if one.ratio else "- | -"
            print(f"| {one.backend} | {one.what} | {one.ours_ms:.2f} | {against} |")
    print()
    print("Reads of one resource by several connections at once")
    print("| database | connections | a second | p50 ms | p99 ms | memory MB |")
    print("|---|---:|---:|---:|---:|---:|")
    for pace in paces:
        print(
            f"| {pace.backend} | {pace.connections} | {pace.per_second:.0f} | {pace.p50:.1f} "
            f"| {pace.p99:.1f} | {pace.memory:.0f} |"
        )
    print()
    print("A search of 20 Tasks, median time with 1,000 and with 100,000 (at most 1.3 x)")
    print("| database | worklist | 1,000 ms | 100,000 ms | ratio |")
    print("|---|---|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (few_url, many_url):
            for found in measure_worklist(backend, few_url, many_url):
                print(
                    f"| {found.backend} | {found.what} | {found.few_ms:.1f} | {found.many_ms:.1f} "
                    f"| {found.ratio:.2f} |"
                )


def checks() -> None:
    print("The access filter and the audit, median time with them and without (at most 1.15 x)")
    print("| database | what | with ms | without ms | ratio |")
    print("|---|---|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (url, _):
            for one in measure_checks(backend, url):
                print(
                    f"| {one.backend} | {one.what} | {one.on_ms:.2f} | {one.off_ms:.2f} "
                    f"| {one.ratio:.2f} |"
                )


def sweep(sizes: tuple[int, int]) -> None:
    few, many = sizes
    print(f"A sweep with {DUE} due, with {few:,} and with {many:,} open referrals (at most 1.5 x)")
    print(
        "| database | few ms | many ms | ratio | rows a second | CPU ms a row | memory MB | load |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as urls:
            one = measure_sweep(backend, urls, sizes)
        print(
            f"| {one.backend} | {one.few.seconds * 1000:.0f} | {one.many.seconds * 1000:.0f} "
            f"| {one.ratio:.2f} | {one.rate:.0f} | {one.many.cpu_seconds / DUE * 1000:.1f} "
            f"| {one.many.memory / MEGABYTE:.0f} | {os.getloadavg()[0]:.1f} |"
        )


def backlog(due: int, seconds: float) -> None:
    print(f"Queue pages in the {seconds:.0f} seconds before {due:,} referrals drain and in as many")
    print("of the drain, by the same process (p99 at most 2 x)")
    print(
        "| database | p50 before | during | p99 before | during | ratio | drained | rows a second "
        "| memory MB before | during | load |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (url, _):
            one = measure_backlog(backend, url, due, seconds)
        print(
            f"| {one.backend} | {one.before.p50:.1f} | {one.during.p50:.1f} "
            f"| {one.before.p99:.1f} | {one.during.p99:.1f} | {one.ratio:.2f} | {one.drained:,} "
            f"| {one.rate:.0f} | {one.before.memory / MEGABYTE:.0f} "
            f"| {one.during.memory / MEGABYTE:.0f} | {os.getloadavg()[0]:.1f} |"
        )


def notify(size: Size) -> None:
    print("What notify does in a second, and how long an event takes to an accepted message (p95)")
    print("| database | events taken/s | mails/s by SMTP | by GOV.UK's stand-in | p95 s |")
    print("|---|---:|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (url, _):
            pace = measure_pace(backend, url, size)
        print(
            f"| {backend} | {pace.taken:.0f} | {pace.by_smtp:.0f} | {pace.by_govuk:.0f} "
            f"| {pace.p95:.2f} |"
        )
    print()
    print(f"A message, with {size.old:,} old ones in the table and with none (at most 1.3 x)")
    print("| database | none ms | old ms | ratio |")
    print("|---|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (few_url, many_url):
            old = measure_old(backend, few_url, many_url, size)
        print(f"| {backend} | {old.empty_ms:.2f} | {old.full_ms:.2f} | {old.ratio:.2f} |")


if __name__ == "__main__":
    main()
