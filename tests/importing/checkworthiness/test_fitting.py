"""Fits weights with small invented sets in the three formats, and looks at those that come with the program."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date
from pathlib import Path

import pytest

from articles.importing.checkworthiness import Sentence, fitting, model
from articles.importing.checkworthiness.labelled import Source, parts
from articles.importing.checkworthiness.reading import names_of, read, tokens

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture(scope="module", autouse=True)
def _needs_sklearn():
    """Not at the top: to import it takes a second, in every process that only looks for its tests."""
    pytest.importorskip("sklearn")


_WORTHY = [
    "The {} cost {} million dollars in 2019.",
    "A court fined the {} {} thousand euros.",
    "{} sold {} boats.",
]
_UNWORTHY = ["I think the {} is lovely.", "Who likes the {}?", "We should love our {}.", "Thank you, {}!"]
_THINGS = [
    "mill",
    "bakery",
    "harbour",
    "library",
    "theatre",
    "orchard",
    "museum",
    "garden",
    "bridge",
    "tower",
]


def _sentences(seed: int, count: int = 24) -> list[tuple[str, int]]:
    chance = random.Random(seed)
    told = []
    for _ in range(count):
        worthy = chance.random() < 0.4
        pattern = chance.choice(_WORTHY if worthy else _UNWORTHY)
        told.append((pattern.format(chance.choice(_THINGS), chance.randint(10, 99)), int(worthy)))
    return told


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    folder = root / "checkworthy"
    for part in ("debates_train", "debates_test", "speeches_train"):
        (folder / part).mkdir(parents=True)
    for at, name in enumerate(("debates_train/one", "debates_train/two", "debates_test/three")):
        lines = [f"{line}\tA\t{text}\t{label}" for line, (text, label) in enumerate(_sentences(at), start=1)]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for at, name in enumerate(("one", "two"), start=10):
        book = openpyxl.Workbook()
        book.active.append(["SENTENCES", "veri_aggregated", "golden"])
        for text, label in _sentences(at):
            book.active.append([text, "No", label])
        book.active.append(["Nobody labelled this.", None, None])
        book.save(folder / "speeches_train" / f"{name}.xlsx")
    rows = [
        {"sentence_id": at, "label": label, "text": text}
        for at, (text, label) in enumerate(_sentences(20, 60))
    ]
    (folder / "presidents_train.json").write_text(json.dumps(rows[::-1]), encoding="utf-8")
    (folder / "README.md").write_text("Not a labelled part.")
    return root


def test_parts_are_read_by_their_format(data: Path) -> None:
    read_parts = {part.name: part for part in parts(data / "checkworthy")}
    assert {
        name: (part.source, len(part.documents), part.sentences) for name, part in read_parts.items()
    } == {
        "debates_test": (Source.CHECKTHAT, 1, 24),
        "debates_train": (Source.CHECKTHAT, 2, 48),
        "presidents_train": (Source.CLAIMBUSTER, 10, 60),
        "speeches_train": (Source.POLICLAIM, 2, 48),
    }
    document = read_parts["debates_test"].documents[0]
    assert list(zip(document.sentences, document.labels, strict=True)) == _sentences(2)
    numbered = [text for document in read_parts["presidents_train"].documents for text in document.sentences]
    assert numbered == [text for text, _ in _sentences(20, 60)]
    assert list(read_parts["speeches_train"].documents[0].labels) == [label for _, label in _sentences(10)]


def test_a_file_that_is_not_what_its_ending_says_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "odd_train.json").write_text('[{"text": "The mill closed."}]')
    with pytest.raises(ValueError, match=r"odd_train\.json is not a file of claimbuster"):
        list(parts(tmp_path))


def test_what_was_fitted_names_what_it_was_fitted_with(data: Path) -> None:
    fitted = fitting.fit(data, date(2026, 5, 4))
    provenance = fitted["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["on"] == "2026-05-04"
    named = {part["name"]: part for part in provenance["parts"]}
    assert set(named) == {"debates_train", "presidents_train", "speeches_train"}
    content = (data / "checkworthy" / "presidents_train.json").read_bytes()
    assert named["presidents_train"]["files"] == {
        "presidents_train.json": hashlib.sha256(content).hexdigest()
    }
    assert named["debates_train"]["sentences"] == 48
    assert provenance["cross-validated by document"]["policlaim AUC"] > 0.9


def test_what_was_fitted_comes_back_from_its_file(data: Path) -> None:
    text = fitting.as_json(fitting.fit(data, date(2026, 5, 4)))
    assert text == fitting.as_json(fitting.fit(data, date(2026, 5, 4)))
    weights = model.parse(text.encode())
    assert weights.features["kind:quantity"] > 0 > weights.features["kind:opinion"]
    assert weights.slope > 0
    assert weights.digest == hashlib.sha256(text.encode()).hexdigest()


def test_the_product_weighs_a_sentence_as_the_fitting_does(data: Path) -> None:
    learnt = fitting.training_parts(data)
    examples = fitting.gather(learnt)
    values, intercept = fitting.weigh_features(examples, [True] * len(examples.labels))
    weights = model.Weights(
        features=dict(zip(examples.names, map(float, values), strict=True)),
        intercept=intercept,
        usual_length=0.0,
        slope=1.0,
        offset=0.0,
        digest="",
    )
    expected = (examples.matrix @ values + intercept).tolist()
    documents = [document for part in learnt for document in part.documents]
    told = []
    for document in documents:
        names = names_of([tokens(text) for text in document.sentences])
        for text in document.sentences:
            weighed = model.weigh(Sentence(text), read(tokens(text), names), weights)
            told.append(weighed.log_odds - model.TEMPER.get(weighed.kind, 0.0))
    assert told == pytest.approx(expected, abs=1e-9)


def test_a_document_that_is_left_out_is_not_learnt_from(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = fitting.gather(fitting.training_parts(data))
    seen_by_fit: list[list[bool]] = []
    whole = fitting.weigh_features

    def noting(examples: fitting.Examples, seen: list[bool]) -> tuple[object, float]:
        seen_by_fit.append(list(seen))
        return whole(examples, seen)

    monkeypatch.setattr(fitting, "weigh_features", noting)
    held = fitting.leave_out(examples)
    assert [one.document.name for one in held] == [document.name for document in examples.documents]
    letters, copies = examples.letters, 0
    for (start, end), source, seen in zip(examples.rows, examples.sources, seen_by_fit, strict=True):
        assert not any(seen[start:end])
        own = {words for words in letters[start:end] if len(words) > 20}
        for its, (first, last) in zip(examples.sources, examples.rows, strict=True):
            for row in range(first, last):
                if its != source and letters[row] in own:
                    copies += 1
                    assert not seen[row]
    assert copies


def test_held_out_log_odds_are_tempered_and_settled_as_scores_are(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = fitting.gather(fitting.training_parts(data))
    monkeypatch.setattr(fitting, "weigh_features", lambda examples, seen: ([0.0] * len(examples.names), 1.0))
    for one, (start, end) in zip(fitting.leave_out(examples), examples.rows, strict=True):
        kinds = examples.kinds[start:end]
        assert list(one.log_odds) == model.settle(
            [1.0 + model.TEMPER.get(kind, 0.0) for kind in kinds], kinds
        )


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    (tmp_path / "checkworthy").mkdir()
    with pytest.raises(ValueError, match="no labelled part"):
        fitting.fit(tmp_path, date(2026, 5, 4))


def test_the_weights_that_come_with_the_program_say_where_they_come_from() -> None:
    content = json.loads(model.WEIGHTS.read_bytes())
    assert model.WEIGHTS.stat().st_size < 400_000
    provenance = content["provenance"]
    assert {part["name"] for part in provenance["parts"]} == {
        "clef2019_train",
        "claimbuster_train",
        "policlaim_train",
    }
    assert all(len(digest) == 64 for part in provenance["parts"] for digest in part["files"].values())
    assert all(part["licence"] for part in provenance["parts"])
    assert set(provenance["versions"]) == {"python", "scikit-learn"}
    assert provenance["cross-validated by document"]["checkthat MAP"] > 0.2
