"""The demo: accounts that do what a newsroom does, on the sample texts, in a database of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from articles.importing.batch import import_paths
from articles.importing.files.incoming import Incoming, find
from articles.importing.manifest import read_manifest
from articles.importing.report import Failure, Fate
from articles.models import DraftState, ManifestItem, Newsroom, Role, User, VerdictDraft

NEWSROOM = "Sample Desk"
POLICIES = {
    "methodology": (
        "This is a demonstration. The claims come from two blog posts of 2024; the evidence was gathered from stored "
        "copies of public pages, and each piece says how good its copy is. What is published here was published by two "
        "sample accounts to show how the desk works. It is not the finding of any newsroom."
    ),
    "corrections_policy": (
        "A published verdict is never edited. Where it was wrong, or the world changed, another verdict follows it, "
        "with a note that says why; both stay readable, and the list of corrections is read from the record."
    ),
    "complaints_policy": (
        "This is a demonstration, so nobody waits for complaints. A newsroom says here who reads what readers report, "
        "how soon they answer, and whom one turns to who is not satisfied with the answer."
    ),
    "funding": (
        "Nobody funds this demonstration and nobody owns it: it runs on the machine of whoever started it. A newsroom "
        "says here who pays for its work, who owns it, and what they may not decide."
    ),
    "contact": "Nobody answers here. A newsroom says how readers reach it.",
    "privacy": (
        "This demonstration keeps its data on the machine it runs on, until whoever runs it deletes them. A newsroom "
        "says here how long it keeps the logs of its server, and whom to ask about one’s data."
    ),
}
# An invented text with two invented sources: work for whoever tries the desk, of which nothing is shown to readers.
EXERCISE = Path(__file__).parent / "exercise"
# Who they are: user name → role and the name readers see. The administrator publishes nothing here: it is there so that
# accounts, keys of others and webhooks can be tried.
PEOPLE = {
    "reporter": (Role.REPORTER, "Sample Reporter"),
    "editor": (Role.EDITOR, "Sample Editor"),
    "administrator": (Role.ADMINISTRATOR, "Sample Administrator"),
}


class SeedsBroken(Exception):
    """The sample manifests have mistakes; the text is one per line."""


@dataclass
class Prepared:
    """What `prepare` did: passwords only of accounts it made just now."""

    lines: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    published: int = 0


def prepare(seeds: Path) -> Prepared:
    """Open the newsroom, make the accounts, import the seeds and the exercise, and publish the sample verdicts.

    Everything is done once: called again, it changes nothing.
    """
    done = Prepared()
    Newsroom.open(NEWSROOM, **POLICIES)
    people = {}
    for username, (role, name) in PEOPLE.items():
        account = User.objects.filter(username=username).first()
        if account is None:
            done.passwords[username] = secrets.token_urlsafe(12)
            account = User.objects.create_user(
                username, done.passwords[username], role=role, display_name=name
            )
        people[username] = account
    # One after the other: what was put on record last stands first at the desk.
    for folder in (seeds, EXERCISE):
        for outcome in import_paths([folder]):
            if isinstance(outcome, Failure):
                raise SeedsBroken("\n".join(outcome.sentences))
            if outcome.fate != Fate.SKIPPED:
                done.lines += outcome.lines()
    for draft in sample_drafts(seeds):
        draft.submit(people["reporter"])
        draft.publish(people["editor"])
        done.published += 1
    return done


def sample_drafts(seeds: Path) -> list[VerdictDraft]:
    """Return the drafts that the manifests call samples and that nobody has touched since the import."""
    found: list[VerdictDraft] = []
    for file in find([seeds]):
        if not isinstance(file, Incoming) or file.manifest is None:
            continue
        manifest = read_manifest(file.manifest.read(), file.manifest.name)
        samples = [
            f"claims/{claim.key}/verdict"
            for claim in manifest.claims
            if claim.verdict and claim.verdict.sample
        ]
        items = ManifestItem.objects.filter(manifest=manifest.id, path__in=samples).order_by("pk")
        found += VerdictDraft.objects.filter(
            pk__in=items.values("object_id"), state=DraftState.WRITING, author=None
        ).order_by("pk")
    return found
