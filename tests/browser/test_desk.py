"""The desk as everybody must be able to use it: what axe finds, room for fingers and for large letters, the keyboard,
the markup, and the policy of its pages. Pages of one shape are judged once."""

from __future__ import annotations

import pytest

from tests.browser.axe import violations
from tests.browser.desk import NOT_PAGES, desk_routes, pages_of
from tests.browser.shelf import HOST, browser, tab
from tests.browser.test_accessibility import SMALL_TARGETS, STICKING_OUT, stops_of
from tests.browser.test_markup import judged

# One process has all of them: to fetch the pages takes a minute and more.
pytestmark = pytest.mark.xdist_group("desk")
# The pages are judged in so many parts; a sampled run takes two.
PARTS = 16
# In turn, so that half of the pages has dark ink where the others have light: (width, scheme).
LOOKS = ([(1280, "light"), (320, "dark")], [(1280, "dark"), (320, "light")])
# 1280 at 200 % is 640; the sidebar comes in at 768.
WIDTHS = (320, 640, 800, 1280)
# What a browser suggests besides is no complaint.
COMPLAINTS = ("error", "warning")
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one)
    return style.animationName !== 'none' || style.transitionDuration.split(',').some(time => parseFloat(time) > 0)
  }).map(one => `${one.tagName} moves`).slice(0, 1)"""
# What the validator finds in Django's own templates and in the search fields that its script makes of a select.
DJANGOS = (
    # The list of everything: two cells below three heads.
    "A table row was 2 columns wide",
    # What a form began with, beside each field (`show_hidden_initial`).
    "whose value is “hidden” must not have any “aria-*” attributes",
    # A row of a form whose field is hidden, and with it the row.
    "must be the ID of a non-hidden form control",
    # A select that is filled by searching: its options come later, and its empty one is the placeholder.
    "must have a descendant “option” element",
    "Element “option” without attribute “label” must not be empty",
    "must have either an empty “value” attribute, or must have no text content",
)
parts = pytest.mark.parametrize("part", range(PARTS))


def test_every_route_of_the_desk_is_judged_or_is_no_page():
    assert {name for name in desk_routes() if pages_of(name) is None} == NOT_PAGES


@pytest.mark.usefixtures("_needs_a_browser")
@parts
def test_every_page(at_desk, part):
    """axe, nothing to the side, room for fingers, nothing that moves, and no complaint of the browser."""
    found = []
    with browser() as opened, tab(opened, at_desk, bypass_csp=True) as page:
        for number, address in enumerate(list(at_desk.answers)[part::PARTS]):
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(HOST + address)
            for width, scheme in LOOKS[number % 2]:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                found += [f"{width}, {scheme}: {one}" for one in violations(page)]
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found += [f"{address}, {width}: {one}" for question in (STICKING_OUT, SMALL_TARGETS)
                          for one in page.evaluate(question)]  # fmt: skip
            found += [f"{address}: {one}" for one in page.evaluate(MOVING)]
    assert found == [], "\n".join(found)
    assert at_desk.astray == []


@pytest.mark.usefixtures("_needs_a_browser")
@parts
def test_the_pages_keep_to_their_own_policy(at_desk, part):
    said = []
    with browser() as opened, tab(opened, at_desk) as page:
        page.on("console", lambda message: said.append((message.type, message.text)))
        page.on("pageerror", lambda error: said.append(("error", str(error))))
        for address in list(at_desk.answers)[part::PARTS]:
            said.clear()
            page.goto(HOST + address)
            # A browser says of every error page that it is one.
            heard = [
                text for kind, text in said if kind in COMPLAINTS and "Failed to load resource" not in text
            ]
            assert heard == [], address
    assert at_desk.astray == []


@pytest.mark.usefixtures("_needs_a_browser")
@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_goes_through_a_page_of_each_template_and_is_seen(at_desk, width):
    found = []
    with browser() as opened, tab(opened, at_desk, width=width) as page:
        for address in at_desk.templates.values():
            page.goto(HOST + address)
            # From the top, wherever a script has put the cursor.
            page.evaluate(
                "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')"
            )
            found += [f"{address}: {one}" for one in stops_of(page)]
    assert found == [], "\n".join(found)


@pytest.mark.usefixtures("_needs_a_browser")
def test_the_list_of_everything_is_closed_until_somebody_opens_it(at_desk):
    address = at_desk.templates["admin/claim_workbench.html"]
    with browser() as opened, tab(opened, at_desk, bypass_csp=True) as page:
        page.goto(HOST + address)
        assert not page.is_visible("#nav-sidebar")
        page.locator("#toggle-nav-sidebar").focus()
        page.keyboard.press("Enter")
        assert page.is_visible("#nav-sidebar")
        assert [*violations(page), *page.evaluate(SMALL_TARGETS), *page.evaluate(STICKING_OUT)] == []
        page.goto(HOST + address)
        assert page.is_visible("#nav-sidebar")


@pytest.mark.usefixtures("_needs_a_browser")
def test_a_search_field_says_what_it_is_for_also_while_it_is_typed_into(at_desk):
    address = next(one for one in at_desk.answers if one.startswith("/desk/articles/evidence/add/"))
    with browser() as opened, tab(opened, at_desk) as page:
        page.goto(HOST + address)
        page.locator(".field-claim .select2-selection").focus()
        page.keyboard.press("Enter")
        page.get_by_role("searchbox", name="Claim").wait_for()


def test_the_markup(at_desk, tmp_path):
    files = {}
    for number, (address, answer) in enumerate(at_desk.answers.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(answer["body"])
        files[file.name] = address

    found = judged(sorted(tmp_path.glob("*.html")))

    ours = [one for one in found if not any(known in one for known in DJANGOS)]
    found = [f"{files[one.partition(':')[0]]} {one}" for one in ours]
    assert found == [], "\n".join(found)
