"""Whatever stands in a field is shown as the text it is: one corpus through every field onto every page."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from articles.models import Article, Claimant, Source
from articles.refusals import Refused
from tests import factories, hostile
from tests.pages.everything import everything, five_hundred_appearances
from tests.pages.reading import Page

# What a page is made of. Anything else came out of a field.
OURS = {
    name
    for names in (
        "html head meta title link body header nav main footer section article aside div h1 h2 h3 h4 p a ul ol li",
        "dl dt dd span strong code blockquote q cite table caption thead tbody tr th td time details summary figure",
        "figcaption br abbr small ins del mark wbr sup bdi",
        "form fieldset legend label select optgroup option input textarea button",
        "svg g circle path line rect text desc defs marker polyline polygon pattern img script",
        # Markdown, where editors write it
        "em pre h5 h6 hr",
    )
    for name in names.split()
}
# What a field would have to make in order to do harm: by name, what it may be if it is ours.
HARMLESS = {
    "script": lambda one: (
        one.attributes == {"type": "application/ld+json"} and json.loads(one.text) is not None
    ),
    "form": lambda one: OUR_PLACE.match(one.attributes.get("action", "/")),
    "img": lambda one: OUR_PLACE.match(one.attributes["src"]),
    "meta": lambda one: "http-equiv" not in one.attributes,
    "link": lambda one: (
        OUR_PLACE.match(one.attributes["href"]) or one.attributes["href"].startswith("http://testserver/")
    ),
    "input": lambda one: (
        one.attributes.get("name") != "csrfmiddlewaretoken" or len(one.attributes["value"]) == 64
    ),
}
OUR_PLACE = re.compile(r"/(?!/)|\?|#|$")
FOLLOWED = ("/", "#", "?", "http://", "https://", "mailto:")


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS))
def test_every_page_shows_it_as_text(read, text):
    try:
        addresses = everything(text).addresses()
    except (ValidationError, Refused):
        pytest.skip("The record itself refuses this text.")

    found = [f"{address}: {trouble}" for address in addresses for trouble in unruly(read(address))]
    assert found == [], "\n".join(found)


def unruly(page):
    """What of a page cannot have come from a template."""
    yield from page.broken
    for name in ("h1", "main"):
        if len(page.all(name)) != 1:
            yield f"{len(page.all(name))} × {name}"
    for one in page.all():
        if one.name not in OURS or not HARMLESS.get(one.name, lambda one: True)(one):
            yield f"<{one.name} {one.attributes}>"
        for name, value in one.attributes.items():
            if name.startswith("on") or name == "style":
                yield f"<{one.name} {name}>"
            if name == "href" and (not value.startswith(FOLLOWED) or value.startswith("//")):
                yield f"<{one.name} href={value!r}>"
    identifiers = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    yield from (f"twice #{one}" for one, times in Counter(identifiers).items() if times > 1)


def test_five_hundred_places_of_one_claim(client, newsroom):
    """Each is counted or shown, and the pages stay pages."""
    article, claim = five_hundred_appearances()

    for thing in (article, claim):
        answer = client.get(thing.get_absolute_url())
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        assert not page.broken
        identifiers = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
        assert len(identifiers) == len(set(identifiers))
        assert len(answer.content) < 1_500_000


@pytest.mark.parametrize("text", hostile.each(hostile.LONG))
def test_long_text_is_shown_whole(read, text):
    claim = factories.ClaimFactory(statement=text, rating="supported")

    page = read(claim.get_absolute_url())

    assert not page.broken
    assert page.one("h1").text == text


@pytest.mark.parametrize("address", hostile.each(hostile.URLS))
def test_an_address_with_another_scheme_is_never_a_link(read, newsroom, address):
    """No verb lets these in; should one get in all the same, no browser follows it from our pages."""
    source = factories.SourceFactory(public=True)
    claimant = factories.ClaimantFactory(url="https://example.org/")
    article = factories.ArticleFactory(public=True)
    factories.AppearanceFactory(
        article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    address = address[:2000]
    for model in (Source, Claimant, Article):
        model.objects.update(url=address)

    for thing in (source, claimant, article):
        for link in read(thing.get_absolute_url()).all("a"):
            assert link.attributes["href"].startswith(("/", "#", "?", "http://", "https://"))
