"""The ledger: one act, one entry; a chain anybody can recompute; what each entry is to readers."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection

from articles.importing.text import read_text
from articles.models import (
    Article,
    Change,
    ChangeRow,
    Claim,
    Claimant,
    ClaimRelation,
    Contact,
    LedgerHead,
    Newsroom,
    Rating,
    Source,
    Topic,
)
from articles.models.ledger import BATCH, act, recorded_models
from articles.models.recorded import InsertOnly
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimantFactory,
    ClaimFactory,
    ClaimRelationFactory,
    EvidenceFactory,
    SourceFactory,
    TopicFactory,
    VerdictFactory,
    some_reporter,
)
from tests.record.refusing import everything, last_seq
from tests.test_canonical import root_of, sha

ZEROS = "0" * 64


def entries() -> list[Change]:
    return list(Change.objects.order_by("seq"))


def last() -> Change:
    return Change.objects.latest("seq")


def readers_of(change: Change) -> dict[str, str]:
    return dict(change.change_rows.values_list("object_type", "readers"))


# The chain, computed again from what the docstrings say, with nothing of ours but the rows.


def recompute() -> str:
    """Check every entry by its envelope alone and return the hash the head must have."""
    previous, seq = ZEROS, -1
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, envelope, hash FROM articles_change ORDER BY seq")
        changes = cursor.fetchall()
        for number, envelope, digest in changes:
            said = json.loads(envelope)
            assert number == said["seq"] == seq + 1
            assert said["previous"] == previous
            assert sha(envelope.encode()) == digest
            assert json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == envelope
            cursor.execute(
                "SELECT commitment, salt, payload FROM articles_changerow WHERE change_id = %s ORDER BY position",
                [number],
            )
            rows = cursor.fetchall()
            assert len(rows) == said["rows"]
            for commitment, salt, payload in rows:
                if payload is not None:
                    assert sha(b"\x00", salt.encode(), payload.encode()) == commitment
            if rows:
                assert root_of([bytes.fromhex(row[0]) for row in rows]).hex() == said["commitment"]
            previous, seq = digest, number
    return previous


@pytest.mark.django_db
class TestChain:
    def test_recomputed_from_the_rows_alone(self, editor):
        claim = ClaimFactory(rating="supported", topics=[TopicFactory()])
        AppearanceFactory(claim=claim, article_version=ArticleFactory(public=True).current_version)
        claim.current_verdict.withdraw(editor, "It was wrong.")
        head = LedgerHead.objects.get()
        assert recompute() == head.hash
        assert head.seq == Change.objects.count() - 1 > 10

    def test_columns_are_what_the_envelope_says(self, editor):
        ClaimFactory(rating="supported")
        for change in entries()[1:]:
            said = json.loads(change.envelope)
            assert {name: said[name] for name in change.projections()} == change.projections()
            assert set(said) == {*change.projections(), "commitment", "previous"}

    def test_genesis_has_an_instance_of_its_own(self):
        genesis = json.loads(Change.objects.get(seq=0).envelope)
        assert uuid.UUID(genesis["instance"]).version == 4
        assert (genesis["verb"], genesis["previous"], genesis["rows"]) == ("genesis", ZEROS, 0)
        assert LedgerHead.objects.get().seq == 0

    def test_salts_are_not_used_twice(self):
        ClaimFactory(rating="supported")
        salts = list(ChangeRow.objects.values_list("salt", flat=True))
        assert len(set(salts)) == len(salts) and all(len(salt) == 32 for salt in salts)

    def test_same_state_twice_has_two_commitments(self):
        """Otherwise an erased payload could be found again by guessing."""
        claim = ClaimFactory()
        claim.start_checking(None)
        claim.reopen(None)
        claim.start_checking(None)
        rows = ChangeRow.objects.filter(object_type="claim")
        assert rows.values("commitment").distinct().count() == rows.count() == 4

    def test_time_is_read_once_and_comes_from_the_caller(self):
        at = datetime(2024, 1, 10, 12, 0, 0, 123456, tzinfo=UTC)
        ClaimFactory(at=at)
        assert last().at == at and '"at":"2024-01-10T12:00:00.123456Z"' in last().envelope

    def test_many_rows_in_one_entry(self):
        """More than one statement can take, in one Merkle tree."""
        with act(None, "import", None) as entry:
            topics = Topic.objects.bulk_create(Topic(name=f"Topic {number}") for number in range(BATCH + 7))
            entry.add(*topics)
        assert last().rows == BATCH + 7
        assert [row.object_id for row in last().change_rows.all()] == [topic.pk for topic in topics]
        assert recompute() == LedgerHead.objects.get().hash


@pytest.mark.django_db
class TestActs:
    def test_joined_acts_are_one_entry_under_the_outer_name(self, reporter):
        seq = last_seq()
        with act(reporter, "import", None) as entry:
            claim = Claim.add(reporter, "One.")
            Claimant.add(None, name="The Post", kind="organisation")
            claim.start_checking(reporter)
        change = last()
        assert (change.seq, change.verb, change.actor, entry.seq) == (seq + 1, "import", reporter, seq + 1)
        assert [row.object_type for row in change.change_rows.all()] == ["claim", "claimant"]
        image = json.loads(change.change_rows.get(object_type="claim").payload)["image"]
        assert image["status"] == "checking", "each row is there once, as the act left it"

    def test_act_that_writes_nothing_is_no_entry(self, reporter):
        before = everything()
        with act(reporter, "look", None):
            pass
        assert everything() == before

    def test_exception_leaves_neither_rows_nor_entry(self, reporter):
        before = everything()
        with pytest.raises(RuntimeError), act(reporter, "import", None):
            Claim.add(reporter, "One.")
            raise RuntimeError("power cut")
        assert everything() == before
        Claim.add(reporter, "Two.")
        assert last().rows == 1, "nothing of the failed act is left in memory"

    def test_inner_exception_that_was_caught_takes_only_its_own_rows(self, reporter):
        with act(reporter, "import", None):
            Claim.add(reporter, "One.")
            with pytest.raises(RuntimeError), act(reporter, "add", None):
                Claimant.add(reporter, name="Two", kind="person")
                raise RuntimeError("one bad line")
            Claim.add(reporter, "Three.")
        assert not Claimant.objects.exists()
        assert list(Claim.objects.order_by("pk").values_list("statement", flat=True)) == ["One.", "Three."]
        assert [row.object_type for row in last().change_rows.all()] == ["claim", "claim"]

    def test_interrupt_is_an_exception_too(self, reporter):
        before = everything()
        with pytest.raises(KeyboardInterrupt), act(reporter, "import", None):
            Claim.add(reporter, "One.")
            raise KeyboardInterrupt
        assert everything() == before

    def test_about(self, reporter):
        claim, other = ClaimFactory(), ClaimFactory()
        claim.start_checking(reporter)
        other.dismiss(None, "Not ours.")
        verbs = [change.verb for change in Change.objects.about(claim)]
        assert verbs == ["add", "start_checking"]

    def test_texts_enter_by_hash(self):
        article = ArticleFactory()
        row = ChangeRow.objects.get(object_type="articleversion")
        image = json.loads(row.payload)["image"]
        version = article.current_version
        assert image["text"] == {"length": len(version.text), "sha256": sha(version.text.encode())}
        assert "bridge on Friday" not in row.payload

    def test_image_of_each_recorded_model_has_every_column(self):
        for model in set(recorded_models()) - {Claim}:
            columns = {field.attname for field in model._meta.concrete_fields}
            # How somebody was reached, and how the desk signs in, is nobody's business but the desk's.
            kept_back = {Contact: {"reach"}, Newsroom: {"second_factor"}}.get(model, set())
            # What follows from other rows.
            counted = {one for one in columns if one == "counted_at" or one.startswith("claims_")}
            assert set(model().image()) == columns - {"public_seq", "url_key"} - counted - kept_back, model
        columns = {field.attname for field in Claim._meta.concrete_fields}
        assert set(ClaimFactory().image()) == columns - {"public_seq"} | {"topics"}

    def test_who_did_it(self, reporter):
        ClaimFactory(by=reporter)
        assert json.loads(last().envelope)["actor"] == reporter.pk == last().actor_id
        ClaimFactory(by=None)
        assert json.loads(last().envelope)["actor"] is None


@pytest.mark.django_db
class TestReaders:
    """Each row of an entry is shown, hidden, or gone from readers' sight."""

    def test_shown_and_hidden(self):
        ClaimFactory()
        assert readers_of(last()) == {"claim": "shown"} and last().public
        ArticleFactory()
        assert readers_of(last()) == {"article": "hidden", "articleversion": "hidden"} and not last().public

    def test_becoming_visible_tells_the_rows_anew(self, editor):
        article = ArticleFactory()
        AppearanceFactory(article_version=article.current_version, attributions=[{"described_as": "x"}])
        article.add_copy(editor, kind="copy", publisher="B")
        article.open_to_readers(editor)
        assert readers_of(last()) == dict.fromkeys(
            ("article", "articleversion", "copy", "appearance", "attribution"), "shown"
        )

    def test_gone_once_and_then_hidden(self, editor, stranger):
        claim = ClaimFactory()
        claim.dismiss(editor, "Nobody said this.")
        assert readers_of(last()) == {"claim": "gone"} and last().public
        claim.revise(editor, statement="What the desk does with it is its own affair.")
        assert readers_of(last()) == {"claim": "hidden"} and not last().public
        assert not Change.objects.visible_to(stranger).filter(seq=last_seq()).exists()
        claim.reopen(editor)
        assert readers_of(last()) == {"claim": "shown"}

    def test_removed_rows_leave_a_tombstone(self, reporter):
        relation = ClaimRelationFactory()
        pk = relation.pk
        relation.take_back(reporter)
        row = last().change_rows.get(object_type="claimrelation")
        assert (row.object_id, row.readers) == (pk, "gone")
        assert json.loads(row.payload) == {
            "object": "claimrelation",
            "id": pk,
            "readers": "gone",
            "image": None,
        }

    def test_removed_rows_nobody_saw_leave_none(self, reporter):
        relation = ClaimRelationFactory(first=ClaimFactory(status="dismissed"))
        relation.take_back(reporter)
        assert readers_of(last())["claimrelation"] == "hidden"

    def test_closed_article_is_gone(self, editor):
        article = ArticleFactory(public=True)
        article.close_to_readers(editor)
        assert readers_of(last()) == {"article": "gone", "articleversion": "gone"}

    def test_visible_to(self, stranger, reporter, editor):
        ArticleFactory()
        assert [change.verb for change in Change.objects.visible_to(stranger)] == ["genesis"]
        assert Change.objects.visible_to(reporter).count() == 2
        assert not Change.objects.editable_by(editor).exists()


def stamps(*rows) -> list[int | None]:
    for row in rows:
        row.refresh_from_db()
    return [row.public_seq for row in rows]


@pytest.mark.django_db
class TestPublicSeq:
    """The number that every cache of a claim's, article's, source's or claimant's page goes by."""

    @pytest.fixture
    def world(self):
        """Two of each; the first ones hang together, the second ones stand for what must not be touched."""
        rows = {}
        for name in ("mine", "other"):
            article = ArticleFactory(public=True)
            claim = ClaimFactory(topics=[TopicFactory()])
            claimant = ClaimantFactory()
            appearance = AppearanceFactory(
                claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
            )
            evidence = EvidenceFactory(claim=claim, public=True)
            source = evidence.source_version.source
            rows[name] = {
                "article": article, "claim": claim, "claimant": claimant, "source": source,
                "appearance": appearance, "evidence": evidence, "topic": claim.topics.get(),
            }  # fmt: skip
            for one in ("article", "claim", "claimant", "source"):
                rows[name][one].refresh_from_db()
        return rows

    # What is done → whose pages change.
    CHANGES = {
        "claim revised": (lambda w: w["claim"].revise(None, statement="New."), "article claim claimant source"),
        "claim put aside": (
            lambda w: w["claim"].declare_not_checkable(None, "x"), "article claim claimant source"
        ),
        "claim dismissed": (lambda w: w["claim"].dismiss(None, "x"), "article claim claimant source"),
        "topics set": (lambda w: w["claim"].set_topics(None, []), "article claim claimant source"),
        "topic renamed": (lambda w: w["topic"].revise(None, name="New"), "claim"),
        "article revised": (lambda w: w["article"].revise(None, title="New"), "article claim"),
        "article closed": (lambda w: w["article"].close_to_readers(None), "article claim"),
        "version added": (
            lambda w: w["article"].add_version(None, read_text(b"New text.\n")), "article claim"
        ),
        "copy added": (lambda w: w["article"].add_copy(None, kind="copy", publisher="B"), "article"),
        "words marked": (
            lambda w: AppearanceFactory(
                claim=w["claim"], article_version=w["article"].current_version, words="Others doubt the figure."
            ),
            "article claim",
        ),
        "claimant revised": (lambda w: w["claimant"].revise(None, description="New."), "article claim claimant"),
        "claimant merged": (lambda w: w["claimant"].merge_into(ClaimantFactory(), None), "article claim claimant"),
        "source revised": (lambda w: w["source"].revise(None, title="New"), "claim source"),
        "source version added": (lambda w: w["source"].add_version(None, copy_quality="mirror"), "claim source"),
        "evidence revised": (lambda w: w["evidence"].revise(None, note="New."), "claim source"),
        "evidence replaced": (lambda w: w["evidence"].replace(None, note="New."), "claim source"),
        "evidence taken back": (lambda w: w["evidence"].take_back(None), "claim source"),
        "source derived": (lambda w: w["source"].derive_from(None, SourceFactory(), "stated"), "claim source"),
        "verdict published": (
            lambda w: VerdictFactory(claim=w["claim"], evidence=[w["evidence"]]), "article claim claimant source"
        ),
        "related": (
            lambda w: ClaimRelation.relate(None, w["claim"], "updates", ClaimFactory()), "claim"
        ),
    }  # fmt: skip

    @pytest.mark.parametrize("change", CHANGES)
    def test_stamped_by(self, world, change):
        do, expected = self.CHANGES[change]
        pages = ("article", "claim", "claimant", "source")
        before = dict(zip(pages, stamps(*(world["mine"][page] for page in pages)), strict=True))
        others = stamps(*(world["other"][page] for page in pages))
        do(world["mine"])
        seq = last_seq()
        after = dict(zip(pages, stamps(*(world["mine"][page] for page in pages)), strict=True))
        for page in expected.split():
            assert after[page] == seq, page
        assert all(after[page] in (before[page], seq) for page in pages)
        assert stamps(*(world["other"][page] for page in pages)) == others

    def test_withdrawal(self, world, editor):
        verdict = VerdictFactory(claim=world["mine"]["claim"], evidence=[world["mine"]["evidence"]])
        verdict.withdraw(editor, "It was wrong.")
        assert set(stamps(*(world["mine"][page] for page in ("article", "claim", "claimant", "source")))) == {
            last_seq()
        }

    def test_rating_renamed(self, world):
        VerdictFactory(claim=world["mine"]["claim"], evidence=[world["mine"]["evidence"]])
        before, house = stamps(world["mine"]["claim"]), LedgerHead.objects.get().house
        Rating.objects.get(slug="supported").revise(None, labels={"en": "Borne out"})
        # A word that every page may show: nobody looks for the thousand claims it was given to.
        assert LedgerHead.objects.get().house != house and stamps(world["mine"]["claim"]) == before

    def test_verdict_on_a_claim_stamps_its_relatives(self, world, editor):
        relative, twin = ClaimFactory(), ClaimFactory()
        ClaimRelation.relate(None, relative, "reports", world["mine"]["claim"])
        twin.merge_into(world["mine"]["claim"], editor)
        VerdictFactory(claim=world["mine"]["claim"])
        assert stamps(relative, twin) == [last_seq()] * 2

    def test_what_readers_do_not_see_stamps_nothing(self, world):
        claim = world["mine"]["claim"]
        before = stamps(claim)
        EvidenceFactory(claim=claim)
        assert stamps(claim) == before
        assert stamps(ArticleFactory(), SourceFactory()) == [None, None]

    def test_only_pages_are_stamped(self):
        stamped = [
            model for model in recorded_models() if any(f.name == "public_seq" for f in model._meta.fields)
        ]
        assert set(stamped) == {Article, Claim, Claimant, Source}
        assert not any(issubclass(model, InsertOnly) for model in stamped)

    def test_stamping_is_not_a_change_of_the_row(self, world):
        """It is off the record: neither the image nor the revision knows of it."""
        source = world["mine"]["source"]
        before = source.revision, source.image()
        world["mine"]["claim"].revise(None, statement="New.")
        source.refresh_from_db()
        assert (source.revision, source.image()) == before


@pytest.mark.django_db
def test_nothing_above_knows_the_ledgers_inside(reporter):
    """A claim with everything costs a bounded number of queries, whatever hangs on it."""
    from django.test.utils import CaptureQueriesContext

    claim = ClaimFactory(by=some_reporter())
    for _ in range(3):
        AppearanceFactory(claim=claim)
        EvidenceFactory(claim=claim)
    with CaptureQueriesContext(connection) as few:
        claim.start_checking(reporter)
    for _ in range(9):
        AppearanceFactory(claim=claim)
        EvidenceFactory(claim=claim)
    with CaptureQueriesContext(connection) as many:
        claim.reopen(reporter)
    assert len(many) == len(few) < 60
