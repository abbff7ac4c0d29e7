"""Versions of sources with files, and whose verdicts are to be read again because of them."""

from __future__ import annotations

from datetime import date

import pytest

from articles.models import ReviewTask, Source, SourceVersion
from articles.models.source import independent_origins, independent_origins_of
from articles.models.source_change import folded
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    SourceFactory,
    SourceVersionFactory,
    VerdictFactory,
)
from tests.pictures import png
from tests.query_counts import queries_of
from tests.record.refusing import invalid, refuses

pytestmark = pytest.mark.django_db

TEXT = "The rule says “no”. It costs $1.5 million."


def cited(source, **facts):
    """Return a claim whose current verdict cites a version of the source."""
    claim = ClaimFactory()
    version = (
        SourceVersionFactory(source=source, **{"text": TEXT, **facts}) if facts else source.versions.first()
    )
    VerdictFactory(claim=claim, evidence=[EvidenceFactory(claim=claim, source_version=version)])
    return claim


def waiting():
    return {(task.claim, task.source_version.number) for task in ReviewTask.objects.open()}


class TestFiles:
    def test_named_by_what_it_is(self):
        version = SourceVersionFactory(text=None, content=png(), ending="120x40.png", seen_as="A sign.")
        version.refresh_from_db()
        assert version.file.name == f"sources/{version.sha256}-120x40.png" and version.file.read() == png()
        assert version.picture.kind == "image/png" and version.file_sha256 == version.sha256

    def test_a_text_has_the_hash_and_the_file_its_own(self):
        version = SourceVersionFactory(text="Words.", content=b"%PDF", ending="pdf")
        assert version.file_sha256 != version.sha256 and version.file_kind == "application/pdf"

    def test_a_picture_without_words(self):
        source = SourceFactory()
        with invalid("seen_as", "Say what the picture shows"):
            SourceVersionFactory(source=source, text=None, content=png(), ending="120x40.png", seen_as=" ")

    def test_the_same_file_twice(self):
        first = SourceVersionFactory(text=None, content=b"%PDF", ending="pdf")
        with refuses("same_text", "already the file of version 1"):
            SourceVersionFactory(source=first.source, text=None, content=b"%PDF", ending="pdf")

    @pytest.mark.parametrize("ending", ["svg", "../../x.png", "exe", "1x1.pdf.html", ""])
    def test_no_other_name(self, ending):
        with pytest.raises(ValueError, match="no ending"):
            SourceVersionFactory(text=None, content=b"x", ending=ending)


class TestReadAgain:
    def test_each_claim_once(self):
        source = SourceFactory()
        claims = [cited(source, text=TEXT), cited(source)]
        EvidenceFactory(claim=claims[0], source_version=source.versions.get())
        EvidenceFactory(source_version=source.versions.get())
        SourceVersionFactory(source=source, text="The rule says yes.")
        assert waiting() == {(claim, 2) for claim in claims}
        task = ReviewTask.objects.first()
        assert task.reason == "source_changed" and "version 2, which differs from version 1" in task.note

    @pytest.mark.parametrize("text", [
        "The rule says \"no\". It costs $1.5 million.",
        "The rule says  “no”.\n\nIt costs $1.5 million.\n",
        "The rule says “no”. It costs $1.5 mil\u00adlion.",
    ])  # fmt: skip
    def test_not_for_another_copy(self, text):
        source = SourceFactory()
        cited(source, text=TEXT)
        SourceVersionFactory(source=source, text=text, copy_quality="mirror")
        assert not waiting()

    @pytest.mark.parametrize("text", [TEXT.replace("$1.5", "$15"), TEXT.replace("The", "the"), TEXT + "!"])
    def test_for_a_sign_or_a_case(self, text):
        source = SourceFactory()
        claim = cited(source, text=TEXT)
        SourceVersionFactory(source=source, text=text)
        assert waiting() == {(claim, 2)}

    def test_for_other_days_of_the_same_words(self):
        source = SourceFactory()
        claim = cited(source, text=TEXT, effective_from=date(2024, 1, 1))
        SourceVersionFactory(
            source=source, text=TEXT + " ", effective_from=date(2024, 1, 1), copy_quality="mirror"
        )
        assert not waiting()
        SourceVersionFactory(
            source=source, text=TEXT, effective_from=date(2024, 5, 1), copy_quality="reworded"
        )
        assert waiting() == {(claim, 3)}

    def test_not_where_nothing_was_or_is_stored(self):
        source = SourceFactory()
        cited(source, text=None, seen_as="On paper.")
        SourceVersionFactory(source=source, text=TEXT)
        SourceVersionFactory(source=source, text=None, seen_as="On paper again.", copy_quality="mirror")
        assert not waiting()

    def test_against_the_last_that_was_stored(self):
        source = SourceFactory()
        claim = cited(source, text=TEXT)
        SourceVersionFactory(source=source, text=None, seen_as="On paper.")
        SourceVersionFactory(source=source, text="Another rule.")
        assert waiting() == {(claim, 3)}

    def test_a_picture_is_another_state_unless_somebody_saw_that_it_is_not(self):
        source = SourceFactory()
        claim = cited(source, text=TEXT)
        picture = {"source": source, "text": None, "ending": "120x40.png", "seen_as": "The page."}
        SourceVersionFactory(**picture, content=png(), same_state=True)
        assert not waiting()
        SourceVersionFactory(**picture, content=png() + b" ")
        assert waiting() == {(claim, 3)}

    def test_nobody_says_so_of_texts_that_differ(self):
        source = SourceFactory()
        claim = cited(source, text=TEXT)
        SourceVersionFactory(source=source, text="Another rule.", same_state=True)
        assert waiting() == {(claim, 2)}

    def test_who_waits_already_waits_for_the_newest(self):
        source = SourceFactory()
        first = cited(source, text=TEXT)
        SourceVersionFactory(source=source, text="Another rule.")
        second = cited(source)
        SourceVersionFactory(source=source, text="A third one.")
        assert waiting() == {(first, 3), (second, 3)}
        task = ReviewTask.objects.get(claim=first)
        assert task.revision == 2 and "version 3" in task.note

    def test_not_for_what_was_withdrawn_or_no_longer_cites_it(self, editor):
        source = SourceFactory()
        claim = cited(source, text=TEXT)
        claim.current_verdict.withdraw(editor, "It was wrong.")
        SourceVersionFactory(source=source, text="Another rule.")
        assert not waiting()

    def test_through_merged_sources_and_claims(self, editor):
        gone, source = SourceFactory(), SourceFactory()
        claim, survivor = cited(gone, text=TEXT), ClaimFactory()
        claim.merge_into(survivor, editor)
        gone.merge_into(source, editor)
        SourceVersionFactory(source=source, text=TEXT)
        SourceVersionFactory(source=source, text="Another rule.")
        assert {task.claim for task in ReviewTask.objects.open()} == {survivor}

    def test_as_many_queries_for_many_claims(self, reporter):
        def asked_of(number):
            source = SourceFactory()
            SourceVersionFactory(source=source, text=TEXT)
            for _ in range(number):
                cited(source)
            return len(
                queries_of(lambda: SourceVersion.add(reporter, source, text="No.", copy_quality="primary"))
            )

        assert asked_of(2) == asked_of(7)


def test_folded():
    assert folded("“A”\n – b…\u00ad") == folded('"A" - b...')
    assert folded("10²") != folded("102") and folded("-5") != folded("5")


def test_independent_origins_of_many_sets():
    wire = SourceFactory()
    reports, alone = [SourceFactory(derived_from=[wire]) for _ in range(2)], SourceFactory()
    sets = {"a": [one.pk for one in reports], "b": [reports[0].pk, alone.pk], "c": []}
    assert independent_origins_of(sets) == {"a": 1, "b": 2, "c": 0}
    assert {key: independent_origins(ids) for key, ids in sets.items()} == {"a": 1, "b": 2, "c": 0}


def test_at_address_leaves_out_what_is_no_address():
    SourceFactory()
    assert not Source.objects.at_address("", "no address", "https://[").exists()
