"""Two writers never overwrite each other: every noun that people change checks its revision on every write."""

from __future__ import annotations

import pytest
from django.apps import apps

from articles.models import Claim
from articles.models.recorded import Revised
from articles.refusals import Stale
from tests.factories import ClaimFactory, some_administrator
from tests.record.refusing import last_seq, refuses
from tests.test_factories import FACTORIES

pytestmark = pytest.mark.django_db
NOUNS = sorted(
    (model for model in apps.get_models() if issubclass(model, Revised)), key=lambda one: one.__name__
)
# A field of each noun that takes any text.
FIELDS = {
    "Article": "title", "Claim": "statement", "Claimant": "description", "Complaint": "note", "Contact": "question",
    "Copy": "note", "Evidence": "note", "Newsroom": "contact", "Note": "text", "Rating": "definitions",
    "RatingScale": "name",
    "ResearchStep": "note", "ReviewTask": "note", "SavedSearch": "name", "Source": "description",
    "Submission": "note",
    "Topic": "description",
    "VerdictDraft": "summary", "Webhook": "description",
}  # fmt: skip


def value(noun, text):
    return {"en": text} if noun.__name__ == "Rating" else text


def test_every_noun_is_tried():
    assert {noun.__name__ for noun in NOUNS} == set(FIELDS)


@pytest.fixture(params=NOUNS, ids=lambda noun: noun.__name__)
def rows(request):
    """One row, read by two people."""
    row = FACTORIES[request.param]()
    return type(row).objects.get(pk=row.pk), type(row).objects.get(pk=row.pk)


class TestStale:
    def test_second_writer_is_told_and_nothing_is_lost(self, rows):
        mine, theirs = rows
        noun, field, by = type(mine), FIELDS[type(mine).__name__], some_administrator()
        read = mine.revision
        theirs.revise(by, expected=read, **{field: value(noun, "Theirs.")})
        with refuses(
            "stale", f"you were looking at revision {read}, it stands at revision {read + 1} now", Stale
        ):
            mine.revise(by, expected=read, **{field: value(noun, "Mine.")})
        row = noun.objects.get(pk=mine.pk)
        assert getattr(row, field) == value(noun, "Theirs.") and row.revision == read + 1

    def test_refusal_carries_what_stands_there(self, rows):
        mine, theirs = rows
        noun, field, by = type(mine), FIELDS[type(mine).__name__], some_administrator()
        theirs.revise(by, **{field: value(noun, "Theirs.")})
        with pytest.raises(Stale) as refusal:
            mine.revise(by, **{field: value(noun, "Mine.")})
        assert getattr(refusal.value.current, field) == value(noun, "Theirs.")

    def test_other_field_is_no_excuse(self, rows):
        """Each write is on top of what its writer saw, whichever field it is about."""
        mine, theirs = rows
        noun, field, by = type(mine), FIELDS[type(mine).__name__], some_administrator()
        read = mine.revision
        theirs.revise(by, **{field: value(noun, "Theirs.")})
        seq = last_seq()
        with pytest.raises(Stale):
            mine.revise(by, expected=read)
            mine.write([], read)
        assert last_seq() == seq

    def test_later_revision_than_any(self, rows):
        mine, _ = rows
        noun, field, by = type(mine), FIELDS[type(mine).__name__], some_administrator()
        with refuses("stale", kind=Stale):
            mine.revise(by, expected=99, **{field: value(noun, "Mine.")})


def test_row_that_is_gone(reporter):
    claim = ClaimFactory()
    Claim.objects.filter(pk=claim.pk).delete()
    with pytest.raises(Stale, match="it is no longer there") as refusal:
        claim.revise(None, statement="Mine.")
    assert refusal.value.current is None


def test_what_nobody_revises(reporter):
    for noun in NOUNS:
        assert not noun.revisable & {
            "id",
            "pk",
            "revision",
            "public_seq",
            "visibility",
            "status",
            "created_by",
        }
    with pytest.raises(TypeError, match="revision: not revisable"):
        ClaimFactory().revise(reporter, revision=7)
