"""How well and how fast the importer reads articles.

    python -m tests.bench.importing [FOLDER] [--only NAME ...] [--json FILE]

FOLDER holds labelled data in the shape that docs/importing.md describes. A part that the weights were fitted on is
cross-validated by document; any other part is read with the weights as they are shipped. Without the folder only the
speed is measured, on texts made up here. Nothing of the data is written anywhere.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.bench.importing.figures import Figure
from tests.engines import ROOT

#: Where the data lie where nobody names a folder.
BESIDE = ROOT.parent / "shared" / "data"
#: Each measures one step of the importer and names the module that does it.
PARTS = ("checkworthiness", "attribution", "anchoring", "copies", "encodings", "citations", "speed")


def measured(part: str, data: Path | None) -> Iterator[Figure]:
    """Yield the figures of one part; all but speed need the data."""
    module = importlib.import_module(f"tests.bench.importing.{part}")
    if data is not None or part == "speed":
        yield from module.measure(data)


def _shown(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3f}"


def _line(figure: Figure) -> str:
    return f"  {figure.part:34} {figure.measure:44} {_shown(figure.value):>12}  {figure.goal:22} {figure.how}"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.importing", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help=f"default: {BESIDE.name} beside the project")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure only this; may be repeated")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    asked = parser.parse_args(arguments)
    data = asked.data or (BESIDE if BESIDE.is_dir() else None)
    if data is not None and not data.is_dir():
        parser.error(f"{data} is not a folder. Name the folder with the labelled data.")
    if data is None:
        print("There are no labelled data here: only the speed is measured, on made-up texts.")
    # One core, and as many threads in the libraries: what is said per second is said of one.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    figures: list[Figure] = []
    for part in asked.only or PARTS:
        began = time.monotonic()
        print(f"{part}", flush=True)
        for figure in measured(part, data):
            figures.append(figure)
            print(_line(figure), flush=True)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
