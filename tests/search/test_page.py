"""The search page, as a reader meets it."""

import pytest
from django.urls import reverse

from tests import factories as f
from tests.search.test_finding import HOSTILE

pytestmark = pytest.mark.django_db


def ask(client, **query):
    return client.get(reverse("search"), query)


def test_found_words_are_marked_and_escaped(client):
    row = f.ClaimFactory(statement="The <b>bridge</b> fell.", rating="supported")
    page = ask(client, q="bridges").content.decode()
    assert "The &lt;b&gt;<mark>bridge</mark>&lt;/b&gt; fell." in page
    assert row.get_absolute_url() in page
    assert "Supported" in page


def test_an_empty_box(client):
    answer = ask(client)
    assert answer.status_code == 200
    assert "How to ask" in answer.content.decode()


def test_nothing_found_says_what_to_do(client):
    assert "Nothing on record has these words." in ask(client, q="wombat").content.decode()


def test_more_of_a_kind(client):
    for number in range(6):
        f.ClaimFactory(statement=f"Bridge {number} fell.")
    page = ask(client, q="bridge").content.decode()
    assert page.count('class="row hit"') == 5
    assert "?q=bridge&amp;kind=claim" in page
    assert ask(client, q="bridge", kind="claim").content.decode().count('class="row hit"') == 6
    assert "Nothing on record" in ask(client, q="bridge", kind="source").content.decode()


def test_a_bad_kind_is_refused_in_a_sentence(client):
    answer = ask(client, q="bridge", kind="wombat")
    assert answer.status_code == 400
    assert "kind is “wombat”; it must be one of: claim, article, source, claimant." in answer.content.decode()


def test_the_desk_sees_what_readers_do_not(client):
    f.SourceFactory(title="Quillfeather report")
    assert "Quillfeather report" not in ask(client, q="quillfeather").content.decode()
    client.force_login(f.some_editor())
    answer = ask(client, q="report")
    assert "<mark>report</mark>" in answer.content.decode()
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "typed", [one for one in HOSTILE if "\ud800" not in one], ids=lambda one: ascii(one)[:20]
)
def test_hostile_questions(client, typed):
    f.ClaimFactory(statement="a b the of and é x")
    assert ask(client, q=typed).status_code in (200, 400)


def test_every_page_has_the_box(client):
    assert 'role="search"' in client.get(reverse("home")).content.decode()


def near(client, **query):
    """Return what the page says one may have meant; None where it says nothing."""
    from tests.pages.reading import Page

    page = Page(ask(client, **query).content.decode())
    assert page.one("input", id="q").attributes["value"] == query["q"]
    meant = page.main.all("strong", dir="auto")
    return meant[0].text if meant else None


def test_other_words_are_suggested_where_they_find_something(client):
    f.ClaimFactory(statement="The suspension bridge was closed.")

    assert near(client, q="suspention") == "suspension"
    assert near(client, q="The brigde") == "The bridge"
    assert near(client, q="wombat") is None
    assert near(client, q="bridge") is None


def test_no_word_is_suggested_that_the_viewer_may_not_find(client):
    f.SourceFactory(title="The Quillfeather minutes")

    assert near(client, q="quilfeather") is None
    client.force_login(f.some_editor())
    assert near(client, q="quilfeather") == "quillfeather"


def test_a_claim_that_was_dismissed_suggests_nothing(client):
    f.ClaimFactory(statement="The quillfeather was blue.", status="dismissed")

    assert near(client, q="quilfeather") is None


def test_nothing_found_leads_on(client):
    f.ClaimFactory(statement="The newest of all.")

    page = ask(client, q="wombat rating:supported", kind="claim").content.decode()

    assert "The newest of all." in page
    assert f'href="{reverse("submit")}"' in page
    assert "?q=wombat&amp;kind=claim" in page
    assert "Look among everything" in page


def test_claims_found_are_narrowed_down_by_rating(client):
    f.ClaimFactory(statement="Bridge one fell.", rating="supported")
    f.ClaimFactory(statement="Bridge two fell.", rating="contradicted")
    f.ClaimFactory(statement="Bridge three fell.")

    page = ask(client, q="bridge").content.decode()
    narrowed = ask(client, q="bridge", rating="contradicted").content.decode()

    assert "?q=bridge&amp;rating=contradicted" in page
    assert narrowed.count('class="row hit"') == 1 and "two fell." in narrowed
    assert ask(client, q="bridge", rating="wonderful").status_code == 400
    assert ask(client, q="bridge", rating="x" * 400).status_code == 400


def offered(client, **query):
    """Return what the page offers to narrow down by: (kinds, ratings), each label → number as shown."""
    from tests.pages.reading import Page

    page = Page(ask(client, **query).content.decode())
    found = []
    for name in ("tabs", "orders"):
        links = [link for nav in page.main.all("nav", class_=name) for link in nav.all("a")]
        found.append({})
        for link in links:
            number = "".join(one.text for one in link.all("span", class_="tally"))
            label = link.text.replace("(remove)", "").strip().removesuffix(number).strip()
            found[-1][label] = number
    return found


class TestHowManyThereAre:
    @pytest.fixture
    def bridges(self):
        """Four claims, two of them rated, an article, and a claim that no reader sees."""
        for number, rating in enumerate(["supported", "contradicted", None, None]):
            f.ClaimFactory(statement=f"Bridge {number} fell.", **({"rating": rating} if rating else {}))
        f.ClaimFactory(statement="A hidden bridge fell.", status="dismissed")
        f.ArticleFactory(title="The bridge", public=True)

    def test_of_each_kind_and_rating(self, client, bridges):
        kinds, ratings = offered(client, q="bridge")
        assert kinds == {
            "Everything": "", "Claims": "4", "Articles": "1", "Sources": kinds["Sources"], "Who says it": "0"
        }  # fmt: skip
        assert ratings == {"Supported": "1", "Contradicted": "1"}

    def test_one_choice_leaves_the_numbers_of_the_others(self, client, bridges):
        kinds, ratings = offered(client, q="bridge", rating="supported", kind="claim")
        assert (kinds["Claims"], kinds["Articles"]) == ("1", "1")
        assert ratings == {"Supported": "1", "Contradicted": "1"}
        assert offered(client, q="bridge", kind="article")[1] == {}

    def test_a_rating_stays_with_claims(self, client, bridges):
        page = ask(client, q="bridge", rating="supported").content.decode()
        assert "?q=bridge&amp;rating=supported&amp;kind=claim" in page
        assert 'href="?q=bridge&amp;kind=article"' in page

    def test_no_number_above_a_thousand_is_told(self, client, bridges, monkeypatch):
        for module in ("search", "facets"):
            monkeypatch.setattr(f"articles.views.{module}.TOLD", 3)
        monkeypatch.setattr("articles.views.search.SOME", 2)
        kinds, ratings = offered(client, q="bridge")
        assert kinds["Claims"] == "3+"
        # Counted among as many as were found, and so the least there are.
        assert set(ratings.values()) == {"1+"}

    def test_no_further_is_counted_than_is_told(self, client, monkeypatch):
        """However many texts have a word, the index is asked for so many of them and no more."""
        from articles.search import finding

        asked = []
        seen_of = finding.seen_of

        def seeing(several, using):
            asked.extend(one.limit for one in several)
            return seen_of(several, using)

        monkeypatch.setattr(finding, "seen_of", seeing)
        f.ClaimFactory(statement="Bridge one fell.")
        ask(client, q="bridge")
        assert len(asked) == 4 and max(asked) <= 2_010

    def test_more_that_is_found_costs_no_more_questions(self, client):
        from tests.query_counts import assert_same_queries

        f.newsroom()

        def grow(n):
            for _ in range(n):
                f.ClaimFactory(statement="A bridge fell.", rating="supported")

        for query in ({}, {"rating": "supported"}, {"kind": "claim"}):
            assert_same_queries(grow, lambda query=query: ask(client, q="bridge", **query), at_most=6)
