"""Signatures by the Standard Webhooks scheme, and the secrets they are made with.

No secret is stored. Each is derived from SECRET_KEY and a random salt that stands in the webhook's row: the database
alone, or a copy of it that got lost, signs nothing. A short hash of the secret stands beside the salt, so that a
changed SECRET_KEY is noticed instead of signing with what the receiver has never seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

PREFIX = "whsec_"
_PURPOSE = "articles.webhooks.signing"


class SecretLost(Exception):
    """SECRET_KEY is no longer the one that this secret was derived from."""


def new_salt() -> str:
    return secrets.token_hex(16)


def secret_of(salt: str, fingerprint: str = "") -> bytes:
    """Return the 32 bytes of the secret behind a salt.

    With the fingerprint of a secret in use, keys in SECRET_KEY_FALLBACKS are tried too. Raises SecretLost.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        found = salted_hmac(_PURPOSE, salt, secret=key, algorithm="sha256").digest()
        if not fingerprint or hmac.compare_digest(fingerprint_of(found), fingerprint):
            return found
    raise SecretLost


def fingerprint_of(secret: bytes) -> str:
    """Return what tells two secrets apart and gives neither away."""
    return hashlib.sha256(b"fingerprint:" + secret).hexdigest()[:32]


def in_text(secret: bytes) -> str:
    """Return a secret as receivers are given it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secret).decode()


def signatures(keys: Iterable[bytes], event_id: str, timestamp: int, body: str) -> str:
    """Return the header `webhook-signature`: one signature per secret that is valid now, separated by spaces."""
    signed = f"{event_id}.{timestamp}.{body}".encode()
    made = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)
