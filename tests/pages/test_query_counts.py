"""However long a page grows, it asks the database the same number of questions."""

from __future__ import annotations

import pytest

from articles.models import LedgerHead
from articles.models.ledger import act
from tests import factories
from tests.factories.people import TEXT
from tests.query_counts import assert_same_queries


@pytest.fixture(autouse=True)
def _made_anew(settings):
    """A page that was kept costs one question, whatever is on it."""
    settings.ANSWERS_KEPT = 0


def an_appearance(article, claimant=None):
    claim = factories.ClaimFactory(rating="supported")
    claimant = claimant or factories.ClaimantFactory()
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    return claim


def grown(make):
    """Return a `grow` that makes n of it."""
    return lambda n: [make() for _ in range(n)]


@pytest.fixture
def article(newsroom):
    return factories.ArticleFactory(public=True)


@pytest.mark.parametrize(
    ("address", "at_most"),
    [
        ("/claims/", 6),
        ("/claims/?status=checked", 6),
        ("/claims/?sort=verdict", 6),
        ("/articles/", 3),
        ("/", 6),
    ],
)
def test_lists_of_claims_and_articles(client, article, address, at_most):
    def more():
        an_appearance(factories.ArticleFactory(public=True))

    assert_same_queries(grown(more), lambda: client.get(address), at_most=at_most)


def test_the_list_of_sources(client, newsroom):
    def more():
        version = factories.SourceVersionFactory(source=factories.SourceFactory())
        factories.EvidenceFactory(source_version=version, public=True)

    assert_same_queries(grown(more), lambda: client.get("/sources/"), at_most=3)


def test_corrections(client, newsroom):
    def more():
        factories.CorrectionFactory()

    assert_same_queries(grown(more), lambda: client.get("/corrections/"), at_most=6)


def test_the_record_and_one_of_its_entries(client, newsroom):
    claim = factories.ClaimFactory()
    address = f"/record/{LedgerHead.objects.get().seq}/"

    def more():
        factories.EvidenceFactory(claim=claim, public=True)

    assert_same_queries(grown(more), lambda: client.get("/record/"), at_most=3)
    assert_same_queries(grown(more), lambda: client.get(address), at_most=2)
    # Where it stands, with the entries and their rows; and what of these readers see now.
    assert_same_queries(grown(more), lambda: client.get("/record/entries.json?from=1"), at_most=2)


def test_an_entry_that_wrote_rows_of_many_nouns(client, newsroom):
    article = factories.ArticleFactory(public=True)
    topic = factories.TopicFactory()

    def grow(n):
        with act(None, "grow", None):
            for _ in range(n):
                an_appearance(article).topics.add(topic)
                factories.SourceVersionFactory(source=factories.SourceFactory(public=True))

    def newest():
        return client.get(f"/record/{LedgerHead.objects.get().seq}/")

    # One of them looks for the number.
    assert_same_queries(grow, newest, at_most=3)


def test_about(client, newsroom):
    def grow(n):
        for _ in range(n):
            factories.RatingScaleFactory()
        # A scale changes every page, so that the newsroom is asked for anew, once.
        client.get("/privacy/")

    assert_same_queries(grow, lambda: client.get("/methodology/"), at_most=2)


def test_an_article_with_its_claims(client, article):
    def more():
        an_appearance(article)
        factories.CopyFactory(article=article)

    assert_same_queries(grown(more), lambda: client.get(article.get_absolute_url()), at_most=3)


def test_an_article_with_its_versions(client, article):
    numbers = iter(range(100))

    def more():
        factories.ArticleVersionFactory(article=article, text=f"Version {next(numbers)} of it.")

    assert_same_queries(grown(more), lambda: client.get(article.get_absolute_url()), at_most=3)


def test_the_changes_of_an_article_with_its_claims(client, article):
    numbers = iter(range(100))

    def more():
        an_appearance(article)
        factories.ArticleVersionFactory(article=article, text=f"{TEXT}\n\nVersion {next(numbers)} of it.")

    address = f"/articles/{article.pk}/changes/?from=1"
    assert_same_queries(grown(more), lambda: client.get(address), at_most=3)


def test_a_claim_with_its_evidence_appearances_relations_and_series(client, newsroom):
    claim = factories.ClaimFactory()

    def more():
        article = factories.ArticleFactory(public=True)
        factories.AppearanceFactory(
            claim=claim,
            article_version=article.current_version,
            attributions=[{"claimant": factories.ClaimantFactory()}],
        )
        related = factories.ClaimFactory(rating="contradicted")
        factories.ClaimRelationFactory(first=related, second=claim)
        evidence = factories.EvidenceFactory(claim=claim)
        factories.VerdictFactory(claim=claim, evidence=[evidence])
        factories.EvidenceFactory(claim=claim, public=True, stance="refutes")
        factories.ResearchStepFactory(claim=claim, public=True)
        factories.ContactFactory(claim=claim, public=True, claimant=factories.ClaimantFactory())

    address = claim.get_absolute_url()
    for query in ("", "?as_of=2024-06-01", "?held_on=2024-06-01"):
        # The claim with all that is its own, and those that it is tied to.
        assert_same_queries(grown(more), lambda query=query: client.get(address + query), at_most=2)


def test_a_claim_without_a_verdict_whose_sources_repeat_others(client, newsroom):
    claim = factories.ClaimFactory()
    factories.ClaimRelationFactory(first=factories.ClaimFactory(rating="contradicted"), second=claim)
    last = [factories.SourceFactory()]

    def more():
        last.append(factories.SourceFactory(derived_from=[last[-1]]))
        version = factories.SourceVersionFactory(source=last[-1])
        factories.EvidenceFactory(claim=claim, source_version=version, public=True)

    # All that its sources derive from, however many steps away, is one more.
    assert_same_queries(grown(more), lambda: client.get(claim.get_absolute_url()), at_most=3)


def test_a_verdict_with_its_evidence(client, newsroom):
    claim = factories.ClaimFactory()
    evidence = []

    def grow(n):
        evidence.extend(factories.EvidenceFactory(claim=claim) for _ in range(n))
        factories.VerdictFactory(claim=claim, evidence=evidence)

    address = f"/claims/{claim.pk}/v/"
    numbers = iter([1, 1, 2, 2])
    # The first row of a series has no correction; both are looked at as the second and third are.
    grow(1)
    assert_same_queries(grow, lambda: client.get(f"{address}{next(numbers) + 1}/"), at_most=2)


def test_a_verdict_of_a_merged_claim(client, newsroom):
    survivor = factories.ClaimFactory(rating="supported")
    merged = factories.ClaimFactory(rating="contradicted", merged_into=survivor)

    def more():
        article = factories.ArticleFactory(public=True)
        factories.AppearanceFactory(claim=survivor, article_version=article.current_version)

    assert_same_queries(grown(more), lambda: client.get(f"/claims/{merged.pk}/v/1/"), at_most=3)


def test_a_source_with_what_rests_on_it(client, newsroom):
    source = factories.SourceFactory(public=True)
    article = factories.ArticleFactory(public=True)

    def more():
        version = factories.SourceVersionFactory(source=source)
        factories.EvidenceFactory(source_version=version, claim=an_appearance(article), public=True)
        factories.SourceFactory(part_of=source, public=True)
        factories.SourceFactory(derived_from=[source], public=True)

    # Ten of each kind are all that is drawn, so that what stands at the first step is walked on from once.
    assert_same_queries(grown(more), lambda: client.get(source.get_absolute_url()), at_most=3)


def test_the_versions_of_a_source_on_a_day(client, newsroom):
    source = factories.SourceFactory(kind="statute", public=True)
    years = iter(range(1970, 2020))

    def more():
        version = factories.SourceVersionFactory(source=source, effective_from=f"{next(years)}-01-01")
        claim = factories.ClaimFactory()
        cited = factories.EvidenceFactory(claim=claim, source_version=version)
        factories.VerdictFactory(claim=claim, evidence=[cited], rating="supported")

    for query in ("on=2021-01-01", "version=1", "changes=2"):
        address = f"{source.get_absolute_url()}?{query}"
        assert_same_queries(grown(more), lambda address=address: client.get(address), at_most=3)


def test_a_claimant_with_their_claims(client, article):
    claimant = factories.ClaimantFactory()

    assert_same_queries(
        grown(lambda: an_appearance(article, claimant)),
        lambda: client.get(claimant.get_absolute_url()),
        at_most=5,
    )


def test_lists_narrowed_down(client, article):
    topic, claimant = factories.TopicFactory(), factories.ClaimantFactory()

    def more():
        an_appearance(article, claimant).topics.add(topic)

    for query, at_most in (
        (f"topic={topic.pk}&kind=fact&status=checked&language=en", 6),
        # One more, to look up who that is.
        (f"claimant={claimant.pk}&rating=supported&sort=verdict", 7),
    ):
        assert_same_queries(grown(more), lambda query=query: client.get(f"/claims/?{query}"), at_most=at_most)
    assert_same_queries(grown(more), lambda: client.get("/articles/?checked=yes&year=2024"), at_most=3)


def test_the_lists_of_claimants_and_topics(client, article):
    def more():
        an_appearance(article).topics.add(factories.TopicFactory())

    assert_same_queries(grown(more), lambda: client.get("/claimants/?kind=organisation"), at_most=4)
    assert_same_queries(grown(more), lambda: client.get("/topics/"), at_most=3)


def test_a_topic_with_its_claims(client, article):
    topic = factories.TopicFactory()

    def more():
        an_appearance(article).topics.add(topic)
        factories.ClaimFactory(topics=[topic])

    assert_same_queries(grown(more), lambda: client.get(topic.get_absolute_url()), at_most=6)


def test_search_that_finds_and_that_does_not(client, article):
    for words, at_most in (("bridge", 6), ("brigde", 6)):
        assert_same_queries(
            grown(lambda: an_appearance(article)),
            lambda words=words: client.get(f"/search/?q={words}"),
            at_most=at_most,
        )


def test_the_desk_pays_for_its_session_and_no_more(client, article, reporter):
    client.force_login(reporter)

    assert_same_queries(
        grown(lambda: an_appearance(article)), lambda: client.get(article.get_absolute_url()), at_most=20
    )


def test_the_helper_sees_a_query_per_row(newsroom):
    from articles.models import Claim

    def per_row():
        return [claim.verdict_series().last() for claim in Claim.objects.all()]

    with pytest.raises(AssertionError, match="What grew"):
        assert_same_queries(grown(factories.ClaimFactory), per_row)


def test_the_helper_holds_to_the_budget(newsroom):
    from articles.models import Claim

    with pytest.raises(AssertionError, match="at most 0 are allowed"):
        assert_same_queries(grown(factories.ClaimFactory), lambda: list(Claim.objects.all()), at_most=0)
