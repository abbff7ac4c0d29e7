"""Giving suggestions and claims another shape at the desk: cutting one up, joining two, wording a claim anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.forms import LineEnds, VerbForm, choice
from articles.admin.passages import places
from articles.models import Claim, Suggestion
from articles.models.choices import labelled
from articles.vocabulary import ClaimKind, Decision


class SplitForm(VerbForm):
    """Where the next part begins, in words; without them the clauses are the parts."""

    def build(self) -> None:
        several = len(self.row.clauses) > 1
        self.fields["before"] = LineEnds(
            required=not several, label=_("The second part begins with"),
            help_text=_("The first words of it, as they stand there. Left empty, each clause becomes a part.")
            if several
            else _("The first words of it, as they stand there."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        words, answer = cleaned.get("before"), {"seen": cleaned.get("seen")}
        if not words:
            return {**answer, "cuts": []}
        found = [at for at in places(self.row.exact, words) if at]
        if len(found) == 1:
            return {**answer, "cuts": [self.row.start + found[0]]}
        self.add_error(
            "before",
            _("These words stand in it more than once; add the words that follow.")
            if found
            else _("No second part begins with these words. Copy them from the suggestion."),
        )
        return answer


def neighbours(row: Suggestion, user: Any) -> list[Suggestion]:
    """Return the open suggestions before and after this one in its text, as far as there are any."""
    beside = Suggestion.objects.visible_to(user).open().filter(article_version=row.article_version_id)
    before = beside.filter(start__lt=row.start).order_by("-start").first()
    after = beside.filter(start__gt=row.start).order_by("start").first()
    return [one for one in (before, after) if one is not None]


class JoinForm(VerbForm):
    """With which of its neighbours."""

    def build(self) -> None:
        self.found = {str(one.pk): one for one in neighbours(self.row, self.user)}
        self.fields["other"] = forms.ChoiceField(
            choices=[(pk, " ".join(one.exact.split())) for pk, one in self.found.items()], widget=forms.RadioSelect,
            label=_("Together with"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "other": self.found.get(cleaned.get("other", ""))}


class SameForm(VerbForm):
    """Which claim on record these words make."""

    def build(self) -> None:
        self.fields["claim"] = choice(
            Suggestion._meta.get_field("claim"), self.user, label=_("This says the same as"),
            help_text=_("The words are added to that claim."),
        )  # fmt: skip


class RewordForm(VerbForm):
    """What a claim says, and of what kind it is."""

    def build(self) -> None:
        self.fields["statement"] = LineEnds(
            initial=self.row.statement, widget=forms.Textarea(attrs={"rows": 3}),
            label=_("The claim, worded to stand alone"),
        )  # fmt: skip
        self.fields["kind"] = forms.ChoiceField(choices=labelled(ClaimKind), initial=self.row.kind)


def _is_open(row: Suggestion) -> bool:
    return row.state == Decision.OPEN


# What follows a verb is its row, not what it made.
SHAPING = (
    Button(
        "same", _("Same as a claim"), lambda row, by, seen, claim: row.accept_as(by, claim) and None,
        _("The words are added to that claim."), form=SameForm, when=_is_open,
    ),
    Button(
        "split", _("Split"), lambda row, by, seen, cuts: row.split(by, cuts) and None,
        _("Each part is a suggestion now."), form=SplitForm, when=_is_open,
    ),
    Button(
        "join", _("Join"), lambda row, by, seen, other: row.join(by, other), _("They are one suggestion now."),
        form=JoinForm, when=_is_open,
    ),
)  # fmt: skip


def reword(row: Claim, by: Any, seen: int | None, statement: str, kind: str) -> None:
    row.revise(by, expected=seen, statement=statement.strip(), kind=kind)


# Its fields are on the page of the claim anyway; this is for where they are not.
REWORD = Button(
    "reword", _("Reword"), reword, _("The claim reads as you wrote it."), form=RewordForm, when=lambda row: False,
)  # fmt: skip
