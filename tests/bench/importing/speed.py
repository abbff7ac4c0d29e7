"""How fast the importer reads and writes, where the time goes, and whether its memory stays flat."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from articles.importing import attribution, checkworthiness
from articles.importing.copies import marks
from articles.importing.layout import lay_out
from articles.importing.reading import read
from articles.importing.references import references
from articles.importing.sentences.clauses import clauses
from articles.importing.sentences.splitting import split
from articles.spans import Span
from articles.vocabulary import TELLING_ROLES
from tests.bench.importing.figures import Figure
from tests.bench.words import Words
from tests.engines import ROOT, server, server_programs

ARTICLES = 1000
_GOAL = "≥ 3,000 (one core)"


def texts(data: Path | None) -> list[str]:
    """Return news articles: those of the labelled data, or as many made-up ones."""
    found = sorted(data.glob("attribution/polnear_*/text/*.txt")) if data else []
    if not found:
        words = Words()
        return [_made_up(words, random.Random(number)) for number in range(ARTICLES)]
    return [path.read_bytes().decode("utf-8").replace("\r\n", "\n") for path in found]


def _made_up(words: Words, draw: random.Random) -> str:
    """Return an article of made-up words that says who says what, as news does."""
    paragraphs = []
    for _ in range(12):
        said, told = words.sentence(draw), words.sentence(draw)
        paragraphs.append(f"{told} “{said[:-1]},” said Ann Roe of the town. {words.sentence(draw)}")
    return "\n\n".join(paragraphs) + "\n"


def measure(data: Path | None) -> Iterator[Figure]:
    articles = texts(data)
    yield from _steps(articles)
    yield from _whole_imports(articles)


def _steps(articles: Sequence[str]) -> Iterator[Figure]:
    """Yield how long each pure step takes; each is run on all articles, after one that warms it up."""
    took: dict[str, float] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        made = step()
        took[name] = took.get(name, 0.0) + time.perf_counter() - began
        return made

    read(articles[0])
    number = 0
    for text in articles:
        blocks = timed("layout", lambda text=text: lay_out(text))
        told = [Span(block.start, block.end) for block in blocks if block.role in TELLING_ROLES]
        sentences = timed("sentences", lambda text=text, told=told: [split(text, *one) for one in told])
        flat = [span for some in sentences for span in some]
        number += len(flat)
        timed(
            "attribution",
            lambda text=text, told=told, some=sentences: attribution.find(text, told, some),
        )
        given = [checkworthiness.Sentence(span.of(text)) for span in flat]
        timed("check-worthiness", lambda given=given: checkworthiness.judge(given))
        timed("clauses", lambda text=text, flat=flat: [clauses(text, *span) for span in flat])
        timed("references", lambda text=text, told=told: references(text, told))
        timed("marks of copies", lambda text=text: marks(text))
    whole = time.perf_counter()
    for text in articles:
        read(text)
    whole = time.perf_counter() - whole
    both = took["attribution"] + took["check-worthiness"]
    yield Figure("news articles", "sentences a second, detection and attribution", number / both, _GOAL)
    yield Figure("news articles", "sentences a second, all steps", number / whole)
    for name, seconds in sorted(took.items(), key=lambda one: -one[1]):
        yield Figure("news articles", f"microseconds a sentence, {name}", 1e6 * seconds / number)


def _whole_imports(articles: Sequence[str]) -> Iterator[Figure]:
    """Yield what `import_articles` takes for a folder of articles on each engine, in a process and a database of its
    own; half of them first, to see whether memory grows with their number."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as ending:
        half, whole = Path(place, "half"), Path(place, "whole")
        for folder, share in ((half, 2), (whole, 1)):
            folder.mkdir()
            # The first citation loads what finds them, once; neither half may do without.
            (folder / "citation.txt").write_text(
                "The court held so in Example v. Sample, 410 U.S. 113 (1973).\n"
            )
            for number, text in enumerate(articles[:ARTICLES:share]):
                (folder / f"{number:04}.txt").write_text(text, newline="")
        engines = {"SQLite": lambda name: f"sqlite:///{place}/{name}.sqlite3"}
        programs = server_programs(os.environ)
        if programs is not None:
            address = ending.enter_context(server(programs))
            engines["PostgreSQL"] = lambda name: _database(address, name)
        for engine, database in engines.items():
            _seconds, small, _number = _imported(half, database("half"))
            seconds, large, number = _imported(whole, database("whole"))
            part = f"import_articles, {engine}"
            yield Figure(part, f"seconds for {number:,} articles", seconds, "about 60 for 1,000")
            yield Figure(part, "MiB at most, half of them", small / 1024, "flat")
            yield Figure(part, "MiB at most, all of them", large / 1024, "flat")


def _database(address: str, name: str) -> str:
    """Return the address of a new database on a PostgreSQL server."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE import_{name}")
    return urlunsplit(urlsplit(address)._replace(path=f"/import_{name}"))


def _imported(folder: Path, address: str) -> tuple[float, int, int]:
    """Return the seconds and KiB that importing a folder took at most, and how many articles came of it."""
    environ = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    _run(["migrate", "-v0"], environ)
    return _run(["import_articles", str(folder)], environ)


def _run(words: list[str], environ: dict[str, str]) -> tuple[float, int, int]:
    """Return how many seconds a command took, the KiB it had at most, and how many articles it made."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = sum(1 for line in process.stdout if ": 1 new article" in line)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"manage.py {words[0]} ended with {process.returncode}.")
    assert isinstance(used, resource.struct_rusage)
    return time.monotonic() - began, used.ru_maxrss, lines
