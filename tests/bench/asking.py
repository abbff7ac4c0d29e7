"""What is asked inside one process, of one engine: which addresses there are, what search costs, how many
statements each answer runs. Prints JSON; `python -m tests.bench` starts it with the database and the settings of the
bench.

    python -m tests.bench.asking paths | rankings | statements | search | agreement
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import django
import orjson

ROUNDS = 5
PATHS = 1000
LIST, PAGE = "list of 50 with filter", "10,000th page by keyset"
COMMON, RARE = "search, two common words", "search, a rare word"
SHOWN, DEEP = 50, 10_000
# How many rows a search shows.
BEST = 20
# A cursor holds the second in which it was made: two answers of the same second are compared.
AGAIN = 3
# A host that the settings of the bench allow, and those of the tests.
HERE = "127.0.0.1"


def client(**more: Any) -> Any:
    """Return who asks inside this process."""
    from django.test import Client

    return Client(SERVER_NAME=HERE, **more)


def processor_time() -> Callable[[], float]:
    """Return a clock of the seconds that this process, and its server if it has one, were at work.

    Nobody else on the machine lengthens them. Of a server that is elsewhere the clock on the wall tells.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_setting('data_directory')")
        pid, data = cursor.fetchone()
    told = Path(f"/proc/{pid}/schedstat")
    if not (told.exists() and Path(data).exists()):
        return time.perf_counter
    return lambda: time.process_time() + int(told.read_text().split()[0]) / 1e9


def claims() -> list[list[Any]]:
    """Return id and slug of published claims, the same ones every time."""
    from articles.models import Claim

    newest = Claim.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ids = random.Random("paths").sample(range(1, newest + 1), min(newest, 4 * PATHS))
    rows = Claim.objects.filter(pk__in=ids, status="open").exclude(verdicts=None).filter(merged=None)
    return [[one.pk, one.slug] for one in rows.order_by("pk")[:PATHS]]


def filters() -> list[str]:
    """Return what lists are narrowed by, each the question of a list of its own."""
    from articles.models import Article, Rating, Topic

    topics = Topic.objects.order_by("pk").values_list("pk", flat=True)[:20]
    articles = Article.objects.order_by("pk").values_list("pk", flat=True)[:20]
    ratings = Rating.objects.filter(verdicts__isnull=False).order_by("slug").values_list("slug", flat=True)
    asked = [
        *(f"topic={pk}" for pk in topics), *(f"article={pk}" for pk in articles),
        *(f"rating={slug}" for slug in ratings.distinct()), "status=open", "status=not_checkable", "kind=fact",
    ]  # fmt: skip
    random.Random("filters").shuffle(asked)
    return asked


def deep() -> list[dict[str, Any]]:
    """Return the 10,000th page and those about it, or where there are fewer the last whole ones: what the product
    calls each (the query that its cursor stands in), and its number."""
    from urllib.parse import quote

    from django.core import signing

    from api.pagination import LONGEST_LIFE, SALT
    from articles.models import Claim

    listed = Claim.objects.visible_to(None).exclude(status="merged").order_by("-pk")
    pages = min(DEEP, listed.count() // SHOWN - 1)
    first = min(pages, max(2, pages - 10))
    query = f"page_size={SHOWN}"
    of = signing.loads(
        dict(parse_qsl(urlsplit(client().get(f"/api/v1/claims/?{query}").json()["next"]).query))["cursor"],
        salt=SALT, max_age=LONGEST_LIFE,
    )["of"]  # fmt: skip
    before = list(listed.values_list("pk", flat=True)[(first - 1) * SHOWN - 1 : pages * SHOWN : SHOWN])
    cursors = [signing.dumps({"after": pk, "of": of}, salt=SALT, compress=True) for pk in before]
    return [
        {"query": f"{query}&cursor={quote(one)}", "number": number}
        for number, one in enumerate(cursors, first)
    ]


def paths() -> dict[str, dict[str, list[str]]]:
    """Return, for each request, the paths that the product and its floor are asked for, and those of the naive peer."""
    detail = [f"/api/v1/claims/{pk}/" for pk, _ in claims()]
    page = [f"/claims/{pk}/{slug}/" for pk, slug in claims()]
    narrowed, pages = filters(), deep()
    looked_for = {COMMON: [quote_plus(one) for one in queries()["two common words"]],
                  RARE: [quote_plus(one) for one in queries()["a rare word"]]}  # fmt: skip
    return {
        "detail": {"ours": detail, "naive": detail},
        "page": {"ours": page, "naive": page},
        LIST: {
            "ours": [f"/api/v1/claims/?page_size={SHOWN}&{one}" for one in narrowed],
            "naive": [f"/api/v1/claims/?{one}" for one in narrowed],
        },
        PAGE: {
            "ours": [f"/api/v1/claims/?{one['query']}" for one in pages],
            "naive": [f"/api/v1/claims/?page={one['number']}" for one in pages],
        },
        **{
            name: {
                "ours": [f"/api/v1/claims/?page_size={BEST}&q={one}" for one in some],
                "naive": [f"/api/v1/claims/?page_size={BEST}&search={one}" for one in some],
            }
            for name, some in looked_for.items()
        },
    }


def rankings() -> dict[str, tuple[str, Any]]:
    """Return what the product's planner writes to rank each text that is looked for, for the floor."""
    from django.db import connection

    from api.searching import DEEPEST
    from articles.search.index import engine
    from articles.search.query import parse

    written = {}
    for words in (*queries()["two common words"], *queries()["a rare word"]):
        ask = partial(engine("default").rank, parse(words), "all", ["claim"], False, DEEPEST + 1)
        written[words] = _heard(connection, ask)[-1]
    return written


def statements() -> dict[str, int]:
    """Return how many statements each answer of this process's settings runs, the second time it is asked."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    peer = "naive" if settings.ROOT_URLCONF == "tests.bench.naive" else "ours"
    counted = {}
    for name, asked in json.loads(sys.stdin.read()).items():
        path = asked[peer][0]
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
    from django.conf import settings

    from tests.bench.floor import Floor

    floor = Floor(os.environ["DATABASE_URL"], f"http://{HERE}", settings.SECRET_KEY, rankings())
    differing = []
    for request, asked in paths().items():
        for path in asked["ours"][:most]:
            if not any(_agree(floor, path, is_page=request == "page") for _ in range(AGAIN)):
                differing.append(path)
    for form in ("ndjson", "csv"):
        path = f"/api/v1/claims/export.{form}"
        if b"".join(floor.export(form)) != b"".join(client().get(path).streaming_content):
            differing.append(path)
    return differing


def _agree(floor: Any, path: str, is_page: bool) -> bool:
    read = _words_of if is_page else orjson.loads
    answered = floor.answer(*path.split("?"))
    return answered is not None and read(answered[1]) == read(client().get(path).content)


def _words_of(page: bytes) -> list[bytes]:
    return re.sub(rb"\s+|(?<=>)\s*|\s*(?=<)", b" ", page).split()


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
        # The first is the ranking, and what follows looks up the rows.
        self.statements = _heard(connection, lambda: ask(typed, limit=20))

    def run(self) -> None:
        with self.connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()


def _heard(connection: Any, ask: Callable[[], Any]) -> list[tuple[str, Any]]:
    """Return the statements of a question, and their parameters, when what it counts beforehand is remembered."""
    heard: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        heard.append((sql, params or ()))
        return execute(sql, params, many, context)

    ask()
    with connection.execute_wrapper(listen):
        ask()
    return heard


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
    told = {
        "paths": paths, "rankings": rankings, "statements": statements, "search": search, "agreement": agreement,
    }[sys.argv[1]]()  # fmt: skip
    sys.stdout.write(orjson.dumps(told).decode())
