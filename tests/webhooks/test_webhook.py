"""What administrators say of webhooks, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from articles.models import Change, Webhook, WebhookState
from articles.models.webhook import KEPT
from articles.refusals import Refused
from articles.webhooks import feeding
from articles.webhooks.sending import send
from articles.work.worker import Worker
from tests import factories as f
from tests.record.redacting import dump

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"url": "http://hooks.example/"}, "url", "The address must begin with https://."),
        ({"url": "https://10.0.0.1/"}, "url", "10.0.0.1 is not a public address."),
        ({"url": "http://127.0.0.1/"}, "url", "The address must begin with https://."),
        ({"url": ""}, "url", ""),
        ({"name": " "}, "name", ""),
        ({"events": []}, "events", "Choose at least one event, or * for all."),
        ({"events": ["claim.deleted"]}, "events", "There is no event “claim.deleted”. There are: *, "),
        ({"events": ["webhook.test"]}, "events", "There is no event “webhook.test”."),
        ({"events": [1]}, "events", "Give a list of events."),
    ],
)
def test_what_is_refused(administrator, facts, field, sentence):
    given = {"name": "One", "url": "https://hooks.example/", "events": ["*"], **facts}
    with pytest.raises(ValidationError) as refusal:
        Webhook.add(administrator, **given)
    assert any(sentence in one for one in refusal.value.message_dict[field])
    assert not Webhook.objects.exists()
    webhook = f.WebhookFactory()
    with pytest.raises(ValidationError):
        webhook.revise(administrator, **facts)


class TestSecret:
    def test_no_row_of_any_table_gives_it_away(self):
        webhook = f.WebhookFactory()
        before = webhook.secret_text
        webhook.rotate(f.some_administrator())
        connection.check_constraints()
        for secret in (before, webhook.secret_text):
            assert secret.startswith("whsec_") and secret.removeprefix("whsec_") not in dump()

    def test_another_one_each_time(self):
        webhook, other = f.WebhookFactory(), f.WebhookFactory()
        before = webhook.secret_text
        webhook.rotate(f.some_administrator())
        webhook.refresh_from_db()
        assert len({before, webhook.secret_text, other.secret_text}) == 3

    def test_after_a_changed_key_a_new_one_is_made(self, settings):
        webhook = f.WebhookFactory(state="stopped")
        settings.SECRET_KEY = "another key of this installation, long enough"
        with pytest.raises(Refused, match="SECRET_KEY has changed"):
            webhook.resume(f.some_administrator())
        webhook.rotate(f.some_administrator())
        webhook.resume(f.some_administrator())
        assert len(webhook.secrets(timezone.now())) == 1

    def test_a_lost_secret_before_it_does_not_stop_the_new_one(self, settings):
        webhook, before = f.WebhookFactory(), settings.SECRET_KEY
        settings.SECRET_KEY = "another key of this installation, long enough"
        settings.SECRET_KEY_FALLBACKS = [before]
        webhook.rotate(f.some_administrator())
        assert len(webhook.secrets(timezone.now())) == 2
        settings.SECRET_KEY_FALLBACKS = []
        assert len(webhook.secrets(timezone.now())) == 1


class TestPausing:
    def test_and_going_on_where_it_stopped(self, receiver):
        webhook, admin = f.WebhookFactory(url=receiver.url), f.some_administrator()
        waits = f.DeliveryFactory(webhook=webhook)
        webhook.pause(admin, "It moves.")
        assert send(waits.pk) == "paused"
        Worker().run(drain=True)
        assert receiver.requests == [], "its job has come and gone"
        f.ClaimFactory()
        webhook.resume(admin)
        assert (webhook.state, webhook.paused_why) == (WebhookState.ACTIVE, "")
        Worker().run(drain=True)
        assert sorted(body["data"]["seq"] for body in receiver.bodies) == sorted(
            webhook.deliveries.values_list("seq", flat=True)
        )
        assert len(receiver.bodies) == 2

    def test_what_is_older_than_a_month_is_skipped_and_told(self):
        webhook, admin = f.WebhookFactory(state="paused"), f.some_administrator()
        f.ClaimFactory()
        f.ClaimFactory()
        last = Change.objects.filter(public=True).latest("seq").seq
        assert webhook.resume(admin, timezone.now() + KEPT + timedelta(minutes=1)) == 2
        webhook.refresh_from_db()
        assert (webhook.skipped, webhook.skipped_to, webhook.after_seq) == (2, last, last)
        feeding.feed()
        assert not webhook.deliveries.exists()

    def test_twice_is_refused(self):
        admin = f.some_administrator()
        with pytest.raises(Refused, match="paused already"):
            f.WebhookFactory(state="paused").pause(admin)
        with pytest.raises(Refused, match="active already"):
            f.WebhookFactory().resume(admin)

    def test_nothing_is_sent_by_hand_meanwhile(self):
        admin, webhook = f.some_administrator(), f.WebhookFactory()
        delivery = f.DeliveryFactory(webhook=webhook)
        webhook.pause(admin)
        for said in (lambda: webhook.send_test(admin), lambda: delivery.replay(admin)):
            with pytest.raises(Refused, match="resume it first"):
                said()

    def test_a_reason_given_by_hand_stays(self):
        webhook = f.WebhookFactory()
        webhook.pause(f.some_administrator(), "It moves.")
        webhook.stop("Nothing got through.")
        webhook.refresh_from_db()
        assert (webhook.state, webhook.paused_why) == (WebhookState.PAUSED, "It moves.")


def test_a_test_event_tells_of_nothing(receiver):
    webhook = f.WebhookFactory(url=receiver.url, events=["claim.merged"])
    first, second = (webhook.send_test(f.some_administrator()) for _ in range(2))
    assert send(first.pk) == "delivered"
    assert receiver.bodies[0]["type"] == "webhook.test" and set(receiver.bodies[0]["data"]) == {"message"}
    assert first.event_id != second.event_id and first.seq is None


def test_managing_webhooks_is_no_entry_of_the_ledger():
    f.newsroom()
    admin = f.some_administrator()
    before = Change.objects.count()
    webhook = f.WebhookFactory()
    webhook.revise(admin, name="New")
    webhook.rotate(admin)
    webhook.pause(admin)
    assert Change.objects.count() == before
