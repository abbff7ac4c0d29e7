"""docs/api.md is true: its examples run against a live server, its tables hold every code and parameter there is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import factories as f
from tests.api.served import served
from tests.committed import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "https://factcheck.example"
TASKS = re.findall(
    r"^### ([^\n]+)\n(.*?)(?=^### |\Z)", PAGE.partition("\n## What holds")[0], re.MULTILINE | re.DOTALL
)
#: The classes whose argument at this place, from 0, is a code.
PLACES = {
    "Refused": 1, "NotAllowed": 1, "Stale": 1, "Obstacle": 0, "error": 0, "fail": 0, "ValidationError": 1,
    "ParseError": 1, "NotAuthenticated": 1, "PermissionDenied": 1, "AuthenticationFailed": 1, "ErrorDetail": 1,
}  # fmt: skip
#: Of doors that are not this one: the desk's own accounts and keys, webhooks, and Google's.
ELSEWHERE = {"closed_account", "insert_only", "paused", "secret_lost", "revoked", "retired"}


def codes() -> set[str]:
    """Return every code that the source states."""
    found: set[str] = set()
    for path in (*(ROOT / "api").rglob("*.py"), *(ROOT / "articles").rglob("*.py")):
        if {"migrations", "admin", "google"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said: list[Any] = []
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = PLACES.get(name)
                said = [one.value for one in node.keywords if one.arg == "code"]
                if place is not None and len(node.args) > place:
                    said.append(node.args[place])
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if getattr(target, "id", "") in ("default_code", "code"):
                    said = [node.value]
            for one in said:
                word = getattr(one, "value", None)
                if isinstance(word, str) and re.fullmatch("[a-z]+(_[a-z]+)*", word):
                    found.add(word)
    return found


def test_every_code_is_told():
    told = set(re.findall(r"`([a-z_]+)`", PAGE.partition("\n## Refusals")[2]))
    assert codes() - told - ELSEWHERE == set()


def test_every_parameter_that_all_lists_have_is_told():
    from api.manual import EVERYWHERE

    told = set(re.findall(r"`([\w-]+)`", PAGE.partition("\n## What holds everywhere")[2]))
    assert EVERYWHERE - told == {"id"}


def test_links_lead_somewhere():
    anchors = {
        re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in re.findall(r"^#+ (.+)$", PAGE, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _, anchor = target.partition("#")
        assert not path or (ROOT / "docs" / path).exists(), target
        assert path or anchor in anchors, target


def make() -> dict[str, str]:
    """Make the record of the page: claim 1, about topic 1, made by an article, and found false in June."""
    f.newsroom()
    topic = f.TopicFactory(name="Bridges")
    claim = f.ClaimFactory(statement="The bridge of Rivertown cost nine million dollars.", topics=[topic])
    article = f.ArticleFactory(public=True, url="https://blog.example/bridge")
    f.AppearanceFactory(claim=claim, article_version=article.current_version)
    evidence = f.EvidenceFactory(claim=claim, cited=True)
    f.VerdictFactory(
        claim=claim, evidence=[evidence], rating="contradicted", correction_kind="affects_rating"
    )
    tokens = {}
    for name, role, scopes in (
        ("KEY", "reporter", ["drafts", "write", "import"]),
        ("EDITOR_KEY", "editor", ["drafts", "write", "publish"]),
    ):
        tokens[name] = f.ApiKeyFactory(owner=f.UserFactory(role=role), scopes=scopes).token
    return tokens


@pytest.mark.slow
@pytest.mark.parametrize(("task", "text"), TASKS, ids=[task for task, _text in TASKS])
def test_what_the_page_does_works(committed_database, tmp_path, task, text):
    tokens = make()
    programs = re.findall(r"^```(sh|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert programs
    with served(committed_database) as address:
        for kind, program in programs:
            told = run(kind, program.replace(SITE, address), tmp_path, tokens)
            assert "about:blank" not in told, told
            if task.startswith("All false"):
                assert "nine million" in told
            if task.startswith("Watch"):
                assert "affects_rating" in told or kind == "sh"
            if task.startswith("Look up"):
                assert "nine million" in told


def run(kind: str, program: str, folder: Path, tokens: dict[str, str]) -> str:
    """Run a program of the page; return what it said. It fails where the program does."""
    words = [sys.executable, "-c", program]
    if kind == "sh":
        quiet = re.sub(r"^curl ", "curl -sS --fail-with-body ", program, flags=re.MULTILINE)
        words = ["bash", "-euo", "pipefail", "-c", quiet]
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **tokens},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout
