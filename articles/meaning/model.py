"""A model that turns texts into vectors, from a folder the operator names. No Django in here.

The folder holds `model.onnx`, `tokenizer.json` and, where the usual is not right, `meaning.json`:

    {"pooling": "mean", "most_tokens": 256, "query": "", "claim": "", "least": 0.6}

pooling: how the vectors of the words become one, "mean" of all or the first, "cls". most_tokens: what of a text is
read. query, claim: what the model wants before a text that is asked about, and before a claim. least: the cosine from
which on two texts are close; models differ in this.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PACKAGES = ("onnxruntime", "tokenizers", "numpy")
# Texts that are read together, the longer ones in fewer at once: what a batch takes is its texts × its longest text.
BATCH, MOST_AT_ONCE = 32, 8_192
POOLINGS = ("mean", "cls")
# What of a text reaches the tokenizer at all, in characters for each token: no language needs more.
_CHARACTERS = 20
_KNOWN_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_KNOWN_OUTPUTS = ("last_hidden_state", "token_embeddings", "sentence_embedding")
_WHOLE_NUMBERS = {"tensor(int64)": "int64", "tensor(int32)": "int32"}


class Unfit(Exception):
    """The model can not be used; says in a sentence why, and what to do."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What `meaning.json` says; see above."""

    pooling: str = "mean"
    most_tokens: int = 256
    query: str = ""
    claim: str = ""
    least: float = 0.6


class Model:
    """An open model, which threads may share.

    identity: SHA-256 of its files and of how it reads claims. dimensions: how many numbers a vector has.
    """

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        """Open the model in a folder; `threads` compute with it, 0: one for each core. Raises Unfit."""
        _require_packages()
        files = _files(directory)
        self.manner = _manner(directory)
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Errors come as exceptions; the rest is for who writes models.
        options.log_severity_level = 3
        model = directory / "model.onnx"
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as trouble:  # ONNX Runtime's own classes are not public
            raise Unfit(
                f"{model} is no model that ONNX Runtime can open ({_first_line(trouble)}): export it anew."
            ) from trouble
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
        except Exception as trouble:  # the library raises nothing more exact
            raise Unfit(
                f"{directory / 'tokenizer.json'} can not be read ({_first_line(trouble)}): take the one that came "
                "with the model."
            ) from trouble
        padding = self._tokenizer.padding
        self._pad = int(padding["pad_id"]) if padding else 0
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.manner.most_tokens)
        self._inputs = self._fitting_inputs(model)
        self._output = self._fitting_output(model)
        self.identity = _identity(files, self.manner)
        self.dimensions = self._tried(model)

    def embed(self, texts: Sequence[str], *, prefix: str = "") -> Vectors:
        """Return a float32 array (len(texts), dimensions), each row of length 1; a text without a token is all 0."""
        import numpy as np

        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        longest = self.manner.most_tokens * _CHARACTERS
        encoded = [
            one.ids
            for one in self._tokenizer.encode_batch([_sound(prefix + text)[:longest] for text in texts])
        ]
        for places in _batches([len(one) for one in encoded]):
            found[places] = self._run([encoded[place] for place in places])
        return found

    def _run(self, some: list[list[int]]) -> Vectors:
        import numpy as np

        width = max(len(one) for one in some)
        ids = np.full((len(some), width), self._pad, dtype=np.int64)
        mask = np.zeros((len(some), width), dtype=np.int64)
        for row, one in enumerate(some):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (out,) = self._session.run(
            [self._output], {name: given[name].astype(kind) for name, kind in self._inputs.items()}
        )
        out = np.asarray(out, dtype=np.float32)
        if out.ndim == 3 and self.manner.pooling == "cls":
            out = out[:, 0]
        elif out.ndim == 3:
            weight = mask[:, :, None].astype(np.float32)
            out = (out * weight).sum(axis=1) / weight.sum(axis=1)
        length = np.linalg.norm(out, axis=1, keepdims=True)
        vectors: Vectors = np.divide(out, length, out=np.zeros_like(out), where=length > 1e-9)
        return vectors

    # What fits.

    def _fitting_inputs(self, model: Path) -> dict[str, str]:
        wanted = {one.name: one.type for one in self._session.get_inputs()}
        strange = [
            f"{name} ({kind})"
            for name, kind in wanted.items()
            if name not in _KNOWN_INPUTS or kind not in _WHOLE_NUMBERS
        ]
        if strange or "input_ids" not in wanted:
            raise Unfit(
                f"{model} asks for {', '.join(strange) or 'no input_ids'}: export it so that it asks for whole numbers "
                f"called {', '.join(_KNOWN_INPUTS[:-1])} and, if it must, {_KNOWN_INPUTS[-1]}."
            )
        return {name: _WHOLE_NUMBERS[kind] for name, kind in wanted.items()}

    def _fitting_output(self, model: Path) -> str:
        given = {one.name: one for one in self._session.get_outputs()}
        name = next((one for one in _KNOWN_OUTPUTS if one in given), next(iter(given)))
        one = given[name]
        if len(one.shape) not in (2, 3) or one.type not in ("tensor(float)", "tensor(float16)"):
            raise Unfit(
                f"{model} answers with {name}, {one.type} of {len(one.shape)} dimensions: export it so that it answers "
                "with a vector for each text, or for each word of a text."
            )
        return name

    def _tried(self, model: Path) -> int:
        """Return how many numbers a vector has, which a model need not say; what does not run is found here."""
        encoded = self._tokenizer.encode("a").ids or [self._pad]
        self.dimensions = 0
        try:
            return int(self._run([encoded, encoded]).shape[1])
        except Exception as trouble:  # whatever it is, it would come again with each text
            raise Unfit(
                f"{model} does not run ({_first_line(trouble)}): does tokenizer.json belong to it?"
            ) from trouble


_open: dict[tuple[str, int], Model | Unfit] = {}
_lock = threading.Lock()


def load(directory: str | Path, *, threads: int = 1) -> Model:
    """Return the model in a folder, opened once for each process. Raises Unfit, each time with the same sentence."""
    key = (str(directory), threads)
    with _lock:
        if key not in _open:
            try:
                _open[key] = Model(Path(directory), threads=threads)
            except Unfit as trouble:
                _open[key] = trouble
        found = _open[key]
    if isinstance(found, Unfit):
        raise Unfit(str(found))
    return found


def close() -> None:
    """Forget the models that are open, so that changed files are read."""
    with _lock:
        _open.clear()


def _require_packages() -> None:
    missing = [one for one in PACKAGES if importlib.util.find_spec(one) is None]
    if missing:
        raise Unfit(
            f"MEANING_MODEL is set, but {', '.join(missing)} is not installed: install requirements-semantic.txt."
        )


def _files(directory: Path) -> list[Path]:
    """Return the files that make the model what it is, larger models keeping their numbers in files beside."""
    if not directory.is_dir():
        raise Unfit(
            f"MEANING_MODEL names {directory}, which is no folder: name the one that holds model.onnx."
        )
    for name in ("model.onnx", "tokenizer.json"):
        if not (directory / name).is_file():
            raise Unfit(
                f"There is no {name} in {directory}: put it there, or let MEANING_MODEL name another folder."
            )
    beside = sorted(one for one in directory.glob("model.onnx?*") if one.is_file())
    return [directory / "model.onnx", *beside, directory / "tokenizer.json"]


def _identity(files: Sequence[Path], manner: Manner) -> str:
    # Only what makes other vectors of claims: who changes `least` or `query` keeps those that are there.
    whole = hashlib.sha256(f"{manner.pooling} {manner.most_tokens} {manner.claim}\n".encode())
    for one in files:
        with one.open("rb") as content:
            whole.update(f"{one.name} {hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def _manner(directory: Path) -> Manner:
    place = directory / "meaning.json"
    if not place.is_file():
        return Manner()
    try:
        said: Any = json.loads(place.read_bytes())
        made = Manner(**said)
    except (TypeError, ValueError, RecursionError) as trouble:
        known = ", ".join(Manner.__slots__)
        raise Unfit(
            f"{place} is not what it should be ({_first_line(trouble)}): write an object of {known}."
        ) from trouble
    is_fit = (
        made.pooling in POOLINGS
        and type(made.most_tokens) is int
        and 1 <= made.most_tokens <= MOST_AT_ONCE
        and isinstance(made.query, str)
        and isinstance(made.claim, str)
        and type(made.least) in (int, float)
        and -1 <= made.least <= 1
    )
    if not is_fit:
        raise Unfit(
            f"{place} holds what does not fit: pooling is mean or cls, most_tokens a number from 1 to "
            f"{MOST_AT_ONCE:,}, query and claim are texts, least is a number from -1 to 1."
        )
    return made


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of texts to be read together, those of like length beside each other; empty texts are left out."""
    batch: list[int] = []
    for place in sorted((one for one, length in enumerate(lengths) if length), key=lambda one: lengths[one]):
        if batch and (len(batch) == BATCH or (len(batch) + 1) * lengths[place] > MOST_AT_ONCE):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _sound(text: str) -> str:
    """Return a text without lone surrogates, which are no text to the tokenizer."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _first_line(trouble: BaseException) -> str:
    return (str(trouble).strip() or type(trouble).__name__).splitlines()[0].rstrip(".:")[:200]


__all__ = ["Manner", "Model", "Unfit", "close", "load"]
