"""docs/api.md is true: its examples run against a live server, its tables hold every code and parameter there is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import api.urls  # noqa: F401 - all bodies there are
from api.writing.bodies import Body
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
SECTION_OF_ERRORS = PAGE.partition("\n### Codes within errors")[2]
#: Of fields of the library whose reading ours replaces, or which what reads the body says first (`half_character`).
UNREACHED = {
    "date", "datetime", "make_aware", "overflow", "max_string_length", "no_name", "surrogate_characters_not_allowed",
}  # fmt: skip
#: Of doors that are not this one: the desk's own accounts and keys, webhooks, what readers send, and Google's.
ELSEWHERE = {
    "closed_account", "insert_only", "paused", "secret_lost", "revoked", "retired",
    "full", "no_article", "no_reply", "not_closed", "still_open",
    # What the desk alone does: assessments, schedules, complaints, splitting and joining, the second factor.
    "asked_already", "asked_before", "assigned_since", "changed_since", "complaint_already", "given", "in_the_past",
    "in_use", "no_clauses", "no_editor", "no_factor", "no_files", "not_accepted", "not_assigned", "not_its_claim",
    "not_neighbours", "not_scheduled", "nothing_followed", "nothing_to_settle", "own_conflict", "rejected", "too_long",
    "too_many", "withdrawn", "within_embargo", "wrote_it",
}  # fmt: skip


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


def bodies(kind: type = Body) -> Iterator[type[Body]]:
    for one in kind.__subclasses__():
        yield one
        yield from bodies(one)


def codes_of(field: Any) -> set[str]:
    """Return what a field of a body can say is wrong: our words, the library's, and those of its validators."""
    found = {*field.error_messages, *(one.code for one in field.validators if hasattr(one, "code"))}
    within = list(getattr(field, "fields", {}).values())
    child = getattr(field, "child", None)
    for one in [*within, child] if child is not None else within:
        found |= codes_of(one)
    return found


def test_every_code_that_a_body_can_get_is_told_where_those_are_told():
    """Codes of a field stand in no line of ours where the library states them, and another section's do not count."""
    told = set(re.findall(r"`([a-z_]+)`", SECTION_OF_ERRORS.partition("\n### ")[0]))
    found = {"stale", "not_found", "invalid", "unique"}.union(*(codes_of(one()) for one in bodies()))
    assert {"no_rating", "null_characters_not_allowed"} <= found
    assert found - told - UNREACHED == set()


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
    f.ClaimFactory(statement="=SUM of its bills, says a sheet of the town")
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
            if task.startswith("Export") and kind == "python":
                assert "nine million" in told and " =SUM of" in told
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
