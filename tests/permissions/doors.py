"""Where each noun is met: at the desk, in the API, on pages. A new noun is a new line in each of the tables.

The desk writes a noun by its change form or by a button; the API by PATCH, by DELETE or by a verb. What a noun does
not have at a door is said here too, by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from articles.models import RatingScale

# --- pages --------------------------------------------------------------------------------------------------------
PAGES = {"article", "claim", "claimant", "source", "topic", "verdict"}
# Shown on pages of others, or there for the desk alone.
NO_PAGES = {
    *("anchorproposal", "answeredrequest", "apikey", "appearance", "arrival", "articleversion", "assessment"),
    *("assignment", "attribution", "auditentry", "block", "change", "changerow", "citation", "claimrelation"),
    "claimvector",
    *("complaint", "confidentialsource", "conflictofinterest", "contact", "copy", "correction", "delivery"),
    *("derivation", "draftevidence", "evidence", "guesscount", "handback", "job", "keptform", "ledgerhead"),
    *("mailrefusal", "manifestitem", "newsroom", "note", "original", "passagemark", "rating", "ratingscale"),
    *("redactedtext", "redaction", "researchstep", "reviewtask", "savedsearch", "schedule", "searchdocument"),
    *("searchword", "sourceversion", "submission", "suggestion", "upload", "user", "verdictdraft", "webhook"),
}

# --- the API ------------------------------------------------------------------------------------------------------
RESOURCES: dict[str, Callable[[Any], str]] = {
    "anchorproposal": lambda row: f"anchor-proposals/{row.pk}/",
    "appearance": lambda row: f"appearances/{row.pk}/",
    "arrival": lambda row: f"arrivals/{row.pk}/",
    "article": lambda row: f"articles/{row.pk}/",
    "articleversion": lambda row: f"articles/{row.article_id}/versions/{row.number}/",
    "assignment": lambda row: f"assignments/{row.pk}/",
    "claim": lambda row: f"claims/{row.pk}/",
    "claimant": lambda row: f"claimants/{row.pk}/",
    "claimrelation": lambda row: f"relations/{row.pk}/",
    "contact": lambda row: f"contacts/{row.pk}/",
    "correction": lambda row: f"corrections/{row.pk}/",
    "evidence": lambda row: f"evidence/{row.pk}/",
    "job": lambda row: f"jobs/{row.pk}/",
    "researchstep": lambda row: f"research-steps/{row.pk}/",
    "reviewtask": lambda row: f"review-tasks/{row.pk}/",
    "source": lambda row: f"sources/{row.pk}/",
    "sourceversion": lambda row: f"sources/{row.source_id}/versions/{row.number}/",
    "suggestion": lambda row: f"suggestions/{row.pk}/",
    "topic": lambda row: f"topics/{row.pk}/",
    "user": lambda row: f"people/{row.pk}/",
    "verdict": lambda row: f"verdicts/{row.pk}/",
    "verdictdraft": lambda row: f"drafts/{row.pk}/",
}
# Part of what others answer, or nothing for programs.
NO_RESOURCES = {
    *("answeredrequest", "apikey", "assessment", "attribution", "auditentry", "block", "change", "changerow"),
    *("citation", "claimvector", "complaint", "confidentialsource", "conflictofinterest", "copy", "delivery"),
    *("derivation", "draftevidence", "guesscount", "handback", "keptform", "ledgerhead", "mailrefusal"),
    "manifestitem",
    *("newsroom", "note", "original", "passagemark", "rating", "ratingscale", "redactedtext", "redaction"),
    *("savedsearch", "schedule", "searchdocument", "searchword", "submission", "upload", "webhook"),
}
# What PATCH is asked to change.
PATCHED: dict[str, dict[str, str]] = {
    "article": {"title": "Another title"},
    "claim": {"statement": "The bridge cost five million dollars."},
    "claimant": {"name": "Another name"},
    "contact": {"question": "And what did the road cost?"},
    "evidence": {"note": "It shows something else."},
    "researchstep": {"place": "Another archive"},
    "reviewtask": {"note": "Something else changed."},
    "source": {"publisher": "Another publisher"},
    "topic": {"description": "Another description."},
    "verdictdraft": {"summary": "Another summary."},
}
TAKEN_BACK = {"assignment", "claimrelation"}
VERBS: dict[str, Callable[[Any], str]] = {
    "anchorproposal": lambda row: "dismiss",
    "arrival": lambda row: "set-aside",
    "job": lambda row: _of_state(row, waiting="cancel", dead="retry", cancelled="retry"),
    "suggestion": lambda row: _of_state(row, open="dismiss", dismissed="reopen"),
}
# The API reads these, and writes nothing of them by their own address.
READ = {"appearance", "articleversion", "correction", "sourceversion", "user", "verdict"}

# --- the desk -----------------------------------------------------------------------------------------------------
TYPED: dict[str, dict[str, str]] = {
    **PATCHED,
    "complaint": {"note": "Another note."},
    "copy": {"note": "Another note."},
    "newsroom": {"funding": "Readers pay."},
    "note": {"text": "Another text."},
    "rating": {"labels": '{"en": "Another label"}'},
    "ratingscale": {"name": "Another name"},
    "savedsearch": {"name": "Another name"},
    "submission": {"note": "Another note."},
    "user": {"display_name": "Another Name"},
    "webhook": {"name": "Another name"},
}
# The button that writes a noun which nobody types, and what its form asks for; "" where nothing is left to do.
PRESSED: dict[str, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    "anchorproposal": lambda row: ("dismiss", {}),
    "apikey": lambda row: ("revoke", {}),
    "arrival": lambda row: ("set-aside", {}),
    "assessment": lambda row: (
        "give",
        {"rating": RatingScale.current().ratings.first().pk, "reasoning": "So it reads."},
    ),
    "claimrelation": lambda row: ("take-back", {}),
    "delivery": lambda row: ("replay", {}),
    "derivation": lambda row: ("take-back", {}),
    "job": lambda row: (VERBS["job"](row), {}),
    "keptform": lambda row: ("discard", {}),
    "suggestion": lambda row: (VERBS["suggestion"](row), {}),
}
# Written by the verbs of others, by a page of its own (the letters one wants), or by nobody.
NOT_WRITTEN = {
    *("answeredrequest", "appearance", "articleversion", "assignment", "attribution", "auditentry", "block"),
    *("change", "changerow", "citation", "claimvector", "confidentialsource", "conflictofinterest"),
    "correction",
    *("draftevidence", "guesscount", "handback", "ledgerhead", "mailrefusal", "manifestitem", "original"),
    *("passagemark", "redactedtext", "redaction", "schedule", "searchdocument", "searchword"),
    *("sourceversion", "upload", "verdict"),
}


def _of_state(row: Any, **verbs: str) -> str:
    return verbs.get(row.state, "")
