"""BM25 in PostgreSQL's SQL: the query of documents and their scores, its values written out or left open."""

from __future__ import annotations

import math
from collections.abc import Sequence

from articles.search.documents import TABLE
from articles.search.ranking import K1, B

# How often a word is in a document, told from what `ts_rank` makes of it.
_TF = ", ".join(f"{sum(1 / k**2 for k in range(1, n + 1)) * 6 / math.pi**2 - 1e-4:.6f}" for n in range(1, 21))


def weight(frequency: int, total: float) -> float:
    """Return how much a word says that is in so many of all documents: BM25's, but never nothing."""
    return max(math.log((total - frequency + 0.5) / (frequency + 0.5)) if frequency < total else 0, 1e-6)


def factor(frequency: int, total: float) -> str:
    """Return what the part of a score that is a word's is multiplied by, as written."""
    return f"{weight(frequency, total) * (K1 + 1):.6f}"


def by_length(average: float) -> str:
    """Return how much each word of a document counts against it, as written; `average`: the words of one document."""
    return f"{K1 * B / average:.8f}"


def scored(words: Sequence[tuple[str, str]], each: str, rows: str) -> str:
    """Return the query of id and BM25 of the documents that meet the condition `rows`.

    `words` are (factor, the word's tsquery), `each` is what `by_length` says; all are SQL. They stand in the query in
    this order: all factors, `each`, all words, `rows`.

    In three steps, each closed by OFFSET 0 so that it is done once for a row: the words of a long text lie
    packed in pieces elsewhere, and would be put together again for each word that is counted in them. Nothing
    unpacks a value and else leaves it alone but the making of an array.
    """
    # Said once, and that it is float8: a bare 1.2 is exact decimals here, which took half of the time.
    norm = f"{K1 * (1 - B):.8f}::float8 + {each}::float8 * length AS norm"
    parts = [f"{one}::float8 * tf{at} / (tf{at} + norm)" for at, (one, _) in enumerate(words)]
    counts = [
        f"width_bucket(ts_rank('{{1,1,1,1}}', unpacked[1], {word}::tsquery)::float8, ARRAY[{_TF}])::float8 AS tf{at}"
        for at, (_, word) in enumerate(words)
    ]
    unpacked = f"SELECT id, length, ARRAY[words] AS unpacked FROM {TABLE} WHERE {rows} OFFSET 0"
    counted = f"SELECT {', '.join(['id', norm, *counts])} FROM ({unpacked}) AS found OFFSET 0"
    return f"SELECT id, ({' + '.join(parts) or '0::float8'}) AS score FROM ({counted}) AS weighed"
