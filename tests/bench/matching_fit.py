"""Fits articles/matching/weights.json with scikit-learn, which the product itself never needs.

    python -m tests.bench.matching_fit [FOLDER] [--write]

FOLDER holds `retrieval/…_train` and `…_dev` as `tests.bench.retrieval` reads them, and `scale/claims.jsonl`. Weights
are fitted on the training part; figures are cross-validated by query; the development part is only judged. The
candidates are those of plain BM25 over all documents, which both engines come close to. Of the data nothing is kept
but weights and how rare common words are.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from articles.matching import reading, weights
from articles.matching.cleaning import cleaned
from articles.matching.features import FULL, QUICK, Asked, full, quick
from articles.matching.reading import Wordings, wordings
from articles.matching.scoring import copies
from articles.matching.weights import FILE, Weights
from articles.matching.words import stems
from tests.bench.retrieval import Plain, Qrels, porter, read, scores
from tests.engines import ROOT

SEED, FOLDS = 1, 5
CANDIDATES, BEST, OTHERS = 100, 30, 10
# Inverse strength of the penalties: on the weights of features brought to deviation 1, and on the calibration.
STRENGTH, CALIBRATION = 0.3, 0.1
# Stems in fewer texts are not listed; how rare they are is guessed.
FEWEST = 20
# Of texts that are asked while their claim is on record and again when it was taken out, a yes is right this often.
PRECISION = 0.95
# Of what strangers score, place by place, the share that scores less.
STRANGERS = 0.25


@dataclass
class Query:
    """A text with its candidates: what is right by the labels, and what is right or a copy of that."""

    id: str
    candidates: list[str]
    claims: list[Wordings]
    right: Any
    same: Any
    quick: Any
    full: Any


def rarity(texts: Sequence[str]) -> tuple[dict[str, float], float]:
    """Return how rare the stems are that enough of the texts have, and how rare a stem is that is not listed."""
    counted = Counter(one for text in texts for one in set(stems(text)))
    most = math.log(len(texts))
    listed = {
        one: round(max(0.02, math.log(len(texts) / count) / most), 2)
        for one, count in sorted(counted.items())
        if count >= FEWEST
    }
    return listed, round(math.log(len(texts) / (FEWEST / 4)) / most, 2)


def copied(docs: dict[str, tuple[str, str]]) -> dict[str, set[str]]:
    """Return, for each document, those with the same title or the same claim: itself too."""
    by_words: dict[str, set[str]] = {}
    for pk, both in docs.items():
        for text in both:
            by_words.setdefault(" ".join(stems(text)), set()).add(pk)
    return {pk: set().union(*(by_words[" ".join(stems(text))] for text in both)) for pk, both in docs.items()}


def gathered(folder: Path) -> list[Query]:
    """Return the queries of a set with the features of their candidates."""
    docs, queries, right = read(folder)
    plain, same = Plain(docs, porter), copied(docs)
    # The module knows the search box's words only beside Django: here the words are those of the text, at most 64.
    made = []
    for pk, text in queries.items():
        post = cleaned(text)
        asked = Asked(post)
        found = plain.rank(" ".join((post.said, post.author, post.date)), CANDIDATES)
        claims = [wordings(docs[one]) for one in found]
        looked = [quick(asked, one) for one in claims]
        alike = set().union(*(same[one] for one in right.get(pk, ())))
        made.append(
            Query(
                pk, found, claims,
                np.array([one in right.get(pk, ()) for one in found], bool),
                np.array([one in alike for one in found], bool),
                np.array(looked),
                np.array([full(asked, one, some) for one, some in zip(claims, looked, strict=True)]),
            )
        )  # fmt: skip
    return made


def fitted(queries: Sequence[Query], which: str) -> Any:
    """Return the weights that most often put what is right before what is not: a logistic choice of one among all.

    Features are brought to mean 0 and deviation 1 for it, and the weights back to the features as they are. No weight
    is negative: nothing that two texts have in common may speak against them.
    """
    from scipy.optimize import minimize

    every = np.vstack([getattr(one, which) for one in queries])
    mean, deviation = every.mean(0), every.std(0) + 1e-9
    some = [((getattr(one, which) - mean) / deviation, one.same) for one in queries if one.same.any()]

    def loss(at: Any) -> tuple[float, Any]:
        total, slope = at @ at / (2 * STRENGTH), at / STRENGTH
        for values, same in some:
            odds = values @ at
            share = np.exp(odds - odds.max())
            share /= share.sum()
            met = share[same].sum()
            total -= math.log(met + 1e-300)
            slope = slope - (values[same].T @ (share[same] / met) - values.T @ share)
        return total, slope

    found = minimize(loss, np.zeros(len(mean)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(mean))
    return found.x / deviation


def ranked(one: Query, first: Any, second: Any, taken_out: bool = False) -> tuple[list[int], Any]:
    """Return the places of the best candidates and their log-odds; `taken_out`: as if what is right were not there."""
    looked = one.quick @ first
    if taken_out:
        looked = np.where(one.same, -np.inf, looked)
    best = [place for place in np.argsort(-looked, kind="stable")[:BEST] if np.isfinite(looked[place])]
    odds = one.full[best] @ second
    order = sorted(range(len(best)), key=lambda at: (-odds[at], best[at]))
    return [best[at] for at in order], odds[order]


def others(one: Query, best: list[int], odds: Any) -> list[float]:
    """Return what the best claims score that are not copies of the first."""
    kept = [
        float(value)
        for place, value in zip(best[1:], odds[1:], strict=True)
        if not copies(one.claims[best[0]], one.claims[place])
    ]
    return kept[:OTHERS]


def standing(
    one: Query, first: Any, second: Any, strangers: Sequence[float], taken_out: bool
) -> tuple[list[float], bool]:
    """Return what the calibration sees of the best claim, and whether that says the same."""
    best, odds = ranked(one, first, second, taken_out)
    rest = others(one, best, odds)
    raised = [max(rest[at], least) if at < len(rest) else least for at, least in enumerate(strangers)]
    own = float(odds[0])
    return [own, own - raised[0], own - sum(raised) / len(raised)], bool(one.same[best[0]])


def usual(queries: Sequence[Query], first: Any, second: Any) -> list[float]:
    """Return what strangers score, place by place, where the claim that says the same is not on record."""
    some = [others(one, *ranked(one, first, second, True)) for one in queries]
    return [
        round(float(np.quantile([one[at] for one in some if len(one) > at], STRANGERS)), 3)
        for at in range(OTHERS)
    ]


def folds(queries: Sequence[Query], seed: int) -> list[tuple[list[Query], list[Query]]]:
    from sklearn.model_selection import KFold

    split = KFold(FOLDS, shuffle=True, random_state=seed).split(queries)
    return [([queries[at] for at in learn], [queries[at] for at in judge]) for learn, judge in split]


def examples(
    queries: Sequence[Query], strangers: Sequence[float], model: tuple[Any, Any]
) -> list[tuple[list[float], bool, bool]]:
    """Return (what the calibration sees, does it say the same, was the claim on record) with and without the claim."""
    made = []
    for one in queries:
        for taken_out in (False, True):
            seen, same = standing(one, *model, strangers, taken_out)
            made.append((seen, same and not taken_out, not taken_out))
    return made


def threshold(judged: Sequence[tuple[float, bool]]) -> float:
    """Return the lowest probability from which on so many of the answers are right, as PRECISION wants it."""
    lowest, right = 1.0, 0
    for count, (probability, same) in enumerate(sorted(judged, reverse=True), 1):
        right += same
        if right / count >= PRECISION:
            lowest = probability
    return math.ceil(lowest * 100) / 100


def model_of(queries: Sequence[Query]) -> tuple[Any, Any]:
    return fitted(queries, "quick"), fitted(queries, "full")


def map5(queries: Sequence[Query], model: tuple[Any, Any], right: Qrels) -> float:
    order = {one.id: [one.candidates[place] for place in ranked(one, *model)[0]] for one in queries}
    return scores({one.id: right[one.id] for one in queries}, order)[0]


def fit(data: Path) -> dict[str, Any]:
    """Return what weights.json is to hold. Raises FileNotFoundError where the data are not there."""
    import sklearn
    from sklearn.linear_model import LogisticRegression

    train, dev = data / "retrieval" / "ct2020_t2_train", data / "retrieval" / "ct2020_t2_dev"
    docs, _, right = read(train)
    with (data / "scale" / "claims.jsonl").open(encoding="utf-8") as lines:
        scale = [json.loads(line)["claim"] for line in lines]
    listed, unknown = rarity([" ".join(both) for both in docs.values()] + scale)
    # From here on texts are read with these.
    fresh = Weights(listed, unknown, {}, {}, (), {}, 1.0)
    reading.load = weights.load = lambda: fresh  # type: ignore[assignment]
    queries = gathered(train)
    parts = folds(queries, SEED)
    models = [model_of(learn) for learn, _ in parts]
    average = float(
        np.mean([map5(judge, model, right) for (_, judge), model in zip(parts, models, strict=True)])
    )
    model = model_of(queries)
    strangers = usual(queries, *model)
    seen = [
        example
        for (_, judge), one in zip(parts, models, strict=True)
        for example in examples(judge, strangers, one)
    ]
    calibration = LogisticRegression(C=CALIBRATION, max_iter=1000).fit(
        [one for one, *_ in seen], [same for _, same, _ in seen]
    )
    chances = calibration.predict_proba([one for one, *_ in seen])[:, 1]
    limit = threshold([(float(chance), same) for chance, (_, same, _) in zip(chances, seen, strict=True)])
    judged = gathered(dev)
    tried = examples(judged, strangers, model)
    tried_chances = calibration.predict_proba([one for one, *_ in tried])[:, 1]
    own, ahead, above = (round(float(one), 4) for one in calibration.coef_[0])
    return {
        "rarity": listed,
        "unknown": unknown,
        "quick": {name: round(float(one), 4) for name, one in zip(QUICK, model[0], strict=True)},
        "full": {name: round(float(one), 4) for name, one in zip(FULL, model[1], strict=True)},
        "strangers": strangers,
        "calibration": {
            "offset": round(float(calibration.intercept_[0]), 4), "own": own, "ahead": ahead, "above": above,
        },
        "threshold": limit,
        "provenance": {
            "on": datetime.now(UTC).date().isoformat(),
            "fitted on": "CheckThat! 2020 task 2, training part (research use): 800 tweets, 10,375 claims; how rare "
            "words are: those claims and 35,893 more (research use, mixed)",
            "settings": {
                "seed": SEED, "folds": FOLDS, "strength": STRENGTH, "calibration": CALIBRATION, "fewest": FEWEST,
                "precision": PRECISION, "strangers": STRANGERS,
            },
            "cross-validated by query": {"MAP@5": round(average, 4), **figures(chances, seen, limit)},
            "development part": {
                "MAP@5": round(map5(judged, model, read(dev)[2]), 4), **figures(tried_chances, tried, limit)
            },
            "versions": {"python": platform.python_version(), "scikit-learn": sklearn.__version__},
        },
    }  # fmt: skip


def figures(chances: Any, seen: Sequence[tuple[list[float], bool, bool]], limit: float) -> dict[str, float]:
    """Return how good the yes is; a copy of the right claim counts as right, and is taken out with it."""
    yes = [
        (same, present) for chance, (_, same, present) in zip(chances, seen, strict=True) if chance >= limit
    ]
    there = sum(present for _, _, present in seen)
    met = [same for same, present in yes if present]
    return {
        "precision": round(sum(met) / max(1, len(met)), 4),
        "precision with as many taken out": round(sum(same for same, _ in yes) / max(1, len(yes)), 4),
        "recall": round(sum(met) / there, 4),
        "yes though taken out": round((len(yes) - len(met)) / (len(seen) - there), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching_fit", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--write", action="store_true", help="put the weights in their place")
    asked = parser.parse_args()
    try:
        made = fit(asked.data)
    except FileNotFoundError as trouble:
        raise SystemExit(
            f"The labelled data are not there: {trouble.filename}. Name their folder."
        ) from trouble
    shown = {name: value for name, value in made.items() if name != "rarity"}
    print(json.dumps(shown, indent=1))
    if asked.write:
        FILE.write_text(json.dumps(made, indent=0, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
