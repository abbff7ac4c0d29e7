"""The HTML of every public page, the style sheet and the pictures, as the W3C's validator reads them: no error and no
warning."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from django.conf import settings

from tests.browser.workshop import workshop

# What the validator says and we do not follow, each with its reason.
EXCEPTIONS = [
    # Browsers know it beside its prefixed elder; the validator's list of properties does not yet.
    "Property “line-clamp” doesn't exist.",
]
STATIC = Path(settings.BASE_DIR) / "articles/static/articles"


def judged(files, *words: str) -> list[str]:
    """Return what the validator finds, each with its file and line."""
    jar = workshop("java") / "vnu-jar/build/dist/vnu.jar"
    done = subprocess.run(
        ["java", "-Xss2m", "-jar", str(jar), "--format", "json", "--stdout", *words, *map(str, files)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return [
        f"{one.get('url', '').rpartition('/')[2]}:{one.get('lastLine', '')} {one['type']}: {one['message']} "
        f"{one.get('extract', '')[:160]!r}"
        for one in json.loads(done.stdout)["messages"]
        if not any(known in one["message"] for known in EXCEPTIONS)
    ]


def test_every_page(pages, tmp_path):
    files = {}
    for number, (address, answer) in enumerate(pages.answers.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(answer["body"])
        files[file.name] = address

    found = judged(sorted(tmp_path.glob("*.html")))

    found = [f"{files[one.partition(':')[0]]} {one}" for one in found]
    assert found == [], "\n".join(found)


def test_the_style_sheets():
    assert judged(sorted(STATIC.glob("*.css")), "--css") == []


def test_the_pictures():
    assert judged(sorted(STATIC.glob("*.svg")), "--svg") == []
