"""The desk in a real browser, under the policy that forbids inline script and style.

No server: each request of the page is answered by Django's test client, in this test's own transaction.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.urls import reverse

from articles import models
from articles.admin.kept_forms import TOOK
from tests import factories
from tests.browser.axe import violations
from tests.desk.conftest import add_to, list_of, page_of

pytestmark = pytest.mark.slow
HOST = "http://localhost"


@pytest.fixture
def browser(monkeypatch):
    if not os.environ.get("CHROMIUM"):
        pytest.skip("No browser was named in CHROMIUM.")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; Django takes that for a coroutine at the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        yield browser
        browser.close()


class Tab:
    """A page of somebody signed in, that notes whatever the browser complains about."""

    def __init__(self, browser, client, **options):
        self.complaints: list[str] = []
        self.client = client
        self.connection = connections["default"]
        self.page = browser.new_page(**options)
        self.page.on("console", self.listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(10_000)
        self.page.route("**/*", self.answer)

    def listen(self, message):
        if message.type in ("error", "warning") and "status of 409" not in message.text:
            self.complaints.append(message.text)

    def answer(self, route):
        # Playwright calls from a context of its own, where Django would open another connection.
        connections["default"] = self.connection
        request = route.request
        url = urlsplit(request.url)
        address = f"{url.path}?{url.query}" if url.query else url.path
        if url.path == "/favicon.ico":
            route.fulfill(status=204)
            return
        headers = {"HTTP_REFERER": request.headers.get("referer", ""), "HTTP_HOST": "localhost"}
        if request.method == "POST":
            kind = request.headers["content-type"]
            response = self.client.generic(
                "POST", address, request.post_data_buffer, content_type=kind, **headers
            )
        else:
            response = self.client.get(address, **headers)
        while request.resource_type == "fetch" and response.status_code in (301, 302):
            # Where a navigation is led on to, the browser asks here again; where fetch is, it asks the network.
            response = self.client.get(response["Location"], **headers)
        if request.method == "GET" and response.status_code == 302:
            # A link that leads on would be asked of the network too.
            route.fulfill(status=200, headers={"Refresh": f"0; url={response['Location']}"}, body="")
            return
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = dict(response.items())
        if TOOK in response.cookies:
            headers["Set-Cookie"] = response.cookies[TOOK].OutputString()
        route.fulfill(status=response.status_code, headers=headers, body=body)

    def open(self, address):
        self.page.goto(HOST + address)
        return self.page


@pytest.fixture
def tab(browser, sign_in):
    tab = Tab(browser, sign_in("administrator"))
    yield tab
    assert tab.complaints == []


def test_every_list_and_form_keeps_the_policy(tab):
    evidence = factories.EvidenceFactory()
    factories.VerdictDraftFactory(state="submitted")
    factories.CorrectionFactory()
    tab.open(reverse("admin:index"))
    assert tab.client.get(reverse("admin:index"))["Content-Security-Policy"].startswith("default-src 'none'")
    for model in (
        models.Claim,
        models.Source,
        models.Evidence,
        models.VerdictDraft,
        models.Verdict,
        models.User,
    ):
        tab.open(list_of(model))
        tab.page.click("#result_list tbody th a")
    for model in (
        models.Claim,
        models.Source,
        models.Appearance,
        models.Redaction,
        models.User,
        models.SourceVersion,
    ):
        tab.open(add_to(model))
    tab.open(page_of(evidence))


def test_the_policy_is_at_work(tab):
    """The test above can fail: what is forbidden is complained about."""
    page = tab.open(reverse("admin:index"))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in one for one in tab.complaints)
    tab.complaints.clear()


def test_search_calendar_and_fields_of_a_kind(tab):
    claim = factories.ClaimFactory(statement="The tower leans by four degrees.")
    page = tab.open(add_to(models.Evidence))
    page.click("#id_claim + .select2 .select2-selection")
    page.keyboard.type("tower")
    page.click(f".select2-results__option:has-text('{claim.statement}')")
    assert page.input_value("#id_claim") == str(claim.pk)

    page = tab.open(add_to(models.Source))
    assert page.is_visible("#id_court")
    page.select_option("#id_kind", "social_post")
    assert not page.is_visible("#id_court")
    assert page.is_visible("#id_account")
    page.click(".field-published_earliest .datetimeshortcuts a >> nth=1")
    page.click(".calendarbox:visible td:not(.nonday) a >> nth=0")
    assert page.input_value("#id_published_earliest").endswith("-01")


def test_merge_from_the_page_of_a_claim(tab):
    claim, survivor = (
        factories.ClaimFactory(),
        factories.ClaimFactory(statement="The tower leans by four degrees."),
    )
    page = tab.open(page_of(claim))
    assert not page.is_visible("#id_merge_survivor + .select2")
    page.click("summary:has-text('Merge')")
    page.click("#id_merge_survivor + .select2 .select2-selection")
    page.keyboard.type("tower")
    page.click(f".select2-results__option:has-text('{survivor.statement}')")
    page.click("details[open] button")
    page.wait_for_selector(".messagelist .success")
    claim.refresh_from_db()
    assert claim.merged_into == survivor


def test_two_people_save_one_claim(browser, sign_in, editor, second_editor):
    claim = factories.ClaimFactory()
    first, second = Tab(browser, sign_in(editor)), Tab(browser, sign_in(second_editor))
    for tab in (first, second):
        tab.open(page_of(claim))
    first.page.fill("#id_statement", "The bridge cost three million dollars.")
    first.page.click("input[name=_save]")
    first.page.wait_for_selector(".messagelist .success")
    second.page.fill("#id_statement", "The bridge cost five million dollars.")
    second.page.click("input[name=_save]")
    second.page.wait_for_selector(".conflict")
    assert second.page.inner_text(".conflict .yours") == "The bridge cost five million dollars."
    assert second.page.inner_text(".conflict .theirs") == "The bridge cost three million dollars."
    assert second.page.input_value("#id_statement") == "The bridge cost five million dollars."
    second.page.click("input[name=_save]")
    second.page.wait_for_selector(".messagelist .success")
    claim.refresh_from_db()
    assert claim.statement == "The bridge cost five million dollars."
    assert first.complaints == second.complaints == []


def what_came_in():
    """Return the addresses of the pages and lists of what waits for a decision, one row of each kind."""
    rows = [
        factories.SuggestionFactory(clauses=["Officials opened the bridge"]),
        factories.AnchorProposalFactory(rating="supported"),
        models.ReviewTask.objects.get(),
        factories.ArrivalFactory(name=f"{'a-long-name-' * 9}.html"),
    ]
    return [page_of(row) for row in rows] + [list_of(type(row)) for row in rows]


def test_what_came_in_is_decided_without_script(browser, sign_in):
    first = factories.SuggestionFactory(clauses=["Officials opened the bridge"], score=0.9)
    factories.SuggestionFactory(
        article_version=first.article_version, words="Others doubt the figure.", speakers=()
    )
    proposal = factories.AnchorProposalFactory()
    tab = Tab(browser, sign_in("reporter"), java_script_enabled=False)
    page = tab.open(page_of(first))
    page.check("input[name=part][value='1']")
    page.click("details[open] button")
    assert "Officials opened the bridge" in page.inner_text(".messagelist .success")
    assert page.inner_text(".passage mark") == "Others doubt the figure."
    page.click(".verbs > form button:has-text('Dismiss')")
    page.wait_for_url(f"**{list_of(models.Suggestion)}")
    assert models.Claim.objects.get(origin="suggestion").statement == "Officials opened the bridge"

    page = tab.open(page_of(proposal))
    page.check("input[name=place][value='elsewhere']")
    page.fill("textarea[name=words]", "Others doubt the figure.")
    page.click("details[open] button")
    page.wait_for_selector(".messagelist .success")
    proposal.refresh_from_db()
    assert proposal.carried_to.exact == "Others doubt the figure."
    assert tab.complaints == []


def test_what_came_in_keeps_the_policy(tab):
    for address in what_came_in():
        tab.open(address)


@pytest.mark.parametrize("width", [320, 380, 800, 1360])
def test_no_page_is_wider_than_its_window(browser, sign_in, editor, width):
    draft = factories.VerdictDraftFactory(state="submitted")
    saved = factories.SavedSearchFactory(by=editor, name="Bridge" * 16, q="bridge" * 16)
    tab = Tab(browser, sign_in(editor), viewport={"width": width, "height": 900})
    search = reverse("search") + saved.query
    for address in (
        reverse("admin:index"),
        page_of(saved),
        search,
        page_of(draft),
        page_of(draft.claim),
        *what_came_in(),
    ):
        page = tab.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, sign_in, editor, scheme):
    draft = factories.VerdictDraftFactory(state="submitted")
    saved = factories.SavedSearchFactory(by=editor)
    tab = Tab(browser, sign_in(editor), color_scheme=scheme, bypass_csp=True)
    pages = [
        reverse("admin:index"),
        page_of(saved),
        reverse("search") + saved.query,
        page_of(draft),
        page_of(draft.claim),
        list_of(models.Claim),
        *what_came_in(),
    ]
    found = [line for address in pages for line in violations(tab.open(address))]
    assert found == [], "\n".join(found)
