"""The desk: Django's admin, one module per noun. It fetches through `visible_to` and writes through verbs only."""

from articles.admin import (  # noqa: F401 - each registers its nouns
    appearance,
    article,
    claim,
    claimant,
    draft,
    evidence,
    job,
    ledger,
    newsroom,
    rating,
    redaction,
    relation,
    search,
    source,
    source_version,
    topic,
    user,
    verdict,
)
from articles.admin.site import desk

__all__ = ["desk"]
