"""The sample texts and their manifests: byte for byte, every item accounted for, nothing said by mistake."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase

from articles import demo
from articles.importing.batch import import_paths
from articles.importing.manifest import Manifest, check_against_text, read_manifest
from articles.importing.report import Failure
from articles.importing.text import read_text
from articles.models import (
    Appearance,
    Article,
    Block,
    Claim,
    Evidence,
    LedgerHead,
    ManifestItem,
    Source,
    Verdict,
    VerdictDraft,
)
from articles.verification import verify
from articles.vocabulary import ClaimStatus, CopyQuality, SourceKind
from tests import factories
from tests.importing.sample_items import POST_A, POST_B, PUBLISHED_BY_THE_DEMO

SEEDS = settings.BASE_DIR / "seeds"
A = "000_a7328bbeb998593a"
B = "003_83fdf76cc6024f85"
SHA256 = {
    A: "a8981f333b771713e74ba44e157a002d23801b73aa955f7768a9d65ab650f801",
    B: "84bb197d4e0159d3df3fb2c7ac91ec3d6a1a2470fb427085cf155ffead0b4016",
}
ITEMS = {A: POST_A, B: POST_B}

both = pytest.mark.parametrize("name", [A, B])


def text_of(name: str) -> str:
    return read_text((SEEDS / f"{name}.txt").read_bytes()).text


def manifest_of(name: str) -> Manifest:
    return read_manifest((SEEDS / f"{name}.yaml").read_bytes(), f"{name}.yaml")


def item_of(key: str) -> str:
    """The item a key belongs to: A02b → A02."""
    return key[:3]


@both
def test_the_texts_are_there_byte_for_byte(name):
    data = (SEEDS / f"{name}.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256[name]
    record = read_text(data)
    assert record.sha256 == record.original_sha256 == SHA256[name]
    assert record.offset_map == ()
    assert record.encoding == "utf-8"


@both
def test_every_quotation_is_in_the_text_at_its_offsets(name):
    manifest, text = manifest_of(name), text_of(name)
    assert check_against_text(manifest, text, name) == []
    for entry in [*manifest.blocks, *manifest.claims]:
        assert entry.start is not None, f"{entry.key} gives no offset"
        assert text[entry.start : entry.start + len(entry.quote)] == entry.quote, entry.key


@both
def test_every_item_is_accounted_for_and_quoted_whole(name):
    manifest, text = manifest_of(name), text_of(name)
    quoted = {
        (item_of(one.key), one.start, one.start + len(one.quote))
        for one in [*manifest.blocks, *manifest.claims]
    }
    for item, (start, end, _) in ITEMS[name].items():
        assert (item, start, end) in quoted, f"{item} is not quoted whole: “{text[start:end][:60]}”"
    # And no claim of an item quotes words of another.
    for item, start, end in quoted:
        assert ITEMS[name][item][0] <= start < end <= ITEMS[name][item][1], item


@both
def test_structural_lines_are_blocks_and_all_else_is_claims(name):
    manifest = manifest_of(name)
    blocks = {item_of(block.key) for block in manifest.blocks}
    claims = {item_of(claim.key) for claim in manifest.claims}
    for item, (_, _, structural) in ITEMS[name].items():
        if structural:
            assert item in blocks, item
            # A credit line is structural, and also says where its picture is from.
            assert item not in claims or item == "B15", item
        else:
            # A question that does the work of a heading is a heading.
            assert item in claims or (item == "B37" and item in blocks), item


@both
def test_every_character_belongs_to_an_item(name):
    manifest, text = manifest_of(name), text_of(name)
    covered = set()
    for one in [*manifest.blocks, *manifest.claims]:
        covered.update(range(one.start, one.start + len(one.quote)))
    assert [text[at] for at in range(len(text)) if at not in covered and not text[at].isspace()] == []


def test_title_date_provenance_and_roles_of_the_first_post():
    manifest = manifest_of(A)
    assert (manifest.article.title, manifest.article.byline) == (None, None)
    assert manifest.article.publisher == "Celebitchy"
    assert manifest.article.published.edtf() == "2024-10-25"
    assert {block.key: block.role.value for block in manifest.blocks} == {
        "A00": "metadata",
        "A20": "attribution_label",
    }


def test_title_date_provenance_and_roles_of_the_second_post():
    manifest = manifest_of(B)
    assert manifest.article.title == "Musk's PAC Used To Dox Election Workers, Spread Lies"
    assert manifest.article.byline is None
    published = manifest.article.published
    assert (published.earliest, published.latest) == (date(2024, 10, 31), date(2024, 11, 3))
    assert [place.kind.value for place in manifest.article.provenance] == [
        "original",
        "cross_post",
        "copy",
        "this_text",
    ]
    assert manifest.article.provenance[0].url is None, "the original's address was not found"
    roles = {block.key: block.role.value for block in manifest.blocks}
    assert {key for key, role in roles.items() if role == "image_slug"} == {"B14", "B30", "B57", "B68"}
    assert {key for key, role in roles.items() if role == "credit"} == {"B15", "B58"}
    assert {key for key, role in roles.items() if role == "caption"} == {"B31", "B69"}
    assert roles["B00"] == "title"
    assert roles["B21"] == "embed"
    assert roles["B49"] == "footnote"
    assert roles["B70"] == "provenance"


def test_compound_sentences_are_split_into_claims_on_one_span():
    for name, compound in ((A, ("A02", "A03", "A15", "A23")), (B, ("B25", "B28", "B31", "B33", "B34"))):
        claims = manifest_of(name).claims
        for item in compound:
            split = [claim for claim in claims if item_of(claim.key) == item]
            assert len(split) >= 2, item
            assert len({claim.statement for claim in split}) == len(split), item
    five = [claim for claim in manifest_of(A).claims if item_of(claim.key) == "A02"]
    assert len(five) >= 5


def test_a_report_of_a_claim_and_the_claim_are_two():
    manifest = manifest_of(A)
    reports = [claim for claim in manifest.claims for one in claim.relations if one.kind == "reports"]
    assert any(item_of(claim.key) == "A07" for claim in reports)


def test_unnamed_groups_keep_their_words_and_stay_apart():
    groups = [claimant.name for claimant in manifest_of(A).claimants if claimant.kind == "group"]
    for words in (
        "several current and former U.S., European and Russian officials",
        "two people briefed on the request",
        "some in the current administration",
        "Several White House officials",
    ):
        assert words in groups


def test_the_demo_publishes_just_what_rests_on_a_primary_record():
    samples = {
        claim.key: claim
        for name in (A, B)
        for claim in manifest_of(name).claims
        if claim.verdict and claim.verdict.sample
    }
    assert {item_of(key) for key in samples} == set(PUBLISHED_BY_THE_DEMO)
    assert len(samples) == len(PUBLISHED_BY_THE_DEMO)
    versions = {
        (source.key, version.key): version for source in manifest_of(B).sources for version in source.versions
    }
    for key, claim in samples.items():
        used = claim.verdict.evidence or tuple(one.key for one in claim.evidence)
        qualities = {
            versions[one.source, one.version or "1"].copy_quality for one in claim.evidence if one.key in used
        }
        assert CopyQuality.PRIMARY in qualities, key


@both
def test_every_reasoning_cites_the_evidence_it_rests_on(name):
    for claim in manifest_of(name).claims:
        if claim.verdict is None:
            continue
        cited = set(re.findall(r"\[([A-Za-z0-9._-]+)\]", claim.verdict.reasoning))
        assert cited == set(claim.verdict.evidence or [one.key for one in claim.evidence]), claim.key


@both
def test_court_evidence_says_how_far_the_court_had_come(name):
    manifest = manifest_of(name)
    courts = {
        source.key
        for source in manifest.sources
        if source.kind in (SourceKind.COURT_CASE, SourceKind.COURT_FILING)
    }
    for claim in manifest.claims:
        for one in claim.evidence:
            assert (one.source not in courts) or one.posture, f"{claim.key}/{one.key}"


@both
def test_the_private_person_is_not_there(name):
    """The man filmed delivering ballots is neither a claimant nor described by a plate."""
    manifest = manifest_of(name)
    for claimant in manifest.claimants:
        assert "postal" not in claimant.name.lower() and "deliver" not in claimant.name.lower()
    assert not re.search(
        r"\b(plate number|licence plate [A-Z0-9]{5,})\b", Path(SEEDS / f"{name}.yaml").read_text()
    )


class TestOnRecord(TestCase):
    """The seeds once they are imported; an import takes seconds, so it is done once for all of these."""

    @classmethod
    def setUpTestData(cls):
        factories.newsroom()
        outcomes = list(import_paths([SEEDS]))
        assert not [outcome for outcome in outcomes if isinstance(outcome, Failure)]

    def test_it_holds_every_claim_block_and_source_of_the_manifests(self):
        assert Article.objects.visible_to(None).count() == 2
        assert Claim.objects.count() == sum(len(manifest_of(name).claims) for name in (A, B))
        assert Appearance.objects.count() == Claim.objects.count()
        assert Block.objects.exclude(key="").count() == sum(len(manifest_of(name).blocks) for name in (A, B))
        assert Source.objects.count() == sum(len(manifest_of(name).sources) for name in (A, B))
        assert Source.objects.visible_to(None).count() >= 35

    def test_it_is_whole(self):
        assert verify() == []

    def test_nothing_is_published_by_an_import(self):
        assert not Verdict.objects.exists()
        assert set(VerdictDraft.objects.values_list("author", flat=True)) == {None}

    def test_a_second_import_changes_nothing(self):
        before = LedgerHead.objects.get().seq
        for outcome in import_paths([SEEDS]):
            assert outcome.changes_nothing and not outcome.differences, outcome.lines()
        assert LedgerHead.objects.get().seq == before

    def test_every_kind_of_source_the_texts_name_is_there(self):
        kinds = set(Source.objects.values_list("kind", flat=True))
        assert kinds >= {
            "news_report", "court_case", "court_filing", "statute", "platform_rule", "government_statement",
            "organisation_statement", "social_post", "film", "book", "blog_post", "anonymous_source", "speech",
            "complaint", "fact_check",
        }  # fmt: skip

    def test_two_sources_share_a_docket_number(self):
        assert Source.objects.filter(docket_number__contains="1:21-cv-03354").count() >= 2

    def test_verified_passages_stand_in_stored_text_and_the_others_are_called_transcribed(self):
        states = set(Evidence.objects.values_list("passage_state", flat=True))
        assert {"verified", "transcribed", "none"} <= states
        for one in Evidence.objects.filter(passage_state="verified").select_related("source_version"):
            assert one.source_version.text[one.start : one.end] == one.passage

    def test_not_checkable_claims_say_why(self):
        put_aside = Claim.objects.filter(status=ClaimStatus.NOT_CHECKABLE)
        assert put_aside.count() > 40
        assert not put_aside.filter(status_reason="").exists()


class TestDemo:
    def test_it_publishes_the_sample_verdicts_through_two_people_and_does_it_once(self, db):
        prepared = demo.prepare(SEEDS)
        assert prepared.published == len(PUBLISHED_BY_THE_DEMO)
        assert set(prepared.passwords) == {"reporter", "editor", "administrator"}
        for verdict in Verdict.objects.all():
            assert verdict.author.username == "reporter" and verdict.approver.username == "editor"
            assert not verdict.self_approved
        published = ManifestItem.objects.filter(
            object_type="claim", object_id__in=Verdict.objects.values("claim")
        ).values_list("path", flat=True)
        assert {item_of(path.removeprefix("claims/")) for path in published} == set(PUBLISHED_BY_THE_DEMO)
        assert verify() == []

        before = LedgerHead.objects.get().seq
        again = demo.prepare(SEEDS)
        assert (again.published, again.passwords) == (0, {})
        assert LedgerHead.objects.get().seq == before
