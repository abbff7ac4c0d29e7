"""Text that no database can hold: refused by the verbs with a sentence, whatever the door."""

from __future__ import annotations

import json

import pytest

from articles.models import (
    Appearance,
    Article,
    ChangeRow,
    Claim,
    Claimant,
    ConfidentialSource,
    Evidence,
    Newsroom,
    RatingScale,
    Source,
    SourceVersion,
    Topic,
    User,
    VerdictDraft,
)
from articles.models.redaction import Redaction
from tests import factories as f
from tests.hostile import TEXTS, UNSTORABLE, each
from tests.record.refusing import invalid, refuses

pytestmark = pytest.mark.django_db
RATING = {"slug": "so", "machine_class": "true", "definitions": {"en": "So."}}

# Field → a verb that writes a text into it; `x` is whatever must be there first.
WRITING = {
    "title": (f.ArticleFactory, lambda x, text, by: x.revise(by, title=text)),
    "byline": (f.ArticleFactory, lambda x, text, by: x.revise(by, byline=text)),
    "note": (f.ArticleFactory, lambda x, text, by: x.add_copy(by, kind="copy", note=text)),
    "statement": (lambda: None, lambda x, text, by: Claim.add(by, text)),
    "asserted_basis": (f.ClaimFactory, lambda x, text, by: x.revise(by, asserted_basis=text)),
    "status_reason": (f.ClaimFactory, lambda x, text, by: x.dismiss(by, text)),
    "described_as": (
        lambda: (f.ClaimFactory(), f.ArticleVersionFactory()),
        lambda x, text, by: Appearance.mark(by, *x, 0, 5, [{"described_as": text}]),
    ),
    "name": (lambda: None, lambda x, text, by: Claimant.add(by, name=text, kind="person")),
    "description": (f.ClaimantFactory, lambda x, text, by: x.revise(by, description=text)),
    "name, of a topic": (lambda: None, lambda x, text, by: Topic.named(text, by)),
    "people": (lambda: None, lambda x, text, by: Source.add(by, kind="book", title="x", people=text)),
    "text": (f.SourceFactory, lambda x, text, by: SourceVersion.add(by, x, text=text, copy_quality="primary")),
    "note, of a derivation": (
        lambda: (f.SourceFactory(), f.SourceFactory()),
        lambda x, text, by: x[0].derive_from(by, x[1], "stated", text),
    ),
    "identity": (
        lambda: f.SourceFactory(kind="anonymous_source"),
        lambda x, text, by: ConfidentialSource.protect(by, x, text),
    ),
    "passage": (
        lambda: (f.ClaimFactory(), f.SourceVersionFactory()),
        lambda x, text, by: Evidence.add(by, *x, "supports", passage=text),
    ),
    "locator": (f.EvidenceFactory, lambda x, text, by: x.revise(by, locator=text)),
    "note, of a replacement": (f.EvidenceFactory, lambda x, text, by: x.replace(by, note=text)),
    "summary": (f.ClaimFactory, lambda x, text, by: VerdictDraft.start(by, x, summary=text)),
    "reasoning": (f.VerdictDraftFactory, lambda x, text, by: x.revise(by, reasoning=text)),
    "hand_back_note": (
        lambda: f.VerdictDraftFactory(state="submitted"), lambda x, text, by: x.hand_back(by, text)
    ),
    "summary, of a withdrawal": (f.VerdictFactory, lambda x, text, by: x.withdraw(by, text)),
    "contact": (f.newsroom, lambda x, text, by: x.revise(by, contact=text)),
    "name, of a newsroom": (lambda: None, lambda x, text, by: Newsroom.open(text, by)),
    "labels": (
        f.newsroom, lambda x, text, by: RatingScale.adopt(by, "x", [{**RATING, "labels": {"en": text}}])
    ),
    "display_name": (
        lambda: None, lambda x, text, by: User.open_account(by, "new", f.PASSWORD, display_name=text)
    ),
    "reason": (f.ArticleFactory, lambda x, text, by: Redaction.everywhere(by, "four million", text)),
}  # fmt: skip


@pytest.mark.parametrize("text", each(UNSTORABLE))
@pytest.mark.parametrize("field", WRITING)
def test_what_cannot_be_stored_is_refused(administrator, field, text):
    """PostgreSQL knows no NUL, and half of a surrogate pair has no bytes: both were a 500 somewhere else."""
    make, write = WRITING[field]
    subject = make()
    with invalid(field.partition(",")[0], "cannot be stored"):
        write(subject, text, administrator)


@pytest.mark.parametrize("text", each(UNSTORABLE))
def test_words_to_redact(administrator, text):
    f.ClaimFactory()
    with refuses("nowhere"):
        Redaction.everywhere(administrator, f"abc {text}", "A private matter.")


@pytest.mark.parametrize("text", each(TEXTS))
def test_all_else_is_kept_to_the_letter_and_chained(administrator, text):
    """The canonical JSON of the ledger says the same text again, on both engines."""
    if len(text) > 150 or not text.strip():
        return
    claimant = Claimant.add(administrator, name=text, kind="person")
    assert Claimant.objects.get(pk=claimant.pk).name == text
    row = ChangeRow.objects.get(object_type="claimant", object_id=claimant.pk)
    assert json.loads(row.payload)["image"]["name"] == text
    assert Topic.named(text, administrator).slug
    assert Article(title=text).slug and claimant.slug
