"""Sources at the desk in a real browser: what is pasted fills the form, and every page can be used by everybody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from tests import factories
from tests.browser.axe import violations
from tests.desk.conftest import add_to, page_of
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture
from tests.pictures import png

pytestmark = pytest.mark.slow


@pytest.fixture
def narrow(browser, sign_in):  # noqa: F811
    return Tab(browser, sign_in("editor"), viewport={"width": 320, "height": 700}, bypass_csp=True)


def test_what_is_pasted_fills_empty_fields_only(narrow):
    factories.SourceFactory(kind="court_case", title="Field v. Harbour, docket", docket_number="24-cv-123")
    page = narrow.open(add_to(models.Source))
    page.fill("#id_title", "My own words")
    page.fill("#id_pasted", "Field v. Harbour, No. 1:24-cv-00123 (S.D.N.Y.)")
    page.wait_for_selector(".on-record a")
    assert page.input_value("#id_kind") == "court_case"
    assert page.input_value("#id_docket_number") == "1:24-cv-00123"
    assert page.input_value("#id_title") == "My own words"
    told = page.inner_text("#recognised")
    assert "Left as you had them: Title." in told and "Field v. Harbour, docket" in told
    assert page.is_visible("#id_court") and not page.is_visible("#id_platform")
    page.fill("#id_pasted", "https://x.com/lamp/status/77")
    page.wait_for_function("document.getElementById('id_platform').value === 'X'")
    assert page.input_value("#id_docket_number") == "" and not page.is_visible("#id_court")
    assert violations(page) == [] and narrow.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_picture_from_choosing_to_keeping(narrow):
    source = factories.SourceFactory()
    factories.EvidenceFactory(source_version=factories.SourceVersionFactory(source=source))
    page = narrow.open(f"{add_to(models.SourceVersion)}?source={source.pk}")
    assert violations(page) == []
    page.set_input_files("#id_upload", {"name": "shot.png", "mimeType": "image/png", "buffer": png(900, 300)})
    page.fill("#id_seen_as", "A sign at a bridge.")
    page.select_option("#id_copy_quality", "primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview img")
    page.wait_for_function("document.activeElement.id === 'preview'")
    assert violations(page) == []
    page.click("[name=_save]")
    page.wait_for_selector(".source-versions img")
    page.wait_for_function("document.querySelector('.source-versions img').naturalWidth === 900")
    page.wait_for_selector("[aria-labelledby^=id_part_of_label]", state="attached")
    assert violations(page) == [] and narrow.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page = narrow.open(page_of(models.SourceVersion.objects.latest("pk")))
    assert violations(page) == [] and narrow.complaints == []


def test_the_step_without_a_script(browser, sign_in):  # noqa: F811
    tab = Tab(browser, sign_in("reporter"), java_script_enabled=False)
    page = tab.open(add_to(models.Source))
    assert not page.is_visible("#id_title")
    page.fill("#id_pasted", "Fla. Stat. § 120.68")
    page.press("#id_pasted", "Enter")
    assert page.input_value("#id_citation") == "Fla. Stat. § 120.68"
    assert page.is_visible("#id_title") and page.query_selector("#id_court") is None
    page.fill("#id_title", "On review")
    page.click("[name=_save]")
    page.wait_for_selector(".source-head")
    assert models.Source.objects.get().jurisdiction == "Florida"
    assert page.url.endswith(reverse("admin:articles_source_change", args=[models.Source.objects.get().pk]))
