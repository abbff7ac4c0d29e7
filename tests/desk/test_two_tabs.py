"""Two real tabs, one row; and one tab that is closed: nothing is lost. In a browser, under the policy."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import KeptForm
from tests import factories
from tests.browser.axe import violations
from tests.desk.conftest import page_of
from tests.desk.test_in_browser import HOST, Tab, browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow
BEFORE = "The bridge cost four million dollars, says the mayor. It opened in May."
HERS = BEFORE.replace("four", "five")
HIS = BEFORE.replace("May", "June")
TOGETHER = HERS.replace("May", "June")


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory(statement=BEFORE)


def both_change(first, second, claim, mine=HERS):
    for tab in (first, second):
        tab.open(page_of(claim))
    first.page.fill("#id_statement", HIS)
    first.page.click("input[name=_save]")
    first.page.wait_for_selector(".messagelist .success")
    second.page.fill("#id_statement", mine)
    second.page.click("input[name=_save]")
    second.page.wait_for_selector(".conflict")
    return second.page


def test_two_tabs_are_merged_with_one_click(browser, sign_in, editor, second_editor, claim):  # noqa: F811
    first, second = Tab(browser, sign_in(editor)), Tab(browser, sign_in(second_editor))
    page = both_change(first, second, claim)
    assert page.inner_text(".conflict .yours") == HERS
    assert page.inner_text(".conflict .theirs") == HIS
    assert page.input_value("#id_statement") == TOGETHER
    page.click(".ways label:has-text('Take theirs')")
    assert page.input_value("#id_statement") == HIS
    page.click(".ways label:has-text('Keep yours')")
    assert page.input_value("#id_statement") == HERS
    page.click(".ways label:has-text('Both together')")
    assert page.input_value("#id_statement") == TOGETHER
    # What is typed afterwards counts.
    page.fill("#id_statement", TOGETHER + " All agree.")
    assert page.is_checked(".ways input[value='']")
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")
    claim.refresh_from_db()
    assert claim.statement == TOGETHER + " All agree."
    assert first.complaints == second.complaints == []


def test_two_tabs_are_merged_without_script(browser, sign_in, editor, second_editor, claim):  # noqa: F811
    first = Tab(browser, sign_in(editor))
    second = Tab(browser, sign_in(second_editor), java_script_enabled=False)
    page = both_change(first, second, claim)
    page.check(".ways input[value='theirs']")
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")
    claim.refresh_from_db()
    assert claim.statement == HIS


def saved(page):
    page.wait_for_selector(".kept-note:has-text('Saved as you type')")


def test_a_closed_tab_loses_nothing(browser, sign_in, editor, claim):  # noqa: F811
    tab = Tab(browser, sign_in(editor))
    page = tab.open(page_of(claim))
    page.fill("#id_statement", HERS)
    page.select_option("#id_kind", "quantity")
    saved(page)
    assert KeptForm.objects.get().seen == 1
    page.close()

    tab = Tab(browser, tab.client)
    page = tab.open(page_of(claim))
    page.wait_for_selector(".kept-offer")
    assert page.input_value("#id_statement") == BEFORE
    offer = page.inner_text(".kept-offer")
    assert "You had begun to write here" in offer
    assert "five" in offer
    assert "Statement" in offer
    page.click(".kept-offer [data-take-in]")
    assert page.input_value("#id_statement") == HERS
    assert page.input_value("#id_kind") == "quantity"
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")
    claim.refresh_from_db()
    assert (claim.statement, claim.kind) == (HERS, "quantity")
    assert not KeptForm.objects.exists()
    tab.open(page_of(claim))
    page.wait_for_timeout(500)
    assert not page.query_selector(".kept-offer")
    assert tab.complaints == []


def test_what_was_begun_is_merged_where_the_row_moved_on(browser, sign_in, editor, second_editor, claim):  # noqa: F811
    tab = Tab(browser, sign_in(editor))
    page = tab.open(page_of(claim))
    page.fill("#id_statement", HERS)
    saved(page)
    page.close()
    claim.revise(second_editor, statement=HIS)
    tab = Tab(browser, tab.client)
    page = tab.open(page_of(claim))
    page.click(".kept-offer [data-take-in]")
    page.click("input[name=_save]")
    page.wait_for_selector(".conflict")
    assert page.input_value("#id_statement") == TOGETHER


def test_words_of_a_button_are_kept_and_discarded(browser, sign_in, editor, claim):  # noqa: F811
    tab = Tab(browser, sign_in(editor))
    form = "form[data-keep$='/do/dismiss/']"
    page = tab.open(page_of(claim))
    page.evaluate(f"document.querySelector(\"{form}\").closest('details').open = true")
    page.fill(f"{form} textarea[name=reason]", "Out of our field.")
    page.wait_for_selector(f"{form} .kept-note:has-text('Saved as you type')")
    page = tab.open(page_of(claim))
    page.click(f"{form} .kept-offer [data-discard]")
    page.wait_for_selector(".messagelist :text('It is forgotten.')")
    assert not KeptForm.objects.exists()


def test_words_stay_on_the_machine_while_nobody_answers(browser, sign_in, editor, claim):  # noqa: F811
    tab = Tab(browser, sign_in(editor))
    page = tab.open(page_of(claim))
    signed_in, tab.client = tab.client, Client()
    page.fill("#id_statement", HERS)
    page.wait_for_selector(".messagelist :text('You are not signed in any more.')")
    assert page.get_attribute(".messagelist a", "target") == "_blank"
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert HERS in json.loads(stored)[f"desk-kept:{editor.pk}:{page_of(claim)}"]
    assert not KeptForm.objects.exists()
    # Signed in again, on whatever page of the desk.
    tab.client = signed_in
    page = tab.open(page_of(claim))
    page.wait_for_selector(".kept-offer")
    assert "five" in page.inner_text(".kept-offer")
    assert "desk-kept" not in page.evaluate("JSON.stringify(localStorage)")
    assert dict(KeptForm.objects.get().words)["statement"] == HERS


def test_a_conflict_is_kept_too(browser, sign_in, editor, second_editor, claim):  # noqa: F811
    first, second = Tab(browser, sign_in(editor)), Tab(browser, sign_in(second_editor))
    page = both_change(first, second, claim)
    saved(page)
    kept = KeptForm.objects.get()
    assert kept.seen == 2
    assert TOGETHER in [value for name, value, _ in kept.fields if name == "statement"]
    # The ways are no words of the form.
    assert not [name for name, *_ in kept.fields if name.startswith(("settle-", "mine-", "theirs-"))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser, sign_in, editor, second_editor, claim, scheme, width  # noqa: F811
):  # fmt: skip
    look = {"color_scheme": scheme, "bypass_csp": True, "viewport": {"width": width, "height": 900}}
    first, second = Tab(browser, sign_in(editor), **look), Tab(browser, sign_in(second_editor), **look)
    page = both_change(first, second, claim)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    saved(page)
    other = Tab(browser, second.client, **look)
    page = other.open(page_of(claim))
    page.wait_for_selector(".kept-offer")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page = other.open(reverse("admin:articles_keptform_changelist"))
    assert violations(page) == []
    page = other.open(page_of(KeptForm.objects.get()))
    assert violations(page) == []
    assert HOST in page.url
