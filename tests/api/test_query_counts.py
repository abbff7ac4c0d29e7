"""Every list and every detail costs the same number of queries however much there is to show.

Rows are dear to make, since each enters by its verbs; so all addresses are counted on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles.models import Article, Claim, Source
from articles.models.ledger import act
from tests import factories
from tests.api.conftest import Api
from tests.query_counts import FEW, MANY, _growth, assert_same_queries, queries_of


def assert_same_everywhere(grow: Callable[[int], Any], budgets: dict[str, int], who: dict[str, Api]) -> None:
    """Fetch each address at 2 rows and at 12, for each of these people; the second fetch counts."""

    def counted() -> dict[tuple[str, str], list[str]]:
        found = {}
        for name, api in who.items():
            for path in budgets:
                queries_of(lambda api=api, path=path: api.get(path))
                found[name, path] = queries_of(lambda api=api, path=path: api.get(path))
        return found

    # In one act, which is one entry of the ledger: entries are dear, and the API shows none.
    with act(None, "grow", None):
        grow(FEW)
    few = counted()
    with act(None, "grow", None):
        grow(MANY - FEW)
    many = counted()
    for key, queries in many.items():
        assert len(queries) == len(few[key]), f"{key}, what grew:\n{_growth(few[key], queries)}"
        # The desk pays for its session and its account.
        most = budgets[key[1]] + (2 if key[0] == "desk" else 0)
        assert len(queries) <= most, f"{key} costs {len(queries)}, at most {most}:\n" + "\n".join(queries)


def rich_claim(article: Article, source: Source) -> Claim:
    """A claim with everything a row can have: topics, words, a chain, evidence, a correction, merged claims."""
    claim = factories.ClaimFactory(topics=[factories.TopicFactory(), factories.TopicFactory()])
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version,
        attributions=[{"claimant": factories.ClaimantFactory()}, {"described_as": "Somebody"}],
    )  # fmt: skip
    version = factories.SourceVersionFactory(source=source)
    evidence = factories.EvidenceFactory(claim=claim, source_version=version)
    factories.VerdictFactory(claim=claim, evidence=[evidence])
    factories.VerdictFactory(
        claim=claim, evidence=[evidence], rating="contradicted", correction_kind="affects_rating"
    )
    factories.ClaimFactory(rating="supported", merged_into=claim)
    return claim


#: path → the most queries it may cost to a reader, and what they are.
LISTS = {
    "articles/": 1,  # articles with their counts
    "claims/": 6,  # claims; verdicts; merged claims; their verdicts; topics; survivors
    "claims/?checked=true&status=open": 5,  # the same; none of these was merged
    "claims/?rating=supported": 7,  # and the slugs there are
    "sources/": 2,  # sources with their counts; survivors
    "verdicts/": 1,  # verdicts with claim, rating, people and correction
    "verdicts/?current=true": 1,
}


def test_lists(db, reporter):
    def grow(count: int) -> None:
        for _ in range(count):
            article = factories.ArticleFactory(public=True)
            factories.CopyFactory(article=article)
            survivor = factories.SourceFactory(
                kind="court_case", part_of=factories.SourceFactory(kind="book")
            )
            factories.SourceFactory(public=True, merged_into=survivor)
            rich_claim(article, survivor)

    assert_same_everywhere(grow, LISTS, {"reader": Api(), "desk": Api(reporter)})


def test_details(db):
    article = factories.ArticleFactory(public=True)
    source = factories.SourceFactory(kind="court_case", public=True)
    claim = rich_claim(article, source)
    evidence = [factories.EvidenceFactory(claim=claim) for _ in range(MANY)]
    few_cited = factories.VerdictFactory(claim=claim, evidence=evidence[:FEW])
    many_cited = factories.VerdictFactory(claim=claim, evidence=evidence)
    assert len(queries_of(lambda: Api().get(f"verdicts/{few_cited.pk}/"))) == len(
        queries_of(lambda: Api().get(f"verdicts/{many_cited.pk}/"))
    )

    def grow(count: int) -> None:
        for _ in range(count):
            number = article.versions.count()
            other = rich_claim(article, source)
            factories.ClaimRelationFactory(first=claim, second=other)
            rich_claim(article, source).merge_into(claim, factories.some_editor())
            factories.ArticleVersionFactory(article=article, text=f"{factories.TEXT}\nLine {number}.\n")
            factories.CopyFactory(article=article)
            factories.DerivationFactory(source=source)
            factories.DerivationFactory(origin=source, source=factories.SourceFactory(public=True))
            factories.SourceFactory(part_of=source, public=True)
            factories.SourceFactory(public=True, merged_into=source)

    budgets = {f"articles/{article.pk}/": 12, f"claims/{claim.pk}/?as_of=2999-01-01&held_on=2024-01-01": 19}
    budgets |= {f"sources/{source.pk}/": 9, f"verdicts/{many_cited.pk}/": 3}
    assert_same_everywhere(grow, budgets, {"reader": Api()})


def test_the_list_of_ratings(api):
    def grow(count: int) -> None:
        for _ in range(count):
            factories.RatingScaleFactory()

    assert_same_queries(grow, lambda: api.get("ratings/"), at_most=1)


def test_growth_is_noticed(api, monkeypatch):
    """The proof proves: a shape that asks for each row fails it."""
    from api.serializers.source import SourceRow

    asked = SourceRow.to_representation

    def for_each_row(self, instance):
        Source.objects.filter(pk=instance.pk).exists()
        return asked(self, instance)

    monkeypatch.setattr(SourceRow, "to_representation", for_each_row)

    def grow(count: int) -> None:
        for _ in range(count):
            factories.SourceFactory(public=True)

    with pytest.raises(AssertionError, match="what grew"):
        assert_same_everywhere(grow, {"sources/": 99}, {"reader": api})
