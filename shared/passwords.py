"""Passwords and secrets, kept as hashes alone.

A password is chosen by a person and hashed slowly with argon2. A token, a session's secret or a
client's secret made by us is long and random, so that a plain SHA-256 of it is enough.
"""

import hashlib
import secrets

from pwdlib import PasswordHash

_ARGON2 = PasswordHash.recommended()


def hash_password(password: str) -> str:
    return _ARGON2.hash(password)


def is_password(password: str, kept: str) -> bool:
    return _ARGON2.verify(password, kept)


def new_secret() -> str:
    """256 random bits, safe in a URL or a header."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, kept: str) -> bool:
    return secrets.compare_digest(hash_secret(secret), kept)
