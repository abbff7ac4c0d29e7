"""An editor's walk, as a newcomer takes it from `make run`: suggestions sorted, a claim made of words selected in the
text, two sources attached with their passages, a verdict drafted, handed to a second account and published.

Every click, every key and every field filled counts as one action. SCREENSHOTS=folder keeps pictures for README.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.answering import free_port
from tests.browser.shelf import browser
from tests.test_demo_process import demo

pytestmark = pytest.mark.usefixtures("_needs_a_browser")

MOST = 30
WORDS = "The Saltmarsh bridge opened to traffic on 4 March 2024"
ACCOUNT = re.compile(r"^  (reporter|editor)\s+(\S+)$", re.MULTILINE)

# The boxes of the first and the last line of these words, as they stand in the text.
PLACE = """words => {
  const texts = document.createTreeWalker(document.querySelector('#text'), NodeFilter.SHOW_TEXT)
  for (let node; (node = texts.nextNode());) {
    const at = node.data.indexOf(words)
    if (at < 0) continue
    node.parentElement.scrollIntoView({ block: 'center' })
    const range = document.createRange()
    range.setStart(node, at)
    range.setEnd(node, at + words.length)
    const boxes = [...range.getClientRects()]
    const [first, last] = [boxes[0], boxes.at(-1)]
    return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2]
  }
}"""


@dataclass
class Somebody:
    """Who works at the desk with a mouse and a keyboard; counts what they do, and notes what goes wrong."""

    tab: Any
    role: str
    actions: int = 0
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.tab.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.tab.on(
            "response",
            lambda answer: answer.status >= 400 and self.wrong.append(f"{answer.status}: {answer.url}"),
        )
        self.tab.set_default_timeout(60_000)

    def sign_in(self, password: str) -> None:
        self.tab.goto("/desk/")
        self.fill("User name", self.role)
        self.fill("Password", password)
        self.actions += 1
        self.tab.keyboard.press("Enter")
        self.arrives("/desk/")

    def click(self, thing: Any) -> None:
        self.actions += 1
        # The same sentence may stand there from the act before: only what is said from now on is an answer.
        self.tab.evaluate("document.querySelectorAll('#messages li').forEach(one => one.dataset.heard = '')")
        thing.click()
        self.tab.wait_for_load_state("networkidle")

    def fill(self, label: str, words: str) -> None:
        self.actions += 1
        self.tab.get_by_label(label).first.fill(words)

    def select(self, words: str) -> None:
        """Draw over the words with the mouse, as one does in any text."""
        self.actions += 1
        left, top, right, bottom = self.tab.evaluate(PLACE, words)
        self.tab.mouse.move(left, top)
        self.tab.mouse.down()
        self.tab.mouse.move(right, bottom, steps=6)
        self.tab.mouse.up()
        assert self.tab.evaluate("getSelection().toString()") == words

    def follow(self, link: Any) -> None:
        """Click a link and be on its page: what is asked next is asked of that page, not of the one that is left."""
        with self.tab.expect_navigation(wait_until="networkidle"):
            self.click(link)

    def arrives(self, path: str) -> None:
        # By its path alone: the sign-in's own address ends in `?next=` and the same path.
        self.tab.wait_for_url(lambda address: urlsplit(address).path == path)
        self.tab.wait_for_load_state("networkidle")

    def is_told(self, sentence: str) -> None:
        self.tab.locator("#messages li:not([data-heard])", has_text=sentence).wait_for()
        assert self.wrong == []

    def keeps(self, name: str) -> None:
        """Take a picture, where one is wanted."""
        if folder := os.environ.get("SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.tab.screenshot(path=Path(folder) / f"desk-{name}-1280-light.png")


def test_from_suggestions_to_a_published_verdict(tmp_path):
    with demo(tmp_path, free_port()) as (address, _), browser() as opened:
        passwords = dict(ACCOUNT.findall((tmp_path / "output").read_text()))
        tabs = {
            role: opened.new_context(viewport={"width": 1280, "height": 860}, base_url=address).new_page()
            for role in passwords
        }
        reporter, editor = (Somebody(tabs[role], role) for role in ("reporter", "editor"))
        reporter.sign_in(passwords["reporter"])
        writes(reporter)
        editor.sign_in(passwords["editor"])
        publishes(editor)
        assert reporter.wrong == editor.wrong == []
        assert reporter.actions + editor.actions <= MOST


def writes(one: Somebody) -> None:
    tab = one.tab
    one.keeps("home")
    one.follow(tab.get_by_role("link", name="The town council says"))
    for words, decision, told in (
        ("The town council says", "Accept", "The suggestion is a claim now."),
        ("two engineers", "Accept", "The suggestion is a claim now."),
        ("Many people", "Dismiss", "The suggestion is put aside."),
        ("The Saltmarsh bridge opened", "Dismiss", "The suggestion is put aside."),
    ):
        row = tab.locator("li[data-row]", has_text=words)
        one.click(row.get_by_role("button", name=decision, exact=True))
        one.is_told(told)
    one.keeps("article")
    one.select(WORDS)
    one.click(tab.get_by_role("button", name="Make a claim of these words"))
    one.click(tab.get_by_role("button", name="Make the claim"))
    one.is_told("The words make a claim.")
    one.follow(tab.locator("#messages").get_by_role("link", name=WORDS))
    for source, passage in (
        ("Minutes of the Saltmarsh", "The clerk reports"),
        ("Accounts of the town", "open to traffic since"),
    ):
        form = tab.locator("#evidence-form")
        one.click(form.locator("li", has_text=source).get_by_role("link", name="Version 1"))
        one.click(form.get_by_label("supports"))
        one.click(tab.locator(".stored-paragraph", has_text=passage).get_by_role("button"))
        form.get_by_text("Found").first.wait_for()
        one.keeps("evidence")
        one.click(form.get_by_role("button", name="Add evidence"))
        one.is_told("The evidence is on record")
    one.keeps("claim")
    one.click(tab.get_by_role("button", name="Start a draft"))
    one.actions += 1
    tab.get_by_label("Rating").select_option(label="Supported")
    one.fill(
        "Summary",
        "The bridge opened to traffic on 4 March 2024: the council's minutes and the accounts both say so.",
    )
    one.fill(
        "Reasoning",
        "The minutes of 5 March 2024 name the day [1]. The accounts of the town name the same day [2].",
    )
    one.click(tab.get_by_role("button", name="Save and submit"))
    one.is_told("waits for a second editor")


def publishes(one: Somebody) -> None:
    tab = one.tab
    one.follow(tab.get_by_role("link", name=WORDS))
    assert tab.get_by_text("Ready to be published").is_visible()
    one.keeps("draft")
    one.click(tab.get_by_role("button", name="Publish", exact=True))
    one.is_told("The verdict is published.")
