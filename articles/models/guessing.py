"""How often somebody may guess: passwords and codes, for each account, each browser and each network address.

Counted in the database, so that all processes of all machines count together, and before the guess is looked at, so
that a thousand guesses at once are as few as one after the other. What is counted fades after `SPAN`; what is refused
is not counted, so nobody is kept out for longer than that.

Whoever has signed in from a browser before is counted by that browser (`articles.accounts.browsers`): a stranger who
guesses at an account locks out strangers, not the person whose account it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.models.user import User

SPAN = timedelta(minutes=15)


class GuessKind(models.TextChoices):
    NAME = "name", _("passwords for a user name")
    BROWSER = "browser", _("passwords from a browser known for an account")
    ADDRESS = "address", _("passwords from a network address")
    CODE = "code", _("codes of a second factor")
    LETTER = "letter", _("letters with a link")


# An office behind one address makes mistakes too; a code has but a million values.
MOST = {
    GuessKind.NAME: 10, GuessKind.BROWSER: 10, GuessKind.ADDRESS: 60, GuessKind.CODE: 6, GuessKind.LETTER: 3,
}  # fmt: skip


class TooManyGuesses(Exception):
    """Nothing was looked at; `until` says when the next guess is."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"too many guesses until {until:%H:%M:%S}")


@dataclass(frozen=True)
class Guessed:
    """What is guessed at: kind, whatever tells it from others of its kind, and whose account it is, if anybody's."""

    kind: GuessKind
    what: str
    person: User | None = None

    @property
    def key(self) -> str:
        # No name and no address stands in the table.
        return salted_hmac(f"guess-{self.kind}", self.what, algorithm="sha256").hexdigest()


class GuessQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> GuessQuerySet:
        """Administrators see what is counted."""
        return self.all() if at_desk(user) and user.may_administer else self.none()

    def editable_by(self, user: Any) -> GuessQuerySet:
        return self.none()

    def for_listing(self) -> GuessQuerySet:
        return self.select_related("person")

    def of(self, person: User) -> GuessQuerySet:
        """Return what counts against this account, whoever guessed: also where the account was made since."""
        return self.filter(Q(person=person) | Q(key=Guessed(GuessKind.NAME, person.guessed_by).key))

    def faded(self, now: datetime) -> GuessQuerySet:
        """Return what counts nothing any more."""
        return self.filter(latest__lt=now - SPAN)


class GuessCount(Storable):
    """The guesses of the last minutes at one thing: when each was, in seconds since 1970, oldest first."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=GuessKind.choices)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    times = models.JSONField(default=list)
    latest = models.DateTimeField(db_index=True)

    objects = GuessQuerySet.as_manager()

    class Meta:
        verbose_name = "count of guesses"
        verbose_name_plural = "counts of guesses"
        ordering: ClassVar = ["-latest", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {len(self.times)}"

    @classmethod
    def count(cls, guesses: Iterable[Guessed], now: datetime) -> bool:
        """Count one guess at all of these, before anybody looks at it; return whether it was the last one granted.

        Raises TooManyGuesses, and counts nothing, where one of them has had its number.
        """
        # In one order for everybody, so that two requests never wait for each other.
        wanted = sorted(guesses, key=lambda one: one.key)
        with transaction.atomic():
            rows = [(cls._locked(one, now), one) for one in wanted]
            full = [
                datetime.fromtimestamp(row.times[-MOST[one.kind]], UTC) + SPAN
                for row, one in rows
                if len(row.times) >= MOST[one.kind]
            ]
            if full:
                raise TooManyGuesses(max(full))
            for row, _one in rows:
                row.times.append(now.timestamp())
                row.latest = now
                row.save(update_fields=["times", "latest"])
        return any(len(row.times) == MOST[one.kind] for row, one in rows)

    @classmethod
    def _locked(cls, one: Guessed, now: datetime) -> GuessCount:
        made = {"kind": one.kind, "person": one.person, "latest": now}
        row, _made = cls.objects.select_for_update().get_or_create(key=one.key, defaults=made)
        row.times = [at for at in row.times if at > (now - SPAN).timestamp()]
        return row

    @classmethod
    def forgive(cls, guesses: Iterable[Guessed], now: datetime) -> None:
        """Take back the guess counted at this moment, which was right; all those at the same account with it."""
        for one in sorted(guesses, key=lambda one: one.key):
            with transaction.atomic():
                row = cls._locked(one, now)
                if one.kind == GuessKind.ADDRESS:
                    # Who has one account must not wipe what they guess at others.
                    if now.timestamp() in row.times:
                        row.times.remove(now.timestamp())
                        row.save(update_fields=["times"])
                else:
                    cls.objects.filter(pk=row.pk).delete()
