"""The commands of notify: python -m services.notify <command>."""

import sys
from contextlib import closing

import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from services.notify.channels.bounced import LARGEST, NotABounce, read_bounce
from services.notify.channels.recipients import Unreachable
from services.notify.channels.smtp import NAME as SMTP
from services.notify.main import MIGRATIONS, at_work, create_app, utc_now
from services.notify.messages.receipts import Receipts
from services.notify.settings import Settings
from shared.database import Database, migrate
from shared.serving import run

#: Of sysexits.h, by which a mail server knows whether to keep a mail for later.
NO_BOUNCE, TRY_AGAIN = 65, 75

app = typer.Typer(
    no_args_is_help=True,
    help="Tells each person what happened.",
    pretty_exceptions_enable=False,  # they print local variables, and so secrets
)


@app.command()
def serve() -> None:
    """Bring the schema up to date and run the service until it is stopped."""
    settings = _settings()
    migrate(settings.notify_database_url, MIGRATIONS)
    run(
        create_app(settings),
        host=settings.host,
        port=settings.notify_port,
        proxies=settings.trusted_proxies,
    )


@app.command(name="migrate")
def migrate_database() -> None:
    """Bring the schema up to date."""
    migrate(_settings().notify_database_url, MIGRATIONS)


@app.command()
def deliver() -> None:
    """Send once what is due and pass on what came of it; print how many."""
    settings = _settings()
    database = Database(settings.notify_database_url)
    with closing(database), at_work(settings, database, clock=utc_now) as work:
        for state, number in sorted(work.deliver().items()):
            print(f"{state}: {number}")
        print(f"systems told: {work.hooks()}")
        print(f"passed on: {work.pass_on().claimed}")


@app.command()
def reconcile() -> None:
    """Compare what was to be told with what was; end with 1 where something is missing."""
    settings = _settings()
    database = Database(settings.notify_database_url)
    with closing(database), at_work(settings, database, clock=utc_now) as work:
        try:
            found = work.reconcile()
        except Unreachable:
            print("The referral service did not say how much it handed over.", file=sys.stderr)
            raise typer.Exit(2) from None
    print(found)
    if found.differences:
        raise typer.Exit(1)


@app.command()
def bounced() -> None:
    """Read one mail that came back, from the mail server's pipe; 65 where it is no bounce of ours,
    75 where the mail server should try again (sysexits.h)."""
    settings = _settings()
    try:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        receipt = read_bounce(raw, sender=settings.smtp_from, at=utc_now())
    except NotABounce as wrong:
        print(wrong, file=sys.stderr)
        raise typer.Exit(NO_BOUNCE) from None
    if receipt is None:
        print("Nothing follows: it is still under way, or has arrived.")
        return
    with closing(Database(settings.notify_database_url)) as database:
        try:
            is_news = Receipts(database).receive(receipt, provider=SMTP, now=utc_now())
        except OperationalError:
            print("The database does not answer.", file=sys.stderr)
            raise typer.Exit(TRY_AGAIN) from None
    print(f"{receipt.reference}: {receipt.state}" if is_news else "Nothing new.")


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as wrong:
        for error in wrong.errors():
            print(error["msg"].removeprefix("Value error, "), file=sys.stderr)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    app()
