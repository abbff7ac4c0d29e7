"""Many new claims, put on record in one act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from articles import bulk
from articles.canonical import canonical, sha256
from articles.dates import DateRange
from articles.models.claim import Claim
from articles.models.dated import date_fields
from articles.models.ledger import ChangeRow, Readers, act, batches, require_writer
from articles.models.manifest_item import ManifestItem
from articles.models.recorded import require_storable
from articles.models.sealed import Sealed
from articles.models.topic import Topic
from articles.vocabulary import ClaimKind, ClaimStatus, Origin

# How many claims an act takes: editors wait while it is written, and whoever checks the ledger from outside is given
# whole entries, of about so many rows at a time.
AT_ONCE = 2000
# Where the names lie by which a newsroom knows its own claims: beside the items of manifests, whose ids have no "_".
OWN_NAMES = "own_names"
LONGEST_NAME = 300
UNKNOWN = DateRange(None, None)

_LINKS = Claim.topics.through
_COLUMNS = [field.attname for field in Claim._meta.concrete_fields]
_ITEM = ("manifest", "path", "object_type", "object_id", "digest", "revision", "imported_at")


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim to be put on record. `topics` are ids; `ref` is the newsroom's own name for it, "" where it has none."""

    statement: str
    kind: str = ClaimKind.FACT.value
    language: str = "en"
    asserted: DateRange = UNKNOWN
    topics: tuple[int, ...] = ()
    ref: str = ""

    @property
    def digest(self) -> str:
        """The hash of all that is said here."""
        when = self.asserted
        said = [self.statement, self.kind, self.language, when.edtf(), when.basis, sorted(self.topics)]
        return sha256(canonical(said))


class ClaimBatch:
    """New claims on their way into the record: judged and sealed before the act, and written together within it.

    In the ledger each is what `Claim.add` would have left. The act holds back everybody else's while it is written:
    give it at most `AT_ONCE` claims. Raises ValidationError, a sentence for each claim that cannot be taken, be it that
    its own name is another's, and NotAllowed; nothing is written then.
    """

    def __init__(
        self, by: Any, rows: Sequence[NewClaim], at: datetime, ids: Sequence[int] | None = None
    ) -> None:
        """Judge and seal. With `ids`, which `bulk.allot` gave, the database is not asked: any thread may do it."""
        require_writer(by)
        self.by = by
        self.rows = rows
        self.at = at
        self.claims = [
            Claim(
                statement=row.statement, kind=str(row.kind), language=row.language, origin=Origin.MANIFEST.value,
                status=ClaimStatus.OPEN.value, created_at=at, created_by=by, **date_fields("asserted", row.asserted),
            )
            for row in rows
        ]  # fmt: skip
        self._judge()
        for claim, pk in zip(self.claims, bulk.allot(Claim, len(rows)) if ids is None else ids, strict=True):
            claim.pk = pk
        self.sealed = [
            Sealed.of(("claim", claim.pk), Readers.SHOWN, claim.image_about(row.topics))
            for claim, row in self._pairs()
        ]
        self.items = [
            (OWN_NAMES, row.ref, "claim", claim.pk, row.digest, claim.revision, at)
            for claim, row in self._pairs()
            if row.ref
        ]

    def write(self) -> list[int]:
        """Write the claims; return their ids in the order in which they were given."""
        if not self.rows:
            return []
        try:
            self._write()
        except IntegrityError:
            # Not asked beforehand: who imports has looked, and only somebody beside him can have come in between.
            if taken := self._taken():
                raise ValidationError(taken) from None
            raise
        return [claim.pk for claim in self.claims]

    def _write(self) -> None:
        with act(self.by, "import", None, self.at) as entry:
            if entry.at != self.at:
                raise RuntimeError("Claims come in by an act of their own; another one is going on.")
            for claim in self.claims:
                claim.public_seq = entry.number
            bulk.write(Claim, _COLUMNS, map(attrgetter(*_COLUMNS), self.claims))
            links = ((claim.pk, topic) for claim, row in self._pairs() for topic in dict.fromkeys(row.topics))
            bulk.write(_LINKS, ("claim_id", "topic_id"), links)
            bulk.write(ManifestItem, _ITEM, self.items)
            entry.bring(self.sealed)
            Claim.keep_counts(
                {claim.pk: {"status": claim.status, "topics": row.topics} for claim, row in self._pairs()},
                {claim.pk for claim in self.claims},
            )
            # Readers see the topics of claims they can see: these may be the first of some. Of those that readers saw
            # before, nobody needs to look through all claims.
            topics = {topic for row in self.rows for topic in row.topics}
            entry.ask(*Topic.objects.filter(pk__in=topics - ChangeRow.objects.shown_last(Topic, topics)))

    def _taken(self) -> list[str]:
        """Return a sentence for each of these claims whose own name is on record already."""
        known = known_by_name(row.ref for row in self.rows if row.ref)
        return [
            f"Claim {position}: the newsroom's own name {row.ref} is on record already, for claim {known[row.ref][0]}."
            for position, row in enumerate(self.rows, start=1)
            if row.ref in known
        ]

    def _pairs(self) -> Iterator[tuple[Claim, NewClaim]]:
        return zip(self.claims, self.rows, strict=True)

    def _judge(self) -> None:
        """Raise ValidationError for what `full_clean` would refuse; the constraints are judged by the database.

        What it says of all but the statement it says of every claim of this kind and language: it is asked once. That
        the dates are dates, a DateRange has made sure.
        """
        of_all: dict[Any, list[str]] = {}
        named: dict[str, int] = {}
        sentences = []
        for position, (claim, row) in enumerate(self._pairs(), start=1):
            if row.ref and named.setdefault(row.ref, position) != position:
                sentences.append(
                    f"Claim {position}: claim {named[row.ref]} has the same own name, {row.ref}."
                )
            alike = (row.kind, row.language, row.asserted.basis)
            if alike not in of_all:
                of_all[alike] = _refused(claim)
            for sentence in [*of_all[alike], *_refused_words(row)]:
                sentences.append(f"Claim {position}: {sentence}")
        if sentences:
            raise ValidationError(sentences)


def known_by_name(names: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return own name → (id of the claim, what was said of it by its digest), of those on record."""
    found: dict[str, tuple[int, str]] = {}
    items = ManifestItem.objects.filter(manifest=OWN_NAMES)
    for some in batches(list(names)):
        rows = items.filter(path__in=some).values_list("path", "object_id", "digest")
        found.update((path, (pk, digest)) for path, pk, digest in rows)
    return found


def _refused(claim: Claim) -> list[str]:
    statement, claim.statement = claim.statement, "Something."
    try:
        # Whether its author is an account, the database knows.
        claim.full_clean(exclude={"created_by"}, validate_constraints=False)
    except ValidationError as trouble:
        return trouble.messages
    finally:
        claim.statement = statement
    return []


def _refused_words(row: NewClaim) -> list[str]:
    try:
        require_storable(statement=row.statement, ref=row.ref)
    except ValidationError as trouble:
        return trouble.messages
    if not row.statement.strip():
        return [str(Claim._meta.get_field("statement").error_messages["blank"])]
    if len(row.ref) > LONGEST_NAME:
        return [f"The newsroom's own name has at most {LONGEST_NAME} characters."]
    return []
