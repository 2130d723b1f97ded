"""The commands about other systems: python -m services.referral client <command>."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from services.referral.domain.scopes import EVERYTHING
from services.referral.use_cases import manage_clients
from services.referral.use_cases.manage_clients import Proof, read_jwks
from services.referral.use_cases.workplace import Workplace
from shared.errors import Failure

clients = typer.Typer(no_args_is_help=True, help="Systems of other agencies that may sign in.")

Jwks = Annotated[Path | None, typer.Option(help="A file with its public keys (JWKS).")]
JwksUrl = Annotated[str | None, typer.Option(help="The https address of its public keys.")]
ActsAs = Annotated[str, typer.Option("--as", help="E-mail of the account that it acts as.")]


@clients.command()
def add(
    context: typer.Context,
    id: str,
    email: ActsAs,
    scope: str = EVERYTHING,
    jwks: Jwks = None,
    jwks_url: JwksUrl = None,
) -> None:
    """Let a system in; without keys it gets a secret, printed this once."""
    with _failing():
        proof = _proof(jwks, jwks_url)
        secret = manage_clients.add(id, email=email, scope=scope, proof=proof, at=_at(context))
        _tell(id, secret)


@clients.command()
def rotate(context: typer.Context, id: str, jwks: Jwks = None, jwks_url: JwksUrl = None) -> None:
    """Give it a new secret, or take its new keys; the old and its tokens end at once."""
    with _failing():
        _tell(id, manage_clients.rotate(id, proof=_proof(jwks, jwks_url), at=_at(context)))


@clients.command()
def revoke(context: typer.Context, id: str) -> None:
    """Keep a system out; its tokens end at once."""
    with _failing():
        manage_clients.revoke(id, at=_at(context))
        typer.echo(f"{id} is revoked.")


@clients.command(name="list")
def list_clients(context: typer.Context) -> None:
    """Every system: its id, the account it acts as, how it signs in, and what it may do."""
    for one in manage_clients.listed(at=_at(context)):
        state = "active" if one.active else "revoked"
        typer.echo("\t".join((one.id, one.acts_as, state, one.proof, one.scope)))


def _at(context: typer.Context) -> Workplace:
    at: Workplace = context.obj
    return at


def _proof(jwks: Path | None, jwks_url: str | None) -> Proof:
    return Proof(jwks=read_jwks(jwks) if jwks else None, jwks_url=jwks_url)


def _tell(id: str, secret: str | None) -> None:
    typer.echo(f"{id} signs in with its keys." if secret is None else f"{id}\t{secret}")


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except (Failure, OSError) as failure:
        typer.echo(str(failure), file=sys.stderr)
        raise typer.Exit(1) from None
