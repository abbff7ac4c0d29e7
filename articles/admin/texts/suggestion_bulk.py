"""What is done to several suggestions at once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.admin.bulk import BulkAction
from articles.models import Suggestion
from articles.vocabulary import Decision


def why_not_open(row: Suggestion, by: Any) -> str:
    if row.state == Decision.OPEN:
        return ""
    return say("It is decided already: %(state)s.") % {"state": row.get_state_display()}


SUGGESTION_ACTIONS = (
    BulkAction(
        "dismiss", _("Dismiss"), lambda row, by, seen: row.dismiss(by), _("Put aside."), why_not_open,
    ),
    BulkAction(
        "accept", _("Accept as they stand"), lambda row, by, seen: row.accept(by), _("A claim now."), why_not_open,
    ),
)  # fmt: skip
