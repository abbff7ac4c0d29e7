"""The article workbench in a real browser: words selected by mouse and by keyboard, suggestions sorted in place."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Appearance, Claim, Suggestion
from tests import factories
from tests.browser.axe import violations
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

TEXT = (
    "A pool 😀 and its roof\n\n"
    "The roof cost $3.5 million 😀, the keeper told the board, and it was paid in May. It leaks.\n\n"
    "Swimmers love it 🏊🏊. It leaks. Others do not.\n"
)
SENTENCE = "The roof cost $3.5 million 😀, the keeper told the board, and it was paid in May."
# Select text[from:to], counted in code points by walking over the nodes one by one.
SELECT = """([from, to]) => {
  const ends = [];
  let at = 0;
  for (const paragraph of document.querySelectorAll('#text p.words')) {
    at += [...paragraph.dataset.gap].length;
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const points = [...node.data];
      for (const wanted of [from, to]) {
        if (wanted >= at && wanted <= at + points.length) {
          ends.push([wanted, node, points.slice(0, wanted - at).join('').length]);
        }
      }
      at += points.length;
    }
  }
  const start = ends.filter((one) => one[0] === from).at(-1);
  const end = ends.find((one) => one[0] === to);
  if (!start || !end) return null;
  getSelection().setBaseAndExtent(start[1], start[2], end[1], end[2]);
  return getSelection().rangeCount;
}"""
SPAN = """async () => {
  const script = [...document.scripts].find((one) => one.src.includes('article-workbench'));
  return (await import(script.src)).spanOf(getSelection().getRangeAt(0));
}"""

ODD = [
    "😀", "👨‍👩‍👧", "e\u0301", "שלום", "مرحبا", "\u200f", "𝔄𝔅", "क्षि", "\u00a0", "<b>", "&amp;", "\t", "\u2028",
    "\ufeff",
]  # fmt: skip
WORDS = st.lists(
    st.one_of(st.sampled_from(ODD), st.sampled_from([" ", "\r\n", "\r\n\r\n", "\n \n", "a b c", "The end."])),
    min_size=4,
    max_size=40,
).map(lambda parts: f"x{''.join(parts)} y")


def workbench_of(article: Any) -> str:
    return reverse("admin:articles_article_workbench", args=[article.pk])


@pytest.fixture
def tab(browser: Any, sign_in: Any) -> Any:  # noqa: F811
    tab = Tab(browser, sign_in("editor"))
    yield tab
    assert tab.complaints == []


@pytest.fixture
def article() -> Any:
    return factories.ArticleFactory(text=TEXT, title="A pool", publisher="Eastham Weekly")


def suggest(article: Any, words: str, **facts: Any) -> Suggestion:
    return factories.SuggestionFactory(
        article_version=article.current_version, words=words, speakers=(), **facts
    )


@settings(
    max_examples=30, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    text=WORDS,
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    mark=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_what_is_selected_is_counted_in_code_points(tab: Any, text: str, ends: Any, mark: Any) -> None:
    article = factories.ArticleFactory(text=text)
    version = article.current_version
    text = version.text
    start, end = sorted(round(one * len(text)) for one in mark)
    if text[start:end].strip():
        Appearance.of_new_claim(factories.some_editor(), version, start, end, statement="Something.")
    page = tab.open(workbench_of(article))
    start, end = sorted(round(one * len(text)) for one in ends)
    if not page.evaluate(SELECT, [start, end]) or start == end:
        return  # an edge lies in the blank between two paragraphs, where nobody can point
    found = page.evaluate(SPAN)
    if found is None:
        assert not text[start:end].strip("\ufeff \t\n\u00a0\u2028")
        return
    assert text[found["start"] : found["end"]] == found["exact"] != ""
    assert start <= found["start"] < found["end"] <= end
    left_out = text[start : found["start"]] + text[found["end"] : end]
    assert not left_out.strip("\ufeff \t\n\u00a0\u2028")
    assert text[max(0, found["start"] - 32) : found["start"]] == found["prefix"]
    assert text[found["end"] : found["end"] + 32].startswith(found["suffix"])


def test_across_paragraphs_and_marks(tab: Any, article: Any) -> None:
    suggest(article, SENTENCE)
    factories.AppearanceFactory(article_version=article.current_version, words="May. It leaks.\n\nSwimmers")
    page = tab.open(workbench_of(article))
    start, end = TEXT.index("keeper"), TEXT.index("🏊.") + 1
    page.evaluate(SELECT, [start, end])
    found = page.evaluate(SPAN)
    assert (found["start"], found["end"], found["exact"]) == (start, end, TEXT[start:end])


def test_a_claim_of_words_selected(tab: Any, article: Any) -> None:
    page = tab.open(workbench_of(article))
    start = TEXT.rindex("It leaks.")
    page.evaluate(SELECT, [start - 1, start + len("It leaks. ")])
    page.click("#make")
    assert page.input_value("#id_mark_words") == "It leaks."
    page.fill("#id_mark_statement", "The roof leaks 😀.")
    page.click("#mark button[type=submit]")
    page.wait_for_selector("#messages .success")
    mark = Appearance.objects.get()
    assert (mark.start, mark.exact, mark.claim.statement) == (start, "It leaks.", "The roof leaks 😀.")
    assert [one.described_as for one in mark.attributions.all()] == ["Eastham Weekly"]
    assert page.inner_text(f"#p3 #a{mark.pk} .says") == "The roof leaks 😀."
    assert page.is_hidden("#mark")


def test_words_claimed_already_may_be_added(tab: Any, article: Any) -> None:
    mark = factories.AppearanceFactory(article_version=article.current_version, words="Others do not.")
    page = tab.open(workbench_of(article))
    start = TEXT.index("do not")
    page.evaluate(SELECT, [start, start + 6])
    page.click("#make")
    assert "claimed already" in page.inner_text("#mark .into")
    page.check(f"#mark .into input[value='{mark.claim.pk}']")
    page.click("#mark button[type=submit]")
    page.wait_for_selector("#messages .success")
    assert [one.exact for one in mark.claim.appearances.all()] == ["Others do not.", "do not"]


def test_with_the_keyboard_alone(tab: Any, article: Any) -> None:
    page = tab.open(workbench_of(article))
    press = page.keyboard.press
    press("n")
    assert page.inner_text("#chosen-words") == "“A pool 😀 and its roof”"
    press("ArrowDown")
    assert page.inner_text("#chosen-words") == f"“{SENTENCE}”"
    press("j")
    assert page.inner_text("#chosen-words") == "“It leaks.”"
    press("ArrowUp")
    press("ArrowRight")
    press("Shift+ArrowRight")
    assert page.inner_text("#chosen-words") == "“roof cost”"
    press("Shift+ArrowDown")
    assert page.inner_text("#chosen-words").endswith("in May.”")
    press("Shift+ArrowLeft")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_mark_statement"
    press("Control+a")
    page.keyboard.type("It was paid.")
    for _ in range(20):
        press("Tab")
        if page.evaluate("document.activeElement.matches('#mark button[type=submit]')"):
            break
    press("Enter")
    page.wait_for_selector("#messages .success")
    mark = Appearance.objects.get()
    assert mark.exact.startswith("roof cost $3.5 million 😀, the keeper") and mark.exact.endswith(
        "paid in May"
    )
    assert mark.claim.statement == "It was paid."


def test_suggestions_are_sorted_with_the_keyboard(tab: Any, article: Any) -> None:
    one, two, three = (
        suggest(article, words) for words in (SENTENCE, "Swimmers love it 🏊🏊.", "Others do not.")
    )
    page = tab.open(workbench_of(article))
    press = page.keyboard.press
    press("j")
    press("a")
    page.wait_for_selector("#messages .success")
    claim = Claim.objects.get()
    assert claim.appearances.get().exact == one.exact
    page.wait_for_selector(f"#s{two.pk}[aria-current='true']")
    press("d")
    page.wait_for_selector(f"#s{three.pk}[aria-current='true']")
    assert Suggestion.objects.get(pk=two.pk).state == "dismissed"
    press("u")
    page.wait_for_selector(f"#s{two.pk}")
    assert Suggestion.objects.get(pk=two.pk).state == "open"


def test_one_is_opened_and_edited_in_place(tab: Any, article: Any) -> None:
    one = suggest(article, SENTENCE)
    page = tab.open(workbench_of(article))
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector(f"#s{one.pk} .opened textarea")
    page.fill(f"#s{one.pk} .opened details[open] textarea", "The roof was dear.")
    page.click(f"#s{one.pk} .opened details[open] button[type=submit]")
    page.wait_for_selector("#messages .success")
    assert Claim.objects.get().statement == "The roof was dear."


def test_the_same_as_a_claim_is_searched_for_in_place(tab: Any, article: Any) -> None:
    one, claim = suggest(article, SENTENCE), factories.ClaimFactory(statement="The tower leans.")
    page = tab.open(workbench_of(article))
    page.click(f"#s{one.pk} a[data-open]")
    page.click(f"#s{one.pk} summary:has-text('Same')")
    page.click(f"#s{one.pk} .select2-selection")
    page.keyboard.type("tower")
    page.click(f".select2-results__option:has-text('{claim.statement}')")
    page.click(f"#s{one.pk} details[open] button:has-text('Same')")
    page.wait_for_selector("#messages .success")
    assert claim.appearances.get().exact == SENTENCE


def test_without_script(browser: Any, sign_in: Any, article: Any) -> None:  # noqa: F811
    one, two = suggest(article, SENTENCE), suggest(article, "Others do not.")
    mine = Tab(browser, sign_in("reporter"), java_script_enabled=False)
    page = mine.open(workbench_of(article))
    page.click(f"#s{one.pk} button:has-text('Accept')")
    assert Claim.objects.get().statement == SENTENCE
    page.click(f"#s{two.pk} a:has-text('Edit')")
    page.fill(f"#s{two.pk} textarea[name=statement]", "Others do not love it.")
    page.click(f"#s{two.pk} details[open] button")
    assert Claim.objects.latest("pk").statement == "Others do not love it."
    page.fill("#id_mark_words", "It leaks.")
    page.click("#mark button[type=submit]")
    assert "2 times" in page.inner_text(".errorlist")
    page.fill("#id_start", str(TEXT.index("It leaks.")))
    page.click("button.verb.main, .verb-form button[type=submit]")
    assert Appearance.objects.latest("pk").exact == "It leaks."
    assert [one for one in mine.complaints if "status of 400" not in one] == []


@pytest.fixture
def busy(newsroom: Any, article: Any) -> Any:
    """A text with something of every kind on it."""
    version = article.current_version
    factories.AppearanceFactory(article_version=version, words="Swimmers love it 🏊🏊.")
    factories.AppearanceFactory(article_version=version, words="Others do not.")
    new = TEXT.replace("love it", "hate it").replace("Others do not.", "1234567890")
    newer = factories.ArticleVersionFactory(article=article, text=new)
    for words, facts in (
        ("The roof cost $3.5 million 😀, the keeper", {}), ("cost $3.5 million", {"status": "checking"}),
        ("the keeper", {"rating": "supported"}), ("May", {"status": "not_checkable"}),
        ("$3.5", {"rating": "contradicted"}), ("3.5", {}),
    ):  # fmt: skip
        factories.AppearanceFactory(article_version=newer, words=words, claim=factories.ClaimFactory(**facts))
    one = suggest(article, "It leaks.", score=0.71)
    return f"{workbench_of(article)}?open=s{one.pk}"


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_no_wider_than_its_window(browser: Any, sign_in: Any, busy: str, width: int) -> None:  # noqa: F811
    mine = Tab(browser, sign_in("editor"), viewport={"width": width, "height": 900})
    page = mine.open(busy)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(SELECT, [10, 60])
    page.click("#make")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, sign_in: Any, busy: str, scheme: str) -> None:  # noqa: F811
    mine = Tab(browser, sign_in("editor"), color_scheme=scheme, bypass_csp=True)
    page = mine.open(busy)
    found = violations(page)
    page.evaluate(SELECT, [10, 60])
    page.click("#make")
    found += violations(page)
    assert found == [], "\n".join(found)
