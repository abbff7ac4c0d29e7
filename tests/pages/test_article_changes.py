"""What changed between two versions of a text, and what became of its claims."""

from __future__ import annotations

import pytest

from articles.views import article_changes
from tests import factories
from tests.factories.people import some_editor

OLD = "The bridge cost four million. It opened on Friday. Nobody objected.\n\nThe mayor was there.\n"
NEW = "The bridge cost five million. It opened on Friday. Nobody objected.\n\nThe mayor came late.\n"


@pytest.fixture
def article(newsroom):
    return factories.ArticleFactory(public=True, title="The bill", text=OLD)


def mark(version, words, **facts):
    claim = factories.ClaimFactory(**facts)
    return factories.AppearanceFactory(claim=claim, article_version=version, words=words)


def address(article, query="?from=1&to=2"):
    return f"/articles/{article.pk}/changes/{query}"


def fates(page):
    """Return the statements under each heading of what became of the claims."""
    (section,) = [
        one for one in page.main.all("section") if one.attributes["aria-labelledby"] == "claims-title"
    ]
    found, heading = {}, ""
    for part in section.inside:
        if isinstance(part, str):
            continue
        if part.name == "h3":
            heading = " ".join(part.text.split())
        if part.name == "details":
            heading = " ".join(part.all("summary")[0].text.split())
        statements = [" ".join(one.text.split()) for one in part.all("p", class_="statement")]
        if statements:
            found[heading] = statements
    return found


def test_it_shows_word_by_word_what_came_and_what_went(read, article):
    factories.ArticleVersionFactory(article=article, text=NEW)

    page = read(address(article))

    (compared,) = page.main.all("div", class_="two-versions")
    assert [one.text for one in compared.all("del")] == ["four", "was there"]
    assert [one.text for one in compared.all("ins")] == ["five", "came late"]
    assert "The bridge cost fourfive million. It opened on Friday." in page.words
    said = [one.attributes["data-spoken"] for one in compared.all("del")[0].all("span", class_="spoken")]
    assert said == ["removed:", "end of the change"]


def test_without_numbers_the_newest_is_compared_with_the_one_before(read, article):
    factories.ArticleVersionFactory(article=article, text=NEW)
    factories.ArticleVersionFactory(article=article, text=NEW.replace("five", "six"))

    assert "from version 2 to version 3" in read(address(article, "")).words
    assert "from version 1 to version 2" in read(address(article, "?to=2")).words
    assert "from version 1 to version 3" in read(address(article, "?from=1")).words


def test_what_stayed_the_same_is_folded_and_the_longest_of_it_left_out(read, newsroom):
    lines = [f"Line {number} of the text." for number in range(30)]
    long = "\n\n".join(
        [*lines, "It cost four.", *lines[:5], *(f"{number} long. " * 400 for number in range(5))]
    )
    article = factories.ArticleFactory(public=True, text=long)
    factories.ArticleVersionFactory(article=article, text=long.replace("cost four", "cost five"))

    page = read(address(article))

    (folded,) = page.main.all("details", class_="folded-away")
    assert folded.all("summary")[0].text == "29 paragraphs are the same in both"
    (left_out,) = page.main.all("p", class_="folded-away")
    assert left_out.text == "9 paragraphs are the same in both."
    assert "3 long." not in page.markup


def test_only_so_much_of_two_texts_is_compared(read, article, monkeypatch):
    factories.ArticleVersionFactory(article=article, text=NEW)
    monkeypatch.setattr(article_changes, "MOST_COMPARED", 40)

    page = read(address(article))

    assert "Only the first 40 characters of each are compared." in page.words
    assert "came late" not in page.markup


@pytest.mark.parametrize("rights", ["excerpt", "none"])
def test_a_text_that_may_not_be_shown_is_not_compared(read, newsroom, rights):
    article = factories.ArticleFactory(public=True, text=OLD, rights=rights, rights_note="Theirs.")
    mark(article.current_version, "It opened on Friday.", statement="It opened.")
    factories.ArticleVersionFactory(article=article, text=NEW)

    page = read(address(article))

    assert "We may not show this text" in page.words and "Theirs." in page.words
    assert "mayor" not in page.markup and "cost" not in page.words
    assert "It opened on Friday." in page.words


def test_it_says_what_became_of_each_claim(read, newsroom):
    far = f"\n{'Nothing was changed in this line. ' * 5}\n\nIt rained all day, and then it snowed.\n"
    article = factories.ArticleFactory(public=True, text=OLD + far)
    version = article.current_version
    changed = mark(version, "The bridge cost four million.", statement="Changed.")
    mark(version, "It rained all day", statement="Kept.")
    mark(version, "was there", statement="Gone.")
    # Its surroundings change, so that only an editor can carry it over.
    mark(version, "The mayor", statement="Unmarked.")
    newer = factories.ArticleVersionFactory(article=article, text=NEW + far)
    changed.re_anchor(some_editor(), newer, 0, len("The bridge cost five million."))
    mark(newer, "came late", statement="New.")

    assert fates(read(address(article))) == {
        "Said in other words now": ["Changed."],
        "The words no longer stand in the text": ["Gone."],
        "The words still stand in the text, but nobody has marked them there yet": ["Unmarked."],
        "Marked in the newer version only": ["New."],
        "1 claim in the same words as before": ["Kept."],
    }


def test_a_claim_is_followed_through_the_versions_between(read, article):
    mark(article.current_version, "It opened on Friday.", statement="Kept.")
    for number in range(3):
        factories.ArticleVersionFactory(article=article, text=f"{OLD}\nAddition {number}.\n")

    assert fates(read(address(article, "?from=1&to=4"))) == {"1 claim in the same words as before": ["Kept."]}


def test_a_dismissed_claim_leaves_no_trace_for_readers(read, article, reporter):
    mark(article.current_version, "It opened on Friday.", statement="Hidden.", status="dismissed")
    factories.ArticleVersionFactory(article=article, text=NEW)

    assert "Hidden." not in read(address(article)).markup
    assert "Hidden." in read(address(article), as_=reporter).words


def test_one_version_alone_is_compared_with_nothing(read, article):
    mark(article.current_version, "It opened on Friday.")

    page = read(address(article, ""))

    assert "There is only one version of this text on file" in page.words
    assert page.main.all("section") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?from=2&to=1", 400), ("?from=2&to=2", 400), ("?from=one", 400), ("?to=0", 400), ("?from=1&from=2", 400),
        ("?to=3", 404), ("?from=9&to=2", 404), ("?utm_source=x", 200), ("?from=1&to=2&x=y", 200),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(client, article, query, status):
    factories.ArticleVersionFactory(article=article, text=NEW)

    assert client.get(address(article, query)).status_code == status


def test_an_article_that_readers_may_not_see_has_no_changes(client, newsroom, reporter):
    article = factories.ArticleFactory(text=OLD)
    factories.ArticleVersionFactory(article=article, text=NEW)

    assert client.get(address(article)).status_code == 404
    client.force_login(reporter)
    assert client.get(address(article)).status_code == 200


def test_an_article_called_changes_keeps_its_address(read, newsroom):
    article = factories.ArticleFactory(public=True, title="Changes", text=OLD)
    factories.ArticleVersionFactory(article=article, text=NEW)

    assert article.get_absolute_url() == address(article, "")
    assert "2 claims" not in read(article.get_absolute_url()).words
    assert read(article.get_absolute_url()).main.all("h1")[0].text == "Changes"
    assert "What changed from version 1" in read(address(article)).words
