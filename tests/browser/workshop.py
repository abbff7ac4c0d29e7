"""The programs that judge the pages: axe, the HTML validator and Lighthouse, from the lock beside this file.

They come from the package registry that the machine is set up for; the lock names versions and hashes alone. They
stay in `build/`, which `make clean` empties, under the hash of the lock.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.committed import ROOT

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"


def workshop(*programs: str) -> Path:
    """Return the folder of the packages; where npm or one of these programs is missing, skip (fail where CI=true)."""
    missing = [one for one in ("npm", *programs) if shutil.which(one) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{' and '.join(missing)} must be on the machine")
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    place = ROOT / "build" / "browser" / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed: of several processes that begin at once one is first, the others throw theirs away.
        draft = Path(tempfile.mkdtemp(dir=place.parent))
        for file in (LOCK, HERE / "package.json"):
            shutil.copy(file, draft)
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", folder=draft)
        try:
            draft.rename(place)
        except OSError:
            shutil.rmtree(draft)
    return place / "node_modules"


def run(*words: str, folder: Path | None = None, patience: float = 300, **environment: str) -> str:
    """Run a program; return what it said. It fails where the program does."""
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=patience,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
