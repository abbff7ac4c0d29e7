"""An article as a browser shows and tells it: marks that are heard, notes that keep apart, addresses that lead."""

from __future__ import annotations

import os
import shutil

import pytest
from django.conf import settings

from tests import factories
from tests.engines import BROWSERS

BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")]

TEXT = (
    "The council met. The bridge cost four million, the mayor said, and it opened on Friday. Nobody was asked.\n\n"
    "On the day after the paper wrote of it.\n\n"
    + "\n\n".join(f"Paragraph {number} follows." for number in range(9))
)


@pytest.fixture
def article(newsroom):
    return factories.ArticleFactory(public=True, text=TEXT)


@pytest.fixture
def seen(client, tmp_path):
    """Return a function that opens an address of ours in a browser, and returns what `look(tab)` returns."""

    def opened(address, look, width=1280, **options):
        from playwright.sync_api import sync_playwright

        address, _, fragment = address.partition("#")
        shutil.copy(settings.BASE_DIR / "articles/static/articles/pages.css", tmp_path / "pages.css")
        file = tmp_path / "page.html"
        markup = client.get(address).content.decode()
        file.write_text(markup.replace("/static/articles/pages.css", "pages.css"), encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            tab = browser.new_context(viewport={"width": width, "height": 800}, **options).new_page()
            tab.goto(f"{file.as_uri()}#{fragment}")
            found = look(tab)
            browser.close()
        return found

    return opened


def mark(article, words, **facts):
    claim = factories.ClaimFactory(**facts)
    factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=words)
    return claim


def told(tab):
    """Return what the tree for screen readers says of the text, in order: words, links, begins and ends of marks."""
    nodes = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def within(node):
        role = node.get("role", {}).get("value")
        name = node.get("name", {}).get("value", "")
        if role == "link":
            yield f"[{name}]"
        elif role == "StaticText" and name.strip():
            yield name.strip()
        else:
            for child in node.get("childIds", ()):
                yield from within(by_id[child])

    (paragraph,) = [
        node
        for node in nodes
        if node.get("role", {}).get("value") == "paragraph"
        and "".join(within(node)).startswith("The council met")
    ]
    return list(within(paragraph))


def test_where_claims_begin_and_end_is_told_to_screen_readers(seen, article):
    mark(article, "The bridge cost four million", rating="contradicted")
    mark(article, "four million, the mayor said")

    assert seen(article.get_absolute_url(), told) == [
        "The council met.",
        "[Claim 1 begins: Contradicted]",
        "The bridge cost",
        "[Claim 2 begins: Open]",
        "four million",
        "end of claim 1",
        ", the mayor said",
        "end of claim 2",
        ", and it opened on Friday. Nobody was asked.",
    ]


def test_what_is_copied_is_the_text_of_record(seen, article):
    for words in ("The bridge cost four million", "four million, the mayor said", "four million", "million"):
        mark(article, words)

    def copied(tab):
        return tab.evaluate(
            "() => { getSelection().selectAllChildren(document.querySelector('.text'));"
            " return getSelection().toString() }"
        )

    assert seen(article.get_absolute_url(), copied) == TEXT.split("\n")[0]


def test_an_address_leads_to_folded_numbers_and_notes_too(seen, article):
    claims = [mark(article, "The bridge cost four million") for _ in range(12)]
    last = claims[-1].pk

    def number_seen(tab):
        return tab.locator(f"#claim-{last}").bounding_box()["width"] > 5 and tab.evaluate(
            "getComputedStyle(document.querySelector('.crowd')).backgroundColor"
        )

    def hidden(tab):
        return tab.locator(f"#note-{last}").is_visible()

    assert seen(f"{article.get_absolute_url()}#claim-{last}", number_seen) not in (False, "rgba(0, 0, 0, 0)")
    assert not seen(article.get_absolute_url(), hidden)
    assert seen(f"{article.get_absolute_url()}#note-{last}", hidden)


def test_numbers_and_notes_are_reached_by_keyboard(seen, article):
    claims = [mark(article, "The bridge cost four million") for _ in range(9)]

    def stops(tab):
        found = []
        for _ in range(60):
            tab.keyboard.press("Tab")
            found.append(tab.evaluate("document.activeElement.id || document.activeElement.className"))
            wide = tab.evaluate("document.activeElement.getBoundingClientRect().width")
            assert wide > 3, f"The focus cannot be seen on {found[-1]}."
        return found

    found = seen(article.get_absolute_url(), stops)
    assert [one for one in found if one.startswith("claim-")] == [f"claim-{claim.pk}" for claim in claims]


@pytest.mark.parametrize("width", [1280, 320])
def test_notes_keep_clear_of_each_other_and_of_the_text(seen, article, width):
    for word in (
        "The council",
        "met",
        "bridge",
        "cost",
        "four",
        "million",
        "mayor",
        "On the day",
        "paper",
        "Paragraph 0",
    ):
        mark(article, word, statement=f"{word}: " + "a long statement that takes up more than a line. " * 3)

    def boxes(tab):
        return tab.evaluate(
            """() => [...document.querySelectorAll('.reading .text, .notes')].map(one => {
                const box = one.getBoundingClientRect()
                return [one.className, box.left, box.top, box.right, box.bottom]
            })"""
        )

    found = seen(article.get_absolute_url(), boxes, width=width)
    for index, (name, left, top, right, bottom) in enumerate(found):
        assert right <= width
        for other, other_left, other_top, other_right, other_bottom in found[:index]:
            apart = left >= other_right or right <= other_left or top >= other_bottom or bottom <= other_top
            assert apart, f"{other} and {name} overlap at {top}"


def test_in_forced_colours_every_mark_keeps_its_line(seen, article):
    mark(article, "The bridge cost four million", rating="contradicted")
    mark(article, "four million", status="not_checkable")

    def lines(tab):
        return tab.evaluate(
            """() => [...document.querySelectorAll('.text .mark')].map(one => {
                const style = getComputedStyle(one)
                return [style.textDecorationLine, style.textDecorationStyle, style.backgroundColor]
            })"""
        )

    (outer, inner) = seen(article.get_absolute_url(), lines, forced_colors="active")
    assert (outer[0], inner[0]) == ("underline", "underline") and outer[1] != inner[1]
    assert outer[2] == inner[2] == "rgb(255, 255, 255)"
