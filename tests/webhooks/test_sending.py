"""One event on its way: signed, tried again, held back, given up, sent again. Time is an argument."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import reaching
from articles.models import Delivery, DeliveryState, Job, WebhookState
from articles.models.delivery import LONGEST_ANSWER, WAITS
from articles.models.webhook import FAILURES_IN_A_ROW, KEPT, PATIENCE
from articles.webhooks import feeding
from articles.webhooks.sending import send
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(receiver):
    return f.WebhookFactory(url=receiver.url)


@pytest.fixture
def delivery(webhook):
    return f.DeliveryFactory(webhook=webhook)


def try_again(delivery: Delivery) -> str:
    """Send it the moment it is due, or held back no longer."""
    while True:
        delivery.refresh_from_db()
        outcome = send(delivery.pk, delivery.next_attempt_at)
        if outcome != "held back":
            delivery.refresh_from_db()
            delivery.webhook.refresh_from_db()
            return outcome


class TestSent:
    def test_with_the_headers_of_the_scheme(self, receiver, webhook, delivery):
        now = timezone.now()
        assert send(delivery.pk, now) == "delivered"
        headers, body = receiver.requests[0]
        assert (headers["webhook-id"], headers["webhook-timestamp"]) == (
            delivery.event_id,
            str(int(now.timestamp())),
        )
        key = base64.b64decode(webhook.secret_text.removeprefix("whsec_"))
        signed = f"{delivery.event_id}.{headers['webhook-timestamp']}.{body}".encode()
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert headers["content-type"] == "application/json; charset=utf-8" and body == delivery.body

    def test_and_noted(self, receiver, delivery):
        receiver.says(202, b"Thank \xff you\x00")
        now = timezone.now()
        send(delivery.pk, now)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.delivered_at, delivery.next_attempt_at) == ("delivered", now, None)
        (attempt,) = delivery.attempts
        assert (attempt["status"], attempt["answer"], attempt["error"]) == (202, "Thank \ufffd you\ufffd", "")
        delivery.webhook.refresh_from_db()
        assert delivery.webhook.delivered_at == now

    def test_once(self, receiver, delivery):
        assert [send(delivery.pk), send(delivery.pk), send(10**9)] == ["delivered", "not due", "not due"]
        assert len(receiver.requests) == 1

    def test_two_secrets_sign_for_a_day(self, receiver, webhook, delivery):
        now = timezone.now()
        webhook.rotate(f.some_administrator(), now)
        send(delivery.pk, now)
        delivery.replay(f.some_administrator(), now)
        send(delivery.pk, now + timedelta(hours=24, seconds=1))
        counts = [headers["webhook-signature"].count("v1,") for headers, _ in receiver.requests]
        assert counts == [2, 1]


class TestFailing:
    @pytest.mark.parametrize("status", [300, 304, 400, 401, 404, 429, 500, 503])
    def test_only_2xx_is_success(self, receiver, delivery, status):
        receiver.says(status)
        assert str(status) in try_again(delivery)
        assert (delivery.state, delivery.tries) == ("waiting", 1)
        assert delivery.attempts[0]["status"] == status

    def test_a_redirect_to_what_is_inside_is_not_followed(self, receiver, delivery):
        receiver.says(307, b"", Location="http://169.254.169.254/latest/meta-data/")
        assert "a redirect, which is not followed" in try_again(delivery)
        assert len(receiver.requests) == 1 and delivery.state == DeliveryState.WAITING

    def test_a_name_that_leads_inside(self, webhook, delivery, monkeypatch):
        webhook.revise(f.some_administrator(), url="https://hooks.example/")
        monkeypatch.setattr(reaching, "look_up", lambda *_: ["8.8.8.8", "10.0.0.1"])
        assert try_again(delivery) == "hooks.example leads to 10.0.0.1, which is not a public address."
        assert delivery.attempts[0]["status"] is None

    def test_the_waits_between_and_the_end(self, receiver, delivery):
        receiver.says(500, b"Broken.")
        waits = []
        for _ in range(len(WAITS)):
            due = delivery.next_attempt_at
            try_again(delivery)
            waits.append((delivery.next_attempt_at - due) / WAITS[delivery.tries - 1])
        # Held back with the rest of the webhook it may have been tried some minutes later.
        assert all(wait >= 0.9 for wait in waits) and waits[0] <= 1.1
        try_again(delivery)
        assert (delivery.state, delivery.next_attempt_at) == ("given_up", None)
        assert len(set(receiver.ids)) == 1 and len(receiver.ids) == len(WAITS) + 1
        assert {body for _, body in receiver.requests} == {delivery.body}

    def test_a_huge_answer_is_kept_in_part(self, receiver, delivery):
        receiver.says(500, b"x" * 1_000_000)
        try_again(delivery)
        assert delivery.attempts[0]["answer"] == "x" * LONGEST_ANSWER

    def test_what_no_database_keeps_is_noted_too(self, receiver, delivery):
        receiver.answer = lambda handler: handler.wfile.write(b"\x00 no HTTP \x1b\r\n\r\n")
        outcome = try_again(delivery)
        assert outcome == delivery.outcome == "127.0.0.1 gave no answer that can be read: � no HTTP �."
        assert delivery.tries == 1

    def test_410_pauses_at_once(self, receiver, delivery):
        receiver.says(410)
        try_again(delivery)
        assert delivery.webhook.state == WebhookState.STOPPED
        assert "410 Gone" in delivery.webhook.paused_why
        assert (
            delivery.state == DeliveryState.WAITING and send(delivery.pk, timezone.now() + KEPT) == "paused"
        )

    def test_days_of_nothing_but_failures_pause(self, receiver, webhook):
        receiver.says(503)
        first, second = f.DeliveryFactory(webhook=webhook), f.DeliveryFactory(webhook=webhook)
        start = timezone.now()
        send(first.pk, start)
        webhook.refresh_from_db()
        assert (webhook.failing_since, webhook.is_active) == (start, True)
        send(second.pk, start + PATIENCE - timedelta(seconds=1))
        webhook.refresh_from_db()
        assert webhook.is_active
        send(first.pk, start + PATIENCE)
        webhook.refresh_from_db()
        assert webhook.state == WebhookState.STOPPED
        assert webhook.paused_why.startswith(f"Nothing got through since {start:%Y-%m-%d %H:%M} UTC: 3 tries")

    def test_one_success_in_between_does_not(self, receiver, webhook):
        several = [f.DeliveryFactory(webhook=webhook) for _ in range(3)]
        start = timezone.now()
        for delivery, status, day in zip(several, (503, 200, 503), (0, 4, 6), strict=True):
            receiver.says(status)
            send(delivery.pk, start + timedelta(days=day))
            webhook.refresh_from_db()
            assert (webhook.failing_since is None) == (status == 200)
        webhook.refresh_from_db()
        assert webhook.is_active and webhook.failing_since == start + timedelta(days=6)

    def test_all_wait_together_for_one_that_goes_on_failing(self, receiver, webhook):
        """A receiver that takes ten seconds to fail must not keep workers from everybody else's events."""
        receiver.says(503)
        several = [f.DeliveryFactory(webhook=webhook) for _ in range(FAILURES_IN_A_ROW + 20)]
        soon = timezone.now()
        outcomes = [send(one.pk, soon) for one in several]
        assert len(receiver.requests) == FAILURES_IN_A_ROW
        assert outcomes[FAILURES_IN_A_ROW:] == ["held back"] * 20
        assert not Delivery.objects.filter(
            pk__in=[one.pk for one in several[FAILURES_IN_A_ROW:]], tries__gt=0
        )
        receiver.says(200)
        later = soon + timedelta(minutes=1)
        assert {send(one.pk, later) for one in several[FAILURES_IN_A_ROW:]} == {"delivered"}

    def test_a_changed_key_pauses_instead_of_signing_wrongly(self, receiver, delivery, settings):
        settings.SECRET_KEY = "another key of this installation, long enough"
        assert send(delivery.pk) == "paused"
        delivery.webhook.refresh_from_db()
        assert "SECRET_KEY has changed" in delivery.webhook.paused_why and receiver.requests == []

    def test_a_failure_that_comes_late_takes_no_success_away(self, receiver, delivery):
        send(delivery.pk)
        delivery.note(timezone.now(), status=None, answer="", error="It took too long.", seconds=10)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.DELIVERED and len(delivery.attempts) == 2


class TestAgain:
    @pytest.mark.parametrize("state", ["delivered", "given_up", "skipped", "waiting"])
    def test_with_the_same_id_and_body(self, receiver, webhook, state):
        delivery = f.DeliveryFactory(webhook=webhook, state=state)
        delivery.replay(f.some_administrator())
        assert try_again(delivery) == "delivered"
        assert receiver.ids == [delivery.event_id]

    def test_as_often_as_a_new_one(self, receiver, delivery):
        Delivery.objects.update(tries=len(WAITS) + 1, state="given_up", next_attempt_at=None)
        receiver.says(500)
        delivery.replay(f.some_administrator())
        try_again(delivery)
        assert (delivery.state, delivery.tries) == ("waiting", 1)

    def test_a_job_is_asked_for(self, receiver, delivery):
        send(delivery.pk)
        before = Job.objects.filter(task="articles.tasks.send_event").count()
        delivery.replay(f.some_administrator())
        assert Job.objects.filter(task="articles.tasks.send_event").count() == before + 1


class TestForgetting:
    def test_after_a_month(self, webhook):
        now = timezone.now()
        done = f.DeliveryFactory(webhook=webhook, state="delivered")
        f.DeliveryFactory(webhook=webhook, state="given_up")
        waits = f.DeliveryFactory(webhook=webhook)
        assert feeding.forget(now + KEPT - timedelta(minutes=1)) == 0
        assert feeding.forget(now + KEPT + timedelta(minutes=1)) == 2
        assert not Delivery.objects.filter(pk=done.pk).exists()
        waits.refresh_from_db()
        webhook.refresh_from_db()
        assert (waits.state, webhook.skipped, webhook.skipped_to) == ("skipped", 1, waits.seq)
