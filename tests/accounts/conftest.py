"""People who sign in by the form, as a browser does."""

from __future__ import annotations

import re
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from articles.accounts import letters
from articles.models import AuditEntry
from tests.factories import PASSWORD

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
NEW = "a long and fresh phrase"


class Clock:
    """The time that the program reads; it stands until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("articles.accounts.adapter.timezone.now", clock)
    return clock


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Letters go while the test waits, and no test sees what another one left in the cache."""
    cache.clear()

    def send(letter: Any) -> Future[None]:
        letters._send(letter)
        return Future()

    monkeypatch.setattr(letters, "send", send)


def sign_in(client: Client, name: str = "rita", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_login"), {"login": name, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def with_app(person: Any) -> str:
    """Give somebody an app, and return its secret."""
    secret = generate_totp_secret()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return secret


def code_at(secret: str, moment: datetime) -> str:
    return format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30))


def entries() -> list[tuple[str, str, str]]:
    """Return (verb, whose account, by whom) of the audit list, oldest first."""
    return [
        (one.verb, one.whom.username if one.whom else "", one.actor.username if one.actor else "")
        for one in AuditEntry.objects.for_listing().order_by("id")
    ]


def verbs() -> list[str]:
    return [verb for verb, _whom, _by in entries()]


def text_of(answer: Any) -> str:
    """Return what a page says, in words with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
