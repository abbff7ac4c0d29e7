"""What was learnt: the weights that come with the program, and how they are learnt."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from articles.importing.attribution import MODEL
from articles.importing.attribution.finding import find_with
from articles.importing.attribution.fitting import fit
from articles.importing.attribution.gold import digest, examples, paragraphs, sentences
from articles.importing.attribution.model import WEIGHTS, Model, best, model_of, shipped, total, totals
from articles.importing.attribution.sources import Option
from articles.importing.attribution.word_classes import stem

_NAMES = ["Lomax", "Okafor", "Brandt", "Ferro", "Quist"]
_WORDS = ["mill", "ferry", "bakery", "tower", "clock", "garden", "bridge", "museum"]
_FIGURES = ["late", "old", "shut", "new", "slow", "wet"]


def _article(number: int) -> tuple[str, list[tuple[str, str, str]]]:
    """Return an article of twelve sentences, and (source, cue, content) of each."""
    sentences_, parts = [], []
    for index in range(12):
        name = _NAMES[(number + index) % 5]
        content = f"the {_WORDS[(number * 3 + index) % 8]} was {_FIGURES[(number + index * 5) % 6]}"
        sentences_.append(f"{name} said {content}. The road is long.")
        parts.append((name, "said", content))
    return "\n".join(sentences_), parts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of made-up articles with marks, in the shape of the real one."""
    data = tmp_path_factory.mktemp("data") / "attribution"
    (data / "polnear_train" / "text").mkdir(parents=True)
    (data / "polnear_train" / "attributions").mkdir()
    for number in range(12):
        text, parts = _article(number)
        marks, at = [], 0
        for index, (source, cue, content) in enumerate(parts):
            spans = []
            for words in (source, cue, content):
                at = text.index(words, at)
                spans.append(f"{at} {at + len(words)}")
            for kind, span, offset in zip(("Source", "Cue", "Content"), spans, (1, 2, 3), strict=True):
                marks.append(f"T{3 * index + offset}\t{kind} {span}\twords")
            marks.append(
                f"E{index + 1}\tSource:T{3 * index + 1} Cue:T{3 * index + 2} Content:T{3 * index + 3}"
            )
        base = data / "polnear_train"
        (base / "text" / f"a{number:02}.txt").write_text(text, encoding="utf-8", newline="")
        (base / "attributions" / f"a{number:02}_0abc.ann").write_text("\n".join(marks), encoding="utf-8")
    # Somebody else marked nothing in the first article; who comes first by name counts.
    (data / "polnear_train" / "attributions" / "a00_1abc.ann").write_text("", encoding="utf-8")
    return data


def test_the_weights_say_what_they_were_learnt_from() -> None:
    provenance = json.loads(WEIGHTS.read_text(encoding="utf-8"))["provenance"]
    assert set(provenance) >= {
        "folder",
        "sha256",
        "articles",
        "attributions",
        "licence",
        "made_with",
        "settings",
    }
    assert len(provenance["sha256"]) == 64
    assert provenance["articles"] > 0


def test_the_weights_are_small_and_hold_single_words_only() -> None:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert WEIGHTS.stat().st_size <= 600_000
    for part in ("cue", "source", "ways", "shape", "left", "right", "end", "extension"):
        # A feature is its name and at most three words or classes.
        assert all(len(feature.split()) <= 4 for feature in stored[part])


def test_the_shipped_model_is_read_once() -> None:
    assert shipped() is shipped()
    assert isinstance(shipped(), Model)
    assert MODEL


def test_scores_are_sums_of_weights() -> None:
    assert total({"a": 1.0, "b": 0.5}, ["a", "b", "c"]) == 1.5
    assert totals({"a": [1, 2], "b": [0, 1]}, ["a", "b", "c"], 2) == [1, 3]


def test_what_an_option_carries_counts_for_later_ones_of_its_way() -> None:
    options = [Option("L", 0, 1, ("a",), ("x",)), Option("R", 2, 3, ("b",)), Option("L", 0, 2, ("c",))]
    weights = {"x": 2.0, "b": 1.5, "c": 0.5}
    assert best(weights, options, {}) is options[2]
    assert best(weights, options, {"R": 2.0}) is options[1]


def test_articles_and_marks_are_read_as_they_lie(folder: Path) -> None:
    names = [example.name for example in examples(folder / "polnear_train")]
    assert names == [f"a{number:02}" for number in range(12)]
    first = next(examples(folder / "polnear_train"))
    assert first.name == "a00"
    assert len(first.marked) == 12
    assert first.marked[0].source[0].of(first.text) == "Lomax"
    assert first.marked[0].content[0].of(first.text).startswith("the ")


def test_the_digest_changes_with_any_byte(folder: Path) -> None:
    before = digest(folder / "polnear_train")
    path = folder / "polnear_train" / "text" / "a00.txt"
    kept = path.read_bytes()
    path.write_bytes(kept + b"\n")
    assert digest(folder / "polnear_train") != before
    path.write_bytes(kept)
    assert digest(folder / "polnear_train") == before


@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
def test_fitting_learns_what_is_marked(folder: Path) -> None:
    pytest.importorskip("sklearn")
    stored = fit(folder.parent, date(2026, 1, 1))
    model = model_of({name: part for name, part in stored.items() if name != "provenance"})  # type: ignore[misc]
    text = "Okafor said the ferry was late. The road is long."
    lines = paragraphs(text)
    (found,) = find_with(model, text, lines, sentences(text, lines))
    assert [piece.of(text) for piece in (*found.source, *found.cue, *found.content)] == [
        "Okafor",
        "said",
        "the ferry was late",
    ]


@pytest.mark.parametrize("forms", [["warn", "warns", "warned", "warning"], ["argue", "argues", "arguing"]])
def test_forms_of_a_verb_share_a_stem(forms: list[str]) -> None:
    assert len({stem(form) for form in forms}) == 1
