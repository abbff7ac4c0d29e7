"""The desk: Django's admin, one module per noun. It fetches through `visible_to` and writes through verbs only."""

from articles.admin import (  # noqa: F401 - each registers its nouns
    appearance,
    arrival,
    article,
    claim,
    claimant,
    draft,
    evidence,
    job,
    ledger,
    newsroom,
    proposal,
    rating,
    redaction,
    relation,
    review,
    search,
    source,
    source_version,
    suggestion,
    topic,
    user,
    verdict,
)
from articles.admin.site import desk

__all__ = ["desk"]
