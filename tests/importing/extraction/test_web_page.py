from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.extraction import web_page
from articles.importing.extraction.extracted import Declared, Extracted, ExtractionError
from articles.importing.extraction.web_page import extract
from articles.importing.text import read_text
from articles.vocabulary import BlockRole
from tests.pace import within

FIRST = (
    "The town’s bakers won the regional prize for the third year running, the organisers of the fair said. "
    "More than forty loaves were judged by their crust, their crumb and their scent."
)
LAST = "The next fair is held in the autumn and is open to all bakers within the county, whatever they bake."


def page(body: str, head: str = "", before: str = "", after: str = "") -> bytes:
    """Return a page whose article has a first and a last paragraph around what is given."""
    return (
        f"<!DOCTYPE html><html lang='en-GB'><head><title>Prize – The Loaf</title>{head}</head><body>{before}"
        f"<article><p>{FIRST}</p>{body}<p>{LAST}</p></article>{after}</body></html>"
    ).encode()


def inner(body: str) -> tuple[str, Extracted]:
    """Return what is read of a body between the first and the last paragraph, and all that was read."""
    read = extract(page(body))
    assert read.text.startswith(FIRST) and read.text.endswith(LAST)
    return read.text[len(FIRST) : -len(LAST)].strip("\n"), read


def blocks(read: Extracted) -> list[tuple[str, str, str | None]]:
    return [
        (
            block.role.value,
            read.text[block.start : block.end],
            block.said_by.of(read.text) if block.said_by else None,
        )
        for block in read.blocks
    ]


def linked(**fields: Any) -> str:
    data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle"} | fields)
    return f'<script type="application/ld+json">{data}</script>'


def declared(head: str, body: str = "") -> Extracted:
    return extract(page(body, head))


def test_the_article_is_read_without_what_stands_around_it() -> None:
    read = extract(
        page(
            "<p>Second paragraph, with a <a href='/x'>link</a> and <b>bold</b> words.</p>",
            before="<nav><ul><li><a href='/'>Home</a></li></ul></nav><header>The Loaf</header>",
            after="<aside>Related: other stories</aside>"
            "<div id='comments'><p>First! Great bread, says a reader.</p></div>"
            "<footer>Copyright The Loaf</footer><script>track()</script>",
        )
    )

    assert read.text == f"{FIRST}\n\nSecond paragraph, with a link and bold words.\n\n{LAST}"
    assert read.method.startswith("trafilatura 2.")
    assert (read.blocks, read.notes) == ((), ())


def test_headings_lists_and_tables_keep_their_order_and_have_their_roles() -> None:
    text, read = inner(
        "<h2>Who else won</h2>"
        "<ul><li>The rye of the mill, a loaf of two kilos</li><li>The roll of the corner shop</li></ul>"
        "<p>The winners of the past years were these, as far as is known:</p>"
        "<table><tr><th>Year</th><th>Winner</th></tr><tr><td>2022</td><td>The mill</td></tr></table>"
    )

    assert text == (
        "Who else won\n\nThe rye of the mill, a loaf of two kilos\nThe roll of the corner shop\n\n"
        "The winners of the past years were these, as far as is known:\n\nYear\tWinner\n2022\tThe mill"
    )
    assert blocks(read) == [
        ("heading", "Who else won", None),
        ("list_item", "The rye of the mill, a loaf of two kilos", None),
        ("list_item", "The roll of the corner shop", None),
        ("table", "Year\tWinner\n2022\tThe mill", None),
    ]


def test_the_first_heading_is_the_title() -> None:
    read = extract(page("").replace(b"<article>", b"<article><h1>Bakers win a prize</h1>"))

    assert blocks(read) == [("title", "Bakers win a prize", None)]


QUOTED = "<p>It had a crust that sang when it cooled.</p><p>We have not seen better.</p>"
QUOTE_TEXT = "It had a crust that sang when it cooled.\n\nWe have not seen better."


@pytest.mark.parametrize(
    ("markup", "label", "name"),
    [
        (
            f"<blockquote>{QUOTED}<footer>— Bea Miller, head judge</footer></blockquote>",
            "— Bea Miller, head judge",
            "Bea Miller",
        ),
        (f"<blockquote>{QUOTED}<cite>Bea Miller</cite></blockquote>", "Bea Miller", "Bea Miller"),
        (
            f"<blockquote>{QUOTED}<footer>— Bea Miller in <cite>A Book of Loaves</cite></footer></blockquote>",
            "— Bea Miller in A Book of Loaves",
            "Bea Miller",
        ),
        (
            f"<blockquote>{QUOTED}<p>— <cite>Bea Miller (judge)</cite></p></blockquote>",
            "— Bea Miller (judge)",
            "Bea Miller",
        ),
        (
            f"<figure><blockquote>{QUOTED}</blockquote><figcaption>Bea Miller, judge</figcaption></figure>",
            "Bea Miller, judge",
            "Bea Miller",
        ),
    ],
)
def test_a_quotation_is_said_by_whom_its_markup_names(markup: str, label: str, name: str) -> None:
    text, read = inner(markup)

    assert text == f"{QUOTE_TEXT}\n\n{label}"
    assert blocks(read) == [
        ("quotation", "It had a crust that sang when it cooled.", name),
        ("quotation", "We have not seen better.", name),
        ("attribution_label", label, None),
    ]


def test_a_signature_within_the_only_paragraph_names_the_speaker_too() -> None:
    _, read = inner(
        "<blockquote>Nobody can live on rye alone, my grandmother said. — <cite>Bea Miller</cite></blockquote>"
    )

    ((role, _, said_by),) = blocks(read)
    assert (role, said_by) == ("quotation", "Bea Miller")


def test_a_work_named_in_the_midst_of_a_quotation_is_not_the_speaker() -> None:
    _, read = inner(
        "<blockquote><p>I read <cite>A Book of Loaves</cite> twice, and then once more.</p></blockquote>"
    )

    assert [said_by for _, _, said_by in blocks(read)] == [None]


def test_a_caption_is_kept_where_it_stands() -> None:
    text, read = inner(
        "<figure><img src='a.jpg' alt='x'><figcaption>The loaf. Photo: A. Crust</figcaption></figure>"
    )

    assert text == "The loaf. Photo: A. Crust"
    assert blocks(read) == [("caption", text, None)]


def test_line_breaks_stay_and_two_of_them_end_a_paragraph() -> None:
    text, _ = inner("<p>First line of it,<br>second line of it.<br><br>Another\n paragraph   entirely.</p>")

    assert text == "First line of it,\nsecond line of it.\n\nAnother paragraph entirely."

    text, _ = inner(
        "<div>One of <b>some</b> loose words<br> <br>and <i>another</i> of<br><br>them here.</div>"
    )
    assert text == "One of some loose words\n\nand another of\n\nthem here."

    text, _ = inner(
        "<p>One of <b>some</b> words<br> <br>and <i>another</i> of<br><br><br>them <b>here</b>.</p>"
    )
    assert text == "One of some words\n\nand another of\n\nthem here."


def test_quotation_marks_that_a_browser_adds_are_written() -> None:
    text, _ = inner("<p>She called it <q>a <i>fine</i> loaf</q> and <q>“the best”</q>, of all.</p>")

    assert text == "She called it “a fine loaf” and “the best”, of all."


def test_characters_are_those_of_the_record() -> None:
    text, read = inner(
        "<p>Cafe&#x301; &amp; Söhne &ldquo;fine&rdquo; &#8212; 1&nbsp;kg "
        "&#xD800;&#7;&#1114112;&#146; &lt;b&gt; 🍞 of rye and of oats.</p>"
    )

    assert text.startswith("Café & Söhne “fine” — 1 kg ’ ")
    assert text.endswith("<b> 🍞 of rye and of oats.")
    assert read_text(read.text.encode()).text == read.text


@pytest.mark.parametrize(
    ("data", "charset", "warned"),
    [
        (page("Ä – ž").replace(b"<head>", b"<head><meta charset=utf-8>"), None, False),
        (
            page("Ä").decode().replace("<head>", "<head><meta charset='ISO-8859-1'>").encode("cp1252"),
            None,
            False,
        ),
        (
            page("Ä")
            .decode()
            .replace("<head>", "<head><meta http-equiv=x content='a; charset=windows-1250'>")
            .encode("cp1250"),
            None,
            False,
        ),
        (b"\xef\xbb\xbf" + page("Ä"), None, False),
        (page("Ä").decode().encode("utf-16"), None, False),
        (page("Ä"), None, False),
        (page("Ä").decode().encode("cp1252"), None, True),
        (page("Ä").decode().encode("cp1252"), "iso-8859-1", False),
        (page("Ä").decode().replace("<head>", "<head><meta charset=utf-16>").encode(), None, False),
        (page("Ä").decode().replace("<head>", "<head><meta charset=nonsense>").encode(), None, True),
        (page("Ä").decode().replace("<head>", "<head><meta charset=hex>").encode(), None, True),
        (
            page("Ä " * 200).decode().replace("<head>", "<head><meta charset=us-ascii>").encode("cp1252"),
            None,
            False,
        ),
        (
            page("Ä " * 200).decode().replace("<head>", "<head><meta charset=utf-8>").encode("cp1252"),
            None,
            True,
        ),
    ],
)
def test_the_charset_is_the_declared_one(data: bytes, charset: str | None, warned: bool) -> None:
    read = extract(data, charset)

    assert "Ä" in read.text and "’" in read.text
    assert bool(read.notes) == warned


def test_a_few_broken_bytes_are_shown_and_told() -> None:
    data = page("<p>A loaf of rye@bread.</p>" + "<p>More words of the same kind.</p>" * 100).replace(
        b"@", b"\xe9"
    )

    read = extract(data.replace(b"<head>", b"<head><meta charset=utf-8>"))

    assert "rye\ufffdbread" in read.text
    assert read.notes == ("1 place of the page is not in its charset, “utf-8”; it shows as U+FFFD.",)


@pytest.mark.parametrize("charset", ["utf-8", "nonsense"])
def test_a_page_that_is_not_in_the_charset_a_server_named_is_refused(charset: str) -> None:
    with pytest.raises(ExtractionError, match="charset"):
        extract(page("Ä").decode().encode("cp1252"), charset)


@pytest.mark.parametrize(
    ("head", "value", "where"),
    [
        (linked(headline="Prize &amp; bread"), "Prize &amp; bread", "JSON-LD"),
        ("<meta property='og:title' content='  A\n prize '>", "A prize", "“og:title”"),
        ("", "Prize – The Loaf", "title element"),
        (linked(headline="A") + "<meta property='og:title' content='B'>", "A", "JSON-LD"),
    ],
)
def test_the_title_is_the_declared_one(head: str, value: str, where: str) -> None:
    title = declared(head).title

    assert title is not None
    assert title.value == value
    assert where in title.basis


@pytest.mark.parametrize(
    ("head", "value"),
    [
        (linked(author={"@type": "Person", "name": "Ann Crumb"}), "Ann Crumb"),
        (
            linked(author=[{"name": "Ann Crumb"}, {"name": "Bea Miller"}, {"name": "Ann Crumb"}]),
            "Ann Crumb, Bea Miller",
        ),
        (linked(author="Ann Crumb"), "Ann Crumb"),
        (linked(author=["Ann Crumb", {"name": ["Bea Miller"]}]), "Ann Crumb, Bea Miller"),
        ("<meta name='Author' content='Ann Crumb'>", "Ann Crumb"),
        (
            "<meta property='article:author' content='https://loaf.example/ann'><meta name=byl content='Ann'>",
            "Ann",
        ),
        ("<meta property='article:author' content='https://loaf.example/ann'>", None),
        (linked(author="https://loaf.example/ann"), None),
        ("", None),
    ],
)
def test_the_byline_is_the_declared_one_and_no_address(head: str, value: str | None) -> None:
    byline = declared(head, "<p class=byline>By Somebody Else</p>").byline

    assert (byline.value if byline else None) == value


def test_linked_data_is_followed_through_its_graph_and_not_into_related_articles() -> None:
    graph = [
        {"@type": "Organization", "@id": "#us", "name": "The Loaf"},
        {"@type": "WebPage", "headline": "A page", "datePublished": "2020-01-01"},
        {
            "@type": ["ReportageNewsArticle"],
            "headline": "The prize",
            "publisher": {"@id": "#us"},
            "author": {"@id": "#nobody"},
            "hasPart": {"@type": "NewsArticle", "headline": "Related"},
        },
    ]
    head = linked(**{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Other"}]})

    read = declared(head + f"<script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>")

    assert read.title is not None and read.title.value == "The prize"
    assert read.publisher is not None and read.publisher.value == "The Loaf"
    assert (read.byline, read.published) == (None, None)


@pytest.mark.parametrize(
    "script",
    ["", "{", "[" * 50_000, "null", "[1, [2, null]]", '{"@type": 3, "headline": {"a": 1}}', '{"@type": []}'],
)
def test_linked_data_that_cannot_be_read_is_passed_over(script: str) -> None:
    read = declared(f"<script type='application/ld+json'>{script}</script>")

    assert read.title is not None and read.title.value == "Prize – The Loaf"


@pytest.mark.parametrize(
    ("head", "body", "day", "basis"),
    [
        (
            linked(datePublished="2024-05-06T23:30:00-04:00"),
            "",
            "2024-05-06",
            "JSON-LD says so, under “datePublished”: “2024-05-06T23",
        ),
        (
            "<meta property='article:published_time' content='2024-05-06T01:00Z'>",
            "",
            "2024-05-06",
            "“article:published_time” says so: “2024",
        ),
        ("<meta name='DC.date.issued' content='2024-05-06'>", "", "2024-05-06", "“dc.date.issued”"),
        ("<meta itemprop='datePublished' content='20240506'>", "", "2024-05-06", "“datepublished”"),
        (
            "",
            "<time itemprop='datePublished' datetime='2024-05-06'>6 May</time>",
            "2024-05-06",
            "time element “datePublished”",
        ),
        (
            "",
            "<time class='entry-date published' datetime='2024-05-06T10:00'>6 May</time>",
            "2024-05-06",
            "“entry-date published”",
        ),
    ],
)
def test_the_day_of_publishing_is_the_declared_one_with_its_basis(
    head: str, body: str, day: str, basis: str
) -> None:
    read = declared(head, body)

    assert read.published is not None
    assert read.published.value == day
    assert basis in read.published.basis
    assert read.facts["published_earliest"] == read.facts["published_latest"] == day
    assert read.facts["published_basis"] == read.published.basis


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<p>Published on 6 May 2024 in the morning.</p>"),
        ("<link rel=canonical href='https://loaf.example/2024/05/06/prize'>", ""),
        ("<meta name=date content='6 May 2024'>", ""),
        ("<meta name=date content='2024-13-40'>", ""),
        ("<meta name=date content='2024-05'>", ""),
        (linked(dateModified="2024-05-06"), ""),
        ("<meta property='article:modified_time' content='2024-05-06'>", ""),
        ("", "<p>The prize of <time datetime='2024-05-06'>6 May</time> was the third of its kind.</p>"),
        ("", "<time class='updated published' datetime='2024-05-06'>6 May</time>"),
    ],
)
def test_no_day_of_publishing_is_guessed(head: str, body: str) -> None:
    assert declared(head, body).published is None


def test_a_date_that_names_no_day_and_two_that_differ_are_told() -> None:
    (note,) = declared("<meta name=date content='6 May 2024'>").notes
    assert note.startswith("The date “6 May 2024” was left out: it names no day.")

    read = declared(linked(datePublished="2024-05-06") + "<meta name=date content='2024-05-07'>")
    assert read.published is not None and read.published.value == "2024-05-06"
    assert read.notes[0].startswith("The page declares two days of publishing.")


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel='canonical' href='https://loaf.example/prize'>", "https://loaf.example/prize"),
        ("<meta property='og:url' content='https://loaf.example/a'>", "https://loaf.example/a"),
        (linked(url="https://loaf.example/b"), "https://loaf.example/b"),
        (
            linked(mainEntityOfPage={"@type": "WebPage", "@id": "https://loaf.example/c"}),
            "https://loaf.example/c",
        ),
        ("<base href='https://evil.example/'><link rel='canonical' href='/prize'>", None),
        ("<link rel='canonical' href='javascript:alert(1)'>", None),
        ("<link rel='canonical' href='https://[bad'>", None),
        ("", None),
    ],
)
def test_the_address_is_the_declared_whole_one(head: str, url: str | None) -> None:
    read = declared(head)

    assert (read.url.value if read.url else None) == url


@pytest.mark.parametrize(
    ("html", "head", "language"),
    [
        ("<html lang='en-GB'>", "", "en-GB"),
        ("<html>", "<meta property='og:locale' content='de_AT'>", "de-AT"),
        ("<html>", linked(inLanguage="fr"), "fr"),
        ("<html lang='not a language'>", "", None),
        ("<html>", "", None),
    ],
)
def test_the_language_is_the_declared_one(html: str, head: str, language: str | None) -> None:
    data = page("", head).decode().replace("<html lang='en-GB'>", html)

    found = extract(data.encode()).language

    assert (found.value if found else None) == language


def test_declared_values_are_one_visible_line_of_bounded_length() -> None:
    title = declared(linked(headline="a\u202eb\n\tc\x1b" + "x" * 2_000)).title

    assert title is not None
    assert title.value.startswith("a b c x")
    assert len(title.value) == 500


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "holds no web page that can be read"),
        (b"<html></html>", "No article was found"),
        (
            b"<html><body><script>" + b"var a = 1;" * 10_000 + b"</script></body></html>",
            "No article was found",
        ),
        (b"<html><frameset cols='1,2'><frame src='a'><frame src='b'></frameset></html>", "only holds frames"),
        (b"<div>" * 100_000 + b"words" + b"</div>" * 100_000, "holds no web page"),
        (bytes(range(256)) * 100, "The page is neither UTF-8"),
        (b" " * 10_000_001, "at most 10,000,000 are read"),
    ],
)
def test_what_holds_no_article_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ExtractionError, match=sentence):
        extract(data)


def test_a_text_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "MAX_BYTES", 100)

    with pytest.raises(ExtractionError, match="too long for one text"):
        extract(page(""))


def test_little_text_is_told() -> None:
    read = extract(b"<html><head><title>x</title></head><body><p>Please enable scripts.</p></body></html>")

    assert read.text == "Please enable scripts."
    assert read.notes == (
        "Only 22 characters of text were found in the page: look whether its article is among them.",
    )


@pytest.mark.parametrize(
    "body",
    [
        "<b>" * 20_000,
        "<blockquote><p>a</p><footer>b</footer></blockquote>" * 500,
        "<p>" + "x<br>" * 5_000,
        "<p>" + "<q>x" * 3_000,
        "<ul><li>" * 5_000,
        "<table><tr><td>" * 3_000,
        "<p " + "a=1 " * 50_000 + ">",
        "&amp;" * 20_000,
    ],
)
def test_hostile_markup_takes_little_time(body: str) -> None:
    with within(3):
        try:
            extract(page(body))
        except ExtractionError:
            pass


def test_the_way_between_processes_changes_nothing() -> None:
    read = extract(
        page(f"<blockquote>{QUOTED}<cite>Bea Miller</cite></blockquote>", linked(author="Ann Crumb"))
    )

    assert Extracted.from_plain(json.loads(json.dumps(read.to_plain()))) == read


def test_mending_moves_the_blocks_with_their_words() -> None:
    data = page(
        "<h2>The cafÃ© â€“ again</h2><blockquote><p>It doesnâ€™t rain.</p><cite>RenÃ©e Miller</cite></blockquote>"
    )
    read = extract(data)

    mended = read.mended()

    assert blocks(mended) == [
        ("heading", "The café – again", None),
        ("quotation", "It doesn’t rain.", "Renée Miller"),
        ("attribution_label", "Renée Miller", None),
    ]
    assert mended.notes[-1].startswith("4 places look like UTF-8 read as")
    assert mended.mended() is mended
    assert unicodedata.is_normalized("NFC", mended.text)


tags = st.sampled_from(
    [
        "p",
        "b",
        "i",
        "q",
        "br",
        "h1",
        "h2",
        "ul",
        "li",
        "ol",
        "table",
        "tr",
        "td",
        "blockquote",
        "cite",
        "footer",
        "figure",
        "figcaption",
        "article",
        "div",
        "span",
        "a",
        "pre",
        "code",
    ]
)
markup = st.lists(
    st.one_of(
        tags.map("<{}>".format), tags.map("</{}>".format), st.text(max_size=12), st.just("More words of it.")
    ),
    max_size=40,
).map("".join)


@given(markup)
@settings(max_examples=60, deadline=None)
def test_any_markup_gives_a_text_of_record_with_its_blocks_in_order(body: str) -> None:
    try:
        read = extract(page(body))
    except ExtractionError as error:
        assert str(error).endswith(".")
        return
    assert read_text(read.text.encode("utf-8"), "utf-8").text == read.text
    assert read.text == read.text.strip()
    end = 0
    for block in read.blocks:
        assert end <= block.start < block.end <= len(read.text)
        assert block.role is not BlockRole.PARAGRAPH or "<pre" in body or "<code" in body
        assert block.said_by is None or block.said_by.of(read.text).strip()
        end = block.end


def test_a_declared_fact_is_a_value_and_its_basis() -> None:
    assert declared("").title == Declared(
        "Prize – The Loaf", "The page's title element says so; it may hold the name of the site."
    )
