from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from articles.admin.buttons import Button, editors
from articles.admin.claims.passage_check import EvidenceForm
from articles.admin.forms import LineEnds, VerbForm, choice
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Claim, Evidence, Verdict, VerdictDraft
from articles.models.choices import labelled
from articles.vocabulary import Posture, Stance


class ReplaceForm(VerbForm):
    """The new row begins as a copy of the old one."""

    stance = forms.ChoiceField(choices=labelled(Stance))
    passage = LineEnds(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    locator = forms.CharField(required=False, max_length=300)
    posture = forms.ChoiceField(required=False, choices=[("", "–"), *labelled(Posture)])
    note = LineEnds(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def build(self) -> None:
        version = choice(Evidence._meta.get_field("source_version"), self.user)
        self.fields = {"seen": self.fields.pop("seen"), "source_version": version, **self.fields}
        for name in self.fields.keys() - {"seen"}:
            self.initial.setdefault(name, getattr(self.row, name))


def take_back(row: Evidence, by: Any, seen: int | None) -> Any:
    claim = row.claim
    row.take_back(by)
    return claim


def is_uncited(row: Evidence) -> bool:
    return not row.is_cited


@admin.register(Evidence, site=desk)
class EvidenceAdmin(RecordAdmin):
    list_display = ("says", "stance", "source", "claim", "passage_state", "posture", "visibility")
    list_filter = ("stance", "passage_state", "posture", "visibility")
    list_select_related = ("claim", "source_version__source", "replaces")
    search_fields = ("passage", "note", "locator", "claim__statement", "source_version__source__title")
    add_fields = ("claim", "source_version", "stance", "passage", "locator", "posture", "note")
    facts = ("claim", "passage_state", "start", "end", "visibility", "replaces", "created_by", "revision")
    buttons = (
        # In place, on the page of the claim; here the form below does it.
        Button(
            "revise", "Change", lambda row, by, seen, **changes: row.revise(by, expected=seen, **changes),
            "The evidence reads as you wrote it.", form=EvidenceForm, when=lambda row: False,
        ),
        Button(
            "open", "Open to readers", lambda row, by, seen: row.open_to_readers(by),
            "Readers can see this evidence and its source now.", who=editors,
            when=lambda row: not row.is_public, weight="main",
        ),
        Button(
            "replace", "Replace", lambda row, by, seen, **changes: row.replace(by, **changes),
            "This row stands in the place of the one before.", form=ReplaceForm,
        ),
        Button(
            "take-back", "Take back", take_back, "The evidence is gone.", when=is_uncited, weight="grave",
        ),
    )  # fmt: skip

    def offered_for(self, user: Any, row: Evidence, *, is_cited: bool) -> list[dict[str, Any]]:
        """Return what can be done to a row among others, of which it is known already whether a verdict cites it."""
        wanted = {"open": not row.is_public and editors(user), "take-back": not is_cited}
        return [
            {
                "button": button,
                "url": self.do_url(row, button),
                "form": button.form(row=row, user=user, auto_id=f"id_evidence{row.pk}-{button.name}_%s"),
            }
            for button in self.buttons
            if wanted.get(button.name)
        ]

    def ask(
        self, request: HttpRequest, row: Any, button: Button, form: VerbForm, status: int = 200
    ) -> HttpResponse:
        """Ask on the page that has the stored text beside the form."""
        if button.name != "revise":
            return super().ask(request, row, button, form, status)
        of_claims: Any = self.admin_site.get_model_admin(Claim)
        return of_claims.ask_for_evidence(request, row.claim, row, form, status)

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("source_version__text")

    @admin.display(description="evidence")
    def says(self, row: Evidence) -> str:
        words = f"“{row.passage}”" if row.passage else row.note
        return words if len(words) <= 160 else f"{words[:159]}…"

    @admin.display(description="source")
    def source(self, row: Evidence) -> str:
        return str(row.source_version.source)

    def panels(self, request: Any, row: Evidence) -> list[Panel]:
        user = request.user
        verdicts = (
            Verdict.objects.visible_to(user)
            .filter(citations__evidence=row)
            .select_related("rating__scale", "claim")
        )
        drafts = VerdictDraft.objects.visible_to(user).filter(evidence_uses__evidence=row).for_listing()
        newer = Evidence.objects.visible_to(user).filter(replaces=row)
        panels = [
            Panel("Verdicts that cite it", [line(one, note=one.claim) for one in verdicts]),
            Panel(
                "Drafts that use it", [line(one, one.claim, tag=one.get_state_display()) for one in drafts]
            ),
        ]
        replaced = [line(one) for one in newer]
        return [Panel("Replaced by", replaced), *panels] if replaced else panels
