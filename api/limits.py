"""How much may be asked in a minute: by an address, by a key, by somebody of the desk.

How it is counted, and in what, says `articles.limits`. Addresses stand there as hashes with a secret of this
installation, and for two minutes.
"""

from __future__ import annotations

import time
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from articles.limits import REST, WINDOW, Budget, Counter, Standing, client_address, counter_at

__all__ = ["REST", "WINDOW", "Budget", "Counter", "client_address"]


class TooManyRequests(APIException):
    """The budget of this minute is used up (429)."""

    status_code = 429
    default_code = "too_many_requests"

    def __init__(self, standing: Standing) -> None:
        self.wait = standing.reset
        budget = standing.budget
        super().__init__(
            f"That was more than {budget.quota} requests to {budget.name} in a minute. Try again in {self.wait} "
            f"second{'' if self.wait == 1 else 's'}."
        )


class Limits(BaseThrottle):
    """Counts each request before it is carried out; kept answers (`articles.keeping`) leave before that."""

    def allow_request(self, request: Any, view: Any) -> bool:
        if getattr(request._request, "was_counted", False):
            return True
        writes = request.method not in SAFE_METHODS and not getattr(view, "only_reads", False)
        spend(request._request, budget_of(request, writes))
        return True


def spend(request: HttpRequest, budget: Budget) -> None:
    """Count a request; its answer will say what is left. Raises TooManyRequests."""
    standing = counter().count(budget, time.time()) if budget.quota else None
    if standing is not None:
        request.standing = standing  # type: ignore[attr-defined]
        if standing.refused:
            raise TooManyRequests(standing)


def spend_early(request: HttpRequest) -> bool:
    """Count what a stranger asks before any view hears of it, and say whether it is granted.

    What is refused costs nothing: `Limits` counts it again and tells why.
    """
    try:
        spend(request, stranger(request))
    except TooManyRequests:
        return False
    request.was_counted = True  # type: ignore[attr-defined]
    return True


def spend_on_each(request: Any, parts: int) -> None:
    """Count each part of a request that reads as one that was sent by itself; the first one `Limits` has counted.

    Who may ask less in a minute than there are parts spends all of it. Raises TooManyRequests.
    """
    budget = budget_of(request, writes=False)
    more = min(parts, budget.quota) - 1
    if more > 0:
        # One request of a key's day, however much it asked.
        spend(request._request, replace(budget, days_of="", cost=more))


def count_unknown_key(request: HttpRequest) -> None:
    """Count a request with a key that is none. Raises TooManyRequests."""
    spend(request, stranger(request))


def budget_of(request: Any, writes: bool) -> Budget:
    """Return the budget of whoever asks, for reading or for writing; strangers only read."""
    if not request.user.is_authenticated:
        return stranger(request._request)
    who = f"user:{request.user.pk}" if request.auth is None else f"key:{request.auth.pk}"
    days_of = "" if request.auth is None else who
    if writes:
        return Budget("write", f"{who}:write", settings.API_LIMITS_WRITE, days_of)
    return Budget("read", f"{who}:read", settings.API_LIMITS_READ, days_of)


def stranger(request: HttpRequest) -> Budget:
    """Return the budget of an address."""
    address = client_address(request)
    hashed = blake2b(address.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
    return Budget("read", f"address:{hashed}", settings.API_LIMITS_ANONYMOUS)


def counter() -> Counter:
    """Return the counter of this machine."""
    return counter_at(Path(settings.DATA_DIRECTORY) / "api-limits.sqlite3", WINDOW, "Requests to the API")
