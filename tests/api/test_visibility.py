"""What readers must not see appears nowhere: in no list, no detail, no nested field, through no filter."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Article, Claim, Claimant, Evidence, Source, Topic, Verdict
from tests import factories
from tests.api.conftest import NOUNS, Api, as_problem

# Written into everything that is hidden, and into nothing else.
MARK = "HIDDENWORD"


@pytest.fixture
def hidden(db: None) -> dict[str, Any]:
    """A record in which each public row has a hidden one at every place where it could show."""
    editor, reporter = factories.some_editor(), factories.some_reporter()
    open_claim = factories.ClaimFactory(rating="supported", topics=[factories.TopicFactory()])
    dismissed = factories.ClaimFactory(
        statement=f"{MARK} was said.", topics=[factories.TopicFactory(name=f"{MARK} topic")]
    )
    public = factories.ArticleFactory(public=True, title="A public article")
    desk_article = factories.ArticleFactory(
        title=f"{MARK} article", text=f"{MARK}\n{factories.TEXT}", url="https://example.org/hidden"
    )
    nobody = factories.ClaimantFactory(name=f"{MARK} claimant")
    for claim, article in ((open_claim, desk_article), (dismissed, public), (open_claim, public)):
        chain = [] if (claim, article) == (open_claim, public) else [{"claimant": nobody}]
        factories.AppearanceFactory(claim=claim, article_version=article.current_version, attributions=chain)
    source = factories.SourceFactory(public=True, title="A public source")
    desk_source = factories.SourceFactory(
        title=f"{MARK} source", publisher=MARK, url="https://example.org/source"
    )
    factories.SourceFactory(title=f"{MARK} part", part_of=source)
    factories.DerivationFactory(source=desk_source, origin=source, note=MARK)
    version = factories.SourceVersionFactory(source=source)
    desk_version = factories.SourceVersionFactory(source=desk_source, seen_as=MARK)
    shown = factories.EvidenceFactory(claim=open_claim, source_version=version, public=True)
    desk_evidence = factories.EvidenceFactory(
        claim=open_claim, source_version=version, note=f"{MARK} evidence", passage=""
    )
    factories.EvidenceFactory(claim=dismissed, source_version=version, note=MARK, public=True)
    # Opened first, and then moved to a source that nobody has opened.
    moved = factories.EvidenceFactory(
        claim=open_claim, source_version=factories.SourceVersionFactory(), public=True, passage=""
    )
    moved.revise(reporter, source_version=desk_version, note=f"{MARK} moved")
    factories.ClaimRelationFactory(first=open_claim, kind="reports", second=dismissed)
    merged = factories.ClaimFactory(merged_into=dismissed)
    factories.VerdictDraftFactory(claim=open_claim, summary=f"{MARK} draft", evidence=[shown])
    anonymous = factories.SourceFactory(kind="anonymous_source", public=True)
    factories.ConfidentialSourceFactory(public_source=anonymous, identity=MARK, notes=MARK)
    # After all else: opening evidence opens what its source is a part of.
    Source.objects.get(pk=source.pk).revise(reporter, part_of=desk_source)
    Claim.objects.get(pk=dismissed.pk).dismiss(editor, f"{MARK} reason")
    return {
        "claims": dismissed.pk, "articles": desk_article.pk, "sources": desk_source.pk, "topic": dismissed.topics.get(),
        "claimant": nobody, "merged": merged, "open": open_claim,
        "evidence": desk_evidence,
    }  # fmt: skip


def all_answers(api: Api) -> dict[str, str]:
    """Return address → body of every list, every detail that exists, and every filter by every id."""
    addresses = ["", "schema/", "ratings/"]
    for noun, model in zip(NOUNS, (Article, Claim, Source, Verdict), strict=True):
        addresses += [
            f"{noun}/?page_size=100",
            *(f"{noun}/{pk}/" for pk in model.objects.values_list("pk", flat=True)),
        ]
    addresses += [
        f"claims/{pk}/?as_of=2999-01-01&held_on=2024-01-01"
        for pk in Claim.objects.values_list("pk", flat=True)
    ]
    for name, model in (("article", Article), ("source", Source), ("claimant", Claimant), ("topic", Topic)):
        addresses += [f"claims/?{name}={pk}" for pk in model.objects.values_list("pk", flat=True)]
    for noun in ("sources", "verdicts"):
        addresses += [f"{noun}/?claim={pk}" for pk in Claim.objects.values_list("pk", flat=True)]
    return {address: api.get(address).content.decode() for address in addresses}


def test_strangers_meet_nothing_hidden_anywhere(api, hidden):
    answers = all_answers(api)
    assert not [address for address, body in answers.items() if MARK in body]
    assert '"dismissed"' not in answers["claims/?page_size=100"]
    assert '"desk"' not in "".join(body for address, body in answers.items() if address != "schema/")


def test_the_desk_meets_it(desk, hidden):
    answers = all_answers(desk)
    for address in ("claims/?page_size=100", "articles/?page_size=100", "sources/?page_size=100"):
        assert MARK in answers[address], address
    for noun in ("claims", "articles", "sources"):
        assert MARK in answers[f"{noun}/{hidden[noun]}/"]
    # Not even the desk meets drafts and confidential sources here.
    assert f"{MARK} draft" not in "".join(answers.values())
    assert "identity" not in "".join(body for address, body in answers.items() if address != "schema/")


@pytest.mark.parametrize("noun", ["claims", "articles", "sources"])
def test_hidden_details_are_not_found_and_say_no_more_than_absent_ones(api, hidden, noun):
    found = as_problem(404, api.get(f"{noun}/{hidden[noun]}/"))
    assert found == as_problem(404, api.get(f"{noun}/987654/"))
    tag = f'W/"{noun.removesuffix("s")}-{hidden[noun]}-0"'
    for given in (tag, "*"):
        as_problem(404, api.get(f"{noun}/{hidden[noun]}/", HTTP_IF_NONE_MATCH=given))


def test_filters_by_hidden_rows_find_nothing(api, desk, hidden):
    asked = [
        ("claims/", {"article": hidden["articles"]}),
        ("claims/", {"source": hidden["sources"]}),
        ("claims/", {"claimant": hidden["claimant"].pk}),
        ("claims/", {"topic": hidden["topic"].pk}),
        ("claims/", {"status": "dismissed"}),
        ("sources/", {"claim": hidden["claims"]}),
        ("articles/", {"url": "https://example.org/hidden"}),
        ("sources/", {"url": "https://example.org/source"}),
        ("sources/", {"publisher": MARK}),
    ]
    for path, query in asked:
        assert api.ids(path, query) == [], (path, query)
        assert desk.ids(path, query), (path, query)


def test_what_was_merged_into_a_hidden_claim_is_not_found_by_it(api, desk, editor):
    """A merged claim stays public when its survivor is dismissed; that they are one, only the desk knows."""
    merged, survivor = factories.ClaimFactory(), factories.ClaimFactory()
    factories.EvidenceFactory(claim=merged, public=True)
    factories.ResearchStepFactory(claim=merged, public=True)
    factories.ContactFactory(claim=merged, public=True)
    article = factories.ArticleFactory(public=True).current_version
    chain = [{"claimant": factories.ClaimantFactory()}]
    factories.AppearanceFactory(claim=merged, article_version=article, attributions=chain)
    merged.merge_into(survivor, editor)
    survivor.dismiss(editor, "Nobody said it.")
    lists = ("appearances", "articles", "claimants", "contacts", "evidence", "research-steps", "sources")
    for noun in lists:
        assert api.ids(f"{noun}/", {"claim": survivor.pk}) == [], noun
        assert desk.ids(f"{noun}/", {"claim": survivor.pk}), noun
        assert api.ids(f"{noun}/", {"claim": merged.pk}), noun


def test_links_to_hidden_rows_are_null(api, desk, hidden):
    path = f"claims/{hidden['merged'].pk}/"
    assert api.json(path)["merged_into"] is None
    assert desk.json(path)["merged_into"]["id"] == hidden["claims"]
    (source,) = (row for row in api.rows("sources/") if row["title"] == "A public source")
    assert api.json(f"sources/{source['id']}/")["part_of"] is None
    assert desk.json(f"sources/{source['id']}/")["part_of"]["id"] == hidden["sources"]


def test_counts_do_not_tell_what_is_hidden(api, hidden):
    source = factories.SourceFactory(public=True)
    factories.EvidenceFactory(source_version=factories.SourceVersionFactory(source=source))
    (row,) = (row for row in api.rows("sources/") if row["id"] == source.pk)
    assert row["claim_count"] == 0
    (article,) = (row for row in api.rows("articles/") if row["title"] == "A public article")
    assert article["claim_count"] == 1


def test_a_claim_shows_its_standing_evidence_alone(api):
    evidence = factories.EvidenceFactory(cited=True)
    replacement = evidence.replace(factories.some_reporter(), note="Said better.")
    (shown,) = api.json(f"claims/{evidence.claim_id}/")["evidence"]
    assert shown["id"] == replacement.pk
    (citation,) = api.json(f"verdicts/{Verdict.objects.get().pk}/")["citations"]
    assert citation["evidence"]["id"] == evidence.pk


def test_the_session_of_somebody_deactivated_is_a_stranger_s(desk, reporter, administrator, hidden):
    assert desk.get(f"claims/{hidden['claims']}/").status_code == 200
    reporter.deactivate(administrator)
    answer = desk.get(f"claims/{hidden['claims']}/")
    as_problem(404, answer)
    assert Evidence.objects.filter(pk=hidden["evidence"].pk).exists()


def test_answers_for_the_desk_stay_out_of_shared_caches(api, desk):
    claim = factories.ClaimFactory()
    for path in ("claims/", f"claims/{claim.pk}/"):
        ours, theirs = desk.get(path), api.get(path)
        assert ours["Cache-Control"] == "private, no-store"
        assert theirs["Cache-Control"] == "public, no-cache"
        assert "Cookie" in ours["Vary"] and "Cookie" in theirs["Vary"]
        assert "Access-Control-Allow-Origin" not in ours and theirs["Access-Control-Allow-Origin"] == "*"
