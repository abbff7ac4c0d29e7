"""Letters read in the wrong charset: what of it is mended, and that nothing else is touched.

The cases are ftfy's own (encodings/ftfy/*.json), so for what is mended they say how much of ftfy our rules keep;
the news articles (attribution/polnear_*) say what happens to texts as they come.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from articles.importing.mojibake import detect, repair
from articles.importing.text import TextError, read_text
from tests.bench.importing.figures import Figure

NEVER_SEEN = "rules; nothing learnt from it"
# The count that came with the data, of the articles held back too.
DAMAGED_ARTICLES = "38 of all 1,008"


def measure(data: Path) -> Iterator[Figure]:
    """Yield the figures of the encodings and of the articles, of whichever are there."""
    cases = [case for path in sorted((data / "encodings" / "ftfy").glob("*.json")) for case in _read(path)]
    if cases:
        yield from _of_cases(cases)
    articles = sorted((data / "attribution").glob("polnear_*/text/**/*.txt"))
    if articles:
        yield from _of_articles(articles)


def _read(path: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return cases


def _of_cases(cases: list[dict[str, Any]]) -> Iterator[Figure]:
    from ftfy.fixes import uncurl_quotes

    part = "encodings/ftfy"
    touchable = [case for case in cases if _expected(case) != case["original"] and case["expect"] == "pass"]
    right = sum(
        uncurl_quotes(repair(case["original"])) == uncurl_quotes(_expected(case)) for case in touchable
    )
    yield Figure(part, "damaged, mended right", right / len(touchable), "as near 1 as ftfy", NEVER_SEEN)
    sound = [case for case in cases if _expected(case) == case["original"] and case["expect"] == "pass"]
    untouched = sum(repair(case["original"]) == case["original"] for case in sound)
    yield Figure(part, "not damaged, untouched", untouched / len(sound), "1", NEVER_SEEN)
    untold = sum(detect(case["original"]) is None for case in sound)
    yield Figure(part, "not damaged, nothing told", untold / len(sound), "1", NEVER_SEEN)
    worse = sum(repair(case["original"]).count("\ufffd") > case["original"].count("\ufffd") for case in cases)
    yield Figure(part, "cases that gain a replacement character", worse, "0", NEVER_SEEN)


def _expected(case: dict[str, Any]) -> str:
    """Return what the mended text is, quotation marks left curly where the case says how."""
    return str(case.get("fixed-encoding", case["fixed"]))


def _of_articles(paths: list[Path]) -> Iterator[Figure]:
    part = f"polnear, {len(paths)} articles"
    gained = told = changed = refused = 0
    for path in paths:
        data = path.read_bytes()
        try:
            kept, mended = read_text(data), read_text(data, repair=True)
        except TextError:
            refused += 1
            continue
        gained += mended.text.count("\ufffd") > kept.text.count("\ufffd")
        told += any("--repair" in warning for warning in kept.warnings)
        changed += mended.text != kept.text
    yield Figure(part, "articles that gain a replacement character", gained, "0", NEVER_SEEN)
    yield Figure(part, "articles told as damaged", told, DAMAGED_ARTICLES, NEVER_SEEN)
    yield Figure(part, "articles refused", refused, "0", NEVER_SEEN)
    yield Figure(part, "articles that mending changes", changed, "", NEVER_SEEN)
