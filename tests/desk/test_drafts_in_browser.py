"""The pages of verdicts in a browser: readable by everybody, at any width, and by keyboard alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from tests import factories
from tests.browser.axe import violations
from tests.desk.conftest import list_of, page_of
from tests.desk.test_in_browser import Tab, browser, tab  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing(browser, sign_in, width, scheme):  # noqa: F811
    claim = factories.ClaimFactory(rating="supported")
    draft = factories.VerdictDraftFactory(claim=claim, state="submitted", rating="contradicted")
    draft.hand_back(factories.some_editor(), "Name the page.")
    draft.submit(None)
    factories.AssessmentFactory(draft=draft, given="mostly_supported")
    owed = factories.AssessmentFactory(assessor=factories.some_administrator())
    mine = Tab(browser, sign_in("administrator"), color_scheme=scheme, bypass_csp=True)
    mine.page.set_viewport_size({"width": width, "height": 900})
    found = []
    preview = reverse("admin:articles_verdictdraft_preview", args=[draft.pk])
    for address in (page_of(draft), page_of(owed), page_of(claim.current_verdict), preview):
        page = mine.open(address)
        for summary in page.query_selector_all("#content summary"):
            summary.evaluate("one => one.parentElement.open = true")
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page = mine.open(list_of(models.VerdictDraft))
    for box in page.query_selector_all("input.action-select"):
        box.check()
    for action in ("hand-back", "publish"):
        page.select_option("select[name=action]", action)
        page.click("button[name=index]")
        page.wait_for_selector(".bulk-rows")
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, action
        if action == "hand-back":
            page.go_back()
    assert found == [], "\n".join(found)


def test_several_at_once_by_keyboard(tab):  # noqa: F811
    for _ in range(2):
        factories.VerdictDraftFactory(state="submitted")
    page = tab.open(list_of(models.VerdictDraft))
    for box in page.query_selector_all("input.action-select"):
        box.focus()
        page.keyboard.press("Space")
    page.select_option("select[name=action]", "publish")
    page.focus("button[name=index]")
    page.keyboard.press("Enter")
    page.focus("form.bulk button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#done")
    assert models.Verdict.objects.count() == 2


def test_p_is_the_preview(tab):  # noqa: F811
    draft = factories.VerdictDraftFactory()
    page = tab.open(page_of(draft))
    page.keyboard.press("p")
    page.wait_for_url("**/preview/")
    assert draft.summary in page.inner_text("main")
