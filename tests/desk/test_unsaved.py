"""Words that are not saved: a verb does not go past them unseen, and no form that is sent loses them on the way."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import KeptForm
from tests import factories
from tests.desk.conftest import button_of, page_of
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow
SUMMARY = "The minutes name another number."


@pytest.fixture
def draft(newsroom):
    return factories.VerdictDraftFactory(state="writing", summary="")


def submit(page, draft):
    page.click(f'form[action="{button_of(draft, "submit")}"] button')


def test_a_verb_says_first_that_it_saves_nothing(browser, sign_in, editor, draft):  # noqa: F811
    page = Tab(browser, sign_in(editor)).open(page_of(draft))
    page.fill("#id_summary", SUMMARY)
    submit(page, draft)
    assert "is not saved" in page.inner_text("#messages")
    draft.refresh_from_db()
    assert draft.state == "writing"
    submit(page, draft)
    page.wait_for_selector(".messagelist .success")
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_a_verb_of_a_page_as_it_came_is_done(browser, sign_in, editor, draft):  # noqa: F811
    page = Tab(browser, sign_in(editor)).open(page_of(draft))
    submit(page, draft)
    page.wait_for_selector(".messagelist .success")
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_what_is_sent_after_the_session_ended_is_offered(browser, sign_in, editor, draft):  # noqa: F811
    tab = Tab(browser, sign_in(editor))
    page = tab.open(page_of(draft))
    signed_in, tab.client = tab.client, Client()
    page.fill("#id_summary", SUMMARY)
    page.click("input[name=_save]")
    page.wait_for_url("**/login/**")
    tab.client = signed_in
    page = tab.open(page_of(draft))
    page.wait_for_selector(".kept-offer")
    assert "another" in page.inner_text(".kept-offer")


def test_what_was_taken_is_not_kept_on_the_machine(browser, sign_in, editor, claim):  # noqa: F811
    address = f"{reverse('admin:articles_note_add')}?claim={claim.pk}"
    page = Tab(browser, sign_in(editor)).open(address)
    page.fill("[name=text]", "Ask the clerk.")
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")
    assert "desk-kept" not in page.evaluate("JSON.stringify(localStorage)")
    assert "desk-took" not in page.evaluate("document.cookie")
    assert not KeptForm.objects.exists()


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory()
