"""Who came in, who did not, and what changed in who may do what. Outside the ledger, which is about the record.

Insert-only like the ledger, in the database itself. One thing is taken out again: network addresses, after
`AUDIT_ADDRESSES_KEPT_DAYS`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.core import context
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.models.user import User
from articles.refusals import Refused


class AuditVerb(models.TextChoices):
    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    CODE_FAILED = "code_failed", _("wrong code of a second factor")
    LOCKED_OUT = "locked_out", _("locked out after wrong tries")
    LOCK_LIFTED = "lock_lifted", _("lock-out lifted")
    SIGNED_OUT = "signed_out", _("signed out")
    SESSION_ENDED = "session_ended", _("sessions ended")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    PASSWORD_SET = "password_set", _("password set by a colleague")
    PASSWORD_RESET = "password_reset", _("password set anew by a link")
    LINK_SENT = "link_sent", _("link for a new password sent")
    LINK_MADE = "link_made", _("link for a new password made by a command")
    FACTOR_ADDED = "factor_added", _("second factor set up")
    FACTOR_REMOVED = "factor_removed", _("second factor taken off")
    CODES_MADE = "codes_made", _("recovery codes made")
    CODE_USED = "code_used", _("recovery code used")
    FACTOR_DEMANDED = "factor_demanded", _("who needs a second factor")
    ACCOUNT_OPENED = "account_opened", _("account opened")
    ACCOUNT_CHANGED = "account_changed", _("name or e-mail changed")
    DEACTIVATED = "deactivated", _("account deactivated")
    REACTIVATED = "reactivated", _("account reactivated")
    ROLE_GIVEN = "role_given", _("role given")
    KEY_ISSUED = "key_issued", _("key issued")
    KEY_REVOKED = "key_revoked", _("key revoked")


class AuditQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> AuditQuerySet:
        """Administrators see all, everybody what is about their own account. A program sees none."""
        if not at_desk(user) or user.limited_to is not None:
            return self.none()
        return self.all() if user.may_administer else self.filter(whom=user.pk)

    def editable_by(self, user: Any) -> AuditQuerySet:
        """Nobody writes into it."""
        return self.none()

    def for_listing(self) -> AuditQuerySet:
        return self.select_related("actor", "whom")


class AuditEntry(Storable):
    """One thing that happened to an account, or to who may come in."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    verb = models.CharField(_("what"), max_length=20, choices=AuditVerb.choices)
    # Null: a command on the machine itself, or somebody who has not said who they are.
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Null: nobody's account, as where a name was typed that no account has.
    whom = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("whose account")
    )
    detail = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit list"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(verb__in=AuditVerb.values),
                name="audit_verb_known",
                violation_error_message="The audit list does not know what this is.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["whom", "-id"], name="audit_of_person"),
            models.Index(fields=["verb", "-id"], name="audit_of_verb"),
            # What the task that erases addresses looks for.
            models.Index(fields=["at"], condition=models.Q(address__isnull=False), name="audit_with_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.whom or '–'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused("An entry of the audit list is never changed.", "insert_only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Refused("An entry of the audit list is never deleted.", "insert_only")

    @classmethod
    def note(
        cls,
        verb: AuditVerb,
        whom: User | None,
        actor: User | None,
        detail: str = "",
        at: datetime | None = None,
    ) -> AuditEntry:
        """Write an entry; where it came from is read from the request that is being answered, if one is."""
        return cls.objects.create(
            at=at or timezone.now(), verb=verb, actor=actor, whom=whom, detail=detail[:200], address=asked_from()
        )  # fmt: skip

    @classmethod
    def forget_addresses(cls, kept: timedelta, now: datetime) -> int:
        """Erase the network addresses of what is older than this; return how many."""
        old = cls.objects.filter(at__lt=now - kept, address__isnull=False)
        return old.update(address=None)


def asked_from() -> str | None:
    """Return the network address behind the request that is being answered; None outside of one."""
    request = context.request
    found = limits.network_address(request) if request is not None else None
    return None if found is None else str(found)
