"""Taking words out of the record: gone from every table, nothing else changed, and the chain still whole."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from articles import guards
from articles.canonical import canonical, sha256
from articles.importing.text import read_text
from articles.models import (
    Appearance,
    Article,
    ArticleVersion,
    Attribution,
    Change,
    ChangeRow,
    Claim,
    Evidence,
    Newsroom,
    RedactedText,
    Redaction,
    Topic,
    Verdict,
)
from articles.models.redaction import MASK, MASKABLE, matching
from articles.refusals import NotAllowed
from articles.verification import verify
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    BlockFactory,
    ClaimantFactory,
    ClaimFactory,
    ConfidentialSourceFactory,
    CopyFactory,
    EvidenceFactory,
    ManifestItemFactory,
    SourceFactory,
    SourceVersionFactory,
    TopicFactory,
    VerdictDraftFactory,
    VerdictFactory,
    make_series,
    some_administrator,
)
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db
NAME = "Jane Q. O’Doe"
REASON = "A private person, at her request."


def dump() -> str:
    """Return all text of all tables, ours and Django's, as the database would hand it to a thief."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return "\n".join(connection.connection.iterdump())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        tables = [table for (table,) in cursor.fetchall()]
        lines = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            lines += [line for (line,) in cursor.fetchall()]
    assert len(tables) > 25
    return "\n".join(lines)


def spellings(dumped: str, *names: str) -> list[str]:
    """Return where one of the names still stands, in any letter case and with any apostrophe, with what is around."""
    # Salts of passwords are random letters, and sooner or later some spell a name.
    plain = (
        re.sub(r"md5\$\w+\$\w+", "", dumped)
        .casefold()
        .replace("’", "'")
        .replace("''", "'")
        .replace("\\u2019", "'")
    )
    found = []
    for name in names:
        sought = name.casefold().replace("’", "'")
        at = plain.find(sought)
        while at >= 0:
            found.append(plain[max(0, at - 60) : at + 60])
            at = plain.find(sought, at + 1)
    return found


def redact(words: str = NAME, reason: str = REASON) -> Redaction:
    return Redaction.everywhere(some_administrator(), words, reason)


@pytest.fixture
def everywhere(editor, administrator):
    """A record in which the name stands in every column that can hold it."""
    text = f"On the bridge\n\n{NAME} said: “I paid four million.” Nobody asked {NAME.upper()} why.\n"
    article = ArticleFactory(
        text=text, title=f"{NAME} pays", byline=f"By {NAME}", publisher=f"{NAME} Press",
        url=f"https://example.org/{NAME.replace(' ', '-')}", rights_note=f"Granted by {NAME}.",
        published_basis=f"{NAME} said so.", public=True,
    )  # fmt: skip
    CopyFactory(
        article=article, publisher=f"{NAME} again", note=f"Sent by {NAME}.", published_basis=f"By {NAME}."
    )
    BlockFactory(article_version=article.current_version, key=NAME, note=f"Names {NAME}.")
    topic = TopicFactory(name=f"The {NAME} case")
    topic.revise(editor, description=f"About {NAME}.")
    claim = ClaimFactory(
        statement=f"{NAME} paid four million.", topics=[topic], asserted_basis=f"{NAME} said so.",
        asserted_earliest=date(2024, 1, 1),
    )  # fmt: skip
    claimant = ClaimantFactory(name=NAME, kind="person")
    claimant.revise(editor, description=f"{NAME}, clerk", url="https://example.org/jane-q.-o’doe")
    AppearanceFactory(
        claim=claim, article_version=article.current_version, words=f"{NAME} said: “I paid four million.”",
        attributions=[
            {"claimant": claimant, "words": NAME},
            {"described_as": f"a friend of {NAME}", "note": f"{NAME} did not say who."},
        ],
    )  # fmt: skip
    origin = SourceFactory(
        title=f"Letter of {NAME}", kind="anonymous_source", described_as=f"a friend of {NAME}"
    )
    source = SourceFactory(
        kind="court_case", title=f"{NAME} v. City", people=NAME, publisher=f"Court of {NAME}", court="District",
        judge=NAME, docket_number=f"1:24 {NAME}", citation=f"{NAME}, 12 X. 3", description=f"{NAME} sued.",
        url=f"https://example.org/{NAME.replace(' ', '%20')}", published_basis=f"{NAME} dated it.",
    )  # fmt: skip
    source.derive_from(editor, origin, "stated", f"{NAME} says so.")
    version = SourceVersionFactory(
        source=source, text=f"The plaintiff, {NAME}, paid four million.", seen_as=f"{NAME}’s copy",
        archive_url=f"https://archive.example/{NAME.replace(' ', '_')}",
    )  # fmt: skip
    ConfidentialSourceFactory(
        public_source=origin, identity=f"A. Friend, friend of {NAME}", notes=f"Ask {NAME}."
    )
    evidence = EvidenceFactory(
        claim=claim, source_version=version, passage=f"{NAME}, paid four million", locator=f"p. 4, {NAME}",
        note=f"{NAME} paid.", posture="found",
    )  # fmt: skip
    VerdictFactory(claim=claim, evidence=[evidence], summary=f"{NAME} did.", reasoning=f"{NAME} did [1].")
    draft = VerdictDraftFactory(
        claim=claim, evidence=[evidence], summary=f"{NAME} did not.", reasoning=f"{NAME} “did” not [1].",
        correction_kind="update", correction_note=f"{NAME} took it back.", state="submitted",
    )  # fmt: skip
    draft.hand_back(editor, f"Ask {NAME} again.")
    draft.submit(None)
    draft.publish(editor)
    VerdictDraftFactory(claim=claim, summary=f"{NAME} again", evidence=[evidence])
    aside = ClaimFactory(statement=f"Something else about {NAME}.")
    aside.dismiss(editor, f"{NAME} never said this.")
    Newsroom.current().revise(administrator, contact=f"Not {NAME}.", methodology=f"We ask {NAME}.")
    ManifestItemFactory(manifest=f"{NAME}.yaml", path=f"claims/{NAME}", object_id=claim.pk)
    LogEntry.objects.create(
        user=editor, content_type=ContentType.objects.get_for_model(Claim), object_id=claim.pk,
        object_repr=f"{NAME} paid four million.", action_flag=CHANGE, change_message=f'[{{"changed": "{NAME}"}}]',
    )  # fmt: skip
    return claim


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


class TestEdges:
    """Words that stand across the edge of a quotation are in no column as a whole."""

    TEXT = f"Yesterday {NAME} paid four million for the bridge.\n"

    @pytest.mark.parametrize("words", ["O’Doe paid four million", "Yesterday Jane Q."])
    def test_of_a_quotation_in_an_article(self, words):
        appearance = AppearanceFactory(
            article_version=ArticleFactory(text=self.TEXT).current_version, words=words,
            attributions=[{"described_as": "x", "words": words.replace(" paid four million", "").split()[-1]}],
        )  # fmt: skip
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []
        appearance.refresh_from_db()
        assert MASK in appearance.exact and MASK in appearance.prefix + appearance.suffix

    @pytest.mark.parametrize("words", ["four million for the bridge", "Yesterday"])
    def test_of_what_surrounds_a_quotation(self, words):
        """The 32 characters before and after may hold half of it."""
        AppearanceFactory(article_version=ArticleFactory(text=self.TEXT).current_version, words=words)
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []

    def test_prefix_that_begins_within_the_words(self):
        text = f"{'x' * 40} {NAME} {'y' * 24} end.\n"
        appearance = AppearanceFactory(
            article_version=ArticleFactory(text=text).current_version, words="end."
        )
        assert 0 < appearance.prefix.find("Doe") < 9 and NAME not in appearance.prefix
        redact()
        assert spellings(dump(), "Doe") == []

    @pytest.mark.parametrize("passage", ["O’Doe paid four million", "Yesterday Jane Q."])
    def test_of_a_passage_and_its_published_snapshot(self, passage):
        """What readers were shown quotes the passage, so its half of the words must go there too."""
        evidence = EvidenceFactory(source_version=SourceVersionFactory(text=self.TEXT), passage=passage)
        VerdictFactory(claim=evidence.claim, evidence=[evidence])
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []
        evidence.refresh_from_db()
        (shown,) = Verdict.objects.get().as_published["evidence"]
        assert shown["passage"] == evidence.passage and MASK in evidence.passage

    def test_quotation_carried_to_a_newer_text(self):
        text = f"{'Something about bridges. ' * 3}{self.TEXT}{'More of the same. ' * 3}\n"
        article = ArticleFactory(text=text)
        AppearanceFactory(article_version=article.current_version, words="four million for the bridge")
        article.add_version(None, read_text(f"Corrected.\n\n{text}".encode()))
        assert Appearance.objects.count() == 2
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []
        assert verify() == []


class TestSpellings:
    @pytest.mark.parametrize(
        "written",
        [
            "jane q. o’doe", "JANE Q. O'DOE", "Jane  Q.\nO’Doe", "Jane\u00a0Q. O‘Doe", "Jane Q. Oʼdoe",
            "Jane-Q.-O'Doe", "jane_q._o'doe", "Jane%20Q.%20O'Doe", "Jane+Q.+O'Doe", "jane-q-odoe", "jane%20q%20o%27doe",
        ],
    )  # fmt: skip
    def test_found(self, written):
        assert matching(NAME).fullmatch(written)
        ClaimFactory(statement=f"It was {written} who paid.")
        redact()
        assert Claim.objects.get().statement == f"It was {MASK * len(written)} who paid."

    @pytest.mark.parametrize("written", ["Jane Q. Doe", "Jane O’Doe", "JaneQ.O’Doe", "Jane Q, O’Doe"])
    def test_not_taken_for_it(self, written):
        assert not matching(NAME).search(written)

    def test_in_json_with_quotes_and_backslashes(self):
        """The snapshot escapes what JSON must escape, so the words stand in it in another spelling."""
        name = 'Jane "JD" O\\Doe'
        VerdictFactory(summary=f"{name} did.", reasoning="So [1] says.")
        redact(name)
        verdict = Verdict.objects.get()
        assert verdict.as_published["summary"] == f"{MASK * len(name)} did." == verdict.summary
        assert canonical(verdict.as_published) == verdict.snapshot
        assert spellings(dump(), 'JD\\"', "JD", "O\\\\Doe") == []

    @pytest.mark.parametrize("words", ["(aaa+)+$", "aa|bb.", "[Jane]", "^Jane$", "Jane.*", "\\d\\d\\d"])
    def test_words_are_no_pattern(self, words):
        ClaimFactory(statement=f"It says {words} here.")
        untouched = ClaimFactory(statement="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! Jane Doe 123 b")
        redact(words)
        assert Claim.objects.filter(statement=f"It says {MASK * len(words)} here.").exists()
        untouched.refresh_from_db()
        assert MASK not in untouched.statement

    def test_letters_that_change_length_with_their_case(self):
        """Casefolding would move offsets: ß is one code point, SS are two."""
        ArticleFactory(text="Frau Großmann, nicht GROSSMANN, sagte İstanbul Großmann.\n")
        redact("Großmann")
        text = ArticleVersion.objects.get().text
        assert text == f"Frau {MASK * 8}, nicht GROSSMANN, sagte İstanbul {MASK * 8}.\n"

    def test_addresses_go_as_a_whole(self):
        """Half an address leads elsewhere, or nowhere."""
        source = SourceFactory(url="https://example.org/jane-q.-o'doe/page")
        redact()
        source.refresh_from_db()
        assert source.url == ""


class TestAgain:
    def test_second_redaction_of_other_words_in_the_same_texts(self):
        """The note of the first holds the text as it stood after it, with the second name in it."""
        other = "Richard Roe"
        article = ArticleFactory(text=f"{NAME} met {other}.\n", public=True)
        AppearanceFactory(article_version=article.current_version, words=f"{NAME} met {other}.")
        claim = ClaimFactory(statement=f"{NAME} met {other}.")
        VerdictFactory(claim=claim, summary=f"{NAME} met {other}.")
        redact()
        assert spellings(dump(), other) != []
        redact(other, "Another private person.")
        assert spellings(dump(), NAME, other) == []
        assert ArticleVersion.objects.get().text == f"{MASK * len(NAME)} met {MASK * len(other)}.\n"
        assert verify() == []

    def test_notes_keep_only_the_newest_text(self):
        ArticleFactory(text="One Two Three.\n")
        for words in ("One", "Two", "Three"):
            redact(words)
        notes = RedactedText.objects.filter(column="text").order_by("pk")
        assert [note.masked for note in notes] == ["", "", ArticleVersion.objects.get().text]
        assert notes.count() == 3, "one for each, however often the text is masked"

    def test_payload_of_an_earlier_note_goes_too(self):
        """It has the hash of the text with the second name still in it, and a hash can be guessed at."""
        ArticleFactory(text="One Two Three.\n")
        redact("One")
        first = RedactedText.objects.get(column="text")
        redact("Two")
        rows = ChangeRow.objects.filter(object_type="redactedtext", object_id=first.pk).order_by("pk")
        assert [row.payload is None for row in rows] == [True, False]

    def test_third_redaction_of_what_the_first_two_left(self):
        article = ArticleFactory(text="One Two Three.\n")
        for words in ("One", "Two", "Three"):
            redact(words)
        assert spellings(dump(), "One Two", "Two Three", "Three.") == []
        assert article.versions.get().text == f"{MASK * 3} {MASK * 3} {MASK * 5}.\n"
        assert verify() == []

    def test_half_a_name_in_the_note_of_an_earlier_one(self):
        """The quotation ends within the second name, and the note of the first redaction holds that quotation."""
        article = ArticleFactory(text=f"{NAME} met Richard Roe.\n")
        AppearanceFactory(article_version=article.current_version, words=f"{NAME} met Richard")
        redact()
        redact("Richard Roe")
        assert spellings(dump(), "Richard", "Roe.") == []
        assert verify() == []

    def test_words_in_the_reason_of_an_earlier_one(self):
        ClaimFactory(statement=f"{NAME} paid.")
        ClaimFactory(statement="Richard Roe paid.")
        redact(reason="Asked for by Richard Roe.")
        redact("Richard Roe")
        assert spellings(dump(), "Richard Roe") == []
        assert Redaction.objects.order_by("pk").first().reason == f"Asked for by {MASK * 11}."
        assert verify() == []

    def test_same_words_again(self):
        ClaimFactory(statement=f"{NAME} paid.")
        redact()
        with refuses("nowhere", "stand nowhere in the record"):
            redact()
        ClaimFactory(statement=f"{NAME} is back.")
        redact()
        assert spellings(dump(), NAME) == []

    def test_two_topics_that_are_masked_alike(self):
        """Names of topics are unique, and masks of the same length are not."""
        TopicFactory(name="Jane Doe")
        TopicFactory(name="John Roe")
        redact("Jane Doe")
        redact("John Roe")
        assert spellings(dump(), "Jane Doe", "John Roe") == []
        assert Topic.objects.values("name").distinct().count() == 2
        assert verify() == []

    def test_two_items_of_a_manifest_that_are_masked_alike(self):
        ManifestItemFactory(path="claims/Jane Doe")
        ManifestItemFactory(path="claims/jane doe")
        redact("Jane Doe")
        assert spellings(dump(), "Jane Doe") == []

    def test_work_goes_on_afterwards(self, everywhere, editor):
        redact()
        everywhere.refresh_from_db()
        everywhere.revise(editor, statement="Somebody paid four million.")
        current = everywhere.current_verdict
        current.withdraw(editor, "Nobody can say who paid.")
        make_series(everywhere, [])
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
        "sourceversion.sha256", "change.hash", "changerow.commitment", "changerow.salt", "ledgerhead.hash",
        "redactedtext.before_sha256",
        # our own words: names of verbs, models and columns
        "change.envelope", "change.verb", "change.object_type", "changerow.object_type", "redactedtext.table_name",
        "redactedtext.column", "rating.slug",
        # erased by another way
        "changerow.payload", "redactedtext.masked",
        # accounts are described by administrators; their names stand under verdicts
        "user.username", "user.display_name", "user.email", "user.password",
        # names of files
        "newsroom.logo", "sourceversion.file",
    }  # fmt: skip


def test_models_named_in_maskable_are_the_insert_only_ones():
    assert set(MASKABLE) == {
        "articleversion", "appearance", "attribution", "sourceversion", "evidence", "verdict", "correction",
        "redaction",
    }  # fmt: skip


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
