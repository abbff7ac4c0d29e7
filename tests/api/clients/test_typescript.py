"""A TypeScript client made from the committed description compiles strictly and does the whole life of a claim.

Its programs come from the package registry that the machine is set up for; the lock names versions and hashes alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import factories as f
from tests.api.clients.test_python import keys
from tests.api.served import served
from tests.committed import ROOT

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent / "typescript"
DOCUMENT = str(ROOT / "docs" / "openapi.json")


def run(folder: Path, *words: str) -> str:
    """Run a program; return what it said. It fails where the program does."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of the lock."""
    missing = [one for one in ("node", "npm") if shutil.which(one) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{' and '.join(missing)} must be on the machine")
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    folder = tmp_path_factory.mktemp("typescript")
    for file in HERE.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    return folder


def test_the_description_is_valid_for_a_third_validator(workshop):
    assert run(workshop, "node", "valid.mjs", DOCUMENT).split() == ["3.1", "valid"]


def test_the_whole_life_of_a_claim(committed_database, workshop):
    run(workshop, "node", "node_modules/openapi-typescript/bin/cli.js", DOCUMENT, "-o", "schema.d.ts")
    run(workshop, "node", "node_modules/typescript/bin/tsc", "--project", "tsconfig.json")
    f.newsroom()
    tokens = keys()
    with served(committed_database) as address:
        assert run(workshop, "node", "out/life.js", address, *tokens).split() == [
            "withdrawal",
            "3",
            "null",
            "3",
        ]


def test_the_lock_has_hashes_and_no_addresses():
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, one in packages.items():
        if name:
            assert one["integrity"].startswith("sha512-") and "resolved" not in one, name
