"""The pages of a source and of a claimant: what they are, and everything that rests on them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from articles.models import Change
from articles.templatetags.source import FIELD_LABELS, KIND_NOTES
from articles.views import source as source_page
from articles.vocabulary import SOURCE_FIELDS, SourceKind
from tests import factories


@pytest.fixture
def source(newsroom):
    return factories.SourceFactory(title="Minutes of the council", public=True)


def facts(page, at=0):
    """Return the facts of one of the page's lists, its first by default: term → words."""
    found = {}
    for row in page.main.all("dl", class_="facts")[at].all("div"):
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
        "Citation": "not on record",
        "Published": "unknown",
    }


@pytest.mark.parametrize("kind", list(SourceKind))
def test_it_says_what_a_source_of_its_kind_is_and_how_far_it_carries(read, newsroom, kind):
    source = factories.SourceFactory(kind=kind, public=True)

    page = read(source.get_absolute_url())

    assert page.one("p", class_="kind-note").text == str(KIND_NOTES[kind])
    labels = {str(FIELD_LABELS[name]) for name in SOURCE_FIELDS[kind]}
    assert labels <= set(facts(page))
    assert not (set(map(str, FIELD_LABELS.values())) - labels) & set(facts(page))


def test_an_anonymous_source_is_described_and_never_named(read, newsroom):
    source = factories.SourceFactory(
        kind="anonymous_source", title="An official", described_as="a person at the ministry", public=True
    )
    factories.ConfidentialSourceFactory(public_source=source, identity="Never To Be Shown")

    page = read(source.get_absolute_url())

    assert facts(page) == {"Described as": "a person at the ministry", "Published": "unknown"}
    assert "Never To Be Shown" not in page.markup


def test_it_counts_the_claims_by_stance_each_once(read, source):
    twice = factories.ClaimFactory()
    rest(source, claim=twice, passage="One.")
    rest(source, claim=twice, passage="Two.")
    merged = factories.ClaimFactory()
    rest(source, claim=merged)
    merged.merge_into(twice, factories.some_editor())
    rest(source)
    rest(source, stance="refutes")

    page = read(source.get_absolute_url())

    bearing = page.one("ul", class_="bearing")
    assert [one.text for one in bearing.all("li")] == ["supports 2 claims", "refutes 1 claim"]


def test_above_a_limit_the_claims_are_not_told_apart(read, source, monkeypatch):
    monkeypatch.setattr(source_page, "TOLD", 2)
    for _ in range(3):
        rest(source)

    page = read(source.get_absolute_url())

    assert "It is evidence on more than 1,000 claims." in page.words
    assert not page.all("ul", class_="bearing")


def test_it_says_what_it_is_to_programs_and_how_to_report_an_error(read, source):
    page = read(source.get_absolute_url())

    head = page.one("head")
    (described,) = [
        one.attributes["content"] for one in head.all("meta") if one.attributes.get("name") == "description"
    ]
    assert "Minutes of the council" in described
    properties = {one.attributes.get("property"): one.attributes["content"] for one in head.all("meta")[1:]}
    assert properties["og:url"] == f"http://testserver{source.get_absolute_url()}"
    json = f"/api/v1/sources/{source.pk}/"
    assert [one.attributes["href"] for one in head.all("link", type="application/json")] == [json]
    links = [one.attributes["href"] for one in page.main.all("a")]
    assert json in links
    assert f"/report/?about={quote(source.get_absolute_url(), safe='')}" in links


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
