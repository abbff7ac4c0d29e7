"""How the database finds what the most frequent requests ask for: each statement, as the product wrote it, explained.

    python -m tests.bench.plans          (the record of DATABASE_URL; nothing that is asked of it stays)

Whether a large table is read from end to end says more, and earlier, than any time does. The statements are not typed
here: the doors are asked, and what they run is listened to and explained with the very values it was run with.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.asking import client

# A table with more rows is large: no request may read it as a whole.
LARGE = 2_000
# Seconds for the numbers of claims that nobody has counted yet.
COUNTING = 600
# Of the steps of SQLite's machine, at the end of each so many we look whether it goes on.
STEPS = 50


@dataclass(frozen=True)
class Reading:
    """A table as one statement read it: how, how many rows of how many, and the statement."""

    how: str
    table: str
    rows: int
    of: int
    sql: str

    def __str__(self) -> str:
        return f"{self.how} of {self.table}, {self.rows:,} of {self.of:,}: {self.sql[:1000]}"


def requests() -> dict[str, str]:
    """Return what is asked most, and at which address; those of the desk begin with its own."""
    from django.urls import reverse

    from articles.admin import desk
    from articles.models import Article, Claim, Claimant, Source, Topic
    from tests.bench.words import SMALL, Words

    words, rare = Words().words[len(SMALL) : len(SMALL) + 40], Words().words[20_000]
    claim = Claim.objects.filter(status="open", merged=None).exclude(verdicts=None).order_by("-pk")[:1].get()
    article, source = Article.objects.order_by("pk")[:1].get(), Source.objects.order_by("-pk")[:1].get()
    topic = Topic.objects.order_by("pk")[:1].get()
    claimant = Claimant.objects.order_by("pk")[:1].get()
    admin = {one: reverse(f"admin:articles_{one}_changelist") for one in ("claim", "source", "verdictdraft")}
    waiting = {f"queue of {one.slug}": one.url for one in desk.queues}
    return {
        # Pages.
        "front page": "/",
        "claims": "/claims/",
        "claims of a topic": f"/claims/?topic={topic.pk}",
        "claims of a rating": "/claims/?rating=supported",
        "claims of a topic and a rating": f"/claims/?topic={topic.pk}&rating=supported",
        "claims said in a month": "/claims/?said=2024-01",
        "claims by verdict": "/claims/?sort=verdict",
        "claims of an article by verdict": f"/claims/?article={article.pk}&rating=supported&sort=verdict",
        "claim": claim.get_absolute_url(),
        "verdict": f"/claims/{claim.pk}/v/1/",
        "article": article.get_absolute_url(),
        "sources": "/sources/",
        "source": source.get_absolute_url(),
        "claimant": claimant.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "topics": "/topics/",
        "claimants": "/claimants/",
        "articles": "/articles/",
        "articles without verdicts": "/articles/?checked=no",
        "corrections": "/corrections/",
        "corrections of a kind": "/corrections/?type=claim",
        "search": f"/search/?q={words[0]}+{words[1]}",
        "ledger": "/record/",
        # Programs.
        "sitemap": "/sitemap.xml",
        "feed of verdicts": "/feeds/verdicts.atom",
        "feed of corrections": "/feeds/corrections.atom",
        "feed of a topic": f"/topics/{topic.pk}/feed.atom",
        "feed of a claimant": f"/claimants/{claimant.pk}/feed.atom",
        "API claims": "/api/v1/claims/?page_size=50",
        "API claims of a topic": f"/api/v1/claims/?page_size=50&topic={topic.pk}",
        "API claims of a rating": "/api/v1/claims/?page_size=50&rating=supported",
        "API claim": f"/api/v1/claims/{claim.pk}/",
        "API topics": "/api/v1/topics/",
        "API topic": f"/api/v1/topics/{topic.pk}/",
        "API claimants": "/api/v1/claimants/",
        "API search": f"/api/v1/claims/?q={rare}",
        "API sources": "/api/v1/sources/?page_size=50",
        "API verdicts": "/api/v1/verdicts/?page_size=50",
        "API changes": f"/api/v1/changes/?after={claim.public_seq - 1}",
        # The desk.
        "desk": reverse("admin:index"),
        **waiting,
        "desk claims": admin["claim"],
        "desk sources": admin["source"],
        "desk drafts": admin["verdictdraft"],
        "desk claim": reverse("admin:articles_claim_change", args=[claim.pk]),
    }


def statements(address: str) -> list[tuple[str, Any]]:
    """Return what a request runs that only reads, with its values, the second time it is asked."""
    from django.db import connection

    from articles.models import User

    heard: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        heard.append((sql, params))
        return execute(sql, params, many, context)

    asker = client()
    if address.startswith("/desk/"):
        asker.force_login(User.objects.filter(role="editor").order_by("pk")[:1].get())
    for _ in range(2):
        heard.clear()
        with connection.execute_wrapper(listen):
            answer = asker.get(address)
            # A feed or an export runs its statements while it is read.
            _ = answer.getvalue()
        assert answer.status_code == 200, (address, answer.status_code)
    return [(sql, params) for sql, params in heard if sql.lstrip("( ").upper().startswith(("SELECT", "WITH"))]


def sizes() -> dict[str, int]:
    """Return how many rows each large table has."""
    from django.apps import apps

    counted = {model._meta.db_table: model._base_manager.count() for model in apps.get_models()}
    return {table: rows for table, rows in counted.items() if rows > LARGE}


def readings(sql: str, params: Any, large: dict[str, int]) -> list[Reading]:
    """Return where a statement reads a large table from end to end."""
    from django.db import connection

    find = _of_postgres if connection.vendor == "postgresql" else _of_sqlite
    return list(find(connection, sql, params, large))


def _of_postgres(connection: Any, sql: str, params: Any, large: dict[str, int]) -> Iterator[Reading]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (told,) = cursor.fetchone()
    for node in _nodes((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]):
        table = node.get("Relation Name")
        if table not in large:
            continue
        skipped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        read = round((node["Actual Rows"] + skipped) * node["Actual Loops"])
        # Never begun, or left after a page: what a limit above stops is no reading of the whole.
        if (node["Node Type"].endswith("Seq Scan") and read > LARGE) or read >= large[table]:
            yield Reading(node["Node Type"], table, read, large[table], sql)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _of_sqlite(connection: Any, sql: str, params: Any, large: dict[str, int]) -> Iterator[Reading]:
    """Each row that is read takes two steps at least: a statement with fewer has not read a whole table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        program = [row[1:4] for row in cursor.fetchall()]
        cursor.execute("SELECT rootpage, name, tbl_name FROM sqlite_master WHERE rootpage > 0")
        names = {page: (name, table) for page, name, table in cursor.fetchall()}
        # Which table or index each cursor of the program reads, and those that are walked from an end.
        opened = {at: names[page] for code, at, page in program if code == "OpenRead" and page in names}
        walked = {opened[at] for code, at, _ in program if code in ("Rewind", "Last") and at in opened}
        walked = {(name, table) for name, table in walked if table in large}
        if not walked:
            return
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += STEPS

        connection.connection.set_progress_handler(step, STEPS)
        try:
            cursor.execute(sql, params)
            cursor.fetchall()
        finally:
            connection.connection.set_progress_handler(None, 0)
    for name, table in sorted(walked):
        if steps >= 2 * large[table]:
            yield Reading(f"Scan by {name}", table, steps // 2, large[table], sql)


def found(only: Callable[[str], bool] = lambda name: True) -> dict[str, list[Reading]]:
    """Return, for each request, where it reads a large table from end to end, once a worker has counted claims."""
    from articles.models.counted import count_anew

    count_anew(COUNTING)
    large = sizes()
    return {
        name: [one for sql, params in statements(address) for one in readings(sql, params, large)]
        for name, address in requests().items()
        if only(name)
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        for request, some in found().items():
            print(f"{request}: {'reads all' if some else 'fine'}")
            for one in some:
                print(f"  {one}")
        transaction.set_rollback(True)
