"""Learns the weights of attribution from articles whose attributions people have marked. No Django in here.

Reading an article needs none of this; `manage.py fit_importer attribution` does, and scikit-learn with it.
"""

from __future__ import annotations

import bisect
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from articles.importing.attribution import contents
from articles.importing.attribution.cues import Cue, cues
from articles.importing.attribution.cues import features as cue_features
from articles.importing.attribution.gold import Example, Marked, digest, examples, paragraphs, sentences
from articles.importing.attribution.ranking import Choices
from articles.importing.attribution.sources import WAYS, Option
from articles.importing.attribution.sources import options as source_options
from articles.importing.attribution.tokens import Tokens
from articles.importing.attribution.word_classes import NO_CUES, small_words, stems, word_classes
from articles.spans import Span

PENALTY = 3.0
# A side of the cue with less than this share of the content's words is none of it.
_SIDE = 0.15
# What people marked is rarely an option to the letter: at least so much of it is, or it teaches nothing.
_SAME_SOURCE, _SAME_CONTENT = 0.4, 0.5
_NEAR = 2
# Before the name of a feature that all options of one answer have.
_SHARED = "="
# How often an example counts whose quotation marks were taken away: its like is rare among the others.
_WEIGHT_WITHOUT_MARKS = 2
_QUOTATION_MARKS = frozenset('"“”')
_FORM = re.compile(r"[^\W\d_]+(?:['’-][^\W_]+)*")
_LICENCE = (
    "Fitted on the training part of PolNeAR (Newell, Margolin, Ruths 2018). Its texts are their publishers' and are "
    "not in here: single words, classes of words and weights are."
)


@dataclass(frozen=True, slots=True)
class _Read:
    """An article as words, and what was marked in it."""

    paragraphs: list[Tokens]
    marked: tuple[Marked, ...]


def fit(data: Path, on: date) -> dict[str, object]:
    """Return what weights.json is to hold, fitted with `attribution/polnear_train` under `data` and dated `on`.

    Raises ValueError, with a sentence, where there is nothing to learn from.
    """
    import sklearn

    folder = data / "attribution" / "polnear_train"
    learnt = list(examples(folder)) if folder.is_dir() else []
    if not learnt:
        raise ValueError(f"{folder} holds no annotated articles.")
    provenance = {
        "on": on.isoformat(),
        "folder": folder.name,
        "sha256": digest(folder),
        "articles": len(learnt),
        "attributions": sum(len(example.marked) for example in learnt),
        "licence": _LICENCE,
        "made_with": f"scikit-learn {sklearn.__version__}, Python {sys.version_info.major}.{sys.version_info.minor}",
        "settings": {"penalty": PENALTY},
    }
    return {"provenance": provenance, **fit_examples(learnt)}


def fit_examples(learnt: Sequence[Example]) -> dict[str, Mapping[str, object]]:
    """Return the parts of a weights file but for its provenance, fitted on some articles."""
    lines = [(example.text, paragraphs(example.text)) for example in learnt]
    cut = [sentences(text, spans) for text, spans in lines]
    small = small_words(
        _forms(text, sentence)
        for (text, _), within in zip(lines, cut, strict=True)
        for found in within
        for sentence in found
    )
    first = [_tokens(text, spans, within, small) for (text, spans), within in zip(lines, cut, strict=True)]
    classes = word_classes(
        [tokens.words[a:b] for read in first for tokens in read for a, b in tokens.edges], small
    )
    reads = [
        _Read(_tokens(text, spans, within, classes), example.marked)
        for example, (text, spans), within in zip(learnt, lines, cut, strict=True)
    ]
    counts = Counter(word for read in reads for tokens in read.paragraphs for word in tokens.words)
    in_cues = Counter(
        tokens.words[token]
        for read in reads
        for marked in read.marked
        for tokens in read.paragraphs
        for token in _inside(tokens, marked.cue)
    )
    candidates = stems(counts, in_cues)
    shares = {word: count / counts[word] for word, count in in_cues.items() if word not in NO_CUES}
    lessons = _Lessons()
    for read in reads:
        _learn(read, candidates, shares, lessons)
    for example in map(_without_marks, learnt):
        if example.marked:
            spans = paragraphs(example.text)
            tokens = _tokens(example.text, spans, sentences(example.text, spans), classes)
            for _ in range(_WEIGHT_WITHOUT_MARKS):
                _learn(_Read(tokens, example.marked), candidates, shares, lessons, whole=False)
    source = lessons.source.fit(PENALTY)
    return {
        "classes": _turned(classes),
        "stems": _turned(candidates),
        "cue": lessons.cue.fit(PENALTY),
        "source": {name: weight for name, weight in source.items() if not name.startswith(_SHARED)},
        "ways": _by_feature(source, WAYS),
        "shape": _by_feature(lessons.shape.fit(PENALTY), contents.SHAPES),
        "left": lessons.left.fit(PENALTY),
        "right": lessons.right.fit(PENALTY),
        "end": lessons.end.fit(PENALTY),
        "extension": lessons.extension.fit(PENALTY),
    }


class _Lessons:
    """What each decision learns from."""

    def __init__(self) -> None:
        self.cue = Choices(binary=True)
        self.source = Choices()
        self.shape = Choices()
        self.left = Choices()
        self.right = Choices()
        self.end = Choices()
        self.extension = Choices(binary=True)


def _without_marks(example: Example) -> Example:
    """Return an article without quotation marks, of what was marked only that which has its source behind the cue.

    "…, said two people": in the articles that we learn from, nearly always a quotation is what stands before.
    Elsewhere it is not, and the order of words is the same.
    """
    moved = [0]
    for char in example.text:
        moved.append(moved[-1] + (char not in _QUOTATION_MARKS))

    def move(pieces: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(Span(moved[start], moved[end]) for start, end in pieces)

    inverted = [
        Marked(move(marked.content), move(marked.cue), move(marked.source))
        for marked in example.marked
        if marked.cue
        and marked.source
        and 0 <= marked.source[0].start - marked.cue[-1].end <= 1
        and marked.content[0].start < marked.cue[0].start
    ]
    text = "".join(char for char in example.text if char not in _QUOTATION_MARKS)
    return Example(example.name, text, tuple(inverted))


def _learn(
    read: _Read,
    candidates: Mapping[str, str],
    shares: Mapping[str, float],
    lessons: _Lessons,
    whole: bool = True,
) -> None:
    """Add the decisions that lead to what was marked in an article; unless `whole`, nothing on what was not."""
    marked_at: dict[tuple[int, int], Marked] = {}
    for marked in read.marked:
        places = [
            (shares.get(tokens.words[token], 0.0), number, token)
            for number, tokens in enumerate(read.paragraphs)
            for token in _inside(tokens, marked.cue)
        ]
        # Of "made the same claim in a statement" the word that is a cue most often stands for all.
        if places:
            _, number, token = max(places, key=lambda place: (place[0], -place[2]))
            marked_at.setdefault((number, token), marked)
    for number, tokens in enumerate(read.paragraphs):
        for cue in cues(tokens, candidates):
            found = marked_at.get((number, cue.at))
            if whole or found is not None:
                lessons.cue.add([cue_features(tokens, cue, candidates)], [float(found is not None)])
            if found is not None:
                _learn_attribution(tokens, cue, found, lessons)


def _learn_attribution(tokens: Tokens, cue: Cue, marked: Marked, lessons: _Lessons) -> None:
    source = _learn_source(tokens, cue, set(_inside(tokens, marked.source)), lessons)
    left, right = contents.sides(tokens, cue, source)
    said = set(_inside(tokens, marked.content))
    quotation = contents.extension(tokens, cue)
    beyond = quotation[0] if quotation is not None else len(tokens.words)
    before = {token for token in said if token < left}
    behind = {token for token in said if right <= token < beyond}
    if not before and not behind:
        return
    shape = ("L" if len(before) > _SIDE * len(before | behind) else "") + (
        "R" if len(behind) > _SIDE * len(before | behind) else ""
    )
    features = contents.shape_features(tokens, cue, source, left, right)
    lessons.shape.add(
        [[_shared(index, feature) for feature in features] for index in range(len(contents.SHAPES))],
        [float(other == shape) for other in contents.SHAPES],
    )
    last = cue.after
    if "L" in shape and left > cue.low:
        options = contents.left_starts(tokens, cue, source, left, shape)
        if _add_nearest(lessons.left, options, before) is not None:
            last = left
    if "R" in shape and right < cue.high:
        options = contents.right_starts(tokens, cue, source, right)
        distances = [abs(option.first - min(behind)) for option in options]
        if options and min(distances) <= _NEAR:
            nearest = distances.index(min(distances))
            lessons.right.add(_features(options), [float(index == nearest) for index in range(len(options))])
            options = contents.right_ends(tokens, cue, source, options[nearest].first, shape)
            end = _add_nearest(lessons.end, options, behind)
            last = end.after if end is not None else last
    if quotation is not None:
        features = contents.extension_features(tokens, cue, source, shape, last, quotation)
        lessons.extension.add([features], [float(any(token >= beyond for token in said))])


def _learn_source(tokens: Tokens, cue: Cue, named: set[int], lessons: _Lessons) -> Option:
    """Add which option is the source, and return it: the one without words where none is near what was marked."""
    shared, options = source_options(tokens, cue)
    if named:
        shares = [_overlap(named, option) for option in options]
    else:
        shares = [float(option.first == option.after) for option in options]
    highest = max(shares)
    if highest < _SAME_SOURCE:
        return options[0]
    right = [float(share == highest) for share in shares]
    rows = [
        features + [_shared(WAYS.index(option.way), feature) for feature in shared]
        for option, features in zip(options, _features(options), strict=True)
    ]
    lessons.source.add(rows, [value / sum(right) for value in right])
    return options[shares.index(highest)]


def _add_nearest(choices: Choices, options: Sequence[Option], said: set[int]) -> Option | None:
    """Add which option is what was said, and return it; None, and nothing added, where none is near."""
    shares = [_overlap(said, option) for option in options]
    highest = max(shares)
    if highest <= _SAME_CONTENT:
        return None
    right = [float(share == highest) for share in shares]
    choices.add(_features(options), [value / sum(right) for value in right])
    return options[shares.index(highest)]


def _features(options: Sequence[Option]) -> list[list[str]]:
    """Return the features of each option, with all that it carries."""
    carried: dict[str, list[str]] = defaultdict(list)
    rows = []
    for option in options:
        if option.carried:
            carried[option.way] = [*carried[option.way], *option.carried]
        rows.append([*option.own, *carried[option.way]])
    return rows


def _overlap(tokens: set[int], option: Option) -> float:
    """Return what an option and some tokens share of all that is in either."""
    shared = sum(option.first <= token < option.after for token in tokens)
    return shared / (len(tokens) + option.after - option.first - shared) if shared else 0.0


def _inside(tokens: Tokens, pieces: Sequence[Span]) -> Iterator[int]:
    """Yield the tokens of a paragraph that share a character with some stretches of the text."""
    for start, end in pieces:
        for token in range(bisect.bisect_left(tokens.ends, start + 1), len(tokens.starts)):
            if tokens.starts[token] >= end:
                break
            yield token


def _forms(text: str, sentence: Span) -> list[str]:
    return _FORM.findall(text, *sentence)


def _tokens(
    text: str, lines: Sequence[Span], within: Sequence[Sequence[Span]], lexicon: Mapping[str, str]
) -> list[Tokens]:
    return [Tokens(text, line, found, lexicon) for line, found in zip(lines, within, strict=True)]


def _shared(index: int, feature: str) -> str:
    """Return the name under which a feature speaks for the answer number `index`."""
    return f"{_SHARED}{index}{feature}"


def _by_feature(weights: Mapping[str, float], answers: Sequence[str]) -> dict[str, list[float]]:
    """Return the shared features' weights, one for each answer."""
    found: dict[str, list[float]] = {}
    for name, weight in weights.items():
        if name.startswith(_SHARED):
            found.setdefault(name[len(_SHARED) + 1 :], [0] * len(answers))[int(name[len(_SHARED)])] = weight
    return found


def _turned(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the words of each key, in one string."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, key in keys.items():
        found[key].append(word)
    return {key: " ".join(words) for key, words in sorted(found.items())}


def as_json(fitted: dict[str, object]) -> str:
    """Return what was fitted as the text of weights.json: a line for each part, so that changes can be read."""
    text = json.dumps(fitted, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace('},"', '},\n"') + "\n"
