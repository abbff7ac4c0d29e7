"""A verdict page as production serves it, as Lighthouse judges it on a slow phone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from articles.demo import prepare
from articles.models import Verdict
from tests.answering import free_port, wait_for_answer
from tests.browser.shelf import BROWSER
from tests.browser.workshop import run, workshop
from tests.committed import PATIENCE, ROOT

pytestmark = pytest.mark.usefixtures("_needs_a_browser")

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Over the wire on a first visit: page, style sheet, icon.
MOST_BYTES = 60_000
# How often a machine that does other things may be asked for its time.
TRIES = 3
SAMPLED = bool(os.environ.get("FACTCHECK_SLOW_SAMPLE"))
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


@contextmanager
def in_production(database, folder):
    """Serve this database as an installation does: real settings, collected files, gunicorn with two workers."""
    environment = database.environment(
        DJANGO_SETTINGS_MODULE="tests.browser.production", STATIC_OF_THE_TEST=str(folder),
        SECRET_KEY="known to everyone: this key signs nothing outside the tests",
    )  # fmt: skip
    run(
        sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0", folder=ROOT, **environment
    )
    port = free_port()
    words = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "gthread", "--threads", "4"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "factcheck.wsgi", *words, "--no-control-socket"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for_answer(process, f"http://127.0.0.1:{port}/healthz", PATIENCE)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def judged(address, file):
    """Return Lighthouse's report on a first visit; None where the browser was too busy to record one."""
    lighthouse = workshop("node") / "lighthouse/cli/index.js"
    done = subprocess.run(
        [
            "node", lighthouse, address, "--quiet", "--output=json", f"--output-path={file}",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}",
        ],
        env={**os.environ, "CHROME_PATH": str(BROWSER)}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    if done.returncode and "NO_NAVSTART" in done.stderr:
        return None
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_verdict_page(committed_database, tmp_path):
    prepare(ROOT / "seeds")
    claim = Verdict.objects.current().order_by("pk").first().claim
    report, best, shift = None, dict.fromkeys(CATEGORIES, 0), 1.0
    with in_production(committed_database, tmp_path / "static") as site:
        for number in range(TRIES):
            report = judged(f"{site}{claim.get_absolute_url()}", tmp_path / f"{number}.json") or report
            if report is None:
                continue
            scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
            best = {name: max(best[name], scores[name]) for name in CATEGORIES}
            shift = min(shift, report["audits"]["cumulative-layout-shift"]["numericValue"])
            if best["performance"] == 100 and shift == 0:
                break
    assert report is not None, "no run of three was recorded"
    audits = report["audits"]
    wrong = [
        f"{name}: {one['title']} {one.get('displayValue', '')}"
        for name, one in audits.items()
        if one["score"] is not None and one["score"] < 0.9
    ]
    # How fast the page is, is told by a machine that does nothing else; a sampled run has others beside it.
    least = dict.fromkeys(CATEGORIES, 100) | ({"performance": 85} if SAMPLED else {})
    assert all(best[name] >= least[name] for name in CATEGORIES), "\n".join([str(best), *wrong])
    asked = audits["network-requests"]["details"]["items"]
    assert [one["url"] for one in asked if not one["url"].startswith((site, "data:"))] == []
    assert [one["url"] for one in asked if one["statusCode"] >= 400] == []
    sent = {one["url"].removeprefix(site): one["transferSize"] for one in asked}
    assert sum(sent.values()) < MOST_BYTES, sent
    assert shift == 0
