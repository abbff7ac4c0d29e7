"""A Python client made by openapi-python-client from the committed description does the whole life of a claim."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import factories as f
from tests.api.served import served
from tests.committed import ROOT

pytestmark = pytest.mark.slow
CONFIG = """
package_name_override: made
content_type_overrides: {"application/x-ndjson": "text/plain"}
post_hooks: []
"""


def keys() -> list[str]:
    """Return the token of a reporter's key and of an editor's."""
    return [
        f.ApiKeyFactory(owner=f.UserFactory(role=role), scopes=["drafts", "write", "publish", "import"]).token
        for role in ("reporter", "editor")
    ]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The client, as a package."""
    config = tmp_path / "config.yml"
    config.write_text(CONFIG, encoding="utf-8")
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--meta", "none"),
            *("--path", str(ROOT / "docs" / "openapi.json"), "--config", str(config)),
            *("--output-path", str(tmp_path / "made"), "--fail-on-warning"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return tmp_path / "made"


def test_the_whole_life_of_a_claim(committed_database, made):
    assert compileall.compile_dir(made, quiet=1, workers=1)
    f.newsroom()
    tokens = keys()
    with served(committed_database) as address:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).parent / "life.py"), address, *tokens],
            env={**os.environ, "PYTHONPATH": str(made.parent)},
            cwd=made.parent,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2500:]
    assert done.stdout.split() == ["withdrawal", "3", "None", "3"]
