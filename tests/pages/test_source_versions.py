"""The versions of a source on its page: what was in force on a day, what changed, and what rests on which."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from articles.views import stages
from tests import factories


@pytest.fixture
def rule(newsroom):
    """A rule in two versions, the first for 2023, the second since March 2024."""
    rule = factories.SourceFactory(kind="platform_rule", title="Rule on links", public=True)
    factories.SourceVersionFactory(
        source=rule, text="Links are allowed.", effective_from="2023-01-01", effective_to="2023-12-31"
    )
    factories.SourceVersionFactory(source=rule, text="Links are not allowed.", effective_from="2024-03-01")
    return rule


def text_of(page):
    return [one.all("div", class_="stored")[0].text.strip() for one in page.all("details", id="text")]


def test_it_shows_its_versions_and_only_texts_that_may_be_shown(read, newsroom):
    source = factories.SourceFactory(public=True)
    shown = factories.SourceVersionFactory(
        source=source, text="Open text.", seen_as="the council's site", effective_from="2024-01-01"
    )
    factories.SourceVersionFactory(source=source, text="Closed text.", rights="none", copy_quality="mirror")

    page = read(source.get_absolute_url())

    assert "Version 1: primary" in page.words and "Version 2: mirror" in page.words
    assert "what the issuer itself put out: the council's site" in page.words
    assert "from 1 January 2024; no end on record" in page.words
    assert shown.sha256 in page.words
    assert text_of(page) == ["Open text."]
    assert "Closed text." not in page.markup
    closed = read(f"{source.get_absolute_url()}?version=2")
    assert "Closed text." not in closed.markup
    assert "We may not show the text of this version" in closed.words


@pytest.mark.parametrize(
    ("day", "text"), [("2023-01-01", "Links are allowed."), ("2024-03-01", "Links are not allowed.")]
)
def test_a_day_shows_the_version_that_was_in_force(read, rule, day, text):
    page = read(f"{rule.get_absolute_url()}?on={day}")

    assert text_of(page) == [text]
    assert "was in force on" in page.words
    (marked,) = page.all("li", class_="is-in-force")
    assert "in force on" in marked.text


def test_a_day_of_which_we_hold_no_version_says_what_is_nearest(read, rule):
    between = read(f"{rule.get_absolute_url()}?on=2024-02-01")
    before = read(f"{rule.get_absolute_url()}?on=2020-02-01")

    assert "We hold no version for 1 February 2024." in between.words
    assert "The nearest one before: Version 1, from 1 January 2023 to 31 December 2023" in between.words
    assert "The nearest one after: Version 2, from 1 March 2024" in between.words
    assert "nearest one before" not in before.words and "nearest one after" in before.words
    assert not text_of(between) and not between.all("li", class_="is-in-force")


def test_where_several_can_have_been_in_force_none_is_chosen(read, rule):
    factories.SourceVersionFactory(source=rule, text="A third wording.", effective_from="2024-01-15")

    page = read(f"{rule.get_absolute_url()}?on=2024-04-01")

    assert "Several versions can have been in force on 1 April 2024" in page.words
    assert not text_of(page)
    assert len(page.all("li", class_="is-in-force")) == 2


def test_without_effective_dates_nobody_can_say_what_was_in_force(read, newsroom):
    source = factories.SourceFactory(public=True)
    factories.SourceVersionFactory(source=source)

    page = read(f"{source.get_absolute_url()}?on=2024-04-01")

    assert "Nothing on record says which version was in force on 1 April 2024." in page.words
    assert not page.all("input", type="date")


@pytest.mark.parametrize(
    "query", ["on=2024-13-01", "on=yesterday", "on=2999-01-01", "version=0", "on=2024-01-01&version=1",
              "version=1&changes=2"]
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused_with_a_sentence(client, rule, query):
    response = client.get(f"{rule.get_absolute_url()}?{query}")

    assert response.status_code == 400


@pytest.mark.parametrize("query", ["version=3", "changes=1", "changes=9", "version=1&of=999"])
def test_a_version_that_is_not_there_is_404(client, rule, query):
    assert client.get(f"{rule.get_absolute_url()}?{query}").status_code == 404


def test_a_version_is_read_by_its_number(read, rule):
    assert text_of(read(f"{rule.get_absolute_url()}?version=1")) == ["Links are allowed."]
    assert text_of(read(rule.get_absolute_url())) == ["Links are not allowed."]


def test_two_versions_are_compared_word_by_word(read, rule):
    link = f"{rule.get_absolute_url()}?changes=2#changes"
    assert link in [one.attributes["href"] for one in read(rule.get_absolute_url()).main.all("a")]

    page = read(link)

    compared = page.one("div", class_="wordings")
    assert [one.text.strip() for one in compared.all("ins")] == ["not"]
    assert not compared.all("del")


def test_texts_we_may_not_show_are_not_compared(client, read, rule):
    factories.SourceVersionFactory(
        source=rule, text="A closed wording.", rights="excerpt", effective_from="2025-01-01"
    )
    factories.SourceVersionFactory(source=rule, text="Links are banned.", effective_from="2025-06-01")

    assert client.get(f"{rule.get_absolute_url()}?changes=3").status_code == 404
    page = read(f"{rule.get_absolute_url()}?changes=4")

    # The closed one between them is passed over.
    assert "What changed from version 2 to version 4" in page.words
    assert "closed wording" not in page.markup


def test_texts_too_long_for_a_page_are_not_compared(read, rule, monkeypatch):
    monkeypatch.setattr(stages, "COMPARED", 10)

    assert "too long to be compared" in read(f"{rule.get_absolute_url()}?changes=2").words


def test_a_long_text_is_cut_and_says_so(read, rule, monkeypatch):
    monkeypatch.setattr(stages, "SHOWN", 5)

    page = read(f"{rule.get_absolute_url()}?version=1")

    assert text_of(page) == ["Links"]
    assert "13 more characters are not shown here." in page.words


def test_the_versions_stand_in_the_order_in_which_they_took_effect(read, rule):
    factories.SourceVersionFactory(
        source=rule, text="The first wording.", effective_from="2020-01-01", effective_to="2022-12-31"
    )

    page = read(rule.get_absolute_url())

    headings = page.one("ol", class_="timeline").all("h3")
    listed = [" ".join(one.text.split()) for one in headings]
    assert listed == ["Version 2: primary", "Version 1: primary", "Version 3: primary"]


def cite(version, **facts):
    claim = factories.ClaimFactory(**facts)
    evidence = factories.EvidenceFactory(claim=claim, source_version=version)
    return claim, factories.VerdictFactory(claim=claim, evidence=[evidence], rating="supported")


def at_version(page, number):
    return next(one for one in page.all("li") if one.attributes.get("id") == f"version-{number}")


def test_it_says_which_verdicts_rest_on_which_version_and_what_followed_it(read, rule):
    old, new = rule.versions.order_by("number")
    _claim, verdict = cite(old, statement="Links were allowed.")
    cite(new, statement="Links are no longer allowed.")

    page = read(rule.get_absolute_url())

    first, second = at_version(page, 1), at_version(page, 2)
    assert "Links were allowed." in first.text and "Links are no longer" not in first.text
    assert verdict.get_absolute_url() in [one.attributes["href"] for one in first.all("a")]
    assert "Version 2 followed this one." in " ".join(first.text.split())
    assert "followed this one" not in second.text


def test_only_a_current_verdict_is_told_of_a_version_that_followed(read, rule):
    old, new = rule.versions.order_by("number")
    claim, _ = cite(old)
    evidence = factories.EvidenceFactory(claim=claim, source_version=new)
    factories.VerdictFactory(
        claim=claim,
        evidence=[evidence],
        rating="contradicted",
        correction_kind="update",
        correction_note="It changed.",
    )

    first = at_version(read(rule.get_absolute_url()), 1)

    assert "another verdict followed" in first.text
    assert "followed this one" not in first.text


@pytest.mark.parametrize(
    ("facts", "followed"),
    [
        ({"text": "Another wording.", "retrieved_at": datetime(2024, 5, 1, tzinfo=UTC)}, True),
        ({"text": "Another wording.", "retrieved_at": datetime(2022, 5, 1, tzinfo=UTC)}, False),
        ({"text": "The wording.", "retrieved_at": datetime(2024, 5, 1, tzinfo=UTC), "copy_quality": "mirror"}, False),
        ({"text": None, "retrieved_at": datetime(2024, 5, 1, tzinfo=UTC)}, False),
        ({"text": "Another wording.", "effective_from": "2024-05-01"}, False),
    ],
    ids=["a later text", "an earlier one", "a copy of the same", "nothing stored", "dates on one side only"],
)  # fmt: skip
def test_only_what_is_certain_counts_as_having_followed(read, newsroom, facts, followed):
    source = factories.SourceFactory(public=True)
    version = factories.SourceVersionFactory(
        source=source, text="The wording.", retrieved_at=datetime(2023, 1, 1, tzinfo=UTC)
    )
    cite(version)
    factories.SourceVersionFactory(source=source, **facts)

    assert ("followed this one" in at_version(read(source.get_absolute_url()), 1).text) is followed


def test_versions_of_a_merged_source_stay_apart(read, rule):
    other = factories.SourceFactory(kind="platform_rule", title="The same rule", public=True)
    factories.SourceVersionFactory(source=other, text="Another copy of it.")
    other.merge_into(rule, factories.some_editor())

    page = read(rule.get_absolute_url())

    assert f"version-{other.pk}-1" in [one.attributes.get("id") for one in page.all("li")]
    assert text_of(read(f"{rule.get_absolute_url()}?version=1&of={other.pk}")) == ["Another copy of it."]
