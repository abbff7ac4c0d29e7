"""The codes of a second factor: of an authenticator app, each good once, and recovery codes, kept as hashes."""

from __future__ import annotations

import secrets
from datetime import datetime
from hmac import compare_digest

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.crypto import salted_hmac

from articles.models import User

# The steps of the app's clock before and after ours whose codes are taken too: 30 seconds each.
TOLERANCE = 1
RECOVERY_CODES = 10
# Small letters and digits without those that look alike; ten of them hold 49 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUP = 5


def has_app(person: User) -> bool:
    """Has this person set up an app whose codes are the second step of signing in?"""
    return Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of the clock whose code this is, if it is one of now."""
    typed = "".join(code.split())
    current = int(now.timestamp()) // app_settings.TOTP_PERIOD
    for step in range(current - TOLERANCE, current + TOLERANCE + 1):
        if compare_digest(typed.encode(), format_hotp_value(hotp_value(secret, step)).encode()):
            return step
    return None


def use(person: User, code: str, now: datetime) -> Authenticator | None:
    """Return what this code is of, and let it be good no more; None where it is not good now.

    An app's code is good for its half minute and the ones beside it, and no older than the last one used.
    """
    with transaction.atomic():
        # Locked: of two requests with the same code the second finds it used.
        for one in Authenticator.objects.select_for_update().filter(user=person).order_by("pk"):
            if one.type == Authenticator.Type.TOTP:
                step = step_of(decrypt(one.data["secret"]), code, now)
                if step is not None and step > one.data.get("used_up_to", 0):
                    one.data["used_up_to"] = step
                    one.save(update_fields=["data"])
                    return one
            elif one.type == Authenticator.Type.RECOVERY_CODES:
                hashed = _hash(person, code)
                if hashed in one.data["hashes"]:
                    one.data["hashes"].remove(hashed)
                    one.save(update_fields=["data"])
                    return one
    return None


def make_recovery_codes(person: User) -> list[str]:
    """Make new recovery codes in the place of any before, and return them: they are kept nowhere."""
    made = [
        "".join(secrets.choice(LETTERS) for _letter in range(2 * GROUP)) for _code in range(RECOVERY_CODES)
    ]
    with transaction.atomic():
        Authenticator.objects.update_or_create(
            user=person,
            type=Authenticator.Type.RECOVERY_CODES,
            defaults={"data": {"hashes": [_hash(person, code) for code in made]}},
        )
    return [f"{code[:GROUP]}-{code[GROUP:]}" for code in made]


def recovery_codes_left(person: User) -> int:
    """Return how many recovery codes were not used yet."""
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return 0 if kept is None else len(kept.data["hashes"])


def _hash(person: User, code: str) -> str:
    typed = "".join(letter for letter in code.casefold() if letter.isalnum())
    return salted_hmac(f"recovery-code-{person.pk}", typed, algorithm="sha256").hexdigest()
