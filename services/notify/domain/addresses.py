"""Addresses as they are compared and kept."""

import hashlib


def address_hash(address: str) -> str:
    """Nobody can read the address off it; empty for none."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest() if address else ""
