from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse

from articles.admin.buttons import Button, editors
from articles.admin.forms import LineEnds, NoteForm, RecordForm, VerbForm
from articles.admin.record import Panel, ReadOnlyAdmin, RecordAdmin, line
from articles.admin.site import desk
from articles.models import DraftEvidence, DraftState, Evidence, Rating, VerdictDraft
from articles.publishing import obstacles


class DraftForm(RecordForm):
    """Where a verdict is written; the rating comes from the scale in force."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("summary", 3), ("reasoning", 14), ("correction_note", 3)):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = rows


class EvidenceUseForm(VerbForm):
    """All evidence on the claim, each with the number the reasoning calls it by; empty: not used."""

    def build(self) -> None:
        used = {one.pk: number for number, one in enumerate(self.row.cited_evidence(), start=1)}
        standing = Evidence.objects.visible_to(self.user).filter(claim=self.row.claim_id).standing()
        self.candidates = {
            f"number_{one.pk}": one
            for one in standing.for_listing() | Evidence.objects.filter(pk__in=used).for_listing()
        }
        for name, one in sorted(
            self.candidates.items(), key=lambda item: (used.get(item[1].pk, 10**6), item[1].pk)
        ):
            self.fields[name] = forms.IntegerField(
                required=False, min_value=1, max_value=9999, initial=used.get(one.pk),
                label=f"{one.get_stance_display()}: {(one.passage or one.note)[:160]}",
                help_text=str(one.source_version.source),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        numbered = [(cleaned[name], one) for name, one in self.candidates.items() if cleaned.get(name)]
        numbers = [number for number, _ in numbered]
        if len(set(numbers)) < len(numbers):
            raise forms.ValidationError("Two pieces of evidence have the same number.")
        chosen = [one for _, one in sorted(numbered, key=lambda pair: pair[0])]
        return {"seen": cleaned.get("seen"), "evidence": chosen}


class HandBackForm(NoteForm):
    note = LineEnds(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="What is to be done; the author reads it."
    )


def waits(row: VerdictDraft) -> bool:
    return row.state == DraftState.SUBMITTED


def is_open(row: VerdictDraft) -> bool:
    return row.is_open


@admin.register(VerdictDraft, site=desk)
class VerdictDraftAdmin(RecordAdmin):
    form = DraftForm
    list_display = ("claim", "state", "rating", "author", "updated_at")
    list_filter = ("state", "updated_at")
    list_select_related = ("claim", "author", "rating__scale", "handed_back_by", "verdict")
    search_fields = ("claim__statement", "summary", "reasoning", "author__display_name")
    add_fields = (
        "claim", "rating", "summary", "reasoning", "valid_from", "valid_to", "correction_kind", "correction_note",
    )  # fmt: skip
    facts = (
        "claim",
        "state",
        "author",
        "submitted_at",
        "handed_back_by",
        "hand_back_note",
        "verdict",
        "updated_at",
        "revision",
    )
    linked = ("author__id__exact",)
    short_lists = ("rating",)
    buttons = (
        Button(
            "evidence", "Choose the evidence", lambda row, by, seen, evidence: row.use_evidence(by, evidence, seen),
            "The evidence is numbered.", form=EvidenceUseForm, when=is_open,
        ),
        Button(
            "submit", "Submit to a second editor", lambda row, by, seen: row.submit(by),
            "The draft waits for a second editor.", when=lambda row: row.state == DraftState.WRITING, weight="main",
        ),
        Button(
            "publish", "Publish", lambda row, by, seen: row.publish(by, seen), "The verdict is published.",
            who=editors, when=waits, weight="main",
        ),
        Button(
            "hand-back", "Hand back", lambda row, by, seen, note: row.hand_back(by, note),
            "The draft is back with its author.", form=HandBackForm, who=editors, when=waits,
        ),
        Button(
            "drop", "Drop", lambda row, by, seen: row.drop(by), "The draft is given up.", when=is_open, weight="grave",
        ),
    )  # fmt: skip

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "rating":
            kwargs["queryset"] = Rating.objects.in_use().visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_record(self, by: Any, facts: dict[str, Any]) -> VerdictDraft:
        return VerdictDraft.start(by, facts.pop("claim"), **facts)

    def panels(self, request: Any, row: VerdictDraft) -> list[Panel]:
        lines = [
            line(one, one.passage or one.note, quote=bool(one.passage), mark=one.stance,
                 tag=f"[{number}] {one.get_stance_display()}", note=one.source_version.source)
            for number, one in enumerate(row.cited_evidence(), start=1)
        ]  # fmt: skip
        return [Panel("Evidence it rests on", lines, empty="None chosen yet.")]

    def notices(self, request: Any, row: VerdictDraft) -> dict[str, Any]:
        if not row.is_open:
            return {}
        handed_back = row.state == DraftState.WRITING and row.hand_back_note
        return {"gate": self.gate(request, row), "handed_back": handed_back}

    def gate(self, request: Any, row: VerdictDraft) -> list[dict[str, Any]]:
        """Return what stands between this draft and its readers, each with the place where it is mended."""
        here = self.page_of(row)
        places = {
            "draft": "#what-you-can-do",
            "claim": reverse("admin:articles_claim_change", args=[row.claim_id]),
            "evidence": reverse("admin:articles_verdictdraft_do", args=[row.pk, "evidence"]),
        }
        return [
            {
                "sentence": one.sentence,
                "url": places.get(one.where, f"{here}#id_{one.where}"),
                "code": one.code,
            }
            for one in obstacles(row, request.user)
        ]


@admin.register(DraftEvidence, site=desk)
class DraftEvidenceAdmin(ReadOnlyAdmin):
    list_display = ("position", "draft", "evidence")
    list_select_related = ("draft__claim", "evidence")
    search_fields = ("draft__claim__statement", "evidence__passage", "evidence__note")
