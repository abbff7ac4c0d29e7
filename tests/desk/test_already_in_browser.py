"""What is on record already comes beside the suggestions it is about, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Appearance
from tests import factories
from tests.browser.axe import violations
from tests.desk.test_already import ROOF, TEXT, already_of, suggest
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture
from tests.desk.test_selecting import workbench_of

pytestmark = pytest.mark.slow


@pytest.fixture
def article() -> Any:
    return factories.ArticleFactory(text=TEXT, title="A pool")


@pytest.fixture
def claim() -> Any:
    return factories.ClaimFactory(statement=ROOF, rating="supported")


def test_it_comes_beside_its_suggestion_and_is_said_with_one_press(
    browser: Any,  # noqa: F811
    sign_in: Any,
    article: Any,
    claim: Any,
) -> None:
    version = article.current_version
    row, other = suggest(version), suggest(version, "It leaks.")
    mine = Tab(browser, sign_in("editor"))
    page = mine.open(workbench_of(article))
    told = page.wait_for_selector(f"#s{row.pk} .already")
    assert f"On record already: {ROOF}" in told.inner_text()
    assert page.query_selector(f"#s{other.pk} .already") is None
    # Another decision in the same paragraph renews it; what was found stays beside its suggestion.
    page.click(f"#s{other.pk} form[action$='/dismiss/'] button")
    page.wait_for_selector("#messages .success")
    page.wait_for_selector(f"#s{row.pk} .already")
    page.click(f"#s{row.pk} .already button")
    page.wait_for_selector(f"#p2 [data-claim='{claim.pk}']")
    assert Appearance.objects.get(claim=claim).exact == ROOF
    assert page.query_selector(".already") is None and mine.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Any,  # noqa: F811
    sign_in: Any,
    article: Any,
    claim: Any,
    scheme: str,
    width: int,
) -> None:
    factories.ClaimFactory(statement="The roof cost $8.5 million.", rating="contradicted")
    row = suggest(article.current_version)
    size: Any = {"width": width, "height": 900}
    mine = Tab(browser, sign_in("editor"), color_scheme=scheme, bypass_csp=True, viewport=size)
    page = mine.open(workbench_of(article))
    page.wait_for_selector(f"#s{row.pk} .already")
    found = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page = mine.open(already_of(article.current_version))
    found += violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == [], "\n".join(found)
