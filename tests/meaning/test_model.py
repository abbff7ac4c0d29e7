"""The model: what it makes of texts, and what is said where one does not fit."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest
from onnx import TensorProto

from articles.meaning import model
from articles.meaning.model import Model, Unfit, load
from tests.hostile import LONG, TEXTS, UNSTORABLE, each
from tests.meaning import tiny

DOCTOR, PHYSICIAN = "The doctor closed the bridge.", "A physician shut the crossing"


def test_words_of_one_meaning_meet_though_no_word_is_shared(tmp_path):
    one = Model(tiny.make(tmp_path))
    vectors = one.embed([DOCTOR, PHYSICIAN, "bread"])
    assert vectors.dtype == np.float32 and vectors.shape == (3, one.dimensions) == (3, tiny.DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors @ vectors[0], [1, 1, 0], atol=1e-6)


def test_padding_is_not_read(tmp_path):
    one = Model(tiny.make(tmp_path, padding=9))
    assert np.allclose(one.embed(["bread", "bread bridge " * 40])[0], one.embed(["bread"])[0])


def test_order_and_batches_are_those_of_the_texts(tmp_path):
    one = Model(tiny.make(tmp_path))
    words = [tiny.SAME[number % tiny.DIMENSIONS][0] for number in range(3 * model.BATCH)]
    texts = [f"{word} " * (1 + number * 7 % 31) for number, word in enumerate(words)]
    assert np.allclose(one.embed(texts), np.stack([one.embed([word])[0] for word in words]))
    assert one.embed([]).shape == (0, tiny.DIMENSIONS)


def test_what_says_nothing_is_nothing(tmp_path):
    assert not Model(tiny.make(tmp_path)).embed(["", "zebra"]).any()


@pytest.mark.parametrize("text", each(UNSTORABLE, TEXTS, LONG))
def test_no_text_breaks_it(tmp_path, text):
    vector = Model(tiny.make(tmp_path)).embed([text])
    assert np.isfinite(vector).all()


def test_the_first_token_alone_where_the_model_says_so(tmp_path):
    one = Model(tiny.make(tmp_path, manner={"pooling": "cls"}))
    assert np.allclose(one.embed(["bread bridge"]), one.embed(["bread"]))


def test_no_more_tokens_than_it_says(tmp_path):
    one = Model(tiny.make(tmp_path, manner={"most_tokens": 2}))
    assert np.allclose(one.embed(["bread bread bridge bridge"]), one.embed(["bread"]))


def test_a_prefix_is_read_with_the_text(tmp_path):
    one = Model(tiny.make(tmp_path))
    assert np.allclose(one.embed(["bread"], prefix="bridge "), one.embed(["bridge bread"]))


def test_a_model_that_answers_with_one_vector_for_each_text(tmp_path):
    one = Model(tiny.make(tmp_path, rank=2))
    assert np.allclose(one.embed([DOCTOR]), one.embed([PHYSICIAN]))


def test_models_that_want_less_or_other_whole_numbers(tmp_path):
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    for place, given in enumerate([inputs[:1], inputs]):
        one = Model(tiny.make(tmp_path / str(place), inputs=given, kind=TensorProto.INT32))
        assert np.allclose(one.embed([DOCTOR]), one.embed([PHYSICIAN]))


def test_identity_is_of_the_files_and_of_how_claims_are_read(tmp_path):
    place = tiny.make(tmp_path)

    def identity(**manner):
        (place / "meaning.json").write_text(json.dumps(manner))
        return Model(place).identity

    usual = identity()
    assert len(usual) == 64
    assert identity(least=0.2, query="asked: ") == usual
    assert len({usual, identity(claim="claim: "), identity(pooling="cls"), identity(most_tokens=9)}) == 4
    (place / "model.onnx_data").write_bytes(b"More numbers.")
    assert identity() != usual


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda place: (place / "model.onnx").unlink(), "There is no model.onnx in"),
        (lambda place: (place / "tokenizer.json").unlink(), "There is no tokenizer.json in"),
        (lambda place: (place / "model.onnx").write_bytes(b"No."), "no model that ONNX Runtime can open"),
        (lambda place: (place / "tokenizer.json").write_text("{}"), "take the one that came with the model"),
        (lambda place: (place / "meaning.json").write_text("["), "write an object of pooling"),
        (
            lambda place: (place / "meaning.json").write_text('{"poling": "cls"}'),
            "write an object of pooling",
        ),
        (lambda place: (place / "meaning.json").write_text('{"pooling": "max"}'), "pooling is mean or cls"),
        (
            lambda place: (place / "meaning.json").write_text('{"most_tokens": 0}'),
            "most_tokens a number from 1",
        ),
        (
            lambda place: (place / "meaning.json").write_text('{"least": true}'),
            "least is a number from -1 to 1",
        ),
        (lambda place: tiny.make(place, inputs=("input_ids", "pixels")), "asks for pixels (tensor(int64))"),
        (lambda place: tiny.make(place, inputs=("attention_mask",)), "no model that ONNX Runtime can open"),
        (lambda place: tiny.make(place, kind=TensorProto.FLOAT), "no model that ONNX Runtime can open"),
        (lambda place: tiny.make(place, rank=1), "tensor(float) of 1 dimensions"),
        (lambda place: _more_words(place), "does tokenizer.json belong to it?"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(tmp_path, change, words):
    change(tiny.make(tmp_path))
    with pytest.raises(Unfit) as told:
        Model(tmp_path)
    assert words in str(told.value) and str(told.value).endswith((".", "?")) and "\n" not in str(told.value)


def _more_words(place):
    text = (place / "tokenizer.json").read_text()
    (place / "tokenizer.json").write_text(
        text.replace('"[UNK]": 1', '"[UNK]": 999').replace('"[UNK]":1', '"[UNK]":999')
    )


def test_no_folder(tmp_path):
    with pytest.raises(Unfit, match="which is no folder: name the one"):
        Model(tmp_path / "none")


def test_the_extra_is_not_installed(tmp_path, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name in model.PACKAGES[:2] else found(name, *more),
    )
    with pytest.raises(
        Unfit, match=r"onnxruntime, tokenizers is not installed: install requirements-semantic\.txt\."
    ):
        Model(tiny.make(tmp_path))


def test_it_is_opened_once_and_so_is_its_trouble(tmp_path):
    place = tiny.make(tmp_path)
    assert load(place) is load(str(place))
    (place / "model.onnx").unlink()
    assert load(place)
    model.close()
    for _ in range(2):
        with pytest.raises(Unfit, match=r"no model\.onnx"):
            load(place)
