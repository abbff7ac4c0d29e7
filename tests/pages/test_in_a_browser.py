"""The pages as a browser lays them out: narrow and wide, light and dark, with ordinary and with unruly words."""

from __future__ import annotations

import pytest

from tests import factories, hostile
from tests.browser.shelf import BROWSER, HOST, Shelf, browser, tab
from tests.pages.everything import everything, five_hundred_appearances

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")]

WIDTHS = (320, 768, 1280)
# Words that lie over other words: blocks beside or below each other whose letters share room.
OVERLAPPING = """() => {
  const found = []
  const boxes = new Map()
  const box = one => boxes.get(one) ?? (boxes.set(one, one.getBoundingClientRect()), boxes.get(one))
  for (const parent of document.querySelectorAll('main, main *:not(svg):not(svg *)')) {
    const blocks = [...parent.children].filter(one =>
      !['inline', 'none', 'contents'].includes(getComputedStyle(one).display)
      && !['absolute', 'fixed'].includes(getComputedStyle(one).position) && one.textContent.trim())
    for (let at = 1; at < blocks.length && found.length < 3; at++) {
      const one = box(blocks[at - 1]), other = box(blocks[at])
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left)
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
      const [first, second] = [blocks[at - 1], blocks[at]].map(block => block.outerHTML.slice(0, 80))
      if (wide > 2 && high > 2) found.push(`${first} lies over ${second}`)
    }
  }
  return found
}"""


@pytest.fixture
def browser_pages(client):
    """Return a function that fetches pages for a browser to open once the database is at rest."""

    def fetched(addresses):
        shelf = Shelf()
        for address in addresses:
            shelf.add(address, client)
        return shelf

    return fetched


def opened(shelf, check, widths=WIDTHS, schemes=("light", "dark"), **options):
    """Open each page at each width in these colour schemes, and return what `check(tab)` complains of."""
    found = []
    with browser() as chromium:
        for scheme in schemes:
            for width in widths:
                with tab(chromium, shelf, width=width, color_scheme=scheme, **options) as page:
                    for address in shelf.answers:
                        page.goto(HOST + address)
                        found += [f"{address} at {width}, {scheme}: {trouble}" for trouble in check(page)]
    return found


# What the page clips counts, but for marks piled on a letter: what no font has cannot be broken.
WIDTHS_OF_BOTH = """() => {
  if (!/\\p{M}{30}/u.test(document.body.textContent)) {
    document.querySelectorAll('.masthead, main, .colophon').forEach(
      one => one.style.setProperty('overflow-x', 'visible'))
  }
  return [document.documentElement.scrollWidth, window.innerWidth]
}"""


def illegible(page):
    """A page that scrolls sideways names the first element that sticks out; then what lies over something else."""
    width, inner = page.evaluate(WIDTHS_OF_BOTH)
    if width > inner:
        sticking_out = """() => [...document.querySelectorAll('body *')].filter(
            one => one.getBoundingClientRect().right > window.innerWidth && !one.closest('.scroller')
        ).map(one => one.tagName + '.' + one.className)[0]"""
        yield f"{width} px wide because of {page.evaluate(sticking_out)}"
    yield from page.evaluate(OVERLAPPING)


UNRULY = [
    one
    for one in hostile.LONG
    if one.name in ("ten_thousand_letters", "one_word_of_three_hundred", "ten_thousand_emoji")
]
SCRIPTS = [one for one in hostile.LETTERS if one.name in ("right_to_left", "combining_pile", "soft_hyphens")]


@pytest.mark.parametrize("text", [*hostile.each(UNRULY, SCRIPTS), pytest.param("a", id="one_letter")])
def test_no_words_make_a_page_illegible(newsroom, browser_pages, text):
    # Colours move nothing.
    shelf = browser_pages([*everything(text).addresses(), "/nothing-here/"])
    found = opened(shelf, illegible, schemes=["light"])
    assert found == [], "\n".join(found)


def test_nor_do_five_hundred_places_in_an_article(newsroom, browser_pages):
    article, claim = five_hundred_appearances()
    shelf = browser_pages([article.get_absolute_url(), claim.get_absolute_url()])
    found = opened(shelf, illegible, schemes=["light"])
    assert found == [], "\n".join(found)


def test_without_scripts_each_number_leads_to_its_note_and_back(newsroom, browser_pages):
    article = factories.ArticleFactory(public=True)
    claim = factories.ClaimFactory()
    factories.AppearanceFactory(claim=claim, article_version=article.current_version)
    files = browser_pages([article.get_absolute_url()])

    def walk(tab):
        tab.click(f"#claim-{claim.pk}")
        if not tab.locator(f"#note-{claim.pk}:target").is_visible():
            yield "the number does not lead to its note"
        tab.click(f"#note-{claim.pk} .back")
        if not tab.locator(f"#claim-{claim.pk}:target").is_visible():
            yield "the note does not lead back"

    assert opened(files, walk, java_script_enabled=False) == []
