"""The pages of a source and of a claimant: what they are, and everything that rests on them."""

from __future__ import annotations

import pytest

from articles.models import Change
from tests import factories


@pytest.fixture
def source(newsroom):
    return factories.SourceFactory(title="Minutes of the council", public=True)


def facts(page):
    """Return the facts of the page's first list: term → words."""
    found = {}
    for row in page.main.all("dl", class_="facts")[0].all("div"):
        found[row.all("dt")[0].text] = " ".join(row.all("dd")[0].text.split())
    return found


def rest(source, **facts):
    version = source.versions.first() or factories.SourceVersionFactory(source=source)
    return factories.EvidenceFactory(source_version=version, public=True, **facts)


def test_it_lists_every_claim_that_rests_on_it_with_its_stance(read, source):
    for stance in ("supports", "refutes", "context"):
        claim = factories.ClaimFactory(statement=f"Claim it {stance}.")
        rest(source, claim=claim, stance=stance, locator="page 9")

    words = read(source.get_absolute_url()).words

    assert "Context · page 9 Open Claim it context." in words
    assert "Refutes · page 9 Open Claim it refutes." in words
    assert "Supports · page 9 Open Claim it supports." in words


def test_it_shows_the_fields_of_its_kind(read, newsroom):
    case = factories.SourceFactory(
        kind="court_case", court="District Court", docket_number="1:21-cv-1", judge="J. Doe", public=True
    )

    assert facts(read(case.get_absolute_url())) == {
        "Court": "District Court",
        "Docket number": "1:21-cv-1",
        "Judge": "J. Doe",
        "Published": "unknown",
    }


def test_it_shows_what_it_is_part_of_and_what_it_derives_from(read, newsroom):
    case = factories.SourceFactory(title="The case", kind="court_case", public=True)
    order = factories.SourceFactory(title="The order", kind="court_filing", part_of=case, public=True)
    report = factories.SourceFactory(title="The report", derived_from=[order], public=True)

    assert facts(read(order.get_absolute_url()))["Part of"] == "The case"
    assert facts(read(order.get_absolute_url()))["Repeated by"] == "The report (stated)"
    assert facts(read(case.get_absolute_url()))["Parts"] == "The order"
    assert facts(read(report.get_absolute_url()))["Derives from"] == "The order (stated)"


def test_it_shows_its_versions_and_only_texts_that_may_be_shown(read, source):
    shown = factories.SourceVersionFactory(
        source=source, text="Open text.", seen_as="the council's site", effective_from="2024-01-01"
    )
    factories.SourceVersionFactory(source=source, text="Closed text.", rights="none", copy_quality="mirror")

    page = read(source.get_absolute_url())

    assert "Version 1: primary" in page.words and "Version 2: mirror" in page.words
    assert "the council's site" in page.words
    assert "from 1 January 2024 to further notice" in page.words
    assert shown.sha256 in page.words
    assert "Open text." in page.words and "Closed text." not in page.markup


def test_what_is_at_the_desk_is_seen_there_alone(client, read, source, reporter):
    hidden = factories.SourceFactory(title="Hidden source", part_of=source)
    claim = factories.ClaimFactory(statement="Desk claim.", status="dismissed")
    rest(source, claim=claim)
    factories.EvidenceFactory(source_version=source.versions.first(), claim__statement="Not yet opened.")

    markup = read(source.get_absolute_url()).markup
    assert client.get(hidden.get_absolute_url()).status_code == 404
    for words in ("Hidden source", "Desk claim.", "Not yet opened."):
        assert words not in markup
    page = read(source.get_absolute_url(), as_=reporter)
    for words in ("Hidden source", "Desk claim.", "Not yet opened."):
        assert words in page.words
    assert page.main.all("span", class_="not-public")


def test_a_survivor_shows_what_rests_on_both(read, source):
    merged = factories.SourceFactory(title="The same minutes", public=True)
    rest(merged, claim=factories.ClaimFactory(statement="Rests on the merged one."))
    merged.merge_into(source, factories.some_editor())

    assert "Rests on the merged one." in read(source.get_absolute_url()).words
    assert "The same minutes" not in read("/sources/").words


def test_a_claimants_page_lists_what_they_assert_or_pass_on(read, newsroom):
    article = factories.ArticleFactory(public=True)
    paper = factories.ClaimantFactory(name="The Paper", description="A newspaper.")
    group = factories.ClaimantFactory(name="two officials", kind="group")
    claim = factories.ClaimFactory(statement="They said it.")
    factories.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        attributions=[{"claimant": paper}, {"claimant": group}],
    )

    page = read(paper.get_absolute_url())

    assert page.one("h1").text == "The Paper"
    assert "A newspaper." in page.words and "They said it." in page.words
    assert read(group.get_absolute_url()).one("h1").text == "“two officials”"


def test_a_claimant_of_a_closed_article_is_unknown_to_readers(client, read, newsroom, reporter):
    claimant = factories.ClaimantFactory()
    factories.AppearanceFactory(attributions=[{"claimant": claimant}])

    assert client.get(claimant.get_absolute_url()).status_code == 404
    assert read(claimant.get_absolute_url(), as_=reporter)


def test_its_time_at_the_desk_is_told_to_the_desk_alone(read, newsroom, reporter):
    source = factories.SourceFactory()
    added = Change.objects.get(verb="add", object_type="source")
    assert not added.public
    rest(source)

    assert added.hash[:12] not in read(source.get_absolute_url()).words
    assert added.hash[:12] in read(source.get_absolute_url(), as_=reporter).words
