"""The page of a claim: what we say, why, who says so, and what we said before."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Change
from tests import factories

TRUE_THEN_CHANGED = [
    ("verdict", "supported", "2024-01-10", "2020-01-01"),
    ("update", "contradicted", "2024-06-01", "2024-05-01"),
]
CORRECTED = [("verdict", "supported", "2024-01-10"), ("affects_rating", "contradicted", "2024-02-01")]
WITHDRAWN = [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-03-01")]


def decision(page):
    """Return what stands beside the claim: the rating's word."""
    return page.main.all("div", class_="decision")[0].all("span", class_="rating")[0].text.strip()


def banners(page):
    return [" ".join(one.text.split()) for one in page.main.all("div", class_="banner")]


def section(page, title):
    """Return the words of the section of this title, and of its title."""
    for one in page.main.all("section"):
        if one.all("h2") and one.all("h2")[0].text.strip() == title:
            return " ".join(one.text.split())
    return None


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory(statement="The bridge cost four million dollars.")


class TestVerdict:
    def test_it_shows_rating_definition_scale_summary_and_who(self, read, claim):
        factories.VerdictFactory(claim=claim, at="2024-01-10", summary="The minutes say so.")

        page = read(claim.get_absolute_url())

        beside = " ".join(page.main.all("div", class_="decision")[0].text.split())
        assert decision(page) == "Supported"
        assert "The record bears the claim out as it is worded." in beside
        assert "Scale, version 1" in beside
        assert "Written by Some Reporter, published by Some Editor" in beside
        assert "10 January 2024, 12:00 UTC" in beside
        assert "self-approved" not in page.words
        assert "The minutes say so." in page.words
        assert not banners(page)

    def test_it_says_what_was_self_approved(self, read, claim, newsroom, editor):
        newsroom.revise(None, allows_self_approval=True)
        factories.VerdictFactory(claim=claim, author=editor, approver=editor)

        assert "self-approved" in " ".join(read(claim.get_absolute_url()).words.split())

    def test_its_validity_is_shown(self, read, claim):
        factories.VerdictFactory(claim=claim, valid_from="2020-01-01", valid_to="2020-12-31")

        assert "Holds from 1 January 2020 until 31 December 2020" in read(claim.get_absolute_url()).words

    def test_the_reasoning_is_sanitised_and_its_citations_lead_to_the_evidence(self, read, claim):
        evidence = [factories.EvidenceFactory(claim=claim) for _ in range(2)]
        factories.VerdictFactory(
            claim=claim,
            evidence=evidence,
            reasoning="**Both** [1] and [2]. `[1]`\n\n<b onclick=x>no</b> [x](javascript:alert(1)) ![y](http://e.e/z.gif)",
        )

        page = read(claim.get_absolute_url())

        links = [link for link in page.main.all("a") if link.text in ("[1]", "[2]")]
        assert [link.attributes["href"] for link in links] == ["#evidence-1", "#evidence-2"]
        for number in (1, 2):
            assert len(page.all("article", id=f"evidence-{number}")) == 1
        assert page.main.all("code")[0].text == "[1]"
        assert not page.all("b") and not page.all("img")
        assert "javascript:" not in [link.attributes.get("href", "")[:11] for link in page.all("a")]

    def test_it_shows_the_claims_own_words_who_says_them_and_where(self, read, claim):
        article = factories.ArticleFactory(public=True, title="The bill")
        factories.AppearanceFactory(
            claim=claim,
            article_version=article.current_version,
            attributions=[
                {"claimant": factories.ClaimantFactory(name="The post")},
                {"claimant": factories.ClaimantFactory(name="WSJ")},
                {"described_as": "people it does not name", "note": "never seen"},
            ],
        )

        page = read(claim.get_absolute_url())

        assert page.one("h1").text == f"“{factories.SENTENCE[1:]}”"
        assert "The post, citing WSJ, citing people it does not name (never seen)" in page.words
        assert "The bridge cost four million dollars." in page.words
        address = f"{article.get_absolute_url()}#claim-{claim.pk}"
        assert address in [link.attributes["href"] for link in page.main.all("a")]
        assert read(article.get_absolute_url()).all("a", id=f"claim-{claim.pk}")

    def test_words_of_an_older_text_are_found_in_that_version(self, read, claim):
        article = factories.ArticleFactory(public=True)
        factories.AppearanceFactory(claim=claim, article_version=article.current_version)
        factories.ArticleVersionFactory(article=article, text="All is different now.")

        page = read(claim.get_absolute_url())

        address = f"{article.get_absolute_url()}?version=1#claim-{claim.pk}"
        assert address in [link.attributes["href"] for link in page.main.all("a")]
        assert "which a newer one has followed" in page.words
        old = read(address)
        assert old.all("a", id=f"claim-{claim.pk}")
        assert "You are reading version 1 of this text." in old.words
        assert not read(article.get_absolute_url()).all("a", id=f"claim-{claim.pk}")

    def test_relations_are_read_from_this_side(self, read, claim):
        other = factories.ClaimFactory(statement="The paper reported it.", rating="supported")
        factories.ClaimRelationFactory(first=other, second=claim, kind="reports")

        assert (
            "This claim is reported in Supported The paper reported it."
            in read(claim.get_absolute_url()).words
        )
        assert "This claim reports Open The bridge cost" in read(other.get_absolute_url()).words

    @pytest.mark.parametrize("kind", ["fact", "quantity"])
    def test_unknown_is_shown_as_unknown(self, read, newsroom, kind):
        claim = factories.ClaimFactory(kind=kind)

        assert "Said unknown" in read(claim.get_absolute_url()).words


class TestEvidence:
    def test_for_and_against_face_each_other_and_context_stands_below(self, read, claim):
        evidence = [
            factories.EvidenceFactory(claim=claim, stance=stance, note=f"It {stance}.")
            for stance in ("supports", "refutes", "context")
        ]
        factories.VerdictFactory(claim=claim, evidence=evidence)

        page = read(claim.get_absolute_url())

        sides = [
            " ".join(one.text.split()) for one in page.main.all("div", class_="facing")[0].all("section")
        ]
        assert "It supports." in sides[0] and sides[0].startswith("For the claim")
        assert "It refutes." in sides[1] and sides[1].startswith("Against the claim")
        assert "It context." not in sides[0] + sides[1]
        assert "It context." in page.main.all("div", class_="context")[0].text

    def test_a_passage_says_whether_it_was_found_in_the_text_we_hold(self, read, claim):
        held = factories.SourceVersionFactory(text="The bridge cost four million.")
        factories.EvidenceFactory(claim=claim, source_version=held, passage="four million", public=True)
        factories.EvidenceFactory(claim=claim, source_version=held, passage="five million", public=True)
        factories.EvidenceFactory(claim=claim, source_version=held, passage="", locator="page 3", public=True)

        words = section(read(claim.get_absolute_url()), "Evidence")

        assert "four million Found word for word in the text we hold" in words
        assert "five million Transcribed; the text itself is not on file here" in words
        assert "No passage quoted · page 3" in words

    def test_court_evidence_says_how_far_the_court_had_come(self, read, claim):
        ruling = factories.SourceFactory(kind="court_filing", court="District Court")
        version = factories.SourceVersionFactory(
            source=ruling, seen_as="a copy of the docket", copy_quality="mirror"
        )
        factories.EvidenceFactory(claim=claim, source_version=version, posture="alleged", public=True)

        words = section(read(claim.get_absolute_url()), "Evidence")

        assert "court filing or order alleged" in words
        assert "A copy from somewhere else: a copy of the docket" in words
        assert "Alleged: somebody says so in a court paper. No court has found it." in words

    def test_sources_of_one_origin_are_counted_as_one(self, read, claim):
        origin = factories.SourceFactory(title="Agency report")
        copies = [factories.SourceFactory(derived_from=[origin]) for _ in range(2)]
        for source in [origin, *copies]:
            version = factories.SourceVersionFactory(source=source)
            factories.EvidenceFactory(claim=claim, source_version=version, public=True)

        words = section(read(claim.get_absolute_url()), "Evidence")
        assert "3 sources, 1 independent origin: what draws on another report counts as one with it" in words

    def test_an_anonymous_source_is_described_and_no_more(self, read, claim):
        kept = factories.ConfidentialSourceFactory(identity="Deep Throat", notes="Call at night")
        version = factories.SourceVersionFactory(source=kept.public_source, text="")
        factories.EvidenceFactory(claim=claim, source_version=version, passage="", public=True)

        for address in (claim.get_absolute_url(), kept.public_source.get_absolute_url(), "/sources/"):
            markup = read(address).markup
            assert "Deep Throat" not in markup and "Call at night" not in markup

    def test_replaced_evidence_gives_way_unless_a_verdict_cites_it(self, read, claim):
        cited = factories.EvidenceFactory(claim=claim, note="As cited.")
        loose = factories.EvidenceFactory(claim=claim, note="Loose.", public=True)
        factories.VerdictFactory(claim=claim, evidence=[cited])
        cited.refresh_from_db()
        cited.replace(None, note="Newer.")
        loose.replace(None, note="Loose, again.")

        words = section(read(claim.get_absolute_url()), "Evidence")

        assert "replaced since" in words and "As cited." in words and "Newer." in words
        assert "Loose, again." in words and "Loose. " not in words

    def test_evidence_at_the_desk_is_seen_there_alone_and_marked(self, read, claim, reporter):
        factories.EvidenceFactory(claim=claim, note="Desk only.")

        assert "Desk only." not in read(claim.get_absolute_url()).words
        page = read(claim.get_absolute_url(), as_=reporter)
        assert "Desk only." in page.words
        assert page.main.all("span", class_="not-public")


class TestHistory:
    def test_what_readers_saw_on_a_day(self, read, claim):
        factories.make_series(claim, TRUE_THEN_CHANGED)
        address = claim.get_absolute_url()

        before = read(f"{address}?as_of=2024-01-09")
        then = read(f"{address}?as_of=2024-01-10")
        later = read(f"{address}?as_of=2024-06-01")

        assert decision(before) == "No verdict"
        assert "this claim was not on our pages" in banners(before)[0]
        assert decision(then) == "Supported"
        assert "verdict no. 1, which readers saw at the end of 10 January 2024" in banners(then)[0]
        assert decision(later) == decision(read(address)) == "Contradicted"

    def test_what_readers_saw_is_shown_in_the_words_of_that_day(self, read, claim):
        factories.VerdictFactory(claim=claim, at="2024-01-10")
        source = claim.evidence.get().source_version.source
        title = source.title
        source.revise(None, title="Another title")
        claim.revise(None, statement="The bridge cost 4,000,000 dollars.")

        then = read(f"{claim.get_absolute_url()}?as_of=2024-01-11")

        assert title in then.words and "Another title" not in then.words
        assert "The bridge cost four million dollars." in then.words

    def test_an_update_leaves_the_earlier_verdict_its_time(self, read, claim):
        factories.make_series(claim, TRUE_THEN_CHANGED)
        address = claim.get_absolute_url()

        assert decision(read(f"{address}?held_on=2023-01-01")) == "Supported"
        assert decision(read(f"{address}?held_on=2024-05-02")) == "Contradicted"
        none = read(f"{address}?held_on=2019-12-31")
        assert decision(none) == "No verdict"
        assert "We have no verdict that holds for 31 December 2019." in banners(none)[0]

    def test_a_corrected_verdict_was_seen_but_holds_for_no_day(self, read, claim):
        factories.make_series(claim, CORRECTED)
        address = claim.get_absolute_url()

        assert decision(read(f"{address}?as_of=2024-01-15")) == "Supported"
        assert decision(read(f"{address}?held_on=2024-01-15")) == "Contradicted"
        assert decision(read(address)) == "Contradicted"

    def test_a_withdrawal_is_a_notice_and_leaves_no_verdict(self, read, claim):
        first, _ = factories.make_series(claim, WITHDRAWN)
        address = claim.get_absolute_url()

        page = read(address)

        assert decision(page) == "Open"
        assert "Withdrawn 1 March 2024. It should not have been published." in banners(page)[0]
        assert first.get_absolute_url() in [link.attributes["href"] for link in page.main.all("a")]
        assert decision(read(f"{address}?as_of=2024-02-01")) == "Supported"
        assert decision(read(f"{address}?as_of=2024-03-01")) == "No verdict"
        assert decision(read(f"{address}?held_on=2024-02-01")) == "No verdict"

    def test_the_series_is_told_newest_first_with_kinds_notes_before_and_after(self, read, claim):
        factories.make_series(claim, [*CORRECTED, ("withdrawal", "2024-03-01")])

        rows = [
            " ".join(row.text.split())
            for row in read(claim.get_absolute_url()).main.all("ol", class_="series")[0].all("li")
        ]

        assert rows[0].startswith("Withdrawn Withdrawal no. 3, 1 March 2024")
        assert "Void: the verdict should not have been published." in rows[0]
        assert rows[1].startswith("Contradicted Verdict no. 2, 1 February 2024")
        assert "Correction that changes the rating. The affects_rating of a test." in rows[1]
        assert "BeforeRating: Supported AfterRating: Contradicted" in rows[1]
        assert rows[2].startswith("Supported Verdict no. 1, 10 January 2024")

    def test_the_ledger_is_quoted_with_number_day_verb_and_hash(self, read, claim):
        factories.VerdictFactory(claim=claim, at="2024-01-10")

        page = read(claim.get_absolute_url())

        rows = [" ".join(row.text.split()) for row in page.main.all("table", class_="ledger")[0].all("tr")]
        published = Change.objects.get(verb="publish")
        assert f"{published.seq} 10 January 2024 Published: " in rows[1]
        assert "verdict" in rows[1] and published.hash[:12] in rows[1]
        assert "Put on record: claim" in rows[-1]

    def test_acts_of_the_desk_are_not_told_to_readers(self, read, claim, reporter):
        factories.EvidenceFactory(claim=claim)
        hidden = Change.objects.get(verb="add", public=False, change_rows__object_type="evidence")
        address = claim.get_absolute_url()

        assert hidden.hash[:12] not in read(address).words
        assert hidden.hash[:12] in read(address, as_=reporter).words

    def test_a_survivor_reads_the_union(self, read, claim):
        merged = factories.ClaimFactory(statement="The bridge cost $4m.")
        factories.VerdictFactory(claim=merged, at="2024-01-10", summary="Found on the merged claim.")
        article = factories.ArticleFactory(public=True)
        factories.AppearanceFactory(claim=merged, article_version=article.current_version)
        merged.merge_into(claim, factories.some_editor())

        page = read(merged.get_absolute_url())

        assert decision(page) == "Supported"
        assert "Found on the merged claim." in page.words
        assert "on a claim merged into this one" in page.words
        assert section(page, "Where it appears")
        assert "What the council paid." in section(page, "Evidence")
        marked = read(article.get_absolute_url())
        assert marked.all("a", id=f"claim-{claim.pk}") and not marked.all("a", id=f"claim-{merged.pk}")
        assert "Supported" in marked.words


class TestPermalink:
    def test_the_current_row_carries_no_banner(self, read, claim):
        _, second = factories.make_series(claim, CORRECTED)

        page = read(second.get_absolute_url())

        assert not banners(page)
        assert "Why it followed no. 1" in page.words
        assert decision(page) == "Contradicted"

    def test_an_earlier_row_is_shown_as_published_and_says_that_it_is_not_current(
        self, read, claim, newsroom
    ):
        first, _ = factories.make_series(claim, CORRECTED)
        newsroom.revise(None, name="Renamed Desk")
        claim.revise(None, statement="Reworded.")

        page = read(first.get_absolute_url())

        assert (
            "This is not our current verdict. No. 2 followed it on 1 February 2024. What we say today"
            in banners(page)[0]
        )
        assert decision(page) == "Supported"
        assert "as published by The Example Desk" in page.words
        assert page.one("h1").text == "The bridge cost four million dollars."
        change = Change.objects.visible_to(None).about(first).get()
        assert change.hash in page.words

    def test_a_withdrawal_has_a_permalink(self, read, claim):
        _, withdrawal = factories.make_series(claim, WITHDRAWN)

        page = read(withdrawal.get_absolute_url())

        assert decision(page) == "Withdrawn"
        assert "This is a withdrawal." in banners(page)[0]
        assert "It should not have been published." in page.words

    def test_a_merged_claims_verdict_stays_at_its_address(self, read, client, claim):
        merged = factories.ClaimFactory(rating="supported")
        merged.merge_into(claim, factories.some_editor())
        verdict = merged.verdicts.get()

        page = read(verdict.get_absolute_url())

        assert not banners(page), "The survivor's current verdict is this one."
        assert claim.get_absolute_url() in [link.attributes["href"] for link in page.main.all("a")]

    @pytest.mark.parametrize("number", ["0", "2", "9" * 30])
    def test_a_number_outside_the_series_is_404(self, client, claim, number):
        factories.VerdictFactory(claim=claim)

        assert client.get(f"/claims/{claim.pk}/v/{number}/").status_code == 404

    def test_its_address_is_where_the_model_says(self, claim):
        verdict = factories.VerdictFactory(claim=claim)

        assert verdict.get_absolute_url() == reverse("verdict", args=[claim.pk, 1])


class TestStatus:
    def test_a_claim_that_cannot_be_checked_says_why(self, read, newsroom):
        claim = factories.ClaimFactory(status="not_checkable", status_reason="An opinion.")

        page = read(claim.get_absolute_url())

        assert decision(page) == "Not checkable"
        assert "An opinion." in page.words

    def test_a_dismissed_claim_is_seen_at_the_desk_alone(self, client, read, newsroom, reporter):
        claim = factories.ClaimFactory(status="dismissed", status_reason="Private.")

        assert client.get(claim.get_absolute_url()).status_code == 410
        page = read(claim.get_absolute_url(), as_=reporter)
        assert "not public: dismissed Private." in page.words
        assert page.all("aside", class_="desk-note")

    def test_words_in_a_closed_article_are_seen_at_the_desk_alone(self, read, claim, reporter):
        article = factories.ArticleFactory(public=False, title="Closed article")
        factories.AppearanceFactory(claim=claim, article_version=article.current_version)

        for address in (claim.get_absolute_url(), "/claims/", "/"):
            assert "Closed article" not in read(address).markup
        assert "Closed article" in read(claim.get_absolute_url(), as_=reporter).words
