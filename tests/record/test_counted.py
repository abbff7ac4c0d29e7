"""What is written down of how many claims a row has: right after every act, or said not to be known."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import tasks
from articles.models import Article, Claim, Claimant, Redaction, Topic
from articles.models.claim_batch import NewClaim
from articles.models.counted import count_anew, differences
from articles.refusals import Refused
from articles.verification import verify
from tests import factories as f
from tests.keeping import world

pytestmark = pytest.mark.django_db


def wrong() -> list:
    return list(differences("default"))


def counted(topic: Topic) -> tuple[int | None, int | None]:
    topic.refresh_from_db()
    return topic.claims_shown, topic.claims_hidden


def open_text():
    return f.ArticleFactory(public=True).current_version


def seen_by(user, topic: Topic) -> int:
    return Topic.objects.filter(pk=topic.pk).with_claim_count(user).get().claim_count


class TestTopics:
    @pytest.fixture
    def topic(self):
        topic = f.TopicFactory()
        f.ClaimFactory(topics=[topic])
        count_anew(10)
        return topic

    def test_unknown_until_somebody_counts(self):
        topic = f.TopicFactory()
        f.ClaimFactory(topics=[topic])
        assert counted(topic) == (None, None) and topic.known_claim_count(None) is None
        assert seen_by(None, topic) == 1
        assert tasks.count_claims.call() == 1
        assert counted(topic) == (1, 0) and topic.known_claim_count(None) == 1
        assert tasks.count_claims.call() == 0

    def test_goes_with_each_act(self, topic, editor):
        second = f.ClaimFactory(topics=[topic])
        assert counted(topic) == (2, 0)
        second.dismiss(editor, "Not ours to check.")
        assert counted(topic) == (1, 1)
        assert (seen_by(None, topic), seen_by(editor, topic)) == (1, 2)
        second.reopen(editor)
        assert counted(topic) == (2, 0)
        second.merge_into(Claim.objects.exclude(pk=second.pk).get(), editor)
        assert counted(topic) == (1, 0)
        second.unmerge(editor)
        assert counted(topic) == (2, 0)
        other = f.TopicFactory()
        count_anew(10)
        second.set_topics(editor, [other])
        assert (counted(topic), counted(other)) == ((1, 0), (1, 0))
        assert wrong() == []

    def test_many_at_once(self, topic, editor):
        Claim.bring_in(editor, [NewClaim(f"It cost {n} crowns.", topics=(topic.pk,)) for n in range(3)])
        assert counted(topic) == (4, 0)

    def test_an_act_that_fails_leaves_it(self, topic, editor, monkeypatch):
        monkeypatch.setattr("articles.models.ledger.Entry._stamp", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            f.ClaimFactory(topics=[topic])
        assert counted(topic) == (1, 0)

    def test_what_a_redaction_erased_nobody_reckons_with(self, topic):
        f.ClaimFactory(statement="Jan Kowalski paid for it.", topics=[topic])
        Redaction.everywhere(f.some_administrator(), "Jan Kowalski", "A private person.")
        assert counted(topic) in ((None, None), (2, 0))
        count_anew(10)
        claim = Claim.objects.order_by("-pk")[:1].get()
        claim.set_topics(f.some_editor(), [])
        assert counted(topic) == (1, 0) and wrong() == []

    def test_the_list_counts_nothing_that_is_known(self, topic, client):
        with CaptureQueriesContext(
            connection,
        ) as told:
            page = client.get("/topics/").content.decode()
        assert "COUNT(*)" not in " ".join(one["sql"] for one in told)
        assert '<span class="tally">1<' in page
        Topic.objects.update(claims_shown=1234)
        assert '<span class="tally">1,000+<' in client.get("/topics/").content.decode()
        assert client.get(f"/api/v1/topics/{topic.pk}/").json()["claim_count"] == 1234

    def test_verify_finds_a_wrong_one(self, topic):
        Topic.objects.filter(pk=topic.pk).update(claims_shown=5)
        assert [str(one) for one in verify()] == [
            f"counts: topic {topic.pk}: its claims_shown says 5, and there are 1"
        ]


class TestByStamp:
    def test_counted_until_an_act_changes_it(self, newsroom, client):
        claimant, article = f.ClaimantFactory(), f.ArticleFactory(public=True)

        def say() -> None:
            f.AppearanceFactory(
                claim=f.ClaimFactory(rating="supported"), article_version=article.current_version,
                attributions=[{"claimant": claimant}],
            )  # fmt: skip

        say()
        assert count_anew(10) >= 2
        for row, counts in ((claimant, (1, 1)), (article, (1, 1))):
            row.refresh_from_db()
            assert row.is_counted and tuple(getattr(row, name) for name in row.counts) == counts
        say()
        for row in (claimant, article):
            row.refresh_from_db()
            assert not row.is_counted
        asked = f"/api/v1/claimants/{claimant.pk}/"
        assert client.get(asked).json()["claim_count"] == 2
        count_anew(10)
        assert client.get(asked).json()["claim_count"] == 2
        # What is written down is what is told.
        Claimant.objects.filter(pk=claimant.pk).update(claims_named=77, claims_said=78)
        Article.objects.filter(pk=article.pk).update(claims_made=79, claims_checked=0)
        assert client.get(asked).json()["claim_count"] == 77
        assert "78" in client.get("/claimants/").content.decode()
        assert "79" in client.get("/articles/?checked=no").content.decode()
        names = {(one[0], one[2]) for one in wrong()}
        assert names == {
            ("claimant", "claims_named"), ("claimant", "claims_said"), ("article", "claims_made"),
            ("article", "claims_checked"),
        }  # fmt: skip

    def test_the_desk_is_counted_for(self, newsroom, editor):
        claimant = f.ClaimantFactory()
        claim = f.ClaimFactory()
        f.AppearanceFactory(claim=claim, article_version=open_text(), attributions=[{"claimant": claimant}])
        count_anew(10)
        claim.dismiss(editor, "Not ours to check.")
        rows = Claimant.objects.filter(pk=claimant.pk)
        assert rows.with_claim_count(editor).get().claim_count == 1
        assert rows.with_claim_count(None).get().claim_count == 0

    def test_what_is_said_by_whom_was_merged_changes_the_other(self, newsroom, editor):
        survivor = f.ClaimantFactory(name="The paper")
        merged = f.ClaimantFactory(name="The same paper", merged_into=survivor)
        f.AppearanceFactory(
            claim=f.ClaimFactory(), article_version=open_text(), attributions=[{"claimant": survivor}]
        )
        count_anew(10)
        f.AppearanceFactory(
            claim=f.ClaimFactory(), article_version=open_text(), attributions=[{"claimant": merged}]
        )
        survivor.refresh_from_db()
        assert not survivor.is_counted
        count_anew(10)
        survivor.refresh_from_db()
        assert (survivor.claims_named, survivor.claims_said) == (1, 2)


class TestEveryVerb:
    """Each verb of the record is said of each row that it can be said of, in a record where all is counted."""

    @pytest.fixture(autouse=True)
    def _record(self):
        world.make()
        count_anew(60)
        assert wrong() == []
        assert not Topic.objects.filter(claims_shown=None).exists()
        self.by = f.some_administrator()

    @pytest.mark.parametrize("verb", world.VERBS, ids=lambda verb: verb.name)
    def test_verb(self, verb):
        said = sum([self.say(verb, lambda subject=subject: subject) for subject in world.ways(verb)])
        assert said or self.say(verb, verb.prepare), "This verb was said of nothing."

    def say(self, verb, prepare) -> bool:
        with transaction.atomic():
            subject = prepare()
            if hasattr(subject, "refresh_from_db"):
                subject.refresh_from_db()
            try:
                verb.say(subject, self.by if verb.allowed else getattr(subject, "assessor", self.by))
                assert wrong() == [], f"{verb.name} of {subject}"
                return True
            except (Refused, ValidationError):
                return False
            finally:
                transaction.set_rollback(True)
