"""The events that programs can ask for: a small vocabulary over the verbs and nouns of the ledger.

These words are a promise to others: one may be added, none is renamed, removed or given another meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

EVERYTHING = "*"


class Event(models.TextChoices):
    """From the most particular to the most general: an entry of the ledger is told as the first that is wanted."""

    RECORD_REDACTED = "record.redacted", _("words were taken out of the record")
    VERDICT_WITHDRAWN = "verdict.withdrawn", _("a verdict was withdrawn")
    CORRECTION_PUBLISHED = "correction.published", _("a verdict followed another, with its correction")
    VERDICT_PUBLISHED = "verdict.published", _("a verdict was published")
    CLAIM_MERGED = "claim.merged", _("a claim was merged into another")
    CLAIM_UNMERGED = "claim.unmerged", _("a merged claim stands by itself again")
    CLAIM_CHANGED = "claim.changed", _("what readers see of a claim changed")
    ARTICLE_CHANGED = "article.changed", _("what readers see of an article changed")
    SOURCE_CHANGED = "source.changed", _("what readers see of a source changed")
    CLAIMANT_CHANGED = "claimant.changed", _("what readers see of a claimant changed")
    TOPIC_CHANGED = "topic.changed", _("a topic changed")
    NEWSROOM_CHANGED = "newsroom.changed", _("the newsroom or its ratings changed")


# Sent by a button of the desk alone.
TEST = "webhook.test"
TYPES = [*Event.choices, (TEST, _("a test"))]

# Every noun of the ledger is told as one of these.
OF_NOUN = {
    "claim": Event.CLAIM_CHANGED,
    "appearance": Event.CLAIM_CHANGED,
    "attribution": Event.CLAIM_CHANGED,
    "claimrelation": Event.CLAIM_CHANGED,
    "evidence": Event.CLAIM_CHANGED,
    "verdict": Event.CLAIM_CHANGED,
    "citation": Event.CLAIM_CHANGED,
    "correction": Event.CLAIM_CHANGED,
    "researchstep": Event.CLAIM_CHANGED,
    "contact": Event.CLAIM_CHANGED,
    "article": Event.ARTICLE_CHANGED,
    "articleversion": Event.ARTICLE_CHANGED,
    "copy": Event.ARTICLE_CHANGED,
    "source": Event.SOURCE_CHANGED,
    "sourceversion": Event.SOURCE_CHANGED,
    "derivation": Event.SOURCE_CHANGED,
    "claimant": Event.CLAIMANT_CHANGED,
    "topic": Event.TOPIC_CHANGED,
    "newsroom": Event.NEWSROOM_CHANGED,
    "ratingscale": Event.NEWSROOM_CHANGED,
    "rating": Event.NEWSROOM_CHANGED,
    "redaction": Event.RECORD_REDACTED,
    "redactedtext": Event.RECORD_REDACTED,
}
_OF_VERB = {
    "redact": (Event.RECORD_REDACTED,),
    "withdraw": (Event.VERDICT_WITHDRAWN,),
    "publish": (Event.VERDICT_PUBLISHED,),
}
# An act of these verbs is told as such only where readers see a row of that noun in it.
_OF_BOTH = {
    ("withdraw", "correction"): Event.CORRECTION_PUBLISHED,
    ("publish", "correction"): Event.CORRECTION_PUBLISHED,
    ("merge", "claim"): Event.CLAIM_MERGED,
    ("unmerge", "claim"): Event.CLAIM_UNMERGED,
}


def events_of(verb: str, nouns: Iterable[str]) -> list[Event]:
    """Return all that an act is told as, the most particular first; `nouns` are those of the rows readers see."""
    nouns = set(nouns)
    found = {*_OF_VERB.get(verb, ())}
    found |= {event for (said, noun), event in _OF_BOTH.items() if said == verb and noun in nouns}
    found |= {OF_NOUN[noun] for noun in nouns if noun in OF_NOUN}
    return [event for event in Event if event in found]


def wanted(events: list[Event], asked_for: Collection[str]) -> Event | None:
    """Return as which of its events an act is told to who asked for these; None: it is not."""
    return next((one for one in events if EVERYTHING in asked_for or one.value in asked_for), None)


def unknown_events(asked_for: Iterable[str]) -> list[str]:
    return [one for one in asked_for if one != EVERYTHING and one not in Event.values]
