"""The pages as a browser lays them out: narrow and wide, light and dark, with ordinary and with unruly words."""

from __future__ import annotations

import os
import shutil

import pytest
from django.conf import settings

from tests import factories, hostile
from tests.engines import BROWSERS

BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
WIDTHS = (320, 768, 1280)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")]


@pytest.fixture
def browser_pages(client, tmp_path):
    """Return a function that writes pages to files, styled, for a browser to open once the database is at rest."""

    def written(addresses):
        shutil.copy(settings.BASE_DIR / "articles/static/articles/pages.css", tmp_path / "pages.css")
        files = []
        for number, address in enumerate(addresses):
            markup = client.get(address).content.decode()
            file = tmp_path / f"{number}.html"
            file.write_text(markup.replace("/static/articles/pages.css", "pages.css"), encoding="utf-8")
            files.append((address, file.as_uri()))
        return files

    return written


def opened(files, check, **options):
    """Open each page at each width in both colour schemes, and return what `check(tab)` complains of."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                tab = browser.new_context(
                    viewport={"width": width, "height": 900}, color_scheme=scheme, **options
                ).new_page()
                for address, file in files:
                    tab.goto(file)
                    found += [f"{address} at {width}, {scheme}: {trouble}" for trouble in check(tab)]
        browser.close()
    return found


def too_wide(tab):
    """A page that scrolls sideways names the first element that sticks out."""
    width, inner = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if width > inner:
        sticking_out = """() => [...document.querySelectorAll('main *')].filter(
            one => one.getBoundingClientRect().right > window.innerWidth && !one.closest('.scroller')
        ).map(one => one.tagName + '.' + one.className)[0]"""
        yield f"{width} px wide because of {tab.evaluate(sticking_out)}"


def record(text):
    """Make one of everything that has a page, in these words, and return the addresses."""
    short = f"x {text}"[:90]
    article = factories.ArticleFactory(public=True, title=short, text=f"Begin {text} end.", publisher=short)
    claimant = factories.ClaimantFactory(name=short)
    claim = factories.ClaimFactory(statement=f"x {text}", rating="contradicted")
    other = factories.ClaimFactory(statement=f"y {text}", status="not_checkable", status_reason=f"x {text}")
    version = article.current_version
    for number in range(3):
        factories.AppearanceFactory(
            claim=(claim, other, factories.ClaimFactory())[number],
            article_version=version,
            words=version.text.strip(),
            attributions=[{"claimant": claimant}, {"described_as": short}],
        )
    factories.ClaimRelationFactory(first=other, second=claim)
    held = factories.SourceVersionFactory(
        source=factories.SourceFactory(title=short, kind="court_case", court=short),
        text=f"x {text}",
        seen_as=short,
    )
    evidence = [
        factories.EvidenceFactory(
            claim=claim, source_version=held, passage=f"x {text}", stance=stance, note=short
        )
        for stance in ("supports", "refutes", "context")
    ]
    factories.VerdictFactory(
        claim=claim, evidence=evidence, summary=short, reasoning=f"[1] [2] [3] {text}", rating="supported",
        correction_kind="affects_rating", correction_note=short,
    )  # fmt: skip
    things = [article, claim, other, claimant, held.source, claim.verdicts.first()]
    lists = [
        "/",
        "/claims/",
        "/articles/",
        "/sources/",
        "/corrections/",
        "/about/",
        "/nothing-here/",
        "/claims/?x=1",
    ]
    return [*(thing.get_absolute_url() for thing in things), *lists]


UNRULY = [
    one
    for one in hostile.LONG
    if one.name in ("ten_thousand_letters", "one_word_of_three_hundred", "ten_thousand_emoji")
]
SCRIPTS = [one for one in hostile.LETTERS if one.name in ("right_to_left", "combining_pile", "soft_hyphens")]


@pytest.mark.parametrize("text", [*hostile.each(UNRULY, SCRIPTS), pytest.param("a", id="one_letter")])
def test_no_words_make_a_page_scroll_sideways(newsroom, browser_pages, text):
    assert opened(browser_pages(record(text)), too_wide) == []


def test_nothing_to_mend_for_people_who_cannot_see_or_use_a_mouse(newsroom, browser_pages):
    from axe_playwright_python.sync_playwright import Axe

    def violations(tab):
        for one in Axe().run(tab).response["violations"]:
            yield f"{one['id']}: {one['nodes'][0]['html'][:200]}"

    # axe is a script, which the policy of our pages would not run; files have no policy.
    assert opened(browser_pages(record("The bridge cost four million dollars.")), violations) == []


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
