"""What lists can be narrowed down by: the choices, their numbers, the sentence above, and the way back."""

from __future__ import annotations

import pytest

from articles.models import Claim
from articles.views import facets
from tests import factories
from tests.pages.test_lists import next_page, statements


def choices(page, name):
    """Return what a facet offers: label → number, both as shown."""
    heading = page.main.all("h2", id=f"by-{name}")
    if not heading:
        return {}
    (listed,) = page.main.all("ul", **{"aria-labelledby": f"by-{name}"})
    return {
        link.all("span")[0].text.strip(): link.all("span", class_="tally")[0].text.strip()
        for link in listed.all("a")
    }


def follow(page, name, label):
    """Return the address of a choice."""
    (listed,) = page.main.all("ul", **{"aria-labelledby": f"by-{name}"})
    (link,) = [one for one in listed.all("a") if one.all("span")[0].text.strip() == label]
    return "/claims/" + link.attributes["href"]


def said(claim, article=None, *claimants):
    article = article or factories.ArticleFactory(public=True)
    return factories.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        attributions=[{"claimant": one} for one in claimants],
    )


@pytest.fixture
def small_sample(monkeypatch):
    monkeypatch.setattr(facets, "SAMPLE", 4)
    monkeypatch.setattr(facets, "TOLD", 3)


def test_each_choice_says_how_many_claims_it_leaves_and_leads_there(read, newsroom):
    housing, transport = factories.TopicFactory(name="Housing"), factories.TopicFactory(name="Transport")
    factories.ClaimFactory(statement="One.", topics=[housing], rating="supported", kind="legal")
    factories.ClaimFactory(statement="Two.", topics=[housing, transport], language="es")
    factories.ClaimFactory(statement="Three.", status="checking", topics=[transport])
    factories.ClaimFactory(statement="Four.", status="not_checkable", topics=[transport])
    factories.ClaimFactory(
        statement="Hidden.", status="dismissed", topics=[factories.TopicFactory(name="Secret")]
    )

    page = read("/claims/")

    assert choices(page, "status") == {"Checked": "1", "Open": "2", "Not checkable": "1"}
    assert choices(page, "rating") == {"Supported": "1"}
    assert choices(page, "topic") == {"Transport": "3", "Housing": "2"}
    assert choices(page, "kind") == {"Fact": "3", "Legal": "1"}
    assert choices(page, "language") == {"English": "3", "Spanish": "1"}
    for name in ("status", "rating", "topic", "kind", "language"):
        for label, number in choices(page, name).items():
            assert len(statements(read(follow(page, name, label)))) == int(number), (name, label)


def test_other_conditions_count_and_ones_own_does_not(read, newsroom):
    topic = factories.TopicFactory(name="Housing")
    factories.ClaimFactory(topics=[topic], kind="legal")
    factories.ClaimFactory(topics=[topic], kind="fact")
    factories.ClaimFactory(kind="legal")

    page = read(f"/claims/?topic={topic.pk}&kind=legal")

    assert choices(page, "kind") == {"Fact": "1", "Legal": "1"}
    assert choices(page, "topic") == {"Housing": "1"}
    assert "1 claim about \u2068Housing\u2069, of the kind “legal”." in page.words


def test_what_was_chosen_is_marked_said_and_taken_back_by_a_link(read, newsroom):
    factories.ClaimFactory(statement="Yes.", rating="contradicted", kind="legal")
    factories.ClaimFactory(statement="No.", kind="legal")

    page = read("/claims/?rating=contradicted&kind=legal&sort=oldest")

    assert statements(page) == ["Yes."]
    marked = [one.text for one in page.main.all("a", **{"aria-current": "true"})]
    assert len(marked) == 3 and "Contradicted" in marked[1]
    (chosen,) = page.main.all("ul", class_="chosen")
    addresses = [link.attributes["href"] for link in chosen.all("a")]
    assert addresses == ["?kind=legal&sort=oldest", "?rating=contradicted&sort=oldest", "?"]
    assert statements(read("/claims/" + addresses[0])) == ["Yes.", "No."]


@pytest.mark.parametrize(
    ("query", "canonical"),
    [("", ""), ("after=9&utm_source=x", ""), ("sort=oldest&kind=legal&after=9", "?kind=legal&sort=oldest")],
)
def test_one_address_for_each_list_whatever_the_place_in_it(read, newsroom, query, canonical):
    for _ in range(2):
        factories.ClaimFactory(kind="legal")

    page = read(f"/claims/?{query}")

    assert page.one("link", rel="canonical").attributes["href"] == f"http://testserver/claims/{canonical}"


def test_a_choice_that_leaves_nothing_says_zero(read, newsroom):
    factories.ClaimFactory(kind="legal")

    page = read("/claims/?kind=opinion")

    assert choices(page, "kind") == {"Opinion": "0", "Legal": "1"}
    assert "No claim fits. Remove a condition." in page.words
    assert "0 claims of the kind “opinion”." in page.words


def test_beyond_the_sample_a_number_is_the_least_there_are(read, newsroom, small_sample):
    for _ in range(3):
        factories.ClaimFactory(kind="legal")
    for _ in range(2):
        factories.ClaimFactory(kind="fact")
    factories.ClaimFactory(kind="quantity", topics=[factories.TopicFactory(name="Rare")])

    page = read("/claims/")

    # Of the newest five: a quantity, two facts, and two of the legal ones.
    assert choices(page, "kind") == {"Fact": "2+", "Legal": "2+", "Quantity": "1+"}
    assert "3+ claims on record." in page.words
    assert "at least so many" in page.words
    assert choices(read("/claims/?kind=quantity"), "topic") == {"Rare": "1"}


def test_whole_numbers_above_the_most_that_is_told(monkeypatch):
    monkeypatch.setattr(facets, "SAMPLE", 5000)
    tally = facets.Tally(1500, {"": {"": 1500}})

    assert [tally.words(number) for number in (0, 999, 1000, 1001)] == ["0", "999", "1,000", "1,000+"]
    assert facets.Tally(5001, {"": {}}).words(12) == "12+"


def test_ratings_are_counted_as_readers_see_them(read, newsroom):
    corrected = factories.ClaimFactory()
    factories.make_series(
        corrected, [("verdict", "supported", "2024-01-10"), ("affects_rating", "contradicted", "2024-02-01")]
    )
    withdrawn = factories.ClaimFactory()
    factories.make_series(withdrawn, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")])

    page = read("/claims/")

    assert choices(page, "rating") == {"Contradicted": "1"}
    assert choices(page, "status") == {"Checked": "1", "Open": "1"}


def test_a_merged_claim_brings_its_verdict_along_and_is_counted_once(read, newsroom):
    survivor = factories.ClaimFactory(statement="Survivor.", rating="supported")
    later = factories.ClaimFactory(statement="Later.")
    factories.VerdictFactory(claim=later, rating="contradicted")
    later.merge_into(survivor, factories.some_editor())
    bare = factories.ClaimFactory(statement="Bare.")
    brought = factories.ClaimFactory(statement="Brought.", rating="partly_supported")
    brought.merge_into(bare, factories.some_editor())

    page = read("/claims/")

    assert choices(page, "rating") == {"Partly supported": "1", "Contradicted": "1"}
    assert choices(page, "status") == {"Checked": "2"}
    assert statements(read(follow(page, "rating", "Contradicted"))) == ["Survivor."]
    assert statements(read("/claims/?sort=verdict")) == ["Bare.", "Survivor."]


def test_outlets_are_those_whose_words_readers_see(read, newsroom):
    claim = factories.ClaimFactory(statement="Said.")
    for publisher, is_public in (("The Example Post", True), ("The Closed Post", False), ("", True)):
        said(
            claim,
            factories.ArticleFactory(publisher=publisher, public=is_public, text=f"Text of {publisher}."),
        )

    page = read("/claims/")

    assert choices(page, "outlet") == {"The Example Post": "1"}
    assert statements(read(follow(page, "outlet", "The Example Post"))) == ["Said."]
    assert statements(read("/claims/?outlet=The+Closed+Post")) == []


def test_months_are_offered_where_the_month_is_known(read, newsroom):
    for statement, earliest, latest in (
        ("March.", "2024-03-05", "2024-03-31"),
        ("December.", "2023-12-31", "2023-12-31"),
        ("Some time.", "2024-01-01", "2024-12-31"),
        ("Turn of the month.", "2024-03-31", "2024-04-01"),
        ("Unknown.", None, None),
    ):
        factories.ClaimFactory(statement=statement, asserted_earliest=earliest, asserted_latest=latest)

    page = read("/claims/")

    assert choices(page, "said") == {"March 2024": "1", "December 2023": "1"}
    assert list(choices(page, "said")) == ["March 2024", "December 2023"]
    assert statements(read(follow(page, "said", "March 2024"))) == ["March."]
    assert statements(read(follow(page, "said", "December 2023"))) == ["December."]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("said=2024-13", "said is “2024-13”; it must be a month such as 2024-11."),
        ("rating=wonderful", "rating is “wonderful”; this list has nothing of that kind."),
        ("topic=999", "topic is “999”; this list has nothing of that kind."),
        ("topic=x", "topic is “x”; it must be a number such as 12."),
        ("status=great", "status is “great”; it must be one of: checked, open, not_checkable."),
        ("outlet=" + "x" * 301, "it must be a text of at most 300 characters."),
        ("sort=best", "sort is “best”; it must be one of: newest, verdict, oldest."),
        ("part=asserts&claimant=7", "claimant is 7; there is no claimant of that number."),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(client, newsroom, query, sentence):
    answer = client.get(f"/claims/?{query}")

    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["said=0000-01", "said=9999-12", "outlet=%00", "language=%3Cb%3E", "outlet=%20"]
)
def test_what_can_be_read_and_is_nowhere_leaves_nothing(client, newsroom, query):
    factories.ClaimFactory()

    assert client.get(f"/claims/?{query}").status_code in (200, 400)


def test_text_of_the_record_stands_by_itself_whatever_it_is(read, newsroom):
    name = '<b>"عقارات"</b> ' + "x" * 80
    topic = factories.TopicFactory(name=name)
    factories.ClaimFactory(topics=[topic])

    page = read(f"/claims/?topic={topic.pk}")

    assert name in choices(page, "topic")
    assert f"about \u2068{name}\u2069." in page.words
    assert not page.broken and not page.main.all("b")


def test_a_facet_with_many_values_shows_ten_and_keeps_the_others_folded(read, newsroom):
    for number in range(13):
        factories.ClaimFactory(topics=[factories.TopicFactory(name=f"Topic {number:02}")])

    page = read("/claims/")

    assert len(choices(page, "topic")) == 10
    (folded,) = page.main.all("nav")[1].all("details")
    assert len(folded.all("li")) == 3
    assert "/topics/" in [link.attributes["href"] for link in page.main.all("a")]


def test_the_latest_verdict_first_and_only_what_has_one(read, newsroom, monkeypatch):
    from articles.views import paging

    monkeypatch.setattr(paging.latest_verdict_first, "__defaults__", (2,))
    claims = [factories.ClaimFactory(statement=f"Claim {number}.") for number in range(4)]
    for at in (2, 0, 3):
        factories.VerdictFactory(claim=claims[at])

    first = read("/claims/?sort=verdict")
    second = read(f"/claims/{next_page(first)}")

    assert statements(first) == ["Claim 3.", "Claim 0."]
    assert statements(second) == ["Claim 2."]
    assert next_page(second) is None


def test_the_oldest_first(read, newsroom, monkeypatch):
    from articles.views import paging

    monkeypatch.setattr(paging.oldest_first, "__defaults__", (2,))
    for number in range(3):
        factories.ClaimFactory(statement=f"Claim {number}.")

    first = read("/claims/?sort=oldest")

    assert statements(first) + statements(read(f"/claims/{next_page(first)}")) == [
        "Claim 0.", "Claim 1.", "Claim 2."
    ]  # fmt: skip


def test_articles_are_narrowed_down(read, newsroom):
    old = factories.ArticleFactory(
        title="Old", publisher="The Post", public=True, published_earliest="2020-05-01", published_latest="2020-06-01",
        text="Old words.",
    )  # fmt: skip
    factories.ArticleFactory(title="New", publisher="The Mail", public=True, language="es", text="New words.")
    said(factories.ClaimFactory(rating="supported"), old)

    page = read("/articles/")

    def titles(query):
        return [row.text.strip() for row in read(f"/articles/?{query}").main.all("h3")]

    assert choices(page, "checked") == {"With verdicts": "1", "Without verdicts": "1"}
    assert choices(page, "publisher") == {"The Mail": "1", "The Post": "1"}
    assert choices(page, "year") == {"2020": "1"}
    assert choices(page, "language") == {"English": "1", "Spanish": "1"}
    assert titles("checked=yes") == titles("publisher=The+Post") == titles("year=2020") == ["Old"]
    assert titles("checked=no") == titles("language=es") == ["New"]


def test_lengths_stop_counting(newsroom, small_sample):
    for _ in range(5):
        factories.ClaimFactory()
    rows = Claim.objects.visible_to(None)

    assert facets.lengths({1: rows, 2: rows.filter(kind="legal")}) == {1: "3+", 2: "0"}
    assert facets.lengths({}) == {}
