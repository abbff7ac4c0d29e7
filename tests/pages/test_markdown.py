"""Markdown of editors: what it may make, and what its citations lead to. No database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import ELEMENTS, to_html
from tests import hostile
from tests.pages.reading import Page


def elements(html: str) -> set[str]:
    return {element.name for element in Page(html).all()}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>\n"),
        ("# a\n\n###### b", "<h3>a</h3>\n<h6>b</h6>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("<b>a</b> & b", "<p>&lt;b&gt;a&lt;/b&gt; &amp; b</p>\n"),
    ],
)
def test_it_makes(text, html):
    assert to_html(text) == html


def links(html: str) -> list[tuple[str, str]]:
    return [(link.text, link.attributes.get("href", "")) for link in Page(html).all("a")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Yes [1], no [2].", [("[1]", "#evidence-1"), ("[2]", "#evidence-2")]),
        ("[1][2]", [("[1]", "#evidence-1"), ("[2]", "#evidence-2")]),
        ("**[1]**", [("[1]", "#evidence-1")]),
        ("[01]", [("[01]", "#evidence-1")]),
        ("[0] [3] [99999]", []),
        ("`[1]`\n\n    [1]", []),
        ("[see [1]](https://example.org/)", [("see [1]", "https://example.org/")]),
        ("[1]: https://evil.example/\n\n[1]", [("[1]", "#evidence-1"), ("[1]", "#evidence-1")]),
        ("[1](https://example.org/)", [("1", "https://example.org/")]),
        (r"\[1\]", [("[1]", "#evidence-1")]),
    ],
)
def test_citations_of_two_pieces_of_evidence(text, found):
    assert links(to_html(text, citations=2)) == found


def test_without_evidence_nothing_is_a_citation():
    assert links(to_html("[1]")) == []


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG))
def test_hostile_text_makes_nothing_else(text):
    page = Page(to_html(text, citations=2))

    assert not page.broken
    for element in page.all():
        assert element.name in ELEMENTS
        assert set(element.attributes) <= {"href", "rel", "start"}
        assert element.attributes.get("href", "#").startswith(
            ("#", "http://", "https://", "mailto:", "%", "www")
        )


@given(st.text(alphabet=st.sampled_from(list("[]()<>!*_`#&;:/\\\"' \n1ax")), max_size=80))
def test_whatever_is_written_makes_only_these_elements(text):
    assert elements(to_html(text, citations=1)) <= ELEMENTS
