"""Sources and the evidence taken from them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers

from api.serializers.record import (
    PUBLIC_SEQ,
    REVISION,
    VISIBILITY,
    ApiUrl,
    Fields,
    PageUrl,
    RecordSerializer,
    WorldDate,
    told,
)
from api.serializers.summaries import ClaimSummary, SourceSummary
from articles.graph import Graphs
from articles.keeping import with_state
from articles.models import Derivation, Evidence, Source, SourceVersion
from articles.models.recorded import deeper
from articles.models.source import KIND_FIELDS

ROW = (
    "id", "kind", "title", "publisher", "people", "url", "published", "court", "docket_number", "visibility",
    "merged_into", "claim_count", "revision", "public_seq", "api_url", "page_url",
)  # fmt: skip


def _rows(user: Any, parts: frozenset[str]) -> Any:
    rows = shown = Source.objects.visible_to(user)
    if "claim_count" in parts:
        rows = rows.for_listing()
    if "versions" in parts:
        rows = rows.prefetch_related("versions")
    links = [Prefetch(name, shown) for name in ("merged_into", "part_of") if name in parts]
    return with_state(rows).prefetch_related(*links)


def _sets(user: Any, source: Any) -> dict[str, Any]:
    derivations = Derivation.objects.visible_to(user)
    # Ids of ids, as `of_all_of` has them, and for the same reason.
    parts = Source.objects.filter(part_of=deeper(source)).order_by().values("pk")
    versions = SourceVersion.objects.of_all_of(source)
    evidence = Evidence.objects.visible_to(user).filter(source_version__in=versions).standing()
    return {
        "parts": Source.objects.visible_to(user).filter(pk__in=parts).order_by("title", "pk"),
        "origins": derivations.filter(source=source).select_related("origin"),
        "derivatives": derivations.filter(origin=source).select_related("source"),
        "evidence": evidence.select_related("source_version", "claim")
        .defer("source_version__text")
        .order_by("pk"),
    }


# What is shown of sources, in lists and in full.
SOURCES = Graphs(
    _rows,
    _sets,
    {
        name: [name]
        for name in (
            "claim_count", "merged_into", "part_of", "versions", "parts", "origins", "derivatives", "evidence",
        )
    },
)  # fmt: skip

ABOUT_SOURCE = told(
    title="As it calls itself; of an anonymous source, the newsroom's words.",
    publisher="Who put it out, or issued it.",
    people="Authors, speakers or directors, on one line.",
    url="Where it was published.",
    docket_number="Not unique: one case may be several sources.",
    described_as="The exact words that describe an anonymous source.",
    visibility=VISIBILITY,
    revision=REVISION,
    public_seq=PUBLIC_SEQ,
)


class SourceRow(RecordSerializer):
    """A source in a list: something that bears on claims."""

    published = WorldDate(read_only=True)
    merged_into = SourceSummary(
        allow_null=True, read_only=True, help_text="The source that this one turned out to be."
    )
    claim_count = serializers.IntegerField(
        read_only=True, help_text="How many claims readers see evidence from it on."
    )
    api_url = ApiUrl("api-source")
    page_url = PageUrl()

    class Meta:
        model = Source
        fields: Fields = ROW
        extra_kwargs = ABOUT_SOURCE


class SourceVersionSummary(RecordSerializer):
    """Which state and which copy of a source was looked at."""

    class Meta:
        model = SourceVersion
        fields: Fields = (
            "id", "number", "copy_quality", "sha256", "seen_as", "retrieved_at", "effective_from", "effective_to",
            "archive_url", "rights",
        )  # fmt: skip
        extra_kwargs = told(
            sha256="Of the stored text, or of the stored file; null where nothing is stored.",
            seen_as="What was actually looked at, in words.",
            copy_quality="How near this copy is to what its issuer put out.",
            effective_from="First day it was in force; null where that is not known or means nothing.",
            effective_to="Last day it was in force; null where that is not known, or it still is.",
        )


class SourceVersionShape(SourceVersionSummary):
    """The source as it stood, or as a copy of it stood."""

    text = serializers.SerializerMethodField(
        help_text="The stored text; null where none is stored or `rights` is not `full`."
    )

    class Meta(SourceVersionSummary.Meta):
        fields: Fields = (*SourceVersionSummary.Meta.fields, "text")

    def get_text(self, version: SourceVersion) -> str | None:
        return version.readable_text or None


EVIDENCE = (
    "id", "stance", "passage", "passage_state", "start", "end", "locator", "posture", "note", "visibility", "revision",
)  # fmt: skip
ABOUT_EVIDENCE = told(
    passage="The source's exact words; null where only our note says what it shows.",
    passage_state="verified: found in the stored text. transcribed: quoted by an editor. none: no passage.",
    start="First code point of the passage in the stored text, from 0; null unless verified.",
    end="The code point after the last one of the passage.",
    locator="Where in the source it stands: page, paragraph, time.",
    posture="Court sources only: how far the court had come when this was said.",
    note="What it shows, in the newsroom's words.",
    visibility=VISIBILITY,
    revision=REVISION,
)


class EvidenceShape(RecordSerializer):
    """A passage of a source, or what the source shows, for or against a claim."""

    source = SourceSummary(source="source_version.source", read_only=True)  # type: ignore[assignment]
    version = SourceVersionSummary(source="source_version", read_only=True)

    class Meta:
        model = Evidence
        fields: Fields = (*EVIDENCE, "source", "version")
        extra_kwargs = ABOUT_EVIDENCE


class EvidenceFromSource(RecordSerializer):
    """A passage of this source, or what it shows, and the claim it bears on."""

    version_number = serializers.IntegerField(source="source_version.number", read_only=True)
    claim = ClaimSummary(read_only=True)

    class Meta:
        model = Evidence
        fields: Fields = (*EVIDENCE, "version_number", "claim")
        extra_kwargs = ABOUT_EVIDENCE


class OriginShape(RecordSerializer):
    """A source that this one repeats or rests on."""

    source = SourceSummary(source="origin", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Derivation
        fields: Fields = ("id", "basis", "note", "source")


class DerivativeShape(RecordSerializer):
    """A source that repeats this one or rests on it."""

    source = SourceSummary(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Derivation
        fields: Fields = ("id", "basis", "note", "source")


class SourceDetail(SourceRow):
    """A source with the fields of its kind, its versions, what it is part of and derives from, and its evidence."""

    part_of = SourceSummary(
        allow_null=True, read_only=True, help_text="What it is a part of: an order of its case."
    )
    # `shown` is of a source that `SOURCES` loaded.
    parts = SourceSummary(many=True, read_only=True, source="shown.parts", help_text="What is a part of it.")
    origins = OriginShape(
        many=True,
        read_only=True,
        source="shown.origins",
        help_text="What it derives from. Not: what it is part of.",
    )
    derivatives = DerivativeShape(
        many=True, read_only=True, source="shown.derivatives", help_text="What derives from it."
    )
    versions = SourceVersionShape(many=True, read_only=True)
    evidence = EvidenceFromSource(
        many=True,
        read_only=True,
        source="shown.evidence",
        help_text="The evidence from it, replaced rows left out.",
    )

    class Meta:
        model = Source
        fields: Fields = (
            *ROW,
            *(name for name in KIND_FIELDS if name not in ROW),
            "description", "part_of", "parts", "origins", "derivatives", "versions", "evidence",
        )  # fmt: skip
        extra_kwargs = ABOUT_SOURCE
