"""Sixteen editors write while readers read: what the readers' waiting becomes, and whether anybody is refused.

    python -m tests.bench.writers DATABASE_URL [--seconds 20] [--writers 16] [--pause 5]
                                  [--server granian|gunicorn] [--threads 4]

The record of that database is written to: give it a copy of one that the bench made. Readers come at fixed times, at
half of what the server was seen to do alone, whether or not the ones before them were answered, and each waits from the
moment at which it was to come: a server that stalls is not spared those that would have come meanwhile. Writers do what
editors do, one act after the other, each with a key of their own; `--pause` is how many seconds pass between two acts
of one editor, none unless it is given.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.measuring import memory, tree
from tests.bench.serving import Peer, serving, told
from tests.engines import ROOT

READERS, WRITERS = 16, 16
# Nobody is to be refused for asking often; keys have a budget otherwise.
NO_LIMITS = {name: str(10**9) for name in ("API_LIMITS_ANONYMOUS", "API_LIMITS_READ", "API_LIMITS_WRITE")}
# After so many seconds in which nothing was asked, a server may have closed the connection: a new one is made, as
# browsers do.
IDLE = 1
# How often each path is read before anything is measured: of two processes one has missed it in 128 cases.
WARM = 8
# Sentences that wait for somebody to take them.
WAITING = 400
WORDS = "The bridge over the river cost four million dollars, the town said in its report of that year."


@dataclass
class Waited:
    """How long each answer took, in milliseconds, and every answer that was not a success."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0

    def part(self, share: float) -> float:
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def __str__(self) -> str:
        return (
            f"{len(self.took) / max(self.seconds, 0.001):7.1f}/s   p50 {self.part(0.5):7.1f} ms   "
            f"p99 {self.part(0.99):7.1f} ms   longest {max(self.took, default=0):7.0f} ms   {len(self.errors)} errors"
        )


class Asker:
    """One connection that stays open."""

    def __init__(self, port: int, waited: Waited, key: str = "", patience: float = 60) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        self.waited, self.last = waited, time.monotonic()
        self.headers = {"Accept-Encoding": "gzip"}
        if key:
            self.headers |= {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None, since: float | None = None) -> Any:
        since = time.monotonic() if since is None else since
        given = None if method == "GET" else json.dumps(body or {})
        if time.monotonic() - self.last > IDLE:
            self.connection.close()
        try:
            self.connection.request(method, path, given, self.headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as trouble:
            self.connection.close()
            self.waited.errors.append(f"{method} {path}: {trouble!r}")
            return None
        self.last = time.monotonic()
        self.waited.took.append(1000 * (time.monotonic() - since))
        if answer.status >= 400:
            self.waited.errors.append(f"{method} {path}: {answer.status} {content[:300]!r}")
            return None
        return json.loads(content) if "Authorization" in self.headers else None


def at_once(number: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(at,)) for at in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def read(
    port: int, paths: list[str], seconds: float, rate: float | None = None, patience: float = 60
) -> Waited:
    """Read as fast as answers come; with `rate`, so many a second, each waiting from when it was to come. Who waited
    for `patience` seconds leaves, which is an error."""
    waited, began = Waited(), time.monotonic()
    end = began + seconds
    turns = itertools.count()

    def one(_at: int) -> None:
        asker = Asker(port, waited, patience=patience)
        for turn in turns:
            due = began + turn / rate if rate else time.monotonic()
            if due >= end:
                return
            if (early := due - time.monotonic()) > 0:
                time.sleep(early)
            asker.ask("GET", paths[turn % len(paths)], since=due)

    at_once(READERS, one)
    waited.seconds = time.monotonic() - began
    return waited


def warm(port: int, paths: list[str]) -> None:
    """Read every path so often that each process has most likely met it: what is measured is a server that runs."""
    turns = iter(paths * WARM)
    turn = threading.Lock()

    def one(_at: int) -> None:
        asker = Asker(port, Waited())
        while True:
            with turn:
                path = next(turns, None)
            if path is None:
                return
            asker.ask("GET", path)

    at_once(READERS, one)


def write(port: int, given: dict[str, Any], seconds: float, writers: int, pause: float) -> Waited:
    """Let each writer do what editors do, over and over, until time is up."""
    waited, began = Waited(), time.monotonic()
    suggestions: queue.SimpleQueue[int] = queue.SimpleQueue()
    for pk in given["suggestions"]:
        suggestions.put(pk)

    def one(at: int) -> None:
        writer = Asker(port, waited, given["keys"][at])
        second = Asker(port, waited, given["keys"][(at + 1) % len(given["keys"])])
        # Not all at the same moment.
        acting = itertools.chain.from_iterable(
            act(writer, second, given["source_version"], suggestions, f"Number {at}.{turn}")
            for turn in itertools.count()
        )
        time.sleep(pause * at / writers)
        for _ in acting:
            if time.monotonic() - began > seconds:
                return
            time.sleep(pause)

    at_once(writers, one)
    waited.seconds = time.monotonic() - began
    return waited


def act(
    writer: Asker, second: Asker, version: int, suggestions: queue.SimpleQueue[int], named: str
) -> Iterator[None]:
    """Take a suggestion, add a claim, word it anew, find evidence, write a verdict and have it published; yields after
    each of these."""
    if not suggestions.empty():
        yield writer.ask(
            "POST", f"/api/v1/suggestions/{suggestions.get()}/accept/", {"statement": f"{named}: {WORDS}"}
        )
    yield (claim := writer.ask("POST", "/api/v1/claims/", {"statement": f"{named}. {WORDS}"}))
    if claim is None:
        return
    writer.headers["If-Match"] = f'"claim-{claim["id"]}-r{claim["revision"]}"'
    worded = writer.ask(
        "PATCH", f"/api/v1/claims/{claim['id']}/", {"statement": f"{named}, worded anew. {WORDS}"}
    )
    del writer.headers["If-Match"]
    yield worded
    shown = {"claim": claim["id"], "source_version": version, "stance": "supports", "note": "It says so."}
    yield (evidence := writer.ask("POST", "/api/v1/evidence/", shown))
    if evidence is None:
        return
    written = {
        "claim": claim["id"], "rating": "supported", "summary": "It is so.", "reasoning": "The report says so [1].",
        "evidence": [evidence["id"]],
    }  # fmt: skip
    yield (draft := writer.ask("POST", "/api/v1/drafts/", written))
    if draft is None:
        return
    yield writer.ask("POST", f"/api/v1/drafts/{draft['id']}/submit/")
    yield second.ask("POST", f"/api/v1/drafts/{draft['id']}/publish/")


def prepared(writers: int) -> dict[str, Any]:
    """Return keys, a source, suggestions that wait and what readers read; asked inside a process of its own."""
    from articles.importing.text import read_text
    from articles.models import ApiKey, Article, Claim, Source, Suggestion, User

    keys = []
    for number in range(writers):
        editor, _ = User.objects.get_or_create(
            username=f"writer-{number}", defaults={"role": "editor", "display_name": f"Writer {number}"}
        )
        keys.append(ApiKey.issue(editor, editor, f"bench {time.time()}", ["write", "publish"], None)[1])
    source = Source.objects.exclude(versions=None).order_by("pk")[:1].get()
    lines = [f"Sentence {number} of {time.time():.0f}. {WORDS}" for number in range(WAITING)]
    article = Article.add(None, read_text("\n".join(lines).encode()), title="For the writers", rights="full")
    version, starts = article.versions.get(), itertools.accumulate((len(one) + 1 for one in lines), initial=0)
    Suggestion.objects.bulk_create(
        Suggestion(
            article_version=version, start=start, end=start + len(one), kind="fact", score=0.5, reasons=[], rests_on=[]
        )
        for one, start in zip(lines, starts, strict=False)
    )  # fmt: skip
    waiting = Suggestion.objects.filter(article_version=version).values_list("pk", flat=True)
    claims = Claim.objects.filter(status="open").exclude(verdicts=None).order_by("-pk")[:100]
    pages = [path for one in claims for path in (one.get_absolute_url(), f"/api/v1/claims/{one.pk}/")]
    lists = [
        "/api/v1/claims/?page_size=50",
        "/api/v1/claims/?page_size=50&status=open",
        "/feeds/verdicts.atom",
    ]
    return {
        "keys": keys, "source_version": source.versions.order_by("pk")[0].pk, "suggestions": list(waiting),
        # Of twenty readers one reads a list.
        "paths": [path for at, one in enumerate(pages) for path in ([one] if at % 20 else [one, lists[at // 20 % 3]])],
    }  # fmt: skip


def measured(
    served_by: Peer, address: str, seconds: float, writers: int, pause: float, log: Path
) -> dict[str, Any]:
    """Return what readers waited alone and beside writers, what writers waited, and the server's memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.writers", "--inside", str(writers)], cwd=ROOT, env=told(served_by, address),
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    given = json.loads(done.stdout)
    with serving(served_by, address, log) as served:
        warm(served.port, given["paths"])
        most = read(served.port, given["paths"], max(2, seconds / 2))
        rate = len(most.took) / most.seconds / 2
        alone = read(served.port, given["paths"], seconds, rate)
        found: list[Waited] = []
        writing = threading.Thread(
            target=lambda: found.append(write(served.port, given, seconds + 1, writers, pause)), daemon=True
        )
        writing.start()
        beside = read(served.port, given["paths"], seconds, rate)
        writing.join()
        used = [round(memory([pid])) for pid in tree(served.pid)]
    return {"most": most, "alone": alone, "beside": beside, "writers": found[0], "memory": used}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.writers", description=__doc__)
    parser.add_argument("database", nargs="?")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--writers", type=int, default=WRITERS)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--server", choices=("granian", "gunicorn"), default="granian")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        import django

        django.setup()
        print(json.dumps(prepared(asked.inside)))
        return
    place = ROOT / "build" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    peer = Peer(
        "ours", "factcheck.wsgi:application", more=NO_LIMITS, server=asked.server, threads=asked.threads
    )
    found = measured(peer, asked.database, asked.seconds, asked.writers, asked.pause, place / "writers.log")
    said = {"most": "readers, all they can", "alone": "readers at half", "beside": "readers beside writers"}
    for name, waited in found.items():
        print(f"{said.get(name, name):24} {waited}")
    for one in [*found["beside"].errors, *found["writers"].errors][:10]:
        print(f"  {one}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    main(sys.argv[1:])
