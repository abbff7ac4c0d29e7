"""Taking words out of the record: gone from every table, nothing else changed, and the chain still whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.db import connection

from articles import guards
from articles.canonical import sha256
from articles.importing.text import read_text
from articles.models import (
    Appearance,
    Arrival,
    Article,
    ArticleVersion,
    Attribution,
    Change,
    ChangeRow,
    Claim,
    Evidence,
    Original,
    RedactedText,
    Redaction,
    Suggestion,
    Upload,
    Verdict,
)
from articles.models.redaction import MASK, MASKABLE
from articles.refusals import NotAllowed
from articles.verification import verify
from articles.vocabulary import Media
from articles.work.worker import Worker
from tests.factories import (
    ArrivalFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    OriginalFactory,
    ReviewTaskFactory,
    SuggestionFactory,
    VerdictFactory,
    some_administrator,
    some_reporter,
)
from tests.record.redacting import NAME, REASON, dump, redact, spellings
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db


class TestGone:
    def test_everywhere(self, everywhere):
        assert len(spellings(dump(), NAME)) > 60
        redact()
        assert spellings(dump(), NAME, "O’Doe", "jane-q", "jane%20q", "jane_q") == []

    def test_record_is_whole_afterwards(self, everywhere):
        redact()
        assert verify() == []
        assert guards.missing(connection) == []

    def test_offsets_still_fit(self, everywhere):
        redact()
        for appearance in Appearance.objects.all():
            text = appearance.article_version.text
            assert text[appearance.start : appearance.end] == appearance.exact
        for attribution in Attribution.objects.exclude(start=None):
            text = attribution.appearance.article_version.text
            assert text[attribution.start : attribution.end] == attribution.words == MASK * len(NAME)
        for evidence in Evidence.objects.filter(passage_state="verified"):
            text = evidence.source_version.text
            assert text[evidence.start : evidence.end] == evidence.passage
            assert evidence.passage.startswith(MASK * len(NAME))

    def test_every_maskable_column_was_masked(self, everywhere):
        """So that a column that falls out of the fixture is seen here, and not by somebody whose name stays."""
        redact()
        masked = set(RedactedText.objects.values_list("table_name", "column"))
        expected = {(f"articles_{name}", column) for name, columns in MASKABLE.items() for column in columns}
        later = {("articles_redaction", "reason")}
        outside = {("articles_appearance", "prefix"), ("articles_appearance", "suffix")}
        assert expected - masked - later <= outside and ("articles_appearance", "suffix") in masked


class TestWhatCameIn:
    """Files, what was read from them, and what was found in them."""

    def test_bytes_are_gone_wherever_they_say_it(self, everywhere):
        kept = OriginalFactory(data="A file about a bridge.")
        redact()
        assert Original.objects.count() > 4
        assert list(Original.objects.exclude(packed=b"")) == [kept]

    def test_suggestions_forget_what_was_made_of_the_words_but_not_where_they_stood(self):
        version = ArticleFactory(text=f"It rained. {NAME} paid four million. It rained.\n").current_version
        start = version.text.index(NAME)
        rests_on = {
            "kind": "book", "start": start, "end": start + 4, "name": "jane", "fields": {"title": "jane"},
            "confirm": "Is it?", "keys": ["book:janeq"],
        }  # fmt: skip
        reasons = [{"code": "names", "words": "four million", "weight": 0.5}]
        facts = {"article_version": version, "speakers": (), "reasons": reasons}
        named = SuggestionFactory(words=f"{NAME} paid four million.", rests_on=[rests_on], **facts)
        # Only the end of the name reaches into it, which no pattern would find in these words.
        cut = SuggestionFactory(words="Doe paid four million", **facts)
        other = SuggestionFactory(words="It rained.", **facts)
        redact()
        named.refresh_from_db()
        assert named.reasons == [{"code": "names", "words": "", "weight": 0.5}]
        assert named.rests_on == [
            {
                "kind": "book",
                "start": start,
                "end": start + 4,
                "name": "",
                "fields": {},
                "confirm": "",
                "keys": [],
            }
        ]
        assert Suggestion.objects.get(pk=named.pk).exact == MASK * len(NAME) + " paid four million."
        assert [Suggestion.objects.get(pk=one.pk).reasons[0]["words"] for one in (cut, other)] == [
            "",
            "four million",
        ]

    def test_every_file_of_a_masked_text_goes(self):
        """A PDF says its words in a way of its own; the text that was read from it says them plainly."""
        version = ArticleFactory(text=f"{NAME} paid.\n").current_version
        packed = OriginalFactory(data="%PDF-1.4 xyz", media=Media.PDF)
        Arrival.filed(None, "paid.pdf", packed, "pdf", version, version.imported_at)
        redact()
        assert Original.objects.get().is_erased

    def test_the_file_a_masked_text_names_goes(self):
        packed = OriginalFactory(data="%PDF-1.4 xyz", media=Media.PDF)
        Article.add(None, replace(read_text(f"{NAME} paid.\n".encode()), original_sha256=packed.sha256))
        redact()
        assert Original.objects.get().is_erased

    @pytest.mark.parametrize("decide", ["note_copy", "set_aside", None])
    def test_a_file_that_no_version_holds_goes_by_the_text_read_from_it(self, decide):
        packed = OriginalFactory(data="%PDF-1.4 xyz", media=Media.PDF)
        arrival = ArrivalFactory(text=f"{NAME} paid.\n", original=packed)
        if decide:
            getattr(arrival, decide)(None)
        redact()
        arrival.refresh_from_db()
        assert Original.objects.get().is_erased
        assert arrival.text == MASK * len(NAME) + " paid.\n"
        assert spellings(dump(), NAME) == []

    def test_words_that_stand_only_in_the_bytes_of_a_file(self):
        OriginalFactory(data=f"<!-- {NAME} -->", media=Media.HTML)
        redact()
        assert Original.objects.get().is_erased

    def test_a_note_of_a_review_is_a_note_like_any_other(self):
        task = ReviewTaskFactory(note=f"Ask {NAME}.")
        redact()
        task.refresh_from_db()
        assert (task.note, task.revision) == (f"Ask {MASK * len(NAME)}.", 2)


class TestWhatStays:
    def test_as_many_code_points(self):
        version = ArticleFactory(text=f"{NAME} said so.\n").current_version
        redact()
        version.refresh_from_db()
        assert version.text == MASK * len(NAME) + " said so.\n"

    def test_hash_of_what_stood_there(self):
        text = f"{NAME} said so.\n"
        version = ArticleFactory(text=text).current_version
        redaction = redact()
        note = RedactedText.objects.get(table_name="articles_articleversion")
        assert (note.redaction, note.row_id, note.column) == (redaction, version.pk, "text")
        assert note.before_sha256 == sha256(text) == ArticleVersion.objects.get().sha256
        assert str(note) == f"articles_articleversion {version.pk} text"

    def test_readers_are_told(self, stranger):
        ClaimFactory(statement=f"{NAME} paid.")
        redaction = redact()
        assert Redaction.objects.visible_to(stranger).get() == redaction
        assert not Redaction.objects.editable_by(some_administrator()).exists()
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.object_id, change.public) == (
            "redact", "redaction", redaction.pk, True,
        )  # fmt: skip
        assert Claim.objects.get().public_seq == change.seq
        assert str(redaction) == f"Redaction {redaction.pk}: {REASON}"

    def test_mutable_rows_have_a_new_revision(self):
        """Somebody who still has the old text in a form must not write it back."""
        claim = ClaimFactory(statement=f"{NAME} paid.")
        redact()
        assert Claim.objects.get().revision == claim.revision + 1

    def test_rows_without_the_words_are_untouched(self):
        ClaimFactory(statement=f"{NAME} paid.")
        other = ClaimFactory(rating="supported")
        before = Claim.objects.values().get(pk=other.pk), list(Verdict.objects.values())
        rows = list(ChangeRow.objects.filter(object_type="verdict").values())
        redact()
        assert (Claim.objects.values().get(pk=other.pk), list(Verdict.objects.values())) == before
        assert list(ChangeRow.objects.filter(object_type="verdict").values()) == rows

    def test_payloads_are_erased_with_their_salts_and_commitments_stay(self):
        claim = ClaimFactory(statement=f"{NAME} paid.")
        claim.revise(None, statement="Somebody paid.")
        before = list(ChangeRow.objects.order_by("pk").values_list("commitment", flat=True))
        redact()
        rows = ChangeRow.objects.filter(object_type="claim").order_by("pk")
        erased = rows[0]
        assert (erased.payload, erased.salt) == (None, None)
        assert (
            list(ChangeRow.objects.order_by("pk").values_list("commitment", flat=True))[: len(before)]
            == before
        )
        image = json.loads(rows.last().payload)["image"]
        assert image["statement"] == "Somebody paid.", "the row is told again as it stands"

    def test_words_that_stand_only_in_the_past(self):
        """The desk changed the text long ago; the ledger still has it."""
        claim = ClaimFactory(statement=f"{NAME} paid.")
        claim.revise(None, statement="Somebody paid.")
        redact()
        assert spellings(dump(), NAME) == []

    def test_words_with_what_json_escapes_only_in_the_past(self):
        name = 'Jane "JD"\nO\\Doe'
        claim = ClaimFactory(statement=f"It was {name} who paid.")
        claim.revise(None, statement="Somebody paid.")
        redact('Jane "JD" O\\Doe')
        assert spellings(dump(), "JD", "Doe") == []

    def test_evidence_in_work_may_change_again(self, reporter):
        evidence = EvidenceFactory(note=f"{NAME} paid.")
        redact()
        Evidence.objects.get().revise(reporter, note="Somebody paid.")
        assert verify() == []
        VerdictFactory(claim=evidence.claim, evidence=[Evidence.objects.get()])
        assert verify() == []

    def test_row_that_was_removed(self):
        evidence = EvidenceFactory(note=f"{NAME} paid.")
        evidence.take_back(None)
        redact()
        assert spellings(dump(), NAME) == []
        assert verify() == []


class TestRefused:
    def test_who(self, reporter, editor, stranger):
        ClaimFactory(statement=f"{NAME} paid.")
        for person in (reporter, editor, stranger):
            with refuses("not_allowed", "Only an administrator redacts", NotAllowed):
                Redaction.everywhere(person, NAME, REASON)

    @pytest.mark.parametrize(
        ("words", "reason", "code"),
        [
            ("", REASON, "too_short"),
            (" ab ", REASON, "too_short"),
            (NAME, f"Because {NAME.lower()} asked.", "in_reason"),
            (NAME, "", "no_reason"),
            (NAME, "  ", "no_reason"),
            ("words that nobody wrote", REASON, "nowhere"),
            (MASK * 3, REASON, "too_short"),
            ("— - —", REASON, "too_short"),
        ],
    )
    def test_what(self, administrator, words, reason, code):
        ClaimFactory(statement=f"{NAME} paid.")
        with refuses(code):
            Redaction.everywhere(administrator, words, reason)


def test_nothing_in_the_models_escapes_the_search():
    """A new text column is searched by itself, unless it is named here."""
    from django.apps import apps
    from django.db import models

    from articles.models.redaction import searched_models, text_fields

    searched = {(model, field.attname) for model in searched_models() for field in text_fields(model)}
    texts = {
        (model, field.attname)
        for model in apps.get_app_config("articles").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField, models.FileField))
        and not field.choices
    }
    left = {f"{model._meta.model_name}.{name}" for model, name in texts - searched}
    assert left == {
        # hashes and what is made of them
        "articleversion.sha256", "articleversion.original_sha256", "articleversion.fingerprint",
        "sourceversion.sha256", "original.sha256", "arrival.text_sha256",
        "change.hash", "changerow.commitment", "changerow.salt",
        "ledgerhead.hash", "ledgerhead.house", "apikey.hash", "verdictdraft.scheduled_as",
        "submission.hash", "submission.fingerprint",
        "article.url_key", "copy.url_key", "source.url_key",
        "redactedtext.before_sha256", "claimvector.text_sha256", "claimvector.model_sha256",
        "webhook.salt", "webhook.fingerprint", "webhook.previous_salt", "webhook.previous_fingerprint",
        # our own words: names of verbs, models and columns
        "change.envelope", "change.verb", "change.object_type", "changerow.object_type", "redactedtext.table_name",
        "redactedtext.column", "rating.slug", "apikey.scopes", "webhook.events", "delivery.event_id", "delivery.body",
        # erased by another way
        "changerow.payload", "redactedtext.masked",
        "answeredrequest.answer", "answeredrequest.fingerprint", "answeredrequest.headers", "answeredrequest.name",
        "answeredrequest.sender",
        # accounts are described by administrators; their names stand under verdicts
        "user.username", "user.display_name", "user.email", "user.password",
        "auditentry.detail", "guesscount.key", "guesscount.times",
        # numbers, and our own words
        "schedule.found",
        # names of files
        "newsroom.logo", "sourceversion.file",
    }  # fmt: skip


def test_models_named_in_maskable_are_the_insert_only_ones():
    assert set(MASKABLE) == {
        "articleversion", "appearance", "attribution", "sourceversion", "evidence", "verdict", "correction",
        "redaction",
    }  # fmt: skip


def test_what_waits_to_be_imported_goes(everywhere):
    """It would bring the words back, and what a packed file says nobody knows yet."""
    job = Upload.hand_in(some_reporter(), "packed.zip", f"{NAME} said so.".encode())
    redact()
    assert not Upload.objects.exists()
    Worker().run(drain=True)
    job.refresh_from_db()
    assert job.state == "done" and "Hand it in again" in job.result["refused"][0]


def test_one_act(everywhere):
    seq = last_seq()
    redact()
    assert last_seq() == seq + 1


def test_everything_or_nothing(everywhere, monkeypatch):
    from articles.models import redaction

    def broken(*args):
        raise RuntimeError("power cut")

    before = dump()
    administrator = some_administrator()
    before = dump()
    monkeypatch.setattr(redaction.Redaction, "_erase_payloads", broken)
    with pytest.raises(RuntimeError):
        Redaction.everywhere(administrator, NAME, REASON)
    assert dump() == before


def test_published_article_is_told_anew(stranger):
    article = ArticleFactory(text=f"{NAME} said so.\n", public=True)
    seq = article.public_seq
    redact()
    article.refresh_from_db()
    assert article.public_seq > (seq or 0)
    assert NAME not in Article.objects.visible_to(stranger).get().current_version.text
