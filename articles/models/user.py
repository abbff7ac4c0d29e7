"""The people who work at the desk. Readers have no account."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.recorded import Storable, at_desk
from articles.refusals import NotAllowed, Refused


class Role(models.TextChoices):
    REPORTER = "reporter", _("reporter")
    EDITOR = "editor", _("editor")
    ADMINISTRATOR = "administrator", _("administrator")


class Scope(models.TextChoices):
    """What a key may do in its owner's name, never more than the owner may."""

    DRAFTS = "drafts", _("read what only the desk sees")
    WRITE = "write", _("write at the desk; takes in reading it")
    PUBLISH = "publish", _("decide what readers see; takes in writing")
    IMPORT = "import", _("hand in articles")

    @property
    def told(self) -> str:
        """Return what it takes in and what it does not, for whoever issues a key."""
        return str(_TOLD[self])


_TOLD = {
    Scope.DRAFTS: _("reads what the desk reads"),
    Scope.WRITE: _("writes at the desk; takes in drafts, and handing in articles and manifests"),
    Scope.PUBLISH: _("decides what readers see; takes in write; publishes nothing for a reporter"),
    Scope.IMPORT: _("hands in articles, no manifests; sees only its own jobs"),
}


class Needed(models.TextChoices):
    """Who must sign in with a second factor."""

    NOBODY = "nobody", _("nobody")
    EDITORS = "editors", _("editors and administrators")
    EVERYBODY = "everybody", _("everybody")

    def of(self, role: str) -> bool:
        """Is it needed of somebody with this role?"""
        return self == Needed.EVERYBODY or (self == Needed.EDITORS and role != Role.REPORTER)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> UserQuerySet:
        """The desk sees its colleagues; readers meet names only where verdicts carry them."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> UserQuerySet:
        """Administrators manage accounts."""
        return self.all() if at_desk(user) and user.may_administer else self.none()

    def signing_in(self) -> UserQuerySet:
        """Load with an account all that a request asks of who makes it, by the one statement that loads it."""
        from allauth.mfa.models import Authenticator

        from articles.models.granting import granted_to
        from articles.models.newsroom import Newsroom

        factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return self.annotate(
            granted=granted_to(OuterRef("role")),
            has_factor=Exists(factors),
            factor_needed_of=Subquery(Newsroom.objects.values("second_factor")[:1]),
        )


# Ignored: Django makes this base class when the module is loaded, and mypy sees only a call.
class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(
        self, username: str, password: str | None = None, *, role: str = Role.REPORTER, **fields: Any
    ) -> User:
        """Create an account; without a password nobody can sign in with it."""
        user = self.model(username=self.model.normalize_username(username), role=role, **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create an administrator; the name is the one Django's `createsuperuser` calls."""
        return self.create_user(username, password, role=Role.ADMINISTRATOR, **fields)


class User(Storable, AbstractBaseUser):
    """Somebody who works here. Accounts are deactivated, never deleted: the ledger names them by id."""

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    display_name = models.CharField(max_length=150, help_text=_("The name readers see beside a verdict."))
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.REPORTER)
    is_active = models.BooleanField(
        default=True, help_text=_("Take this away instead of deleting an account.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # Where a program acts in this person's name: the scopes of its key. None: it is the person.
    limited_to: frozenset[str] | None = None

    # What no page shows of an author or approver.
    UNSHOWN: ClassVar = ("password", "last_login", "email", "created_at", "role", "is_active")

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["display_name"]

    class Meta:
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="user_role_known",
                violation_error_message="A user is a reporter, an editor or an administrator.",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Refused("An account is deactivated, never deleted: the record names its author by it.", "keep")

    # Questions. Django's admin asks the ones it has fixed names for.

    @property
    def is_desk(self) -> bool:
        """Does this person, or the program that acts for them, see what only the desk sees?"""
        return self.is_active and self._may_by_key(Scope.DRAFTS, Scope.WRITE, Scope.PUBLISH)

    @property
    def may_write(self) -> bool:
        return self.is_active and self._may_by_key(Scope.WRITE, Scope.PUBLISH)

    @property
    def may_publish(self) -> bool:
        """May this person decide what readers see: publish, withdraw, dismiss, merge, redact?"""
        return (
            self.is_active
            and self.role in (Role.EDITOR, Role.ADMINISTRATOR)
            and self._may_by_key(Scope.PUBLISH)
        )

    @property
    def may_import(self) -> bool:
        return self.is_active and self._may_by_key(Scope.IMPORT, Scope.WRITE, Scope.PUBLISH)

    @property
    def may_administer(self) -> bool:
        # No scope takes it in: who manages accounts and keys signs in.
        return self.is_active and self.role == Role.ADMINISTRATOR and self.limited_to is None

    def _may_by_key(self, *scopes: Scope) -> bool:
        return self.limited_to is None or not self.limited_to.isdisjoint(scopes)

    def limited(self, scopes: Iterable[str]) -> User:
        """Return this person as a program with these scopes acts for them."""
        acting = copy(self)
        acting.limited_to = frozenset(str(scope) for scope in scopes)
        return acting

    @property
    def is_staff(self) -> bool:
        return self.is_desk

    @property
    def is_superuser(self) -> bool:
        return self.may_administer

    @property
    def permissions(self) -> frozenset[str]:
        """What the group of this role may do, as Django's codenames; by one query where the account came without."""
        from articles.models.granting import granted_to

        if "granted" not in self.__dict__:
            self.granted = (
                User.objects.filter(pk=self.pk).values_list(granted_to(OuterRef("role")), flat=True).get()
            )
        return frozenset((self.granted or "").split(","))

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """Does the group of this person's role have it, and does the key take it in, where a program asks?

        Of nouns as a whole: rows are guarded by `visible_to` and `editable_by`.
        """
        from articles.models.granting import SCOPES

        app, _dot, codename = permission.partition(".")
        if not self.is_active or app != "articles":
            return False
        scopes = SCOPES.get(codename.rpartition("_")[0], ())
        return self._may_by_key(*scopes) and codename in self.permissions

    def has_perms(self, permissions: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(one, obj) for one in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return app_label == "articles" and self.is_desk

    @property
    def lacks_second_factor(self) -> bool:
        """Does the newsroom demand a second factor of this person, who has none?"""
        if "has_factor" not in self.__dict__:
            found = User.objects.signing_in().get(pk=self.pk)
            self.has_factor, self.factor_needed_of = found.has_factor, found.factor_needed_of
        return not self.has_factor and Needed(self.factor_needed_of or Needed.NOBODY).of(self.role)

    # Verbs. The ledger records the newsroom's texts, not who works there; that is in the audit list.

    @classmethod
    def open_account(cls, by: User, username: str, password: str, **facts: Any) -> User:
        """Create an account for a colleague."""
        require_administrator(by, "opens accounts")
        with transaction.atomic():
            person: User = cls.objects.create_user(username, password, **facts)
            person._note("ACCOUNT_OPENED", by, person.get_role_display())
        return person

    def describe(self, by: User, **facts: Any) -> User:
        """Change the name readers see, or the address; a name in a published verdict stays as it was.

        Everybody changes their own, administrators those of others.
        """
        if not (at_desk(by) and by.limited_to is None and by.pk == self.pk):
            require_administrator(by, "changes accounts of others")
        from articles.models.ledger import LedgerHead  # which builds on accounts

        unknown = set(facts) - {"display_name", "email"}
        if unknown:
            raise TypeError(f"{', '.join(sorted(unknown))}: not described on an account")
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        for name, value in facts.items():
            setattr(self, name, value)
        self.full_clean()
        with transaction.atomic():
            self.save(update_fields=list(facts))
            if changed:
                self._note("ACCOUNT_CHANGED", by, ", ".join(sorted(changed)))
            LedgerHead.change_every_page()
        return self

    def set_role(self, by: User, role: str) -> None:
        """Say what this account may do."""
        require_administrator(by, "gives roles")
        if by.pk == self.pk:
            raise Refused("You cannot change your own role; ask another administrator.", "self")
        before, self.role = self.role, role
        self.full_clean()
        with transaction.atomic():
            self.save(update_fields=["role"])
            self._note("ROLE_GIVEN", by, f"{Role(before).label} → {Role(role).label}")

    def reset_password(self, by: User, password: str) -> None:
        """Give the account a new password; its open sessions end. Whether it is good enough, forms ask Django."""
        require_administrator(by, "sets passwords of others")
        self.set_password(password)
        with transaction.atomic():
            self.save(update_fields=["password"])
            self._drop_sessions()
            self._note("PASSWORD_SET", by)

    def reactivate(self, by: User) -> None:
        """Let a deactivated account back in."""
        require_administrator(by, "reactivates accounts")
        self.is_active = True
        with transaction.atomic():
            self.save(update_fields=["is_active"])
            self._note("REACTIVATED", by)

    def deactivate(self, by: User) -> None:
        """Take the desk away from this account; what it wrote stays under its name. Its sessions end."""
        require_administrator(by, "deactivates accounts")
        if by.pk == self.pk:
            raise Refused("You cannot deactivate your own account; ask another administrator.", "self")
        self.is_active = False
        with transaction.atomic():
            self.save(update_fields=["is_active"])
            self._drop_sessions()
            self._note("DEACTIVATED", by)

    def take_off_second_factor(self, by: User | None) -> None:
        """Let somebody sign in who has lost their second factor: their sessions end, and they set up a new one.

        `by` None is a command run on the machine itself. Raises Refused where there is none.
        """
        from allauth.mfa.models import Authenticator

        if by is not None:
            require_administrator(by, "takes a second factor off others")
        with transaction.atomic():
            if not Authenticator.objects.filter(user=self).delete()[0]:
                raise Refused(f"{self} has no second factor.", "no_factor")
            self._drop_sessions()
            self._note("FACTOR_REMOVED", by)

    def end_sessions(self, by: User, but: str = "", only: Iterable[int] | None = None) -> int:
        """End sessions of this account, one's own or a colleague's, and return how many.

        All of them, or `only` those with these ids; never the one whose key is `but`.
        """
        if not (at_desk(by) and by.limited_to is None and by.pk == self.pk):
            require_administrator(by, "ends sessions of others")
        with transaction.atomic():
            ended = self._drop_sessions(but, only)
            if ended:
                self._note("SESSION_ENDED", by, str(ended))
        return ended

    def lift_lock(self, by: User) -> None:
        """Forget the wrong tries at this account, so that it can be signed in to at once."""
        from articles.models.guessing import GuessCount

        require_administrator(by, "lifts lock-outs")
        with transaction.atomic():
            GuessCount.objects.of(self).delete()
            self._note("LOCK_LIFTED", by)

    @property
    def guessed_by(self) -> str:
        """The user name as guesses at it are counted."""
        return guessed_name(self.username)

    def _drop_sessions(self, but: str = "", only: Iterable[int] | None = None) -> int:
        from allauth.usersessions.models import UserSession

        open_ones = UserSession.objects.filter(user=self).exclude(session_key=but)
        if only is not None:
            open_ones = open_ones.filter(pk__in=only)
        ended = list(open_ones)
        for one in ended:
            one.end()
        return len(ended)

    @classmethod
    def forget_ended_sessions(cls, now: datetime) -> int:
        """Forget the sessions that have run out, and from where they were seen; return how many."""
        from allauth.usersessions.models import UserSession
        from django.contrib.sessions.models import Session

        Session.objects.filter(expire_date__lt=now).delete()
        there = Session.objects.filter(session_key=OuterRef("session_key"))
        return UserSession.objects.filter(~Exists(there)).delete()[0]

    def _note(self, verb: str, by: User | None, detail: str = "") -> None:
        from articles.models.audit import AuditEntry, AuditVerb  # which builds on accounts

        AuditEntry.note(AuditVerb[verb], self, by, detail)


def guessed_name(typed: str) -> str:
    """Return a user name as typed in the one form in which guesses at it are counted, whoever it belongs to."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()[:150]


def require_editor(by: Any, what: str) -> None:
    """Raise NotAllowed unless `by` may publish; None is a command run on the machine itself."""
    if by is not None and not (at_desk(by) and by.may_publish):
        raise NotAllowed(f"Only an editor {what}{_and_who(by)}.")


def require_administrator(by: User, what: str) -> None:
    """Raise NotAllowed unless `by` runs this instance."""
    if not (at_desk(by) and by.may_administer):
        raise NotAllowed(f"Only an administrator {what}{_and_who(by)}.")


def _and_who(by: Any) -> str:
    if getattr(by, "limited_to", None) is not None:
        # The role may well be enough; what this key was given is not.
        return f"; the key may: {', '.join(sorted(by.limited_to)) or 'read what is public'}"
    return f"; the role of {by} is {by.get_role_display()}" if at_desk(by) else ""
