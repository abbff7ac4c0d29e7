"""An import that is killed leaves whole articles, and run again it finishes the work."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from articles.models import Arrival, Article, Block, Original, Suggestion
from articles.verification import verify

FILES = 24


def _text(number: int) -> str:
    """Return an article that resembles no other."""
    draw = random.Random(number)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 9))) for _ in range(300)]
    sentences = [" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, 300, 12)]
    return "\n\n".join(" ".join(sentences[at : at + 5]) for at in range(0, 25, 5)) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "texts"
    place.mkdir()
    for number in range(FILES):
        (place / f"{number:02}.txt").write_text(_text(number))
    return place


def _whole() -> int:
    """Return how many articles there are, after looking whether each is there with all that belongs to it."""
    for article in Article.objects.all():
        version = article.current_version
        assert version is not None and version.text.endswith(".\n")
        assert Arrival.objects.filter(article_version=version, state="filed").count() == 1
        assert Original.objects.get(sha256=version.original_sha256).data.decode() == version.text
        assert Suggestion.objects.filter(article_version=version).count() == 25
        assert Block.objects.filter(article_version=version).count() == 5
    assert Arrival.objects.count() == Original.objects.count() == Article.objects.count()
    return Article.objects.count()


def _killed(committed_database, folder: Path, wait: int) -> None:
    """Start an import and kill it once `wait` files are told of."""
    process = committed_database.start("import_folder", folder)
    for _ in range(wait):
        assert ": " in process.stdout.readline(), process.stderr.read()
    # Somewhere in the middle of the next one.
    time.sleep(random.uniform(0, 0.03))
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=120)


@pytest.mark.parametrize(
    "wait", [1, pytest.param(3, marks=pytest.mark.slow), pytest.param(9, marks=pytest.mark.slow)]
)
def test_killed_it_leaves_whole_articles_and_again_it_finishes(committed_database, folder, wait):
    _killed(committed_database, folder, wait)
    there = _whole()
    assert wait <= there < FILES

    done = committed_database.manage("import_articles", str(folder))

    assert done.returncode == 0, done.stderr
    assert f"{FILES - there} new articles, {there} on record already." in done.stdout
    assert _whole() == FILES
    assert verify() == []


@pytest.mark.slow
def test_two_imports_of_one_folder_at_once_make_each_article_once(committed_database, folder):
    both = [committed_database.start("import_folder", folder) for _ in range(2)]
    for process in both:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert "refused" not in out
    assert _whole() == FILES
