"""The public keys with which a system signs: registered with us, or published by it."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from shared.errors import Failure

Key = RSAKey | ECKey
Keys = Mapping[str, Key]

#: A published key that is taken away signs for so long at most.
KEPT = timedelta(hours=1)
#: How often a key set is asked for, whatever strangers send: an unknown `kid` costs a fetch.
AGAIN = timedelta(minutes=1)
SHORTEST_RSA = 2048  # bits


def public_keys(text: bytes | str) -> Keys:
    """The usable keys of a JWKS by their `kid`: RSA, and EC on P-384. ValueError for other text."""
    try:
        found = json.loads(text)
        sent = [one for one in found["keys"] if isinstance(one, dict)]
    except (TypeError, KeyError, ValueError, RecursionError) as wrong:
        raise ValueError("This is no JSON Web Key Set.") from wrong
    keys = ((one.get("kid"), _key(one)) for one in sent)
    return {kid: key for kid, key in keys if isinstance(kid, str) and key is not None}


def is_private(text: bytes | str) -> bool:
    """Whether a key set that `public_keys` can read gives a secret away."""
    return any(
        isinstance(one, dict) and {"d", "k"} & one.keys() for one in json.loads(text)["keys"]
    )


def _key(sent: dict[str, Any]) -> Key | None:
    if sent.get("kty") not in ("RSA", "EC"):
        return None
    try:
        key = import_key(sent)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey) and key.public_key.key_size >= SHORTEST_RSA:
        return key
    return key if isinstance(key, ECKey) and key.curve_name == "P-384" else None


class KeySets:
    """Key sets by their address, fetched when they are needed and kept for an hour."""

    def __init__(
        self, fetch: Callable[[str], bytes], read: Callable[[bytes], Keys] = public_keys
    ) -> None:
        self._fetch = fetch
        self._read = read
        self._lock = threading.Lock()
        self._published: defaultdict[str, _Published] = defaultdict(_Published)

    def key(self, url: str, kid: str, now: datetime) -> Key | None:
        """The key of that name. A name that is new is looked for once a minute at most."""
        with self._lock:
            published = self._published[url]
        with published.lock:  # one fetch at a time for each address
            if published.is_due(kid, now):
                published.take(now, lambda: self._read(self._fetch(url)))
            return published.key(kid, now)


class _Published:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._keys: Keys = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None

    def is_due(self, kid: str, now: datetime) -> bool:
        if self._tried_at is not None and now - self._tried_at < AGAIN:
            return False
        return self.key(kid, now) is None

    def take(self, now: datetime, fetch: Callable[[], Keys]) -> None:
        self._tried_at = now
        try:
            self._keys = fetch()
        except (Failure, ValueError):
            return  # what was fetched before still counts until it is too old
        self._fetched_at = now

    def key(self, kid: str, now: datetime) -> Key | None:
        if self._fetched_at is None or now - self._fetched_at >= KEPT:
            return None
        return self._keys.get(kid)
