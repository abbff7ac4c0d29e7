"""A model of a few words, made on the spot: words of one meaning have one vector, and unknown ones have none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

# Each line is one meaning.
MEANINGS = """
doctor physician surgeon
child children youngster kid
village hamlet settlement
bridge crossing
river stream
closed shut
buy purchased bought
bread loaf
mayor burgomaster
vaccinated inoculated
"""
SAME = [line.split() for line in MEANINGS.split("\n") if line]
DIMENSIONS = len(SAME)
PAD, UNKNOWN = 0, 1


def make(
    directory: Path,
    *,
    manner: dict[str, Any] | None = None,
    inputs: tuple[str, ...] = ("input_ids", "attention_mask"),
    rank: int = 3,
    kind: int = TensorProto.INT64,
    padding: float = 0.0,
) -> Path:
    """Write the model into a folder and return it.

    rank: of what it answers with; 1 fits nothing. padding: what the vector of the padding is full of, so that a
    padding that is not masked shows.
    """
    directory.mkdir(parents=True, exist_ok=True)
    words = {"[PAD]": PAD, "[UNK]": UNKNOWN}
    rows = [np.full(DIMENSIONS, padding), np.zeros(DIMENSIONS)]
    for place, some in enumerate(SAME):
        for word in some:
            words[word] = len(words)
            rows.append(np.eye(DIMENSIONS)[place])
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(directory / "tokenizer.json"))
    table = numpy_helper.from_array(np.array(rows, dtype=np.float32), "table")
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    shape: list[Any] = ["texts", "words", DIMENSIONS]
    output = "last_hidden_state"
    if rank < 3:
        axes = numpy_helper.from_array(np.arange(1, 4 - rank, dtype=np.int64), "axes")
        nodes.append(
            helper.make_node("ReduceSum", ["last_hidden_state", "axes"], ["sentence_embedding"], keepdims=0)
        )
        output, shape = "sentence_embedding", ["texts", DIMENSIONS][:rank]
    given = [helper.make_tensor_value_info(name, kind, ["texts", "words"]) for name in inputs]
    graph = helper.make_graph(
        nodes,
        "tiny",
        given,
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        [table] if rank == 3 else [table, axes],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(directory / "model.onnx"))
    if manner is not None:
        (directory / "meaning.json").write_text(json.dumps(manner), encoding="utf-8")
    return directory
