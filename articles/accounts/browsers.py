"""Browsers from which somebody has signed in before, told by a signed cookie.

It opens nothing. It only says by whose count the next guesses go, so that a stranger who guesses at an account cannot
keep its owner out (`articles.models.guessing`).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from articles import limits
from articles.models import GuessKind, User
from articles.models.guessing import Guessed
from articles.models.user import guessed_name

KEPT = timedelta(days=400)
SALT = "articles.accounts.browsers"


def _cookie(person: User) -> str:
    return f"known_{person.pk}"


def known(request: HttpRequest, person: User | None) -> str:
    """Return by what this browser is known for this account; empty where it is not."""
    if person is None:
        return ""
    try:
        return signing.loads(
            request.COOKIES.get(_cookie(person), ""), salt=f"{SALT}.{person.pk}", max_age=KEPT
        )
    except signing.BadSignature:
        return ""


def remember(request: HttpRequest, response: HttpResponseBase, person: User) -> None:
    """Know this browser again."""
    value = signing.dumps(known(request, person) or secrets.token_urlsafe(12), salt=f"{SALT}.{person.pk}")
    response.set_cookie(
        _cookie(person), value, max_age=KEPT, path="/desk/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )  # fmt: skip


def guesses_at_password(request: HttpRequest, name: str, person: User | None) -> list[Guessed]:
    """Return what a password typed for this name counts as a guess at."""
    browser = known(request, person)
    if browser:
        return [Guessed(GuessKind.BROWSER, browser, person)]
    address = limits.client_address(request)
    return [Guessed(GuessKind.NAME, guessed_name(name), person), Guessed(GuessKind.ADDRESS, address)]


def guesses_at_code(request: HttpRequest, person: User) -> list[Guessed]:
    """Return what a code typed for this account counts as a guess at."""
    browser = known(request, person)
    return [Guessed(GuessKind.CODE, browser or str(person.pk), person)]
