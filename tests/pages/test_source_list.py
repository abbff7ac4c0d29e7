"""The list of sources: what narrows it down, and its orders."""

from __future__ import annotations

import pytest

from tests import factories


def titles(page):
    return [one.text.strip() for one in page.main.all("article", class_="row") for one in one.all("h3")]


def counts(page):
    """Return what the facets offer: words → number."""
    found = {}
    for link in page.one("details", class_="narrowing").all("a"):
        words = " ".join(link.text.split())
        label, _, number = words.rpartition(" ")
        found[label] = number
    return found


@pytest.fixture
def sources(newsroom):
    rule = factories.SourceFactory(title="A rule", kind="platform_rule", platform="Example Net", public=True)
    case = factories.SourceFactory(title="B case", kind="court_case", court="Town Court", public=True)
    report = factories.SourceFactory(
        title="C report", publisher="The Paper", derived_from=[case], public=True
    )
    for source, stance in ((rule, "supports"), (case, "refutes"), (report, "context")):
        version = factories.SourceVersionFactory(source=source)
        factories.EvidenceFactory(source_version=version, stance=stance, public=True)
    return rule, case, report


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["A rule", "B case", "C report"]),
        ("kind=court_case", ["B case"]),
        ("publisher=The+Paper", ["C report"]),
        ("court=Town+Court", ["B case"]),
        ("platform=Example+Net", ["A rule"]),
        ("used=supports", ["A rule"]),
        ("used=refutes", ["B case"]),
        ("used=context", ["C report"]),
        ("used=repeated", ["B case"]),
        ("used=verdict", []),
        ("sort=newest", ["C report", "B case", "A rule"]),
        ("sort=newest&kind=court_case", ["B case"]),
    ],
)
def test_it_is_narrowed_down_and_ordered(read, sources, query, wanted):
    assert titles(read(f"/sources/?{query}")) == wanted


def test_only_a_verdict_that_readers_see_today_counts_as_resting_on_it(read, sources):
    version = sources[0].versions.get()
    claim = factories.ClaimFactory()
    cited = factories.EvidenceFactory(claim=claim, source_version=version)
    factories.VerdictFactory(claim=claim, evidence=[cited], rating="supported")
    assert titles(read("/sources/?used=verdict")) == ["A rule"]

    other = factories.EvidenceFactory(claim=claim, source_version=sources[1].versions.get())
    factories.VerdictFactory(
        claim=claim,
        evidence=[other],
        rating="contradicted",
        correction_kind="affects_rating",
        correction_note="New.",
    )

    assert titles(read("/sources/?used=verdict")) == ["B case"]


def test_each_choice_says_how_many_it_leaves(read, sources):
    offered = counts(read("/sources/"))

    for label in (
        "Court case",
        "News report",
        "Platform rule",
        "Supports a claim",
        "Town Court",
        "The Paper",
    ):
        assert offered[label] == "1", label
    assert "A current verdict rests on it" not in offered


def test_what_readers_do_not_see_narrows_nothing(client, read, sources):
    hidden = factories.SourceFactory(title="Hidden", publisher="Secret Paper")
    factories.EvidenceFactory(
        source_version=factories.SourceVersionFactory(source=sources[0]), stance="refutes"
    )

    assert "Secret Paper" not in read("/sources/").markup
    assert titles(read("/sources/?used=refutes")) == ["B case"]
    assert client.get(f"/sources/?origin={hidden.pk}").status_code == 400


@pytest.mark.parametrize("query", ["kind=nonsense", "used=nonsense", "sort=nonsense", "whole=x", "page=2"])
def test_what_it_does_not_know_is_refused(client, sources, query):
    assert client.get(f"/sources/?{query}").status_code == 400
