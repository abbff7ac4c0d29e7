"""Where a text that comes without a manifest belongs: new, known, a newer version, or held for a decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from articles.importing import batch
from articles.importing.arrived import Arrived
from articles.importing.batch import import_paths
from articles.importing.filing import file_held_as_article, file_held_as_version, file_version
from articles.importing.report import Failure, Fate, Report
from articles.importing.text import read_text
from articles.models import (
    AnchorProposal,
    Appearance,
    Arrival,
    Article,
    ArticleVersion,
    Block,
    Claim,
    LedgerHead,
    Original,
    PassageMark,
    Redaction,
    ReviewTask,
    Suggestion,
)
from articles.refusals import Refused
from articles.verification import verify
from articles.vocabulary import Media
from tests import factories

pytestmark = pytest.mark.django_db

BRIDGE = """The bridge over the Example

By Ann Example

March 5, 2024

The town of Example opened its new bridge on Monday after eleven months of work. It cost 3.5 million crowns, said two
people briefed on the accounts. The old bridge was closed in April 2021 because its piers had cracked.

Engineers measured 112 cracks in the northern pier alone. According to the Example Gazette, the council had put the
repair off four times since 2015. The toll will not rise before 2030, the council promised.

Shopkeepers on the southern bank lost a third of their customers while it was closed, a survey by the chamber found.
Eleven shops gave up. The chamber asked for 400,000 crowns of relief and was given half of that in December.
"""


def bring(folder: Path, name: str, text: str | bytes, by: Any = None) -> Report:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    [outcome] = import_paths([path], by)
    assert isinstance(outcome, Report), outcome.sentences
    return outcome


def refused(folder: Path, name: str, data: bytes) -> list[str]:
    (folder / name).write_bytes(data)
    [outcome] = import_paths([folder / name])
    assert isinstance(outcome, Failure)
    return outcome.sentences


class TestANewText:
    def test_it_is_read_and_waits_at_the_desk(self, tmp_path: Path) -> None:
        report = bring(tmp_path, "bridge.txt", BRIDGE)
        article = Article.objects.get()
        assert (report.fate, report.article_id) == (Fate.NEW, article.pk)
        assert not article.is_public and Claim.objects.count() == 0
        version = article.current_version
        told = [version.text[one.start : one.end] for one in Suggestion.objects.order_by("start")]
        assert (
            told[0].startswith("The town of Example opened")
            and len(told) == report.created["suggestions"] == 9
        )
        assert {block.role for block in Block.objects.all()} >= {"title", "byline", "paragraph"}
        assert PassageMark.objects.filter(article_version=version).exists()
        assert verify() == []

    def test_what_the_lines_above_it_say_is_taken_with_its_basis(self, tmp_path: Path) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        article = Article.objects.get()
        assert article.title == "The bridge over the Example"
        assert "Ann Example" in article.byline
        assert article.published.edtf() == "2024-03-05" and "March 5, 2024" in article.published.basis

    def test_who_says_it_is_kept_with_places(self, tmp_path: Path) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        cost = next(one for one in Suggestion.objects.all() if "3.5 million" in one.exact)
        assert cost.speakers == ["two people briefed on the accounts"]
        assert cost.chain[0]["unnamed"] is True
        claim = cost.accept(factories.some_editor())
        links = claim.appearances.get().attributions.all()
        assert [(one.position, one.words) for one in links] == [
            (1, ""),
            (2, "two\npeople briefed on the accounts"),
        ]

    def test_its_bytes_are_kept_as_they_came(self, tmp_path: Path) -> None:
        data = b"\xef\xbb\xbf" + BRIDGE.replace("\n", "\r\n").encode()
        bring(tmp_path, "bridge.txt", data)
        version = ArticleVersion.objects.get()
        assert version.text == BRIDGE and version.original_sha256 == Original.objects.get().sha256
        assert Original.objects.get().data == data

    def test_the_suggestions_are_ranked(self, tmp_path: Path) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE + "\nWhat a fine day! Is it not beautiful?\n")
        ranked = [one.exact for one in Suggestion.objects.open().ranked()]
        assert {"What a fine day!", "Is it not beautiful?"} == set(ranked[-2:])


class TestTheSameAgain:
    def test_changes_nothing(self, tmp_path: Path) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        counts = [model.objects.count() for model in (Arrival, Original, Suggestion, Block)]
        head = LedgerHead.objects.get().seq
        report = bring(tmp_path, "bridge.txt", BRIDGE)
        assert report.fate == Fate.KNOWN and report.changes_nothing
        assert counts == [model.objects.count() for model in (Arrival, Original, Suggestion, Block)]
        assert LedgerHead.objects.get().seq == head

    def test_under_another_name_or_in_another_charset_too(self, tmp_path: Path) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        for name, data in (("other.txt", BRIDGE.encode()), ("wide.txt", BRIDGE.encode("utf-16"))):
            assert bring(tmp_path, name, data).fate == Fate.KNOWN
        assert Original.objects.count() == Article.objects.count() == 1

    def test_a_file_that_was_filed_is_not_read_again(self, tmp_path: Path, monkeypatch) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        monkeypatch.setattr(batch, "file_text", None)
        assert bring(tmp_path, "bridge.txt", BRIDGE).fate == Fate.KNOWN

    @pytest.mark.parametrize("name", ["again.txt", "bridge.txt"])
    def test_an_older_version_is_told_as_such(self, tmp_path: Path, name: str) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        bring(tmp_path, "bridge.txt", BRIDGE.replace("3.5", "3.9"))
        report = bring(tmp_path, name, BRIDGE)
        assert report.fate == Fate.KNOWN and "version 2 is newer" in report.notes[-1]
        assert report.article_id == Article.objects.get().pk


class TestANewerVersion:
    @pytest.fixture
    def claims(self, tmp_path: Path) -> dict[str, Claim]:
        bring(tmp_path, "bridge.txt", BRIDGE)
        editor = factories.some_editor()
        found = {}
        for words in ("112 cracks", "3.5 million", "will not rise", "Eleven shops"):
            one = next(one for one in Suggestion.objects.all() if words in one.exact)
            found[words] = one.accept(editor)
        return found

    def test_a_changed_text_of_the_same_name_is_one(self, tmp_path: Path, claims) -> None:
        changed = (
            BRIDGE.replace("3.5 million", "8.5 million").replace("will not rise", "will rise")
            .replace("Eleven shops gave up. ", "")
        )  # fmt: skip
        report = bring(tmp_path, "bridge.txt", changed)
        assert report.fate == Fate.VERSION and ArticleVersion.objects.count() == 2
        fates = {claim: fate for claim, fate, _words in report.anchors}
        assert fates == {
            claims["112 cracks"].pk: "moves by itself",
            claims["3.5 million"].pk: "changed",
            claims["will not rise"].pk: "changed",
            claims["Eleven shops"].pk: "lost",
        }
        new = ArticleVersion.objects.get(number=2)
        carried = Appearance.objects.get(article_version=new)
        assert carried.exact == carried.carried_from.exact and "112 cracks" in carried.exact
        assert AnchorProposal.objects.open().count() == 3 and not ReviewTask.objects.exists()
        assert verify() == []

    def test_verdicts_that_rest_on_words_that_did_not_move_are_to_be_read_again(
        self, tmp_path, claims
    ) -> None:
        for words in ("112 cracks", "3.5 million"):
            factories.VerdictFactory(claim=claims[words])
        bring(tmp_path, "bridge.txt", BRIDGE.replace("3.5 million", "8.5 million"))
        assert [task.claim for task in ReviewTask.objects.open()] == [claims["3.5 million"]]

    def test_one_that_somebody_names_as_such_is_one_whatever_it_resembles(self, claims) -> None:
        article = Article.objects.get()
        data = b"Only this is left: engineers measured 112 cracks.\n"
        arrived = Arrived("later.txt", data, Media.TEXT, read_text(data))
        version, report = file_version(factories.some_reporter(), article, arrived)
        assert (version.article, version.number, version.text) == (article, 2, data.decode())
        assert (report.fate, report.article_id, len(report.anchors)) == (Fate.VERSION, article.pk, 4)
        assert Arrival.objects.of_article_under("later.txt") == article
        assert Suggestion.objects.filter(article_version=version).exists()
        assert verify() == []
        with pytest.raises(Refused, match="already the text of version 2"):
            file_version(None, article, arrived)

    def test_an_article_of_another_text_under_the_same_name_is_none(self, tmp_path, claims) -> None:
        report = bring(
            tmp_path, "bridge.txt", "The library of Example is open on Sundays. It has 40,000 books.\n"
        )
        assert report.fate == Fate.NEW and Article.objects.count() == 2
        assert "with another text" in report.notes[0]

    def test_what_was_dismissed_stays_dismissed(self, tmp_path: Path, claims) -> None:
        one = next(one for one in Suggestion.objects.all() if "relief" in one.exact)
        one.dismiss(factories.some_editor())
        bring(tmp_path, "bridge.txt", BRIDGE.replace("3.5 million", "8.5 million"))
        new = ArticleVersion.objects.get(number=2)
        again = next(one for one in Suggestion.objects.filter(article_version=new) if "relief" in one.exact)
        assert again.state == "dismissed"
        assert not Suggestion.objects.open().exclude(article_version=new).exists()


class TestANearCopy:
    ADDED = "\n\nThis paragraph, added by another paper, says how the day went and who came."
    COPY = BRIDGE.removeprefix("The bridge over the Example\n\nBy Ann Example\n\n").replace("’", "'")
    COPY = COPY.replace("\n\nShopkeepers", f"{ADDED}\n\nShopkeepers")

    @pytest.fixture
    def held(self, tmp_path: Path) -> Arrival:
        bring(tmp_path, "bridge.txt", BRIDGE)
        report = bring(tmp_path, "copied.txt", self.COPY)
        assert report.fate == Fate.HELD
        return Arrival.objects.get(pk=report.arrival_id)

    def test_it_is_held_with_a_sentence(self, held: Arrival) -> None:
        assert Article.objects.count() == ArticleVersion.objects.count() == 1
        assert held.is_held and held.resembles == Article.objects.get() and held.resemblance
        assert held.text == self.COPY and Arrival.objects.held().get() == held

    def test_handed_in_again_it_still_waits(self, tmp_path: Path, held: Arrival) -> None:
        report = bring(tmp_path, "copied.txt", self.COPY)
        assert report.fate == Fate.KNOWN and "waits at the desk" in report.notes[0]
        assert Arrival.objects.held().count() == 1

    def test_it_becomes_a_newer_version(self, held: Arrival) -> None:
        version = file_held_as_version(factories.some_editor(), held)
        assert (version.number, version.text) == (2, self.COPY)
        assert Suggestion.objects.filter(article_version=version).exists()
        held.refresh_from_db()
        assert (held.state, held.article_version, held.text) == ("filed", version, "")
        assert verify() == []

    def test_or_an_article_of_its_own(self, held: Arrival) -> None:
        version = file_held_as_article(factories.some_editor(), held)
        assert Article.objects.count() == 2 and version.number == 1
        assert version.original_sha256 == held.original.sha256

    def test_or_a_copy(self, held: Arrival) -> None:
        article = held.note_copy(factories.some_editor(), publisher="Another Paper")
        assert article.copies.get().publisher == "Another Paper" and ArticleVersion.objects.count() == 1

    def test_the_name_of_a_copy_stands_for_no_article(self, tmp_path: Path, held: Arrival) -> None:
        held.note_copy(factories.some_editor(), publisher="Another Paper")
        assert bring(tmp_path, "copied.txt", self.COPY).fate == Fate.KNOWN
        changed = bring(tmp_path, "copied.txt", self.COPY.replace("3.5 million", "8.5 million"))
        assert changed.fate == Fate.HELD and ArticleVersion.objects.count() == 1

    def test_or_nothing(self, tmp_path: Path, held: Arrival) -> None:
        held.set_aside(factories.some_editor())
        report = bring(tmp_path, "copied.txt", self.COPY)
        assert "was set aside" in report.notes[0] and Article.objects.count() == 1

    def test_it_is_decided_once(self, held: Arrival) -> None:
        other = Arrival.objects.get() if Arrival.objects.count() == 1 else Arrival.objects.get(pk=held.pk)
        held.set_aside(None)
        for decide in (file_held_as_version, file_held_as_article):
            with pytest.raises(Refused, match="decided already"):
                decide(None, other)

    def test_the_same_text_in_another_charset_waits_with_it(self, tmp_path: Path, held: Arrival) -> None:
        report = bring(tmp_path, "wide.txt", self.COPY.encode("utf-16"))
        assert report.fate == Fate.KNOWN and Arrival.objects.held().get() == held

    def test_what_came_on_record_in_the_meantime_waits_no_more(self, tmp_path: Path, held: Arrival) -> None:
        (tmp_path / "copied.yaml").write_text("manifest: 1\nid: copied\narticle: {title: The copy}\n")
        bring(tmp_path, "copied.txt", self.COPY)
        assert not Arrival.objects.held().exists() and Article.objects.count() == 2
        with pytest.raises(Refused, match="decided already"):
            file_held_as_article(None, held)

    def test_words_that_were_redacted_meanwhile_do_not_come_back(self, held: Arrival) -> None:
        loaded = Arrival.objects.get(pk=held.pk)
        Redaction.everywhere(factories.some_administrator(), "Example Gazette", "A test.")
        version = file_held_as_version(None, loaded)
        assert "Example Gazette" not in version.text and verify() == []
        loaded.refresh_from_db()
        assert "Example Gazette" not in loaded.text

    def test_our_own_words_are_no_words_of_people(self, tmp_path: Path) -> None:
        bring(tmp_path, "page.html", HTML)
        changed = HTML.replace("paper.example", "other.example").replace("3.5 million", "3.6 million")
        arrival = Arrival.objects.get(pk=bring(tmp_path, "copied.html", changed).arrival_id)
        arrival.facts["known"] = [["heading", 0, 5]]
        arrival.save()
        bring(tmp_path, "plain.txt", "A heading is a heading of a paragraph, and costs 40 crowns.\n")
        Redaction.everywhere(factories.some_administrator(), "heading", "A test.")
        arrival.refresh_from_db()
        assert arrival.facts["known"] == [["heading", 0, 5]]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            ("empty.txt", b"", "is empty"),
            ("blank.md", b" \n \n", "holds only white space"),
            ("program.txt", b"\x7fELF\x02\x01\x01" + bytes(60), "program"),
            ("page.pdf", b"<!doctype html><p>Not found</p>", "web page"),
            ("bad.pdf", b"%PDF-1.7\nnothing follows", "bad.pdf"),
            ("bytes.txt", b"a\x81\x8d\x9d", "charset"),
            ("script.html", b"<html><script>x()</script></html>", "script.html"),
        ],
    )
    def test_with_a_sentence_that_names_the_file(self, tmp_path, name, data, sentence) -> None:
        sentences = refused(tmp_path, name, data)
        assert name in sentences[0] and sentence in sentences[0]
        assert not Article.objects.exists() and not Original.objects.exists() and not Arrival.objects.exists()

    def test_the_others_come_in(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"")
        (tmp_path / "b.txt").write_text(BRIDGE)
        fates = [one.fate for one in import_paths([tmp_path])]
        assert sorted(fates) == sorted([Fate.REFUSED, Fate.NEW])

    def test_a_mistake_of_ours_over_one_file_keeps_no_other_out(self, tmp_path, monkeypatch) -> None:
        (tmp_path / "a.txt").write_text(BRIDGE)
        (tmp_path / "b.txt").write_text("The library of Example has 40,000 books.\n")
        whole = batch.file_text

        def failing(by: Any, arrived: Any) -> Report:
            if arrived.name == "a.txt":
                raise ZeroDivisionError("a bug")
            return whole(by, arrived)

        monkeypatch.setattr(batch, "file_text", failing)
        outcomes = list(import_paths([tmp_path]))
        assert [one.fate for one in outcomes] == [Fate.REFUSED, Fate.NEW]
        assert "ZeroDivisionError: a bug" in outcomes[0].sentences[0]


HTML = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The bridge</title>
<meta property="og:title" content="The bridge over the Example"><link rel="canonical" href="https://paper.example/bridge">
<meta property="article:published_time" content="2024-03-05T08:00:00+01:00"></head><body><article><h1>The bridge</h1>
{"".join(f"<p>{paragraph}</p>" for paragraph in BRIDGE.split(chr(10) * 2)[3:])}</article></body></html>"""


class TestAWebPage:
    def test_its_words_come_in_and_what_it_declares_of_itself(self, tmp_path: Path) -> None:
        bring(tmp_path, "page.html", HTML)
        article = Article.objects.get()
        assert (
            article.url == "https://paper.example/bridge" and article.title == "The bridge over the Example"
        )
        assert article.published.edtf() == "2024-03-05" and article.published.basis
        assert "It cost 3.5 million crowns" in article.current_version.text
        assert Original.objects.get().data.decode() == HTML
        assert "trafilatura" in Arrival.objects.get().method

    def test_its_address_brings_the_newer_version_whatever_the_file_is_called(self, tmp_path: Path) -> None:
        bring(tmp_path, "page.html", HTML)
        later = HTML.replace("3.5 million", "3.9 million").replace('/bridge"', '/bridge/?utm_source=mail"')
        report = bring(tmp_path, "saved-later.html", later)
        assert report.fate == Fate.VERSION and "the same address" in report.notes[0]


class TestMending:
    def test_what_was_imported_as_it_was_is_mended_when_that_is_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("It wasnâ€™t the bridge of Example that fell into the river in May.")
        list(import_paths([tmp_path]))
        [report] = import_paths([tmp_path], repair=True)
        assert report.fate == Fate.VERSION
        assert Article.objects.get().current_version.text.startswith("It wasn’t")


class TestAManifest:
    TEXT = "The bridge over the Example\n\nIt cost 3.5 million crowns, said the council. It opened in May.\n"
    BLOCKS = "blocks:\n  - {key: head, role: title, quote: The bridge over the Example}\n"

    def manifest(self, folder: Path, more: str, name: str = "b") -> Report:
        (folder / f"{name}.yaml").write_text(f"manifest: 1\nid: {name}\narticle: {{publisher: Post}}\n{more}")
        return bring(folder, f"{name}.txt", self.TEXT)

    def test_may_come_after_its_text_and_name_what_was_found_there(self, tmp_path: Path) -> None:
        bring(tmp_path, "b.txt", self.TEXT)
        self.manifest(tmp_path, self.BLOCKS)
        title = Block.objects.get(role="title")
        assert title.key == "head" and Block.objects.filter(role="paragraph").exists()

    def test_may_change_and_repeat_itself_and_another_one(self, tmp_path: Path) -> None:
        self.manifest(tmp_path, "")
        again = "  - {key: twice, role: title, quote: The bridge over the Example}\n"
        report = self.manifest(tmp_path, self.BLOCKS + again)
        assert [one for one in report.differences if "role already" in one]
        assert Block.objects.get(role="title").key == "head"
        report = self.manifest(tmp_path, self.BLOCKS, "c")
        assert [one for one in report.differences if "role already" in one]
        assert self.manifest(tmp_path, self.BLOCKS, "c").changes_nothing

    def test_redacted_words_do_not_come_back_with_it(self, tmp_path: Path) -> None:
        self.manifest(tmp_path, "")
        Redaction.everywhere(factories.some_administrator(), "3.5 million", "A test.")
        self.manifest(tmp_path, self.BLOCKS)
        assert "3.5" not in json.dumps(list(Suggestion.objects.values_list("reasons", flat=True)))

    def test_an_old_text_does_not_overwrite_a_newer_one(self, tmp_path: Path) -> None:
        self.manifest(tmp_path, self.BLOCKS)
        (tmp_path / "new").mkdir()
        bring(tmp_path / "new", "b.txt", self.TEXT.replace("3.5", "8.5"))
        report = self.manifest(tmp_path, self.BLOCKS)
        assert ArticleVersion.objects.count() == 2 and "version 2 is newer" in report.differences[0]

    def test_a_text_in_which_nothing_is_told_is_read_once(self, tmp_path: Path) -> None:
        (tmp_path / "b.yaml").write_text("manifest: 1\nid: b\narticle: {publisher: Post}\n")
        bring(tmp_path, "b.txt", "# Only a heading\n")
        assert not Suggestion.objects.exists()
        assert bring(tmp_path, "b.txt", "# Only a heading\n").changes_nothing


class TestADryRun:
    def test_it_says_what_would_become_of_each_claim_and_writes_nothing(self, tmp_path: Path) -> None:
        bring(tmp_path, "bridge.txt", BRIDGE)
        claim = next(one for one in Suggestion.objects.all() if "3.5 million" in one.exact).accept(None)
        (tmp_path / "bridge.txt").write_text(BRIDGE.replace("3.5 million", "8.5 million"))
        (tmp_path / "other.txt").write_text("The library of Example has 40,000 books.\n")
        (tmp_path / "same.txt").write_text("The library of Example has 40,000 books.\n")
        head = LedgerHead.objects.get().seq
        outcomes = {one.file: one for one in import_paths([tmp_path], dry_run=True)}
        assert [one.fate for one in outcomes.values()] == [Fate.VERSION, Fate.NEW, Fate.KNOWN]
        assert [(pk, fate) for pk, fate, _words in outcomes["bridge.txt"].anchors] == [(claim.pk, "changed")]
        assert any(f"claim {claim.pk}: changed" in line for line in outcomes["bridge.txt"].lines())
        assert ArticleVersion.objects.count() == 1 and LedgerHead.objects.get().seq == head
