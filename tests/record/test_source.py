"""Sources, their versions, what they derive from, and what the desk alone knows."""

from __future__ import annotations

from datetime import date

import pytest

from articles.canonical import sha256
from articles.models import Change, ConfidentialSource, Derivation, Source, SourceVersion
from articles.models.source import KIND_FIELDS, ancestors
from articles.refusals import NotAllowed
from articles.vocabulary import SOURCE_FIELDS, SOURCE_REQUIRED, SourceKind
from tests.factories import (
    ClaimFactory,
    ConfidentialSourceFactory,
    DerivationFactory,
    EvidenceFactory,
    SourceFactory,
    SourceVersionFactory,
)
from tests.hostile import LETTERS, TRICKY_URLS, URLS, each
from tests.record.refusing import everything, invalid, last_seq, refuses

pytestmark = pytest.mark.django_db


class TestAdd:
    def test_at_the_desk_first(self, reporter, stranger):
        source = Source.add(
            reporter, kind="court_case", title="Doe v. Roe", court="District", judge="J. Judge"
        )
        assert source.visibility == "desk" and source.is_court and source.slug == "doe-v-roe"
        assert source.own_fields() == [("court", "District"), ("judge", "J. Judge")]
        assert not Source.objects.visible_to(stranger).exists()
        assert not Change.objects.latest("seq").public

    @pytest.mark.parametrize("kind", list(SourceKind))
    def test_fields_of_each_kind(self, reporter, kind):
        """A source has the fields of its kind and no other's, and all that its kind needs."""
        own, needed = SOURCE_FIELDS[kind], SOURCE_REQUIRED[kind]
        full = Source.add(reporter, kind=kind, title="x", **dict.fromkeys(own, "y"))
        assert {label.replace(" ", "_") for label, _ in full.own_fields()} == own
        for field in needed:
            with invalid(field, f"needs a {field.replace('_', ' ')}"):
                Source.add(reporter, kind=kind, title="x", **dict.fromkeys(needed - {field}, "y"))
        for field in set(KIND_FIELDS) - own:
            with invalid(field, "Only these kinds of source have a"):
                Source.add(reporter, kind=kind, title="x", **dict.fromkeys({*needed, field}, "y"))

    @pytest.mark.parametrize(
        "naming", [{"publisher": "Paper"}, {"people": "J. Doe"}, {"url": "https://example.org/"}]
    )
    def test_anonymous_source_is_not_named(self, reporter, naming):
        with invalid(*naming, "has no publisher, people or address"):
            Source.add(
                reporter, kind="anonymous_source", title="An official", described_as="an official", **naming
            )

    def test_docket_numbers_are_not_unique(self):
        for _ in range(2):
            SourceFactory(kind="court_filing", docket_number="1:24-cv-1")
        assert Source.objects.filter(docket_number="1:24-cv-1").count() == 2

    @pytest.mark.parametrize("url", each(URLS))
    def test_hostile_address_is_refused(self, reporter, url):
        with invalid("url"):
            Source.add(reporter, kind="news_report", title="x", url=url)

    @pytest.mark.parametrize("url", each(TRICKY_URLS))
    def test_odd_address_is_kept_as_given_or_refused(self, reporter, url):
        from django.core.exceptions import ValidationError

        try:
            source = Source.add(reporter, kind="news_report", title="x", url=url)
        except ValidationError as refusal:
            assert "url" in refusal.message_dict
        else:
            assert Source.objects.get(pk=source.pk).url == url


class TestRevise:
    def test_kind_with_its_fields(self, reporter):
        source = SourceFactory()
        source.revise(reporter, kind="statute", citation="12 X. 3", published_earliest=date(2024, 1, 2))
        source.refresh_from_db()
        assert (source.kind, source.citation, source.revision) == ("statute", "12 X. 3", 2)
        with invalid("citation", "needs a citation"):
            source.revise(reporter, citation="")

    def test_part_of(self, reporter):
        case, order = SourceFactory(kind="court_case"), SourceFactory(kind="court_filing")
        order.revise(reporter, part_of=case)
        with invalid("part_of", "a part of itself"):
            case.revise(reporter, part_of=order)
        case.refresh_from_db()
        with invalid("part_of", "a part of itself"):
            case.revise(reporter, part_of=case)


class TestVersions:
    def test_text_with_its_hash(self, reporter):
        version = SourceVersion.add(
            reporter, SourceFactory(), text="As it stood.", copy_quality="primary", rights="full",
            effective_from=date(2024, 1, 1), effective_to=date(2024, 6, 30),
        )  # fmt: skip
        assert (version.number, version.sha256, version.is_primary) == (1, sha256("As it stood."), True)
        assert version.readable_text == "As it stood."

    def test_no_text_is_null(self, reporter):
        for text in (None, ""):
            version = SourceFactory().add_version(
                reporter, text=text, copy_quality="mirror", seen_as="on paper"
            )
            version.refresh_from_db()
            assert version.text is None and version.sha256 == "" and version.readable_text == ""

    @pytest.mark.parametrize("rights", ["none", "excerpt"])
    def test_readers_get_only_whole_texts(self, rights):
        assert SourceVersionFactory(rights=rights).readable_text == ""

    def test_numbers_follow_and_same_text_is_refused(self, reporter):
        source = SourceFactory()
        first = SourceVersionFactory(source=source)
        with refuses("same_text", "already the text of version 1"):
            SourceVersion.add(reporter, source, text=first.text, copy_quality="primary")
        better = SourceVersion.add(reporter, source, text=first.text, copy_quality="mirror")
        assert better.number == 2

    def test_refused(self, reporter, stranger):
        source = SourceFactory()
        with refuses("not_allowed", kind=NotAllowed):
            SourceVersion.add(stranger, source, text="x", copy_quality="primary")
        with invalid("copy_quality"):
            SourceVersion.add(reporter, source, text="x", copy_quality="good")
        with invalid("__all__", "cannot end before it takes effect"):
            SourceVersion.add(
                reporter, source, copy_quality="primary",
                effective_from=date(2024, 2, 1), effective_to=date(2024, 1, 1),
            )  # fmt: skip
        with invalid("archive_url"):
            SourceVersion.add(reporter, source, copy_quality="primary", archive_url="javascript:alert(1)")

    @pytest.mark.parametrize("text", each(LETTERS))
    def test_hostile_text_is_kept_to_the_letter(self, text):
        """Not even normalised: the hash is of what was found."""
        version = SourceVersionFactory(text=text)
        version.refresh_from_db()
        assert version.text == text and version.sha256 == sha256(text)

    def test_in_force_on(self):
        source = SourceFactory(kind="platform_rule")
        old = SourceVersionFactory(source=source, effective_to=date(2024, 1, 31))
        new = SourceVersionFactory(source=source, effective_from=date(2024, 2, 1))
        unknown = SourceVersionFactory(source=source)
        assert set(source.versions.in_force_on(date(2024, 1, 31))) == {old, unknown}
        assert set(source.versions.in_force_on(date(2024, 2, 1))) == {new, unknown}


class TestDerivations:
    def test_derive_and_take_back(self, reporter):
        report, wire = SourceFactory(), SourceFactory()
        derivation = report.derive_from(reporter, wire, "stated", "It says so.")
        assert str(derivation) == f"{report} ← {wire}"
        assert ancestors([report.pk]) == {wire.pk}
        derivation.take_back(reporter)
        assert ancestors([report.pk]) == set()
        change = Change.objects.latest("seq")
        assert change.verb == "underive"
        assert ("derivation", None) in [
            (row.object_type, row.payload and None) for row in change.change_rows.all()
        ]

    def test_refused(self, reporter, stranger):
        a, b, c = SourceFactory(), SourceFactory(), SourceFactory()
        a.derive_from(reporter, b, "stated")
        b.derive_from(reporter, c, "stated")
        with refuses("derivation_in_circle", "already derives from"):
            c.derive_from(reporter, a, "stated")
        with refuses("derivation_in_circle"):
            a.derive_from(reporter, a, "stated")
        with invalid("__all__", "already on record"):
            a.derive_from(reporter, b, "inferred")
        with invalid("basis"):
            a.derive_from(reporter, c, "guessed")
        with refuses("not_allowed", kind=NotAllowed):
            a.derive_from(stranger, c, "stated")
        with refuses("not_allowed", kind=NotAllowed):
            a.origins.get().take_back(stranger)

    def test_circle_through_a_merged_source(self, reporter, editor):
        """A derives from B; B turns out to be C; so C must not derive from A."""
        a, b, c = SourceFactory(), SourceFactory(), SourceFactory()
        a.derive_from(reporter, b, "stated")
        b.merge_into(c, editor)
        with refuses("derivation_in_circle"):
            c.derive_from(reporter, a, "stated")

    def test_visible_where_both_sources_are(self, stranger, reporter, editor):
        derivation = DerivationFactory()
        assert not Derivation.objects.visible_to(stranger).exists()
        derivation.source.open_to_readers(editor)
        assert Derivation.objects.visible_to(stranger).exists(), "opening a source opens what it rests on"
        assert not Derivation.objects.editable_by(stranger).exists()
        assert Derivation.objects.editable_by(reporter).exists()


class TestOpening:
    def test_with_all_it_rests_on(self, reporter, editor, stranger):
        case = SourceFactory(kind="court_case")
        wire, order = SourceFactory(), SourceFactory(kind="court_filing", part_of=case)
        report = SourceFactory(derived_from=[wire])
        wire.derive_from(reporter, order, "stated")
        SourceVersionFactory(source=report)
        apart = SourceFactory()
        report.open_to_readers(editor)
        assert set(Source.objects.visible_to(stranger)) == {report, wire, order, case}
        assert SourceVersion.objects.visible_to(stranger).count() == 1
        assert apart in Source.objects.visible_to(reporter)
        before = everything()
        report.open_to_readers(editor)
        assert everything() == before

    def test_new_origin_of_an_open_source_opens_too(self, reporter, stranger):
        report, wire = SourceFactory(public=True), SourceFactory()
        report.derive_from(reporter, wire, "stated")
        assert wire in Source.objects.visible_to(stranger)

    def test_only_an_editor_opens(self, reporter):
        source = SourceFactory()
        with refuses("not_allowed", kind=NotAllowed):
            source.open_to_readers(reporter)

    def test_one_act(self, editor):
        report = SourceFactory(derived_from=[SourceFactory(), SourceFactory()])
        seq = last_seq()
        report.open_to_readers(editor)
        assert last_seq() == seq + 1


class TestConfidential:
    def test_kept_for_editors_and_who_entered_it(self, reporter, editor, stranger, administrator):
        from tests.factories import UserFactory

        kept = ConfidentialSourceFactory(by=reporter, notes="By telephone only.")
        other = UserFactory(role="reporter")
        for person, sees in (
            (reporter, True),
            (editor, True),
            (administrator, True),
            (other, False),
            (stranger, False),
        ):
            assert ConfidentialSource.objects.visible_to(person).exists() is sees
            assert ConfidentialSource.objects.editable_by(person).exists() is sees
        assert "Somebody" not in str(kept)

    def test_refused(self, reporter, stranger):
        named, hidden = SourceFactory(), SourceFactory(kind="anonymous_source")
        with refuses("not_anonymous", "Only an anonymous source has an identity"):
            ConfidentialSource.protect(reporter, named, "J. Doe")
        with refuses("not_allowed", "Only the desk", NotAllowed):
            ConfidentialSource.protect(stranger, hidden, "J. Doe")
        with invalid("identity"):
            ConfidentialSource.protect(reporter, hidden, "")
        ConfidentialSource.protect(reporter, hidden, "J. Doe")
        with invalid("public_source", "already exists"):
            ConfidentialSource.protect(reporter, hidden, "J. Doe")

    def test_leaves_no_trace_in_the_ledger(self, reporter):
        source = SourceFactory(kind="anonymous_source")
        seq = last_seq()
        ConfidentialSource.protect(reporter, source, "J. Doe")
        assert last_seq() == seq

    def test_nothing_in_the_record_points_at_it(self):
        relations = [
            one
            for one in Source._meta.get_fields()
            if one.is_relation and one.related_model is ConfidentialSource
        ]
        assert all(one.hidden for one in relations)
        assert not [
            one for one in ConfidentialSource._meta.get_fields() if one.auto_created and not one.concrete
        ]


class TestWords:
    def test_for_listing_counts_public_claims(self, stranger):
        version = SourceVersionFactory()
        shown, dismissed = ClaimFactory(), ClaimFactory()
        EvidenceFactory(claim=shown, source_version=version, public=True)
        EvidenceFactory(claim=shown, source_version=version, note="More.")
        EvidenceFactory(claim=dismissed, source_version=version, public=True)
        dismissed.dismiss(None, "Nobody said this.")
        row = Source.objects.visible_to(stranger).for_listing().get()
        assert row.claim_count == 1

    def test_standing_and_editable(self, reporter, stranger):
        survivor = SourceFactory()
        merged = SourceFactory(merged_into=survivor)
        assert list(Source.objects.standing()) == [survivor]
        assert list(Source.objects.editable_by(reporter)) == [survivor]
        assert not Source.objects.editable_by(stranger).exists()
        with refuses("not_allowed", kind=NotAllowed):
            merged.revise(reporter, title="x")
