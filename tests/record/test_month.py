"""Months as an index holds them."""

from datetime import date

import pytest
from django.db import connection

from articles.models import Claim
from articles.models.month import MonthOf, month_number
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(9999, 12, 31)])
def test_a_database_numbers_months_as_python_does(day):
    factories.ClaimFactory(asserted_earliest=day, asserted_latest=day)

    assert Claim.objects.values_list(MonthOf("asserted_earliest"), flat=True).get() == month_number(day)


def test_a_claim_of_no_known_day_is_of_no_month():
    factories.ClaimFactory(asserted_earliest=None, asserted_latest=None)

    assert Claim.objects.values_list(MonthOf("asserted_earliest"), flat=True).get() is None


def test_the_newest_claims_of_a_month_are_found_by_its_index():
    rows = Claim.objects.alias(month=MonthOf("asserted_earliest")).filter(
        month=month_number(date(2024, 3, 1))
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a table without rows any plan is as good as another.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")

    assert "claim_by_month" in rows.order_by("-pk").explain()
