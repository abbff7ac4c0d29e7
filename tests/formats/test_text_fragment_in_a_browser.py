"""Whether a browser finds the very place that a link to words means, and no other that says the same."""

from __future__ import annotations

import html
import os
import shutil

import pytest

from articles.formats.text_fragment import link_to_words, text_fragment
from tests.engines import BROWSERS

BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")]

LONG = (
    "The bridge over the river cost the city four million dollars in all, which is one million more than planned, "
    "and it opened on a Friday in May."
)
#: Paragraphs of a page, and the words in one of them; "|" stands on both sides of the ones that are meant.
PLACES = {
    "one of three": [
        "It cost four million.",
        "They say it cost |four million| dollars.",
        "Four million, then.",
    ],
    "told by what follows": ["It cost four million euro.", "It cost |four million| dollars.", "x"],
    # Of a long one six words at each end are named: what begins with the same six would be taken for it.
    "long": ["The bridge over the river, they say.", f"|{LONG}|", "Nobody was asked."],
    "two paragraphs": ["So they say.", "|It cost four million.", "So they say.|", "It cost four million."],
    "in quotation marks": [
        "He said “it is done” at once.",
        "She said “|it is done|”, and left.",
        "It is done.",
    ],
    "with signs": [
        "A 50/50 chance & more, they-say.",
        "So: |a 50/50 chance & more, they-say|?",
        "100% sure.",
    ],
    "another script": ["他说桥花了四百万。", "她说|桥花了四百万|。", "没有人问。"],
    "from right to left": ["قال إن الجسر كلف أربعة.", "قالت |إن الجسر كلف أربعة| ملايين.", "لا."],
    "beyond the sixteen bits": [
        "\U0001f4d6 It opened.",
        "\U0001f309\U0001f309 |It opened| \U0001f309.",
        "It shut.",
    ],
    "inside a paragraph's words": [
        "The mayor spoke.",
        "Then |the mayor spoke, and| all went home.",
        "The end.",
    ],
}


@pytest.fixture(scope="module")
def tab():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 900, "height": 400})
        browser.close()


def led_to(tab, address, paragraphs):
    """Return the number of the paragraph that the browser shows at this address; -1 for the top of the page."""
    body = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    page = (
        '<!DOCTYPE html><meta charset="utf-8"><style>p { margin: 1500px 0 }</style>'
        f"<title>x</title><main>{body}</main>"
    )
    tab.goto("about:blank")
    tab.route("https://news.example/**", lambda route: route.fulfill(body=page, content_type="text/html"))
    tab.goto(address)
    tab.wait_for_timeout(200)
    shown = tab.evaluate(
        """() => scrollY === 0 ? -1 : [...document.querySelectorAll("p")].findIndex(one => {
            const at = one.getBoundingClientRect();
            return at.bottom > 0 && at.top < innerHeight;
        })"""
    )
    tab.unroute("https://news.example/**")
    return shown


@pytest.mark.parametrize("name", PLACES)
def test_the_browser_shows_the_place_that_is_meant(tab, name):
    marked = PLACES[name]
    before, exact, after = "\n\n".join(marked).split("|")
    paragraphs = [one.replace("|", "") for one in marked]
    meant = next(number for number, one in enumerate(marked) if "|" in one)

    address = link_to_words("https://news.example/bridge", exact, before, after)

    assert led_to(tab, address, paragraphs) == meant
    assert (
        led_to(tab, f"https://news.example/bridge#:~:{text_fragment('Nobody says this')}", paragraphs) == -1
    )
