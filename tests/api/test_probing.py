"""Schemathesis asks the API whatever its schema allows, and much that it does not: no 5xx, no undocumented answer.

It is its own program here and speaks to a server in a process of its own. Once as a stranger, who must never see what
only the desk does, and with the keys of a reporter and of an editor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import factories as f
from tests.api.served import served
from tests.committed import ROOT
from tests.feed import saying

pytestmark = pytest.mark.slow
pytest.importorskip("schemathesis")

SAMPLE = bool(os.environ.get("FACTCHECK_SLOW_SAMPLE"))
SECRET = "Zwetschgenmus"
SCOPES = {"reporter": ["drafts", "write", "import"], "editor": ["drafts", "write", "publish", "import"]}
# A missing or outdated state is refused as itself and not as 406 or 400.
CONFIG = """
[checks]
missing_required_header.expected-statuses = [400, 401, 403, 404, 406, 409, 412, 415, 422, 428]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 416, 422, 428]
"""


def plant() -> None:
    """Put the secret into everything that only the desk sees."""
    f.newsroom()
    saying.make()
    words = f"{SECRET} is what the desk knows."
    f.VerdictDraftFactory(summary=words, reasoning=words)
    f.VerdictDraftFactory(state="submitted", summary=words, reasoning=words)
    claim = f.ClaimFactory(statement=words)
    claim.dismiss(f.some_editor(), words)
    article = f.ArticleFactory(title=words, text=f"{words}\n")
    f.SuggestionFactory(article_version=article.current_version, words=words, speakers=())
    f.SourceFactory(title=words)
    f.EvidenceFactory(note=words)
    f.ContactFactory(claim=f.ClaimFactory(), question=words)
    f.ContactFactory(claim=f.ClaimFactory(), reach=f"{SECRET}@council.example", public=True)
    f.ResearchStepFactory(claim=f.ClaimFactory(), note=words)


@pytest.mark.parametrize("who", ["stranger", "reporter", "editor"])
def test_no_answer_surprises(committed_database, tmp_path, who):
    plant()
    token = ""
    if who != "stranger":
        token = f.ApiKeyFactory(owner=f.UserFactory(role=who), scopes=SCOPES[who]).token
    with served(committed_database) as address:
        report = probe(address, tmp_path, token, secret="" if token else SECRET)
    told = [f"{one['title']}: {operation}" for one in report["failures"] for operation in one["operations"]]
    assert told == [] and report["errors"] == [], report["said"]
    assert report["operations"]["tested"] == report["operations"]["total"] > 150
    assert report["phases"]["stateful"]["status"] == "success"


def probe(address: str, folder: Path, token: str, secret: str) -> dict[str, Any]:
    """Let schemathesis loose on a server; return its report."""
    config, report = folder / "schemathesis.toml", folder / "report.json"
    config.write_text(CONFIG, encoding="utf-8")
    # Which rows and ratings there are no schema knows; `probing_checks` looks at what is refused instead.
    words = ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]
    words += ["--max-examples", "2" if SAMPLE else "10", "--report-json-path", str(report)]
    # The phase "coverage" takes each bound of each parameter in turn: most of what is asked.
    phases = "examples,fuzzing,stateful" if SAMPLE and token else "examples,coverage,fuzzing,stateful"
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
            *("run", f"{address}/api/v1/schema/", *words, *header),
            # One worker: of several threads that parse Python 3.11's own parser gets its depth wrong now and then.
            *("--phases", phases, "--workers", "1", "--continue-on-failure", "--no-shrink", "--seed", "1"),
        ],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("DJANGO")},
            "SCHEMATHESIS_HOOKS": "tests.api.probing_checks",
            "PYTHONPATH": str(ROOT),
            "PROBING_SECRET": secret,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "output.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    found["said"] = done.stdout[-4000:]
    return found
