"""The commands about people: python -m services.referral account <command>.

For the first administrator of an installation, and for the day when no administrator can get in.
"""

import sys
from typing import NoReturn

import typer

from services.referral.settings import Settings
from services.referral.use_cases.add_account import add_admin
from services.referral.use_cases.recover_account import account_by_email, link_for
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure
from shared.identity import Principal, Role

accounts = typer.Typer(no_args_is_help=True, help="People who may sign in.")
OPERATOR = Principal(id="operator", name="the operator", role=Role.ADMIN)


@accounts.command()
def add(context: typer.Context, email: str, name: str) -> None:
    """Add an administrator; prints the link by which they set their password, within an hour."""
    at: Workplace = context.obj
    try:
        secret = add_admin(email, name, who=OPERATOR, at=at)
    except Failure as failure:
        _fail(failure)
    typer.echo(_link(secret))


@accounts.command()
def recover(context: typer.Context, email: str) -> None:
    """End everything that opens somebody's account; prints a link to set a new password."""
    at: Workplace = context.obj
    try:
        secret = link_for(account_by_email(email, at=at), "command-line", who=OPERATOR, at=at)
    except Failure as failure:
        _fail(failure)
    typer.echo(_link(secret))


def _link(secret: str) -> str:
    return f"{Settings().own_url}/set-password/{secret}"


def _fail(failure: Failure) -> NoReturn:
    typer.echo(str(failure), file=sys.stderr)
    raise typer.Exit(1)
