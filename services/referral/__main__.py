"""The commands of the referral service: python -m services.referral <command>."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from fastapi import FastAPI
from pydantic import ValidationError

from services.referral.account_commands import accounts
from services.referral.client_commands import clients
from services.referral.demo.build import build_demo, is_lived_in
from services.referral.domain.diagram import diagram
from services.referral.main import MIGRATIONS, create_app, open_workplace
from services.referral.policies.reader import PolicyError
from services.referral.policy_commands import policy
from services.referral.records.chain import read_kept
from services.referral.settings import Settings
from services.referral.use_cases.escalation_report import escalation_report
from services.referral.use_cases.explain_routing import explain_routing
from services.referral.use_cases.reindex import reindex, reindex_old
from services.referral.use_cases.unusual_access import unusual_access
from services.referral.use_cases.verify_audit import head_of_audit, verify_audit
from services.referral.use_cases.workplace import Workplace
from shared.database import migrate
from shared.errors import Failure, Invalid
from shared.health import is_database_ready
from shared.identity import Principal, Role
from shared.serving import run

app = typer.Typer(
    no_args_is_help=True,
    help="Takes a concern, finds who can help, and minds the clock.",
    pretty_exceptions_enable=False,  # they print local variables, and so children's data
)

audit = typer.Typer(no_args_is_help=True, help="Check the audit, or look through it.")
app.add_typer(audit, name="audit")

PRIVACY_OFFICER = Principal(id="operator", name="the operator", role=Role.AUDITOR)


@app.command()
def serve() -> None:
    """Bring the schema up to date and run the service until it is stopped."""
    settings = _settings()
    _bring_up_to_date(settings)
    if settings.demo:
        _fill(_workplace(settings))
    else:
        _refuse_demo(_workplace(settings))
    run(
        _app(settings),
        host=settings.host,
        port=settings.referral_port,
        proxies=settings.trusted_proxies,
    )


@app.command(name="migrate")
def migrate_database() -> None:
    """Bring the schema up to date, and the search rows with it."""
    _bring_up_to_date(_settings())


@app.command()
def demo() -> None:
    """Fill an empty database with the invented county of Anyshire."""
    settings = _settings()
    if not settings.demo:
        print("Set SOONER_DEMO=1: the demo's people have a password that everybody knows.")
        raise typer.Exit(2)
    _bring_up_to_date(settings)
    _fill(_workplace(settings))


@app.command(name="reindex")
def reindex_records() -> None:
    """Rebuild the queue and the search rows from the records."""
    at = _ready_workplace()
    print(reindex(at=at))


@app.command()
def escalate(
    as_of: Annotated[str, typer.Option(help="An ISO instant such as 2026-11-20T10:00Z.")],
) -> None:
    """One sweep as if at that instant: print what climbed, who is told and why."""
    at = _ready_workplace()
    try:
        for line in escalation_report(as_of, at=at):
            print(line)
    except Invalid as wrong:
        print(wrong, file=sys.stderr)
        raise typer.Exit(2) from None


@app.command()
def route(bundle: Path) -> None:
    """Explain where the concern in a transaction Bundle would go, and why; store nothing."""
    at = _ready_workplace()
    try:
        for line in explain_routing(bundle.read_bytes(), at=at):
            print(line)
    except (Failure, OSError) as failure:
        print(failure, file=sys.stderr)
        raise typer.Exit(1) from None


@app.command()
def states() -> None:
    """Print the table of moves and its diagram, as in docs/states.md."""
    print(diagram(), end="")


def _bring_up_to_date(settings: Settings) -> None:
    migrate(settings.database_url, MIGRATIONS)
    rebuilt = reindex_old(at=_workplace(settings))
    if rebuilt and rebuilt.resources:
        print(f"Indexed anew: {rebuilt}")


def _refuse_demo(at: Workplace) -> None:
    """Everybody knows the passwords and secrets of the demo."""
    if is_lived_in(at.records):
        print("The demo's people are in this database: set SOONER_DEMO=1, or use another one.")
        raise typer.Exit(2)
    at.records.database.close()


@audit.command(name="verify")
def verify_command(
    kept: Annotated[str, typer.Option("--from", help="SEQ:HASH that `audit head` printed.")] = "",
) -> None:
    """Walk the chain of the audit; exit 1 where it was changed, removed or put in."""
    at = _workplace(_settings())
    try:
        found = verify_audit(at=at, who=PRIVACY_OFFICER, kept=read_kept(kept) if kept else None)
    except Invalid as wrong:
        print(wrong, file=sys.stderr)
        raise typer.Exit(2) from None
    if found.wrong:
        print(f"{found.wrong} The {found.lines} lines before it are whole.")
        raise typer.Exit(1)
    print(f"OK: {found.lines} lines, the newest with hash {found.hash}")


@audit.command()
def head() -> None:
    """Print the newest line as SEQ:HASH, to be kept where this database's owner cannot write."""
    print(head_of_audit(at=_workplace(_settings()), who=PRIVACY_OFFICER))


@audit.command()
def unusual() -> None:
    """Say which accesses of the last 30 days a privacy officer should look at."""
    for sentence in unusual_access(who=PRIVACY_OFFICER, at=_workplace(_settings())):
        print(sentence)


def _fill(at: Workplace) -> None:
    made = build_demo(at.records, at.rules, now=at.clock())
    print(f"demo: {made} concerns made" if made else "demo: the database is not empty")
    at.records.database.close()


def _ready_workplace() -> Workplace:
    at = _workplace(_settings())
    if not is_database_ready(at.records.database, MIGRATIONS):
        print("The database is not ready: run migrate, or make run, first.", file=sys.stderr)
        raise typer.Exit(2)
    return at


def _workplace(settings: Settings) -> Workplace:
    try:
        return open_workplace(settings)
    except PolicyError as wrong:
        print(wrong, file=sys.stderr)
        raise typer.Exit(2) from None


def _app(settings: Settings) -> FastAPI:
    try:
        return create_app(settings)
    except PolicyError as wrong:
        print(wrong, file=sys.stderr)
        raise typer.Exit(2) from None


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as wrong:
        for error in wrong.errors():
            print(error["msg"].removeprefix("Value error, "), file=sys.stderr)
        raise typer.Exit(2) from None


def _open(context: typer.Context) -> None:
    context.obj = _workplace(_settings())


def _openable(context: typer.Context) -> None:
    """What a command may open: a draft can be checked without a database."""
    context.obj = _ready_workplace


app.add_typer(policy, name="policy", callback=_openable)
app.add_typer(clients, name="client", callback=_open)
app.add_typer(accounts, name="account", callback=_open)

if __name__ == "__main__":
    app()
