"""What WCAG 2.2 AA asks of every public page, as axe and a few questions of our own find it in a browser."""

from __future__ import annotations

import pytest

from tests.browser.axe import violations
from tests.browser.shelf import HOST, browser, tab

pytestmark = pytest.mark.usefixtures("_needs_a_browser")

SCHEMES = ("light", "dark")
WIDTHS = (320, 1280)
# What the criterion "text spacing" lets a reader set.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""

# What the page clips counts.
STICKING_OUT = """() => (document.querySelectorAll('.masthead, main, .colophon').forEach(
      one => one.style.setProperty('overflow-x', 'visible')),
    document.documentElement.scrollWidth <= window.innerWidth) ? [] :
  [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1 && !one.closest('.scroller'))
    .map(one => `${one.tagName}.${one.className} sticks out`).slice(0, 1)"""

# Text that a box cuts off without a way to see the rest. A field scrolls; what is offscreen for eyes is meant to be.
CUT_OFF = """() => [...document.querySelectorAll('body *:not(input, textarea, select)')].filter(one => {
    const style = getComputedStyle(one)
    return ['hidden', 'clip'].includes(style.overflowX) && one.clientWidth > 1 && !one.closest('svg')
      && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  }).map(one => `${one.tagName}.${one.className} is cut off: ${one.textContent.trim().slice(0, 40)}`).slice(0, 3)"""

# 24 px each way, or so much room around it that a circle of 24 px touches no other; links in a line of text are free.
SMALL_TARGETS = """() => {
  const inline = one => {
    const box = one.parentElement
    return getComputedStyle(one).display === 'inline'
      && [...box.childNodes].some(node => node !== one && node.textContent.trim())
  }
  const targets = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.matches('.skip, [tabindex="-1"]')
      && one.getBoundingClientRect().width > 1)
  const boxes = targets.map(one => one.getBoundingClientRect())
  return targets.filter((one, at) => {
    const box = boxes[at]
    if (box.width >= 24 && box.height >= 24 || inline(one)) return false
    const x = box.left + box.width / 2, y = box.top + box.height / 2
    return boxes.some((other, index) => index !== at && !one.contains(targets[index]) && !targets[index].contains(one)
      && Math.hypot(Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom)) < 12)
  }).map(one => `${one.outerHTML.slice(0, 120)} is a small target`).slice(0, 3)
}"""

# Where the keyboard is, in the order of the page, and whether that is seen: by a ring, in a drawing by its lines. The
# parts of a date are the browser's own.
FOCUSED = """() => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const look = () => [one, ...one.querySelectorAll('*')].map(part => {
    const style = getComputedStyle(part)
    return [style.outlineStyle, style.outlineWidth, style.stroke, style.strokeWidth, style.fill].join()
  }).join()
  const drawn = () => {
    const [before] = [look(), one.blur()]
    const after = look()
    one.focus()
    return before !== after
  }
  const style = getComputedStyle(one)
  const box = one.getBoundingClientRect()
  return {
    at: [...document.querySelectorAll('*')].indexOf(one), what: one.outerHTML.slice(0, 100),
    skip: one.matches('a.skip, a.skip-to-content-link'),
    ring: !one.matches(':focus') || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      || one instanceof SVGElement && drawn(),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  }
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(pages, scheme, width):
    found = []
    # axe is a script of others, which the policy of our pages would not run.
    with browser() as opened, tab(opened, pages, width=width, color_scheme=scheme, bypass_csp=True) as page:
        for address in pages.answers:
            page.goto(HOST + address)
            found += violations(page)
    assert found == [], "\n".join(found)
    assert pages.astray == []


@pytest.mark.parametrize("width", WIDTHS)
def test_room_for_fingers_for_wider_spacing_and_for_the_whole_of_the_words(pages, width):
    """320 px are 1280 at 400 %."""
    found = []
    with browser() as opened, tab(opened, pages, width=width, bypass_csp=True) as page:
        for address in pages.answers:
            page.goto(HOST + address)
            found += [f"{address}: {one}" for question in (STICKING_OUT, CUT_OFF, SMALL_TARGETS)
                      for one in page.evaluate(question)]  # fmt: skip
            page.add_style_tag(content=SPACED)
            found += [f"{address}, spaced: {one}" for question in (STICKING_OUT, CUT_OFF)
                      for one in page.evaluate(question)]  # fmt: skip
    assert found == [], "\n".join(found)


def test_the_keyboard_goes_through_every_page_in_its_order_and_is_seen(pages):
    found = []
    with browser() as opened, tab(opened, pages) as page:
        for address in pages.answers:
            page.goto(HOST + address)
            found += [f"{address}: {one}" for one in along(page)]
    assert found == [], "\n".join(found)


def along(page):
    """Press the tabulator through a page and say what goes wrong on the way."""
    stops = yield from stops_of(page)
    # What is shown while nothing else works has no head to skip.
    if page.locator("nav").count():
        if not stops[0]["skip"]:
            yield f"the first stop is {stops[0]['what']}, not the link to the content"
        page.locator("a.skip").focus()
        page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.id") != "content":
            yield "the first link does not lead to the content"


def stops_of(page):
    """Return where the keyboard stops; say what comes out of its order, or is not seen."""
    stops = []
    for _ in range(600):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        # At the end it goes round, in some browsers by way of the window.
        if now is None or (stops and now["at"] == stops[0]["at"]):
            break
        if stops and now["at"] < stops[-1]["at"]:
            yield f"{now['what']} comes after {stops[-1]['what']}"
        if not now["ring"] or not now["seen"]:
            yield f"nobody sees that the keyboard is at {now['what']}"
        stops.append(now)
    return stops


def test_nothing_moves(pages):
    moving = """() => document.getAnimations().length + [...document.querySelectorAll('*')].filter(one => {
      const style = getComputedStyle(one)
      return style.animationName !== 'none' || style.transitionDuration.split(',').some(time => parseFloat(time) > 0)
        || style.scrollBehavior === 'smooth'
    }).length"""
    with browser() as opened:
        for wish in ("reduce", "no-preference"):
            with tab(opened, pages, reduced_motion=wish) as page:
                for address in pages.answers:
                    page.goto(HOST + address)
                    assert page.evaluate(moving) == 0, address


def test_marks_and_shapes_are_there_in_the_colours_of_the_reader(pages):
    """In forced colours a background is gone; a mark is a line, a rating a shape that is drawn."""
    lost = """() => [...document.querySelectorAll('.mark, .shape')].filter(one => {
      const style = getComputedStyle(one)
      if (one.matches('.mark')) return !style.textDecorationLine.includes('underline')
      return ![...one.children].some(part => {
        const drawn = getComputedStyle(part)
        return drawn.fill !== 'none' || drawn.stroke !== 'none'
      })
    }).map(one => one.outerHTML.slice(0, 100))"""
    with browser() as opened, tab(opened, pages, forced_colors="active") as page:
        for address in pages.answers:
            page.goto(HOST + address)
            assert page.evaluate(lost) == [], address


def test_the_pages_keep_to_their_own_policy(pages):
    said = []
    with browser() as opened, tab(opened, pages) as page:
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        for address, answer in pages.answers.items():
            said.clear()
            page.goto(HOST + address)
            # A browser says of every error page that it is one.
            heard = [one for one in said if answer["status"] < 400 or "Failed to load resource" not in one]
            assert heard == [], address
    assert pages.astray == []
