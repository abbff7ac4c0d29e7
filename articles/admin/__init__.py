"""The desk: Django's admin. A room for each part of the work, a module for each noun; what they share lies here beside.

It fetches through `visible_to` and writes through verbs only.
"""

# Each registers its nouns.
from articles.admin import kept_forms, saved_searches, search  # noqa: F401
from articles.admin.claims import (  # noqa: F401
    claim,
    claimant,
    contact,
    evidence,
    interest,
    note,
    relation,
    research,
    topic,
)
from articles.admin.machinery import delivery, job, ledger, redaction, request, webhook  # noqa: F401
from articles.admin.people import api_key, audit, mail, newsroom, user  # noqa: F401
from articles.admin.queues import ranking  # noqa: F401 - tells the desk which queues there are
from articles.admin.readers import complaint, submission  # noqa: F401
from articles.admin.site import desk
from articles.admin.sources import source, source_version  # noqa: F401
from articles.admin.texts import appearance, arrival, article, proposal, suggestion  # noqa: F401
from articles.admin.verdicts import assessment, draft, rating, review, verdict  # noqa: F401

__all__ = ["desk"]
