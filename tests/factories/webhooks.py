"""Other programs that are told of the record, and what they were told."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import Delivery, DeliveryState, Webhook, WebhookState
from articles.webhooks import feeding
from tests.factories.claims import ClaimFactory
from tests.factories.people import VerbFactory, some_administrator


class WebhookFactory(VerbFactory):
    """An active one that wants everything; brought to `state`."""

    class Meta:
        model = Webhook

    by = factory.LazyFunction(some_administrator)
    name = factory.Sequence("Receiver {}".format)
    url = "https://hooks.example/factcheck"
    description = ""
    events = ("*",)
    state = WebhookState.ACTIVE

    @classmethod
    def enter(cls, by: Any, state: str, **facts: Any) -> Webhook:
        webhook = Webhook.add(by, **facts)
        if state == WebhookState.PAUSED:
            webhook.pause(by, "It is being moved.")
        elif state == WebhookState.STOPPED:
            webhook.stop("Nothing got through.")
        webhook.refresh_from_db()
        return webhook


class DeliveryFactory(VerbFactory):
    """What a webhook is told of a new claim; brought to `state`."""

    class Meta:
        model = Delivery

    webhook = factory.SubFactory(WebhookFactory)
    state = DeliveryState.WAITING

    @classmethod
    def enter(cls, webhook: Webhook, state: str) -> Delivery:
        ClaimFactory()
        feeding.feed()
        delivery = webhook.deliveries.latest("pk")
        if state != DeliveryState.WAITING:
            delivery.state, delivery.next_attempt_at = state, None
            delivery.save()
        return delivery
