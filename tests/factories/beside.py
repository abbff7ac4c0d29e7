"""What stands beside the record: redactions and the memory of imports."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from articles.models import (
    AnsweredRequest,
    Assignment,
    ClaimVector,
    Job,
    ManifestItem,
    RedactedText,
    Redaction,
    Schedule,
    SearchDocument,
    SearchWord,
    Upload,
)
from tests.factories.claims import ClaimFactory
from tests.factories.people import VerbFactory, some_administrator, some_editor

# Beside the record


class RedactionFactory(VerbFactory):
    class Meta:
        model = Redaction

    by = factory.LazyFunction(some_administrator)
    words = "four million"
    reason = "A private matter."

    @classmethod
    def enter(cls, by: Any, words: str, reason: str, **more: Any) -> Redaction:
        return Redaction.everywhere(by, words, reason, **more)


class RedactedTextFactory(VerbFactory):
    """The first text a new redaction masked; something must say its words."""

    class Meta:
        model = RedactedText

    @classmethod
    def enter(cls, **given: Any) -> RedactedText:
        return RedactionFactory(**given).texts.first()


class ManifestItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ManifestItem

    manifest = "bridge.yaml"
    path = factory.Sequence("claims/C{}".format)
    object_type = "claim"
    object_id = factory.LazyFunction(lambda: ClaimFactory().pk)
    digest = "0" * 64
    revision = 1


class SearchDocumentFactory(factory.django.DjangoModelFactory):
    """The document of a new claim; the database wrote it."""

    class Meta:
        model = SearchDocument

    @classmethod
    def _create(cls, model: Any, *args: Any, **given: Any) -> SearchDocument:
        claim = ClaimFactory(**given)
        return SearchDocument.objects.get(kind="claim", object_id=claim.pk)


class ClaimVectorFactory(factory.django.DjangoModelFactory):
    """What a model that nobody has made of the document of a new claim."""

    class Meta:
        model = ClaimVector

    document = factory.LazyFunction(lambda: SearchDocumentFactory().pk)
    text_sha256 = model_sha256 = "0" * 64
    vector = b"\x00\x00\x80\x3f"


class SearchWordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SearchWord

    word = factory.Sequence("word{}".format)
    documents = 500


class JobFactory(factory.django.DjangoModelFactory):
    """A job that waits, for a task that only tests have."""

    class Meta:
        model = Job

    task = "tests.work.chores.remember"
    arguments = factory.LazyFunction(lambda: {"args": ["x"], "kwargs": {}})


class ScheduleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Schedule

    task = factory.Sequence("articles.tasks.task{}".format)
    due_at = factory.LazyFunction(timezone.now)


class AssignmentFactory(VerbFactory):
    class Meta:
        model = Assignment

    by = factory.LazyFunction(some_editor)
    claim = factory.SubFactory(ClaimFactory)
    to = factory.LazyFunction(some_editor)

    @classmethod
    def enter(cls, by: Any, claim: Any, to: Any, **more: Any) -> Assignment:
        return Assignment.give(by, claim, to, **more)


class AnsweredRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AnsweredRequest

    sender = "user:1"
    name = factory.Sequence("request-{}".format)
    fingerprint = "0" * 64
    status = 201
    headers = {"ETag": "'x'"}
    answer = "{}"


class UploadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Upload

    name = "texts.zip"
    content = b"The bridge cost four million dollars."
    by = factory.LazyFunction(some_editor)
