"""A verdict as one line that others can quote it by."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from articles.formats.direction import closed
from articles.models.rating import in_language


def _rating(verdict: Any) -> str:
    """Return what the rating was called when the verdict came out: the address shows it so for good."""
    image = verdict.as_published["rating"]
    return (in_language(image["labels"]) or image["slug"]) if image else _("Withdrawn")


def citation(base: str, verdict: Any, newsroom: str, day: str, entry_hash: str = "") -> str:
    """Return who said what of which claim, when, at which address for good, and under which hash of the ledger.

    `base` begins every whole address, `day` is when it was published, in words.
    """
    facts = {
        "newsroom": newsroom,
        "rating": _rating(verdict),
        "claim": closed(verdict.claim_wording),
        "number": verdict.number,
        "day": day,
        "address": base + verdict.get_absolute_url(),
        "hash": entry_hash[:16],
    }
    if not entry_hash:
        return (
            _("%(newsroom)s, “%(claim)s”: %(rating)s. Verdict no. %(number)s, %(day)s. %(address)s") % facts
        )
    return (
        _(
            "%(newsroom)s, “%(claim)s”: %(rating)s. Verdict no. %(number)s, %(day)s. %(address)s "
            "(ledger entry %(hash)s)"
        )
        % facts
    )
