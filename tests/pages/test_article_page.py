"""The page of an article: the text with its claims on it, as far as its rights allow."""

from __future__ import annotations

import pytest

from tests import factories

TEXT = "Title line\n\nThe bridge cost four million. It opened on Friday.\n\nCredit: a photographer\n"


@pytest.fixture
def article(newsroom):
    return factories.ArticleFactory(public=True, title="The bill", text=TEXT)


def mark(article, words, **facts):
    """Mark words of the article as a new claim."""
    claim = factories.ClaimFactory(**facts)
    factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=words)
    return claim


def score(page):
    return [" ".join(row.text.split()) for row in page.main.all("section", class_="score")[0].all("li")]


def test_it_underlines_the_words_of_each_claim_by_its_status(read, article):
    checked = mark(article, "The bridge cost four million.", rating="contradicted")
    mark(article, "four million", status="not_checkable")

    page = read(article.get_absolute_url())

    (text,) = [one for one in page.main.all("p", class_="text") if "four" in one.text]
    for look, words in (("is-false", "The bridge cost four million."), ("is-not_checkable", "four million")):
        marks = [one for one in text.all("span", class_="mark") if look in one.attributes["class"]]
        assert "".join(one.text for one in marks) == words
    number = page.one("a", id=f"claim-{checked.pk}")
    assert number.attributes["href"] == f"#note-{checked.pk}"
    assert number.attributes["aria-label"] == "Claim 1: Contradicted"
    note = page.one("li", id=f"note-{checked.pk}")
    assert checked.get_absolute_url() in [link.attributes["href"] for link in note.all("a")]


def test_a_piece_under_several_claims_shows_all_their_numbers(read, article):
    mark(article, "The bridge cost four million. It opened on Friday.")
    mark(article, "four million")
    mark(article, "four million")

    page = read(article.get_absolute_url())

    (text,) = [one for one in page.main.all("p", class_="text") if "four" in one.text]
    assert text.text == "1The bridge cost 123four million. It opened on Friday."


def test_structural_lines_are_muted_and_named(read, article):
    text = article.current_version.text
    start = text.index("Credit")
    factories.BlockFactory(
        article_version=article.current_version, role="credit", start=start, end=len(text.rstrip())
    )

    page = read(article.get_absolute_url())

    (line,) = page.main.all("p", class_="only-structural")
    assert line.all("span", class_="role")[0].text == "credit"
    assert line.all("span", class_="structural")[0].text == "Credit: a photographer"


@pytest.mark.parametrize(
    ("role", "is_structural"),
    [
        ("paragraph", False), ("quotation", False), ("list_item", False), ("caption", False),
        ("heading", True), ("table", True), ("boilerplate", True),
    ],
)  # fmt: skip
def test_what_is_told_is_not_named(read, article, role, is_structural):
    text = article.current_version.text
    start = text.index("The bridge")
    factories.BlockFactory(
        article_version=article.current_version, role=role, start=start, end=text.index("\n\nCredit")
    )

    page = read(article.get_absolute_url())

    assert bool(page.main.all("p", class_="only-structural")) is is_structural
    assert [one.text for one in page.main.all("span", class_="role")] == ([role] if is_structural else [])


def test_the_score_counts_verdicts_by_rating_open_and_not_checkable(read, article):
    mark(article, "The bridge", rating="contradicted")
    mark(article, "cost", rating="supported")
    mark(article, "Friday", rating="supported")
    mark(article, "It opened")
    mark(article, "four", status="checking")
    mark(article, "million", status="not_checkable")

    page = read(article.get_absolute_url())

    assert score(page) == ["2 Supported", "1 Contradicted", "1 Open", "1 Being checked", "1 Not checkable"]
    assert "6 claims in this text" in page.words


def test_all_claims_are_listed_in_the_order_of_the_text(read, article):
    mark(article, "Friday", statement="Third.")
    mark(article, "The bridge", statement="First.")
    mark(article, "four million", statement="Second.")

    page = read(article.get_absolute_url())

    rows = page.main.all("ol", class_="claim-list")[0].all("h3")
    assert [row.text for row in rows] == ["First.", "Second.", "Third."]


@pytest.mark.parametrize("rights", ["excerpt", "none"])
def test_without_full_rights_only_the_quoted_words_are_shown(read, newsroom, rights):
    article = factories.ArticleFactory(
        public=True,
        text="Nobody may read this. Only this counts. Nor this.",
        rights=rights,
        rights_note="Theirs.",
    )
    claim = mark(article, "Only this counts.")

    page = read(article.get_absolute_url())

    assert "Nobody may read" not in page.markup and "Nor this" not in page.markup
    assert "Only this counts." in page.words and "Theirs." in page.words
    assert page.one("a", id=f"claim-{claim.pk}").attributes["href"] == f"#note-{claim.pk}"
    assert page.one("li", id=f"note-{claim.pk}")


def test_it_says_where_the_text_stands_and_when_it_came_out(read, newsroom):
    article = factories.ArticleFactory(
        public=True,
        publisher="The Post",
        published_earliest="2024-10-31",
        published_latest="2024-11-03",
        published_basis="named in the text",
    )
    factories.CopyFactory(
        article=article, kind="cross_post", publisher="A blog", url="https://blog.example/x", note="Not seen."
    )

    words = read(article.get_absolute_url()).words

    assert "between 31 October and 3 November 2024 (named in the text)" in words
    assert "Cross-post A blog Date unknown. Not seen." in words
    assert "Shown in full." in words


def test_unknown_dates_and_publishers_are_shown_as_unknown(read, article):
    assert "publisher unknown; published unknown" in read(article.get_absolute_url()).words


def test_its_versions_are_listed_with_their_hashes(read, client, article):
    factories.ArticleVersionFactory(article=article, text="Now it reads so.")

    page = read(article.get_absolute_url())
    old = read(f"{article.get_absolute_url()}?version=1")

    assert "Now it reads so." in page.words and "Friday" not in page.words
    assert "Friday" in old.words
    for version in article.versions.all():
        assert version.sha256 in page.words
    assert client.get(f"{article.get_absolute_url()}?version=3").status_code == 404
    assert client.get(f"{article.get_absolute_url()}?version=one").status_code == 400


def test_a_closed_article_is_seen_at_the_desk_alone(client, read, newsroom, reporter):
    article = factories.ArticleFactory(public=False, title="Closed")

    assert client.get(article.get_absolute_url()).status_code == 404
    assert "Closed" not in read("/articles/").markup
    assert "not public" in read(article.get_absolute_url(), as_=reporter).words
    assert "not public" in read("/articles/").words


def test_a_dismissed_claim_leaves_no_trace_for_readers(read, article, reporter):
    hidden = mark(article, "four million", statement="Hidden statement.", status="dismissed")

    markup = read(article.get_absolute_url()).markup
    assert "Hidden statement." not in markup and f"claim-{hidden.pk}" not in markup
    assert "Hidden statement." in read(article.get_absolute_url(), as_=reporter).words


def test_its_language_is_told_to_screen_readers(read, newsroom):
    article = factories.ArticleFactory(public=True, text="La puente costó cuatro millones.", language="es")

    assert read(article.get_absolute_url()).main.all("div", class_="reading")[0].attributes["lang"] == "es"
