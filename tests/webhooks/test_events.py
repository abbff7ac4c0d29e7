"""The vocabulary: every noun of the record has a word, and every act is told by the most particular one wanted."""

from __future__ import annotations

import pytest

from articles.models.ledger import recorded_models
from articles.webhooks.events import OF_NOUN, Event, events_of, unknown_events, wanted


def test_every_noun_is_told_as_something():
    assert {model._meta.model_name for model in recorded_models()} - set(OF_NOUN) == set()


@pytest.mark.parametrize(
    ("verb", "nouns", "told"),
    [
        ("publish", ["verdict", "citation"], ["verdict.published", "claim.changed"]),
        (
            "publish",
            ["verdict", "correction", "source"],
            ["correction.published", "verdict.published", "claim.changed", "source.changed"],
        ),
        (
            "withdraw",
            ["verdict", "correction"],
            ["verdict.withdrawn", "correction.published", "claim.changed"],
        ),
        ("redact", ["claim", "redaction"], ["record.redacted", "claim.changed"]),
        ("merge", ["claim"], ["claim.merged", "claim.changed"]),
        ("unmerge", ["claim"], ["claim.unmerged", "claim.changed"]),
        ("merge", ["source"], ["source.changed"]),
        ("reopen", ["claim", "verdict"], ["claim.changed"]),
        ("add_version", ["articleversion", "appearance"], ["claim.changed", "article.changed"]),
        ("adopt", ["ratingscale", "rating"], ["newsroom.changed"]),
    ],
)
def test_what_an_act_is_told_as(verb, nouns, told):
    assert events_of(verb, nouns) == told


def test_the_first_that_is_wanted():
    events = events_of("publish", ["verdict", "correction", "source"])
    assert wanted(events, ["*"]) == Event.CORRECTION_PUBLISHED
    assert wanted(events, ["verdict.published", "source.changed"]) == Event.VERDICT_PUBLISHED
    assert wanted(events, ["source.changed"]) == Event.SOURCE_CHANGED
    assert wanted(events, ["article.changed"]) is None


def test_words_that_are_none():
    assert unknown_events(["*", "claim.changed", "webhook.test", "claim"]) == ["webhook.test", "claim"]
