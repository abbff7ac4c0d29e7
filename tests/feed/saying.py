"""A record in which whatever hangs on another row does so somewhere, and what can be said of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from articles.models import Claim
from tests import factories as f
from tests.keeping import world
from tests.permissions.test_verbs import DESK, Verb

# After these whoever acts may act no longer, or there is nothing left to say the other verbs of.
ONCE_IS_TOO_MUCH = ("User.", "ApiKey.", "Redaction.", "Rating.retire", "RatingScale.adopt")


def _with_topic() -> tuple[Any, Any]:
    return f.ClaimFactory(), f.TopicFactory()


def _with_source() -> tuple[Any, Any]:
    return f.EvidenceFactory(), f.SourceVersionFactory()


# What readers get changes by these otherwise than by the words of `tests.permissions`.
VERBS = [
    *world.VERBS,
    Verb("Article.revise, rights", DESK, f.ArticleFactory, lambda one, by: one.revise(by, rights="none")),
    Verb(
        "Article.revise, more rights", DESK, f.ArticleFactory, lambda one, by: one.revise(by, rights="full")
    ),
    Verb("Claim.set_topics, one", DESK, _with_topic, lambda two, by: two[0].set_topics(by, [two[1]])),
    Verb(
        "Evidence.revise, source",
        DESK,
        _with_source,
        lambda two, by: two[0].revise(by, source_version=two[1]),
    ),
]


def make() -> list[Claim]:
    """Return the claims of a record with a bit of everything, some of it on a claim without a verdict."""
    claims = world.make()
    claim = f.ClaimFactory(topics=[f.TopicFactory(name="Roads")])
    f.EvidenceFactory(claim=claim, public=True)
    f.ContactFactory(claim=claim, public=True)
    f.ResearchStepFactory(claim=claim, public=True)
    f.AttributionFactory(
        appearance={
            "claim": claim,
            "article_version": f.ArticleFactory(public=True, rights="full").current_version,
        }
    )
    f.AttributionFactory(appearance={"claim": claim, "article_version": f.ArticleFactory().current_version})
    f.DerivationFactory()
    # Opened, and then moved onto a source that nobody has opened.
    moved = f.EvidenceFactory(claim=claim, public=True)
    moved.revise(f.some_editor(), source_version=f.SourceVersionFactory())
    return [*claims, claim]


def subjects() -> dict[str, list[str]]:
    """Return verb → nouns of the rows it is said of, for the verbs that can be said again and again."""
    found = {}
    for verb in VERBS:
        if verb.name.startswith(ONCE_IS_TOO_MUCH):
            continue
        with transaction.atomic():
            example = verb.prepare()
            transaction.set_rollback(True)
        several = example if isinstance(example, tuple) else (example,)
        found[verb.name] = [one._meta.model_name for one in several if one is not None]
    return found
