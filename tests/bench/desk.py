"""What the lists of the desk cost at 100,000 claims beside what they cost at 1,000: each as it opens, by each of its
filters, on its second page and for a search; and the queues of the home page. Part of `make bench`; by itself:

    python -m tests.bench.desk [--engine sqlite|postgresql] [--list Claim]

The bar is 1.5: a list that costs more than that is named. A cost is processor time, ours and the database's, measured
against work that is always the same, done beside each list: a machine runs slower for minutes when others use it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from tests.bench import asking
from tests.pace import fixed_work

SMALL, LARGE = "desk-small", "desk-large"
BAR, MOST_QUERIES = 1.5, 11
# Odd, for a median.
ROUNDS = 5
# Where a bar seems missed, both records are asked again so often: whoever else is on the machine only adds.
AGAIN = 3
# How long the work is that each round is measured against: some 12 ms before it, and after it.
STEPS = 60_000
# A list is asked for a word that many rows have and for one that few have.
WORDS = ("bridge", "zebra")
# Of the values that a filter offers.
MOST_CHOICES = 8
# Rows that only the desk has, of 100 claims.
DRAFTS, RESEARCHED, CONTACTED, TO_REREAD, SENT, NOTED, ASSIGNED = 20, 10, 10, 10, 10, 10, 5
# More articles than a page of a list shows, in the small record too: 1,000 claims lie in two.
ARTICLES = 60
BATCH, A_PAGE = 2_000, 50
WRITTEN = datetime(2024, 1, 1, tzinfo=UTC)


def fill() -> None:
    """Add what only the desk has to a record of the bench, once."""
    from django.db import connection

    _add()
    if connection.vendor == "postgresql":
        # As autovacuum would a minute later.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def _add() -> None:
    """Add the rows: they are in no ledger, or nobody looks there for them."""
    from articles.importing.text import read_text
    from articles.models import (
        Appearance,
        Article,
        Assignment,
        Claim,
        Contact,
        Note,
        ResearchStep,
        ReviewTask,
        Submission,
        Suggestion,
        User,
        VerdictDraft,
    )

    if VerdictDraft.objects.exists():
        return
    author = User.objects.get(username="bench-reporter")
    ids = list(Claim.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(ARTICLES):
        Article.add(
            None, read_text(f"Article {number} beside.\n".encode()), title=f"Beside {number}", rights="full"
        )

    def some(percent: int) -> list[int]:
        return ids[:: 100 // percent]

    def add(model: Any, rows: Any) -> None:
        model.objects.bulk_create(rows, BATCH)

    def at(pk: int) -> datetime:
        return WRITTEN + timedelta(minutes=pk)

    add(
        VerdictDraft,
        [
            VerdictDraft(
                claim_id=pk, author=author, summary=f"Summary {pk}", state=("writing", "submitted")[pk % 2],
                updated_at=at(pk),
            )
            for pk in some(DRAFTS)
        ],
    )  # fmt: skip
    add(
        ResearchStep,
        [
            ResearchStep(claim_id=pk, question=f"Question {pk}?", place="An archive", outcome="not_found")
            for pk in some(RESEARCHED)
        ],
    )
    add(
        Contact,
        [
            Contact(
                claim_id=pk, addressee="An office", question=f"Question {pk}?", channel="e_mail", asked_at=at(pk),
                deadline=at(pk) + timedelta(days=3), reply_state=("waiting", "replied")[pk % 20 > 0],
                reply="" if pk % 20 == 0 else "We do not agree.", replied_at=None if pk % 20 == 0 else at(pk),
            )
            for pk in some(CONTACTED)
        ],
    )  # fmt: skip
    add(
        ReviewTask,
        [
            ReviewTask(claim_id=pk, reason="desk", note="Read it again.", opened_at=at(pk))
            for pk in some(TO_REREAD)
        ],
    )
    add(
        Submission,
        [
            Submission(
                kind="error", about=f"/claims/{pk}/", text=f"Line {pk} is wrong.", at=at(pk), hash=f"{pk:064}"
            )
            for pk in some(SENT)
        ],
    )
    add(Note, [Note(claim_id=pk, text=f"Note {pk}.", author=author, created_at=at(pk)) for pk in some(NOTED)])
    add(Assignment, [Assignment(claim_id=pk, assignee=author) for pk in some(ASSIGNED)])

    def suggestion(at: int, version: int, end: int) -> Any:
        # The end of the line after a claim: no claim lies on it, so it waits. One in ten was put aside, one in fifty
        # is of a rare kind.
        dismissed = at % 10 == 3
        return Suggestion(
            article_version_id=version, start=end, end=end + 1, kind="prediction" if at % 50 == 7 else "fact",
            score=(at * 7919 % 1000) / 1000, reasons=[], rests_on=[], state="dismissed" if dismissed else "open",
            decided_by=author if dismissed else None, decided_at=WRITTEN + timedelta(minutes=at) if dismissed else None,
        )  # fmt: skip

    places = Appearance.objects.order_by("pk").values_list("article_version", "end")
    add(Suggestion, [suggestion(at, version, end) for at, (version, end) in enumerate(places)])


def addresses(client: Any, only: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Yield (list, how it is asked, address) of everything that lists offer; of the lists named, if any are."""
    from django.urls import reverse

    from articles.admin import desk

    named = {one.partition(", ")[0] for one in only}
    if not named or "Home" in named:
        yield "Home", "as it opens", reverse("admin:index")
        for queue in desk.queues:
            yield "Home", f"queue {queue.slug}", queue.url
    for model, admin in desk._registry.items():
        if named and model.__name__ not in named:
            continue
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        cl, name = answer.context_data["cl"], model.__name__
        yield name, "as it opens", address
        yield name, "second page", f"{address}?p=2"
        for spec in cl.filter_specs:
            for choice in list(spec.choices(cl))[:MOST_CHOICES]:
                if not choice["selected"]:
                    query = choice["query_string"]
                    yield name, f"{spec.title}: {choice['display']}", address + query
        for word in WORDS if admin.search_fields else ():
            yield name, f"search for {word}", f"{address}?q={word}"


def costs(only: Collection[str] = (), like: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return milliseconds, statements and rows shown of each list of this process's database.

    `only` names lists ("Claim") or ways to ask one ("Claim, kind: legal"); nothing names all.
    `like` is what another record cost: no list shows more rows than it showed there, so that both did the same work.
    """
    from unittest import mock

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from articles.admin.record import RecordAdmin
    from articles.models import User

    found = {}
    # Put back at the end: tests ask this in a process that goes on.
    with mock.patch.object(RecordAdmin, "list_per_page", A_PAGE):
        client = asking.client(raise_request_exception=False)
        client.force_login(User.objects.filter(role="editor").first())
        for name, how, address in list(addresses(client, only)):
            if only and not {name, f"{name}, {how}"} & set(only):
                continue
            there = (like or {}).get(f"{name}, {how}", {})
            RecordAdmin.list_per_page = there.get("rows") or A_PAGE
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
            # Now: the next request forgets them.
            statements = len(captured)
            cl = (getattr(answer, "context_data", None) or {}).get("cl")
            clock = asking.processor_time()
            took, work = [], []
            for _ in range(ROUNDS):
                work.append(fixed_work(STEPS))
                began = clock()
                client.get(address)
                took.append(1000 * (clock() - began))
                work.append(fixed_work(STEPS))
            found[f"{name}, {how}"] = {
                # The least of each: whoever else is on the machine only adds.
                "ms": statistics.median(took), "cost": min(took) / min(work), "sql": statements,
                "status": answer.status_code, "rows": len(cl.result_list) if cl else 0,
            }  # fmt: skip
    return found


def compared(small: dict[str, Any], large: dict[str, Any]) -> list[dict[str, Any]]:
    """Return how each list that both records have compares, the dearest first; by `cost`, not by the clock."""
    rows = [
        {
            "list": name, "small": small[name]["ms"], "large": one["ms"], "ratio": one["cost"] / small[name]["cost"],
            "sql": one["sql"], "status": one["status"], "rows": (small[name]["rows"], one["rows"]),
        }
        for name, one in large.items()
        if name in small
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["ratio"])


def short(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lists that miss a bar: dearer than they may be, too many statements, or no answer at all."""
    return [row for row in rows if row["ratio"] > BAR or row["sql"] > MOST_QUERIES or row["status"] != 200]


def table(engine: str, rows: list[dict[str, Any]]) -> str:
    """Return what was found as text: each list that misses a bar, and the ten dearest of the others."""
    missed = short(rows)
    shown = missed + [row for row in rows if row not in missed][:10]
    lines = [
        f"{row['list'][:60]:60} {row['small']:8.1f} {row['large']:8.1f} {row['ratio']:6.2f} {row['sql']:4}"
        f" {row['rows'][0]:3} → {row['rows'][1]:<3}"
        f"{'  SHORT' if row in missed else ''}"
        for row in shown
    ]
    head = f"{'Lists of the desk, ' + engine:60} {'1,000':>8} {'100,000':>8} {'ratio':>6} {'SQL':>4}  rows"
    middle = statistics.median(row["ratio"] for row in rows)
    said = f"{len(rows)} ways to ask a list; in the middle {middle:.2f} times the cost; {len(missed)} miss a bar."
    return "\n".join([head, *lines, said, ""])


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.desk", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--inside", choices=("fill", "costs"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--list", action="append", default=[], help="only this one, as Claim, or “Claim, kind: legal”"
    )
    asked = parser.parse_args(arguments)
    if asked.inside:
        import django

        django.setup()
        print(json.dumps(costs(asked.list, json.load(sys.stdin)) if asked.inside == "costs" else fill()))
        return
    for engine in asked.engine or ("sqlite", "postgresql"):
        print(measured(engine, asked.list))


def measured(engine: str, only: Collection[str] = ()) -> str:
    """Return the table of an engine; of these lists alone, if any are named."""
    from tests.bench.__main__ import PLACE, database_of

    PLACE.mkdir(parents=True, exist_ok=True)
    found: list[dict[str, Any]] = [{}, {}]
    rows: list[dict[str, Any]] = []
    with ExitStack() as ending:
        databases = [ending.enter_context(database_of(engine, size))[0] for size in (SMALL, LARGE)]
        for address in databases:
            inside("fill", address)
        for _ in range(1 + AGAIN):
            words = [word for one in only for word in ("--list", one)]
            for known, address in zip(found, databases, strict=True):
                take_least(known, inside("costs", address, *words, given=found[0]))
            rows = compared(*found)
            only = [row["list"] for row in short(rows)]
            if not only:
                break
    return table(engine, rows)


def take_least(known: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Put what was measured beside what is known; of a list that was measured twice, the lower cost."""
    for name, one in new.items():
        if name not in known or one["cost"] < known[name]["cost"]:
            known[name] = one


def inside(what: str, address: str, *more: str, given: Any = None) -> Any:
    """Return what a process of its own says of this database; `given` is what it reads."""
    import subprocess

    from tests.bench.serving import MADE, told
    from tests.engines import ROOT

    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.desk", "--inside", what, *more], cwd=ROOT, env=told(MADE, address),
        check=True, stdout=subprocess.PIPE, input=json.dumps(given).encode(),
    )  # fmt: skip
    return json.loads(done.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    main(sys.argv[1:])
