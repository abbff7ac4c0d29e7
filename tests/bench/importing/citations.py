"""How well citations are found: the unit cases and the opinion of data/legal, and what an ordinary article costs."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from articles.importing.references import references
from articles.importing.references.reference import Reference
from articles.spans import Span
from articles.vocabulary import SourceKind
from tests.bench.importing.figures import Figure

_NEVER_SEEN = "rules; looked at while they were written"
_GROUP = re.compile(r"[^\w]+")


def measure(data: Path) -> Iterator[Figure]:
    """Yield the figures of what lies under `data`; nothing for what does not."""
    legal = data / "legal"
    if legal.exists():
        yield from _unit_cases(json.loads((legal / "find_cases.json").read_text(encoding="utf-8")))
        yield from _opinion(legal)
    yield from _articles(data / "attribution")


def _unit_cases(cases: list[dict[str, Any]]) -> Iterator[Figure]:
    wanted = exact = normal = extra = laws = laws_found = 0
    for case in cases:
        found = {(one.start, one.end): one for one in _found(case["text"])}
        for citation in case["citations"]:
            span = tuple(citation["span"])
            if citation["kind"] == "FullCaseCitation":
                wanted += 1
                one = found.pop(span, None)
                exact += one is not None
                normal += one is not None and one.name == citation["corrected"]
            elif citation["kind"] == "FullLawCitation":
                laws += 1
                # Ours names the paragraphs too, "(2)(c)"; theirs stops at the section.
                own = [key for key, one in found.items() if key[0] == span[0] and key[1] >= span[1]]
                laws_found += bool(own)
                for key in own:
                    found.pop(key)
        gold = [tuple(citation["full_span"]) for citation in case["citations"] if "full_span" in citation]
        for (start, end), one in found.items():
            cites = "citation" in one.fields
            extra += cites and not any(first <= start and end <= last for first, last in gold)
    part = f"unit cases, {wanted} full case citations"
    yield Figure(part, "exact span", exact / wanted, "1.00", _NEVER_SEEN)
    yield Figure(part, "exact span and normal form", normal / wanted, "1.00", _NEVER_SEEN)
    yield Figure(part, "false citations", extra, "0", _NEVER_SEEN)
    yield Figure(f"unit cases, {laws} statutes", "found", laws_found / laws, "", _NEVER_SEEN)


def _opinion(legal: Path) -> Iterator[Figure]:
    text = (legal / "opinion.txt").read_text(encoding="utf-8")
    gold = json.loads((legal / "opinion_citations_eyecite278.json").read_text(encoding="utf-8"))
    begun = time.perf_counter()
    found = _found(text)
    seconds = time.perf_counter() - begun
    by_span = {(one.start, one.end): one for one in found}
    full = [citation for citation in gold if citation["kind"] == "FullCaseCitation"]
    exact = [one for one in (by_span.get(tuple(citation["span"])) for citation in full) if one is not None]
    alike = sum(_group(one.name) == _group(text[one.start : one.end]) for one in exact)
    spans = {tuple(citation["span"]) for citation in full}
    extra = [
        one
        for one in found
        if one.kind is SourceKind.COURT_CASE
        and "citation" in one.fields
        and (one.start, one.end) not in spans
    ]
    # Where a line breaks within, the list is short of citations that are there: read on one line, eyecite agrees.
    broken = [one for one in extra if _is_citation(" ".join(text[one.start : one.end].split()))]
    dockets = {one.name for one in found if "docket_number" in one.fields}
    part = f"opinion of {len(text) / 1000:.0f} kB, {len(full)} full case citations"
    yield Figure(part, "exact span", len(exact) / len(full), "1.00", _NEVER_SEEN)
    yield Figure(part, "of these, normal form", alike / max(1, len(exact)), "1.00", _NEVER_SEEN)
    yield Figure(part, "false citations", len(extra) - len(broken), "0", _NEVER_SEEN)
    yield Figure(part, "citations broken over lines, beyond the list", len(broken), "", _NEVER_SEEN)
    yield Figure(part, "docket numbers", ", ".join(sorted(dockets)), "11-345", _NEVER_SEEN)
    yield Figure(part, "seconds", seconds, "5", _NEVER_SEEN)


def _articles(attribution: Path) -> Iterator[Figure]:
    paths = sorted(attribution.glob("polnear_dev/text/*.txt"))
    if not paths:
        return
    texts = [path.read_text(encoding="utf-8") for path in paths]
    _found(texts[0])
    costs = []
    for text in texts:
        begun = time.perf_counter()
        _found(text)
        costs.append((time.perf_counter() - begun) * 1000)
    size = statistics.mean(map(len, texts)) / 1000
    part = f"{len(texts)} news articles of {size:.1f} kB on average"
    yield Figure(part, "milliseconds, median", statistics.median(costs), "1")
    yield Figure(part, "milliseconds, slowest", max(costs))


def _found(text: str) -> list[Reference]:
    return references(text, [Span(0, len(text))])


def _is_citation(words: str) -> bool:
    from eyecite import get_citations
    from eyecite.models import FullCaseCitation

    return any(
        isinstance(one, FullCaseCitation) and one.span() == (0, len(words)) for one in get_citations(words)
    )


def _group(citation: str) -> str:
    return _GROUP.sub("", citation).casefold()
