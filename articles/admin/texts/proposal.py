"""Quotations that did not carry over by themselves to a newer text: where do they stand now?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from articles.admin.buttons import Button
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.passages import changed, in_context, places
from articles.admin.record import ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.admin.waiting import WaitingFilter
from articles.comparing.notices import called_out
from articles.models import AnchorProposal
from articles.vocabulary import Decision

_AROUND = 200
_SHOWN = 300
ELSEWHERE = "elsewhere"


class PlaceForm(VerbForm):
    """One of the places found, or words typed exactly as the new text has them."""

    def build(self) -> None:
        self.candidates = {str(number): one for number, one in enumerate(self.row.places, start=1)}
        if self.candidates:
            offered = [
                (number, _short(f"{number}. {words}"))
                for number, (_start, _end, words) in self.candidates.items()
            ]
            self.fields["place"] = forms.ChoiceField(
                choices=[*offered, (ELSEWHERE, "The claim stands elsewhere, in the words below")], initial="1",
                widget=forms.RadioSelect, label="Where the claim stands now",
            )  # fmt: skip
        self.fields["words"] = LineEnds(
            required=not self.candidates, strip=False, widget=forms.Textarea(attrs={"rows": 3}),
            label="The words, where it stands elsewhere",
            help_text="Copied from the new text, exactly.",
        )  # fmt: skip
        self.fields["at"] = forms.IntegerField(
            required=False, min_value=0, max_value=2**31 - 1, label="From",
            help_text="Offset of the first character; only where these words stand in the new text more than once.",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        answer = {"seen": cleaned.get("seen")}
        chosen = self.candidates.get(cleaned.get("place", ELSEWHERE))
        if chosen is not None:
            return {**answer, "start": chosen[0], "end": chosen[1]}
        words, at = cleaned.get("words"), cleaned.get("at")
        if not words:
            if "words" not in self.errors:
                self.add_error("words", "Type the words as they stand in the new text.")
            return answer
        found = places(self.row.article_version.text, words)
        listed = ", ".join(map(str, found[:10]))
        if not found:
            self.add_error("words", "The new text does not say this. Copy the words from it.")
        elif at is None and len(found) > 1:
            self.add_error(
                "at", f"The words stand in the text more than once: from {listed}. Say which you mean."
            )
        elif at is not None and at not in found:
            self.add_error("at", f"The words do not begin there, but at {listed}.")
        else:
            start = found[0] if at is None else at
            return {**answer, "start": start, "end": start + len(words)}
        return answer


def _short(words: str) -> str:
    shown = " ".join(words.split())
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _is_open(row: AnchorProposal) -> bool:
    return row.state == Decision.OPEN


def what_changed(row: AnchorProposal) -> dict[str, Any]:
    """Return what pages show of a quotation and of the places where it may stand now."""
    old, new = row.appearance, row.article_version
    return {
        "claim": line(old.claim),
        "article": line(new.article),
        "old": line(old.article_version, f"version {old.article_version.number}"),
        "new": line(new, f"version {new.number}"),
        "old_words": in_context(old.article_version.text, old.start, old.end, _AROUND),
        "candidates": [
            {
                "alike": round(100 * similarity),
                "start": start,
                "called_out": [one.sentence for one in called_out(old.exact, new.text[start:end])],
                "changed": changed(old.exact, new.text[start:end]),
                "is_same": old.exact == new.text[start:end],
                "place": in_context(new.text, start, end, _AROUND),
            }
            for start, end, similarity in row.candidates
        ],
    }  # fmt: skip


@admin.register(AnchorProposal, site=desk)
class AnchorProposalAdmin(ReadOnlyAdmin):
    change_form_template = "admin/proposal.html"
    list_display = ("quotation", "kind", "claim", "article_version", "proposed_at")
    list_filter = (WaitingFilter, "kind")
    linked = ("article_version__article__id__exact",)
    search_fields = ("appearance__exact", "appearance__claim__statement", "article_version__article__title")
    list_select_related = ("appearance__claim", "article_version__article", "decided_by")
    ordering = ("id",)
    facts = ("state", "decided_by", "decided_at", "carried_to", "proposed_at")
    buttons = (
        Button(
            "accept", "It stands here", lambda row, by, seen, start, end: row.accept(by, start, end) and None,
            "The claim is marked in the new text.", form=PlaceForm, when=_is_open, weight="main", opened=True,
            key="a",
        ),
        Button(
            "dismiss", "The new text no longer makes this claim", lambda row, by, seen: row.dismiss(by),
            "The claim stays with the older text.", when=_is_open, key="d", undo="reopen",
        ),
        Button(
            "reopen", "Take the decision back", lambda row, by, seen: row.reopen(by), "It waits for a decision again.",
            when=lambda row: row.state == Decision.DISMISSED,
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(
            *self.list_select_related, "appearance__article_version__article"
        )  # fmt: skip

    def listed(self, queryset: Any) -> Any:
        return queryset.select_related(None).for_listing()

    @admin.display(description="quotation")
    def quotation(self, row: AnchorProposal) -> str:
        return f"“{_short(row.appearance.exact)}”"

    @admin.display(description="claim")
    def claim(self, row: AnchorProposal) -> str:
        return row.appearance.claim.statement

    def notices(self, request: HttpRequest, row: AnchorProposal) -> dict[str, Any]:
        return what_changed(row)
