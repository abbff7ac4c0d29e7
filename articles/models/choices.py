"""The words of `articles.vocabulary` as Django choices, and as constraints that hold them in the database."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

# Only where the word itself, with its underscores taken out, is not what a person would say.
LABELS = {
    "attributed_report": _("attributed report"),
    "court_filing": _("court filing or order"),
    "fact_check": _("fact-check"),
    "not_checkable": _("not checkable"),
    "cross_post": _("cross-post"),
    "copied": _("noted as a copy"),
    "this_text": _("this text"),
    "api": _("API"),
    "mostly_true": _("mostly true"),
    "not_a_claim": _("not a claim"),
}


def labelled(words: Iterable[StrEnum]) -> list[tuple[str, object]]:
    """Return (value, label) pairs for a field's `choices`."""
    return [(word.value, LABELS.get(word.value) or word.value.replace("_", " ")) for word in words]


def one_of(field: str, words: Iterable[StrEnum], name: str, *, blank: bool = False) -> CheckConstraint:
    """Return the constraint that `field` holds one of the words; choices alone constrain only forms."""
    values = sorted(word.value for word in words)
    return CheckConstraint(
        condition=Q(**{f"{field}__in": [*values, ""] if blank else values}),
        name=name,
        violation_error_message=f"{field.replace('_', ' ').capitalize()} must be one of: {', '.join(values)}.",
    )


def in_order(earliest: str, latest: str, name: str, sentence: str) -> CheckConstraint:
    """Return the constraint that two nullable dates are not the wrong way round."""
    unknown = Q(**{f"{earliest}__isnull": True}) | Q(**{f"{latest}__isnull": True})
    return CheckConstraint(
        condition=unknown | Q(**{f"{latest}__gte": F(earliest)}), name=name, violation_error_message=sentence
    )
