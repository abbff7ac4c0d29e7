"""Claims: their words, their status, and what is asked of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from articles.models import Appearance, Change, Claim, Evidence, Topic
from articles.refusals import NotAllowed, Stale
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    TopicFactory,
    VerdictDraftFactory,
    VerdictFactory,
    make_series,
)
from tests.hostile import TEXTS, each
from tests.record.refusing import everything, invalid, last_seq, refuses

pytestmark = pytest.mark.django_db


class TestAdd:
    def test_open_with_its_origin(self, reporter):
        topic = TopicFactory()
        claim = Claim.add(reporter, "The bridge is long.", kind="quantity", origin="api", topics=[topic])
        assert (claim.status, claim.kind, claim.origin) == ("open", "quantity", "api")
        assert claim.created_by == reporter and list(claim.topics.all()) == [topic]
        assert str(claim) == "The bridge is long." and claim.slug == "the-bridge-is-long"
        assert Change.objects.latest("seq").projections() == {
            **Change.objects.latest("seq").projections(),
            "verb": "add", "object": "claim", "id": claim.pk, "public": True, "rows": 2,
        }  # fmt: skip

    def test_topics_are_in_its_image(self, reporter):
        topics = [TopicFactory(), TopicFactory()]
        claim = ClaimFactory(topics=reversed(topics))
        assert claim.image()["topics"] == sorted(topic.pk for topic in topics)

    def test_refused(self, reporter):
        with invalid("statement", "cannot be blank"):
            Claim.add(reporter, "")
        with invalid("kind"):
            Claim.add(reporter, "x", kind="some")
        with invalid("__all__", "latest possible date"):
            Claim.add(reporter, "x", asserted_earliest=date(2024, 2, 1), asserted_latest=date(2024, 1, 1))

    @pytest.mark.parametrize("text", each(TEXTS))
    def test_hostile_statement_is_kept_to_the_letter(self, reporter, text):
        if not text.strip():
            with invalid("statement"):
                Claim.add(reporter, text)
            return
        claim = Claim.add(reporter, text)
        assert Claim.objects.get(pk=claim.pk).statement == text
        assert claim.slug


class TestRevise:
    def test_changes_and_counts(self, reporter):
        claim = ClaimFactory()
        claim.revise(reporter, statement="Said better.", asserted_earliest=date(2024, 1, 2))
        claim.refresh_from_db()
        assert (claim.statement, claim.revision) == ("Said better.", 2)
        assert claim.asserted.edtf() == "2024-01-02/.."
        assert Change.objects.latest("seq").verb == "revise"

    def test_without_a_difference_nothing_is_written(self, reporter):
        claim = ClaimFactory()
        before = everything()
        claim.revise(reporter, expected=1, statement=claim.statement)
        assert everything() == before

    def test_status_is_not_revised(self, reporter):
        with pytest.raises(TypeError, match="status: not revisable on claim"):
            ClaimFactory().revise(reporter, status="dismissed")

    def test_refused(self, reporter, stranger):
        claim = ClaimFactory()
        with invalid("statement"):
            claim.revise(reporter, statement="")
        claim.refresh_from_db()
        with refuses("not_allowed", kind=NotAllowed):
            claim.revise(stranger, statement="x")

    def test_merged_claim_is_changed_through_its_survivor(self, reporter):
        claim = ClaimFactory(status="merged")
        with refuses("not_allowed", kind=NotAllowed):
            claim.revise(reporter, statement="x")


class TestTopics:
    def test_set(self, reporter):
        claim, topic = ClaimFactory(topics=[TopicFactory()]), TopicFactory()
        claim.set_topics(reporter, [topic], expected=1)
        assert list(claim.topics.all()) == [topic]
        assert Claim.objects.get().revision == 2
        assert Change.objects.latest("seq").verb == "set_topics"

    def test_refused(self, reporter, stranger):
        claim = ClaimFactory()
        with refuses("not_allowed", kind=NotAllowed):
            claim.set_topics(stranger, [])
        claim.set_topics(reporter, [TopicFactory()])
        other = TopicFactory()
        with refuses("stale", kind=Stale):
            claim.set_topics(reporter, [other], expected=1)

    def test_named_makes_it_once(self, reporter):
        topic = Topic.named("Bridges", reporter)
        seq = last_seq()
        assert Topic.named("Bridges", reporter) == topic
        assert last_seq() == seq
        with invalid("name"):
            Topic.named("", reporter)
        with invalid("name", "at most 100"):
            Topic.named("x" * 101, reporter)

    def test_readers_see_topics_of_claims_they_see(self, stranger, reporter):
        shown, hidden, empty = TopicFactory(), TopicFactory(), TopicFactory()
        ClaimFactory(topics=[shown])
        ClaimFactory(topics=[hidden], status="dismissed")
        assert list(Topic.objects.visible_to(stranger)) == [shown]
        assert set(Topic.objects.visible_to(reporter)) == {shown, hidden, empty}
        assert not Topic.objects.editable_by(stranger).exists()
        assert Topic.objects.editable_by(reporter).count() == 3

    def test_slug(self):
        assert Topic(name="Public Works").slug == "public-works"
        assert Topic(name="桥").slug == "topic"


class TestStatus:
    def test_every_verb(self, reporter, editor):
        claim = ClaimFactory()
        claim.start_checking(reporter)
        assert claim.status == "checking"
        claim.reopen(reporter)
        assert claim.status == "open"
        claim.declare_not_checkable(reporter, "  A prediction. ")
        assert (claim.status, claim.status_reason) == ("not_checkable", "A prediction.")
        claim.reopen(reporter)
        assert claim.status_reason == ""
        claim.dismiss(editor, "Nobody said this.")
        assert Claim.objects.get().status == "dismissed"
        verbs = list(
            Change.objects.filter(object_type="claim").order_by("seq").values_list("verb", flat=True)
        )
        assert verbs == ["add", "start_checking", "reopen", "declare_not_checkable", "reopen", "dismiss"]

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_putting_aside_needs_a_reason(self, editor, reason):
        claim = ClaimFactory()
        with invalid("__all__", "Say why"):
            claim.dismiss(editor, reason)
        claim.refresh_from_db()
        with invalid("__all__", "Say why"):
            claim.declare_not_checkable(editor, reason)

    def test_reporter_does_not_dismiss(self, reporter):
        claim = ClaimFactory()
        with refuses("not_allowed", "Only an editor dismisses claims", NotAllowed):
            claim.dismiss(reporter, "x")

    def test_published_verdicts_must_be_found(self, editor):
        claim = ClaimFactory(rating="supported")
        with refuses("has_verdicts", "readers must be able to find it"):
            claim.dismiss(editor, "x")
        claim.current_verdict.withdraw(editor, "It was wrong.")
        with refuses("has_verdicts"):
            claim.dismiss(editor, "x")

    def test_not_checkable_while_a_verdict_stands(self, editor):
        claim = ClaimFactory(rating="supported")
        with refuses("has_verdict", "Withdraw it first"):
            claim.declare_not_checkable(editor, "x")
        claim.current_verdict.withdraw(editor, "It was wrong.")
        claim.declare_not_checkable(editor, "An opinion after all.")
        assert claim.status == "not_checkable"

    def test_merged_meanwhile(self, editor):
        claim = ClaimFactory()
        ours = Claim.objects.get(pk=claim.pk)
        claim.merge_into(ClaimFactory(), editor)
        with refuses("not_allowed", kind=NotAllowed):
            ours.start_checking(editor)
        with refuses("merged", "change the one it was merged into"):
            ours.start_checking(None)

    def test_dismissed_takes_what_hangs_on_it_out_of_sight(self, editor, stranger):
        claim = ClaimFactory()
        AppearanceFactory(
            claim=claim,
            article_version=ArticleFactory(public=True).current_version,
            attributions=[{"described_as": "two people"}],
        )
        evidence = EvidenceFactory(claim=claim, public=True)
        assert (
            Appearance.objects.visible_to(stranger).exists()
            and Evidence.objects.visible_to(stranger).exists()
        )
        claim.dismiss(editor, "Nobody said this.")
        assert not Appearance.objects.visible_to(stranger).exists()
        assert not Evidence.objects.visible_to(stranger).exists()
        assert not Claim.objects.visible_to(stranger).exists()
        kinds = set(Change.objects.latest("seq").change_rows.values_list("object_type", "readers"))
        assert kinds == {(kind, "gone") for kind in ("claim", "appearance", "attribution", "evidence")}
        claim.reopen(editor)
        assert Evidence.objects.visible_to(stranger).get() == evidence
        kinds = set(Change.objects.latest("seq").change_rows.values_list("object_type", "readers"))
        assert kinds == {(kind, "shown") for kind in ("claim", "appearance", "attribution", "evidence")}


class TestWords:
    def test_each_status_to_each_reader(self, stranger, reporter):
        claims = {
            status: ClaimFactory(status=status)
            for status in ("open", "checking", "not_checkable", "dismissed")
        }
        survivor = ClaimFactory()
        claims["merged"] = ClaimFactory(merged_into=survivor)
        everyone = {*claims.values(), survivor}
        assert set(Claim.objects.visible_to(stranger)) == everyone - {claims["dismissed"]}
        assert set(Claim.objects.visible_to(None)) == everyone - {claims["dismissed"]}
        assert set(Claim.objects.visible_to(reporter)) == everyone
        assert set(Claim.objects.editable_by(reporter)) == everyone - {claims["merged"]}
        assert not Claim.objects.editable_by(stranger).exists()
        assert set(Claim.objects.standing()) == everyone - {claims["merged"]}

    def test_checked_and_unchecked(self, editor):
        checked, bare = ClaimFactory(rating="supported"), ClaimFactory(status="checking")
        withdrawn, aside = ClaimFactory(), ClaimFactory(status="not_checkable")
        make_series(withdrawn, [("verdict", "supported"), ("withdrawal",)])
        ClaimFactory(status="dismissed")
        assert set(Claim.objects.checked()) == {checked}
        assert set(Claim.objects.unchecked()) == {bare, withdrawn}
        assert aside not in Claim.objects.unchecked()

    def test_for_listing_costs_the_same_for_any_number(self, django_assert_num_queries):
        for _ in range(3):
            claim = ClaimFactory(rating="supported")
            AppearanceFactory(
                claim=claim,
                article_version=ArticleFactory(public=True).current_version,
                attributions=[{"described_as": "two people"}],
            )
        with django_assert_num_queries(5):
            for claim in Claim.objects.for_listing():
                assert claim.current_verdict.rating.slug == "supported"
                assert claim.current_verdict.rating.scale.number == 1
                (appearance,) = claim.shown_appearances
                assert appearance.article_version.article.title
                assert [str(who) for who in appearance.attributions.all()] == ["two people"]

    def test_for_listing_keeps_desk_articles_back(self, stranger):
        AppearanceFactory()
        (claim,) = Claim.objects.visible_to(stranger).for_listing()
        assert claim.shown_appearances == []

    def test_start_of_checking_ends_with_the_verdict(self):
        claim = ClaimFactory(status="checking")
        VerdictFactory(claim=claim)
        claim.refresh_from_db()
        assert claim.status == "open"

    def test_draft_does_not_make_it_checked(self):
        claim = ClaimFactory()
        VerdictDraftFactory(claim=claim, state="submitted")
        assert claim.current_verdict is None and not Claim.objects.checked().exists()
        assert claim.as_of(timezone.now()) is None and claim.held_on(date(2024, 1, 1)) is None
