"""What a program shows so that it may act in somebody's name: a key, shown once and kept as a hash.

A token reads `fct_<identifier>_<secret><checksum>`. The prefix lets scanners of published code find a lost one; the
identifier is public and names the key in lists; the secret holds 256 random bits. The checksum of all before it tells
a mistyped or invented token from a real one before the database is asked, and scanners from text that only looks so.
All is letters and digits, so that a double click takes hold of the whole.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, ClassVar
from zlib import crc32

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.audit import AuditEntry, AuditVerb
from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.models.user import Scope, User
from articles.refusals import NotAllowed, Refused

PREFIX = "fct"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Identifiers are read aloud: small letters and digits, without those that look alike.
IDENTIFIER_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
# How many letters hold 256 bits, and how many the 32 of a checksum.
SECRET_LENGTH, CHECKSUM_LENGTH = 43, 6
TOKEN = re.compile(
    rf"{PREFIX}_([a-z2-9]{{8}})_([0-9A-Za-z]{{{SECRET_LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)
# How exactly it is known when a key was last used; each use would else be a write.
USE_NOTED_EVERY = timedelta(hours=1)


class KeyState(models.TextChoices):
    GOOD = "good", _("in use")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")
    OWNERLESS = "ownerless", _("its owner's account is closed")


class ApiKeyQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ApiKeyQuerySet:
        """Everybody at the desk sees their own keys, administrators all. A program sees none: a lost key must not
        tell of others."""
        if not at_desk(user) or user.limited_to is not None:
            return self.none()
        return self.all() if user.may_administer else self.filter(owner=user.pk)

    def editable_by(self, user: Any) -> ApiKeyQuerySet:
        """Who sees a key may revoke it."""
        return self.visible_to(user).filter(revoked_at=None)

    def for_listing(self) -> ApiKeyQuerySet:
        return self.select_related("owner", "created_by", "revoked_by")

    def found(self, token: str) -> ApiKey | None:
        """Return the key of this token with its owner, by one statement; None where there is none.

        Whether it still holds, `state_at` says. What is no token is not looked for.
        """
        parts = TOKEN.fullmatch(token)
        if parts is None or not compare_digest(_checksum(f"{PREFIX}_{parts[1]}_{parts[2]}"), parts[3]):
            return None
        key: Any = self.select_related("owner").filter(identifier=parts[1]).first()
        return key if key is not None and compare_digest(key.hash, _hash(parts[2])) else None


class ApiKey(Storable):
    """Leave for a program to act as its owner, within scopes and for a time. Revoked, never deleted."""

    owner = models.ForeignKey(User, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100, help_text=_("What the key is for, and where it lies."))
    identifier = models.CharField(max_length=8, unique=True, editable=False)
    # SHA-256 of the secret: nobody guesses 256 random bits, so a hash that is slow on purpose would only cost.
    hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Without any the key reads what is public, on a budget of its own."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="api_key_has_a_name",
                violation_error_message="A key needs a name that says what it is for.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="api_key_expires_later",
                violation_error_message="The key would expire before it is issued: give a later time.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | Q(revoked_at__isnull=False),
                name="api_key_revoked_with_time",
                violation_error_message="Who revoked a key is noted with when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.name}"

    def clean(self) -> None:
        if not isinstance(self.scopes, list):
            raise ValidationError({"scopes": "Scopes are a list."})
        unknown = [str(scope)[:50] for scope in self.scopes if scope not in Scope.values]
        if unknown:
            raise ValidationError(
                {"scopes": f"There is no scope {', '.join(unknown)}. There are: {', '.join(Scope.values)}."}
            )
        self.scopes = sorted(set(self.scopes))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Refused(
            "A key is revoked, never deleted: what was done with it stays under its number.", "keep"
        )

    # Questions.

    def state_at(self, now: datetime) -> KeyState:
        """Return whether the key holds at this moment; of its last second it is the end."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return KeyState.EXPIRED
        return KeyState.GOOD if self.owner.is_active else KeyState.OWNERLESS

    @property
    def acting(self) -> User:
        """The owner, as a program with this key acts for them."""
        return self.owner.limited(self.scopes)

    # Verbs. The ledger records the newsroom's texts, not who has keys.

    @classmethod
    def issue(
        cls,
        by: User | None,
        owner: User,
        name: str,
        scopes: Iterable[str] = (),
        expires_at: datetime | None = None,
        at: datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key and return it with its token, which is kept nowhere.

        `by` None is a command run on the machine itself. Raises NotAllowed, Refused for a closed account, and
        ValidationError with sentences.
        """
        _require_owner(by, owner, "issues keys")
        if not owner.is_active:
            raise Refused(
                f"The account of {owner} is closed; a key of it would do nothing.", "closed_account"
            )
        identifier = "".join(secrets.choice(IDENTIFIER_LETTERS) for _letter in range(8))
        secret = _in_letters(secrets.randbits(256), SECRET_LENGTH)
        key = cls(
            owner=owner, name=name.strip(), identifier=identifier, hash=_hash(secret), scopes=list(scopes),
            created_at=at or timezone.now(), created_by=by, expires_at=expires_at,
        )  # fmt: skip
        key.full_clean()
        with transaction.atomic():
            key.save(force_insert=True)
            may = ", ".join(key.scopes)
            AuditEntry.note(AuditVerb.KEY_ISSUED, owner, by, f"{identifier} {may}".strip(), at)
        open_part = f"{PREFIX}_{identifier}_{secret}"
        return key, open_part + _checksum(open_part)

    def revoke(self, by: User | None, at: datetime | None = None) -> None:
        """End the key at once and for good; who ends it first is kept."""
        _require_owner(by, self.owner, "revokes keys")
        ended = {"revoked_at": at or timezone.now(), "revoked_by": by}
        with transaction.atomic():
            if not ApiKey.objects.filter(pk=self.pk, revoked_at=None).update(**ended):
                raise Refused("This key was revoked already.", "revoked")
            AuditEntry.note(AuditVerb.KEY_REVOKED, self.owner, by, self.identifier, at)
        self.refresh_from_db()

    def note_use(self, now: datetime) -> None:
        """Remember that the key was used, at most once an hour."""
        if self.last_used_at is not None and now - self.last_used_at < USE_NOTED_EVERY:
            return
        # Of many requests at once only the first finds it old.
        old = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(old, pk=self.pk).update(last_used_at=now)
        self.last_used_at = now


def _require_owner(by: Any, owner: Any, what: str) -> None:
    """Raise NotAllowed unless it is one's own key, or an administrator's word."""
    if by is None:
        return
    if not at_desk(by) or by.limited_to is not None:
        raise NotAllowed(f"Only somebody who is signed in at the desk {what}.")
    if by.pk != owner.pk and not by.may_administer:
        raise NotAllowed(f"Only an administrator {what} of others.")


def _in_letters(number: int, length: int) -> str:
    """Write a number in base 62, with zeros in front."""
    digits = []
    for _digit in range(length):
        number, rest = divmod(number, len(LETTERS))
        digits.append(LETTERS[rest])
    return "".join(reversed(digits))


def _checksum(text: str) -> str:
    return _in_letters(crc32(text.encode()), CHECKSUM_LENGTH)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
