"""Every list and every detail costs the same number of queries however much there is to show.

Rows are dear to make, since each enters by its verbs; so all addresses are counted on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches

from api.serializers.record import PageUrl
from articles.models import Article, Claim, Source
from articles.models.ledger import act
from tests import factories
from tests.api.conftest import Api
from tests.query_counts import FEW, MANY, _growth, assert_same_queries, queries_of


def assert_same_everywhere(grow: Callable[[int], Any], budgets: dict[str, int], who: dict[str, Api]) -> None:
    """Fetch each address at 2 rows and at 12, for each of these people; the second fetch counts.

    Rows that the first one kept are forgotten between the two, or the second would ask nothing for any of them.
    """

    def counted() -> dict[tuple[str, str], list[str]]:
        found = {}
        for name, api in who.items():
            for path in budgets:
                queries_of(lambda api=api, path=path: api.get(path))
                caches["rows"].clear()
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


#: The most statements a read costs; the desk pays two more, for its session and its account.
MOST = 3
#: What everything that is shown of a row costs, in lists.
EXPANDED = {
    "articles/": "version,versions,copies,claims",
    "claims/": "appearances,evidence,relations,verdicts,merged_claims",
    "sources/": "part_of,parts,origins,derivatives,versions,evidence",
    "verdicts/": "superseded_by_id,reasoning,citations,as_published",
}
LISTS = [
    *EXPANDED,
    "claims/?checked=true&status=open",
    "claims/?rating=supported",
    "verdicts/?current=true",
    *(f"{path}?expand={names}" for path, names in EXPANDED.items()),
    "claims/?fields=id",
]


def rich_record(count: int) -> None:
    for _ in range(count):
        article = factories.ArticleFactory(public=True)
        factories.CopyFactory(article=article)
        factories.ArticleVersionFactory(article=article, text=f"{factories.TEXT}\nAnother line.\n")
        survivor = factories.SourceFactory(kind="court_case", part_of=factories.SourceFactory(kind="book"))
        factories.SourceFactory(public=True, merged_into=survivor)
        claim = rich_claim(article, survivor)
        factories.ClaimRelationFactory(first=claim, second=rich_claim(article, survivor))
        factories.DerivationFactory(source=survivor)


def test_lists(db, reporter):
    who = {"reader": Api(), "desk": Api(reporter)}
    assert_same_everywhere(rich_record, dict.fromkeys(LISTS, MOST), who)


def test_a_list_is_one_statement_for_its_ids_and_one_for_its_rows(api):
    """The rest of the budget is for what a list counts."""
    rich_record(FEW)
    for path, names in EXPANDED.items():
        for query in ("", f"?expand={names}"):
            api.get(path + query)
            # What of them is kept would be asked for no more.
            caches["rows"].clear()
            queries = queries_of(lambda path=path, query=query: api.get(path + query))
            told = [one for one in queries if "COUNT(*) FROM (" not in one[:40]]
            assert len(told) == 2 and "json_" in told[1], f"{path}{query}:\n" + "\n".join(queries)


def test_details(db, reporter):
    article = factories.ArticleFactory(public=True)
    source = factories.SourceFactory(kind="court_case", public=True)
    claim = rich_claim(article, source)
    evidence = [factories.EvidenceFactory(claim=claim) for _ in range(MANY)]
    few_cited = factories.VerdictFactory(claim=claim, evidence=evidence[:FEW])
    many_cited = factories.VerdictFactory(claim=claim, evidence=evidence)

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

    addresses = [
        f"articles/{article.pk}/",
        f"claims/{claim.pk}/",
        f"claims/{claim.pk}/?as_of=2999-01-01&held_on=2024-01-01",
        f"claims/{claim.pk}/?fields=held_on&held_on=2024-01-01",
        f"sources/{source.pk}/",
        f"verdicts/{few_cited.pk}/",
        f"verdicts/{many_cited.pk}/",
    ]
    assert_same_everywhere(grow, dict.fromkeys(addresses, 1), {"reader": Api(), "desk": Api(reporter)})


def test_who_has_it_is_told_so_by_one_statement_and_who_has_an_old_one_gets_the_new_one_by_two(api):
    article = factories.ArticleFactory(public=True)
    path = f"articles/{article.pk}/?fields=id,version"
    tag = api.get(path)["ETag"]
    assert len(queries_of(lambda: api.get(path, HTTP_IF_NONE_MATCH=tag))) == 1
    assert len(queries_of(lambda: api.get(path, HTTP_IF_NONE_MATCH='W/"old"'))) == 2


def test_the_list_of_ratings(api):
    def grow(count: int) -> None:
        for _ in range(count):
            factories.RatingScaleFactory()

    assert_same_queries(grow, lambda: api.get("ratings/"), at_most=MOST)


def test_growth_is_noticed(api, monkeypatch):
    """The proof proves: a shape that asks for each row fails it."""
    asked = PageUrl.path

    def for_each_row(self, row):
        Source.objects.filter(pk=row.pk).exists()
        return asked(self, row)

    monkeypatch.setattr(PageUrl, "path", for_each_row)

    def grow(count: int) -> None:
        for _ in range(count):
            factories.SourceFactory(public=True)

    with pytest.raises(AssertionError, match="what grew"):
        assert_same_everywhere(grow, {"sources/": 99}, {"reader": api})
