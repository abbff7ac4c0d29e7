"""The ledger: the append-only, hash-chained list of every change to the record.

One act of a person or a command is one `Change`: its *envelope* is a canonical JSON text
(`articles.canonical`) that names the sequence number, the moment, the actor's id, the verb, the object, the
number of rows and the commitment to them, and the hash of the envelope before it. `hash` is the SHA-256 of the
envelope; every other column is a projection that `manage.py verify` compares.

The rows an act wrote are `ChangeRow`s: the after-image of each as canonical JSON, with a random salt. The
commitment of the envelope is the Merkle root over SHA-256(0x00 ‖ salt ‖ payload) of its rows, so that erasing a
payload (redaction) leaves the chain whole, and nobody can guess a payload from what stays.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from articles import bulk
from articles.canonical import canonical, merkle_root, moment, sha256
from articles.models.recorded import Recorded, RecordQuerySet, at_desk
from articles.models.sealed import COLUMNS, Sealed
from articles.refusals import NotAllowed

BEFORE_THE_FIRST = "0" * 64
# How many rows one statement reads or writes; SQLite takes at most 999 parameters in old builds.
BATCH = 500


class DeskOnlyQuerySet(RecordQuerySet):
    """Rows readers meet only through something else, and nobody edits."""

    def visible_to(self, user: Any) -> DeskOnlyQuerySet:
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> DeskOnlyQuerySet:
        return self.none()


class LedgerHead(models.Model):
    """The newest entry, in one row: whoever holds its lock allots the next number."""

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    # Another one with each change to what every page shows: the newsroom, the scales, the names of people.
    house = models.CharField(max_length=16, default="")

    objects = DeskOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger head"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="ledger_has_one_head")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"

    @classmethod
    def change_every_page(cls) -> None:
        """Make every answer that was kept for readers an old one. Called within a transaction."""
        from articles.cdn import purging  # which reads the ledger

        cls.objects.filter(pk=1).update(house=secrets.token_hex(8))
        purging.ask_for_all()


class ChangeQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ChangeQuerySet:
        """Readers see the acts that changed something they could see; the desk sees all."""
        return self.all() if at_desk(user) else self.filter(public=True)

    def editable_by(self, user: Any) -> ChangeQuerySet:
        return self.none()

    def about(self, one: Recorded) -> ChangeQuerySet:
        """Return the acts that wrote this row, oldest first."""
        rows = ChangeRow.objects.about(type(one), [one.pk])
        return self.filter(seq__in=rows.values("change_id")).order_by("seq")


class Change(models.Model):
    """One act, as it entered the record. Written once, under the lock of the head."""

    seq = models.BigIntegerField(primary_key=True)
    envelope = models.TextField()
    hash = models.CharField(max_length=64)
    # Projections of the envelope, so that it can be asked by SQL.
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    public = models.BooleanField()
    rows = models.PositiveIntegerField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [
            # An object's own history asks: which acts were about it?
            models.Index(fields=["object_type", "object_id", "seq"], name="change_by_object"),
            # The public change feed asks: what came after this number that readers may see?
            models.Index(fields=["seq"], condition=models.Q(public=True), name="change_public"),
            # The desk's list asks: which acts of this kind, which that nobody may know of, and which since that day?
            models.Index(fields=["verb", "seq"], name="change_by_verb"),
            models.Index(fields=["seq"], condition=models.Q(public=False), name="change_hidden"),
            models.Index(fields=["-at", "-seq"], name="change_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.object_type} {self.object_id or ''}".rstrip()

    def projections(self) -> dict[str, Any]:
        """Return what the envelope must say, from the other columns."""
        return {
            "seq": self.seq,
            "at": moment(self.at),
            "actor": self.actor_id,
            "verb": self.verb,
            "object": self.object_type,
            "id": self.object_id,
            "public": self.public,
            "rows": self.rows,
        }


class Readers(models.TextChoices):
    """What a row of the ledger is to readers."""

    SHOWN = "shown", "shown"
    HIDDEN = "hidden", "never shown"
    GONE = "gone", "no longer shown"


# What a line of history does without.
UNTOLD = (
    "payload", "salt", "commitment", "change__envelope", "change__actor", "change__object_type", "change__object_id",
    "change__rows",
)  # fmt: skip


class ChangeRowQuerySet(DeskOnlyQuerySet):
    def telling(self, user: Any) -> ChangeRowQuerySet:
        """Return, with their acts, the rows of acts the viewer may know of; what they hold is left out."""
        rows = self if at_desk(user) else self.filter(change__public=True)
        return rows.select_related("change").defer(*UNTOLD).order_by("change", "position")

    def about(self, model: type[models.Model], ids: Any) -> ChangeRowQuerySet:
        """Return what acts did to these rows of a model. `ids` may be a QuerySet of ids."""
        return self.filter(object_type=model._meta.model_name, object_id__in=ids)

    def shown_last(self, model: type[models.Model], ids: Collection[int]) -> set[int]:
        """Return those of the rows that readers could see after the last act that named them."""
        name = model._meta.model_name
        named = self.filter(object_type=name).order_by("-change").values_list("readers", flat=True)
        last: dict[int, str | None] = {}
        if len(ids) > 1:
            of_each = models.Subquery(named.filter(object_id=models.OuterRef("pk"))[:1])
            last = dict(model._base_manager.filter(pk__in=ids).values_list("pk", of_each))
        # By itself one is found faster, and what was deleted is found nowhere else.
        last |= {pk: named.filter(object_id=pk).first() for pk in ids if pk not in last}
        return {pk for pk, readers in last.items() if readers == Readers.SHOWN}


class ChangeRow(models.Model):
    """The state one act left one row in. Payload and salt are erased by redaction, the commitment stays."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="change_rows")
    position = models.PositiveIntegerField()
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    readers = models.CharField(max_length=10, choices=Readers.choices)
    commitment = models.CharField(max_length=64)
    payload = models.TextField(null=True)
    salt = models.CharField(max_length=32, null=True)
    # Whether it may have altered what readers knew: they had seen the thing, or another in whose place it came
    # (`Recorded.continues`). Null where not, which costs a long record nothing.
    alters = models.BooleanField(null=True, editable=False)

    objects = ChangeRowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["change_id", "position"]
        verbose_name = "change row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "position"], name="change_row_position_once"),
            models.CheckConstraint(
                condition=models.Q(payload__isnull=True, salt__isnull=True)
                | models.Q(payload__isnull=False, salt__isnull=False),
                name="change_row_payload_with_salt",
            ),
        ]
        indexes: ClassVar = [
            # Verify and the history of an object ask: what states was this row left in?
            models.Index(fields=["object_type", "object_id", "change"], name="change_row_by_object"),
            # The desk's list asks for what is rare: rows that readers never saw, or see no longer.
            models.Index(
                fields=["readers", "change", "position"],
                condition=~models.Q(readers="shown"),
                name="change_row_unseen",
            ),
            # The list of corrections asks: which rows before this entry may have altered anything?
            models.Index(
                fields=["-change", "position"], condition=models.Q(alters=True), name="change_row_altering"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id}.{self.position} {self.object_type} {self.object_id}"


# A row, by the name of its noun and its id.
Key = tuple[str, int]


def by_model(rows: Mapping[Key, Any]) -> dict[Any, list[int]]:
    """Return model → ids, of key → model."""
    grouped: dict[Any, list[int]] = defaultdict(list)
    for key, model in rows.items():
        grouped[model].append(key[1])
    return grouped


def batches(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut a list into pieces that one statement can name."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


@cache
def hanging_on(model: type[models.Model]) -> list[tuple[type[Recorded], str, bool]]:
    """Return (noun, way, whether the way is one of its own keys) of what readers see or lose with these rows."""
    return [
        (other, way, first.concrete and not first.many_to_many)
        for other in recorded_models()
        for way in other.hangs_on.get(model._meta.model_name or "", ())
        for first in [other._meta.get_field(way.split("__")[0])]
    ]


class Entry:
    """An act while it happens: collects the rows it wrote, and appends itself just before the commit."""

    def __init__(
        self, by: Any, verb: str, subject: models.Model | None, at: datetime | None, number: int
    ) -> None:
        self.by = by
        self.verb = verb
        self.subject = subject
        self.at = at or timezone.now()
        # What `seq` will be: nobody else acts until this ends.
        self.number = number
        self.rows: dict[Key, Any] = {}
        # Rows it wrote together, thousands of them, whose states were made before it began.
        self.brought: Sequence[Sealed] = ()
        # Of `rows` the ones it made, those that readers had seen before and those it opened to them; and what it may
        # have shown or hidden without writing it.
        self.made: set[Key] = set()
        self.known: set[Key] = set()
        self.opened: set[Key] = set()
        self.doubtful: dict[Key, Any] = {}
        self.seq: int | None = None

    def add(self, *written: Recorded) -> None:
        """Note rows this act wrote; their images are read from the database when it ends."""
        for row in written:
            self.rows[(row._meta.model_name or "", row.pk)] = type(row)

    def insert(self, row: Recorded) -> None:
        """Write a new row and note it. Raises ValidationError with sentences, as `full_clean` does."""
        with row.judged():
            row.save(force_insert=True)
        self.add(row)
        self.made.add((row._meta.model_name or "", row.pk))

    def open(self, row: Recorded) -> None:
        """Note a row that was there, and that readers did not see until now."""
        self.add(row)
        self.opened.add((row._meta.model_name or "", row.pk))

    def ask(self, *rows: Recorded) -> None:
        """Note rows that this act may have shown or hidden; where it did, they are named with those it wrote.

        Needed only where no row that was written leads to them by `hangs_on`, such as a topic that was taken away.
        """
        for row in rows:
            self.doubtful[(row._meta.model_name or "", row.pk)] = type(row)

    def remove(self, model: type[models.Model], pk: int) -> None:
        """Note a row this act deleted; readers get a tombstone."""
        self.rows[(model._meta.model_name or "", pk)] = model

    def bring(self, rows: Sequence[Sealed]) -> None:
        """Note new rows that were written together, in the states they were sealed in, before all others.

        Whoever wrote them has stamped them with `number`, and asks for what came into sight with them.
        """
        if self.brought:
            raise RuntimeError("An act brings rows once.")
        self.brought = rows

    def append(self, head: LedgerHead) -> None:
        """Allot the number and write envelope, rows and head. Called once, last before the commit."""
        if not self.rows and not self.brought:
            return
        shown, gone = self._what_readers_see()
        images = self._images()
        self._keep_counts(images)
        drafts = list(self.brought)
        for key in self.rows:
            readers = Readers.SHOWN if key in shown else Readers.GONE if key in gone else Readers.HIDDEN
            drafts.append(Sealed.of(key, readers, images.get(key)))
        subject: Any = self.subject
        name, pk = (subject._meta.model_name, subject.pk) if subject is not None else drafts[0].key
        change = Change(
            seq=self.number,
            at=self.at,
            actor=self.by,
            verb=self.verb,
            object_type=name,
            object_id=pk,
            public=any(draft.readers != Readers.HIDDEN for draft in drafts),
            rows=len(drafts),
        )
        commitment = merkle_root([draft.commitment for draft in drafts])
        change.envelope = canonical({**change.projections(), "commitment": commitment, "previous": head.hash})
        change.hash = sha256(change.envelope)
        change.save(force_insert=True)
        self._write_rows(change, drafts, {key: self._alters(key, images.get(key)) for key in self.rows})
        head.seq, head.hash = change.seq, change.hash
        head.save(update_fields=["seq", "hash"])
        self.seq = change.seq
        if change.public:
            self._stamp(change.seq)
            from articles.webhooks import feeding  # which reads the ledger

            feeding.ask()
        from articles.cdn import purging  # which reads it too

        # Also of an act that is no reader's business: pages say where the record stands.
        purging.ask(change.seq)

    def _write_rows(
        self, change: Change, drafts: Sequence[Sealed], alters: Mapping[Key, bool | None]
    ) -> None:
        if self.brought:
            rows = (
                (change.seq, position, *one.columns(), alters.get(one.key))
                for position, one in enumerate(drafts)
            )
            bulk.write(ChangeRow, ("change_id", "position", *COLUMNS, "alters"), rows)
            return
        made = [
            ChangeRow(
                change=change, position=position, alters=alters[one.key],
                **dict(zip(COLUMNS, one.columns(), strict=True)),
            )
            for position, one in enumerate(drafts)
        ]  # fmt: skip
        ChangeRow.objects.bulk_create(made, batch_size=BATCH)

    def _alters(self, key: Key, image: Mapping[str, Any] | None) -> bool | None:
        """Return what `ChangeRow.alters` says of a row."""
        follows = image is not None and any(image.get(name) is not None for name in self.rows[key].continues)
        return key in self.known or follows or None

    def _by_model(self) -> dict[Any, list[int]]:
        return by_model(self.rows)

    def _images(self) -> dict[Key, Any]:
        """Return the rows' images as the database holds them."""
        images: dict[Key, Any] = {}
        for model, ids in self._by_model().items():
            for some in batches(ids):
                images.update(((model._meta.model_name, pk), image) for pk, image in model.images_of(some))
        return images

    def _keep_counts(self, images: Mapping[Key, Any]) -> None:
        for model, ids in self._by_model().items():
            name = model._meta.model_name
            made = {pk for pk in ids if (name, pk) in self.made}
            model.keep_counts({pk: images.get((name, pk)) for pk in ids}, made)

    def _what_readers_see(self) -> tuple[set[Key], set[Key]]:
        """Return the keys of the rows readers see now, and of those they saw before this act and no longer do.

        Rows that hang on one which came into readers' sight, or went, and that came or went with it, are noted too.
        """
        shown: set[Key] = set()
        gone: set[Key] = set()
        settled: set[Key] = set()
        waiting = list(by_model({**self.rows, **self.doubtful}).items())
        for model, named in waiting:
            name = model._meta.model_name
            ids = [pk for pk in named if (name, pk) not in settled]
            settled.update((name, pk) for pk in ids)
            for some in batches(ids):
                now, before = self._sight(model, some)
                self.known |= {(name, pk) for pk in before} - self.made - self.opened
                turned = now ^ before
                self.rows.update(((name, pk), model) for pk in sorted(turned) if (name, pk) not in self.rows)
                shown.update((name, pk) for pk in now if (name, pk) in self.rows)
                gone.update((name, pk) for pk in before - now)
                waiting += self._hanging_on(model, turned)
        return shown, gone

    def _sight(self, model: Any, ids: Sequence[int]) -> tuple[set[int], set[int]]:
        """Return the ids of those of the rows that readers see now, and of those they saw before this act.

        What they see now counts for seen before too where it makes no difference, and nobody asks the database.
        """
        name = model._meta.model_name
        now = set(model.objects.visible_to(None).filter(pk__in=ids).values_list("pk", flat=True))
        told = {pk for pk in now if (name, pk) in self.rows} if not hanging_on(model) else set()
        old = [pk for pk in ids if pk not in told and (name, pk) not in self.made]
        return now, told | ChangeRow.objects.shown_last(model, old)

    def _hanging_on(self, model: Any, turned: set[int]) -> Iterator[tuple[Any, list[int]]]:
        """Yield (model, ids) of the rows that may have come or gone with these."""
        # What points at a row this act made was made by it too, and is noted.
        known = [pk for pk in turned if (model._meta.model_name, pk) not in self.made]
        for other, way, points_back in hanging_on(model):
            for some in batches(sorted(known if points_back else turned)):
                rows = other._base_manager.filter(**{f"{way}__in": some}).order_by("pk")
                yield other, list(rows.values_list("pk", flat=True).distinct())

    def _stamp(self, seq: int) -> None:
        """Tell every page that shows one of these rows that it is new: claims, articles, sources, claimants."""
        touched: dict[Any, set[int]] = defaultdict(set)
        for model, ids in self._by_model().items():
            if model.on_every_page:
                LedgerHead.change_every_page()
            if any(field.name == "public_seq" for field in model._meta.concrete_fields):
                touched[model].update(ids)
            for other, other_ids in model.shown_with(ids):
                touched[other].update(other_ids)
        for model, known in touched.items():
            ids = sorted(known)
            for some in batches(ids):
                known.update(model.beside(some))
        for model in sorted(touched, key=lambda model: model._meta.label):
            for some in batches(sorted(touched[model])):
                # Those that came with it say so from the beginning.
                model._base_manager.filter(pk__in=some).exclude(public_seq=seq).update(public_seq=seq)


_current: ContextVar[Entry | None] = ContextVar("current ledger entry", default=None)


def require_writer(by: Any) -> None:
    """Raise NotAllowed unless `by` may write to the record at all; None is a command run on the machine itself."""
    if by is not None and not at_desk(by):
        raise NotAllowed("Only the desk writes to the record.")
    if by is not None and not by.may_write:
        raise NotAllowed("This key may read what the desk sees; to write it needs the scope write.")


@contextmanager
def act(by: Any, verb: str, subject: models.Model | None, at: datetime | None = None) -> Iterator[Entry]:
    """Run a verb as one transaction and one ledger entry.

    A verb that runs inside another joins its entry: what one person did at once is one act. If the block
    raises, neither rows nor entry are there. `at` is read once, by the outermost act.

    The head is locked first, so acts happen one after the other and what a verb reads inside its act stays
    true until it commits. Locking it last would be shorter, but an act also stamps rows that it did not
    write (`public_seq` of a source that a new verdict cites), and two acts could then wait for each other.
    """
    require_writer(by)
    outer = _current.get()
    if outer is not None:
        before = dict(outer.rows)
        try:
            with transaction.atomic():
                yield outer
        except BaseException:
            outer.rows = before
            raise
        return
    with transaction.atomic():
        head = LedgerHead.objects.select_for_update().get(pk=1)
        entry = Entry(by, verb, subject, at, head.seq + 1)
        token = _current.set(entry)
        try:
            yield entry
        finally:
            _current.reset(token)
        entry.append(head)


@contextmanager
def alone() -> Iterator[None]:
    """Hold back everybody else's acts until this ends: what is read within is still so when an act within writes."""
    with transaction.atomic():
        LedgerHead.objects.select_for_update().get(pk=1)
        yield


def recorded_models() -> list[type[Recorded]]:
    """Return every model whose rows the ledger commits to, in a stable order."""
    found = [model for model in apps.get_models() if issubclass(model, Recorded)]
    return sorted(found, key=lambda model: model._meta.model_name or "")
