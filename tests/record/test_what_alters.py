"""Which rows of the ledger may have altered what was known: where the list of corrections begins."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

from articles.models import ChangeRow, Evidence, Redaction
from tests import factories as f
from tests.record.test_guards import IS_POSTGRES, execute


def altering():
    rows = ChangeRow.objects.filter(alters=True).order_by("pk")
    return [(row.object_type, row.object_id, row.change.verb) for row in rows.select_related("change")]


def some_that_alter():
    """Let things be altered in each way, beside much that is only added; return what the ledger is to say."""
    claim = f.ClaimFactory(rating="supported")
    revised = f.ClaimFactory()
    revised.revise(f.some_reporter(), statement="Anew and otherwise.")
    cited = Evidence.objects.get(cited_in__claim=claim)
    newer = cited.replace(f.some_reporter(), note="Seen more closely.")
    redaction = Redaction.everywhere(f.some_administrator(), "anew and otherwise", "A private matter.")
    return [
        ("claim", revised.pk, "revise"),
        ("evidence", newer.pk, "replace"),
        ("redaction", redaction.pk, "redact"),
    ]


def test_what_comes_for_the_first_time_alters_nothing(db, newsroom):
    f.VerdictFactory(claim=f.ClaimFactory(topics=[f.TopicFactory()]))
    f.AppearanceFactory()
    assert altering() == []


def test_what_was_there_or_comes_in_its_place_alters(db, newsroom):
    expected = some_that_alter()
    assert [one for one in expected if one in altering()] == expected


def test_a_record_from_before_is_told_the_same(committed_database):
    f.newsroom()
    expected = some_that_alter()
    trigger = "guard_articles_changerow_row" if IS_POSTGRES else "guard_articles_changerow_update"
    execute(f"DROP TRIGGER {trigger}{' ON articles_changerow' if IS_POSTGRES else ''}")
    execute("UPDATE articles_changerow SET alters = NULL")
    assert altering() == []
    migration = import_module("articles.migrations.0024_what_alters")
    with connection.cursor() as cursor:
        for statement in migration.statements():
            cursor.execute(statement)
    assert [one for one in expected if one in altering()] == expected
    first = ChangeRow.objects.filter(object_type="source").order_by("pk")[:1].get()
    assert first.alters is None
