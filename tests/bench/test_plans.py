"""What is asked most, at a size at which it matters: no request reads a large table from end to end."""

import pytest
from django.db import connection

from articles.models import Source
from tests.bench import desk, generator, plans
from tests.bench.__main__ import OF_POSTGRES
from tests.bench.generator import Size

# (request, what of it) → why it may read that much: a bound stands on it that this record does not reach.
MEANT = {
    ("claims", "WITH w0"): "its facets count the newest 1,000 claims",
    ("claims of a topic", "WITH w0"): "its facets count the newest 1,000 claims",
    ("claims said in a month", "WITH w0"): "its facets count the newest 1,000 claims",
    ("claimant", "WITH w0"): "its facets count the newest 1,000 claims",
    ("topic", "WITH w0"): "its facets count the newest 1,000 claims",
    ("search", "WITH w0"): "its facets count the 5,000 best of what is found",
    ("sources", ""): "its facets count the newest 1,000 sources",
    ("corrections", '"articles_changerow"'): "a page looks through 1,000 rows that may have altered anything",
    ("desk", "line_queue"): "one statement for the first lines of all queues, each of them short",
    ("queue of suggestions", ""): "suggestions are counted to 250, each by what lies on its words",
}


@pytest.fixture
def record(committed_database, monkeypatch):
    """Twenty thousand claims, a desk at which a few hundred things wait, and statistics as on an operator's."""
    for name in ("DRAFTS", "RESEARCHED", "CONTACTED", "TO_REREAD", "SENT", "NOTED", "ASSIGNED"):
        monkeypatch.setattr(desk, name, 1)
    generator.fill(Size(20_000))
    desk.fill()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As the bench sets its server: for discs on which pages far apart cost hardly more than neighbours.
            for name in ("random_page_cost", "effective_cache_size"):
                cursor.execute(f"SET {name} = '{OF_POSTGRES[name]}'")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def is_meant(request, reading):
    return any(request == name and what in reading.sql for name, what in MEANT)


@pytest.mark.slow
def test_no_request_reads_a_large_table_as_a_whole(record):
    found = plans.found()
    assert len(found) > 30
    wrong = [f"{name}: {one}" for name, some in found.items() for one in some if not is_meant(name, one)]
    assert not wrong, "\n".join(wrong)

    # And it would be seen: without their index, the first sources by title are looked for among all.
    first = Source.objects.order_by("title", "id")[:10].query.sql_with_params()
    assert plans.readings(*first, plans.sizes()) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX source_by_title")
    # Python keeps what it had SQLite compile.
    connection.close()
    assert [one.table for one in plans.readings(*first, plans.sizes())] == ["articles_source"]
