"""The desk: Django's admin, one module per noun. It fetches through `visible_to` and writes through verbs only."""

from articles.admin import (  # noqa: F401 - each registers its nouns
    api_key,
    appearance,
    arrival,
    article,
    claim,
    claimant,
    contact,
    delivery,
    draft,
    evidence,
    job,
    ledger,
    newsroom,
    proposal,
    rating,
    redaction,
    relation,
    request,
    research,
    review,
    search,
    source,
    source_version,
    suggestion,
    topic,
    user,
    verdict,
    webhook,
)
from articles.admin.site import desk

__all__ = ["desk"]
