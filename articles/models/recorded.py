"""What all rows of the record have in common: an image for the ledger, and one of two ways to be written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F

from articles.canonical import plain, sha256
from articles.refusals import NotAllowed, Refused, Stale

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class RecordQuerySet(models.QuerySet):
    """The two statements every noun makes about people; each noun says its own."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows this user may see; nobody signed in (None or anonymous) is a reader."""
        raise NotImplementedError

    def editable_by(self, user: Any) -> Self:
        """Return the rows this user may change; always a part of `visible_to`."""
        raise NotImplementedError


def at_desk(user: Any) -> bool:
    """Is this somebody who works here? Readers are None or anonymous."""
    return bool(user is not None and getattr(user, "is_desk", False))


def deeper(key: Any) -> Any:
    """Return what a query one step further in calls this row: the `OuterRef` of an `OuterRef`; a row as it is."""
    return models.OuterRef(key) if isinstance(key, models.OuterRef) else key


@cache
def _names(model: type[models.Model], apart: frozenset[str]) -> list[tuple[str, bool]]:
    """Return the names of a model's columns but for some, and of each whether it names a file."""
    fields = [field for field in model._meta.concrete_fields if field.attname not in apart]
    return [(field.attname, isinstance(field, models.FileField)) for field in fields]


def require_storable(**texts: Any) -> None:
    """Raise ValidationError for NUL, which PostgreSQL has not, and half a surrogate pair, which has no bytes."""
    refused = {}
    for name, value in texts.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        if "\x00" in text or _LONE_SURROGATE.search(text) or (text is not value and "\\u0000" in text):
            refused[name] = (
                "This text holds a character that cannot be stored (NUL or half a character): remove it."
            )
    if refused:
        raise ValidationError(refused)


def require_there(row: models.Model) -> None:
    """Raise Refused where somebody has taken the row back already. Asked within an act."""
    if not type(row)._base_manager.filter(pk=row.pk).exists():
        raise Refused(f"This {row._meta.verbose_name} was taken back already.", "gone")


class Storable(models.Model):
    """A row whose texts any database can hold, and that people can read."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        texts = {
            field.name: field
            for field in self._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField, models.JSONField))
            and field.name not in (exclude or ())
        }
        require_storable(**{name: getattr(self, field.attname) for name, field in texts.items()})
        super().clean_fields(exclude=exclude)
        # Django takes spaces for a text; no reader does.
        bare = {
            name: field.error_messages["blank"]
            for name, field in texts.items()
            if not isinstance(field, models.JSONField)
            and not field.blank
            and not (getattr(self, field.attname) or "").strip()
        }
        if bare:
            raise ValidationError(bare)

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Check what this row holds, then let the block write it. Raises ValidationError, as `full_clean` does.

        The database judges the constraints: asking it about each of them before would cost a query for each
        rule, twenty and more for one claim. Only a refusal is put into words by asking again.
        """
        self.full_clean(validate_constraints=False)
        try:
            with transaction.atomic():
                yield
        except IntegrityError:
            self.full_clean()
            raise


class Recorded(Storable):
    """A row whose every state is committed to in the ledger."""

    # Long texts enter the ledger by hash and length; the text itself stays only in its own row.
    long_texts: ClassVar[frozenset[str]] = frozenset()
    # What readers never see, or what the ledger itself writes.
    off_the_record: ClassVar[frozenset[str]] = frozenset({"public_seq"})
    # Whether a change to a row is one to all pages; nobody then looks for those that show it.
    on_every_page: ClassVar[bool] = False
    # On what `visible_to` looks besides the row itself: noun → the ways from here to it. An act that shows or hides
    # rows of that noun names in its entry the rows of this one that come or go with them.
    hangs_on: ClassVar[dict[str, tuple[str, ...]]] = {}
    # Columns by which a new row comes in the place of another, so that what was known is altered by it.
    continues: ClassVar[tuple[str, ...]] = ()
    # Columns that readers never get, of rows they see.
    unshown: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def image(self) -> dict[str, Any]:
        """Return the row as the ledger commits to it: column name → JSON value, long texts by hash."""
        image = self._columns(self.off_the_record)
        for name in self.long_texts & image.keys():
            if image[name] is not None:
                image[name] = {"length": len(image[name]), "sha256": sha256(image[name])}
        return image

    def as_shown(self) -> dict[str, Any]:
        """Return the row as readers may keep a copy of it: column name → JSON value, texts whole.

        Null is what is unknown, or what the rights keep back. Of rows that `for_readers` loaded.
        """
        columns = self._columns(self.off_the_record | self.unshown)
        known = {name: None if value == "" else value for name, value in columns.items()}
        return {**known, **dict.fromkeys(self.kept_back())}

    def _columns(self, apart: frozenset[str]) -> dict[str, Any]:
        columns = {}
        for name, is_file in _names(type(self), apart):
            value = getattr(self, name)
            columns[name] = plain(value.name if is_file else value)
        return columns

    def kept_back(self) -> Iterable[str]:
        """Return the columns that the rights in a text keep from readers of this row."""
        return ()

    @classmethod
    def images_of(cls, ids: Sequence[int], using: str = "default") -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (id, image) of the rows of these ids that are there, in the order of their ids."""
        for row in cls._base_manager.using(using).filter(pk__in=ids).order_by("pk"):
            yield row.pk, row.image()

    @classmethod
    def for_readers(cls) -> models.QuerySet:
        """Return the rows that readers see, with all that `as_shown` needs."""
        rows: Any = cls._default_manager
        return rows.visible_to(None)

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list[tuple[type[models.Model], Any]]:
        """Return (model, ids) of the claims, articles, sources and claimants whose pages show these rows."""
        return []

    @classmethod
    def keep_counts(cls, after: Mapping[int, dict[str, Any] | None], new: set[int]) -> None:
        """Follow, in what is counted of these rows elsewhere, an act that left them in these states (None: gone).

        Called at its end, before the ledger knows of it; the `new` ones it made.
        """


class InsertOnly(Recorded):
    """A row that is written once. The database refuses the rest; this only says so sooner."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused(
                f"A {self._meta.verbose_name} is never changed; a new one follows it.", "insert_only"
            )
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Refused(f"A {self._meta.verbose_name} is never deleted.", "insert_only")


class Revised(Storable):
    """A row that people change, with a revision that every write checks.

    Where the noun is `Recorded` too, every change is an act in the ledger; drafts, for one, are not.
    """

    # The fields `revise` may change; verbs change the others.
    revisable: ClassVar[frozenset[str]] = frozenset()

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def require_editable(self, by: Any) -> None:
        """Raise NotAllowed unless `by` may change this row; None is a command run on the machine itself."""
        rows: Any = type(self)._default_manager
        if by is not None and not rows.editable_by(by).filter(pk=self.pk).exists():
            raise NotAllowed(self.refusal_to(by))

    def refusal_to(self, user: Any) -> str:
        """Return why this person may not change this row; a noun that knows more about it extends this."""
        return f"{user} may not change this {self._meta.verbose_name}."

    def revise(
        self, by: Any, *, expected: int | None = None, at: datetime | None = None, **changes: Any
    ) -> Self:
        """Change fields and return the row.

        `expected` is the revision the person was looking at. Raises ValidationError with sentences per
        field, Stale where somebody else wrote first, NotAllowed. Without a difference nothing is written.
        """
        from articles.models.ledger import act

        unknown = set(changes) - self.revisable
        if unknown:
            raise TypeError(f"{', '.join(sorted(unknown))}: not revisable on {self._meta.verbose_name}")
        changed = [name for name, value in changes.items() if getattr(self, name) != value]
        if not changed and expected in (None, self.revision):
            self.require_editable(by)
            return self
        with act(by, "revise", self, at) as entry:
            # Asked inside the act: nobody else acts now, so what is true here stays true until it is written.
            self.require_editable(by)
            for name in changed:
                setattr(self, name, changes[name])
            with self.judged():
                self.write(changed, expected)
            if isinstance(self, Recorded):
                entry.add(self)
        return self

    def write(self, fields: Iterable[str], expected: int | None = None) -> None:
        """Write only these fields, and only on top of the expected revision (default: the one read)."""
        expected = self.revision if expected is None else expected
        written = (
            type(self)
            ._base_manager.filter(pk=self.pk, revision=expected)
            .update(revision=F("revision") + 1, **{name: getattr(self, name) for name in fields})
        )
        if not written:
            current = type(self)._base_manager.filter(pk=self.pk).first()
            gone = "is no longer there" if current is None else f"stands at revision {current.revision} now"
            raise Stale(
                f"Somebody else changed this {self._meta.verbose_name} in the meantime: you were looking at "
                f"revision {expected}, it {gone}. Nothing of yours was written.",
                current,
            )
        self.revision = expected + 1


# The sitemap has a part for each range of so many numbers. The protocol allows 50,000 addresses; a fifth of them is
# made in a fifth of the time.
RANGE = 10_000


def by_part(name: str) -> models.Index:
    """Return the index under the sitemap's question: which row of this range of numbers changed last?"""
    return models.Index((F("id") - 1) / RANGE, F("public_seq").desc(), name=name)


class PublicSeq(models.Model):
    """The ledger entry that last changed what readers see of this row: the key of every cache."""

    public_seq = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    @classmethod
    def beside(cls, ids: Iterable[int]) -> Iterable[int]:
        """Return the ids of those other rows whose pages show these in short: their words, or how they stand."""
        return ()
