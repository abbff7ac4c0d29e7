"""The record of the bench: the same each time, sound, and answered by the floor as by the product."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from articles.models import Article, Change, Claim, Evidence, Source, Verdict
from articles.search import search
from tests.bench import asking, generator
from tests.bench.generator import SIZES, Known, Maker, Size


def some_rows(size):
    ratings = {slug: {"id": at, "image": {"slug": slug}} for at, slug in enumerate(generator.RATINGS)}
    maker = Maker(size, Known(1, 2, ratings, versions=list(range(1, size.articles + 1))))
    return [(made.act, made.tables) for made in generator._everything(maker)]


def test_the_rows_are_the_same_every_time():
    assert some_rows(Size(1000)) == some_rows(Size(1000))


def test_the_sizes_are_those_of_the_issue():
    full = SIZES["full"]
    assert (full.articles, full.claims, full.sources, full.evidence, full.verdicts) == (
        2_000, 1_000_000, 200_000, 2_000_000, 600_000,
    )  # fmt: skip
    assert SIZES["small"].claims == 20_000


def test_a_record_of_the_bench_is_sound_and_the_floor_answers_as_the_product_does(
    committed_database, monkeypatch, capsys
):
    size = SIZES["tiny"]
    monkeypatch.setenv("DATABASE_URL", committed_database.url)
    generator.fill(size)
    counted = [model.objects.count() for model in (Article, Claim, Source, Evidence, Verdict)]
    assert counted[:4] == [size.articles, size.claims, size.sources, size.evidence]
    # Which claims have one is drawn.
    assert counted[4] == pytest.approx(size.verdicts, rel=0.05)
    assert Change.objects.count() > size.articles

    # The chain, the images, the anchors, the index.
    call_command("verify")

    # The guards are back.
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE articles_verdict SET summary = 'other' WHERE id = 1")

    claims = asking.claims()
    assert len(claims) > 100
    assert search(Claim.objects.get(pk=claims[0][0]).statement, kinds=["claim"]).hits[0].id == claims[0][0]
    asked = asking.paths()
    # By topics, articles, ratings, statuses and kinds, in turn; and the last whole pages there are.
    assert len(asked[asking.LIST]["ours"]) == len(set(asked[asking.LIST]["ours"])) > 25
    assert len(asked[asking.PAGE]["ours"]) > 3
    assert asking.agreement(25) == []
