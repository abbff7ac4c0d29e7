"""What is done to several claims at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import PersonField
from articles.admin.bulk import BulkAction, BulkForm
from articles.admin.buttons import editors
from articles.admin.forms import LineEnds, choice
from articles.models import Assignment, Claim
from articles.vocabulary import ClaimStatus


class BulkAssignForm(BulkForm):
    def build(self) -> None:
        self.fields["person"] = PersonField(
            user=self.user, label=_("Who checks them"), initial=self.user.username,
            help_text=_("A name, or a part of one. Who has one of them now hands it on."),
        )  # fmt: skip


class BulkTopicsForm(BulkForm):
    def build(self) -> None:
        self.fields["topics"] = choice(
            Claim._meta.get_field("topics"), self.user, many=True, label=_("Topics"),
            help_text=_("In the place of the topics they have."),
        )  # fmt: skip


class BulkReasonForm(BulkForm):
    reason = LineEnds(
        max_length=5000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with each of them."),
    )  # fmt: skip


def standing(row: Claim) -> str:
    return say("It is %(state)s.") % {"state": row.get_status_display()}


def unless_editable(row: Claim, by: Any) -> str:
    """Return why this person may not change the claim; empty where they may."""
    return "" if Claim.objects.editable_by(by).filter(pk=row.pk).exists() else row.refusal_to(by)


def why_not_assigned(row: Claim, by: Any) -> str:
    if row.status not in (ClaimStatus.OPEN, ClaimStatus.CHECKING):
        return standing(row)
    return unless_editable(row, by)


def why_not_checked(row: Claim, by: Any) -> str:
    return standing(row) if row.status != ClaimStatus.OPEN else unless_editable(row, by)


def why_not_dismissed(row: Claim, by: Any) -> str:
    if row.status in (ClaimStatus.DISMISSED, ClaimStatus.MERGED):
        return standing(row)
    if row.verdict_series().exists():
        return say("A verdict on it was published, so readers must be able to find it.")
    return unless_editable(row, by)


CLAIM_ACTIONS = (
    BulkAction(
        "assign", _("Assign"), lambda row, by, seen, person: Assignment.give(by, row, person), _("Assigned."),
        why_not_assigned, form=BulkAssignForm,
    ),
    BulkAction(
        "check", _("Start checking"), lambda row, by, seen: row.start_checking(by), _("It is being checked."),
        why_not_checked,
    ),
    BulkAction(
        "topics", _("Set topics"), lambda row, by, seen, topics: row.set_topics(by, topics, seen),
        _("The topics are set."), unless_editable, form=BulkTopicsForm,
    ),
    BulkAction(
        "dismiss", _("Dismiss"), lambda row, by, seen, reason: row.dismiss(by, reason), _("Dismissed."),
        why_not_dismissed, form=BulkReasonForm, who=editors, weight="grave",
    ),
)  # fmt: skip
