"""Contacts: who was asked about a claim, and what they answered."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from api.filtering.groundwork import CONTACTS
from api.pagination import Order, orders
from api.serializers.contact import ContactRow
from api.views.closed import TaggedByContent
from api.writing.contacts import WritesContacts
from articles.models import Claimant, Contact


class ContactViewSet(WritesContacts, TaggedByContent):
    """Contacts: who was asked about a claim before a verdict on it, and how they answered."""

    queryset = Contact.objects.none()
    serializer_class = detail_class = ContactRow
    filters = CONTACTS
    orderings = orders(
        asked_at=Order("asked_at", "moment"), deadline=Order("deadline", "moment", nullable=True)
    )

    def loaded(self, rows: Any) -> Any:
        asked = Claimant.objects.visible_to(self.request.user)
        return rows.select_related("claim").prefetch_related(Prefetch("claimant", asked))
