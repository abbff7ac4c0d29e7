"""The last step of an import: what a text and its manifest become, now and when they come again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.importing.batch import import_paths
from articles.importing.report import Failure
from articles.models import (
    Appearance,
    Article,
    ArticleVersion,
    Block,
    Change,
    Claim,
    Claimant,
    ClaimRelation,
    Copy,
    Evidence,
    LedgerHead,
    ManifestItem,
    Source,
    SourceVersion,
    VerdictDraft,
)
from articles.verification import verify

TEXT = "The bridge\n\nThe mayor said that it cost four million. A court agreed.\nBridges: 4 million.\n"
MANIFEST = """\
manifest: 1
id: bridge-2024
article:
  title: The bridge
  publisher: Example Post
  published: {when: 2024-03, basis: "the month named in the first line"}
  rights: full
  readers: true
  provenance:
    - {kind: original, publisher: Example Post, published: 2024-03-05}
    - {kind: this_text, note: "a file"}
blocks:
  - {key: head, role: title, quote: The bridge}
claimants:
  - {key: mayor, name: "Mayor of Example", kind: person}
sources:
  - key: order
    kind: court_filing
    court: Court of Example
    title: Order
    part_of: case
    derived_from:
      - {source: budget, basis: stated}
    versions:
      - {copy_quality: primary}
  - {key: case, kind: court_case, court: Court of Example, title: Example v. Bridge}
  - key: budget
    kind: government_statement
    title: Budget of Example
    versions:
      - {copy_quality: primary, text_from_article: [69, 88], rights: excerpt}
claims:
  - key: said
    statement: The mayor of Example said that the bridge cost four million.
    kind: attributed_report
    quote: The mayor said that it cost four million.
    attribution:
      - {described_as: the article}
      - {claimant: mayor, words: The mayor}
    relations:
      - {kind: reports, claim: cost}
  - key: cost
    statement: The bridge of Example cost four million.
    kind: quantity
    quote: it cost four million
    topics: [Bridges]
    asserted: {when: 2024-03, basis: "the article's date"}
    evidence:
      - {key: budget-line, source: budget, stance: supports, passage: "Bridges: 4 million"}
      - {key: order-note, source: order, stance: supports, posture: found, note: "The court found the same sum."}
    verdict:
      rating: supported
      summary: The budget names the sum.
      reasoning: "The court found it [order-note], after the budget [budget-line]."
  - key: agreed
    statement: A court agreed with the mayor of Example.
    kind: opinion
    status: not_checkable
    reason: The sentence does not say which court.
    quote: A court agreed.
"""


@pytest.fixture
def folder(tmp_path: Path, newsroom) -> Path:
    (tmp_path / "bridge.txt").write_text(TEXT)
    (tmp_path / "bridge.yaml").write_text(MANIFEST)
    return tmp_path


def bring_in(*paths: Path, by=None, dry_run=False) -> list:
    return list(import_paths(paths, by, dry_run))


def rewrite(folder: Path, old: str, new: str, name: str = "bridge.yaml") -> None:
    path = folder / name
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new))


def head() -> int:
    return LedgerHead.objects.get().seq


class TestATextAlone:
    def test_it_stays_at_the_desk_until_somebody_opens_it(self, tmp_path, db):
        (tmp_path / "alone.txt").write_text("One sentence.")
        [report] = bring_in(tmp_path)
        article = Article.objects.get(pk=report.article_id)
        assert not Article.objects.visible_to(None).exists()
        assert article.current_version.text == "One sentence."
        assert (article.title, article.published.edtf(), Claim.objects.count()) == ("", "", 0)

    def test_the_same_bytes_again_change_nothing(self, tmp_path, db):
        (tmp_path / "alone.txt").write_text("One sentence.")
        bring_in(tmp_path)
        before = head()
        [report] = bring_in(tmp_path)
        assert report.changes_nothing and head() == before

    def test_a_copy_with_other_quotation_marks_is_noticed(self, tmp_path, db):
        (tmp_path / "a.txt").write_text("“Musk’s” words – here.")
        bring_in(tmp_path / "a.txt")
        (tmp_path / "b.txt").write_text('"Musk\'s" words - here.')
        [report] = bring_in(tmp_path / "b.txt")
        assert Article.objects.count() == 1
        assert "but for quotation marks" in report.notes[0]

    @pytest.mark.parametrize("data", [b"", b" \n", b"a\x00b", b"\xff\xfe\x00\xd8"])
    def test_bytes_that_are_no_text_are_refused_in_a_sentence(self, tmp_path, db, data):
        (tmp_path / "bad.txt").write_bytes(data)
        [failure] = bring_in(tmp_path)
        assert isinstance(failure, Failure) and "bad.txt" in failure.sentences[0]
        assert not Article.objects.exists()


class TestAManifest:
    def test_everything_in_it_comes_in(self, folder):
        [report] = bring_in(folder)
        assert not isinstance(report, Failure), report.sentences
        article = Article.objects.visible_to(None).get()
        assert (article.title, article.publisher, article.published.edtf()) == (
            "The bridge",
            "Example Post",
            "2024-03",
        )
        assert list(Copy.objects.values_list("kind", flat=True)) == ["original", "this_text"]
        assert Block.objects.get(key="head").role == "title"
        assert Source.objects.get(title="Order").part_of.title == "Example v. Bridge"
        assert Source.objects.get(title="Order").origins.get().origin.title == "Budget of Example"
        assert SourceVersion.objects.get(source__title="Budget of Example").text == TEXT[69:88]
        said, cost = Claim.objects.get(kind="attributed_report"), Claim.objects.get(kind="quantity")
        assert cost.origin == "manifest" and [str(topic) for topic in cost.topics.all()] == ["Bridges"]
        assert ClaimRelation.objects.get().first == said and ClaimRelation.objects.get().second == cost
        attributions = list(said.appearances.get().attributions.all())
        assert [str(one) for one in attributions] == ["the article", "Mayor of Example"]
        assert TEXT[attributions[1].start : attributions[1].end] == "The mayor"
        assert (
            Claim.objects.get(status="not_checkable").status_reason
            == "The sentence does not say which court."
        )
        assert verify() == []

    def test_the_import_decides_whether_a_passage_is_verified(self, folder):
        bring_in(folder)
        assert Evidence.objects.get(passage="Bridges: 4 million").passage_state == "verified"

    def test_a_draft_cites_by_number_in_the_order_of_its_evidence(self, folder):
        bring_in(folder)
        draft = VerdictDraft.objects.get()
        assert draft.reasoning == "The court found it [2], after the budget [1]."
        assert [one.passage for one in draft.cited_evidence()] == ["Bridges: 4 million", ""]
        assert (draft.author, draft.state) == (None, "writing")

    def test_one_file_is_one_entry_of_the_ledger(self, folder):
        before = head()
        [report] = bring_in(folder)
        change = Change.objects.get(seq=before + 1)
        assert head() == before + 1
        assert (change.verb, change.object_type, change.object_id) == ("import", "article", report.article_id)

    def test_again_it_changes_nothing(self, folder):
        bring_in(folder)
        before = head()
        [report] = bring_in(folder)
        assert report.changes_nothing and not report.differences and head() == before

    def test_it_takes_over_a_text_that_was_imported_alone(self, folder):
        (folder / "bridge.yaml").rename(folder / "aside")
        bring_in(folder)
        (folder / "aside").rename(folder / "bridge.yaml")
        bring_in(folder)
        assert Article.objects.get().title == "The bridge"


class TestMistakes:
    def test_a_mistake_names_file_line_and_field_and_nothing_is_written(self, folder):
        rewrite(folder, "quote: A court agreed.", "quote: A court disagreed.")
        before = head()
        [failure] = bring_in(folder)
        written = (folder / "bridge.yaml").read_text().splitlines()
        line = next(number for number, words in enumerate(written, 1) if "disagreed" in words)
        assert failure.sentences[0].startswith(f"bridge.yaml:{line}: claims[agreed].quote: ")
        assert not Article.objects.exists() and head() == before

    def test_what_a_verb_refuses_is_a_mistake_with_its_line_too(self, folder):
        rewrite(folder, "title: Budget of Example", f"title: {'x' * 501}")
        [failure] = bring_in(folder)
        assert "sources[budget].title: " in failure.sentences[0] and "500 characters" in failure.sentences[0]
        assert not Article.objects.exists() and not ManifestItem.objects.exists()

    def test_other_files_come_in_all_the_same(self, folder):
        rewrite(folder, "quote: A court agreed.", "quote: A court disagreed.")
        (folder / "other.txt").write_text("Another text.")
        outcomes = bring_in(folder)
        assert [isinstance(outcome, Failure) for outcome in outcomes] == [True, False]
        assert Article.objects.count() == 1

    def test_an_unknown_rating_is_a_mistake(self, folder):
        rewrite(folder, "rating: supported", "rating: quite_right")
        [failure] = bring_in(folder)
        assert "claims[cost].verdict.rating" in failure.sentences[0] and "quite_right" in failure.sentences[0]

    def test_without_a_scale_it_says_which_command_makes_one(self, tmp_path, db):
        (tmp_path / "bridge.txt").write_text(TEXT)
        (tmp_path / "bridge.yaml").write_text(MANIFEST)
        [failure] = bring_in(tmp_path)
        assert "open_newsroom" in failure.sentences[0]


class TestComingAgain:
    def test_an_item_that_the_manifest_changed_is_brought_up_to_date(self, folder):
        bring_in(folder)
        rewrite(
            folder,
            "statement: The bridge of Example cost four million.",
            "statement: The bridge cost 4 million.",
        )
        [report] = bring_in(folder)
        assert Claim.objects.get(kind="quantity").statement == "The bridge cost 4 million."
        assert report.updated == {"claims": 1} and not report.differences

    def test_what_the_desk_changed_stays_and_is_reported(self, folder, reporter):
        bring_in(folder)
        claim = Claim.objects.get(kind="quantity")
        claim.revise(reporter, statement="The desk's own words.")
        [report] = bring_in(folder)
        assert report.changes_nothing and not report.differences
        rewrite(
            folder,
            "statement: The bridge of Example cost four million.",
            "statement: The bridge cost 4 million.",
        )
        [report] = bring_in(folder)
        claim.refresh_from_db()
        assert claim.statement == "The desk's own words."
        assert "claims[cost]" in report.differences[0] and "changed at the desk" in report.differences[0]

    def test_what_the_desk_removed_stays_removed(self, folder, reporter):
        bring_in(folder)
        ClaimRelation.objects.get().take_back(reporter)
        [report] = bring_in(folder)
        assert not ClaimRelation.objects.exists()
        assert "removed at the desk" in report.differences[0]

    def test_evidence_that_a_verdict_cites_is_not_touched(self, folder, reporter, editor):
        bring_in(folder)
        draft = VerdictDraft.objects.get()
        draft.submit(reporter)
        draft.publish(editor)
        rewrite(folder, "The court found the same sum.", "The court said something else.")
        [report] = bring_in(folder)
        assert not isinstance(report, Failure), report.sentences
        assert Evidence.objects.get(posture="found").note == "The court found the same sum."
        assert "evidence[order-note]" in report.differences[0]

    def test_new_items_are_added(self, folder):
        bring_in(folder)
        rewrite(
            folder, "claimants:\n", "claimants:\n  - {key: post, name: Example Post, kind: organisation}\n"
        )
        [report] = bring_in(folder)
        assert Claimant.objects.count() == 2 and report.created == {"claimants": 1}

    def test_words_on_record_are_written_once(self, folder):
        bring_in(folder)
        rewrite(folder, "quote: it cost four million", "quote: cost four million")
        [report] = bring_in(folder)
        assert Appearance.objects.get(claim__kind="quantity").exact == "it cost four million"
        assert "written once" in report.differences[0]

    def test_blocks_are_rebuilt(self, folder):
        bring_in(folder)
        rewrite(
            folder,
            "{key: head, role: title, quote: The bridge}",
            "{key: head, role: heading, quote: The bridge}",
        )
        bring_in(folder)
        assert list(Block.objects.exclude(key="").values_list("role", flat=True)) == ["heading"]

    def test_a_claim_changes_status_with_the_manifest(self, folder):
        bring_in(folder)
        rewrite(folder, "    status: not_checkable\n    reason: The sentence does not say which court.\n", "")
        bring_in(folder)
        assert not Claim.objects.filter(status="not_checkable").exists()

    def test_a_newer_text_is_a_new_version_and_quotations_go_along(self, folder):
        bring_in(folder)
        (folder / "bridge.txt").write_text("Corrected.\n\n" + TEXT)
        rewrite(folder, "[69, 88]", "[81, 100]")
        [report] = bring_in(folder)
        assert not isinstance(report, Failure), report.sentences
        assert ArticleVersion.objects.count() == 2 and Article.objects.count() == 1
        new = ArticleVersion.objects.get(number=2)
        carried = Appearance.objects.get(article_version=new, claim__kind="quantity")
        assert carried.carried_from is not None
        assert new.text[carried.start : carried.end] == "it cost four million"
        assert Appearance.objects.filter(article_version=new).count() == 3
        assert verify() == []


class TestReferencesToOtherManifests:
    OTHER = """\
manifest: 1
id: another
article: {title: Another}
claims:
  - key: again
    statement: The bridge of Example cost four million, once more.
    kind: quantity
    quote: It cost four million.
    attribution: [{claimant: bridge-2024/mayor}]
    relations: [{kind: same, claim: bridge-2024/cost}]
    evidence:
      - {key: line, source: bridge-2024/budget, version: "1", stance: supports, note: the same line}
"""

    @pytest.fixture
    def two(self, folder) -> Path:
        (folder / "another.txt").write_text("It cost four million.")
        (folder / "another.yaml").write_text(self.OTHER)
        return folder

    def test_they_come_in_the_order_in_which_they_need_each_other(self, two):
        outcomes = bring_in(two)
        assert [Path(outcome.file).name for outcome in outcomes] == ["bridge.txt", "another.txt"]
        assert not any(isinstance(outcome, Failure) for outcome in outcomes)
        assert Evidence.objects.get(note="the same line").source_version.source.title == "Budget of Example"
        assert Claimant.objects.count() == 1

    def test_a_missing_one_is_a_mistake_that_says_what_to_do(self, two):
        [failure] = bring_in(two / "another.txt")
        assert "import the manifest “bridge-2024” first" in " ".join(failure.sentences)
        assert not Article.objects.exists()


class TestWhoImports:
    def test_a_reporter_cannot_open_to_readers_by_way_of_a_manifest(self, folder, reporter):
        [report] = bring_in(folder, by=reporter)
        assert not Article.objects.visible_to(None).exists()
        assert not Evidence.objects.visible_to(None).exists()
        assert any("editor must open" in note for note in report.notes)
        assert VerdictDraft.objects.get().author == reporter

    def test_an_editor_can(self, folder, editor):
        bring_in(folder, by=editor)
        assert Article.objects.visible_to(None).exists()
        assert Change.objects.get(verb="import").actor == editor


class TestDryRun:
    def test_it_says_what_would_happen_and_writes_nothing(self, folder):
        before = head()
        [report] = bring_in(folder, dry_run=True)
        assert report.created["claims"] == 3
        assert not Article.objects.exists() and not ManifestItem.objects.exists() and head() == before


class TestTheCommand:
    def test_it_reports_each_file(self, folder, capsys):
        call_command("import_articles", str(folder))
        assert "3 new claims" in capsys.readouterr().out

    def test_mistakes_end_it_with_a_sentence(self, folder, capsys):
        rewrite(folder, "kind: quantity", "kind: quantities")
        with pytest.raises(CommandError, match="Nothing was imported") as ended:
            call_command("import_articles", str(folder))
        assert ended.value.returncode == 2
        assert "Did you mean `quantity`?" in capsys.readouterr().err

    def test_a_dry_run_says_so(self, folder, capsys):
        call_command("import_articles", str(folder), "--dry-run")
        assert "nothing was written" in capsys.readouterr().out

    def test_an_unknown_account_is_refused(self, folder):
        with pytest.raises(CommandError, match="no active account “nobody”"):
            call_command("import_articles", str(folder), "--as", "nobody")

    @pytest.mark.parametrize(("name", "sentence"), [
        ("missing.txt", "is not there"), ("picture.png", "ends in none of"), ("lonely.yaml", "is not beside it"),
        ("empty", "holds no text"),
    ])  # fmt: skip
    def test_what_holds_no_text_is_refused_in_a_sentence(self, tmp_path, db, name, sentence, capsys):
        (tmp_path / "picture.png").write_bytes(b"png")
        (tmp_path / "lonely.yaml").write_text("manifest: 1")
        (tmp_path / "empty").mkdir()
        with pytest.raises(CommandError) as ended:
            call_command("import_articles", str(tmp_path / name))
        assert ended.value.returncode == 2 and sentence in capsys.readouterr().err
