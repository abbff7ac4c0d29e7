from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from articles.admin.buttons import Button, editors
from articles.admin.claims.claim import MergeForm
from articles.admin.forms import VerbForm, choice
from articles.admin.listing import ANY
from articles.admin.readers.complaint import complaints_about
from articles.admin.record import Panel, RecordAdmin, add_url
from articles.admin.site import desk
from articles.admin.sources.adding import WithPasting
from articles.admin.sources.workbench import neighbours, resting, timeline
from articles.models import Derivation, Source, SourceVersion, Visibility
from articles.models.choices import labelled
from articles.models.source import KIND_FIELDS
from articles.vocabulary import DerivationBasis


class DeriveForm(VerbForm):
    basis = forms.ChoiceField(choices=labelled(DerivationBasis), help_text="How we know that it does.")
    note = forms.CharField(required=False, max_length=500)

    def build(self) -> None:
        origin = choice(Derivation._meta.get_field("origin"), self.user, label="It derives from")
        self.fields = {"seen": self.fields.pop("seen"), "origin": origin, **self.fields}


def derive(row: Source, by: Any, seen: int | None, origin: Source, basis: str, note: str) -> None:
    row.derive_from(by, origin, basis, note)


@admin.register(Source, site=desk)
class SourceAdmin(WithPasting):
    change_form_template = "admin/source_workbench.html"
    list_display = ("title", "kind", "publisher", "published_words", "visibility", "claims")
    list_filter = ("kind", "visibility", "published_latest")
    filtered_orders: ClassVar = {("visibility__exact", ANY): ("kind", "title")}
    search_fields = ("title", "publisher", "people", "url", "docket_number", "citation", "described_as")
    add_fields = (
        "kind", "title", "publisher", "people", "url", "description", *KIND_FIELDS, "part_of",
        "published_earliest", "published_latest", "published_basis",
    )  # fmt: skip
    facts = ("visibility", "merged_into", "revision")
    buttons = (
        Button(
            "derive", "Derives from", derive, "The derivation is on record.", form=DeriveForm,
            when=lambda row: row.merged_into_id is None,
        ),
        Button(
            "open", "Open to readers", lambda row, by, seen: row.open_to_readers(by),
            "Readers can see the source now, and what it derives from.",
            who=editors, when=lambda row: row.visibility != Visibility.PUBLIC,
        ),
        Button(
            "merge", "Merge", lambda row, by, seen, survivor: row.merge_into(survivor, by),
            "Both are one source now.", form=MergeForm, who=editors,
            when=lambda row: row.merged_into_id is None, weight="grave",
        ),
        Button(
            "unmerge", "Take the merge back", lambda row, by, seen: row.unmerge(by),
            "The source stands apart again.", who=editors, when=lambda row: row.merged_into_id is not None,
        ),
    )  # fmt: skip

    def written_fields(self) -> list[str]:
        """Return what may be changed, in the order in which it was asked for."""
        return [name for name in self.add_fields if name in self.model.revisable]

    @admin.display(description="published", ordering="published_latest")
    def published_words(self, row: Source) -> str:
        return row.published.words()

    @admin.display(ordering="claim_count")
    def claims(self, row: Any) -> int:
        return row.claim_count

    def notices(self, request: Any, row: Source) -> dict[str, Any]:
        versions = timeline(row, request.user)
        return {
            **versions,
            **resting(row, versions["stages"], request.user),
            "add_version_url": add_url(SourceVersion, source=row.pk),
        }

    def panels(self, request: Any, row: Source) -> list[Panel]:
        return [*neighbours(row, request.user), complaints_about(request.user, row)]


def take_back(row: Derivation, by: Any, seen: int | None) -> Any:
    source = row.source
    row.take_back(by)
    return source


@admin.register(Derivation, site=desk)
class DerivationAdmin(RecordAdmin):
    list_display = ("source", "origin", "basis", "note")
    list_filter = ("basis",)
    list_select_related = ("source", "origin")
    search_fields = ("source__title", "origin__title", "note")
    add_fields = ("source", "origin", "basis", "note")
    buttons = (
        Button("take-back", "Take the derivation back", take_back, "The derivation is gone.", weight="grave"),
    )

    def add_record(self, by: Any, facts: dict[str, Any]) -> Derivation:
        return facts["source"].derive_from(by, facts["origin"], facts["basis"], facts["note"])
