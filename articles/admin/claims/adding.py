"""What is added to a claim on its own page: evidence, research steps, questions, notes, a draft."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.claims.contact import Until, moment_fields
from articles.admin.claims.note import NoteTextForm
from articles.admin.claims.passage_check import EvidenceForm
from articles.admin.forms import LineEnds, VerbForm
from articles.models import (
    Channel,
    Claim,
    Claimant,
    Contact,
    Evidence,
    Note,
    ResearchOutcome,
    ResearchStep,
    VerdictDraft,
)
from articles.vocabulary import ClaimStatus


class StepForm(VerbForm):
    """A search: what for, where, and what came of it."""

    question = LineEnds(label=_("What was looked for"), widget=forms.Textarea(attrs={"rows": 2}))
    place = forms.CharField(
        label=_("Where"), max_length=500, help_text=_("Which archive, which database, which office.")
    )
    outcome = forms.ChoiceField(label=_("What came of it"), choices=ResearchOutcome.choices)
    note = LineEnds(required=False, label=_("In words"), widget=forms.Textarea(attrs={"rows": 2}))
    done_on = forms.DateField(
        required=False, label=_("When"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def build(self) -> None:
        # Of the claim's own evidence alone, which is a handful.
        mine = Evidence.objects.visible_to(self.user).on(self.row).standing().with_sources()
        self.fields["evidence"] = forms.ModelChoiceField(
            mine, required=False, label=_("What it led to"), empty_label="–"
        )


class QuestionForm(VerbForm):
    """Who was asked what, and until when they may answer."""

    addressee = forms.CharField(
        required=False, max_length=300, label=_("Who was asked"),
        help_text=_("In words. Private people are described, not named."),
    )  # fmt: skip
    question = LineEnds(label=_("What they were asked"), widget=forms.Textarea(attrs={"rows": 2}))
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)
    reach = forms.CharField(
        required=False, max_length=500, label=_("Address or number"), help_text=_("Readers never see it.")
    )
    deadline = Until(
        required=False, label=_("They may answer until"), help_text=_("UTC. Without a time: all of that day."),
        widget=moment_fields(_("They may answer until")),
    )  # fmt: skip

    def build(self) -> None:
        said = (
            Claimant.objects.visible_to(self.user).filter(attributions__appearance__claim=self.row).distinct()
        )
        self.fields["claimant"] = forms.ModelChoiceField(
            said, required=False, label=_("… or one of those who say it"), empty_label="–"
        )
        self.order_fields(["addressee", "claimant"])


def not_merged(row: Claim) -> bool:
    return row.status != ClaimStatus.MERGED


#: Each returns the row it made.
ADDING = (
    Button(
        "evidence", _("Add evidence"),
        lambda row, by, seen, **facts: Evidence.add(by, row, **facts),
        _("The evidence is on record, at the desk only."), form=EvidenceForm, when=not_merged, weight="main",
    ),
    Button(
        "step", _("Note the step"), lambda row, by, seen, **facts: ResearchStep.add(by, row, **facts),
        _("The step is on record, at the desk only."), form=StepForm, when=not_merged,
    ),
    Button(
        "question", _("Note the question"), lambda row, by, seen, **facts: Contact.add(by, row, **facts),
        _("The question is on record, at the desk only."), form=QuestionForm, when=not_merged,
    ),
    Button(
        "note", _("Leave the note"), lambda row, by, seen, text: Note.add(by, row, text),
        _("The note is there for the desk."), form=NoteTextForm,
    ),
    Button(
        "draft", _("Start a draft"), lambda row, by, seen: VerdictDraft.start_on(by, row),
        _("Write the verdict here."), when=not_merged, weight="main", key="p",
    ),
)  # fmt: skip
