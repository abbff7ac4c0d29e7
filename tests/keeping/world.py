"""A small record in which every noun is on the page of a claim, and every way to change it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from itertools import product
from typing import Any

from django.db import transaction

from articles.models import Claim, Rating, RatingScale
from tests import factories as f
from tests.permissions.test_verbs import VERBS, Verb


def make() -> list[Claim]:
    """Return the claims of a record that has a bit of everything; each of them has a page."""
    f.newsroom()
    topic = f.TopicFactory(name="Bridges")
    people, paper = f.ClaimantFactory(name="The council"), f.ClaimantFactory(name="The paper")
    article = f.ArticleFactory(public=True)
    claim = f.ClaimFactory(topics=[topic])
    merged, related = (
        f.ClaimFactory(rating="supported", merged_into=claim),
        f.ClaimFactory(rating="supported"),
    )
    for version in (article.current_version, f.ArticleVersionFactory()):
        f.AppearanceFactory(
            claim=claim, article_version=version,
            attributions=[{"claimant": paper}, {"claimant": people}, {"described_as": "a clerk"}],
        )  # fmt: skip
    case = f.SourceFactory(kind="court_case", title="The case")
    order = f.SourceFactory(kind="court_filing", title="The order", part_of=case)
    report = f.SourceFactory(title="The report", derived_from=[order])
    cited = f.EvidenceFactory(claim=claim, source_version=f.SourceVersionFactory(source=order))
    f.EvidenceFactory(claim=claim, source_version=f.SourceVersionFactory(source=report), public=True)
    f.EvidenceFactory(claim=claim, stance="refutes")
    f.VerdictFactory(claim=claim, evidence=[cited], reasoning="As **shown** in [1].")
    f.VerdictFactory(claim=claim, evidence=[cited], rating="contradicted", correction_kind="affects_rating")
    f.ClaimRelationFactory(first=claim, second=related)
    f.ClaimRelationFactory(first=f.ClaimFactory(), second=claim)
    f.EvidenceFactory(claim=related, source_version=cited.source_version, public=True)
    f.VerdictDraftFactory(claim=related, state="submitted")
    f.VerdictDraftFactory(claim=merged.merged_into)
    f.CopyFactory(article=article)
    f.EvidenceFactory(
        claim=claim, public=True,
        source_version=f.SourceVersionFactory(source=f.SourceFactory(kind="anonymous_source", described_as="a clerk")),
    )  # fmt: skip
    f.SourceFactory(title="The same report", merged_into=report)
    f.ClaimantFactory(name="The same paper", merged_into=paper)
    f.SuggestionFactory(article_version=article.current_version)
    f.SuggestionFactory(
        article_version=article.current_version, words="Others doubt the figure.", state="dismissed"
    )
    # One to be taken back, and two to be joined, in texts of their own.
    f.SuggestionFactory(state="accepted")
    halves = f.SuggestionFactory(article_version=f.ArticleFactory(public=True).current_version)
    halves.split(f.some_editor(), [halves.start + 10])
    reread = f.ClaimFactory(rating="supported")
    quoted = f.AppearanceFactory(claim=reread, article_version=f.ArticleFactory(public=True).current_version)
    f.AnchorProposalFactory(appearance=quoted)
    f.AnchorProposalFactory(state="dismissed")
    f.ArrivalFactory(resembles=article)
    f.ResearchStepFactory(claim=claim)
    f.ResearchStepFactory(claim=claim, public=True, outcome="found", evidence=cited)
    f.ContactFactory(claim=claim)
    f.ContactFactory(claim=claim, claimant=people, public=True, reply_state="replied")
    f.AssignmentFactory(claim=claim)
    f.SavedSearchFactory()
    f.NoteFactory(claim=claim, by=f.some_editor())
    f.ComplaintFactory(claim=claim)
    f.ComplaintFactory(claim=claim, state="rejected")
    f.ConflictOfInterestFactory(claim=claim)
    f.JobFactory()
    f.JobFactory(state="dead")
    f.ApiKeyFactory()
    f.DeliveryFactory(webhook=f.WebhookFactory())
    f.WebhookFactory(state="paused")
    return list(Claim.objects.visible_to(None).order_by("pk"))


def ways(verb: Verb) -> Iterator[Any]:
    """Return what a verb can be said of in this record: rows of it, in the place of those the verb would make."""
    with transaction.atomic():
        example = verb.prepare()
        transaction.set_rollback(True)
    if example is None:
        yield None
        return
    several = example if isinstance(example, tuple) else (example,)
    rows = [_rows(type(one)) for one in several]
    for chosen in product(*rows):
        if len({(type(one), one.pk) for one in chosen}) == len(chosen):
            # Copies: a verb that deletes a row takes its key, and a test that takes that back needs the key again.
            given = tuple(map(copy, chosen))
            yield given if isinstance(example, tuple) else given[0]


def _rows(model: Any) -> list[Any]:
    rows = model.objects.order_by("pk")
    # One rating of each kind is enough: those in use, and one that is not.
    if model in (Rating, RatingScale):
        return list(rows.filter(pk__in=_in_use(model)))
    return list(rows)


def _in_use(model: Any) -> Any:
    used = Rating.objects.exclude(verdicts=None)
    return used.values("pk") if model is Rating else used.values("scale")


__all__ = ["VERBS", "make", "ways"]
