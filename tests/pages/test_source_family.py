"""The family of a source on its page: in words, and drawn."""

from __future__ import annotations

import pytest

from articles.views import family
from articles.views.family import family_of
from tests import factories
from tests.pages.test_source_page import facts
from tests.query_counts import queries_of


@pytest.fixture
def chain(newsroom):
    """A statement, a report of it, and two reports of that report."""
    statement = factories.SourceFactory(title="The statement", public=True)
    report = factories.SourceFactory(title="The report", derived_from=[statement], public=True)
    echoes = [
        factories.SourceFactory(title=f"Echo {at}", derived_from=[report], public=True) for at in (1, 2)
    ]
    return [statement, report, *echoes]


def test_it_shows_what_it_is_part_of_and_what_it_derives_from(read, newsroom):
    case = factories.SourceFactory(title="The case", kind="court_case", public=True)
    order = factories.SourceFactory(title="The order", kind="court_filing", part_of=case, public=True)
    report = factories.SourceFactory(title="The report", derived_from=[order], public=True)

    assert facts(read(order.get_absolute_url()), 1) == {
        "Part of": "The case",
        "Repeated by": "The report (stated)",
    }
    assert facts(read(case.get_absolute_url()), 1) == {"Parts": "The order"}
    assert facts(read(report.get_absolute_url()), 1) == {"Derives from": "The order (stated)"}


def test_a_source_by_itself_has_no_drawing(read, newsroom):
    assert not read(factories.SourceFactory(public=True).get_absolute_url()).all("svg", class_="graph")


def test_every_source_of_the_family_is_drawn_and_leads_to_its_page(read, chain):
    report = chain[1]
    page = read(report.get_absolute_url())

    graph = page.one("svg", class_="graph")
    assert {one.attributes["href"] for one in graph.all("a")} == {
        one.get_absolute_url() for one in chain if one != report
    }
    assert "News report: The statement" in [one.text for one in graph.all("title")]
    (this,) = graph.all("g", class_="this")
    assert "This source: The report" in this.text
    assert len(graph.all("path", class_="is-stated")) == 3
    region = page.one("figure", class_="genealogy").all("div", role="region")[0]
    assert region.attributes["tabindex"] == "0" and region.attributes["aria-label"]


def test_a_tie_says_how_it_is_known(read, newsroom):
    case = factories.SourceFactory(kind="court_case", public=True)
    order = factories.SourceFactory(kind="court_filing", part_of=case, public=True)
    factories.SourceFactory(public=True).derive_from(factories.some_editor(), order, "inferred")
    graph = read(order.get_absolute_url()).one("svg", class_="graph")

    assert len(graph.all("path", class_="is-inferred")) == 1
    assert len(graph.all("path", class_="is-part")) == 1
    assert not graph.all("path", class_="is-stated")


def test_it_counts_reports_and_independent_origins(read, chain):
    other = factories.SourceFactory(title="Another statement", public=True)
    chain[2].derive_from(factories.some_editor(), other, "stated")

    for one in (*chain, other):
        words = read(one.get_absolute_url()).words
        assert "3 sources of this family derive from others." in words
        assert "All of it goes back to 2 independent origins" in words


def test_what_is_at_the_desk_is_drawn_there_alone(chain, reporter):
    statement = chain[0]
    hidden = factories.SourceFactory(title="Hidden", part_of=statement)
    factories.SourceFactory(title="Behind it", derived_from=[hidden])

    assert hidden.pk not in family_of(statement, None).sources
    assert len(family_of(statement, None).sources) == 4
    assert len(family_of(statement, reporter).sources) == 6


def test_a_hidden_whole_leads_nowhere(newsroom, reporter):
    whole = factories.SourceFactory(title="Hidden case", kind="court_case")
    parts = [factories.SourceFactory(kind="court_filing", part_of=whole, public=True) for _ in range(2)]
    type(whole).objects.filter(pk=whole.pk).update(visibility="desk")

    assert not family_of(parts[0], None)
    assert len(family_of(parts[0], reporter).sources) == 3


def test_a_merged_source_counts_as_its_survivor(chain):
    statement, report, echo, other = chain
    echo.merge_into(other, factories.some_editor())
    found = family_of(statement, None)

    assert set(found.sources) == {statement.pk, report.pk, other.pk}
    assert len(found.drawing.lines) == 2


def test_a_large_family_is_drawn_as_far_as_it_is_near(read, chain):
    statement, report, *_ = chain
    for _ in range(family.AT_A_STEP + 4):
        factories.SourceFactory(derived_from=[report], public=True)
    found = family_of(report, None)

    assert len(found.sources) == len(found.drawing.boxes) == 1 + family.AT_A_STEP
    assert found.more == 1 + 2 + family.AT_A_STEP + 4 - family.AT_A_STEP
    # Where it comes from is never crowded out by what repeats it.
    assert statement.pk in found.sources
    page = read(report.get_absolute_url())
    assert "This family is larger: only the nearest sources are drawn." in page.words
    assert "And 7 more near them are not drawn." in page.words
    assert "independent origin" not in page.words


def test_origins_found_later_are_drawn_before_what_repeats_it(newsroom):
    report = factories.SourceFactory(public=True)
    for _ in range(family.AT_A_STEP + 1):
        factories.SourceFactory(derived_from=[report], public=True)
    origin = factories.SourceFactory(public=True)
    report.derive_from(factories.some_editor(), origin, "stated")

    assert origin.pk in family_of(report, None).sources


def test_a_chain_is_followed_a_few_steps(newsroom):
    one = factories.SourceFactory(public=True)
    chain = [one]
    for _ in range(family.STEPS + 2):
        one = factories.SourceFactory(derived_from=[one], public=True)
        chain.append(one)

    found = family_of(chain[0], None)
    assert sorted(found.sources) == [one.pk for one in chain[: family.STEPS + 1]]
    assert not found.is_whole


def test_a_long_list_in_words_goes_on_in_the_list_of_sources(read, newsroom, monkeypatch):
    from articles.views import source as source_page

    monkeypatch.setattr(source_page, "NAMED", 2)
    origin = factories.SourceFactory(kind="court_case", public=True)
    for at in range(3):
        factories.SourceFactory(title=f"Echo {at}", derived_from=[origin], public=True)
        factories.SourceFactory(title=f"Order {at}", kind="court_filing", part_of=origin, public=True)

    page = read(origin.get_absolute_url())

    links = [one.attributes["href"] for one in page.main.all("a")]
    for query, titles in ((f"origin={origin.pk}", "Echo"), (f"whole={origin.pk}", "Order")):
        assert f"/sources/?{query}" in links
        rows = read(f"/sources/?{query}").main.all("h3")
        assert [one.text.strip() for one in rows] == [f"{titles} {at}" for at in range(3)]


def test_a_family_costs_a_statement_a_step(chain):
    def look():
        return family_of(chain[0], None)

    before = len(queries_of(look))
    for _ in range(8):
        factories.SourceFactory(derived_from=[chain[1]], public=True)

    assert len(queries_of(look)) == before <= family.STEPS + 1


def test_a_circle_that_merging_made_is_drawn(read, chain):
    statement, report, echo, _ = chain
    statement.merge_into(echo, factories.some_editor())

    graph = read(report.get_absolute_url()).one("svg", class_="graph")
    assert len(graph.all("path", class_="tie")) == 3


@pytest.fixture
def wide(newsroom, editor):
    """A source of which others are parts or reports, these of one another, one of them merged and one at the desk."""
    root = factories.SourceFactory(title="Root", public=True)
    one = factories.SourceFactory(title="One", derived_from=[root], public=True)
    twin = factories.SourceFactory(title="Twin", derived_from=[one], public=True)
    two = factories.SourceFactory(title="Two", part_of=root, public=True)
    for at in range(4):
        factories.SourceFactory(title=f"Echo {at}", derived_from=[two, one], public=True)
    last = factories.SourceFactory(title="Last", derived_from=[twin], public=True)
    factories.SourceFactory(title="Of the desk", derived_from=[last])
    twin.merge_into(two, editor)
    return root


def test_at_once_it_is_what_it_is_step_by_step(wide, editor, monkeypatch):
    found = family_of(wide, None)
    assert len(found.sources) == 8
    monkeypatch.setattr(family, "_around", family._around.__wrapped__)
    for most in (1, 3):
        monkeypatch.setattr(family, "AT_ONCE", most)
        again = family_of(wide, None)
        assert again.drawing == found.drawing and again.sources == found.sources
        assert (again.more, again.is_whole, again.origins) == (found.more, found.is_whole, found.origins)


def test_it_is_found_by_one_statement_however_many_steps_away(newsroom):
    first = last = factories.SourceFactory(public=True)
    for _ in range(4):
        last = factories.SourceFactory(derived_from=[last], public=True)
    family_of(first, None)
    assert len(queries_of(lambda: family_of(first, None))) == 2
    assert len(family_of(first, None).sources) == 5
