"""The workbench of a claim in a real browser: by keyboard, in place, without script, at any width."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Evidence, Note
from tests import factories
from tests.browser.axe import violations
from tests.desk.test_claim_workbench import bench, full_claim
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow
TEXT = "The council met.\n\nThe “new” bridge cost\u00a0four million – not five – dollars.\n\nIt rained.\n"


@pytest.fixture
def tab(browser, sign_in):  # noqa: F811
    tab = Tab(browser, sign_in("editor"))
    yield tab
    assert tab.complaints == []


def test_passage_is_looked_for_while_it_is_typed(tab):
    claim = factories.ClaimFactory()
    factories.SourceVersionFactory(
        source=factories.SourceFactory(title="Minutes of the harbour board"), text=TEXT
    )
    page = tab.open(bench(claim))
    page.keyboard.press("n")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    page.click("a.verb:has-text('Version 1')")
    page.wait_for_selector("[data-passage]")
    page.check("input[name=stance][value=refutes]")
    page.fill("[data-passage]", 'the "new" bridge')
    page.wait_for_selector("#passage-answer.nowhere")
    page.fill("[data-passage]", 'The "new" bridge cost four million - not')
    page.wait_for_selector("#passage-answer.other_marks")
    page.click("text=Use the exact words")
    page.wait_for_selector("#passage-answer.exact")
    assert page.input_value("[data-passage]") == "The “new” bridge cost\u00a0four million – not"
    assert page.is_checked("input[name=stance][value=refutes]")
    page.fill("textarea[name=note]", "It says so.")
    page.click(".sends button:has-text('Add evidence')")
    page.wait_for_selector(".evidence-list .refutes")
    evidence = Evidence.objects.get()
    assert (evidence.passage_state, evidence.note) == ("verified", "It says so.")
    # In place, and it can be taken back.
    assert page.is_visible("#id_find")
    page.click("#messages .undo button")
    page.wait_for_selector(".evidence-list li:has-text('No evidence yet')")
    assert not Evidence.objects.exists()


def test_selected_words_become_the_passage(tab):
    claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
    page = tab.open(f"{bench(claim)}?version={version.pk}")
    assert not page.is_visible("[data-use-selection]")
    page.evaluate(
        """() => {
          const words = document.querySelectorAll("[data-words]");
          const range = document.createRange();
          range.setStart(words[0].firstChild, 4);
          range.setEnd(words[1].firstChild, 16);
          document.getSelection().addRange(range);
        }"""
    )
    page.click("[data-use-selection]")
    assert page.input_value("[data-passage]") == "council met.\n\nThe “new” bridge"
    page.wait_for_selector("#passage-answer.exact")
    page.click("button[aria-label*='It rained']")
    page.wait_for_selector("#passage-answer:has-text('it will count as verified')")
    page.wait_for_function("document.querySelector('[data-passage]').value === 'It rained.'")


def test_note_in_place_keeps_what_is_typed_elsewhere(tab):
    claim = factories.ClaimFactory()
    page = tab.open(bench(claim))
    page.fill("#id_find", "half a ti")
    page.fill("#id_note_text", "Ask the archive.")
    page.click("#notes button:has-text('Leave the note')")
    page.wait_for_selector("#notes .note-text")
    assert page.input_value("#id_find") == "half a ti" and page.input_value("#id_note_text") == ""
    page.keyboard.press("Escape")
    page.click("#messages .undo button")
    page.wait_for_selector("#notes li:has-text('None.')")
    assert not Note.objects.exists()


def test_two_people_write_on_one_piece_of_evidence(browser, sign_in, editor, second_editor):  # noqa: F811
    evidence = factories.EvidenceFactory(note="What the minutes say.")
    first, second = Tab(browser, sign_in(editor)), Tab(browser, sign_in(second_editor))
    for tab in (first, second):
        tab.open(f"{bench(evidence.claim)}?edit={evidence.pk}")
    first.page.fill("textarea[name=note]", "What the minutes of March say.")
    first.page.click(".sends button")
    first.page.wait_for_selector(".messagelist .success")
    second.page.fill("textarea[name=note]", "Nothing at all.")
    second.page.click(".sends button")
    second.page.wait_for_selector(".conflict, .errornote, .errorlist")
    assert "What the minutes of March say." in second.page.inner_text("#evidence-form")
    assert second.page.input_value("textarea[name=note]") == "Nothing at all."
    second.page.click(".sends button")
    second.page.wait_for_selector(".messagelist .success")
    evidence.refresh_from_db()
    assert evidence.note == "Nothing at all."
    assert [one for tab in (first, second) for one in tab.complaints if "403" not in one] == []


def test_without_script(browser, sign_in):  # noqa: F811
    claim = factories.ClaimFactory()
    factories.SourceVersionFactory(
        source=factories.SourceFactory(title="Minutes of the harbour board"), text=TEXT
    )
    tab = Tab(browser, sign_in("reporter"), java_script_enabled=False)
    page = tab.open(bench(claim))
    page.fill("#id_find", "harbour")
    page.click(".look[action$='#evidence'] button")
    page.click("a.verb:has-text('Version 1')")
    page.check("input[name=stance][value=supports]")
    page.fill("[data-passage]", 'The "new" bridge')
    page.click("text=Look whether the stored text has it")
    assert "with other spaces" in page.inner_text("#passage-answer")
    page.click("text=Use the exact words")
    assert page.input_value("[data-passage]") == "The “new” bridge"
    assert page.is_checked("input[name=stance][value=supports]")
    page.click(".sends button")
    page.wait_for_url(f"**{bench(claim)}*")
    assert Evidence.objects.get().passage_state == "verified"
    page.fill("#id_note_text", "Ask the archive.")
    page.click("#notes button:has-text('Leave the note')")
    assert "Ask the archive." in page.inner_text("#notes")
    assert tab.complaints == []


def test_keys_lead_to_the_sections(tab):
    page = tab.open(bench(full_claim()))
    page.keyboard.press("?")
    assert "new evidence" in page.inner_text("#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("7")
    assert page.evaluate("document.activeElement.id") == "notes"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section').id") == "notes"


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_is_not_wider_than_its_window(browser, sign_in, width):  # noqa: F811
    claim, version = full_claim(), factories.SourceVersionFactory(text="A" * 300 + f"\n\n{TEXT}")
    tab = Tab(browser, sign_in("editor"), viewport={"width": width, "height": 900})
    for query in ("", f"?version={version.pk}", "?find=source", "?similar=bridge"):
        page = tab.open(bench(claim) + query)
        for summary in page.query_selector_all("#content summary"):
            summary.evaluate("one => one.parentElement.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, sign_in, scheme):  # noqa: F811
    claim, version = full_claim(), factories.SourceVersionFactory(text=TEXT)
    court = factories.SourceVersionFactory(source=factories.SourceFactory(kind="court_case"), text=TEXT)
    tab = Tab(browser, sign_in("editor"), color_scheme=scheme, bypass_csp=True)
    found = []
    for query in ("", f"?version={version.pk}", f"?version={court.pk}", "?find=source", "?similar=bridge"):
        page = tab.open(bench(claim) + query)
        for summary in page.query_selector_all("#content summary"):
            summary.evaluate("one => one.parentElement.open = true")
        found += violations(page)
    page = tab.open(reverse("admin:articles_claim_history", args=[claim.pk]))
    found += violations(page)
    assert found == [], "\n".join(found)
