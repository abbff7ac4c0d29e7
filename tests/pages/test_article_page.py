"""The page of an article: the text with its claims on it, as far as its rights allow."""

from __future__ import annotations

import pytest

from articles.models.language import language_name
from tests import factories
from tests.pages.reading import Page

TEXT = "Title line\n\nThe bridge cost four million. It opened on Friday.\n\nCredit: a photographer\n"


@pytest.fixture
def article(newsroom):
    return factories.ArticleFactory(public=True, title="The bill", text=TEXT)


def mark(article, words, **facts):
    """Mark words of the article as a new claim."""
    claim = factories.ClaimFactory(**facts)
    factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=words)
    return claim


def without_numbers(element):
    """Return the text of an element without the numbers of the claims in it."""
    if "number" in element.attributes.get("class", "").split():
        return ""
    return "".join(part if isinstance(part, str) else without_numbers(part) for part in element.inside)


def score(page):
    return [" ".join(row.text.split()) for row in page.main.all("section", class_="score")[0].all("li")]


def test_it_underlines_the_words_of_each_claim_by_its_status(read, article):
    checked = mark(article, "The bridge cost four million.", rating="contradicted")
    mark(article, "four million", status="not_checkable")

    page = read(article.get_absolute_url())

    (text,) = [one for one in page.main.all("p", class_="text") if "four" in one.text]
    for look, words in (("is-false", "The bridge cost four million."), ("is-not_checkable", "four million")):
        marks = [one for one in text.all("mark") if look in one.attributes["class"]]
        assert "".join(without_numbers(one) for one in marks) == words
    number = page.one("a", id=f"claim-{checked.pk}")
    assert number.attributes["href"] == f"#note-{checked.pk}"
    assert number.attributes["aria-label"] == "Claim 1 begins: Contradicted"
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

    # One line for each list: what is open and what is being checked are on the same one.
    assert score(page) == ["2 Supported", "1 Contradicted", "2 No verdict yet", "1 Not checkable"]
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
    assert "publisher unknown published unknown" in read(article.get_absolute_url()).words


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


def test_each_count_leads_to_the_claims_it_counts(read, client, article):
    mark(article, "The bridge", rating="contradicted", statement="Wrong.")
    mark(article, "four million", statement="Waiting.")

    page = read(article.get_absolute_url())

    links = [one.attributes["href"] for one in page.main.all("section", class_="score")[0].all("a")]
    assert links == [
        f"/claims/?article={article.pk}&rating=contradicted", f"/claims/?article={article.pk}&status=open"
    ]  # fmt: skip
    for link, listed, other in zip(links, ("Wrong.", "Waiting."), ("Waiting.", "Wrong."), strict=True):
        words = read(link).words
        assert listed in words and other not in words


def test_it_says_what_nobody_has_looked_at(read, article):
    text = article.current_version.text
    version = article.current_version
    factories.BlockFactory(article_version=version, role="title", start=0, end=len("Title line"))
    factories.BlockFactory(
        article_version=version, role="credit", start=text.index("Credit"), end=len(text.rstrip())
    )
    mark(article, "four million")
    mark(article, "The bridge", status="not_checkable")

    words = read(article.get_absolute_url()).words

    assert "Of its 2 sentences, 1 carry a claim that we marked." in words
    assert "In 1 nobody has marked one. We have not checked that sentence; it may be right or wrong." in words
    assert "1 claim has no verdict yet." in words
    assert (
        "2 lines that are no sentences of the author's, such as titles and captions, are not counted."
        in words
    )


def test_a_text_without_claims_says_so(read, article):
    page = read(article.get_absolute_url())

    assert "0 claims in this text" in page.words and "No claim is marked in this text yet." in page.words
    assert "Of its 4 sentences, 0 carry a claim that we marked. In 4 nobody has marked one." in page.words
    assert "has a verdict" not in page.words


def test_an_older_version_says_that_it_is_one_and_what_has_changed_since(read, article):
    factories.ArticleVersionFactory(article=article, text="Now it reads so.")

    (banner,) = read(f"{article.get_absolute_url()}?version=1").main.all("div", class_="banner")

    assert (
        "You are reading version 1 of this text." in banner.text and "the newest is version 2" in banner.text
    )
    assert [link.attributes["href"] for link in banner.all("a")] == [
        article.get_absolute_url(), f"/articles/{article.pk}/changes/?from=1&to=2"
    ]  # fmt: skip
    assert not read(article.get_absolute_url()).main.all("div", class_="banner")


def test_where_a_claim_ends_is_said_and_not_copied(read, article):
    mark(article, "The bridge cost four million.")
    for _ in range(3):
        mark(article, "four million.")

    page = read(article.get_absolute_url())

    (text,) = [one for one in page.main.all("p", class_="text") if "four" in one.text]
    ends = [(one.attributes["data-spoken"], one.text) for one in text.all("span", class_="spoken")]
    assert ends == [("end of claims 1–4", "")]


def test_many_claims_at_one_place_fold_their_numbers_and_their_notes(read, article):
    claims = [mark(article, "The bridge cost four million.") for _ in range(20)]

    page = read(article.get_absolute_url())

    (text,) = [one for one in page.main.all("p", class_="text") if "four" in one.text]
    assert len(text.all("a", class_="number")) == 21
    assert len(text.all("a", class_="folded")) == 15
    (more,) = text.all("a", class_="more")
    assert more.text == "+15" and more.attributes["aria-label"] == "+15: 15 more claims begin here"
    notes = page.one("div", id=more.attributes["href"][1:])
    assert notes.all("summary")[0].text == "14 more claims that begin here"
    for claim in claims:
        assert page.one("a", id=f"claim-{claim.pk}") and notes.all("li", id=f"note-{claim.pk}")


def test_it_says_what_it_is_to_programs(read, article):
    page = read(article.get_absolute_url())

    (address,) = page.all("meta", property="og:url")
    assert address.attributes["content"].endswith(article.get_absolute_url())
    (json,) = page.all("link", type="application/json")
    assert json.attributes["href"] == f"/api/v1/articles/{article.pk}/"
    (description,) = [one for one in page.all("meta") if one.attributes.get("name") == "description"]
    assert description.attributes["content"].startswith("The bill: the text with 0 claims in it")


def test_its_provenance_names_language_hash_and_last_entry(read, newsroom):
    article = factories.ArticleFactory(
        public=True, language="es-MX", text="Uno.", url="https://paper.example/uno"
    )

    page = read(article.get_absolute_url())

    assert "Mexican Spanish es-MX" in page.words
    assert f"SHA-256 of this text{article.current_version.sha256}" in page.words
    article.refresh_from_db()
    assert f"entry no. {article.public_seq} of the record" in page.words
    assert "https://paper.example/uno" in [link.attributes.get("href") for link in page.main.all("a")]


@pytest.mark.parametrize(
    ("tag", "words"),
    [("en", "English"), ("zh-Hant", "Traditional Chinese"), ("tlh", "tlh"), ("de-CH", "German")],
)
def test_a_language_is_named_in_words(tag, words):
    assert language_name(tag) == words


def test_what_is_ours_in_a_text_from_right_to_left_reads_as_ours(read, newsroom):
    article = factories.ArticleFactory(
        public=True, language="he", text="\u05e7\u05d5 \u05d4\u05d2\u05e9\u05e8."
    )
    claim = mark(article, "\u05e7\u05d5")

    page = read(article.get_absolute_url())

    assert page.main.all("p", class_="text")[0].attributes["dir"] == "auto"
    number = page.one("a", id=f"claim-{claim.pk}")
    assert (number.attributes["lang"], number.attributes["dir"]) == ("en", "ltr")


def test_every_count_leads_somewhere_also_at_the_desk(client, article, reporter):
    mark(article, "The bridge", rating="supported")
    for words, status in (
        ("cost", "checking"),
        ("four", "not_checkable"),
        ("million", "dismissed"),
        ("It", "open"),
    ):
        mark(article, words, status=status)
    client.force_login(reporter)

    page = Page(client.get(article.get_absolute_url()).content.decode())

    links = [one.attributes["href"] for one in page.main.all("section", class_="score")[0].all("a")]
    # What was dismissed is on no list.
    assert sorted(link.partition("&")[2] for link in links) == [
        "rating=supported", "status=not_checkable", "status=open"
    ]  # fmt: skip
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_claim_in_another_language_than_the_text_says_so(read, article):
    mark(article, "The bridge", language="de")
    mark(article, "four million")

    rows = read(article.get_absolute_url()).main.all("ol", class_="claim-list")[0].all("li")

    assert ["worded in German" in row.text for row in rows] == [True, False]


def test_an_article_at_the_desk_alone_shows_its_claims_to_the_desk(client, newsroom, reporter):
    article = factories.ArticleFactory(text=TEXT, rights="none")
    mark(article, "four million", status="dismissed", statement="Only here.")

    assert client.get(article.get_absolute_url()).status_code == 404
    client.force_login(reporter)
    words = Page(client.get(article.get_absolute_url()).content.decode()).words
    assert "Only here." in words and "not public: dismissed" in words
