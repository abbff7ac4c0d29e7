"""Proof that the record is whole: guards, chain, rows against the chain, quotations, series, constraints, keys, index.

`verify` reads everything and changes nothing. Each check yields findings, worst first row first; a finding names
the row. What this proves and what it cannot: a chain that was rewritten from the genesis on, by somebody who
holds the database, fits itself; only a head that an outsider kept tells the two apart.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, models
from django.db.models import CheckConstraint
from django.db.models.functions import Lag

from articles import guards
from articles.canonical import canonical, leaf, merkle_root, plain, sha256
from articles.models import (
    Appearance,
    ArticleVersion,
    Attribution,
    Change,
    ChangeRow,
    Citation,
    Evidence,
    LedgerHead,
    RedactedText,
    SourceVersion,
    Verdict,
    counted,
)
from articles.models.addressed import Addressed
from articles.models.ledger import BEFORE_THE_FIRST, Readers, recorded_models
from articles.models.recorded import Recorded
from articles.signed_heads import Note, Verifier
from articles.vocabulary import PassageState
from articles.web_addresses import address_key

CHUNK = 2000


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which check found it, in which row, and what."""

    check: str
    row: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.check}: {self.row}: {self.sentence}"


Progress = Callable[[str, int], None]


class Verification:
    """One pass over the record of one database."""

    def __init__(self, using: str = "default", progress: Progress | None = None) -> None:
        self.using = using
        self.progress = progress or (lambda check, rows: None)
        # (table, row, column) → hash before the first redaction and text after the last.
        self.redacted: dict[tuple[str, int, str], tuple[str, str]] = {}
        for note in RedactedText.objects.using(using).order_by("pk"):
            key = (note.table_name, note.row_id, note.column)
            first = self.redacted.get(key, (note.before_sha256, ""))[0]
            self.redacted[key] = (first, note.masked)

    def findings(self) -> Iterator[Finding]:
        """Yield everything that is wrong, check by check."""
        for check in (
            self.guards, self.chain, self.payloads, self.alterations, self.rows, self.quotations, self.passages,
            self.hashes, self.series, self.redactions, self.constraints, self.addresses, self.counts,
            self.search,
        ):  # fmt: skip
            name = check.__name__
            self.progress(name, 0)
            for row, sentence in check():
                yield Finding(name, row, sentence)

    def against(self, notes: Iterable[Note], verifier: Verifier | None = None) -> Iterator[Finding]:
        """Yield where this is not the record whose heads somebody kept; with a verifier, also which it never signed."""
        entries = Change.objects.using(self.using).order_by("seq")
        first, last = entries.first(), entries.last()
        own = (_object(first.envelope) or {}).get("instance") if first else None
        for note in notes:
            head = note.head
            row = f"change {head.seq}"
            self.progress("kept heads", 1)
            if verifier and not verifier.has_signed(note):
                yield Finding("kept heads", row, f"the head that was kept is not signed by {verifier.name}")
            if head.instance != own:
                yield Finding(
                    "kept heads", row, f"the head that was kept is of record {head.instance}, this is {own}"
                )
                continue
            found = entries.filter(seq=head.seq).values_list("hash", flat=True).first()
            if found is None:
                end = f"the ledger ends with {last.seq}" if last else "the ledger is empty"
                yield Finding("kept heads", row, f"it was kept, and {end}: entries are missing")
            elif found != head.hash:
                yield Finding(
                    "kept heads", row, f"it had the hash {head.hash} when it was kept, and has {found}: "
                    "the record was rewritten since",
                )  # fmt: skip
            elif note.all and note.all != self._all_hashes(head.seq):
                yield Finding("kept heads", row, "an entry before it had another hash when it was kept")

    def _all_hashes(self, seq: int) -> str:
        """Return one hash over those of all entries up to this one."""
        made = hashlib.sha256()
        hashes = (
            Change.objects.using(self.using)
            .filter(seq__lte=seq)
            .order_by("seq")
            .values_list("hash", flat=True)
        )
        for one in hashes.iterator(CHUNK):
            made.update(bytes.fromhex(one))
        return made.hexdigest()

    def guards(self) -> Iterator[tuple[str, str]]:
        for sentence in guards.missing(connections[self.using]):
            yield (
                sentence.split()[0],
                f"{sentence}; `manage.py migrate` puts guards back, but not what went by",
            )

    def chain(self) -> Iterator[tuple[str, str]]:
        """Every envelope follows the one before, says what its columns say and commits to its rows."""
        previous, expected = BEFORE_THE_FIRST, 0
        change = None
        for change in self._all(Change.objects.using(self.using).order_by("seq"), "chain"):
            name = f"change {change.seq}"
            if change.seq != expected:
                yield name, f"the ledger should go on with {expected}: entries are missing"
            expected = change.seq + 1
            if sha256(change.envelope) != change.hash:
                yield name, "its hash is not that of its envelope"
            envelope = _object(change.envelope)
            if envelope is None:
                yield name, "its envelope is not a JSON object"
                previous = change.hash
                continue
            if envelope.get("previous") != previous:
                yield name, "it does not follow the entry before it"
            previous = change.hash
            for field, value in change.projections().items():
                if envelope.get(field) != value:
                    yield (
                        name,
                        f"its column for “{field}” says {value!r}, its envelope {envelope.get(field)!r}",
                    )
            leaves = list(
                ChangeRow.objects.using(self.using)
                .filter(change=change.seq)
                .order_by("position")
                .values_list("commitment", flat=True)
            )
            if len(leaves) != change.rows:
                yield name, f"it wrote {change.rows} rows, {len(leaves)} are there"
            elif leaves and merkle_root(leaves) != envelope.get("commitment"):
                yield name, "its rows are not the ones it commits to"
        head = LedgerHead.objects.using(self.using).filter(pk=1).first()
        if change is None:
            yield "ledger", "it has no entry, not even its genesis"
        elif head is None or (head.seq, head.hash) != (change.seq, change.hash):
            yield "ledger head", f"it points at {head}, the last entry is {change.seq} {change.hash}"

    def payloads(self) -> Iterator[tuple[str, str]]:
        """Every payload is the one committed to; an erased one has a redaction that says so."""
        for row in self._all(ChangeRow.objects.using(self.using).order_by("pk"), "payloads"):
            name = f"change row {row.change_id}.{row.position}"
            if row.payload is None:
                if (ChangeRow._meta.db_table, row.pk, "payload") not in self.redacted:
                    yield name, "its payload was erased and no redaction says so"
                continue
            if leaf(row.salt, row.payload) != row.commitment:
                yield name, "its payload is not the one it commits to"
                continue
            said = _object(row.payload) or {}
            columns = (row.object_type, row.object_id, row.readers)
            if (said.get("object"), said.get("id"), said.get("readers")) != columns:
                yield name, "its columns and its payload name different objects"

    def alterations(self) -> Iterator[tuple[str, str]]:
        """Every row about what readers saw until then says so: by that the list of corrections finds it."""
        each: dict[str, Any] = {
            "partition_by": ["object_type", "object_id"], "order_by": ["change_id", "position"],
        }  # fmt: skip
        rows = ChangeRow.objects.using(self.using).order_by()
        seen = rows.annotate(before=models.Window(Lag("readers"), **each)).filter(before=Readers.SHOWN)
        # Looked at here: asked of the database, it would leave those that do say it out before it looks back.
        for change, position, alters in seen.values_list("change_id", "position", "alters").iterator(CHUNK):
            if not alters:
                yield (
                    f"change row {change}.{position}",
                    "it does not say that it altered what readers saw",
                )

    def rows(self) -> Iterator[tuple[str, str]]:
        """Every row stands as the ledger left it; none came or went past the ledger."""
        for model in recorded_models():
            name = model._meta.model_name or ""
            last = self._last_images(name)
            for row in self._recorded_rows(model):
                state = last.pop(row.pk, None)
                where = f"{model._meta.verbose_name} {row.pk}"
                if state is None:
                    yield where, "it never entered the ledger"
                elif state[0] is None:
                    yield where, f"the ledger (entry {state[1]}) says that it was removed"
                else:
                    image = plain(row.image())
                    changed = [field for field, value in state[0].items() if image.get(field) != value]
                    if changed:
                        yield (
                            where,
                            f"{', '.join(changed)} is not what entry {state[1]} of the ledger left there",
                        )
            for pk, (image, seq) in last.items():
                if image is not None:
                    yield (
                        f"{model._meta.verbose_name} {pk}",
                        f"it is gone; entry {seq} of the ledger left it there",
                    )

    def _last_images(self, name: str) -> dict[int, tuple[dict[str, Any] | None, int]]:
        """Return row id → (last image the ledger has, None for removed; its seq)."""
        newest = (
            ChangeRow.objects.using(self.using)
            .filter(object_type=name)
            .order_by()
            .values("object_id")
            .annotate(last=models.Max("pk"))
            .values("last")
        )
        images = {}
        for row in self._all(
            ChangeRow.objects.using(self.using).filter(pk__in=newest).order_by("pk"), "rows"
        ):
            if row.payload is not None:
                image = (_object(row.payload) or {}).get("image")
                images[row.object_id] = (image if isinstance(image, dict) else None, row.change_id)
            else:  # erased after its last state was written: there is nothing to compare it with
                images[row.object_id] = ({}, row.change_id)
        return images

    def _recorded_rows(self, model: type[Recorded]) -> Iterator[Recorded]:
        start = 0
        while True:
            ids = list(
                model._base_manager.using(self.using)
                .filter(pk__gt=start)
                .order_by("pk")
                .values_list("pk", flat=True)[:CHUNK]
            )
            if not ids:
                return
            yield from model.for_images(ids).using(self.using).order_by("pk")
            self.progress("rows", len(ids))
            start = ids[-1]

    def quotations(self) -> Iterator[tuple[str, str]]:
        """`text[start:end] == exact` for every appearance, and for the words of every attribution."""
        for version in self._all(ArticleVersion.objects.using(self.using).order_by("pk"), "quotations"):
            text = version.text
            for one in Appearance.objects.using(self.using).filter(article_version=version).order_by("pk"):
                if text[one.start : one.end] != one.exact:
                    yield (
                        f"appearance {one.pk}",
                        f"the text does not say “{one.exact[:60]}” at {one.start}:{one.end}",
                    )
                elif not (text[: one.start].endswith(one.prefix) and text[one.end :].startswith(one.suffix)):
                    yield f"appearance {one.pk}", "its prefix or suffix is not what stands around it"
            attributions = Attribution.objects.using(self.using).filter(
                appearance__article_version=version, start__isnull=False
            )
            for said in attributions.order_by("pk"):
                if text[said.start : said.end] != said.words:
                    yield (
                        f"attribution {said.pk}",
                        f"the text does not say “{said.words}” at {said.start}:{said.end}",
                    )

    def passages(self) -> Iterator[tuple[str, str]]:
        """Every passage called verified stands in the stored text, at its place."""
        verified = Evidence.objects.using(self.using).filter(passage_state=PassageState.VERIFIED)
        for one in self._all(verified.select_related("source_version").order_by("pk"), "passages"):
            text = one.source_version.text or ""
            if one.start is None or text[one.start : one.end] != one.passage:
                yield f"evidence {one.pk}", f"its source does not say this at {one.start}:{one.end}"

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Every stored text has the hash it came with, or a redaction that explains the other one."""
        for model in (ArticleVersion, SourceVersion):
            table = model._meta.db_table
            stored = model._base_manager.using(self.using).exclude(text=None).order_by("pk")
            for version in self._all(stored, "hashes"):
                before, after = self.redacted.get((table, version.pk, "text"), (None, None))
                fits = sha256(version.text) == version.sha256
                if not fits and not (before == version.sha256 and after == version.text):
                    yield f"{model._meta.verbose_name} {version.pk}", "its text does not have its hash"

    def series(self) -> Iterator[tuple[str, str]]:
        """Every verdict follows the one before it on the same claim and shows what it cites."""
        for one in self._all(
            Verdict.objects.using(self.using).select_related("supersedes").order_by("pk"), "series"
        ):
            name, before = f"verdict {one.pk}", one.supersedes
            if before is not None and (before.claim_id, before.number) != (one.claim_id, one.number - 1):
                yield name, f"it is number {one.number} of its claim but follows verdict {before.pk}"
            shown = _object(one.snapshot)
            if shown is None:
                yield name, "its snapshot is not a JSON object"
                continue
            if canonical(shown) != one.snapshot:
                yield name, "its snapshot is not in canonical form"
            cited = list(
                Citation.objects.using(self.using)
                .filter(verdict=one)
                .order_by("position")
                .values_list("position", "evidence_id")
            )
            pieces = shown.get("evidence")
            listed = (
                [piece for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []
            )
            if pieces != listed or [(piece.get("number"), piece.get("id")) for piece in listed] != cited:
                yield name, "its snapshot shows other evidence than it cites"
            strangers = (
                Evidence.objects.using(self.using).filter(citations__verdict=one).exclude(claim=one.claim_id)
            )
            if strangers.exists():
                yield name, "it cites evidence for another claim"

    def redactions(self) -> Iterator[tuple[str, str]]:
        """Every column that a redaction masked still reads as it was masked."""
        tables = {model._meta.db_table: model for model in recorded_models()}
        for (table, pk, column), (_, after) in self.redacted.items():
            model = tables.get(table)
            if model is None:
                continue
            value = model._base_manager.using(self.using).filter(pk=pk).values_list(column, flat=True).first()
            if value != after:
                yield f"{model._meta.verbose_name} {pk}", f"its {column} is not what the redaction left there"

    def constraints(self) -> Iterator[tuple[str, str]]:
        """Every named constraint is in the catalogue, and no row breaks a rule that a CHECK states."""
        present = constraint_names(connections[self.using])
        for model in recorded_models():
            for constraint in model._meta.constraints:
                if constraint.name not in present:
                    yield constraint.name, f"the constraint is missing from {model._meta.db_table}"
            rules = {
                f"it breaks the rule {constraint.name}": ~models.Q(constraint.condition)
                for constraint in model._meta.constraints
                if isinstance(constraint, CheckConstraint)
            }
            yield from self._breaking(model, rules)
            yield from self._breaking(model, self._dangling(model))
            self.progress("constraints", 1)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Every row is looked up by the key of its own address; the ledger does not commit to the key."""
        for model in recorded_models():
            if not issubclass(model, Addressed):
                continue
            rows: Any = model._base_manager.using(self.using)
            stored = rows.exclude(url="", url_key="").order_by("pk").only("url", "url_key")
            for one in self._all(stored, "addresses"):
                if one.url_key != address_key(one.url):
                    yield f"{model._meta.verbose_name} {one.pk}", "its url_key is not the key of its url"

    def counts(self) -> Iterator[tuple[str, str]]:
        """What is written down of how many claims a row has is what there are; the ledger does not commit to it."""
        for name, pk, column, says, there in counted.differences(self.using):
            yield f"{name} {pk}", f"its {column} says {says}, and there are {there}"

    def search(self) -> Iterator[tuple[str, str]]:
        """What can be found is what the record holds: no document is missing, stale or too many."""
        from articles.search import index

        yield from index.differences(self.using)

    def _breaking(self, model: type[models.Model], rules: dict[str, models.Q]) -> Iterator[tuple[str, str]]:
        """Yield rows to which one of the rules' negations applies: all asked at once, since mostly none does."""
        if not rules:
            return
        rows = model._base_manager.using(self.using)
        broken = models.Q()
        for negation in rules.values():
            broken |= negation
        found = list(rows.filter(broken).order_by("pk").values_list("pk", flat=True)[:10])
        for sentence, negation in rules.items() if found else ():
            for pk in rows.filter(negation, pk__in=found).order_by("pk").values_list("pk", flat=True):
                yield f"{model._meta.verbose_name} {pk}", sentence

    def _dangling(self, model: type[models.Model]) -> dict[str, models.Q]:
        """Return, for each reference of a model, what is true of the rows that refer to a row that is not there."""
        lost = {}
        for field in model._meta.concrete_fields:
            if not field.is_relation or field.related_model is None:
                continue
            there = field.related_model._base_manager.using(self.using).filter(
                pk=models.OuterRef(field.attname)
            )
            lost[f"its {field.name} is not there"] = ~models.Exists(there) & models.Q(
                **{f"{field.attname}__isnull": False}
            )
        return lost

    def _all(self, queryset: models.QuerySet, check: str) -> Iterator[Any]:
        """Yield all rows in constant memory, with progress."""
        seen = 0
        for row in queryset.iterator(chunk_size=CHUNK):
            yield row
            seen += 1
            if seen % CHUNK == 0:
                self.progress(check, CHUNK)
        self.progress(check, seen % CHUNK)


def constraint_names(connection: Any) -> set[str]:
    """Return the names of all constraints and unique indexes that the database's catalogue has in force.

    Django's own introspection parses the SQL of each table, which takes longer than all other checks together.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conname FROM pg_constraint "
                "WHERE convalidated AND connamespace = current_schema()::regnamespace "
                "UNION SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
            )
            return {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
        names = set()
        for kind, name, sql in cursor.fetchall():
            names |= {name} if kind == "index" else set(re.findall(r'CONSTRAINT "(\w+)"', sql or ""))
        return names


def _object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a text, None where there is none: what is read here may be forged."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def verify(using: str = "default", progress: Progress | None = None) -> list[Finding]:
    """Return everything that is wrong with the record of a database; an empty list is the proof that it is whole."""
    return list(Verification(using, progress).findings())
