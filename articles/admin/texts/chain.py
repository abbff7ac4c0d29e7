"""Who says it through whom, asked for at the desk: the links of a chain, outermost first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.admin.forms import choice
from articles.models import Attribution

# How many links of a chain a form takes: the post → the paper → its unnamed source.
LINKS = 3


def chain_fields(user: Any = None) -> dict[str, forms.Field]:
    """Return the fields of a chain: `claimant_1`, `described_as_1`, `named_by_1` and so on.

    Without a user, who says what may be found, the searches are plain fields: only their names count then.
    """
    fields: dict[str, forms.Field] = {}
    for link in range(1, LINKS + 1):
        label = _("%(number)d. who says it") % {"number": link}
        fields[f"claimant_{link}"] = (
            forms.CharField(required=False, label=label)
            if user is None
            else choice(Attribution._meta.get_field("claimant"), user, required=False, label=label)
        )
        fields[f"described_as_{link}"] = forms.CharField(
            required=False, max_length=300, label=_("or in our words"), help_text=_("Where nobody is named.")
        )
        fields[f"named_by_{link}"] = forms.CharField(
            required=False,
            label=_("named in the text as"),
            help_text=_("The exact words within the quotation."),
        )
    return fields


def chain_of(cleaned: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the links that were filled in, as `Appearance.mark` wants them."""
    links = []
    for link in range(1, LINKS + 1):
        claimant, described_as, words = (
            cleaned.get(f"{name}_{link}") for name in ("claimant", "described_as", "named_by")
        )
        if claimant or described_as or words:
            links.append({"claimant": claimant, "described_as": described_as or "", "words": words or ""})
    return links
