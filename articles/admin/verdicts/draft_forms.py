"""The forms of a draft: its words, its evidence, who reviews it, when it goes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import PersonField, colleagues
from articles.admin.forms import LineEnds, NoteForm, RecordForm, VerbForm
from articles.models import CorrectionKind, Evidence, Role

# What each kind of correction means to readers; a verdict is voided by withdrawing it.
CORRECTIONS = {
    CorrectionKind.AFFECTS_RATING: _("We were wrong, and the rating changes."),
    CorrectionKind.KEEPS_RATING: _("We were wrong about something, but the rating stays."),
    CorrectionKind.CLARIFICATION: _("We were right and not clear enough; the rating stays."),
    CorrectionKind.TYPO: _("Spelling and the like; nothing else changes."),
    CorrectionKind.UPDATE: _("The world has changed since; the earlier verdict holds for its time."),
}  # fmt: skip
LONGEST_NOTE = 5000
_NUMBER = _("The number by which the reasoning cites it: [1], [2]. Empty: not used.")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Moment(forms.DateTimeField):
    """A day and a time, in UTC, in one field of the browser's own."""

    widget = MomentInput

    def prepare_value(self, value: Any) -> Any:
        prepared = super().prepare_value(value)
        return prepared if isinstance(prepared, str) or prepared is None else prepared.replace(tzinfo=None)


class DraftForm(RecordForm):
    """Where a verdict is written; the rating comes from the scale in force."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("summary", 3), ("reasoning", 14), ("correction_note", 3)):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = rows
        if "correction_kind" in self.fields:
            choices: list[tuple[str, Any]] = [
                (kind.value, f"{kind.label}: {means}") for kind, means in CORRECTIONS.items()
            ]
            if self.instance.correction_kind == CorrectionKind.VOID:
                choices.append((CorrectionKind.VOID.value, CorrectionKind.VOID.label))
            field: Any = self.fields["correction_kind"]
            field.widget = forms.RadioSelect()
            field.choices = choices


class EvidenceUseForm(VerbForm):
    """All evidence on the claim, each with the number the reasoning calls it by; empty: not used."""

    def build(self) -> None:
        used = {one.pk: number for number, one in enumerate(self.row.cited_evidence(), start=1)}
        standing = Evidence.objects.visible_to(self.user).filter(claim=self.row.claim_id).standing()
        self.candidates = {
            f"number_{one.pk}": one
            for one in standing.for_listing() | Evidence.objects.filter(pk__in=used).for_listing()
        }
        ordered = sorted(self.candidates.items(), key=lambda item: (used.get(item[1].pk, 10**6), item[1].pk))
        for place, (name, one) in enumerate(ordered, start=1):
            self.fields[name] = forms.IntegerField(
                required=False, min_value=1, max_value=9999, initial=used.get(one.pk),
                label=f"{one.get_stance_display()}: {(one.passage or one.note)[:160]}",
                help_text=format_html("{}<br>{}", one.source_version.source, _NUMBER if place == 1 else ""),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        numbered = [(cleaned[name], one) for name, one in self.candidates.items() if cleaned.get(name)]
        numbers = [number for number, _one in numbered]
        if len(set(numbers)) < len(numbers):
            raise forms.ValidationError(_("Two pieces of evidence have the same number."))
        if not numbered and not any(field.initial for field in self.fields.values()) and not self.errors:
            raise forms.ValidationError(_("Give a number to what the verdict rests on: 1, 2, and so on."))
        chosen = [one for _number, one in sorted(numbered, key=lambda pair: pair[0])]
        return {"seen": cleaned.get("seen"), "evidence": chosen}


class HandBackForm(NoteForm):
    note = LineEnds(
        max_length=LONGEST_NOTE, label=_("What is to be done"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author reads it; it stays on the page of the draft."),
    )  # fmt: skip


class ReviewerForm(VerbForm):
    """Which editor is asked to read it."""

    def build(self) -> None:
        editors = colleagues(self.user).filter(role__in=[Role.EDITOR, Role.ADMINISTRATOR])
        self.fields["reviewer"] = PersonField(
            user=self.user, people=editors.exclude(pk=self.row.author_id), required=False,
            label=_("The second editor"), initial=self.row.reviewer.username if self.row.reviewer else "",
            help_text=_("A name, or a part of one. Empty: any editor. Not whoever wrote it."),
        )  # fmt: skip


class AssessorForm(VerbForm):
    """Who gives a second assessment."""

    def build(self) -> None:
        others = colleagues(self.user).exclude(pk=self.row.author_id).exclude(pk=self.user.pk)
        self.fields["assessor"] = PersonField(
            user=self.user, people=others, label=_("A colleague who has not worked on it"),
            help_text=_("Until they have given it, they do not see the draft, and it is not published."),
        )  # fmt: skip


class ScheduleForm(VerbForm):
    def build(self) -> None:
        self.fields["publish_at"] = Moment(
            label=_("Publish at (UTC)"), initial=self.row.embargo_until,
            help_text=_("In your name. If something stands in the way by then, it waits and says why."),
        )  # fmt: skip
