"""The commands about policies: python -m services.referral policy <command>."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.referral.policies.reader import Policies, PolicyError, read_policies
from services.referral.use_cases.apply_policy import apply_policy
from services.referral.use_cases.try_policy import try_policy
from services.referral.use_cases.workplace import Workplace

policy = typer.Typer(
    no_args_is_help=True, help="Check rules, places, clocks and ladders, or try new ones."
)

Since = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A date, as 2026-09-01.")]


@policy.command()
def check(context: typer.Context, folder: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Say all that is wrong with the policies in FOLDER (else with those in use); exit 1 if so."""
    if folder is None:
        at: Workplace = context.obj()  # those in use were read strictly by this
        policies = at.rules.policies
    else:
        policies = _read(folder)
    typer.echo(
        f"OK: {len(policies.rules)} rules, {len(policies.clocks)} clocks and "
        f"{len(policies.ladders)} ladders"
    )


@policy.command(name="try")
def try_(context: typer.Context, folder: Path, since: Since) -> None:
    """Say what would have climbed since that day under the policies in FOLDER; change nothing."""
    draft = _read(folder)
    at: Workplace = context.obj()
    for line in try_policy(draft, since.date(), at=at).lines():
        typer.echo(line)


@policy.command()
def apply(context: typer.Context) -> None:
    """Give open referrals the clocks that say that they apply to what is open."""
    at: Workplace = context.obj()
    typer.echo(f"{apply_policy(at=at)} open referrals have new due dates or climb at another time")


def _read(folder: Path) -> Policies:
    try:
        return read_policies(folder)
    except PolicyError as wrong:
        typer.echo(str(wrong), file=sys.stderr)
        raise typer.Exit(1) from None
