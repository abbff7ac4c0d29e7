"""What every page owes its readers: one style sheet, contrast, landmarks, anchors that lead somewhere."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories
from tests.pages.everything import LISTS, everything
from tests.pages.reading import Page

STYLE = (Path(settings.BASE_DIR) / "articles/static/articles/pages.css").read_text(encoding="utf-8")
# The desk has a look of its own.
OF_THE_DESK = {"admin", "account", "mfa", "usersessions"}
TEMPLATES = [
    path
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    if OF_THE_DESK.isdisjoint(path.relative_to(settings.BASE_DIR).parts)
]


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    return {"light": palette(light), "dark": palette(light) | palette(dark)}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "colour", ["ink", "muted", "link", "is-true", "is-mixed", "is-false", "is-unverifiable", "is-open"]
)
@pytest.mark.parametrize("ground", ["paper", "panel", "target"])
def test_text_has_the_contrast_of_wcag_aa(scheme, colour, ground):
    colours = palettes()[scheme]

    assert contrast(colours[colour], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_ring_stands_out(scheme):
    colours = palettes()[scheme]

    assert contrast(colours["focus"], colours["paper"]) >= 3


def test_the_dark_palette_is_a_design_of_its_own():
    light, dark = palettes()["light"], palettes()["dark"]

    assert {name for name in light if light[name] == dark[name]} == set()


def test_colours_are_named_once():
    body = STYLE.split("/* --- Ground --- */")[1].split("@media print")[0]

    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, ])", body)


def test_nothing_moves_by_itself():
    assert not re.search(r"\b(animation|transition)\s*:", STYLE)


def test_nothing_is_fetched_from_elsewhere():
    assert not re.search(r"url\(|@import", STYLE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_script_and_no_style(path):
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|\|\s*safe\b|autoescape off", source)


def test_every_class_a_template_names_is_styled_and_the_other_way_round():
    named = set()
    for path in TEMPLATES:
        # The templates' own words go out, so that both sides of an if are seen.
        source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"))
        for value in re.findall(r'class="([^"]*)"', source):
            named |= set(value.split())
    # Those that the tags write.
    written = set()
    for path in (Path(settings.BASE_DIR) / "articles/templatetags").glob("*.py"):
        for value in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8")):
            written |= set(re.sub(r"\{.*?\}", " ", value).split())
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)))
    # Names that are put together, from a status for one.
    made = {name for name in styled if re.match(r"(is|lane)-", name)} | written
    made |= {"short", "middling", "long", "folded", "again"}
    made |= {"crowd", "folded", "spoken"}

    assert {name for name in named if not name.endswith("-")} - styled == set()
    assert styled - named - made == set()


@pytest.fixture
def addresses(newsroom):
    return everything().addresses()


@pytest.fixture
def titled(newsroom):
    """Things that have names of their own, and the lists."""
    article = factories.ArticleFactory(public=True)
    claimant = factories.ClaimantFactory()
    claim = factories.ClaimFactory(rating="supported", topics=[factories.TopicFactory()])
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    factories.make_series(claim, [("update", "contradicted", None)])
    quoted = factories.ArticleFactory(
        public=True, rights="excerpt", text=f"Another text. {factories.SENTENCE}"
    )
    factories.AppearanceFactory(claim=claim, article_version=quoted.current_version)
    source = claim.evidence.first().source_version.source
    things = [article, quoted, claim, claimant, source, claim.verdicts.first(), claim.topics.first()]
    return [*(thing.get_absolute_url() for thing in things), *map(reverse, LISTS)]


def test_every_page_has_its_landmarks_and_one_title(read, titled):
    titles = []
    for address in titled:
        page = read(address)
        assert not page.broken, address
        for name in ("h1", "main", "footer"):
            page.one(name)
        assert page.one("html").attributes["lang"] == "en"
        assert page.all("nav")[0].attributes["aria-label"]
        skip = page.one("body").all()[0]
        assert (skip.text, skip.attributes["href"]) == ("Skip to the content", "#content")
        assert page.main.attributes["id"] == "content"
        assert not page.all("style")
        # Facts for programs, not a program.
        assert {one.attributes.get("type") for one in page.all("script")} <= {"application/ld+json"}
        titles.append(page.one("head").all("title")[0].text)
    # No two pages share one.
    assert len(set(titles)) == len(titles)


def test_headings_go_down_one_step_at_a_time(read, addresses):
    for address in addresses:
        page = read(address)
        levels = [int(one.name[1]) for one in page.main.all() if re.fullmatch(r"h[1-6]", one.name)]
        assert levels[0] == 1, address
        for above, below in pairwise(levels):
            assert below <= above + 1, (address, levels)


def test_every_anchor_and_label_leads_to_something_on_its_page(read, addresses):
    for address in addresses:
        page = read(address)
        identifiers = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
        assert len(identifiers) == len(set(identifiers)), address
        for one in page.all():
            for name in ("aria-labelledby", "aria-describedby", "for"):
                for named in one.attributes.get(name, "").split():
                    assert named in identifiers, (address, name, named)
            href = one.attributes.get("href", "")
            if href.startswith("#"):
                assert href[1:] in identifiers, (address, href)


def test_every_link_within_the_house_is_answered(client, addresses):
    """And what follows a # in it is there."""
    links = {
        (address, urljoin(address, link.attributes["href"]))
        for address in addresses
        for link in Page(client.get(address).content.decode()).all("a")
        if link.attributes["href"].startswith(("/", "?"))
    }
    known, found = {}, []
    for address, href in sorted(links):
        target, _, anchor = href.partition("#")
        if target.startswith("/desk/"):
            continue
        if target not in known:
            answer = client.get(target, follow=True)
            known[target] = answer.status_code, answer.getvalue().decode(errors="replace")
        status, content = known[target]
        if status != 200:
            found.append(f"{address} leads to {target}, which answers {status}")
        if anchor and f'id="{anchor}"' not in content:
            found.append(f"{address} leads to {href}, where nothing has that name")
    assert found == [], "\n".join(found)
