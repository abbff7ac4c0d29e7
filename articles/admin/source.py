from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.buttons import Button, editors
from articles.admin.claim import MergeForm
from articles.admin.forms import RecordForm, VerbForm, choice
from articles.admin.record import Panel, RecordAdmin, add_url, line
from articles.admin.site import desk
from articles.models import ConfidentialSource, Derivation, Evidence, Source, SourceVersion, Visibility
from articles.models.choices import labelled
from articles.models.source import KIND_FIELDS
from articles.vocabulary import SOURCE_FIELDS, DerivationBasis, SourceKind


class SourceForm(RecordForm):
    """Tells the page which fields belong to which kind, so that a script may hide the others."""

    class Media:
        js = (forms.widgets.Script("desk/kind-fields.js", type="module"),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in KIND_FIELDS:
            if name in self.fields:
                owners = sorted(kind.value for kind, own in SOURCE_FIELDS.items() if name in own)
                self.fields[name].widget.attrs["data-of-kinds"] = " ".join(owners)


class DeriveForm(VerbForm):
    basis = forms.ChoiceField(choices=labelled(DerivationBasis), help_text="How we know that it does.")
    note = forms.CharField(required=False, max_length=500)

    def build(self) -> None:
        origin = choice(Derivation._meta.get_field("origin"), self.user, label="It derives from")
        self.fields = {"seen": self.fields.pop("seen"), "origin": origin, **self.fields}


def derive(row: Source, by: Any, seen: int | None, origin: Source, basis: str, note: str) -> None:
    row.derive_from(by, origin, basis, note)


@admin.register(Source, site=desk)
class SourceAdmin(RecordAdmin):
    form = SourceForm
    list_display = ("title", "kind", "publisher", "published_words", "visibility", "claims")
    list_filter = ("kind", "visibility", "published_latest")
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

    @admin.display(description="published", ordering="published_latest")
    def published_words(self, row: Source) -> str:
        return row.published.words()

    @admin.display(ordering="claim_count")
    def claims(self, row: Any) -> int:
        return row.claim_count

    def panels(self, request: Any, row: Source) -> list[Panel]:
        user = request.user
        versions = SourceVersion.objects.visible_to(user).filter(source=row).defer("text")
        evidence = Evidence.objects.visible_to(user).resting_on(row).select_related("claim")
        derivations = Derivation.objects.visible_to(user).filter(source=row).select_related("origin")
        derivatives = Derivation.objects.visible_to(user).filter(origin=row).select_related("source")
        panels = [
            Panel(
                "Versions",
                [line(one, f"Version {one.number}", note=one.get_copy_quality_display()) for one in versions],
                add_url(SourceVersion, source=row.pk), "Add a version",
            ),
            Panel(
                "Evidence from it",
                [
                    line(one, one.passage or one.note, quote=bool(one.passage), mark=one.stance,
                         tag=one.get_stance_display(), note=one.claim)
                    for one in evidence[:200]
                ],
            ),
            Panel(
                "Where it comes from",
                [line(one, one.origin, note=one.get_basis_display()) for one in derivations],
            ),
            Panel(
                "What rests on it",
                [line(one, one.source, note=one.get_basis_display()) for one in derivatives[:200]],
            ),
        ]  # fmt: skip
        if row.kind == SourceKind.ANONYMOUS_SOURCE:
            kept = ConfidentialSource.objects.visible_to(user).filter(public_source=row)
            panels.append(
                Panel(
                    "Who it is", [line(one) for one in kept], add_url(ConfidentialSource, public_source=row.pk),
                    "Keep who it is", empty="Nothing that you may see.",
                )
            )  # fmt: skip
        return panels


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
