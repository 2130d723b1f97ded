"""make bench: measure, and print a table with ratios."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.checks import measure_checks
from tests.bench.concern import measure_concern
from tests.bench.notify import OLD, measure_old, measure_pace
from tests.bench.queue import measure_queue
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


def main() -> None:
    """Each database by itself, one after the other: two cores are few."""
    concern()
    queue()
    checks()
    notify()


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
    print()
    print("A queue page of 20, median time with 1,000 and with 100,000 open Tasks (at most 1.3 x)")
    print("| database | 1,000 ms | 100,000 ms | ratio |")
    print("|---|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (few_url, many_url):
            one = measure_queue(backend, few_url, many_url)
        print(f"| {one.backend} | {one.few_ms:.1f} | {one.many_ms:.1f} | {one.ratio:.2f} |")


def checks() -> None:
    print()
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


def notify() -> None:
    print()
    print("What notify does in a second, and how long an event takes to an accepted message (p95)")
    print("| database | events taken/s | mails/s by SMTP | by GOV.UK's stand-in | p95 s |")
    print("|---|---:|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (url, _):
            pace = measure_pace(backend, url)
        print(
            f"| {backend} | {pace.taken:.0f} | {pace.by_smtp:.0f} | {pace.by_govuk:.0f} "
            f"| {pace.p95:.2f} |"
        )
    print()
    print(f"A message, with {OLD:,} old ones in the table and with none (at most 1.3 x)")
    print("| database | none ms | old ms | ratio |")
    print("|---|---:|---:|---:|")
    for backend in ("sqlite", "postgresql"):
        with addresses(backend) as (few_url, many_url):
            old = measure_old(backend, few_url, many_url)
        print(f"| {backend} | {old.empty_ms:.2f} | {old.full_ms:.2f} | {old.ratio:.2f} |")


if __name__ == "__main__":
    main()
