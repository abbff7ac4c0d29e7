"""How well check-worthiness ranks, on what it learnt from and on what it never saw, and how fast.

Parts whose files the weights were fitted with are cross-validated: each document is scored by weights fitted
without it. All other parts are scored with the weights that come with the program. Beside both stands what
word and character n-grams with TF-IDF and logistic regression reach, fitted on the set's own documents.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from articles.importing.checkworthiness import Sentence, judge
from articles.importing.checkworthiness.fitting import Held, gather, held_f1, leave_out, training_parts
from articles.importing.checkworthiness.labelled import Document, Part, Source, parts
from articles.importing.checkworthiness.model import WEIGHTS, calibrate, load
from articles.importing.checkworthiness.ranking import (
    area_under_curve,
    average_precision,
    best_threshold,
    f1,
    precision_at,
)
from tests.bench.importing.figures import Figure

LEARNT = "cross-validated by document"
UNSEEN = "never seen"

_GOALS = {
    (Source.CHECKTHAT, "MAP"): "above .1525, towards .17",
    (Source.POLICLAIM, "AUC"): "above .864, towards .90",
    (Source.POLICLAIM, "F1"): "above .836",
}
# What nobody would check, told by its own look rather than by the program's rules.
_EMPTY = re.compile(
    r".*\?\W*|\W*(applause|laughter|crosstalk)\W*|(thank you|good evening)\W+(\w+\W*){0,3}", re.I
)
_MANY = 5_000


def measure(data: Path) -> Iterator[Figure]:
    """Yield the figures for every labelled part under data/checkworthy."""
    folder = data / "checkworthy"
    if not folder.is_dir():
        return
    known = _fitted_with()
    learnt = leave_out(gather(training_parts(data)))
    by_name = {(one.source, one.document.name): one for one in learnt}
    for part in parts(folder):
        old, new = _divided(part, known)
        if old:
            held = [
                by_name[part.source, document.name]
                for document in old
                if (part.source, document.name) in by_name
            ]
            yield from _figures(part, held, [], LEARNT)
            yield from _level(part, old, [], LEARNT)
        if new:
            its = [one for one in learnt if one.source == part.source]
            yield from _figures(part, [_scored(part.source, document) for document in new], its, UNSEEN)
            if its:
                yield from _level(part, new, [one.document for one in its], UNSEEN)
    yield from _speed([one.document for one in learnt])


def _fitted_with() -> set[str]:
    """Return the SHA-256 of the files that the weights were fitted with."""
    provenance = json.loads(WEIGHTS.read_bytes())["provenance"]
    return {digest for part in provenance["parts"] for digest in part["files"].values()}


def _divided(part: Part, known: set[str]) -> tuple[list[Document], list[Document]]:
    """Return the documents that were learnt from, and those that were not."""
    if len(part.files) != len(part.documents):
        learnt = all(digest in known for _, digest in part.files)
        return (list(part.documents), []) if learnt else ([], list(part.documents))
    pairs = list(zip(part.documents, part.files, strict=True))
    return (
        [document for document, (_, digest) in pairs if digest in known],
        [document for document, (_, digest) in pairs if digest not in known],
    )


def _scored(source: Source, document: Document) -> Held:
    judged = judge([Sentence(text) for text in document.sentences])
    return Held(source, document, tuple(judgement.score for judgement in judged))


def _figures(part: Part, held: Sequence[Held], others: Sequence[Held], how: str) -> Iterator[Figure]:
    """Yield a part's figures; `others` are held-out documents of its source that the threshold for F1 comes from."""

    def figure(measure: str, value: float) -> Figure:
        return Figure(part.name, measure, round(value, 4), _GOALS.get((part.source, measure), ""), how)

    labels = [label for one in held for label in one.document.labels]
    scores = [score for one in held for score in one.log_odds]
    yield figure("sentences", len(labels))
    yield figure("MAP", fmean(average_precision(one.document.labels, one.log_odds) for one in held))
    for top in (5, 10, 20):
        yield figure(f"P@{top}", fmean(precision_at(top, one.document.labels, one.log_odds) for one in held))
    yield figure("AUC", area_under_curve(labels, scores))
    if how == LEARNT:
        yield figure("F1", held_f1(held))
    elif others:
        labelled = [label for one in others for label in one.document.labels]
        threshold = best_threshold(labelled, [own for one in others for own in one.log_odds])
        yield figure("F1", f1(labels, scores, calibrate(threshold, load())))
    yield figure("questions, thanks and applause above the median", _raised(held))


def _raised(held: Sequence[Held]) -> float:
    """Return which share of what nobody would check is above the median of its document."""
    above = []
    for one in held:
        middle = sorted(one.log_odds)[len(one.log_odds) // 2]
        for text, own in zip(one.document.sentences, one.log_odds, strict=True):
            if _EMPTY.fullmatch(text.strip()):
                above.append(own > middle)
    return fmean(above) if above else 0.0


def _level(
    part: Part, documents: Sequence[Document], others: Sequence[Document], how: str
) -> Iterator[Figure]:
    """Yield what TF-IDF and logistic regression reach, fitted on `others` or on each document's fellows."""
    told = []
    if others:
        model = _tfidf(others)
        told = [_told(model, document) for document in documents]
    else:
        for document in documents:
            told.append(_told(_tfidf([other for other in documents if other is not document]), document))
    held = [Held(part.source, document, scores) for document, scores in zip(documents, told, strict=True)]
    labels = [label for document in documents for label in document.labels]
    ranked = fmean(average_precision(one.document.labels, one.log_odds) for one in held)
    scores = [score for one in held for score in one.log_odds]
    yield Figure(part.name, "MAP of TF-IDF + LR", round(ranked, 4), "", how)
    yield Figure(part.name, "AUC of TF-IDF + LR", round(area_under_curve(labels, scores), 4), "", how)
    if len(held) > 1 and not others:
        yield Figure(part.name, "F1 of TF-IDF + LR", round(held_f1(held), 4), "", how)


def _tfidf(documents: Sequence[Document]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3)
    regression = LogisticRegression(C=10, class_weight="balanced", solver="liblinear")
    model = make_pipeline(make_union(words, characters), regression)
    return model.fit(
        [text for document in documents for text in document.sentences],
        [label for document in documents for label in document.labels],
    )


def _told(model: Any, document: Document) -> tuple[float, ...]:
    return tuple(float(value) for value in model.decision_function(list(document.sentences)))


def _speed(documents: Sequence[Document]) -> Iterator[Figure]:
    """Yield how many sentences a second are judged on one core, and how long one of 20 words takes."""
    chosen: list[list[Sentence]] = []
    for document in documents:
        chosen.append([Sentence(text) for text in document.sentences])
        if sum(map(len, chosen)) >= _MANY:
            break
    if not chosen:
        return
    start = time.process_time()
    for sentences in chosen:
        judge(sentences)
    passed = time.process_time() - start
    yield Figure("speed", "sentences per second", round(sum(map(len, chosen)) / passed))
    long = Sentence(
        "The council of Marlow said on Tuesday that the 12 new buses cost $3.4 million in 2019, more than planned."
    )
    start = time.process_time()
    judge([long] * 1000)
    passed = time.process_time() - start
    yield Figure("speed", "microseconds for a sentence of 20 words", round(passed * 1000, 1), "120 at most")
