"""A reader's walk in a real browser against a real server: front page, article, claim, source, correction, search.

SCREENSHOTS=folder keeps a picture of each page, as `make screenshots` does for README.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from articles.demo import prepare
from articles.models import Verdict
from tests import factories
from tests.api.served import served
from tests.browser.shelf import browser
from tests.committed import ROOT

pytestmark = pytest.mark.usefixtures("_needs_a_browser")

SIZES = {1280: 860, 320: 640}
# What a browser says of itself at the end of each step.
SIDEWAYS = """() => {
  // What the page clips counts.
  document.querySelectorAll('.masthead, main, .colophon').forEach(
      one => one.style.setProperty('overflow-x', 'visible'))
  return document.documentElement.scrollWidth - window.innerWidth
}"""
WALKS = [*product(SIZES, ("light", "dark"), (True, False))]


@dataclass
class Reader:
    """Somebody with a browser, who notes whatever goes wrong behind the page."""

    tab: Any
    site: str
    name: str
    keyboard: bool = False
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.tab.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.tab.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))
        self.tab.on("request", self._asked)
        self.tab.on("response", self._answered)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.wrong.append(f"asked somebody else: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    @property
    def path(self) -> str:
        return urlsplit(self.tab.url).path

    def follow(self, selector: str) -> None:
        """Go where the first link that fits leads, as a hand or as a keyboard would."""
        link = self.tab.locator(selector).first
        assert link.count(), f"{self.path} has no {selector}"
        if self.keyboard:
            self.reach(link)
            with self.tab.expect_navigation():
                self.tab.keyboard.press("Enter")
        else:
            link.click()

    def reach(self, thing: Any) -> None:
        """Press the tabulator until the keyboard is at it."""
        for _ in range(500):
            if thing.evaluate("one => one === document.activeElement"):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {thing}")

    def sees(self, step: str, *selectors: str) -> None:
        """The page stands, shows these things, and asked nobody else for anything."""
        self.tab.wait_for_load_state("networkidle")
        assert self.tab.locator("main h1").is_visible(), step
        for selector in selectors:
            assert self.tab.locator(selector).first.is_visible(), (
                f"{step}: no {selector} is seen at {self.tab.url}"
            )
        assert self.tab.evaluate(SIDEWAYS) <= 0, f"{step} scrolls sideways"
        assert self.wrong == [], step
        if folder := os.environ.get("SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.tab.screenshot(path=Path(folder) / f"{step}-{self.name}.png")


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo's record with a correction, served by a process of its own; yields its address."""
    with django_db_blocker.unblock(), django_db_setup.copy(tmp_path_factory.mktemp("site")) as database:
        prepare(ROOT / "seeds")
        last = Verdict.objects.current().order_by("pk").first()
        factories.VerdictFactory(
            claim=last.claim, rating=last.rating, summary=last.summary, reasoning=last.reasoning,
            evidence=[one.evidence for one in last.citations.order_by("position")],
            correction_kind="clarification", correction_note="The second sentence says more exactly what is meant.",
        )  # fmt: skip
        with served(database) as address:
            yield address, last.claim


@pytest.mark.parametrize(("width", "scheme", "scripts"), WALKS)
def test_a_reader_goes_from_the_front_page_to_what_they_came_for(site, width, scheme, scripts):
    address, claim = site
    # One of the eight has no mouse.
    keyboard = (width, scheme, scripts) == (1280, "dark", True)
    with browser() as opened:
        window = opened.new_context(
            viewport={"width": width, "height": SIZES[width]}, color_scheme=scheme, java_script_enabled=scripts,
            base_url=address,
        )  # fmt: skip
        name = f"{width}-{scheme}{'' if scripts else '-without-scripts'}"
        reader = Reader(window.new_page(), address, name, keyboard)
        try:
            walk(reader, claim)
        finally:
            window.close()


def walk(reader: Reader, claim: Any) -> None:
    reader.tab.goto("/")
    reader.sees("front", "header nav", "footer", "main a[href*='/claims/']", "input[name=q]")
    reader.follow("header a[href='/articles/']")
    reader.sees("articles", "main h1")
    reader.follow("main a[href^='/articles/']")
    reader.sees("article", ".mark", "a.number")
    reader.follow(f"main a[href*='/claims/{claim.pk}/']")
    reader.sees("claim", "main .rating", "h2", "main a[href*='/sources/']")
    reader.follow("main a[href*='/sources/']")
    reader.sees("source", "main a[href*='/claims/']")
    reader.follow("a[href='/corrections/']")
    reader.sees("corrections", f"main a[href*='/claims/{claim.pk}/']")
    reader.follow(f"main a[href*='/claims/{claim.pk}/']")
    reader.sees("corrected", "main .rating")
    box = reader.tab.locator("input[name=q]").first
    reader.reach(box) if reader.keyboard else box.click()
    reader.tab.keyboard.type("election")
    reader.tab.keyboard.press("Enter")
    reader.tab.wait_for_url("**/search/**")
    reader.sees("search", "main a[href*='/claims/']", "main mark")
