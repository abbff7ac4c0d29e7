"""What is asked inside one process, of one engine: which claims there are, what search costs, how many statements
each answer runs. Prints JSON; `python -m tests.bench` starts it with the database and the settings of the bench.

    python -m tests.bench.asking paths | statements | search | agreement
"""

from __future__ import annotations

import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django
import orjson

ROUNDS = 5
PATHS = 1000
# A host that the settings of the bench allow, and those of the tests.
HERE = "127.0.0.1"


def client(**more: Any) -> Any:
    """Return who asks inside this process."""
    from django.test import Client

    return Client(SERVER_NAME=HERE, **more)


def paths() -> list[list[Any]]:
    """Return id and slug of published claims, the same ones every time."""
    from articles.models import Claim

    newest = Claim.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ids = random.Random("paths").sample(range(1, newest + 1), min(newest, 4 * PATHS))
    rows = Claim.objects.filter(pk__in=ids, status="open").exclude(verdicts=None).filter(merged=None)
    return [[one.pk, one.slug] for one in rows.order_by("pk")[:PATHS]]


def statements() -> dict[str, int]:
    """Return how many statements each answer of this process's settings runs, the second time it is asked."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pk, slug = paths()[0]
    counted = {}
    for name, path in (("detail", f"/api/v1/claims/{pk}/"), ("page", f"/claims/{pk}/{slug}/")):
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                answer = client().get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        counted[name] = len(captured)
        with CaptureQueriesContext(connection) as captured:
            client().get(path, HTTP_IF_NONE_MATCH=answer.get("ETag", ""))
        counted[f"{name} 304"] = len(captured)
    return counted


def agreement(most: int = 100) -> list[str]:
    """Return where the floor answers anything but what the product answers; white space in HTML aside."""
    from tests.bench.floor import Floor

    floor = Floor(os.environ["DATABASE_URL"], f"http://{HERE}")
    differing = []
    for pk, slug in paths()[:most]:
        for path, read in (
            (f"/api/v1/claims/{pk}/", orjson.loads),
            (f"/claims/{pk}/{slug}/", lambda page: re.sub(rb"\s+|(?<=>)\s*|\s*(?=<)", b" ", page).split()),
        ):
            answered = floor.answer(path)
            if answered is None or read(answered[1]) != read(client().get(path).content):
                differing.append(path)
    return differing


def queries() -> dict[str, list[str]]:
    """Return what is typed, by its kind."""
    from tests.bench.words import SMALL, Words

    words = Words().words
    draw = random.Random("queries")
    common = words[len(SMALL) : len(SMALL) + 40]
    rare = words[20_000:40_000]
    return {
        "two common words": [" ".join(draw.sample(common, 2)) for _ in range(15)],
        "a rare word": draw.sample(rare, 15),
        "a common and a rare word": [f"{draw.choice(common)} {draw.choice(rare)}" for _ in range(15)],
        "a phrase": [f'"{draw.choice(common)} {draw.choice(common)}"' for _ in range(15)],
        "only stop words": [" ".join(SMALL[:8])],
        "200 common words": [" ".join(words[len(SMALL) : len(SMALL) + 200])],
        "10,000 characters": [" ".join(draw.sample(words[len(SMALL) : 5000], 1800))[:10_000]],
        "prefixes": ["ba* be* bi* bo* bu* da* de* di*", "bad* bek* bil* bom* bun* dar*"],
    }


def search() -> dict[str, dict[str, float]]:
    """Return, for each kind of question, the median milliseconds of the product, the floor and the naive peer."""
    from django.db import connection
    from django.db.models import Q

    from articles.models import Claim
    from articles.search import search as ask

    found: dict[str, dict[str, float]] = {}
    for name, typed in queries().items():
        asked = [Written(connection, one) for one in typed]
        figures = {
            "ours": _median([lambda one=one: ask(one, limit=20) for one in typed]),
            "floor": _median([one.run for one in asked]),
        }
        if name in ("two common words", "a rare word"):

            def naive(words: str) -> None:
                wanted = Q()
                for word in words.split():
                    wanted &= Q(statement__icontains=word)
                rows = Claim.objects.filter(wanted).order_by("-pk")
                rows.count()
                list(rows[:20])

            figures["naive"] = _median([lambda one=one: naive(one) for one in typed[:2]], rounds=1)
        found[name] = figures
    return found


class Written:
    """The statement that the product's planner writes for a question, run with nothing around it."""

    def __init__(self, connection: Any, typed: str) -> None:
        from articles.search import search as ask

        self.connection = connection
        heard: list[tuple[str, Any]] = []

        def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            heard.append((sql, params))
            return execute(sql, params, many, context)

        ask(typed, limit=20)
        with connection.execute_wrapper(listen):
            ask(typed, limit=20)
        # What is counted beforehand is remembered by then; the first statement left is the ranking, and what follows
        # looks up the rows.
        self.statements = heard

    def run(self) -> None:
        with self.connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()


def _median(asked: list[Callable[[], Any]], rounds: int = ROUNDS) -> float:
    asked[0]()
    taken = []
    for _ in range(rounds):
        for ask in asked:
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    django.setup()
    told = {"paths": paths, "statements": statements, "search": search, "agreement": agreement}[sys.argv[1]]()
    sys.stdout.write(orjson.dumps(told).decode())
