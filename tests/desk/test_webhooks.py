"""Webhooks at the desk: the form, the secret shown once, the log, and the buttons."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from articles.models import Delivery, Webhook, WebhookState
from tests import factories as f
from tests.desk.conftest import add_to, button_of, list_of, page_of

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "The archive",
    "url": "https://hooks.example/in",
    "events": ["verdict.published", "claim.merged"],
}


def test_adding_one_shows_its_secret_once(sign_in):
    client = sign_in("administrator")
    assert (
        'type="checkbox" name="events" value="verdict.published"'
        in client.get(add_to(Webhook)).content.decode()
    )
    answer = client.post(add_to(Webhook), FACTS)
    webhook = Webhook.objects.get()
    assert answer.status_code == 200 and webhook.secret_text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert webhook.events == ["verdict.published", "claim.merged"]
    assert webhook.created_by == f.some_administrator()
    for address in (page_of(webhook), list_of(Webhook)):
        assert webhook.secret_text not in client.get(address).content.decode()
    assert not any("whsec_" in str(one.get_decoded()) for one in Session.objects.all())


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"url": "https://10.0.0.1/"}, "10.0.0.1 is not a public address."),
        ({"url": "http://hooks.example/"}, "The address must begin with https://."),
        ({"events": []}, "This field is required."),
        ({"events": ["claim.deleted"]}, "claim.deleted is not one of the available choices."),
    ],
)
def test_what_is_refused_is_said_beside_the_field(sign_in, facts, sentence):
    answer = sign_in("administrator").post(add_to(Webhook), {**FACTS, **facts})
    assert sentence in answer.content.decode()
    assert not Webhook.objects.exists()


def sent(client, webhook, **changes):
    """Return what the form of a webhook sends back, with these changes."""
    form = client.get(page_of(webhook)).context["adminform"].form
    loaded = {name: getattr(webhook, name) for name in ("name", "url", "description", "events")}
    before = {form.add_initial_prefix(name): value for name, value in loaded.items()}
    before[form.add_initial_prefix("events")] = ",".join(webhook.events)
    return {"seen_revision": str(webhook.revision), **before, **loaded, **changes}


def test_changing_it(sign_in):
    client, webhook = sign_in("administrator"), f.WebhookFactory(events=["claim.changed"])
    page = client.get(page_of(webhook)).content.decode()
    assert 'value="claim.changed" id="initial-id_events"' in page or 'name="initial-events"' in page
    assert client.post(page_of(webhook), sent(client, webhook)).status_code == 302
    webhook.refresh_from_db()
    assert webhook.revision == 1, "nothing was changed, so nothing was written"
    changes = {"events": ["*"], "description": "For the archive."}
    assert client.post(page_of(webhook), sent(client, webhook, **changes)).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.events, webhook.description, webhook.revision) == (["*"], "For the archive.", 2)


def test_two_people_change_it_at_once(sign_in):
    client, webhook = sign_in("administrator"), f.WebhookFactory(events=["claim.changed"])
    mine = sent(client, webhook, name="Mine")
    webhook.revise(f.some_administrator(), events=["*", "claim.merged"])
    answer = client.post(page_of(webhook), mine)
    assert answer.status_code == 409
    webhook.refresh_from_db()
    assert webhook.name != "Mine"
    form = answer.context["adminform"].form
    assert form["events"].field.prepare_value(form["events"].value()) is not None
    page = answer.content.decode()
    for event in webhook.events:
        assert f'value="{event}" ' in page


class TestButtons:
    def test_a_new_secret_is_shown_once(self, sign_in):
        client, webhook = sign_in("administrator"), f.WebhookFactory()
        before = webhook.secret_text
        answer = client.post(button_of(webhook, "rotate"), {"seen": 1})
        webhook.refresh_from_db()
        page = answer.content.decode()
        assert webhook.secret_text in page and before not in page
        assert f"signs too until {webhook.previous_until:%Y-%m-%d %H:%M} UTC" in page

    def test_pause_and_resume(self, sign_in):
        client, webhook = sign_in("administrator"), f.WebhookFactory()
        client.post(button_of(webhook, "pause"), {"seen": 1, "why": "It moves."})
        webhook.refresh_from_db()
        assert webhook.state == WebhookState.PAUSED
        page = client.get(page_of(webhook)).content.decode()
        assert "It moves." in page and "Send a test event" not in page
        client.post(button_of(webhook, "resume"), {"seen": webhook.revision})
        webhook.refresh_from_db()
        assert webhook.is_active

    def test_what_was_skipped_is_told(self, sign_in):
        webhook = f.WebhookFactory(state="paused")
        webhook.skip(3, 17)
        webhook.save()
        answer = sign_in("administrator").post(
            button_of(webhook, "resume"), {"seen": webhook.revision}, follow=True
        )
        assert "3 events up to entry 17 were too old" in answer.content.decode()

    def test_why_it_was_paused_stands_on_top(self, sign_in):
        webhook = f.WebhookFactory(state="stopped")
        page = sign_in("reporter").get(page_of(webhook)).content.decode()
        assert "Paused automatically: nothing is sent" in page and "Nothing got through." in page

    def test_a_test_event_and_sending_again(self, sign_in):
        client, webhook = sign_in("administrator"), f.WebhookFactory()
        assert client.post(button_of(webhook, "test"), {"seen": 1})["Location"] == page_of(webhook)
        delivery = webhook.deliveries.get()
        delivery.note(timezone.now(), status=200, answer="", error="", seconds=0.1)
        assert client.post(button_of(delivery, "replay"), {})["Location"] == page_of(delivery)
        delivery.refresh_from_db()
        assert delivery.state == "waiting"

    @pytest.mark.parametrize("name", ["rotate", "pause", "resume", "test"])
    def test_they_are_for_administrators(self, sign_in, name):
        webhook = f.WebhookFactory(state="paused" if name == "resume" else "active")
        client = sign_in("editor")
        assert client.post(button_of(webhook, name), {"seen": 1}).status_code == 403
        page = client.get(page_of(webhook)).content.decode()
        assert "/do/" not in page and "_save" not in page


class TestLog:
    def test_every_try_with_its_answer(self, sign_in):
        delivery = f.DeliveryFactory()
        now = timezone.now()
        delivery.note(
            now, status=None, answer="", error="hooks.example did not answer in 10 seconds.", seconds=10
        )
        delivery.note(
            now, status=500, answer="<script>alert(1)</script>", error="It answered 500.", seconds=0.2
        )
        page = sign_in("reporter").get(page_of(delivery)).content.decode()
        assert "did not answer in 10 seconds." in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page
        assert delivery.event_id in page and "claim.changed" in page
        assert page.index("It answered 500.") < page.index("did not answer in 10")

    def test_of_one_webhook(self, sign_in):
        one, other = f.DeliveryFactory(), f.DeliveryFactory()
        client = sign_in("reporter")
        page = client.get(page_of(one.webhook)).content.decode()
        every = f"{list_of(Delivery)}?webhook__id__exact={one.webhook_id}"
        assert every in page
        listed = client.get(every).context["cl"].queryset
        assert set(listed) == set(one.webhook.deliveries.all()) and other not in listed

    def test_lists_ask_no_more_for_more_rows(self, sign_in, django_assert_max_num_queries):
        client, webhook = sign_in("administrator"), f.WebhookFactory()
        for _ in range(12):
            f.DeliveryFactory(webhook=webhook)
        for address in (list_of(Webhook), list_of(Delivery), page_of(webhook)):
            client.get(address)
            with django_assert_max_num_queries(12):
                client.get(address)
