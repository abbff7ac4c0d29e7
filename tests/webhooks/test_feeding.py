"""From the ledger to deliveries: all that readers may see, in order, once, and nothing else."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from articles import tasks
from articles.models import Change, Delivery, Job, LedgerHead, Redaction, Webhook
from articles.models.job import State
from articles.verification import verify
from articles.webhooks import feeding
from articles.work.worker import Worker
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook():
    f.newsroom()
    return f.WebhookFactory()


def told(webhook: Webhook) -> list[dict]:
    feeding.feed()
    return [json.loads(one.body) for one in webhook.deliveries.order_by("pk")]


def asked() -> int:
    return Job.objects.filter(task="articles.tasks.tell_webhooks").count()


class TestAsking:
    def test_an_act_asks_in_its_own_transaction(self, webhook):
        before = asked()
        f.ClaimFactory()
        assert asked() == before + 1

    def test_what_is_rolled_back_tells_nobody(self, webhook):
        before = asked()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            f.ClaimFactory()
            assert asked() == before + 1
            raise ZeroDivisionError
        assert asked() == before and told(webhook) == []

    @pytest.mark.parametrize("state", ["paused", "stopped", None])
    def test_nobody_is_asked_for_where_nobody_listens(self, state):
        f.newsroom()
        if state:
            f.WebhookFactory(state=state)
        before = Job.objects.count()
        f.ClaimFactory()
        assert Job.objects.count() == before

    def test_the_desk_alone_tells_nobody(self, webhook):
        f.ArticleFactory()
        f.VerdictDraftFactory()
        kinds = {body["data"]["object"] for body in told(webhook)}
        assert "article" not in kinds and "verdictdraft" not in kinds
        assert not Change.objects.filter(public=False, seq__in=webhook.deliveries.values("seq")).exists()

    def test_a_worker_does_the_rest(self, webhook):
        claim = f.ClaimFactory()
        assert Worker().run(drain=True) > 0
        delivery = webhook.deliveries.last()
        assert json.loads(delivery.body)["data"]["id"] == claim.pk
        assert delivery.attempts, "it was tried"


class TestFeeding:
    def test_each_public_entry_once_and_in_order(self, webhook):
        before = webhook.after_seq
        for _ in range(3):
            f.ClaimFactory(rating="supported")
        seqs = [body["data"]["seq"] for body in told(webhook)]
        assert seqs == list(
            Change.objects.filter(public=True, seq__gt=before).order_by("seq").values_list("seq", flat=True)
        )
        assert [body["data"]["seq"] for body in told(webhook)] == seqs, "a second time finds nothing new"
        webhook.refresh_from_db()
        assert webhook.after_seq == seqs[-1]

    def test_only_from_its_making_on(self):
        f.ClaimFactory()
        webhook = f.WebhookFactory()
        assert webhook.after_seq == LedgerHead.objects.get().seq and told(webhook) == []

    def test_a_part_at_a_time(self, webhook, monkeypatch):
        monkeypatch.setattr(feeding, "AT_ONCE", 2)
        for _ in range(5):
            f.ClaimFactory()
        assert [feeding.feed() for _ in range(4)] == [True, True, False, False]
        assert webhook.deliveries.count() == 5

    def test_the_job_goes_on_where_there_is_more(self, webhook, monkeypatch):
        monkeypatch.setattr(feeding, "AT_ONCE", 2)
        for _ in range(5):
            f.ClaimFactory()
        Job.objects.all().delete()
        tasks.tell_webhooks.enqueue()
        Worker(["default"]).run(drain=True)
        assert webhook.deliveries.count() == 5

    def test_a_job_that_dies_half_way_has_told_nothing(self, webhook, monkeypatch):
        f.ClaimFactory()
        f.ClaimFactory()
        whole, count = feeding._deliver, []

        def dies(*words):
            count.append(words)
            if len(count) == 2:
                raise RuntimeError("The worker is killed here.")
            return whole(*words)

        monkeypatch.setattr(feeding, "_deliver", dies)
        with pytest.raises(RuntimeError), transaction.atomic():
            feeding.feed()
        assert not webhook.deliveries.exists()
        monkeypatch.undo()
        assert len(told(webhook)) == 2

    def test_each_webhook_by_itself(self, webhook):
        corrections = f.WebhookFactory(events=["correction.published", "verdict.withdrawn"])
        claim = f.ClaimFactory(rating="supported")
        f.VerdictFactory(claim=claim, rating="contradicted", correction_kind="affects_rating")
        claim.verdicts.latest("number").withdraw(f.some_editor(), "It was wrong.")
        assert [body["type"] for body in told(corrections)] == ["correction.published", "verdict.withdrawn"]
        everything = [body["type"] for body in told(webhook)]
        assert [one for one in everything if not one.endswith(".changed")] == [
            "verdict.published", "correction.published", "verdict.withdrawn",
        ]  # fmt: skip
        same = {one.seq: one.event_id for one in webhook.deliveries.all()}
        assert all(same[one.seq] == one.event_id for one in corrections.deliveries.all())

    def test_a_paused_one_is_told_when_it_goes_on(self, webhook):
        admin = f.some_administrator()
        webhook.pause(admin)
        claim = f.ClaimFactory()
        assert told(webhook) == []
        webhook.resume(admin)
        assert [body["data"]["id"] for body in told(webhook)] == [claim.pk]


class TestBody:
    def test_what_is_sent(self, webhook):
        claim = f.ClaimFactory()
        verdict = f.VerdictFactory(claim=claim)
        *_, body = told(webhook)
        entry = Change.objects.get(seq=body["data"]["seq"])
        assert set(body) == {"type", "timestamp", "data"}
        data = body["data"]
        assert (body["type"], data["verb"], data["object"], data["id"]) == (
            "verdict.published", "publish", "verdict", verdict.pk,
        )  # fmt: skip
        assert data["row_count"] == len(data["rows"]) == entry.change_rows.exclude(readers="hidden").count()
        assert {"object": "verdict", "id": verdict.pk, "state": "shown"} in data["rows"]
        assert data["links"] == {
            "api": f"/api/v1/verdicts/{verdict.pk}/",
            "page": verdict.get_absolute_url(),
            "changes": f"/api/v1/changes/?after={entry.seq - 1}",
        }

    def test_no_text_of_anybody(self, webhook):
        words = "Words that somebody may want taken out"
        f.ClaimFactory(statement=f"{words}.", rating="supported")
        f.ClaimFactory(statement=f"{words}!").dismiss(f.some_editor(), f"{words}?")
        Redaction.everywhere(f.some_administrator(), words, "At their request.")
        told(webhook)
        assert not [one for one in Delivery.objects.all() if "Words" in one.body]
        assert webhook.deliveries.order_by("pk").last().type == "record.redacted"
        assert verify() == []

    def test_what_is_gone_is_told_as_gone(self, webhook):
        claim = f.ClaimFactory()
        claim.dismiss(f.some_editor(), "A duplicate.")
        *_, body = told(webhook)
        assert {"object": "claim", "id": claim.pk, "state": "gone"} in body["data"]["rows"]

    def test_rows_that_readers_never_see_are_left_out(self, webhook):
        claim = f.ClaimFactory()
        f.AppearanceFactory(claim=claim, article_version=f.ArticleFactory().current_version)
        f.EvidenceFactory(claim=claim)
        named = {(row["object"], row["id"]) for body in told(webhook) for row in body["data"]["rows"]}
        assert not {noun for noun, _ in named} & {"article", "appearance", "evidence", "source"}

    def test_what_an_entry_is_about_is_named_only_where_readers_know_it(self, webhook):
        """Evidence is written about a claim; of a claim that readers never saw not even the number is told."""
        evidence = f.EvidenceFactory(claim=f.ClaimFactory())
        evidence.open_to_readers(f.some_editor())
        known = told(webhook)[-1]["data"]
        assert known["object"] in ("claim", "evidence")
        change = Change.objects.get(seq=known["seq"])
        change.object_type, change.object_id = "verdictdraft", 77
        (only,) = feeding.told_of([change])
        assert only.about == {name: only.rows[0][name] for name in ("object", "id")}

    def test_long_entries_name_their_first_rows(self, webhook, monkeypatch):
        monkeypatch.setattr(feeding, "MOST_ROWS", 2)
        f.RatingScaleFactory()
        data = told(webhook)[-1]["data"]
        assert len(data["rows"]) == 2 < data["row_count"]


class TestCatchingUp:
    def test_what_a_lost_job_left_is_told_and_sent(self, webhook, receiver):
        Webhook.objects.update(url=receiver.url)
        f.ClaimFactory()
        Job.objects.all().delete()
        tasks.catch_up_on_webhooks.enqueue()
        Worker().run(drain=True)
        Job.objects.filter(state=State.WAITING).delete()
        assert receiver.ids == [one.event_id for one in webhook.deliveries.all()] and len(receiver.ids) == 1

        f.ClaimFactory()
        feeding.feed()
        Job.objects.all().delete()
        tasks.catch_up_on_webhooks.enqueue()
        Worker().run(drain=True)
        assert len(receiver.ids) == 2 and not Delivery.objects.waiting().exists()

    def test_what_has_a_job_gets_no_second_one(self, webhook):
        from django.utils import timezone

        delivery = f.DeliveryFactory(webhook=webhook)
        jobs = Job.objects.filter(task="articles.tasks.send_event")
        assert jobs.count() == 1
        feeding.catch_up(timezone.now())
        assert jobs.count() == 1
        jobs.update(state=State.DEAD, finished_at=timezone.now())
        feeding.catch_up(timezone.now())
        assert jobs.count() == 2
        delivery.refresh_from_db()
        assert delivery.job == jobs.latest("pk").pk
