"""A day is written one way at the desk, and the way readers see it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from tests import factories as f

pytestmark = pytest.mark.django_db


def test_days_read_as_on_the_pages_of_readers(sign_in):
    with time_machine.travel(datetime(2024, 3, 5, 14, 7, tzinfo=UTC), tick=False):
        verdict = f.VerdictFactory()
        desk = sign_in("editor")
        form = desk.get(reverse("admin:articles_claim_change", args=[verdict.claim_id])).content.decode()
        rows = desk.get(reverse("admin:articles_verdict_changelist")).content.decode()
    assert "5 March 2024, 14:07" in form and "5 March 2024, 14:07" in rows
    assert "p.m." not in form + rows and "March 5" not in form + rows
