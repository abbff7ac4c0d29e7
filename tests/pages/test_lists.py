"""The lists: what they show, how they are narrowed down, and how one pages through them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.views import front, paging
from tests import factories


def statements(page):
    return [row.text.strip() for row in page.main.all("h3", class_="statement")]


def next_page(page):
    links = page.all("a", rel="next")
    return links[0].attributes["href"] if links else None


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(paging.newest_first, "__defaults__", (3,))
    monkeypatch.setattr(paging.by_title, "__defaults__", (3,))
    monkeypatch.setattr(paging.latest_published_first, "__defaults__", (3,))


def test_claims_are_narrowed_down_by_status(read, newsroom):
    factories.ClaimFactory(statement="Checked.", rating="supported")
    factories.ClaimFactory(statement="Open.")
    factories.ClaimFactory(statement="Being checked.", status="checking")
    factories.ClaimFactory(statement="Opinion.", status="not_checkable")
    factories.ClaimFactory(statement="Hidden.", status="dismissed")

    assert statements(read("/claims/")) == ["Opinion.", "Being checked.", "Open.", "Checked."]
    assert statements(read("/claims/?status=checked")) == ["Checked."]
    assert statements(read("/claims/?status=open")) == ["Being checked.", "Open."]
    assert statements(read("/claims/?status=not_checkable")) == ["Opinion."]


def test_claims_are_narrowed_down_by_kind_topic_claimant_and_article(read, newsroom):
    topic, claimant = factories.TopicFactory(), factories.ClaimantFactory()
    article = factories.ArticleFactory(public=True)
    factories.ClaimFactory(statement="Other.", kind="legal")
    factories.ClaimFactory(statement="About it.", topics=[topic])
    said = factories.ClaimFactory(statement="Said by them.")
    factories.AppearanceFactory(
        claim=said, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )

    assert statements(read("/claims/?kind=legal")) == ["Other."]
    assert statements(read(f"/claims/?topic={topic.pk}")) == ["About it."]
    assert statements(read(f"/claims/?claimant={claimant.pk}")) == ["Said by them."]
    assert statements(read(f"/claims/?article={article.pk}")) == ["Said by them."]
    assert statements(read(f"/claims/?article={article.pk}&status=checked")) == []


def test_a_claim_is_not_found_by_what_readers_may_not_see(client, newsroom):
    closed, claimant = factories.ArticleFactory(), factories.ClaimantFactory()
    factories.AppearanceFactory(article_version=closed.current_version, attributions=[{"claimant": claimant}])

    for query in (f"article={closed.pk}", f"claimant={claimant.pk}"):
        assert client.get(f"/claims/?{query}").status_code == 400


def test_a_row_says_word_shape_who_and_where(read, newsroom):
    article = factories.ArticleFactory(public=True, title="The bill")
    claim = factories.ClaimFactory(rating="contradicted")
    outer = factories.ClaimantFactory(name="The Post")
    group = factories.ClaimantFactory(name="two people briefed on the plan", kind="group")
    factories.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        attributions=[{"claimant": outer}, {"claimant": group}],
    )

    (row,) = read("/claims/").main.all("article", class_="claim-row")

    rating = row.all("span", class_="rating")[0]
    assert rating.text.strip() == "Contradicted"
    assert "is-false" in rating.attributes["class"]
    assert rating.all("svg")
    said = row.all("p", class_="small")[0].text
    assert "Said by The Post, citing “two people briefed on the plan”" in " ".join(said.split())
    assert f"{article.get_absolute_url()}#claim-{claim.pk}" in [
        link.attributes["href"] for link in row.all("a")
    ]


def walk(read, address):
    """Return what all pages of a list show, in order, and the number of pages."""
    seen, pages, query = [], 0, ""
    while query is not None:
        page = read(f"{address}{query}")
        rows = page.main.all("h3")
        seen += [row.text.strip() for row in rows]
        pages += 1
        query = next_page(page)
    return seen, pages


def test_paging_through_claims_shows_each_once_newest_first(read, newsroom, short_pages):
    for number in range(8):
        factories.ClaimFactory(statement=f"Claim {number}.")

    seen, pages = walk(read, "/claims/")

    assert seen == [f"Claim {number}." for number in reversed(range(8))]
    assert pages == 3


def test_paging_keeps_the_filters(read, newsroom, short_pages):
    for number in range(4):
        factories.ClaimFactory(statement=f"Claim {number}.", kind="legal")
        factories.ClaimFactory()

    first = read("/claims/?kind=legal")
    second = read(f"/claims/{next_page(first)}")

    assert statements(first) + statements(second) == ["Claim 3.", "Claim 2.", "Claim 1.", "Claim 0."]


def test_a_claim_added_while_paging_neither_repeats_nor_hides_one(read, newsroom, short_pages):
    for number in range(5):
        factories.ClaimFactory(statement=f"Claim {number}.")
    first = read("/claims/")
    factories.ClaimFactory(statement="Late.")

    second = read(f"/claims/{next_page(first)}")

    assert statements(first) + statements(second) == [f"Claim {number}." for number in reversed(range(5))]


def test_paging_through_sources_of_one_title_shows_each_once(read, newsroom, short_pages):
    wanted = []
    for title in ["b", "a", "a", "a", "a", "c"]:
        wanted.append(factories.SourceFactory(title=title, public=True))

    seen, pages = walk(read, "/sources/")

    assert (seen, pages) == (["a", "a", "a", "a", "b", "c"], 2)


def test_paging_through_articles_puts_the_undated_last_on_every_engine(read, newsroom, short_pages):
    for title, day in [
        ("old", "2020-01-01"),
        ("none 1", None),
        ("new", "2024-01-01"),
        ("none 2", None),
        ("same", "2024-01-01"),
    ]:
        factories.ArticleFactory(title=title, public=True, published_latest=day, text=f"Text of {title}.")

    seen, _ = walk(read, "/articles/")

    assert seen == ["same", "new", "old", "none 2", "none 1"]


def test_sources_are_narrowed_down_by_kind(read, newsroom):
    factories.SourceFactory(title="A statute", kind="statute", public=True)
    factories.SourceFactory(title="A report", public=True)

    assert [row.text.strip() for row in read("/sources/?kind=statute").main.all("h3")] == ["A statute"]


def test_corrections_say_kind_note_and_what_became_of_the_rating(read, newsroom):
    claim = factories.ClaimFactory(statement="The bridge is open.")
    factories.make_series(
        claim,
        [
            ("verdict", "supported", "2024-01-10"),
            ("affects_rating", "contradicted", "2024-02-01"),
            ("withdrawal", "2024-03-01"),
        ],
    )

    rows = read(reverse("corrections")).main.all("article", class_="row")

    said = [" ".join(row.text.split()) for row in rows]
    assert "Void: the verdict should not have been published · 1 March 2024" in said[0]
    assert "Contradicted became Withdrawn" in said[0]
    assert "Correction that changes the rating · 1 February 2024" in said[1]
    assert "Supported became Contradicted" in said[1]
    assert "The affects_rating of a test." in said[1]
    assert "BeforeRating: Supported AfterRating: Contradicted" in said[1]


def test_the_front_page_shows_the_newest_of_everything(read, newsroom):
    factories.ArticleFactory(title="An article", public=True)
    factories.ArticleFactory(title="Closed", public=False)
    factories.ClaimFactory(statement="Open claim.")
    corrected = factories.ClaimFactory(statement="Corrected claim.")
    factories.make_series(
        corrected, [("verdict", "supported", "2024-01-10"), ("update", "contradicted", "2024-02-01")]
    )

    page = read("/")

    assert "The Example Desk" in page.words
    for words in ("An article", "Open claim.", "Corrected claim.", "Supported became Contradicted"):
        assert words in page.words
    assert "Closed" not in page.words


def test_a_withdrawn_verdict_is_not_among_the_latest(read, newsroom):
    claim = factories.ClaimFactory(statement="Withdrawn claim.")
    factories.make_series(claim, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")])

    assert not read("/").main.all("article", class_="verdict-row")


@pytest.fixture
def few_at_first(monkeypatch):
    monkeypatch.setattr(front, "SOME", 2)


def test_the_front_page_looks_further_where_the_newest_do_not_fit(read, newsroom, few_at_first):
    factories.ClaimFactory(statement="Still open.")
    factories.ClaimFactory(statement="Still seen.", rating="supported")
    for number in range(3):
        withdrawn = factories.ClaimFactory(statement=f"Withdrawn {number}.")
        factories.make_series(
            withdrawn, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")]
        )
        factories.ClaimFactory(statement=f"Checked {number}.", rating="contradicted")
        withdrawn.declare_not_checkable(factories.some_editor(), "No record can settle this.")

    page = read("/")

    verdicts = [row.all("h3")[0].text for row in page.main.all("article", class_="verdict-row")]
    assert verdicts == ["Checked 2.", "Checked 1.", "Checked 0.", "Still seen."]
    assert [row.all("h3")[0].text for row in page.main.all("article", class_="claim-row")] == ["Still open."]


def test_a_claim_whose_verdict_came_by_a_merge_is_not_open(read, newsroom):
    survivor = factories.ClaimFactory(statement="Survivor.")
    factories.ClaimFactory(statement="Merged.", rating="supported").merge_into(
        survivor, factories.some_editor()
    )

    assert not read("/").main.all("article", class_="claim-row")


def test_open_claims_can_be_followed(read, newsroom):
    claim = factories.ClaimFactory()

    page = read("/")

    assert f"/claims/{claim.pk}/feed.atom" in [one.attributes["href"] for one in page.main.all("a")]
    assert len(page.main.all("form", role="search")) == 1


def test_about_says_policies_scales_and_the_head_of_the_ledger(read, newsroom):
    newsroom.revise(
        None,
        methodology="We **read**.\n\n<script>alert(1)</script>",
        contact="[mail](mailto:desk@example.org)",
    )
    factories.RatingFactory(slug="partly_supported", retired=True)
    factories.RatingScaleFactory()

    page = read("/methodology/")

    from articles.models import LedgerHead

    head = LedgerHead.objects.get()
    assert head.hash in page.words
    assert f"no. {head.seq}" in page.words
    assert "version 2" in page.words and "version 1" in page.words
    assert "The record bears the claim out as it is worded." in page.words
    assert "retired" in page.words
    assert [one.text for one in page.main.all("strong")] == ["read"]
    assert not page.all("script")
    assert head.hash[:12] in page.one("footer").text
