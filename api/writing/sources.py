"""Sources: put on record, described, derived, merged; their versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from api.serializers.record import Fields, RecordSerializer
from api.serializers.summaries import SourceSummary
from api.serializers.version import SourceVersionDetail
from api.writing.bodies import Body, Day, RowOf, Text, Word, WorldDateGiven, columns
from api.writing.bulk import Bulk
from api.writing.once import once
from api.writing.parts import Moment, WebAddress, optional
from api.writing.states import require_seen
from api.writing.verbs import verb
from api.writing.within import AddsWithin, made
from articles.models import Derivation, Scope, Source
from articles.vocabulary import CopyQuality, DerivationBasis, Rights, SourceKind

TITLE = "As it calls itself; of an anonymous source, your words."
KIND = "What it is. It decides which of the further fields there are."


class SourceChanged(Body):
    """What is different now about a source."""

    kind = Word(SourceKind, required=False, help_text=KIND)
    title = Text(max_length=500, required=False, help_text=TITLE)
    publisher = optional(300, help_text="Who put it out, or issued it.")
    people = optional(500, help_text="Authors, speakers or directors, on one line.")
    url = WebAddress(help_text="Where it was published.")
    description = optional()
    published = WorldDateGiven(required=False)
    part_of = RowOf(
        Source,
        required=False,
        allow_null=True,
        help_text="An order in a case, an excerpt of a book. Not: a report of a report.",
    )
    court = optional(300, help_text="Court cases and filings; needed there.")
    docket_number = optional(100, help_text="Court cases and filings. Not unique.")
    judge = optional(300, help_text="Court cases and filings.")
    citation = optional(300, help_text="Court cases, filings and statutes; of a statute needed.")
    jurisdiction = optional(200, help_text="Statutes.")
    platform = optional(200, help_text="Rules of platforms, posts, comments; needed of rules and posts.")
    account = optional(200, help_text="Posts and comments.")
    venue = optional(300, help_text="Speeches.")
    filed_with = optional(300, help_text="Complaints.")
    described_as = optional(500, help_text="Anonymous sources: the exact words that describe them.")


class SourceGiven(SourceChanged):
    """Something that bears on claims."""

    kind = Word(SourceKind, help_text=KIND)
    title = Text(max_length=500, help_text=TITLE)


class IntoSource(Body):
    """The source that this one turned out to be."""

    into = RowOf(Source)


class SourceVersionGiven(Body):
    """The source as it stood, or as a copy of it stood: its text, or what is known of it."""

    copy_quality = Word(CopyQuality, help_text="How near this copy is to what its issuer put out.")
    text = optional(help_text="Kept exactly as it is given; null where nothing may be, or was, stored.")
    rights = Word(Rights, required=False, help_text="How much of it readers may be shown. Default: none.")
    retrieved_at = Moment(required=False, allow_null=True, help_text="When the copy was made.")
    effective_from = Day(required=False, allow_null=True, help_text="First day it was in force.")
    effective_to = Day(required=False, allow_null=True, help_text="Last day it was in force.")
    archive_url = WebAddress(help_text="Where an archive keeps it.")
    seen_as = optional(1000, help_text="What was actually looked at, in words.")


class DerivationGiven(Body):
    """What it repeats or rests on."""

    origin = RowOf(Source)
    basis = Word(DerivationBasis, help_text="How we know that it does.")
    note = optional(500)


class DerivationShape(RecordSerializer):
    """That one source repeats another or rests on it."""

    source = SourceSummary(read_only=True)  # type: ignore[assignment]
    origin = SourceSummary(read_only=True)

    class Meta:
        model = Derivation
        fields: Fields = ("id", "source", "origin", "basis", "note")


class WritesSources(Bulk):
    """What programs say of sources. Who an anonymous one is has no door here."""

    adding = SourceGiven
    changing = SourceChanged

    def add(self, by: Any, given: dict[str, Any]) -> Source:
        """Put a source on record, at the desk only until evidence from it is opened to readers."""
        return Source.add(by, **columns(given, "published"))

    def change(self, by: Any, row: Any, expected: int | None, given: dict[str, Any]) -> None:
        row.revise(by, expected=expected, **columns(given, "published"))

    @verb(IntoSource, needs=Scope.PUBLISH)
    def merge(self, by: Any, source: Source, given: dict[str, Any]) -> None:
        """Say that this is the same as another source. Its address leads there; it can be taken back."""
        source.merge_into(given["into"], by)

    @verb(needs=Scope.PUBLISH)
    def unmerge(self, by: Any, source: Source, given: dict[str, Any]) -> None:
        """Take a merge back."""
        source.unmerge(by)

    @verb(needs=Scope.PUBLISH)
    def open_to_readers(self, by: Any, source: Source, given: dict[str, Any]) -> None:
        """Show readers the source, with what it derives from, although no evidence from it is public yet."""
        source.open_to_readers(by)

    @extend_schema(request=DerivationGiven, responses={201: DerivationShape})
    @action(detail=True, methods=["post"])
    def derivations(self, request: Any, **kwargs: Any) -> Response:
        """Say that this source repeats or rests on another."""

        def do() -> Response:
            source = self.row_to_write()
            require_seen(request, source, needed=False)
            derivation = source.derive_from(request.user, **self.read_body(DerivationGiven))
            data = DerivationShape(derivation, context={"request": request}).data
            address = reverse("api-source-derivation", args=[source.pk, derivation.pk])
            return made(data, request.build_absolute_uri(address))

        return once(request, do)

    @extend_schema(request=None, responses={204: None})
    @action(
        detail=True, methods=["delete"], url_path=r"derivations/(?P<derivation>[1-9][0-9]{0,17})",
        url_name="derivation",
    )  # fmt: skip
    def take_derivation_back(self, request: Any, derivation: str, **kwargs: Any) -> Response:
        """Take back that this source repeats or rests on another."""

        def do() -> Response:
            source = self.row_to_write()
            row = Derivation.objects.visible_to(request.user).filter(source=source, pk=derivation).first()
            if row is None:
                raise Http404
            require_seen(request, source, needed=False)
            row.take_back(request.user)
            return Response(status=204)

        return once(request, do)


class AddsSourceVersions(AddsWithin):
    """POST to the versions of a source adds how it stood."""

    adding = SourceVersionGiven

    def add_to(self, by: Any, parent: Source, given: dict[str, Any]) -> dict[str, Any]:
        version = parent.add_version(by, **given)
        found: dict[str, Any] = SourceVersionDetail(version, context={"request": self.request}).data  # type: ignore[attr-defined]
        return found
