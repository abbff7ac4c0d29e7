"""Are quotations found again in a newer text? Real revisions of platform rules and of documentation.

The cases say where each quotation stands now: the same (exact), the same and elsewhere too (repeated), in other
words (edited), nowhere (gone).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from articles.anchoring import CONTEXT_SIZE, Carried, Proposal, carry_over
from tests.bench.importing.figures import Figure

#: What the sets that were looked at while the search was made were used for; all others were never seen.
SEEN = {
    "ota": "thresholds set on it",
    "revisions": "thresholds set on it",
    "apache_text_quote": "looked at",
    "hypothesis_match_quote": "looked at",
}
# The least share of the characters of both that a passage found for an edited quotation must have in common
# with the right one.
_OVERLAP = 0.7
_GOALS = {"exact": "100 %", "repeated": "100 %", "edited": ">= 93 %", "gone": ">= 98 %"}


def measure(data: Path) -> Iterator[Figure]:
    """Measure every `cases_*.json` under the folder `anchoring` of the data."""
    for path in sorted((data / "anchoring").glob("cases_*.json")):
        part = path.stem.removeprefix("cases_")
        cases = json.loads(path.read_text(encoding="utf-8"))
        how = SEEN.get(part, "never seen")
        if cases and "pair" in cases[0]:
            yield from _revisions(path.with_name(part), part, cases, how)
        else:
            asked = [case for case in cases if _quotation(case)]
            right = sum(map(_small_case_is_right, asked))
            yield Figure(f"anchoring: {part}", "cases right", f"{right}/{len(asked)}", "", how)


def _revisions(folder: Path, part: str, cases: Sequence[Mapping[str, Any]], how: str) -> Iterator[Figure]:
    texts: dict[tuple[str, str], str] = {}
    counts: Counter[str] = Counter()
    taken = 0.0
    for case in cases:
        kind = case["kind"]
        new, old = (_text(folder, case["pair"], state, texts) for state in ("new", "old"))
        started = time.perf_counter()
        found = carry_over(case["prefix"], case["exact"], case["suffix"], new, old_text=old)
        taken += time.perf_counter() - started
        place = _place(found)
        counts[kind] += 1
        counts[f"{kind} right"] += _is_right(kind, place, case["expected"])
        if isinstance(found, Carried):
            counts[f"{kind} moved"] += 1
            counts["wrongly moved"] += (
                kind in ("edited", "gone")
                or new[found.start : found.end] != case["exact"]
                or [found.start, found.end] != case["expected"]
            )
    for kind, goal in _GOALS.items():
        yield Figure(
            f"anchoring: {part}", f"{kind}, right", f"{counts[f'{kind} right']}/{counts[kind]}", goal, how
        )
    for kind in ("exact", "repeated"):
        moved = counts[f"{kind} moved"]
        yield Figure(
            f"anchoring: {part}", f"{kind}, moved + proposed", f"{moved} + {counts[kind] - moved}", "", how
        )
    yield Figure(f"anchoring: {part}", "wrongly moved", counts["wrongly moved"], "0", how)
    yield Figure(
        f"anchoring: {part}", "milliseconds a quotation", round(1000 * taken / len(cases), 2), "", how
    )


def _text(folder: Path, pair: str, state: str, texts: dict[tuple[str, str], str]) -> str:
    """Return one side of a pair of texts, read once, its newlines as they are."""
    if (pair, state) not in texts:
        (path,) = (path for path in folder.iterdir() if path.stem == f"{pair}.{state}")
        texts[pair, state] = path.read_bytes().decode()
    return texts[pair, state]


def _place(found: Carried | Proposal) -> tuple[int, int] | None:
    """Return where the quotation is said to be, first of all."""
    if isinstance(found, Carried):
        return found.start, found.end
    return (found.candidates[0].start, found.candidates[0].end) if found.candidates else None


def _is_right(kind: str, place: tuple[int, int] | None, expected: Sequence[int] | None) -> bool:
    if kind == "gone" or expected is None:
        return place is None
    if place is None:
        return False
    if kind != "edited":
        return list(place) == list(expected)
    shared = max(0, min(place[1], expected[1]) - max(place[0], expected[0]))
    return shared >= _OVERLAP * (place[1] - place[0] + expected[1] - expected[0] - shared)


def _quotation(case: Mapping[str, Any]) -> str:
    """Return the words looked for in a case of an annotation library; empty ones are refused by ours."""
    return str(case.get("exact", case.get("quote")))


def _small_case_is_right(case: Mapping[str, Any]) -> bool:
    """Is a case of an annotation library answered as that library answers it?

    Their quotations may come without context, which ours never do; so no edge of the text is asked for. Where
    they find nothing because the context differs, ours may propose the place but not move there.
    """
    prefix, suffix = case.get("prefix") or "", case.get("suffix") or ""
    found = carry_over(
        prefix, _quotation(case), suffix, case["text"], size=min(len(prefix), len(suffix), CONTEXT_SIZE)
    )
    expected = case["expected"] or []
    if isinstance(found, Carried):
        places = [[found.start, found.end]]
    elif not expected and (prefix or suffix):
        return True
    else:
        places = [[candidate.start, candidate.end] for candidate in found.candidates]
    if expected and isinstance(expected[0], int):
        return places[:1] == [expected]
    return sorted(places) == sorted(map(list, expected))
