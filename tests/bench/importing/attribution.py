"""How well attribution finds who says what, in articles that it learnt from and in those it never saw.

A folder that the weights were fitted on is cross-validated by document: each article is read with weights fitted
without it. Any other folder is read with the weights that come with the program. A marked attribution counts as
found where the characters of its content and of a found one's agree by half (Jaccard); end to end, where the
sources share a word too.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from articles.importing.attribution import Attribution
from articles.importing.attribution.finding import find_with
from articles.importing.attribution.fitting import fit_examples
from articles.importing.attribution.gold import Example, Marked, digest, examples, paragraphs, sentences
from articles.importing.attribution.model import WEIGHTS, Model, model_of, shipped
from articles.importing.layout import lay_out
from articles.importing.sentences.splitting import split
from articles.importing.text import QuoteError, TextError, find_exact, read_text
from articles.spans import Span
from articles.vocabulary import TELLING_ROLES
from tests.bench.importing.figures import Figure

LEARNT = "cross-validated by document"
UNSEEN = "never seen"
FOLDS = 5
_GOALS = {
    "end-to-end F1": "≥ .45; rules .29",
    "recall, quoted": "≥ .93; marks alone .96",
    "microseconds for a sentence": "≤ 150",
    "marked spans unchanged through import": "100 %",
}
_MARKS = re.compile('["“”]')
_WORDS = re.compile(r"[^\W\d_]{3,}")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " "})


def measure(data: Path) -> Iterator[Figure]:
    """Yield the figures for every folder polnear_* under data/attribution."""
    learnt = json.loads(WEIGHTS.read_text(encoding="utf-8"))["provenance"]["sha256"]
    for folder in sorted((data / "attribution").glob("polnear_*")):
        articles = list(examples(folder))
        if digest(folder) == learnt:
            rest = [(_fitted(articles, fold), articles[fold::FOLDS]) for fold in range(FOLDS)]
            yield from _figures(folder.name, rest, LEARNT)
        else:
            yield from _figures(folder.name, [(shipped(), articles)], UNSEEN)
        yield from _import_figures(folder)


def _fitted(articles: Sequence[Example], fold: int) -> Model:
    """Return a model that was fitted without the articles of a fold."""
    return model_of(
        fit_examples([article for index, article in enumerate(articles) if index % FOLDS != fold])
    )


def _figures(part: str, read: Sequence[tuple[Model, Sequence[Example]]], how: str) -> Iterator[Figure]:
    """Yield the figures of a folder, whose articles are read line by line, and as the importer lays them out."""
    counts: Counter[str] = Counter()
    laid: Counter[str] = Counter()
    took, cut = 0.0, 0
    for model, articles in read:
        for article in articles:
            lines = paragraphs(article.text)
            within = sentences(article.text, lines)
            began = time.process_time()
            found = find_with(model, article.text, lines, within)
            took += time.process_time() - began
            cut += sum(map(len, within))
            counts += compare(article, found)
            laid += compare(article, _as_imported(model, article.text))

    def figure(name: str, value: float) -> Figure:
        return Figure(part, name, round(value, 4), _GOALS.get(name, ""), how)

    yield figure("articles", sum(len(articles) for _, articles in read))
    yield figure("attributions marked", counts["marked"])
    yield figure("content F1", 2 * counts["matched"] / (counts["marked"] + counts["found"]))
    yield figure("end-to-end precision", counts["right"] / max(counts["found"], 1))
    yield figure("end-to-end recall", counts["right"] / max(counts["marked"], 1))
    yield figure("end-to-end F1", 2 * counts["right"] / (counts["marked"] + counts["found"]))
    yield figure(
        "end-to-end F1 of the blocks that tell", 2 * laid["right"] / (laid["marked"] + laid["found"])
    )
    for kind in ("quoted", "partly", "unquoted"):
        yield figure(f"recall, {kind}", counts[f"matched {kind}"] / max(counts[kind], 1))
    yield figure("source exact, of contents found", counts["same source"] / max(counts["sourced"], 1))
    yield figure("sentences per second", cut / took)
    yield figure("microseconds for a sentence", 1e6 * took / cut)


def _as_imported(model: Model, text: str) -> list[Attribution]:
    """Return the attributions of the blocks that the importer takes for an article's own words."""
    blocks = [Span(block.start, block.end) for block in lay_out(text) if block.role in TELLING_ROLES]
    return find_with(model, text, blocks, [split(text, *block) for block in blocks])


def compare(article: Example, found: Sequence[Attribution]) -> Counter[str]:
    """Return the counts of an article: marked, found, matched, right end to end, by kind of content.

    Each marked attribution is matched with at most one found, those that agree best first.
    """
    counts = Counter(marked=len(article.marked), found=len(found))
    counts.update(_kind(article.text, marked.content) for marked in article.marked)
    contents = [_characters(marked.content) for marked in article.marked]
    pairs = []
    for number, attribution in enumerate(found):
        content = _characters(attribution.content)
        for index, other in enumerate(contents):
            shared = len(content & other)
            if shared and 2 * shared >= len(content | other):
                pairs.append((shared / len(content | other), number, index))
    used: set[int] = set()
    matched: set[int] = set()
    for _, number, index in sorted(pairs, reverse=True):
        if number in used or index in matched:
            continue
        used.add(number)
        matched.add(index)
        marked = article.marked[index]
        counts.update(["matched", f"matched {_kind(article.text, marked.content)}"])
        if marked.source:
            counts.update(_source_counts(article.text, marked, found[number]))
        else:
            counts["right"] += not found[number].source
    return counts


def _source_counts(text: str, marked: Marked, found: Attribution) -> Iterator[str]:
    """Yield what to count of a source that is marked."""
    mine, theirs = _characters(found.source), _characters(marked.source)
    yield "sourced"
    if mine == theirs:
        yield "same source"
    if mine & theirs or _words(text, found.source) & _words(text, marked.source):
        yield "right"


def _characters(pieces: Sequence[Span]) -> set[int]:
    return {offset for start, end in pieces for offset in range(start, end)}


def _words(text: str, pieces: Sequence[Span]) -> set[str]:
    return {word.lower() for piece in pieces for word in _WORDS.findall(piece.of(text))}


def _kind(text: str, content: Sequence[Span]) -> str:
    """Return whether a content is wholly in quotation marks, partly or not."""
    words = " ".join(piece.of(text) for piece in content).strip()
    marks = len(_MARKS.findall(words))
    if marks >= 2 and words[0] in '"“' and words.rstrip(".,")[-1:] in ('"', "”"):
        return "quoted"
    return "partly" if marks else "unquoted"


def _import_figures(folder: Path) -> Iterator[Figure]:
    """Yield how many marked spans come through import, and are found by what an editor would type."""
    counts: Counter[str] = Counter()
    for article in examples(folder):
        spans = {
            piece
            for marked in article.marked
            for part in (marked.content, marked.cue, marked.source)
            for piece in part
        }
        try:
            record = read_text((folder / "text" / f"{article.name}.txt").read_bytes())
        except TextError:
            counts.update({"refused": 1, "spans": len(spans)})
            continue
        backwards = {record.original_offset(offset): offset for offset in range(len(record.text) + 1)}
        for piece in spans:
            counts.update(_carried(article.text, record.text, backwards, piece))
    yield Figure(
        folder.name,
        "marked spans unchanged through import",
        f"{counts['same']:,} of {counts['spans']:,}",
        _GOALS["marked spans unchanged through import"],
    )
    yield Figure(folder.name, "articles that import refuses", counts["refused"], "0")
    yield Figure(
        folder.name,
        "quotations with other marks or spaces, typed plainly, found",
        f"{counts['typed found']:,} of {counts['typed']:,}",
    )


def _carried(original: str, text: str, backwards: Mapping[int, int], piece: Span) -> Iterator[str]:
    """Yield what to count of one span of the original: whether its words stand in the text of record."""
    yield "spans"
    start, end = backwards.get(piece.start), backwards.get(piece.end)
    words = piece.of(original)
    if start is not None and end is not None and read_text(words.encode()).text == text[start:end]:
        yield "same"
    typed = words.translate(_STRAIGHT)
    # A quotation that occurs once: of several an editor has to name one, however it is typed.
    if start is None or typed == words or text.translate(_STRAIGHT).count(typed) != 1:
        return
    yield "typed"
    try:
        if find_exact(text, typed) == start:
            yield "typed found"
    except QuoteError as problem:
        # The message names the place where words that differ only in marks and spaces stand.
        if f"stand at offset {start} " in str(problem):
            yield "typed found"
