"""Whatever stands in a field is shown as the text it is: one corpus through every field onto every page."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from articles.importing.text import TextError
from articles.models import Article, Claimant, Source
from articles.refusals import Refused
from tests import factories, hostile

# What a page is made of. Anything else came out of a field.
OURS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "header",
        "nav",
        "main",
        "footer",
        "section",
        "article",
        "div",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "a",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "span",
        "strong",
        "code",
        "blockquote",
        "q",
    ),
    *(
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "time",
        "details",
        "summary",
        "svg",
        "circle",
        "path",
        "br",
    ),
    *("form", "label", "select", "option", "input", "button"),
    # Markdown, where editors write it
    *("em", "pre", "h5", "h6", "hr"),
}


def everything(text: str) -> list[str]:
    """Put the text into every field that readers see, and return the addresses of the pages that show them."""
    short = f"x {text}"[:90]
    newsroom = factories.newsroom()
    newsroom.revise(None, name=short, methodology=text, corrections_policy=text, contact=text, licence=short)
    try:
        article = factories.ArticleFactory(
            public=True, title=short, byline=short, publisher=short, rights_note=short, text=f"x {text} y",
            published_basis=short,
        )  # fmt: skip
    except TextError:
        article = factories.ArticleFactory(public=True, title=short)
    version = article.current_version
    factories.BlockFactory(article_version=version, start=0, end=1)
    factories.CopyFactory(article=article, publisher=short, note=short)
    claimant = factories.ClaimantFactory(name=short, description=text)
    claim = factories.ClaimFactory(
        statement=f"x {text}", topics=[factories.TopicFactory(name=short)], asserted_basis=short
    )
    factories.AppearanceFactory(
        claim=claim,
        article_version=version,
        words=version.text.strip(),
        attributions=[{"claimant": claimant, "note": short}, {"described_as": short}],
    )
    opinion = factories.ClaimFactory(statement=f"y {text}", status="not_checkable", status_reason=f"x {text}")
    factories.ClaimRelationFactory(first=opinion, second=claim)
    case = factories.SourceFactory(
        kind="court_case", title=short, court=short, judge=short, docket_number=short, citation=short,
        publisher=short, people=short, description=text, published_basis=short,
    )  # fmt: skip
    anonymous = factories.SourceFactory(kind="anonymous_source", title=short, described_as=short)
    case.derive_from(None, anonymous, "stated", note=short)
    held = factories.SourceVersionFactory(source=case, text=f"x {text}", seen_as=short)
    evidence = [
        factories.EvidenceFactory(
            claim=claim, source_version=held, passage=f"x {text}", note=text, locator=short
        ),
        factories.EvidenceFactory(claim=claim, source_version=held, passage=f"z {text}", stance="refutes"),
    ]
    for number in (1, 2):
        factories.VerdictFactory(
            claim=claim, evidence=evidence, summary=f"x {text}", reasoning=f"[1] [2] {text}",
            rating="supported" if number == 1 else "contradicted",
            correction_kind="" if number == 1 else "affects_rating",
            correction_note="" if number == 1 else f"x {text}",
        )  # fmt: skip
    verdict = claim.verdicts.first()
    things = [article, claim, opinion, claimant, case, anonymous, verdict]
    lists = ["/", "/claims/", "/articles/", "/sources/", "/corrections/", "/about/"]
    narrowed = [f"/claims/?claimant={claimant.pk}&article={article.pk}"]
    return [*(thing.get_absolute_url() for thing in things), *lists, *narrowed]


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS))
def test_every_page_shows_it_as_text(read, text):
    try:
        addresses = everything(text)
    except (ValidationError, Refused):
        pytest.skip("The record itself refuses this text.")

    for address in addresses:
        page = read(address)
        assert not page.broken, (address, page.broken)
        for element in page.all():
            assert element.name in OURS, (address, element.name)
            for name, value in element.attributes.items():
                assert not name.startswith("on") and name != "style", (address, element.name, name)
                if name == "href":
                    allowed = ("/", "#", "?", "http://", "https://", "mailto:")
                    assert value.startswith(allowed), (address, value)
        identifiers = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
        assert len(identifiers) == len(set(identifiers)), address


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
