"""Many rows that one statement writes are indexed together, each as if it had come alone."""

import pytest
from django.db import connection

from articles.models import Appearance, Claim
from articles.search import index, search
from tests import factories as f

pytestmark = pytest.mark.django_db
# A matter of its triggers.
on_postgres = pytest.mark.engine("postgresql")


def bring(count):
    return Claim.objects.bulk_create(Claim(statement=f"Wombat {number} came.") for number in range(count))


def test_all_of_a_statement_are_found():
    bring(30)
    assert len(search("wombat", kinds=["claim"], limit=100).hits) == 30
    assert list(index.differences()) == []


def test_quotations_of_several_claims_in_one_statement():
    claims = [f.ClaimFactory(), f.ClaimFactory()]
    version = f.ArticleVersionFactory(
        article=f.ArticleFactory(public=True), text="Zorbing came. Quimper too."
    )
    Appearance.objects.bulk_create(
        Appearance(claim=claim, article_version=version, start=start, end=end, exact=version.text[start:end])
        for claim in claims
        for start, end in ((0, 13), (14, 26))
    )
    assert {hit.id for hit in search("zorbing quimper", kinds=["claim"]).hits} == {one.pk for one in claims}
    assert list(index.differences()) == []


def test_a_merged_claim_that_comes_with_others_is_found_as_its_survivor():
    survivor = f.ClaimFactory()
    Claim.objects.bulk_create(
        [
            Claim(statement="Veltro came.", status="merged", merged_into=survivor),
            Claim(statement="Drax came."),
        ]
    )
    assert [hit.id for hit in search("veltro", kinds=["claim"]).hits] == [survivor.pk]
    assert list(index.differences()) == []


@on_postgres
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "ALTER FUNCTION {}() RESET ALL",
            "search_articles_claim_0_many_insert is not the trigger that belongs",
        ),
        ("DROP TRIGGER {}_insert ON articles_claim", "search_articles_claim_0_many_insert is missing"),
    ],
)
def test_what_was_done_to_the_trigger_is_seen_and_mended(statement, sentence):
    with connection.cursor() as cursor:
        cursor.execute(statement.format("search_articles_claim_0_many"))
    assert any(one.startswith(sentence) for one in index.engine().missing())
    index.install("default")
    assert list(index.engine().missing()) == []
