"""Queues worked with the keyboard alone, in a real browser; and without any script."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from articles.models import Assignment, Claim, Suggestion
from tests import factories
from tests.browser.axe import violations
from tests.desk.test_home import grow
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow
SUGGESTIONS = "/desk/queue/suggestions/"
SENTENCES = ["Officials opened the bridge on Friday.", "Others doubt the figure."]


@pytest.fixture
def four():
    """Four suggestions in two texts, the best first."""
    rows = []
    for number, score in enumerate((0.9, 0.8, 0.7, 0.6)):
        rows.append(factories.SuggestionFactory(score=score, words=SENTENCES[number % 2], speakers=()))
    return rows


@pytest.fixture
def tab(browser, sign_in, reporter):  # noqa: F811
    tab = Tab(browser, sign_in(reporter))
    yield tab
    assert tab.complaints == []


def states():
    return list(Suggestion.objects.order_by("-score").values_list("state", flat=True))


def said(page):
    return page.inner_text("#messages")


def settled(page, words):
    """Wait until this is said."""
    page.wait_for_function(
        "words => document.getElementById('messages').innerText.includes(words)", arg=words
    )


def at(page):
    """Return the id of the row one is at, which is the only one that is open."""
    found = page.eval_on_selector_all("[data-row]:has(> details[open])", "rows => rows.map(row => row.id)")
    current = page.eval_on_selector_all("[data-row][aria-current='true']", "rows => rows.map(row => row.id)")
    assert found == current and len(found) == 1
    return found[0]


def test_a_whole_queue_with_the_keyboard_alone(tab, four, reporter):
    page = tab.open(SUGGESTIONS)
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    press = page.keyboard.press
    assert at(page) == f"row-{four[0].pk}"
    for key, row in (
        ("j", 1),
        ("j", 2),
        ("k", 1),
        ("j", 2),
        ("j", 3),
        ("j", 3),
        ("k", 2),
        ("k", 1),
        ("k", 0),
        ("k", 0),
    ):
        press(key)
        assert at(page) == f"row-{four[row].pk}"
    # Dismissed: the next is there by itself.
    press("d")
    settled(page, "put aside")
    assert at(page) == f"row-{four[1].pk}" and states() == ["dismissed", "open", "open", "open"]
    # Taken back: one is where one was.
    press("u")
    settled(page, "open again")
    assert at(page) == f"row-{four[0].pk}" and states() == ["open"] * 4
    # Edited and accepted without leaving the field.
    press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("The bridge was opened: a dud?")
    press("Control+Enter")
    settled(page, "a claim now")
    assert Claim.objects.get(origin="suggestion").statement == "The bridge was opened: a dud?"
    assert at(page) == f"row-{four[1].pk}"
    # Accepted as it stands, and taken back.
    press("a")
    settled(page, "Others doubt the figure.")
    assert states() == ["accepted", "accepted", "open", "open"]
    press("u")
    settled(page, "put aside, and the suggestion is open again")
    assert states() == ["accepted", "open", "open", "open"] and at(page) == f"row-{four[1].pk}"
    # Given to somebody with the acceptance.
    press("s")
    page.keyboard.type("me")
    press("Control+Enter")
    settled(page, "a claim now")
    assert Assignment.objects.get().assignee == reporter
    press("a")
    settled(page, "Officials opened the bridge on Friday.")
    press("d")
    settled(page, "put aside")
    page.wait_for_selector(".nothing")
    assert states() == ["accepted", "accepted", "accepted", "dismissed"]
    assert loads == []
    # The last one is taken back too.
    press("u")
    page.wait_for_selector("[data-row]")
    assert at(page) == f"row-{four[3].pk}"
    press("o")
    page.wait_for_url(re.compile(r"/article/\d+/workbench/"))


def test_j_goes_on_to_the_next_page(tab, four, monkeypatch):
    monkeypatch.setattr("articles.admin.queues.queue.PAGE", 2)
    page = tab.open(SUGGESTIONS)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.wait_for_url(f"**{SUGGESTIONS}?after={four[1].pk}")
    page.wait_for_function("document.querySelector('[data-row][aria-current]')")
    assert at(page) == f"row-{four[2].pk}"


def test_keys_do_nothing_while_somebody_types(tab, four):
    page = tab.open(SUGGESTIONS)
    page.keyboard.press("e")
    page.keyboard.press("End")
    page.keyboard.type(" adsjkounep?/")
    assert page.input_value("details[open] textarea").endswith(" adsjkounep?/")
    assert page.evaluate("document.activeElement.name") == "statement"
    assert not page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("j")
    assert at(page) == f"row-{four[1].pk}" and states() == ["open"] * 4
    # With a modifier a key is the browser's.
    page.keyboard.press("Control+d")
    page.keyboard.press("Alt+a")
    page.wait_for_timeout(200)
    assert states() == ["open"] * 4


def test_the_overlay_lists_the_keys_and_turns_them_off(tab, four):
    page = tab.open(SUGGESTIONS)
    page.keyboard.press("?")
    listed = dict(
        zip(
            page.locator("#keys dt").all_inner_texts(),
            page.locator("#keys dd").all_inner_texts(),
            strict=True,
        )
    )
    assert listed == {
        "j": "next", "k": "previous", "a": "Accept", "d": "Dismiss", "e": "edit the wording", "s": "assign",
        "o": "Open", "?": "this list", "/": listed.get("/", ""),
    } or listed == {
        "j": "next", "k": "previous", "a": "Accept", "d": "Dismiss", "e": "edit the wording", "s": "assign",
        "o": "Open", "?": "this list",
    }  # fmt: skip
    # Nothing behind the overlay is pressed.
    page.keyboard.press("d")
    page.uncheck("#keys [data-keys-on]")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    for key in ("j", "d", "a"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert at(page) == f"row-{four[0].pk}" and states() == ["open"] * 4
    # It is kept for the next page, and the list still opens.
    page.reload()
    page.keyboard.press("d")
    page.keyboard.press("?")
    assert not page.is_checked("#keys [data-keys-on]")
    page.check("#keys [data-keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    settled(page, "put aside")


def test_a_refusal_shows_its_own_page_with_what_was_typed(tab, four, editor):
    page = tab.open(SUGGESTIONS)
    page.keyboard.press("e")
    page.keyboard.type("Mine: ")
    four[0].dismiss(editor)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".errorlist, .errornote")
    assert "This was dismissed by Eda Editor already." in page.inner_text("#content")
    assert "Mine: " in page.input_value("textarea[name=statement]")
    page.click("text=Back without doing it")
    page.wait_for_url(f"**{SUGGESTIONS}")


def test_a_click_opens_and_closes_a_row(tab, four):
    page = tab.open(SUGGESTIONS)
    page.click(f"#row-{four[2].pk} summary")
    assert at(page) == f"row-{four[2].pk}"
    page.click(f"#row-{four[2].pk} > details > summary")
    assert page.locator("[data-row] > details[open]").count() == 0
    page.keyboard.press("k")
    assert at(page) == f"row-{four[1].pk}"


def test_what_asks_for_something_is_opened_by_its_key(browser, sign_in, editor):  # noqa: F811
    task = factories.ReviewTaskFactory()
    tab = Tab(browser, sign_in(editor))
    page = tab.open("/desk/queue/reread/")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.name") == "outcome"
    page.keyboard.type("Still so.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".nothing")
    task.refresh_from_db()
    assert task.outcome == "Still so."
    assert tab.complaints == []


def test_what_is_for_good_takes_two_keys(browser, sign_in, reporter):  # noqa: F811
    row = factories.ArrivalFactory()
    page = Tab(browser, sign_in(reporter)).open("/desk/queue/held/")
    page.keyboard.press("d")
    page.wait_for_timeout(200)
    row.refresh_from_db()
    assert row.is_held
    page.keyboard.press("Enter")
    page.wait_for_selector(".nothing")
    row.refresh_from_db()
    assert not row.is_held


def test_a_claim_is_given_to_oneself_by_two_keys_and_taken_back(tab, reporter):
    claim = factories.ClaimFactory(status="checking")
    page = tab.open("/desk/queue/unassigned/")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nothing")
    assert Assignment.objects.get().assignee == reporter
    page.keyboard.press("u")
    page.wait_for_selector(f"#row-{claim.pk}")
    assert not Assignment.objects.exists()


def test_the_lines_of_home_are_walked_and_opened(tab, four):
    page = tab.open(reverse("admin:index"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/article/\d+/workbench/"))


def test_the_queue_without_script(browser, sign_in, reporter, four):  # noqa: F811
    tab = Tab(browser, sign_in(reporter), java_script_enabled=False)
    page = tab.open(SUGGESTIONS)
    page.click("details[open] button:has-text('Dismiss')")
    page.wait_for_url(f"**{SUGGESTIONS}")
    page.click(".undo button")
    page.wait_for_url(f"**{SUGGESTIONS}")
    page.click(f"#row-{four[1].pk} > details > summary")
    page.fill(f"#row-{four[1].pk} textarea[name=statement]", "In my words.")
    page.fill(f"#row-{four[1].pk} input[name=checker]", "rita")
    page.click(f"#row-{four[1].pk} button:has-text('Accept')")
    page.wait_for_url(f"**{SUGGESTIONS}")
    assert Assignment.objects.get().claim.statement == "In my words."
    assert states() == ["open", "accepted", "open", "open"]


SLUGS = [
    "assigned", "drafts", "second-editor", "assessments", "replies", "complaints", "reread", "readers", "suggestions",
    "quotations", "held", "unassigned",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, sign_in, reporter, editor, scheme):  # noqa: F811
    tab = Tab(browser, sign_in(editor), color_scheme=scheme, bypass_csp=True)
    empty = violations(tab.open(SUGGESTIONS))
    grow(2, reporter, editor)
    found = [line for slug in SLUGS for line in violations(tab.open(f"/desk/queue/{slug}/"))]
    found += violations(tab.open(reverse("admin:index")))
    assert empty + found == [], "\n".join(empty + found)


@pytest.mark.parametrize("width", [320, 640, 1360])
def test_no_queue_is_wider_than_its_window_and_targets_are_large(browser, sign_in, reporter, editor, width):  # noqa: F811
    grow(1, reporter, editor)
    tab = Tab(browser, sign_in(editor), viewport={"width": width, "height": 900})
    for address in (reverse("admin:index"), *(f"/desk/queue/{slug}/" for slug in SLUGS)):
        page = tab.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        small = page.eval_on_selector_all(
            "#content-main :is(button, summary, .verb, input:not([type=hidden]))",
            "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect())"
            ".filter(box => box.height < 24 || box.width < 24).length",
        )
        assert small == 0, address
    assert tab.complaints == []
