"""Taking words out of the record, without hiding that they were taken out.

A redaction masks words everywhere they stand, one mask character per code point, so that every offset stays
true. For each column it writes down the hash of what stood there and the masked text; the guards of the
database let an insert-only row change to exactly that text and to nothing else. The ledger's payloads of
the rows concerned are erased; their commitments stay, so that the chain still verifies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.canonical import canonical, sha256
from articles.models.addressed import Addressed
from articles.models.answered_request import AnsweredRequest
from articles.models.ledger import BATCH, ChangeRow, act
from articles.models.recorded import InsertOnly, Recorded, RecordQuerySet
from articles.models.upload import Upload
from articles.models.user import require_administrator
from articles.refusals import Refused
from articles.web_addresses import address_key

MASK = "█"
DASHES = "‐‑‒–—-"
# Insert-only tables and the columns a redaction may mask; the guards are made from this.
MASKABLE = {
    "articleversion": ("text",),
    "appearance": ("exact", "prefix", "suffix"),
    "attribution": ("described_as", "words", "note"),
    "sourceversion": ("text", "seen_as", "archive_url"),
    "evidence": ("passage", "locator", "note"),
    "verdict": ("claim_wording", "summary", "reasoning", "snapshot"),
    "correction": ("note", "before", "after"),
    "redaction": ("reason",),
}
# What stands under these keys of a JSON value is a word of ours, from a closed list.
CODES = frozenset({"code", "kind", "known", "encoding"})
NOT_TEXT = (
    "sha256",
    "original_sha256",
    "text_sha256",
    "fingerprint",
    "hash",
    "commitment",
    # Made of the address beside it, and made anew with it.
    "url_key",
    "salt",
    "envelope",
    "password",
    # Numbers, and names of ours.
    "schedule.found",
    # What webhooks are sent and signed with: names and numbers of ours, not a word of anybody.
    "apikey.scopes",
    "claimvector.model_sha256",
    "delivery.body",
    "delivery.event_id",
    "verdictdraft.scheduled_as",
    "webhook.events",
    "webhook.previous_salt",
    "webhook.previous_fingerprint",
)


class RedactionQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> RedactionQuerySet:
        """Everybody sees that something was taken out, and why."""
        return self.all()

    def editable_by(self, user: Any) -> RedactionQuerySet:
        return self.none()


class Redaction(InsertOnly):
    """One decision to take words out of the record. The words themselves are kept nowhere."""

    # Every one of them alters what was known.
    continues: ClassVar = ("id",)

    reason = models.TextField(help_text=_("Readers see it. Do not repeat the words."))
    at = models.DateTimeField()
    by = models.ForeignKey("articles.User", models.PROTECT, null=True, related_name="+")

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"Redaction {self.pk}: {self.reason[:80]}"

    @classmethod
    def everywhere(cls, by: Any, words: str, reason: str, at: datetime | None = None) -> Redaction:
        """Mask `words` in every text of the record, letter case, kind of quotes and spacing aside.

        Only administrators. Raises Refused where the words are too short to be told apart, stand in the
        reason, or stand nowhere.
        """
        if by is not None:
            require_administrator(by, "redacts")
        words = words.strip()
        if sum(character.isalnum() for character in words) < 3:
            raise Refused("Give at least three letters; shorter words stand in too many others.", "too_short")
        pattern = matching(words)
        if pattern.search(reason):
            raise Refused("The reason repeats the words that are to go.", "in_reason")
        if not reason.strip():
            raise Refused("Say why; readers see that something was taken out.", "no_reason")
        with act(by, "redact", None, at) as entry:
            redaction = cls(reason=reason.strip(), at=entry.at, by=by)
            entry.insert(redaction)
            entry.subject = redaction
            found = 0
            for row, columns in rows_with(pattern):
                redaction._mask(row, columns, entry)
                _mask_what_was_made_of(row, columns)
                found += 1
            found += _erase_originals(pattern)
            # Which of them say the words is not asked: they may say them across two columns of a row.
            AnsweredRequest.objects.forget_answers()
            # What still waits to be imported would bring the words back.
            Upload.objects.forget()
            erased = redaction._erase_payloads(pattern, entry)
            if not found and not erased:
                raise Refused("These words stand nowhere in the record.", "nowhere")
        return redaction

    def _mask(self, row: Any, columns: dict[str, Any], entry: Any) -> None:
        """Write the masked values; for guarded columns first the note that lets the guards agree."""
        name = row._meta.model_name
        columns = _told_apart(row, columns)
        # Evidence that no verdict cites may change again, and no note must say that it may not.
        guarded = MASKABLE.get(name, ()) if name != "evidence" or row.is_cited else ()
        for column, masked in columns.items():
            if column in guarded:
                note = RedactedText(
                    redaction=self,
                    table_name=row._meta.db_table,
                    row_id=row.pk,
                    column=column,
                    before_sha256=sha256(getattr(row, column)),
                    masked=masked,
                )
                note.save(force_insert=True)
                entry.add(note)
                # What an earlier redaction left there says these words; of its note the hash is enough.
                notes = RedactedText.objects.filter(table_name=note.table_name, row_id=row.pk, column=column)
                older = list(notes.exclude(pk=note.pk).exclude(masked=""))
                RedactedText.objects.filter(pk__in=[one.pk for one in older]).update(masked="")
                entry.add(*older)
        changes = dict(columns)
        if isinstance(row, Addressed) and "url" in columns:
            changes["url_key"] = address_key(columns["url"])
        if any(field.name == "revision" for field in row._meta.concrete_fields) and not _is_cited(row):
            changes["revision"] = models.F("revision") + 1
        type(row)._base_manager.filter(pk=row.pk).update(**changes)
        if isinstance(row, Recorded):
            entry.add(row)

    def _erase_payloads(self, pattern: re.Pattern[str], entry: Any) -> int:
        """Erase the payloads of all earlier states of the rows masked, and any other that says the words."""
        masked = set(entry.rows)
        erased = 0
        for row in ChangeRow.objects.exclude(payload=None).iterator(chunk_size=500):
            assert row.payload is not None
            if (row.object_type, row.object_id) in masked or says(pattern, json.loads(row.payload)):
                note = RedactedText(
                    redaction=self, table_name=ChangeRow._meta.db_table, row_id=row.pk, column="payload",
                    before_sha256=row.commitment, masked="",
                )  # fmt: skip
                note.save(force_insert=True)
                entry.add(note)
                ChangeRow.objects.filter(pk=row.pk).update(payload=None, salt=None)
                model = apps.get_model("articles", row.object_type)
                still_there = model._base_manager.filter(pk=row.object_id).first()
                if still_there is not None:
                    entry.add(still_there)
                erased += 1
        return erased


def _mask_what_was_made_of(row: Any, columns: dict[str, Any]) -> None:
    """Take the words away from what was read out of a masked text, and from the files it was read from."""
    from articles.models.arrival import Arrival
    from articles.models.original import Original

    name = row._meta.model_name
    if name == "articleversion" and "text" in columns:
        came = Arrival.objects.filter(article_version=row).values_list("original__sha256", flat=True)
        Original.erase([row.original_sha256, *came])
        blanked = [one for one in row.suggestions.all() if one.forget_words(columns["text"])]
        row.suggestions.bulk_update(blanked, ["reasons", "rests_on"], batch_size=BATCH)
    elif name == "sourceversion" and {"text", "seen_as"} & columns.keys():
        row.erase_file()
    elif name == "arrival":
        Original.erase([row.original.sha256])


def _erase_originals(pattern: re.Pattern[str]) -> int:
    """Erase the files that say the words outside the texts that were read from them; return how many."""
    from articles.models.original import Original

    saying = [
        one.sha256
        for one in Original.objects.exclude(packed=b"").order_by("pk").iterator(chunk_size=1)
        if one.says(pattern)
    ]
    Original.erase(saying)
    return len(saying)


def _is_cited(row: Any) -> bool:
    return row._meta.model_name == "evidence" and row.is_cited


def _told_apart(row: models.Model, columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns with another mask or two where a row with a unique name was masked alike before."""
    meta = row._meta
    keys: list[Sequence[str]] = [
        (field.name,) for field in meta.concrete_fields if field.unique and field.name in columns
    ]
    keys += [names.fields for names in meta.total_unique_constraints if set(names.fields) & set(columns)]
    for key in keys:
        name = next(name for name in reversed(key) if name in columns)
        others = type(row)._base_manager.exclude(pk=row.pk)
        while others.filter(**{one: columns.get(one, getattr(row, one)) for one in key}).exists():
            columns = {**columns, name: columns[name] + MASK}
    return columns


class RedactedText(InsertOnly):
    """One column of one row that a redaction masked: the hash of what stood there, and what stands there now.

    Once the same column is masked again the newer row says what stands there, and this one no longer does.
    """

    long_texts: ClassVar = frozenset({"masked"})
    # The row masked may be one that readers do not see; and of a text that lacks but a name, the hash betrays the name.
    unshown: ClassVar = frozenset({"masked", "before_sha256"})

    redaction = models.ForeignKey(Redaction, models.PROTECT, related_name="texts")
    table_name = models.CharField(max_length=100)
    row_id = models.BigIntegerField()
    column = models.CharField(max_length=100)
    before_sha256 = models.CharField(max_length=64)
    masked = models.TextField(blank=True)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "redacted text"
        indexes: ClassVar = [
            # The guards ask: may this column of this row become this text?
            models.Index(fields=["table_name", "row_id", "column"], name="redacted_text_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.column}"


def text_is_redacted(model: type[models.Model]) -> models.Exists:
    """Return the condition that words were taken out of the `text` of a row of this model.

    Readers get no hash of such a text as it was: with all but a name before them, they could try names against it.
    """
    notes = RedactedText.objects.filter(
        table_name=model._meta.db_table, row_id=models.OuterRef("pk"), column="text"
    )
    return models.Exists(notes.order_by())


def matching(words: str) -> re.Pattern[str]:
    """Return a pattern for the words in any letter case, with any kind of apostrophe, dash and space.

    In addresses spaces are dashes, underscores or escapes, and apostrophes and the dots after initials are gone.
    """
    pieces: list[str] = []
    before = ""
    for character in words:
        if character.isspace() or character in DASHES:
            piece = rf"(?:[\s_+{DASHES}]|%20)+"
            if pieces[-1:] != [piece]:
                pieces.append(piece)
        elif character in "'’‘ʼ":
            pieces.append("(?:['’‘ʼ]|%27|%E2%80%99)?")
        elif character == "." and before.isalpha():
            pieces.append(r"\.?")
        else:
            pieces.append(re.escape(character))
        before = character
    return re.compile("".join(pieces), re.IGNORECASE)


def masked(pattern: re.Pattern[str], text: str) -> str:
    """Return the text with each match replaced by as many mask characters as it has code points."""
    return pattern.sub(lambda match: MASK * len(match[0]), text)


def masked_json(pattern: re.Pattern[str], value: Any) -> Any:
    """Return a JSON value with all its texts masked, keys apart; an address goes as a whole."""
    if isinstance(value, str):
        return masked(pattern, value)
    if isinstance(value, dict):
        return {
            key: inner
            if key in CODES
            else ""
            if key.endswith("url") and says(pattern, inner)
            else masked_json(pattern, inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [masked_json(pattern, inner) for inner in value]
    return value


def says(pattern: re.Pattern[str], value: Any) -> bool:
    """Do the words stand in a text of this JSON value? Keys are ours."""
    if isinstance(value, str):
        return pattern.search(value) is not None
    if isinstance(value, (dict, list)):
        return any(says(pattern, inner) for inner in (value.values() if isinstance(value, dict) else value))
    return False


def rows_with(pattern: re.Pattern[str]) -> Iterator[tuple[models.Model, dict[str, Any]]]:
    """Yield every row whose texts say the words, with the columns as they read once masked."""
    for model in searched_models():
        fields = list(text_fields(model))
        if not fields:
            continue
        for row in model._base_manager.order_by("pk").iterator(chunk_size=500):
            after = {
                field.attname: _masked_value(pattern, field, getattr(row, field.attname)) for field in fields
            }
            after |= _cut_from_its_text(pattern, row)
            columns = {name: value for name, value in after.items() if value != getattr(row, name)}
            if columns:
                yield row, columns


def _cut_from_its_text(pattern: re.Pattern[str], row: Any) -> dict[str, str]:
    """Return the columns that quote another row's text, cut from that text as it reads once masked.

    The words may stand across the edge of a quotation, where no pattern finds them in the quotation alone.
    """
    name = row._meta.model_name
    if name == "appearance":
        text = masked(pattern, row.article_version.text)
        return {
            "exact": text[row.start : row.end],
            "prefix": text[row.start - len(row.prefix) : row.start],
            "suffix": text[row.end : row.end + len(row.suffix)],
        }
    if name == "attribution" and row.words:
        return {"words": masked(pattern, row.appearance.article_version.text)[row.start : row.end]}
    if name == "evidence" and row.start is not None:
        return {"passage": masked(pattern, row.source_version.text)[row.start : row.end]}
    if name == "verdict":
        shown = masked_json(pattern, json.loads(row.snapshot))
        placed = row.evidence.exclude(start=None).select_related("source_version")
        passages = {one.pk: _cut_from_its_text(pattern, one)["passage"] for one in placed}
        for image in shown["evidence"]:
            image["passage"] = passages.get(image["id"], image["passage"])
        return {"snapshot": canonical(shown)}
    return {}


def _masked_value(pattern: re.Pattern[str], field: models.Field, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return masked_json(pattern, value)
    # The snapshot is JSON in a text; `_cut_from_its_text` masks what is in it.
    if not isinstance(value, str) or field.attname == "snapshot" or not pattern.search(value):
        return value
    if isinstance(field, models.URLField):
        return ""
    return masked(pattern, value)


def searched_models() -> Iterable[type[models.Model]]:
    """Return the models whose texts a redaction reads, the admin's own log too.

    Not the ledger, whose payloads are erased, the accounts and what is noted of them, answers that were kept, which are
    erased too, and the notes of earlier redactions, which go with the columns they are about.
    """
    apart = (
        "answeredrequest",
        "auditentry",
        "change",
        "changerow",
        "guesscount",
        "ledgerhead",
        "redactedtext",
        "user",
    )
    ours = [
        model for model in apps.get_app_config("articles").get_models() if model._meta.model_name not in apart
    ]
    return [*ours, LogEntry]


def text_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """Yield the columns of a model that hold words of people."""
    for field in model._meta.concrete_fields:
        if field.choices or {field.attname, f"{model._meta.model_name}.{field.attname}"} & set(NOT_TEXT):
            continue
        if isinstance(field, (models.CharField, models.TextField, models.JSONField)) and not isinstance(
            field, models.SlugField
        ):
            yield field
