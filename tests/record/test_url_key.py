"""The key beside each address: always that of the address, in no image of a row, and gone with words that are to go."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from articles.models import Article, ChangeRow, Copy, Source
from articles.models.addressed import at_address
from articles.verification import verify
from articles.web_addresses import address_key
from tests.factories import ArticleFactory, CopyFactory, SourceFactory
from tests.record.forging import IS_POSTGRES, found
from tests.record.redacting import NAME, redact

pytestmark = pytest.mark.django_db

HALL = "https://town.example/hall?utm_source=mail#top"
POOL = "http://www.town.example/pool/"
FACTORIES = [ArticleFactory, CopyFactory, SourceFactory]
each = pytest.mark.parametrize("factory", FACTORIES, ids=["article", "copy", "source"])


def stored(row) -> tuple[str, str]:
    return type(row)._base_manager.values_list("url", "url_key").get(pk=row.pk)


def stands_at(row, url: str) -> bool:
    return row in type(row).objects.filter(at_address(url))


class TestWritten:
    @each
    def test_by_the_verb_that_adds_the_row(self, factory):
        row = factory(url=HALL)
        assert stored(row) == (HALL, address_key("https://town.example/hall"))
        assert stands_at(row, "https://town.example/hall") and not stands_at(row, POOL)

    @each
    def test_none_without_an_address(self, factory, django_assert_num_queries):
        row = factory(url="")
        assert stored(row) == ("", "")
        with django_assert_num_queries(0):
            assert not stands_at(row, "")

    @each
    def test_revised_with_the_address(self, factory):
        row = factory(url=HALL)
        row.revise(None, url=POOL)
        assert stored(row) == (POOL, address_key(POOL)) and row.url_key == address_key(POOL)
        row.revise(None, url="")
        assert stored(row) == ("", "")

    @each
    def test_left_alone_with_the_address(self, factory):
        row = factory(url=HALL)
        type(row)._base_manager.filter(pk=row.pk).update(url=POOL, url_key=address_key(POOL))
        row.revise(None, publisher="The Town")
        assert stored(row) == (POOL, address_key(POOL)), "only the named columns are written"

    @each
    def test_saved(self, factory):
        row = factory(url=HALL)
        row.url = POOL
        row.save()
        assert stored(row) == (POOL, address_key(POOL))
        row.url = HALL
        row.save(update_fields=["url"])
        assert stored(row) == (HALL, address_key(HALL))

    def test_many_at_once(self):
        Source.objects.bulk_create([Source(kind="news_report", title="Of the hall", url=HALL)])
        assert stored(Source.objects.get()) == (HALL, address_key(HALL))

    def test_address_as_long_as_there_is_room_for(self):
        url = "https://town.example/" + "".join(chr(0x4E00 + n * 7) for n in range(1979))
        assert len(url) == 2000
        for row in (ArticleFactory(url=url), CopyFactory(url=url)):
            assert stands_at(row, f"{url}#top")

    def test_by_the_migration_for_rows_that_were_there(self, monkeypatch):
        rows = [factory(url=url) for factory in FACTORIES for url in (HALL, "", POOL, HALL)]
        for model in (Article, Copy, Source):
            model._base_manager.update(url_key="")
        migration = import_module("articles.migrations.0012_url_keys")
        monkeypatch.setattr(migration, "BATCH", 2)
        migration.make_the_keys(apps, SimpleNamespace(connection=connection))
        assert all(stored(row) == (row.url, address_key(row.url)) for row in rows)
        assert verify() == []


class TestApart:
    @each
    def test_neither_the_ledger_nor_readers_get_it(self, factory):
        row = factory(url=HALL)
        assert "url_key" not in row.image() and "url_key" not in row.as_shown()
        assert "url_key" not in "".join(ChangeRow.objects.values_list("payload", flat=True))

    @each
    def test_goes_with_the_words_in_the_address(self, factory):
        row = factory(url="https://town.example/jane-q-odoe")
        redact(NAME)
        assert stored(row) == ("", "")
        assert verify() == []

    @each
    def test_stays_where_the_words_stood_elsewhere(self, factory):
        row = factory(url=HALL, publisher=NAME)
        redact(NAME)
        assert stored(row) == (HALL, address_key(HALL))


@each
def test_verify_finds_a_key_of_another_address(factory):
    row = factory(url=HALL)
    type(row)._base_manager.filter(pk=row.pk).update(url_key=address_key(POOL))
    assert found() == [("addresses", f"{row._meta.verbose_name} {row.pk}")]


@pytest.mark.parametrize("model", [Article, Copy, Source])
def test_looked_up_by_index(model):
    if IS_POSTGRES:  # which reads a small table whole
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = model.objects.filter(at_address(HALL, POOL)).order_by().explain()
    assert f"{model._meta.model_name}_by_url_key" in plan
