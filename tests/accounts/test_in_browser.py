"""The pages about accounts in a browser: nothing for axe to find, by keyboard alone, and nothing wider than 320 px."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import code_at, with_app
from tests.browser.axe import violations
from tests.desk.test_in_browser import Tab, browser  # noqa: F401 - a fixture
from tests.factories import PASSWORD

# Without the mark for the database: `reporter` asks for it, once the browser is there.
pytestmark = pytest.mark.slow


class Following(Client):
    """Follows where it is led by itself: a browser that is led on asks the network, where there is no server."""

    def generic(self, method, path, *given, **more):
        answer = super().generic(method, path, *given, **more)
        while answer.status_code in (301, 302):
            answer = super().generic("GET", answer["Location"], HTTP_HOST="localhost")
        return answer


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages(browser, reporter, newsroom, scheme):  # noqa: F811
    client = Following()
    client.force_login(reporter)
    tab = Tab(browser, client, viewport={"width": 320, "height": 800}, color_scheme=scheme, bypass_csp=True)
    for name in (
        "account",
        "account_change_password",
        "account_logout",
        "mfa_activate_totp",
        "account_reset_password",
    ):
        page = tab.open(reverse(name))
        page.wait_for_load_state()
        if name == "mfa_activate_totp":
            # The password first.
            page.fill("#id_password", PASSWORD)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert tab.complaints == []
    tab.page.close()


def test_signing_in_by_keyboard_alone(browser, reporter, newsroom):  # noqa: F811
    secret, client = with_app(reporter), Following()
    tab = Tab(browser, client, viewport={"width": 320, "height": 800})
    page = tab.open(reverse("account_login"))
    # The cursor stands in the first field.
    page.keyboard.type("rita")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.type(code_at(secret, datetime.now(UTC)))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert client.get(reverse("admin:index")).context["user"] == reporter
    assert tab.complaints == []
    tab.page.close()
