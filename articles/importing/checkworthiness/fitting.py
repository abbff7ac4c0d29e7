"""Fits the weights with scikit-learn, which the product itself never needs. No Django in here.

One logistic regression learns from all labelled sets at once, with an intercept for each, since each says yes
to a different share of sentences. Every document is also left out once, with whatever the other sets hold of
the same words: those held-out values make the calibration and the figures.
"""

from __future__ import annotations

import json
import math
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Any

from articles.importing.checkworthiness.features import WORDING, traits, wording
from articles.importing.checkworthiness.labelled import Document, Part, Source, parts
from articles.importing.checkworthiness.model import TEMPER, forms_of, settle
from articles.importing.checkworthiness.ranking import area_under_curve, average_precision, best_threshold, f1
from articles.importing.checkworthiness.reading import names_of, read, tokens
from articles.importing.checkworthiness.sentence import Sentence
from articles.vocabulary import ClaimKind

#: How much a sentence labelled no, and one labelled yes, counts in each set. CheckThat! says yes to one of 37.
COUNTS: dict[Source, tuple[float, float]] = {
    Source.CHECKTHAT: (0.1, 1.0),
    Source.CLAIMBUSTER: (1.0, 1.0),
    Source.POLICLAIM: (1.0, 1.0),
}
#: Inverse strength of the penalty on squared weights.
STRENGTH = 0.6
#: A feature that fewer sentences have is left out.
FEWEST = 2
#: Weights of wording nearer to 0 than this are left out, and all weights are rounded to so many places.
PRUNED, PLACES = 0.08, 2

# The intercept of a set is hardly penalised.
_INTERCEPT = 5.0
# Letters that two sentences share at both ends before one counts as a copy of the other.
_SHINGLE = 20
_LICENCES = {
    Source.CHECKTHAT: "CheckThat! 2019 task 1: research use",
    Source.CLAIMBUSTER: "ClaimBuster: repository under GPL-3.0",
    Source.POLICLAIM: "PoliClaim: none stated",
}


@dataclass(frozen=True)
class Held:
    """A document that was left out, and the log-odds that the others gave its sentences."""

    source: Source
    document: Document
    log_odds: tuple[float, ...]


@dataclass(frozen=True)
class Examples:
    """All sentences as a sparse matrix, row by row: whose, which document, what label, which kind, its letters."""

    names: list[str]
    matrix: Any
    sources: list[Source]
    documents: list[Document]
    rows: list[tuple[int, int]]
    labels: list[bool]
    kinds: list[ClaimKind]
    letters: list[str]


def training_parts(data: Path) -> list[Part]:
    """Return the parts under data/checkworthy that are there to learn from, by their names."""
    return [part for part in parts(data / "checkworthy") if part.name.endswith("_train")]


def fit(data: Path, on: date) -> dict[str, object]:
    """Return what weights.json is to hold, fitted with the labelled sets under `data` and dated `on`.

    Raises ValueError, with a sentence, where there is nothing to learn from.
    """
    import sklearn

    learnt = training_parts(data)
    if not learnt:
        raise ValueError(f"{data / 'checkworthy'} holds no labelled part: its name must end with “_train”.")
    examples = gather(learnt)
    held = leave_out(examples)
    slope, offset = _calibration(held)
    weights, intercept = weigh_features(examples, [True] * len(examples.labels))
    rounded = [round(float(weight), PLACES) for weight in weights]
    kept = {name: weight for name, weight in zip(examples.names, rounded, strict=True) if weight}
    return {
        "features": dict(sorted(kept.items())),
        "intercept": round(intercept, PLACES),
        "usual_length": round(_usual_length(examples, kept), PLACES),
        "calibration": {"slope": round(slope, 4), "offset": round(offset, 4)},
        "provenance": {
            "on": on.isoformat(),
            "parts": [_provenance(part) for part in learnt],
            "settings": {
                "counts": {source: COUNTS[source] for source in Source},
                "strength": STRENGTH,
                "fewest": FEWEST,
                "pruned": PRUNED,
                "places": PLACES,
                "wording": WORDING,
            },
            "cross-validated by document": figures(held),
            "versions": {"python": platform.python_version(), "scikit-learn": sklearn.__version__},
        },
    }


def gather(learnt: Sequence[Part]) -> Examples:
    """Return the sentences of the parts as examples."""
    from sklearn.feature_extraction import DictVectorizer

    rows: list[dict[str, float]] = []
    documents: list[Document] = []
    sources: list[Source] = []
    bounds: list[tuple[int, int]] = []
    kinds: list[ClaimKind] = []
    for part in learnt:
        for document in part.documents:
            start = len(rows)
            for values, kind in _read(document):
                rows.append(values)
                kinds.append(kind)
            documents.append(document)
            sources.append(part.source)
            bounds.append((start, len(rows)))
    often = Counter(name for values in rows for name in values)
    vectoriser = DictVectorizer()
    matrix = vectoriser.fit_transform(
        [{name: value for name, value in values.items() if often[name] >= FEWEST} for values in rows]
    ).tocsr()
    return Examples(
        names=[str(name) for name in vectoriser.get_feature_names_out()],
        matrix=matrix,
        sources=sources,
        documents=documents,
        rows=bounds,
        labels=[label for document in documents for label in document.labels],
        kinds=kinds,
        letters=[_letters(sentence) for document in documents for sentence in document.sentences],
    )


def leave_out(examples: Examples) -> list[Held]:
    """Return what each document's sentences get, tempered and settled, from weights that never saw its words."""
    held = []
    for source, document, (start, end) in zip(
        examples.sources, examples.documents, examples.rows, strict=True
    ):
        shingles = _shingles("".join(examples.letters[start:end]))
        seen = [
            not start <= row < end
            and not (letters[:_SHINGLE] in shingles and letters[-_SHINGLE:] in shingles)
            for row, letters in enumerate(examples.letters)
        ]
        # A set's own documents may repeat one another's phrases: that is how the debates are.
        for its, (first, last) in zip(examples.sources, examples.rows, strict=True):
            if its == source and first != start:
                seen[first:last] = [True] * (last - first)
        weights, intercept = weigh_features(examples, seen)
        kinds = examples.kinds[start:end]
        raw = examples.matrix[start:end] @ weights + intercept
        log_odds = settle(
            [float(own) + TEMPER.get(kind, 0.0) for own, kind in zip(raw, kinds, strict=True)], kinds
        )
        held.append(Held(source, document, tuple(log_odds)))
    return held


def as_json(fitted: dict[str, object]) -> str:
    """Return what was fitted as the text of weights.json: a line for each weight, so that changes can be read."""
    return json.dumps(fitted, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def figures(held: Sequence[Held]) -> dict[str, float]:
    """Return how well documents that were left out are ranked, by source and measure."""
    told: dict[str, float] = {}
    for source in Source:
        its = [one for one in held if one.source == source]
        if not its:
            continue
        told[f"{source} MAP"] = fmean(average_precision(one.document.labels, one.log_odds) for one in its)
        labels, log_odds = _joined(its)
        told[f"{source} AUC"] = area_under_curve(labels, log_odds)
        told[f"{source} F1"] = held_f1(its)
    return {name: round(value, 4) for name, value in told.items()}


def held_f1(held: Sequence[Held]) -> float:
    """Return F1 over all documents, each cut at the threshold that is best for the others."""
    labels: list[bool] = []
    margins: list[float] = []
    for one in held:
        threshold = best_threshold(*_joined([other for other in held if other is not one]))
        labels += one.document.labels
        margins += [own - threshold for own in one.log_odds]
    return f1(labels, margins, 0.0)


def _joined(held: Sequence[Held]) -> tuple[list[bool], list[float]]:
    return (
        [label for one in held for label in one.document.labels],
        [own for one in held for own in one.log_odds],
    )


def _read(document: Document) -> list[tuple[dict[str, float], ClaimKind]]:
    """Return the features of each sentence of a document, and its kind."""
    texts = [tokens(text) for text in document.sentences]
    names = names_of(texts)
    told = []
    for text, part in zip(document.sentences, texts, strict=True):
        reading = read(part, names)
        kind, tense, subject = forms_of(Sentence(text), reading)
        found = wording(reading)
        value = WORDING / math.sqrt(len(found)) if found else 0.0
        told.append(
            (dict.fromkeys(found, value) | dict.fromkeys(traits(reading, kind, tense, subject), 1.0), kind)
        )
    return told


def weigh_features(examples: Examples, seen: Sequence[bool]) -> tuple[Any, float]:
    """Return weights, those of rare wording as 0, and the intercept, learnt from the rows that are `seen`."""
    import numpy
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    sources = list(Source)
    its = [
        source
        for source, (start, end) in zip(examples.sources, examples.rows, strict=True)
        for _ in range(start, end)
    ]
    intercepts = csr_matrix([[_INTERCEPT * (source == own) for source in sources[:-1]] for own in its])
    labels = numpy.array(examples.labels)
    counts = numpy.array([COUNTS[own][label] for own, label in zip(its, examples.labels, strict=True)])
    mask = numpy.array(seen)
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-3, random_state=0)
    model.fit(hstack([examples.matrix, intercepts]).tocsr()[mask], labels[mask], sample_weight=counts[mask])
    weights = model.coef_[0][: len(examples.names)].copy()
    wordings = numpy.array([":" not in name for name in examples.names])
    weights[wordings & (abs(weights) < PRUNED)] = 0.0
    return weights, float(model.intercept_[0])


def _calibration(held: Sequence[Held]) -> tuple[float, float]:
    """Return slope and offset that make log-odds of held-out sentences true, each set counting the same."""
    from sklearn.linear_model import LogisticRegression

    sizes = Counter(dict.fromkeys(Source, 0))
    for one in held:
        sizes[one.source] += len(one.log_odds)
    labels, log_odds = _joined(held)
    counts = [1000.0 / sizes[one.source] for one in held for _ in one.log_odds]
    model = LogisticRegression(C=1e6).fit([[own] for own in log_odds], labels, sample_weight=counts)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def _usual_length(examples: Examples, kept: dict[str, float]) -> float:
    columns = [at for at, name in enumerate(examples.names) if name.startswith("length:")]
    means = examples.matrix[:, columns].mean(axis=0).tolist()[0]
    return float(
        sum(kept.get(examples.names[at], 0.0) * mean for at, mean in zip(columns, means, strict=True))
    )


def _provenance(part: Part) -> dict[str, object]:
    return {
        "name": part.name,
        "licence": _LICENCES[part.source],
        "documents": len(part.documents),
        "sentences": part.sentences,
        "yes": sum(sum(document.labels) for document in part.documents),
        "files": dict(part.files),
    }


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _shingles(letters: str) -> set[str]:
    return {letters[at : at + _SHINGLE] for at in range(len(letters) - _SHINGLE + 1)}
